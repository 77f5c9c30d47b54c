"""The published plan: complete and consistent, or the reasons why there is none."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from plan_pipeline.core.final_plan import Stamp, content_hash, finalize_plan
from plan_pipeline.core.model.plan import Overview, Plan, ValidatedWeek, Verdict, WeekValidation, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import BY_ANTHROPIC, PlanStatus, Weekday
from plan_pipeline.core.pipeline import PlanResult, generate_plan
from plan_pipeline.core.rules.rule import rules_of
from plan_pipeline_tests.core.builders import STAMP, planned, real_config, rider, small_library
from plan_pipeline_tests.core.rules.overviews import with_days_swapped, with_week
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
    return finalize_plan(
        request, overview, (WEEKS if weeks is None else weeks).values(), small_library(), real_config(), stamp
    )


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
    written = OVERVIEW.model_copy(update={"source": BY_ANTHROPIC, "model": "claude"})

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


def test_a_failed_week_made_for_an_earlier_overview_is_told_as_such_and_not_by_its_errors() -> None:
    said = reasons(with_validation(2, target_hours=9.0, passed=False, errors=("Week 2: too long",)))

    assert said == ("Week 2: was generated for an earlier overview; launch the plan for all its weeks",)


def test_an_overview_of_another_length_is_refused() -> None:
    shorter = OVERVIEW.model_copy(update={"weeks": OVERVIEW.weeks[:3]})

    assert reasons(WEEKS, overview=shorter) == ("the overview has 3 weeks, the request asks for 4",)


def test_a_workout_on_a_rest_day_is_refused() -> None:
    resting = with_week(OVERVIEW.weeks, 1, days="thursday vo2max, saturday endurance")

    said = reasons(WEEKS, overview=OVERVIEW.model_copy(update={"weeks": resting}))

    assert said == ("Week 1: Tuesday has a workout but is not a training day",)


def test_training_days_without_a_workout_are_named_in_week_order() -> None:
    said = reasons(with_workouts(1))

    assert said[:3] == tuple(
        f"Week 1: {day} is a training day without a workout" for day in ("Tuesday", "Thursday", "Saturday")
    )


def test_all_breaches_of_all_weeks_are_told_at_once() -> None:
    weeks = {**with_validation(2, passed=False, errors=("Week 2: too long",))}
    del weeks[4]

    assert len(reasons(weeks)) == 2


# --- rules ---------------------------------------------------------------------------------------------------

RULE_IDS = tuple(rule.rule_id for rule in rules_of(real_config()))
FIVE_DAYS = rider(8, "tue, wed, thu, sat, sun", weeks=4)
FIVE_DAYS_MADE = planned(FIVE_DAYS)


def with_hard_days_in_a_row(request: PlanRequest = FIVE_DAYS) -> PlanResult:
    """What becomes of an overview whose Thursday, a hard day, has moved next to its Tuesday, another."""
    assert FIVE_DAYS_MADE.overview is not None
    overview = with_days_swapped(FIVE_DAYS_MADE.overview, "Wednesday", "Thursday")
    return generate_plan(request, small_library(), real_config(), stamp=STAMP, overview=overview)


def waiving(*rule_ids: str) -> PlanRequest:
    options = FIVE_DAYS.options.model_validate({**FIVE_DAYS.options.model_dump(), "waivers": rule_ids})
    return FIVE_DAYS.model_copy(update={"options": options})


def test_a_published_plan_carries_a_result_of_every_rule() -> None:
    assert tuple(result.rule_id for result in published().rule_results) == RULE_IDS


def test_what_rules_say_is_not_part_of_the_content() -> None:
    plan = published()
    newer = tuple(result.model_copy(update={"rule_version": 99}) for result in plan.rule_results)

    assert content_hash(plan.model_copy(update={"rule_results": newer}).training_plan) == plan.generation.content_hash


def test_a_rule_whose_breach_is_an_error_rejects_the_plan_in_its_own_words_and_by_its_id() -> None:
    first, second = with_hard_days_in_a_row().verdict.reasons

    assert re.fullmatch(
        r"hard-day-spacing: Week 2: Wednesday \(.*\) is hard the day after Tuesday \(.*\) \(week 3 as well\); "
        r"put at least 1 day of rest or easy riding between hard days\.",
        first,
    )
    assert second.startswith("hard-by-content: Week 2: Wednesday (")


def test_a_plan_that_a_rule_rejects_keeps_the_results() -> None:
    rejected = with_hard_days_in_a_row()

    assert rejected.plan is None
    assert [r.rule_id for r in rejected.rule_results if r.rejects] == ["hard-day-spacing", "hard-by-content"]
    assert len(rejected.rule_results) == len(RULE_IDS)


def test_a_plan_whose_request_waives_the_rule_is_published_and_says_so() -> None:
    plan = with_hard_days_in_a_row(waiving("hard-day-spacing")).plan

    assert plan is not None
    (broken,) = (result for result in plan.rule_results if not result.passed and result.waived)
    assert (broken.rule_id, broken.weeks) == ("hard-day-spacing", (2, 3))


def test_a_waiver_does_not_change_what_the_athlete_gets() -> None:
    waived, plain = planned(waiving("monotony")).plan, FIVE_DAYS_MADE.plan

    assert waived is not None and plain is not None
    assert waived.generation.content_hash == plain.generation.content_hash


def test_a_plan_with_a_failed_week_is_held_against_the_rules_all_the_same() -> None:
    outcome = finalized(with_validation(2, passed=False, errors=("Week 2: too long",)))

    assert tuple(result.rule_id for result in outcome.rule_results) == RULE_IDS


def test_reasons_of_weeks_come_before_those_of_rules() -> None:
    tuesday, *others = WEEKS[1].workouts
    weeks = with_workouts(1, endurance("Tuesday", tuesday.duration_min + 30), *others) | {
        2: with_validation(2, passed=False, errors=("Week 2: too long",))[2]
    }

    said = reasons(weeks)

    assert [reason.partition(":")[0] for reason in said] == ["Week 2", "day-caps", "stated-equals-delivered"]


@pytest.mark.parametrize("weeks", [{}, {1: WEEKS[1]}, with_validation(2, target_hours=9.0)])
def test_weeks_that_are_missing_or_of_another_overview_are_not_held_against_the_rules(
    weeks: dict[int, ValidatedWeek],
) -> None:
    assert finalized(weeks).rule_results == ()


def test_a_day_over_its_cap_is_told_once_by_its_rule() -> None:
    tuesday, *others = WEEKS[1].workouts
    assert tuesday.weekday is Weekday.TUESDAY
    longer = endurance("Tuesday", 90)
    shorter = endurance(others[0].weekday, others[0].duration_min + tuesday.duration_min - 90)
    workouts = (longer, shorter, *others[1:])
    tss = round(sum(workout.tss for workout in workouts), 1)

    said = reasons({**WEEKS, 1: WEEKS[1].model_copy(update={"workouts": workouts, "validation": with_tss(1, tss)})})

    assert said == (
        "day-caps: Week 1, Tuesday: 90 min of training where the athlete has 75; shorten the day by 15 min.",
    )


def test_a_workout_on_a_day_the_athlete_does_not_have_is_told_once_by_its_rule() -> None:
    monday = endurance("Monday", 30).model_copy(update={"optional": True})

    said = reasons(with_workouts(1, monday, *WEEKS[1].workouts))

    assert said == (
        "forbidden-days: Week 1: training on Monday, but the athlete cannot train on that day; "
        "the days of that week are Tuesday, Thursday, Saturday.",
    )


def test_totals_that_are_not_delivered_are_told_once_by_their_rule() -> None:
    hours = WEEKS[1].validation.actual_hours

    (said,) = reasons(with_validation(1, actual_hours=hours + 1))

    assert said.startswith("stated-equals-delivered: 1 stated total is not what is delivered: week 1, the week says")


def with_tss(number: int, tss: float) -> WeekValidation:
    return WEEKS[number].validation.model_copy(update={"actual_tss": tss})


EVENT = {"date": "2027-02-07", "name": "Spring\nCentury", "type": "century"}


def test_a_plan_says_what_event_it_leads_up_to_as_the_request_has_it() -> None:
    plan = planned(rider(5, "tue, thu, sat", weeks=4, event=EVENT)).plan
    assert plan is not None
    assert plan.model_dump(mode="json")["training_plan"]["plan_metadata"]["event"] == EVENT
    meta = Plan.model_validate_json(plan.model_dump_json()).training_plan.plan_metadata
    assert meta.event == plan.training_plan.plan_metadata.event
    assert [meta.event_in(week) is not None for week in range(1, 5)] == [False, False, False, True]


def test_a_plan_says_what_it_goes_around() -> None:
    way = [{"date": "2027-01-22", "name": "Club race", "type": None, "priority": "B"}]
    away = [{"from": "2027-01-13", "to": "2027-01-13"}]
    asked = {**REQUEST.model_dump(mode="json"), "events": way, "time_off": away}
    asked["options"] |= {"waivers": ["hard-day-spacing", "hard-by-content"]}  # the weeks were made without the race
    plan = published(request=PlanRequest.model_validate(asked))
    meta = Plan.model_validate_json(plan.model_dump_json()).training_plan.plan_metadata

    assert meta.model_dump(mode="json")["events"] == way
    assert meta.model_dump(mode="json")["time_off"] == away
    assert [[event.name for event in meta.every_event_in(week)] for week in range(1, 5)] == [[], ["Club race"], [], []]


def test_a_plan_without_an_event_is_byte_for_byte_as_before_there_were_any() -> None:
    assert b'"event"' not in published().model_dump_json().encode()
