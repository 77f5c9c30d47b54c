"""The page of a plan in a real browser: opened, clicked, walked through by keyboard, made small, dark and printed."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.pages.library_page import library_page
from plan_pipeline.pages.plan_page import plan_page
from plan_pipeline_tests.browser.conftest import CHROMIUM, DRIVER
from plan_pipeline_tests.core.builders import real_config, real_library
from plan_pipeline_tests.pages.plans import alternatives, example

pytest.importorskip("selenium", reason="selenium is not installed: uv sync --frozen")

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

WITHIN_MS = 1000
"""Of the first thing that is painted."""

DESK, PHONE = (1360, 900), (390, 844)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if not (CHROMIUM and DRIVER):
        pytest.skip("there is no browser: install Debian's packages chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    pages = {
        "plan": plan_page(example("rider-007-stage-race"), alternatives=alternatives("rider-007-stage-race")),
        "library": library_page(real_library(), real_config()),
    }
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


def opened(driver: Any, path: Path, size: tuple[int, int] = DESK, *, scheme: str = "light") -> Any:
    metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    preference = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", preference)
    driver.get(path.as_uri())
    return driver


def first(driver: Any, css: str) -> Any:
    return driver.find_element(By.CSS_SELECTOR, css)


def test_it_is_painted_within_a_second_and_the_browser_has_nothing_to_complain_of(
    driver: Any, files: dict[str, Path]
) -> None:
    opened(driver, files["plan"])
    painted = driver.execute_async_script(
        "const done = arguments[0]; requestAnimationFrame(() => setTimeout(() => "
        "done(performance.getEntriesByName('first-contentful-paint')[0]?.startTime)))"
    )
    assert painted is not None and painted <= WITHIN_MS
    assert driver.get_log("browser") == []


def test_a_click_opens_a_workout_and_the_close_button_closes_it(driver: Any, files: dict[str, Path]) -> None:
    opened(driver, files["plan"])
    button = first(driver, "button.session")
    dialog = first(driver, f"#{button.get_attribute('popovertarget')}")
    assert not dialog.is_displayed()
    button.click()
    assert dialog.is_displayed()
    assert "of FTP" in dialog.text and " W" in dialog.text
    dialog.find_element(By.CSS_SELECTOR, "button.close").click()
    assert not dialog.is_displayed()


def test_the_keyboard_opens_and_closes_a_workout_and_comes_back_to_where_it_was(
    driver: Any, files: dict[str, Path]
) -> None:
    opened(driver, files["plan"])
    button = first(driver, "button.session")
    driver.execute_script("arguments[0].focus()", button)
    button.send_keys(Keys.ENTER)
    dialog = first(driver, f"#{button.get_attribute('popovertarget')}")
    assert dialog.is_displayed()
    assert driver.switch_to.active_element.get_attribute("aria-label") == "Close"
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not dialog.is_displayed()
    assert driver.switch_to.active_element == button


@pytest.mark.parametrize("name", ["plan", "library"])
def test_on_a_phone_nothing_is_wider_than_the_screen(driver: Any, files: dict[str, Path], name: str) -> None:
    opened(driver, files[name], PHONE)
    width, shown = driver.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
    assert width <= shown


def test_a_workout_fits_on_a_phone(driver: Any, files: dict[str, Path]) -> None:
    opened(driver, files["plan"], PHONE)
    button = first(driver, "button.threshold")
    driver.execute_script("arguments[0].click()", button)
    dialog = first(driver, f"#{button.get_attribute('popovertarget')}")
    assert driver.execute_script("return arguments[0].scrollWidth <= arguments[0].clientWidth", dialog)


def test_dark_is_dark(driver: Any, files: dict[str, Path]) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        opened(driver, files["plan"], scheme=scheme)
        script = "return getComputedStyle(document.documentElement).backgroundColor"
        grounds.append(sum(map(int, re.findall(r"\d+", driver.execute_script(script))[:3])))
    assert grounds[0] > 700 and grounds[1] < 150


def test_it_is_printed_as_its_season_and_a_page_for_every_four_weeks(driver: Any, files: dict[str, Path]) -> None:
    opened(driver, files["plan"])
    printed = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})
    pages = re.findall(rb"/Type\s*/Page\b(?!s)", base64.b64decode(printed["data"]))
    weeks = len(example("rider-007-stage-race").training_plan.weekly_plan)
    words_and_rules = 1
    assert len(pages) == 1 + -(-weeks // 4) + words_and_rules


def test_the_library_is_filtered_by_words_type_and_length(driver: Any, files: dict[str, Path]) -> None:
    opened(driver, files["library"])

    def shown() -> int:
        return len([card for card in driver.find_elements(By.CSS_SELECTOR, ".card") if card.is_displayed()])

    first(driver, "[name=kind]").send_keys("Threshold")
    of_type = shown()
    assert of_type == len(real_library().by_type["threshold"])
    first(driver, "[name=text]").send_keys("over-unders")
    assert 0 < shown() < of_type
    first(driver, "[name=reach]").send_keys("600")
    assert shown() == 0
    first(driver, "button[type=reset]").click()
    assert driver.execute_async_script("setTimeout(arguments[0])") is None
    assert shown() == len(real_library().workouts)
