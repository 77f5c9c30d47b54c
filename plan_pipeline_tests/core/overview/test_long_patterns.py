"""Long runs differ in structure by phase and place in it, and stay as far as their line has them."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import DayRole, WeekType
from plan_pipeline.core.overview.long_patterns import with_patterns
from plan_pipeline.core.overview.long_rides import LongRide, long_rides
from plan_pipeline.core.overview.season import season_of
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline_tests.core.overview.purposes import event as ride_event
from plan_pipeline_tests.core.overview.purposes import purpose as riders_purpose
from plan_pipeline_tests.core.purpose.runner_purposes import (
    marathon_purpose,
    purpose,
    tables_of,
    weeks_of,
    with_flag,
)
from plan_pipeline_tests.core.running import a_runner_request, running_config
from plan_pipeline_tests.core.running_plans import REQUESTS

WALKS = {"run_walk", "run_walk_longer", "run_walk_long"}
FINISHES = ("mp_finish_short", "mp_finish_long", "mp_blocks", "mp_sandwich", "mp_over_under")


def line_of(found: Purpose) -> dict[int, LongRide]:
    """The long runs before anything is said of their structure."""
    return long_rides(found, season_of(found))


def laid_out(found: Purpose) -> dict[int, LongRide]:
    return with_patterns(found, season_of(found), line_of(found), tables_of(found))


def patterns_in_load_weeks(found: Purpose) -> list[str]:
    rides = laid_out(found)
    return [rides[slot.number].patterns[0] for slot in weeks_of(found, WeekType.LOAD)]


def beginner(**athlete: Any) -> Purpose:
    profile = {"experience_level": "beginner", "current_weekly_km": 8, "longest_run_km": None, **athlete}
    few_hours = {"hours_per_week": 2.5, "week_days": "tue, thu, sat"}
    return purpose(a_runner_request(event=None, goal="first_plan", athlete=profile, availability=few_hours))


def without_variation() -> PlanningConfig:
    return with_flag(running_config(), Flag.LONG_RUN_VARIATION, enabled=False)


def test_every_load_week_has_a_pattern_that_its_place_in_the_phase_asks_for() -> None:
    found = marathon_purpose()
    by_phase: dict[str, list[int]] = {}
    for slot in weeks_of(found, WeekType.LOAD):
        by_phase.setdefault(slot.phase, []).append(slot.number)
    for phase, weeks in by_phase.items():
        for i, number in enumerate(weeks):
            entries = [e for e in found.long_ride_demand.patterns if e.phase == phase]
            (asked,) = [e.patterns for e in entries if e.from_share <= i / len(weeks) < e.to_share]
            assert set(laid_out(found)[number].patterns) <= set(asked)


def test_easy_long_runs_and_marathon_pace_take_turns_before_a_marathon() -> None:
    found = patterns_in_load_weeks(marathon_purpose())
    assert 3 <= sum(pattern in FINISHES for pattern in found) < len(found) / 2
    assert len(set(found)) >= 6


def test_one_that_came_less_often_comes_first() -> None:
    """The last two peaks may have the same four patterns, and none of them twice."""
    peaks = [pattern for pattern in patterns_in_load_weeks(marathon_purpose()) if pattern in FINISHES]
    assert len(peaks) == len(set(peaks))


@pytest.mark.parametrize("kind", [WeekType.RECOVERY, WeekType.TAPER])
def test_light_weeks_have_easy_long_runs(kind: WeekType) -> None:
    found = marathon_purpose()
    rides = laid_out(found)
    assert {rides[slot.number].patterns[0] for slot in weeks_of(found, kind)} <= {"easy", "rolling", "trail"}


def test_a_long_run_with_quality_is_a_key_session_and_another_is_not() -> None:
    for ride in laid_out(marathon_purpose()).values():
        assert ride.is_quality == (ride.patterns[0] in FINISHES)


def test_runs_are_as_far_as_the_line_has_them() -> None:
    found = marathon_purpose()
    assert {n: ride.km for n, ride in laid_out(found).items()} == {n: ride.km for n, ride in line_of(found).items()}


def test_a_run_with_marathon_pace_takes_less_time_for_its_kilometres_and_an_easy_one_more() -> None:
    found = marathon_purpose()
    line = line_of(found)
    faster = {ride.patterns[0] for number, ride in laid_out(found).items() if ride.minutes < line[number].minutes}
    assert {pattern for pattern in faster if pattern in FINISHES} == faster & set(FINISHES) != set()
    assert not faster & {"easy", "rolling", "trail"}


def test_a_run_that_would_last_too_long_for_its_kilometres_is_less_far() -> None:
    """Runs on trails and by time are slower than the line reckons with."""
    event = {"date": "2027-03-28", "name": "Fell", "type": "trail", "distance_km": 32, "profile": "trail"}
    hours = {"hours_per_week": 7, "week_days": "mon-sun"}
    athlete = {"longest_run_km": 22, "recent_race": {"distance_m": 10_000, "time": "50:00"}}
    found = purpose(a_runner_request(availability=hours, event=event, athlete=athlete))
    line, rides = line_of(found), laid_out(found)
    slower = [number for number, ride in rides.items() if ride.km != line[number].km]
    assert slower
    for number in slower:
        assert (rides[number].km or 0) < (line[number].km or 0)
        assert rides[number].minutes == 150


def test_the_week_of_a_tune_up_race_has_an_easy_long_run() -> None:
    tune_up = [{"date": "2027-04-03", "type": "10k", "priority": "B"}]
    usual, with_race = (laid_out(marathon_purpose(**more))[13] for more in ({"events": []}, {"events": tune_up}))
    assert (usual.role, with_race.role) == (DayRole.LONG_QUALITY, DayRole.LONG_RIDE)
    assert with_race.patterns[0] in ("easy", "rolling", "trail")


@pytest.mark.parametrize(
    ("name", "access", "gone"), [("trail", ["hills"], "trail"), ("marathon", ["trail"], "rolling")]
)
def test_a_runner_has_no_pattern_that_needs_what_is_out_of_reach(name: str, access: list[str], gone: str) -> None:
    written = REQUESTS[name].model_dump(mode="json")
    written["athlete_profile"]["access"] = access
    without = PlanRequest.model_validate(written)
    assert gone in {ride.patterns[0] for ride in laid_out(purpose(REQUESTS[name])).values()}
    assert gone not in {ride.patterns[0] for ride in laid_out(purpose(without)).values()}


def test_a_beginner_who_runs_little_walks_in_long_runs() -> None:
    found = beginner()
    walked = [ride.patterns[0] for number, ride in laid_out(found).items() if found.walks_in(number)]
    assert len(walked) == 10
    assert set(walked) <= WALKS


def test_a_beginner_who_runs_enough_does_not_walk() -> None:
    found = beginner(current_weekly_km=20)
    assert not {ride.patterns[0] for ride in laid_out(found).values()} & WALKS


def test_without_the_flag_long_runs_are_left_open() -> None:
    found = purpose(marathon_purpose().request, without_variation())
    assert laid_out(found) == line_of(found)


def test_the_master_switch_is_the_flag_of_all_its_parts() -> None:
    off = with_flag(running_config(), Flag.VARIATION_ENGINE, enabled=False)
    found = purpose(marathon_purpose().request, off)
    assert laid_out(found) == line_of(found)


def test_long_rides_have_no_patterns() -> None:
    rider = riders_purpose(event=ride_event("century"))
    rides = long_rides(rider, season_of(rider))
    assert with_patterns(rider, season_of(rider), rides, tables_of(marathon_purpose())) == rides
