"""An overview of runs is held to the tier's days, to volume that ramps, and to kilometres where it counts them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plan_pipeline.core.model.plan import Overview, OverviewWeek, TrainingDay
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import WeekType, WorkoutType
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.overview.soundness import overview_breaches
from plan_pipeline_tests.core.running import a_runner_request, in_kilometres, running_config, running_library

HOURS, KILOMETRES = a_runner_request(), in_kilometres(52)
Change = Callable[[OverviewWeek], dict[str, object]]


def by_rules(request: PlanRequest) -> tuple[OverviewWeek, ...]:
    overview = plan_overview(request, running_library(), running_config())
    assert isinstance(overview, Overview)
    return overview.weeks


def breaches(request: PlanRequest, kind: WeekType, change: Change) -> tuple[str, ...]:
    """What is wrong after the last week of a type is changed."""
    weeks = list(by_rules(request))
    place = max(i for i, week in enumerate(weeks) if week.week_type is kind)
    fields = {name: getattr(weeks[place], name) for name in OverviewWeek.model_fields}
    weeks[place] = OverviewWeek(**{**fields, **change(weeks[place])})
    return overview_breaches(request, tuple(weeks), running_config())


def every_day(kind: WorkoutType) -> Change:
    return lambda week: {
        "training_days": tuple(
            day if day.workout_type is WorkoutType.LONG else TrainingDay(weekday=day.weekday, workout_type=kind)
            for day in week.training_days
        )
    }


def times(factor: float, *fields: str) -> Change:
    return lambda week: {name: factor * getattr(week, name) for name in fields}


@pytest.mark.parametrize("request_", [HOURS, KILOMETRES], ids=["hours", "kilometres"])
def test_overviews_of_runs_by_rule_are_sound(request_: PlanRequest) -> None:
    assert overview_breaches(request_, by_rules(request_), running_config()) == ()


def test_more_days_than_the_tier_has_are_too_many() -> None:
    found = breaches(HOURS, WeekType.LOAD, every_day(WorkoutType.EASY))
    assert any("7 training days; at most 6." in breach for breach in found)


def test_a_week_without_its_long_run_is_told_in_words_of_running() -> None:
    def without(week: OverviewWeek) -> dict[str, object]:
        days = (
            day.model_copy(update={"workout_type": WorkoutType.EASY}) if day.workout_type is WorkoutType.LONG else day
            for day in week.training_days
        )
        return {"training_days": tuple(days)}

    (breach,) = breaches(HOURS, WeekType.LOAD, without)
    assert "no long or race_simulation run at the weekend" in breach or "no long run at the weekend" in breach
    assert breach.endswith("where the long run belongs; put one on Saturday or Sunday.")


def test_a_cutback_that_cuts_nothing_back_is_none() -> None:
    (breach,) = breaches(HOURS, WeekType.RECOVERY, times(1.3, "target_hours", "target_tss"))
    assert "in a recovery week; with load weeks of up to" in breach


def test_a_taper_is_held_to_the_weeks_before_it() -> None:
    found = breaches(HOURS, WeekType.TAPER, times(2, "target_hours", "target_tss"))
    assert any("in a taper week; with load weeks of up to" in breach for breach in found)


def test_kilometres_are_held_to_those_of_the_fullest_week() -> None:
    (breach,) = breaches(KILOMETRES, WeekType.LOAD, times(1.3, "target_km"))
    assert "km in a load week; with 52 km in the fullest week it is" in breach


def test_a_first_week_may_be_as_light_as_what_is_run_by_now() -> None:
    first = by_rules(a_runner_request(athlete={"current_weekly_km": 33}))[0]
    assert first.target_hours < 0.75 * 5
