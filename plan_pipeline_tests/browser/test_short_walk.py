"""What somebody who opens the UI for the first time sees and does, in the real pages."""

from __future__ import annotations

import pytest

from plan_pipeline.core.stages import Stage
from plan_pipeline_tests.browser.installation import UiServer

pytest.importorskip("selenium", reason="selenium is not installed: uv sync --frozen")

from plan_pipeline_tests.browser.page import LOCATION, WEEKS, Page

STAGES = [stage.value for stage in Stage]
WITHIN_S = 300
"""A launched plan takes some seconds; the rest is for a busy machine."""


def test_the_asset_graph_shows_the_stages_in_their_order(page: Page) -> None:
    page.open(f"{LOCATION}/asset-groups/plans")
    assert page.from_left_to_right(STAGES) == STAGES


def test_all_weeks_of_a_plan_launched_from_the_page_of_its_job_turn_green_and_no_others(
    page: Page, launched: UiServer
) -> None:
    for stage in STAGES:
        page.open_cells(stage, "whole")
        page.wait(lambda: page.green_weeks() == set(WEEKS[:5]), f"not just its weeks of {stage} are green", WITHIN_S)


def test_a_cell_says_how_its_week_came_out(page: Page, made: UiServer) -> None:
    page.open_cells("week_metrics", "whole")
    page.wait_for_text("passed\ntrue", "hours_wanted", "hours_planned", "day workout type min TSS IF")


def test_a_launched_plan_is_published(page: Page, made: UiServer) -> None:
    page.open_cells("final_plan", "whole")
    page.wait_for_text(str(made.pipeline.data.plan_folder("whole") / "plan.json"))
    assert made.pipeline.plans.load_plan("whole") is not None


def test_the_reasons_of_a_rejected_plan_can_be_read(page: Page, made: UiServer) -> None:
    page.open_cells("final_plan", "short", week="02")
    seen = page.wait_for_text("status\nrejected")
    verdict = made.pipeline.plans.load_generation_record("short")
    assert verdict is not None
    assert verdict.reasons
    assert all(reason in seen for reason in verdict.reasons)


def test_the_terminal_has_no_events_that_are_only_of_use_in_the_log(made: UiServer) -> None:
    assert "DEBUG" not in (made.folder / "ui.log").read_text()


def test_a_run_of_a_command_is_on_the_page_of_its_job_with_its_plan(page: Page, server: UiServer) -> None:
    page.open(f"{LOCATION}/jobs/generate_plan/runs")
    page.wait_for_text("plan_id: typed", "arm: optimal")
