"""The published plan: complete and consistent, or the reasons why there is none."""

from __future__ import annotations

import datetime as dt
from typing import Any

from plan_pipeline.core.finalize import Stamp, content_hash, finalize_plan
from plan_pipeline.core.pipeline import PlanResult
from plan_pipeline.core.plan import Overview, Plan, ValidatedWeek, Verdict, Workout
from plan_pipeline.core.request import PlanRequest
from plan_pipeline.core.vocabulary import OverviewSource, PlanStatus, Weekday
from plan_pipeline_tests.core.builders import STAMP, planned, rider, small_library
from plan_pipeline_tests.core.weeks import endurance

REQUEST = rider(5, "tue, thu, sat", {"tuesday": 75}, weeks=4, start_date="2027-01-06")
MADE: PlanResult = planned(REQUEST)
assert MADE.overview is not None
OVERVIEW: Overview = MADE.overview
WEEKS = {draft.overview.week_number: draft.validated for draft in MADE.weeks}


def finalized(
    weeks: dict[int, ValidatedWeek] | None = None,
    request: PlanRequest = REQUEST,
    overview: Overview = OVERVIEW,
    stamp: Stamp = STAMP,
) -> Plan | Verdict:
    return finalize_plan(request, overview, WEEKS if weeks is None else weeks, small_library().version, stamp)


def reasons(weeks: dict[int, ValidatedWeek], **kwargs: Any) -> tuple[str, ...]:
    outcome = finalized(weeks, **kwargs)
    assert isinstance(outcome, Verdict)
    assert outcome.status is PlanStatus.REJECTED
    return outcome.reasons


def published(**kwargs: Any) -> Plan:
    outcome = finalized(**kwargs)
    assert isinstance(outcome, Plan), outcome
    return outcome


def with_workouts(number: int, *workouts: Workout) -> dict[int, ValidatedWeek]:
    return {**WEEKS, number: WEEKS[number].model_copy(update={"workouts": workouts})}


def with_validation(number: int, **changes: Any) -> dict[int, ValidatedWeek]:
    verdict = WEEKS[number].validation.model_copy(update=changes)
    return {**WEEKS, number: WEEKS[number].model_copy(update={"validation": verdict})}


def test_a_plan_says_what_it_was_made_from() -> None:
    plan = published()

    assert plan.training_plan.plan_id == REQUEST.plan_id
    assert plan.training_plan.plan_metadata.start_date == dt.date(2027, 1, 11)
    assert plan.training_plan.plan_metadata.target_ftp == REQUEST.goal_ftp
    assert [week.week_number for week in plan.training_plan.weekly_plan] == [1, 2, 3, 4]
    assert plan.ai_metadata.library_version == small_library().version
    assert (plan.ai_metadata.ai_provider, plan.ai_metadata.ai_model) == (None, None)
    assert plan.generation.generation_id == STAMP.generation_id


def test_a_plan_whose_overview_a_model_wrote_names_the_model() -> None:
    written = OVERVIEW.model_copy(update={"source": OverviewSource.ANTHROPIC, "model": "claude"})

    assert published(overview=written).ai_metadata.ai_provider == "anthropic"
    assert published(overview=written).ai_metadata.ai_model == "claude"


def test_a_published_plan_can_be_read_back() -> None:
    assert Plan.model_validate_json(published().model_dump_json()) == published()


# --- the content hash ----------------------------------------------------------------------------------------


def test_the_content_hash_does_not_depend_on_the_stamp() -> None:
    later = Stamp(generation_id="g-2", generated_at=dt.datetime(2028, 1, 1, tzinfo=dt.UTC), code_version="9")

    assert published(stamp=later).generation.content_hash == published().generation.content_hash
    assert published(stamp=later) != published()


def test_the_content_hash_changes_with_the_content() -> None:
    plan = published().training_plan
    week = plan.weekly_plan[0]
    louder = week.model_copy(update={"focus": week.focus + "!"})

    assert content_hash(plan.model_copy(update={"weekly_plan": (louder, *plan.weekly_plan[1:])})) != content_hash(plan)


def test_the_content_hash_is_the_one_in_the_generation() -> None:
    assert published().generation.content_hash == content_hash(published().training_plan)


# --- integrity -----------------------------------------------------------------------------------------------


def test_a_missing_week_is_named_with_what_to_do() -> None:
    weeks = {number: week for number, week in WEEKS.items() if number != 3}

    assert reasons(weeks) == ("Week 3: was not generated; launch the plan for all its weeks",)


def test_every_missing_week_is_named() -> None:
    assert len(reasons({})) == 4


def test_a_failed_week_gives_its_errors_which_name_it() -> None:
    errors = ("Week 2: too long", "Week 2: too hard")

    assert reasons(with_validation(2, passed=False, errors=errors)) == errors


def test_a_week_made_for_an_earlier_overview_is_refused() -> None:
    expected = ("Week 2: was generated for an earlier overview; launch the plan for all its weeks",)

    assert reasons(with_validation(2, target_hours=9.0)) == expected
    assert reasons(with_validation(2, target_tss=1.0)) == expected


def test_an_overview_of_another_length_is_refused() -> None:
    shorter = OVERVIEW.model_copy(update={"weeks": OVERVIEW.weeks[:3]})

    assert reasons(WEEKS, overview=shorter) == ("the overview has 3 weeks, the request asks for 4",)


def test_segments_that_do_not_add_up_are_refused_by_day() -> None:
    first, *others = WEEKS[1].workouts
    total = sum(segment.duration_min for segment in first.segments)
    weeks = with_workouts(1, first.model_copy(update={"duration_min": total + 3}), *others)

    assert f"Week 1: {first.weekday}: segments add up to {total:g} min, the workout says {total + 3:g}" in reasons(
        weeks
    )


def test_a_workout_on_a_rest_day_is_refused() -> None:
    said = reasons(with_workouts(1, *WEEKS[1].workouts, endurance("Monday", 30)))

    assert "Week 1: Monday has a workout but is not a training day" in said
    assert "Week 1: Monday has 30 min of training, the athlete has 0" in said


def test_a_day_over_its_cap_is_refused_with_both_figures() -> None:
    tuesday, *others = WEEKS[1].workouts
    assert tuesday.weekday is Weekday.TUESDAY

    said = reasons(with_workouts(1, endurance("Tuesday", 90), *others))

    assert "Week 1: Tuesday has 90 min of training, the athlete has 75" in said


def test_two_workouts_on_one_day_count_together_against_its_cap() -> None:
    said = reasons(with_workouts(1, *WEEKS[1].workouts, endurance("Tuesday", 60)))

    assert any(reason.endswith("min of training, the athlete has 75") for reason in said)


def test_training_days_without_a_workout_are_named_in_week_order() -> None:
    said = reasons(with_workouts(1))

    assert said[:3] == tuple(
        f"Week 1: {day} is a training day without a workout" for day in ("Tuesday", "Thursday", "Saturday")
    )


def test_workouts_that_do_not_add_up_to_the_verdict_are_refused() -> None:
    hours = WEEKS[1].validation.actual_hours
    said = reasons(with_validation(1, actual_hours=hours + 1))

    assert said == (f"Week 1: workouts add up to {hours:.2f} h, validation says {hours + 1}",)


def test_an_optional_workout_does_not_count_towards_the_hours() -> None:
    first, *others = WEEKS[1].workouts
    hours = round(sum(workout.duration_min for workout in others) / 60, 2)
    optional = first.model_copy(update={"optional": True, "optional_reason": "six days"})
    verdict = WEEKS[1].validation.model_copy(update={"actual_hours": hours})
    week = WEEKS[1].model_copy(update={"workouts": (optional, *others), "validation": verdict})

    assert isinstance(finalized({**WEEKS, 1: week}), Plan)


def test_all_breaches_of_all_weeks_are_told_at_once() -> None:
    weeks = {**with_validation(2, passed=False, errors=("Week 2: too long",))}
    del weeks[4]

    assert len(reasons(weeks)) == 2
