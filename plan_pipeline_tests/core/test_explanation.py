"""Why a week has its workouts is told by the code that chose them, and adds up."""

from __future__ import annotations

import re

import numpy as np
import pytest

from plan_pipeline.core.arms import arm_of
from plan_pipeline.core.duration.envelope import envelope_of
from plan_pipeline.core.explanation import DayReasons, WeekReasons, explain_week
from plan_pipeline.core.model.plan import Overview, Plan
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import PlanResult
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.core.selection.week_selection import WeekSelector
from plan_pipeline.library.files import library_version
from plan_pipeline_tests.core.builders import in_arm, planned, real_config, real_library, rider, small_library

ARMS = (OPTIMAL, ADJUSTED, LEGACY)
FIVE_DAYS = "Tuesday, Wednesday, Thursday, Saturday, Sunday"


def made(arm: str, library: Library | None = None) -> tuple[PlanRequest, Overview, Plan]:
    request = in_arm(rider(8, FIVE_DAYS, weeks=8), arm)
    return of(planned(request, library or real_library()))


def of(result: PlanResult) -> tuple[PlanRequest, Overview, Plan]:
    assert result.plan is not None, result.verdict.reasons
    assert result.overview is not None
    return result.request, result.overview, result.plan


def explained(request: PlanRequest, overview: Overview, plan: Plan, library: Library, week: int) -> WeekReasons:
    return explain_week(request, overview, library, real_config(), plan.training_plan.weekly_plan[week - 1])


@pytest.mark.parametrize("arm", ARMS)
def test_every_week_comes_out_as_published_and_each_choice_leads_by_its_points(arm: str) -> None:
    request, overview, plan = made(arm)
    for week in plan.training_plan.weekly_plan:
        reasons = explain_week(request, overview, real_library(), real_config(), week)
        assert reasons.differences == ()
        assert reasons.chosen_at_once is (arm == OPTIMAL)
        assert [day.weekday for day in reasons.days] == [workout.weekday for workout in week.workouts]
        for day, workout in zip(reasons.days, week.workouts, strict=True):
            assert day.chosen.library_workout_id == workout.library_workout_id
            assert day.slot.workout_type is workout.type
            assert day.chosen.points == pytest.approx(sum(day.chosen.criteria.values()), abs=0.05)
            assert len(day.alternatives) == 3
            assert day.chosen.library_workout_id not in {other.library_workout_id for other in day.alternatives}
            for other in day.alternatives:
                assert other.remarks or (other.behind is not None and other.behind >= 0)


def test_the_points_of_a_week_chosen_at_once_are_those_of_its_days() -> None:
    request, overview, plan = made(OPTIMAL)
    reasons = explained(request, overview, plan, real_library(), 5)
    total = sum(day.chosen.points or 0 for day in reasons.days)
    assert all(day.chosen.week_points == pytest.approx(total, abs=0.05) for day in reasons.days)


def test_an_alternative_at_once_names_what_the_other_days_would_have_instead() -> None:
    request, overview, plan = made(OPTIMAL)
    told = [
        (day.weekday, other.elsewhere)
        for week in (2, 4)
        for day in explained(request, overview, plan, real_library(), week).days
        for other in day.alternatives
        if other.elsewhere
    ]
    assert told
    assert all(not line.startswith(weekday) for weekday, elsewhere in told for line in elsewhere)


@pytest.mark.parametrize("arm", ARMS)
def test_parts_of_points_add_up_to_what_is_decided_by(arm: str) -> None:
    request, overview, _ = made(arm)
    selector = WeekSelector(
        purpose_of(request, real_config()), overview, envelope_of(real_library(), real_config()), arm_of(request)
    )
    for week in overview.weeks:
        decision = selector.decide(week)
        for day, allocation in enumerate(decision.allocations):
            held = selector.held(week, allocation.weekday, decision.bounds)
            parts = selector.scorer.point_parts(week, allocation, held)
            assert sum(parts.values()) == pytest.approx(selector.scorer.points(week, allocation, held))
            if (whole := decision.whole) is not None:
                bounds = whole.bounds[allocation.weekday]
                costs = selector.scorer.length_costs(week, allocation, bounds, whole.terms)
                cell = whole.solution.picks[day].cells
                found = sum(selector.scorer.point_parts_at(week, allocation, bounds, whole.terms, cell).values())
                possible = np.isfinite(costs[:, cell])
                assert possible.any()
                assert found[possible] == pytest.approx(-costs[possible, cell])
        selector.week(week)


def test_a_workout_that_was_lengthened_names_the_sets_and_blocks_that_changed() -> None:
    request, overview, plan = made(OPTIMAL)
    changed = 0
    for number in (1, 5):
        for day in explained(request, overview, plan, real_library(), number).days:
            length = day.length
            assert length.final_min == length.adjusted_min == length.chosen_min == day.chosen.duration_min
            assert bool(length.changes) == (length.final_min != length.base_min)
            changed += bool(length.changes)
    assert changed


def test_a_library_that_changed_since_is_told_by_what_it_would_do_otherwise() -> None:
    request, overview, plan = made(OPTIMAL)
    first = plan.training_plan.weekly_plan[0].workouts[0]
    left = tuple(workout for workout in real_library().workouts if workout.id != first.library_workout_id)
    without = Library(version=library_version(left), workouts=left)

    reasons = explained(request, overview, plan, without, 1)
    assert any(text.startswith(f"{first.weekday} would be ") and first.name in text for text in reasons.differences)
    chosen = reasons.days[0].chosen
    assert (chosen.name, chosen.points, bool(chosen.remarks)) == (first.name, None, True)
    assert len(reasons.days[0].alternatives) == 3


def test_a_workout_that_another_seed_would_not_choose_is_scored_beside_the_one_it_would() -> None:
    request, overview, plan = made(OPTIMAL)
    other = request.with_options(seed=99)
    reasons = [explained(other, overview, plan, real_library(), week) for week in range(1, 9)]
    behind = [
        alternative.behind
        for week in reasons
        if week.differences
        for day in week.days
        for alternative in day.alternatives
        if alternative.behind is not None
    ]
    assert behind
    assert min(behind) < 0


def test_a_small_library_leaves_fewer_alternatives_and_says_of_how_many() -> None:
    request, overview, plan = made(OPTIMAL, small_library())
    for day in explained(request, overview, plan, small_library(), 3).days:
        assert len(day.alternatives) <= min(3, day.of_type - 1)


def every_day(request: PlanRequest, overview: Overview, plan: Plan) -> list[DayReasons]:
    """The reasons for every day of a plan from the small library."""
    weeks = range(1, request.total_weeks + 1)
    return [day for number in weeks for day in explained(request, overview, plan, small_library(), number).days]


@pytest.mark.parametrize(
    ("arm", "hours", "days", "remark"),
    [
        (ADJUSTED, 8, "tue, wed, thu, sat, sun", "is one of the last two of its type"),
        (OPTIMAL, 3, "Tuesday, Saturday", "the week's hours would be missed by"),
    ],
)
def test_what_stood_against_a_workout_is_told_whatever_its_points(arm: str, hours: int, days: str, remark: str) -> None:
    reasons = every_day(*of(planned(in_arm(rider(hours, days, weeks=8), arm), small_library())))
    told = [other for day in reasons for other in day.alternatives if remark in "".join(other.remarks)]

    assert told
    assert not [day for day in reasons if remark in "".join(day.chosen.remarks)]


def test_a_workout_that_came_in_exchange_names_the_one_that_had_more_points() -> None:
    days = every_day(*of(planned(in_arm(rider(9, "Tuesday, Saturday", weeks=8), ADJUSTED), small_library())))
    exchanged = [(day, o) for day in days for o in day.alternatives if "was exchanged" in "".join(o.remarks)]

    assert exchanged
    for day, first in exchanged:
        assert f"came in exchange for {first.name}, for the week's hours" in day.chosen.remarks


def test_what_bound_the_choice_beside_the_points_is_told() -> None:
    request, overview, plan = made(OPTIMAL)
    first = explained(request, overview, plan, real_library(), 1).terms
    assert first
    assert all(re.fullmatch(r"minutes at .* % (earn points, .* few|lose points, .* many)", term) for term in first)
    (longest,) = explained(request, overview, plan, real_library(), 3).terms
    assert "longest-ride-growth" in longest


def test_a_ride_that_the_auto_fix_shortened_keeps_what_the_weeks_hours_had_made_of_it() -> None:
    request, overview, plan = made(ADJUSTED)
    week = plan.training_plan.weekly_plan[1]
    ride = week.workouts[-1]
    shorter = ride.model_copy(update={"duration_min": ride.duration_min - 15})
    fixed = week.model_copy(update={"workouts": (*week.workouts[:-1], shorter)})

    reasons = explain_week(request, overview, real_library(), real_config(), fixed)
    length = reasons.days[-1].length
    assert (length.adjusted_min, length.final_min) == (ride.duration_min, ride.duration_min - 15)
    assert f"{ride.duration_min - 15:g} min" in reasons.differences[0]
