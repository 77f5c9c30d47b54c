"""The other ways to launch, and everything else that operations is promised to see: the long form."""

from __future__ import annotations

import pytest

from plan_pipeline_tests.browser.installation import UiServer

pytest.importorskip("selenium", reason="selenium is not installed: uv sync --frozen")

from plan_pipeline.orchestration.assets import ALL
from plan_pipeline_tests.browser.page import LOCATION, WEEKS, Page

WITHIN_S = 300

PASTED = """ops:
  ingest_submitted:
    config:
      requests:
      - plan_id: pasted
        athlete_profile:
          athlete_id: rider-001
          ftp: 250
          training_availability: {hours_per_week: 8, week_days: [tuesday, thursday, saturday, sunday]}
        weeks: 4
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def regenerated(launched: UiServer) -> UiServer:
    """The installation after a bulk run over all its plans, launched through the API."""
    run_id = launched.api.launch("regenerate_plans")
    assert launched.api.wait(run_id, WITHIN_S) == "SUCCESS"
    return launched


@pytest.mark.parametrize("asset", ALL, ids=lambda asset: asset.key.to_user_string())
def test_the_page_of_an_asset_says_what_it_is(page: Page, asset: object) -> None:
    (spec,) = asset.specs  # type: ignore[attr-defined]
    page.open(f"/assets/{spec.key.to_user_string()}?view=overview")
    first = spec.description.partition("\n")[0].replace("``", "")
    page.wait_for_text("Description", first, f"Group\n{spec.group_name}")


def test_one_week_launched_from_the_page_of_the_job_is_made_again(page: Page, launched: UiServer) -> None:
    page.open_cells("final_plan", "whole", "03")
    page.wait(lambda: page.green_weeks() == set(WEEKS[:5]), "the plan is not there yet", WITHIN_S)
    before = {run.run_id for run in launched.api.runs()}
    page.launch_plan("whole", "03")
    page.wait(lambda: {run.run_id for run in launched.api.runs()} - before, "no run has come of it", WITHIN_S)
    (run_id,) = {run.run_id for run in launched.api.runs()} - before
    assert launched.api.wait(run_id, WITHIN_S) == "SUCCESS"
    page.open_cells("final_plan", "whole", "03")
    page.wait_for_text(run_id[:8], "passed\ntrue")


def test_all_plans_are_regenerated_from_the_launchpad_as_it_stands(page: Page, launched: UiServer) -> None:
    run_id = page.launch_from_launchpad("regenerate_plans")
    page.wait_for_text("Success\nRun of", "ASSET_MATERIALIZATION", within_s=WITHIN_S)  # without opening it again
    page.open(f"/runs/{run_id}")
    page.wait_for_text("plans_published", "plans_rejected")
    assert launched.pipeline.plans.load_plan("again") is not None


def test_a_request_pasted_into_the_launchpad_becomes_a_plan(page: Page, server: UiServer) -> None:
    run_id = page.launch_from_launchpad("submit_plan_requests", PASTED)
    assert server.api.wait(run_id, WITHIN_S) == "SUCCESS"
    page.open_cells("final_plan", "pasted", "04")
    page.wait(lambda: page.green_weeks() == set(WEEKS[:4]), "its four weeks are not green", WITHIN_S)


def test_the_run_of_a_rejected_plan_says_why_it_failed(page: Page, launched: UiServer) -> None:
    page.open_cells("final_plan", "short")
    page.wait_for_text("status\nrejected", within_s=WITHIN_S)
    verdict = launched.pipeline.plans.load_generation_record("short")
    assert verdict is not None
    (run,) = (run for run in launched.api.runs() if run.tags.get("plan_id") == "short")
    assert launched.api.wait(run.run_id, WITHIN_S) == "FAILURE"
    page.open(f"/runs/{run.run_id}")
    assert "Stack Trace" not in page.wait_for_text("plan 'short' is rejected", verdict.reasons[0])


def test_cells_of_a_bulk_run_tell_as_much_of_their_week_and_plan(page: Page, regenerated: UiServer) -> None:
    page.open_cells("final_plan", "again", "02")
    told = ("passed\ntrue", "hours_wanted", "hours_planned", "tss_planned", "day workout type min TSS IF", "load")
    page.wait_for_text(*told, str(regenerated.pipeline.data.plan_folder("again") / "plan.json"))


def test_cells_of_a_bulk_run_say_why_a_plan_was_rejected(page: Page, regenerated: UiServer) -> None:
    page.open_cells("final_plan", "short", "02")
    verdict = regenerated.pipeline.plans.load_generation_record("short")
    assert verdict is not None
    page.wait_for_text("status\nrejected", *verdict.reasons)


def test_a_run_is_tagged_with_its_plan_and_arm(page: Page, launched: UiServer) -> None:
    page.open_cells("final_plan", "whole")
    page.wait(lambda: page.green_weeks() == set(WEEKS[:5]), "the plan is not there yet", WITHIN_S)
    run = next(run for run in launched.api.runs() if run.tags.get("plan_id") == "whole")
    page.open(f"/runs/{run.run_id}")
    page.click("//button[contains(., 'View tags and config')]")
    page.wait_for_text("plan_id: whole", "arm: optimal", "kind: plan")


def test_the_page_of_the_job_says_how_a_plan_is_launched(page: Page) -> None:
    page.open(f"{LOCATION}/jobs/generate_plan")
    page.wait_for_text("All beside week is the whole plan")
