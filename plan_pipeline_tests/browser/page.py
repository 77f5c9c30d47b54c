"""Dagster's pages as a person uses them: what is looked for is text that is seen, what is done is clicks and typing.

Belongs here: finding things on Dagster's pages. Does not belong here: which plans are launched and what has to come of
it (see the tests).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.ui import WebDriverWait

SHOWN_WITHIN_S: Final = 60
"""A page or a menu on a busy machine; runs have a limit of their own."""

LOCATION: Final = "/locations/plan_pipeline.definitions"
DIALOG: Final = "//*[contains(@class, 'dagster-dialog')]"
NOTHING_CHOSEN: Final = "Select a partition or create one"

WEEKS: Final = tuple(f"{number:02}" for number in range(1, 25))
GREEN: Final = "accent-green"
"""What Dagster's style sheet calls the colour of a cell that is materialized."""


@dataclass(frozen=True)
class Page:
    """A browser window on the server of ``port``."""

    driver: WebDriver
    port: int

    def open(self, path: str) -> None:
        self.driver.get(f"http://127.0.0.1:{self.port}{path}")

    def text(self) -> str:
        """All that can be read."""
        return str(self.driver.find_element(By.TAG_NAME, "body").text)

    def wait(self, condition: Callable[[], Any], what: str, within_s: float = SHOWN_WITHIN_S) -> Any:
        """The first true value of ``condition``; elements that the page replaces meanwhile are looked for again."""
        waiting = WebDriverWait(self.driver, within_s, 0.3, [StaleElementReferenceException])
        try:
            return waiting.until(lambda _: condition())
        except TimeoutException:
            raise AssertionError(f"after {within_s:g} s: {what}; the page says:\n{self.text()}") from None

    def wait_for_text(self, *texts: str, within_s: float = SHOWN_WITHIN_S) -> str:
        """The page's text once it has all of ``texts``."""

        def found() -> str | None:
            seen = self.text()
            return seen if all(each in seen for each in texts) else None

        return str(self.wait(found, f"{texts} cannot be read", within_s))

    def all(self, xpath: str) -> list[WebElement]:
        return self.driver.find_elements(By.XPATH, xpath)

    def click(self, xpath: str, index: int = 0) -> None:
        """Click what ``xpath`` finds, once it is there and can be clicked."""

        def clicked() -> bool:
            found = self.all(xpath)
            if len(found) <= index or not expected.element_to_be_clickable(found[index])(self.driver):
                return False
            found[index].click()
            return True

        self.wait(clicked, f"{xpath} cannot be clicked")

    def press(self, key: str) -> None:
        self.driver.switch_to.active_element.send_keys(key)

    def from_left_to_right(self, names: Sequence[str]) -> list[str]:
        """The named nodes of the asset graph in the order in which they stand."""

        def places() -> dict[str, float] | None:
            found = {name: self.all(f"//*[normalize-space(text())='{name}']") for name in names}
            return {name: each[-1].rect["x"] for name, each in found.items()} if all(found.values()) else None

        at: dict[str, float] = self.wait(places, f"not all of {names} are in the graph")
        return sorted(at, key=lambda name: at[name])

    def launch_plan(self, plan_id: str, week: str | None = None) -> None:
        """The dialog of the job ``generate_plan``: this plan, and one week or all of them."""
        self.open(f"{LOCATION}/jobs/generate_plan")
        self.click("//button[contains(., 'Materialize all')]")
        self._choose(0, plan_id)
        if week is None:
            self.click(f"{DIALOG}//button[normalize-space()='All']", index=1)
        else:
            self._choose(0, week)
        self.click(f"{DIALOG}//button[starts-with(normalize-space(), 'Launch ')]")
        self.wait(lambda: not self.all(DIALOG), "the dialog stays open")

    def launch_from_launchpad(self, job: str, config: str | None = None) -> str:
        """Launch a job with the configuration that its launchpad shows, or another one; returns the run's id."""
        self.open(f"{LOCATION}/jobs/{job}/playground")
        self.wait_for_text("No errors")
        if config is not None:
            self.click("//*[contains(@class, 'CodeMirror-lines')]")
            self.press(Keys.CONTROL + "a")
            self.driver.execute_cdp_cmd("Input.insertText", {"text": config})  # what pasting does
            self.wait_for_text("plan_id:", "No errors")
        self.click("//button[contains(., 'Launch Run')]")
        return str(self.wait(self._run_of_address, f"{job} is not launched"))

    def open_cells(self, asset: str, plan_id: str, week: str = "01") -> None:
        """The page of an asset's partitions, with a plan and a week of it chosen."""
        self.open(f"/assets/{asset}?view=partitions&partition={plan_id}%7C{week}")
        self.wait(lambda: self.all(_row(WEEKS[0])), f"the weeks of {plan_id} are not shown")

    def green_weeks(self) -> set[str]:
        """The weeks whose cells are green on the page that is open."""
        return {week for week in WEEKS if self.all(f"{_row(week)}/following-sibling::*[contains(@style, '{GREEN}')]")}

    def _choose(self, index: int, name: str) -> None:
        self.click(f"{DIALOG}//*[text()='{NOTHING_CHOSEN}']", index)
        self.click(f"//*[text()='{name}']")
        self.press(Keys.ESCAPE)

    def _run_of_address(self) -> str | None:
        """The id of the run whose page is shown, in this window or in one that has opened for it."""
        self.driver.switch_to.window(self.driver.window_handles[-1])
        _, found, run_id = str(self.driver.current_url).partition("/runs/")
        return run_id.partition("?")[0] if found else None


def _row(week: str) -> str:
    return f"//*[@data-tooltip='{week}']"
