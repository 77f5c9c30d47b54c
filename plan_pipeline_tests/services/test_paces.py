"""Paces of a runner, as a service: what it rests on, equivalent races, sources and warnings."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from plan_pipeline.core.paces.text import Units
from plan_pipeline.core.paces.vdot import vdot_of
from plan_pipeline.services.paces import PaceQuestion, PaceQuestionError, PaceReport, paces_of
from plan_pipeline_tests.core.paces.test_vdot import seconds

TODAY = dt.date(2026, 7, 1)


def asked(**known: Any) -> PaceReport:
    return paces_of(PaceQuestion()._replace(**known), TODAY)


def warned(report: PaceReport, words: str) -> bool:
    return any(words in warning for warning in report.warnings)


# --- what it rests on ---------------------------------------------------------------------------------------------


def test_a_race_gives_vdot_threshold_equivalents_and_five_paces() -> None:
    report = asked(race=["5k 20:00"])
    assert report.vdot == 49.81
    assert report.based_on == "5 km in 20:00"
    assert report.threshold_pace_s_per_km == pytest.approx(256.0, abs=0.1)
    assert list(report.equivalent_s) == ["5k", "10k", "half_marathon", "marathon"]
    assert report.equivalent_s["5k"] == 1200.0
    assert list(report.paces) == ["easy", "marathon", "threshold", "interval", "repetition"]


def test_equivalents_are_seconds_to_a_tenth_and_of_the_same_vdot() -> None:
    report = asked(race=["half marathon 1:30:00"])
    assert all(time == round(time, 1) for time in report.equivalent_s.values())
    assert vdot_of(10_000, report.equivalent_s["10k"]) == pytest.approx(report.vdot, abs=0.01)


def test_easy_is_a_range_and_every_other_pace_is_one() -> None:
    paces = asked(race=["10 km 41:20"]).paces
    assert (paces["easy"].fast, paces["easy"].slow) == ("5:07/km", "5:38/km")
    assert paces["easy"].fast_s_per_km < paces["easy"].slow_s_per_km
    assert all(pace.slow == pace.fast for name, pace in paces.items() if name != "easy")
    assert paces["threshold"].fast_pct == 100.0


def test_texts_are_in_the_units_asked_for_and_numbers_in_seconds_a_kilometre() -> None:
    by_km, by_mile = asked(race=["10 km 41:20"]), asked(race=["10 km 41:20"], units=Units.MILE)
    assert (by_mile.paces["threshold"].fast, by_mile.threshold_pace) == ("6:51/mi", "6:51/mi")
    assert by_mile.paces["threshold"].fast_s_per_km == by_km.paces["threshold"].fast_s_per_km


def test_a_test_of_half_an_hour_is_4_6_percent_faster_than_threshold() -> None:
    report = asked(test="30 min 7.2 km")
    assert report.threshold_speed_m_s == pytest.approx(7200 / 1800 / 1.046, abs=1e-6)
    assert report.based_on == "a test of 7.2 km in 30:00"


def test_a_stated_threshold_pace_stays_what_it_is() -> None:
    report = asked(threshold_pace="4:15/km")
    assert report.threshold_pace_s_per_km == 255.0
    assert report.paces["threshold"].fast == "4:15/km"
    assert report.vdot == pytest.approx(50.05, abs=0.05)
    assert report.sources["threshold_pace"] == "as stated"
    assert asked(threshold_pace="6:50", units=Units.MILE).threshold_pace == "6:50/mi"


def test_several_short_races_are_critical_speed() -> None:
    report = asked(race=["1200 m 4:10", "3600 m 14:10"])
    assert report.critical_speed is not None
    assert (report.critical_speed.speed_m_s, report.critical_speed.d_prime_m) == (4.0, 200.0)
    assert report.threshold_speed_m_s == pytest.approx(4.0 / 1.023, rel=0.001)
    assert report.based_on == "critical speed of 4:10/km, from 1.2 km in 4:10, 3.6 km in 14:10"


def test_of_several_longer_races_the_best_counts_and_the_others_are_named() -> None:
    report = asked(race=["half marathon 1:45:00", "5k 20:00"])
    assert report.vdot == 49.81
    assert warned(report, "half marathon in 1:45:00 is VDOT 42.64; paces follow the better race")


def test_a_slow_runner_is_told_of_the_correction() -> None:
    report = asked(race=["5k 30:00"])
    assert warned(report, "below VDOT 39 easy, threshold, interval and repetition pace follow a corrected VDOT")
    assert report.sources["easy"] == "62–70 % of corrected VDOT, Daniels"
    assert report.paces["threshold"].fast_pct == 100.0
    assert not warned(asked(race=["5k 20:00"]), "below VDOT 39")


def test_every_pace_has_its_source() -> None:
    report = asked(race=["10 km 41:20"])
    assert {"vdot", "threshold_pace", "equivalent_s", *report.paces} <= report.sources.keys()


# --- warnings -----------------------------------------------------------------------------------------------------


def test_a_race_of_last_year_is_said_to_be_old() -> None:
    assert warned(asked(race=["5k 20:00"], date=dt.date(2025, 7, 1)), "the result of 2025-07-01 is 52 weeks old")
    assert not warned(asked(race=["5k 20:00"], date=dt.date(2026, 6, 1)), "weeks old")


def test_a_marathon_from_a_shorter_race_is_shown_both_ways() -> None:
    report = asked(race=["half marathon 1:30:00"], weekly_km=55)
    assert report.marathon_outlook is not None
    assert report.marathon_outlook.riegel_s == pytest.approx(seconds("3:07:39"), abs=0.5)
    assert report.marathon_outlook.expected_s == report.marathon_outlook.low_volume_s
    assert warned(report, "on 55 km a week a marathon of 3:19:43 is nearer than 3:07:39")


def test_a_marathon_is_its_own_outlook() -> None:
    report = asked(race=["marathon 3:00:00"])
    assert report.marathon_outlook is None
    assert report.warnings == ()
    assert "marathon_outlook" not in report.sources


def test_without_a_race_the_marathon_is_judged_by_the_half_that_the_threshold_stands_for() -> None:
    report = asked(threshold_pace="4:15/km")
    half = asked(race=["half marathon 1:31:25"])
    assert report.marathon_outlook is not None
    assert half.marathon_outlook is not None
    assert report.marathon_outlook.low_volume_s == pytest.approx(half.marathon_outlook.low_volume_s, rel=0.002)


def test_a_goal_has_its_percentage_and_is_held_against_the_weeks() -> None:
    report = asked(race=["10 km 41:20"], goal="marathon 2:55:00", weeks=12)
    assert report.goal is not None
    assert (report.goal.race, report.goal.time_s) == ("marathon", 10_500)
    assert report.goal.pct > report.equivalent_pct["marathon"]
    assert warned(report, "that is out of reach within 12 weeks")
    assert not warned(asked(race=["10 km 41:20"], goal="marathon 3:10:00"), "out of reach")


# --- what cannot be answered --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "field", "problem"),
    [
        ({}, "race", "paces follow from one of three"),
        ({"race": ["5k 20:00"], "test": "30 min 7.2 km"}, "test", "paces follow from one of three"),
        ({"race": ["5k"]}, "race", "'5k' is not read as a distance and a time"),
        ({"race": ["5k 11:00"]}, "race", "faster than any record"),
        ({"race": ["800 m 2:20"]}, "race", "0.8 km is outside 1.5 to 50 km"),
        ({"race": ["1200 m 4:10", "1300 m 4:35"]}, "race", "are too alike"),
        ({"test": "10 min 3 km"}, "test", "outside 20 to 60 min"),
        ({"threshold_pace": "2:30/km"}, "threshold_pace", "a threshold pace of 2:30/km is outside"),
        ({"race": ["5k 20:00"], "goal": "soon"}, "goal", "'soon' is not read"),
        ({"race": ["5k 20:00"], "goal": "5k 11:00"}, "goal", "faster than any record"),
        ({"race": ["5k 20:00"], "goal": "5k 19:00", "weeks": 0}, "weeks", "one week or more"),
        ({"race": ["5k 20:00"], "weekly_km": -1}, "weekly_km", "cannot be -1"),
        ({"race": ["5k 20:00"], "date": dt.date(2027, 1, 1)}, "date", "still to come"),
    ],
)
def test_what_cannot_be_answered_names_the_field_and_the_problem(
    known: dict[str, object], field: str, problem: str
) -> None:
    with pytest.raises(PaceQuestionError) as refused:
        asked(**known)
    assert refused.value.field == field
    assert problem in refused.value.problem
    assert str(refused.value) == f"{field}: {refused.value.problem}"
