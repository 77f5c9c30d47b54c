"""README.md's "Working with it", word for word: good requests, one that is infeasible and one that is rejected."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from plan_pipeline_tests.browser.installation import UiServer, ui_server
from plan_pipeline_tests.orchestration.world import ROOT, infeasible_request, rejected_request

pytest.importorskip("selenium", reason="selenium is not installed: uv sync --frozen")

from plan_pipeline_tests.browser.conftest import CHROMIUM, DRIVER
from plan_pipeline_tests.browser.page import WEEKS, Page
from plan_pipeline_tests.deploy.dagster_api import wait_until

WITHIN_S = 300
GOOD = ("rider-042-century", "rider-108-first-season")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UiServer]:
    """An installation as `plan-pipeline ui` starts it in an empty folder."""
    if not (CHROMIUM and DRIVER):
        pytest.skip("there is no browser: install Debian's packages chromium and chromium-driver")
    with ui_server(tmp_path_factory.mktemp("stranger")) as server:
        yield server


def requests_of(server: UiServer) -> Path:
    return server.folder / "data" / "requests"


def wait_for_file(path: Path, server: UiServer) -> None:
    wait_until(path.exists, WITHIN_S, lambda: f"{path.name} is not there; {server.api.runs()}")


def outcome(server: UiServer, file: str) -> dict[str, object]:
    path = requests_of(server) / "accepted" / f"{file}.outcome.json"
    wait_for_file(path, server)
    (line,) = path.read_text().splitlines()
    return dict(json.loads(line))


def requests_put_into_the_inbox_are_made_with_their_outcome_beside_them(server: UiServer, page: Page) -> None:
    inbox = requests_of(server) / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for plan_id in GOOD:
        shutil.copy(ROOT / "examples" / "requests" / f"{plan_id}.yaml", inbox)
    for bad in (infeasible_request("never-fits"), rejected_request("falls-short")):
        (inbox / f"{bad.plan_id}.yaml").write_text(yaml.safe_dump(bad.model_dump(mode="json", exclude_none=True)))
    (inbox / "broken.yaml").write_text("plan_id: broken\nweeks: 12: 13\n")

    assert [outcome(server, f"{plan_id}.yaml")["status"] for plan_id in GOOD] == ["published", "published"]
    assert outcome(server, "never-fits.yaml")["status"] == "infeasible"
    assert outcome(server, "falls-short.yaml")["status"] == "rejected"
    assert outcome(server, "falls-short.yaml")["reasons"]
    wait_for_file(requests_of(server) / "rejected" / "broken.yaml.reason.json", server)


def what_failed_is_red_with_the_plans_and_reasons(server: UiServer, page: Page) -> None:
    for asset, check in (("week_validation", "weeks_pass"), ("final_plan", "plan_is_published")):
        page.open(f"/assets/{asset}?view=checks&checkDetail={check}")
        seen = page.wait_for_text(check, "falls-short", within_s=WITHIN_S)
        assert "Failed" in seen
    assert "never-fits" in page.text()


def the_board_names_all_plans_that_need_someone(server: UiServer, page: Page) -> None:
    page.open("/assets/plan_status?view=events")
    page.wait_for_text("never-fits", "falls-short", "infeasible", "rejected", within_s=WITHIN_S)


def only_weeks_of_a_plan_are_green_after_a_launch_of_all(server: UiServer, page: Page) -> None:
    runs = len(server.api.runs())
    page.launch_plan(GOOD[0])
    server.wait_for_runs(runs + 1, WITHIN_S)
    weeks = json.loads((server.folder / "data" / "plans" / GOOD[0] / "plan.json").read_text())["training_plan"]
    page.open_cells("final_plan", GOOD[0], "08")
    wanted = set(WEEKS[: len(weeks["weekly_plan"])])
    page.wait(lambda: page.green_weeks() == wanted, "not just its weeks are green", WITHIN_S)
    page.wait_for_text("hours_wanted", "hours_planned", "load", f"{GOOD[0]}/plan.json")


def week_8_again_comes_out_as_before(server: UiServer, page: Page) -> None:
    plan, runs = server.folder / "data" / "plans" / GOOD[0] / "plan.json", len(server.api.runs())
    before = plan.read_bytes()
    page.launch_plan(GOOD[0], "08")
    server.wait_for_runs(runs + 1, WITHIN_S)
    assert plan.read_bytes() == before


def the_run_of_a_single_rejected_plan_fails_with_the_same_text(server: UiServer, page: Page) -> None:
    runs = {run.run_id for run in server.api.runs()}
    page.launch_plan("falls-short")
    server.wait_for_runs(len(runs) + 1, WITHIN_S)
    (run,) = (run for run in server.api.runs() if run.run_id not in runs)
    assert run.status == "FAILURE"
    verdict = server.pipeline.plans.load_generation_record("falls-short")
    assert verdict is not None
    page.open(f"/runs/{run.run_id}")
    page.wait_for_text("plan 'falls-short' is rejected", verdict.reasons[0])


def all_plans_are_made_from_the_launchpad_and_bad_ones_stay_red(server: UiServer, page: Page) -> None:
    run_id = page.launch_from_launchpad("regenerate_plans")
    assert server.api.wait(run_id, WITHIN_S) == "SUCCESS"
    page.open("/assets/final_plan?view=checks&checkDetail=plan_is_published")
    page.wait_for_text("plan_is_published", "falls-short", "never-fits", within_s=WITHIN_S)


def a_pasted_request_that_cannot_be_used_is_refused_with_what_is_wrong(server: UiServer, page: Page) -> None:
    run_id = page.launch_from_launchpad("submit_plan_requests")  # as it stands, the example
    assert server.api.wait(run_id, WITHIN_S) == "FAILURE"
    page.open(f"/runs/{run_id}")
    page.wait_for_text("'change-me' is the example's; put your own request in its place")


STEPS: Final = (
    requests_put_into_the_inbox_are_made_with_their_outcome_beside_them,
    what_failed_is_red_with_the_plans_and_reasons,
    the_board_names_all_plans_that_need_someone,
    only_weeks_of_a_plan_are_green_after_a_launch_of_all,
    week_8_again_comes_out_as_before,
    the_run_of_a_single_rejected_plan_fails_with_the_same_text,
    all_plans_are_made_from_the_launchpad_and_bad_ones_stay_red,
    a_pasted_request_that_cannot_be_used_is_refused_with_what_is_wrong,
)


def test_a_stranger_finds_every_sentence_on_the_pages_true(server: UiServer, page: Page) -> None:
    for step in STEPS:
        step(server, page)
