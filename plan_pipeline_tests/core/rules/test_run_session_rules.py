"""How much of each kind of work a run holds, in which zones a phase lies, and what runs are called."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import Phase
from plan_pipeline_tests.core.rules.plan_weeks import plan_week, repeated
from plan_pipeline_tests.core.rules.run_weeks import a_runner, distance, found, km_week, run, session, workout_of

WEEK = km_week(1, 80).workouts

# --- training-caps -----------------------------------------------------------------------------------------------


def test_forty_minutes_at_threshold_are_the_most_in_a_run() -> None:
    right = found("training-caps", [plan_week(1, *WEEK, session("Wednesday", (15, 78), (40, 98)))])
    wrong = found("training-caps", [plan_week(1, *WEEK, session("Wednesday", (15, 78), (46, 98)))])

    assert (right.passed, right.value) == (True, 100)
    assert (wrong.passed, wrong.value, wrong.severity) == (False, 115, RuleSeverity.WARNING)
    assert wrong.message == "Week 1: 46 min at threshold on Wednesday, at most 40; run less of it."


@pytest.mark.parametrize(
    ("km", "pct", "kind", "most"),
    [(10.5, 108, "interval pace", 10), (8.5, 115, "repetition pace", 8)],
)
def test_other_work_has_a_most_in_kilometres(km: float, pct: float, kind: str, most: float) -> None:
    hard = workout_of("Wednesday", [distance(3, 78), distance(km, pct)], "vo2max")

    result = found("training-caps", [plan_week(1, *WEEK, hard)])

    assert not result.passed
    assert f"{km:g} km at {kind} on Wednesday, at most {most:g}" in result.message


def test_at_marathon_pace_a_fast_runner_is_held_to_kilometres_and_a_slow_one_to_minutes() -> None:
    """105 min at 94 % of 3:10/km are 31.2 km."""
    fast = session("Sunday", (20, 78), (105, 94), kind="long")
    result = found("training-caps", [plan_week(1, *WEEK, fast)], a_runner(4, threshold_pace="3:10/km"))
    assert "31.2 km at marathon pace on Sunday, at most 29" in result.message

    long_run = session("Sunday", (20, 78), (115, 94), kind="long")

    result = found("training-caps", [plan_week(1, *WEEK, long_run)], a_runner(4, threshold_pace="6:30/km"))

    assert "115 min at marathon pace on Sunday, at most 110" in result.message


def test_a_large_share_of_the_week_is_a_note_and_no_breach() -> None:
    result = found("training-caps", [plan_week(1, run("Tuesday", 10), session("Wednesday", (15, 78), (30, 98)))])

    assert (result.passed, result.severity) == (True, RuleSeverity.NOTE)
    assert result.message == "Week 1: 35 % of the week's kilometres are at threshold, where 10 are usual."


def test_strides_are_far_from_every_cap_and_a_test_is_held_to_none() -> None:
    strides = session("Monday", (30, 78), *repeated(6, (1 / 3, 116), (1, 72)), kind="easy")
    test = session("Wednesday", (15, 78), (50, 100), kind="test")

    assert found("training-caps", [plan_week(1, *WEEK, strides)]).value == 7
    assert found("training-caps", [plan_week(1, *WEEK, test)]).value is None


# --- time-in-zones -----------------------------------------------------------------------------------------------


def test_time_in_zones_is_reported_by_the_zones_of_running() -> None:
    weeks = [plan_week(1, session("Monday", (80, 78), (15, 90), (5, 104)), phase=Phase.BASE)]

    result = found("time-in-zones", weeks)

    assert (result.passed, result.value, result.severity) == (True, 5, RuleSeverity.NOTE)
    assert result.message == "Time in zones 1/2/3: base 80/15/5 %."


def test_more_than_a_fifth_of_a_phase_at_or_above_critical_speed_is_told() -> None:
    result = found("time-in-zones", [plan_week(1, session("Monday", (75, 78), (25, 102)), phase=Phase.PEAK)])

    assert (result.passed, result.value, result.severity) == (False, 25, RuleSeverity.WARNING)
    assert result.message.endswith(
        "25 % at or above 102 % of threshold speed in peak is more than 20 %, so make one hard session a run in zone 1."
    )


# --- threshold-type ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Tempo run", "Run (tempo)", "TEMPO 20 min"])
def test_no_run_is_called_tempo(name: str) -> None:
    result = found("threshold-type", [plan_week(1, session("Tuesday", (20, 96), name=name))])

    assert (result.passed, result.value, result.rejects) == (False, 1, False)
    assert result.message == (
        f"Week 1: {name!r} on Tuesday has the word tempo, which is marathon pace to some and threshold to others; say "
        "steady, marathon pace or threshold."
    )


def test_words_that_only_begin_alike_are_right() -> None:
    assert found("threshold-type", [plan_week(1, session("Tuesday", (20, 96), name="Temporary run"))]).passed


def test_a_run_of_the_type_tempo_is_told_whatever_it_is_called() -> None:
    assert not found("threshold-type", [plan_week(1, session("Tuesday", (20, 96), kind="tempo"))]).passed
