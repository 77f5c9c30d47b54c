"""A browser on a real installation; what it saw is kept beside the server's log where a test fails."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from plan_pipeline_tests.browser.installation import UiServer, ui_server
from plan_pipeline_tests.orchestration.world import rejected_request
from plan_pipeline_tests.orchestration.world import request as plan_request

if TYPE_CHECKING:
    from plan_pipeline_tests.browser.page import Page

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
WINDOW = "1600,1700"
"""Wide enough for the graph, high enough for the 24 weeks of a list that only has what is seen."""

PAGE_LOAD_WITHIN_S = 120
MADE_WITHIN_S = 300
"""A launched plan takes some seconds; the rest is for a busy machine."""

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UiServer]:
    """The installation, with plans asked for but not made: ``whole`` and ``again`` of 5 weeks, ``short`` of too few
    hours; and ``typed``, made by a command.

    It ends with the tests of this folder: its daemon is busy as long as it runs, with nothing to do as well.
    """
    if not (CHROMIUM and DRIVER):
        pytest.skip("there is no browser: install Debian's packages chromium and chromium-driver")
    with ui_server(tmp_path_factory.mktemp("installation")) as server:
        server.ask(plan_request("whole", weeks=5), plan_request("again", weeks=5), rejected_request("short"))
        server.generate(plan_request("typed", weeks=4))
        yield server


@pytest.fixture(scope="package")
def launched(server: UiServer, tmp_path_factory: pytest.TempPathFactory) -> UiServer:
    """The installation while plans are made that somebody has launched from the page of the job: all weeks of ``whole``
    and of ``short``."""
    with window(server, tmp_path_factory.mktemp("launching")) as page:
        page.launch_plan("whole")
        page.launch_plan("short")
    return server


@pytest.fixture(scope="package")
def made(launched: UiServer) -> UiServer:
    """The installation after that. A page that is open meanwhile shows cells turn green, but not all that is said of
    them."""
    launched.wait_for_runs(3, MADE_WITHIN_S)
    return launched


@pytest.fixture
def page(server: UiServer, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A window of its own for each test, which leaves a picture and what the page said where the test fails."""
    with window(server, tmp_path) as page:
        yield page
        if request.node.stash.get(FAILED, False):
            keep_what_was_seen(page, tmp_path, server)


@contextmanager
def window(server: UiServer, folder: Path) -> Iterator[Page]:
    """A browser that ends with the block; what it saw is kept in ``folder`` where the block fails."""
    from selenium import webdriver

    from plan_pipeline_tests.browser.page import Page

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.add_argument(f"--window-size={WINDOW}")
    options.add_argument(f"--user-data-dir={folder / 'profile'}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    page = Page(driver, server.port)
    try:
        driver.set_page_load_timeout(PAGE_LOAD_WITHIN_S)
        yield page
    except BaseException:
        keep_what_was_seen(page, folder, server)
        raise
    finally:
        driver.quit()


def keep_what_was_seen(page: Page, folder: Path, server: UiServer) -> None:
    """A picture, the page, the browser's console and the server's log; pytest prints where."""
    page.driver.save_screenshot(str(folder / "page.png"))
    (folder / "page.html").write_text(f"<!-- {page.driver.current_url} -->\n{page.driver.page_source}")
    (folder / "console.json").write_text(json.dumps(page.driver.get_log("browser"), indent=1))
    shutil.copy(server.folder / "ui.log", folder / "ui.log")
    print(f"what the browser saw is in {folder}")
