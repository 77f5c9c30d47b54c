"""A block between two marathons: easy at first, soon back to where the runner was, and a taper of two weeks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Phase, PlanStatus, WeekType
from plan_pipeline.core.overview.notes.words import extra_of
from plan_pipeline.core.overview.season import season_of
from plan_pipeline.core.pipeline import PlanResult, generate_plan
from plan_pipeline.core.purpose.between_races import easy_start
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline_tests.core.builders import STAMP
from plan_pipeline_tests.core.running import in_kilometres, running_config, running_library

FIRST = dt.date(2027, 4, 26)
"""The Monday that plans begin on."""

SHORT_AND_LONG = (4, 6, 8, 10, 12)


def a_block(
    weeks: int, *, days_before: int = 1, distance: str = "marathon", kind: str = "marathon", **athlete: Any
) -> PlanRequest:
    """A plan of some weeks to a marathon on a Sunday, after a race on a day before it begins."""
    race = {"distance": distance, "time": "3:20:00", "date": str(FIRST - dt.timedelta(days=days_before))}
    event = {"type": kind, "date": str(FIRST + dt.timedelta(days=7 * weeks - 1))}
    known = {"recent_race": race, "current_weekly_km": 70, "longest_run_km": 32, "goals": [], **athlete}
    return in_kilometres(80, weeks=None, start_date=str(FIRST), event=event, athlete=known)


def planned(request: PlanRequest) -> PlanResult:
    return generate_plan(request, running_library(), running_config(), stamp=STAMP)


def weeks_of(request: PlanRequest) -> tuple[PlanWeek, ...]:
    found = planned(request)
    assert found.plan is not None, found.verdict
    return found.plan.training_plan.weekly_plan


def first_shares(request: PlanRequest) -> tuple[float, ...]:
    return easy_start(purpose_of(request, running_config()))


@pytest.mark.parametrize(
    ("weeks", "shares"), [(4, (0.50,)), (5, (0.50,)), (6, (0.36, 0.55)), (12, (0.36, 0.55)), (13, ()), (16, ())]
)
def test_a_block_of_4_to_12_weeks_begins_with_a_half_or_a_third_of_the_fullest_week(
    weeks: int, shares: tuple[float, ...]
) -> None:
    """50 % in four weeks, 32 to 41 % in six to twelve (RUNNING facts, § 6); a longer plan is a plan of its own."""
    assert first_shares(a_block(weeks)) == shares


@pytest.mark.parametrize("days", [1, 7, 21])
def test_it_begins_within_three_weeks_of_the_marathon_before(days: int) -> None:
    assert first_shares(a_block(8, days_before=days))


@pytest.mark.parametrize(
    "request_",
    [
        a_block(8, days_before=22),
        a_block(8, distance="half_marathon"),
        a_block(8, kind="half_marathon"),
        a_block(8, recent_race={"distance": "marathon", "time": "3:20:00"}),
    ],
    ids=["long ago", "after a half marathon", "to a half marathon", "on no day"],
)
def test_other_plans_begin_as_they_did(request_: PlanRequest) -> None:
    assert first_shares(request_) == ()


@pytest.mark.parametrize("weeks", SHORT_AND_LONG)
def test_its_first_weeks_are_easy_running_only(weeks: int) -> None:
    request = a_block(weeks)
    for week in weeks_of(request)[: len(first_shares(request))]:
        assert week.week_type is WeekType.RECOVERY
        assert not [day for day in week.training_days if day.workout_type.is_demanding]
        assert not [day for day in week.training_days if extra_of(day.patterns)]
        assert week.focus.startswith("Recover from the marathon: easy running")


@pytest.mark.parametrize("weeks", SHORT_AND_LONG)
def test_it_is_soon_back_to_what_was_run_before_and_fullest_in_the_last_weeks_before_the_taper(weeks: int) -> None:
    request = a_block(weeks)
    loads = [week.target_km or 0.0 for week in weeks_of(request) if week.week_type is WeekType.LOAD]
    assert loads[0] == pytest.approx(70, abs=1)
    assert loads[-1] == max(loads) >= 0.9 * 80


@pytest.mark.parametrize("weeks", SHORT_AND_LONG)
def test_long_runs_go_on_from_the_longest_of_late_and_not_from_those_of_the_first_weeks(weeks: int) -> None:
    request = a_block(weeks)
    after = weeks_of(request)[len(first_shares(request))]
    assert max(workout.distance_km or 0.0 for workout in after.workouts) >= 24


@pytest.mark.parametrize("weeks", [8, 10, 12])
def test_its_taper_is_of_two_weeks(weeks: int) -> None:
    slots = season_of(purpose_of(a_block(weeks), running_config()))
    assert [slot.phase for slot in slots[-3:]] == [slots[-3].phase, Phase.TAPER, Phase.TAPER]
    assert slots[-3].phase is not Phase.TAPER
    assert slots[-2].share == pytest.approx(0.70)
    assert slots[-1].share == pytest.approx(0.42 * 6 / 7)


@pytest.mark.parametrize("weeks", SHORT_AND_LONG)
@pytest.mark.parametrize("known", [{}, {"current_weekly_km": None, "longest_run_km": None}], ids=["known", "unknown"])
def test_it_is_published_with_its_kilometres(weeks: int, known: dict[str, Any]) -> None:
    found = planned(a_block(weeks, **known))
    assert found.verdict.status is PlanStatus.PUBLISHED
    assert all(week.validation.passed for week in weeks_of(a_block(weeks, **known)))


def test_the_notes_say_why_it_begins_easily() -> None:
    found = planned(a_block(8))
    assert found.plan is not None
    notes = found.plan.training_plan.plan_metadata.coaching_notes
    assert "This is a block between two marathons: weeks 1 and 2 are for getting over the last one" in notes


def test_days_off_in_the_first_week_are_taken_from_it_as_well() -> None:
    off = {"time_off": [{"from": str(FIRST), "to": str(FIRST + dt.timedelta(days=1))}]}
    away = PlanRequest.model_validate({**a_block(8).model_dump(mode="json", exclude_none=True), **off})
    first, *_ = season_of(purpose_of(away, running_config()))
    assert first.share == pytest.approx(0.36 * 4 / 5)
