"""Synthetic runners: the same everywhere, plausible, and with the few whose requests cannot be met."""

import hashlib
from collections import Counter
from statistics import median

import pytest

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Constraint, CourseProfile, ExperienceLevel, Sport, VolumeTier
from plan_pipeline.core.paces.text import Units
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.core.purpose.unknown_ids import unknown_ids
from plan_pipeline_tests.core.running import running_config

CONFIG = running_config()
POPULATION = tuple(synthetic_requests(1200, 11, CONFIG))


def _cannot_be_met(request: PlanRequest) -> bool:
    availability = request.athlete_profile.training_availability
    held_min = sum(availability.cap_min(day) for day in availability.week_days)
    return request.athlete_profile.hours_per_week * 60 > held_min


def _share(what: str) -> float:
    return sum(bool(getattr(request.athlete_profile, what)) for request in POPULATION) / len(POPULATION)


def test_a_cohort_of_runners_is_the_same_bytes_on_every_machine() -> None:
    aims: dict[str, object] = {"goals": {}, "events": {}}
    requests = synthetic_requests(200, 7, CONFIG.model_copy(update=aims))
    lines = "\n".join(request.model_dump_json(exclude_defaults=True) for request in requests)
    assert hashlib.sha256(lines.encode()).hexdigest() == (
        "c3911e249a4223ed53a804ef6f685de1170cb46cf7f9bdb1f917e0ee9f2f4327"
    )


def test_a_larger_cohort_of_a_seed_begins_with_the_smaller_one() -> None:
    assert tuple(synthetic_requests(40, 3, CONFIG))[:15] == tuple(synthetic_requests(15, 3, CONFIG))


def test_all_are_requests_of_running() -> None:
    assert {request.sport for request in POPULATION} == {Sport.RUNNING}
    assert len({request.plan_id for request in POPULATION}) == len(POPULATION)


def test_every_goal_race_level_and_tier_occurs_and_all_are_known() -> None:
    events = [event for request in POPULATION for event in (request.event, *request.events) if event is not None]
    tiers = Counter(tier.by_volume for request in POPULATION if (tier := purpose_of(request, CONFIG).tier))

    assert {request.goal for request in POPULATION} == {None, *CONFIG.goals}
    assert {request.event.type for request in POPULATION if request.event} == set(CONFIG.events)
    assert {event.profile for event in events} == {None, *CourseProfile}
    assert {request.athlete_profile.experience_level for request in POPULATION} == set(ExperienceLevel)
    assert min(tiers[tier] for tier in VolumeTier) > 0.05 * len(POPULATION)
    assert not any(unknown_ids(request, CONFIG) for request in POPULATION)


def test_plans_have_every_length_and_weeks_three_to_seven_days() -> None:
    days = Counter(len(request.athlete_profile.training_availability.week_days) for request in POPULATION)
    assert {request.total_weeks for request in POPULATION} == set(range(4, 25))
    assert sorted(days) == [3, 4, 5, 6, 7]
    assert all(share / len(POPULATION) > 0.03 for share in days.values())


def test_runners_are_of_a_vdot_from_28_to_68_by_a_race_or_by_their_threshold_pace() -> None:
    vdots = [request.athlete_profile.runner.vdot for request in POPULATION]
    assert min(vdots) > 27.9
    assert max(vdots) < 68.1
    assert 40 <= median(vdots) <= 44
    assert 0.6 <= _share("recent_race") <= 0.8
    assert all(
        (request.athlete_profile.recent_race is None) is not (request.athlete_profile.threshold_pace is None)
        for request in POPULATION
    )


def test_those_who_run_more_are_mostly_faster() -> None:
    by_km = sorted(
        (request.athlete_profile for request in POPULATION if request.athlete_profile.current_weekly_km is not None),
        key=lambda athlete: athlete.current_weekly_km or 0,
    )
    third = len(by_km) // 3
    slow, fast = ([athlete.runner.vdot for athlete in part] for part in (by_km[:third], by_km[-third:]))
    assert median(fast) > median(slow) + 5


def test_the_fullest_week_is_no_more_than_1_6_times_what_is_run_by_now() -> None:
    shares = [
        purpose_of(request, CONFIG).weekly_km / request.athlete_profile.current_weekly_km
        for request in POPULATION
        if request.athlete_profile.current_weekly_km
    ]
    assert len(shares) > 0.7 * len(POPULATION)
    assert max(shares) <= 1.605
    assert min(shares) > 0.9
    assert 1.15 < median(shares) < 1.4


def test_the_longest_run_is_a_part_of_the_week() -> None:
    shares = [
        athlete.longest_run_km / athlete.current_weekly_km
        for athlete in (request.athlete_profile for request in POPULATION)
        if athlete.longest_run_km and athlete.current_weekly_km
    ]
    assert min(shares) > 0.2
    assert max(shares) < 0.55


def test_some_count_kilometres_and_some_miles_and_some_hours() -> None:
    counted = sum(request.counts_km for request in POPULATION) / len(POPULATION)
    assert 0.35 <= counted <= 0.5
    assert {request.athlete_profile.units for request in POPULATION} == {None, *Units}


def test_three_to_five_percent_want_more_than_their_capped_days_hold() -> None:
    assert 0.03 <= sum(map(_cannot_be_met, POPULATION)) / len(POPULATION) <= 0.05


def test_a_marathon_is_mostly_for_those_who_can_train_for_it() -> None:
    marathons = [request for request in POPULATION if request.event and request.event.type == "marathon"]
    beginners = [r for r in marathons if r.athlete_profile.experience_level is ExperienceLevel.BEGINNER]
    late = sum(request.total_weeks < 12 for request in beginners)
    assert len(marathons) > 0.04 * len(POPULATION)
    assert late <= 0.3 * max(len(beginners), 1)


def test_a_tune_up_race_is_shorter_than_the_race_that_it_leads_to() -> None:
    usual_min = {name: kind.default_duration_min for name, kind in CONFIG.events.items()}
    pairs = [
        (usual_min[race.type], usual_min[request.event.type])
        for request in POPULATION
        if request.event and request.event.type
        for race in request.events
        if race.type
    ]
    shortest = min(usual_min.values())
    assert len(pairs) > 100
    assert all(tune_up < aim or tune_up == shortest for tune_up, aim in pairs)


def test_a_goal_time_goes_with_what_the_runner_can_do() -> None:
    hoped = [(r, r.event.goal_time) for r in POPULATION if r.event and r.event.goal_time]
    shares = []
    for request, goal_s in hoped:
        assert request.event is not None
        plain = request.model_copy(update={"event": request.event.model_copy(update={"goal_time": None})})
        expected_min = purpose_of(plain, CONFIG).expected_duration_min
        assert expected_min is not None
        shares.append(goal_s / 60 / expected_min)
    assert len(hoped) > 0.1 * len(POPULATION)
    assert 0.93 < min(shares) < max(shares) < 1.06


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [
        ("access", 0.4, 0.6),
        ("time_constants", 0.05, 0.15),
        ("volume_tier", 0.04, 0.12),
        ("start_ctl", 0.1, 0.3),
        ("longest_run_km", 0.5, 0.7),
    ],
)
def test_what_is_optional_is_given_by_some(what: str, low: float, high: float) -> None:
    assert low <= _share(what) <= high


def test_both_constraints_and_time_off_occur() -> None:
    assert {each for r in POPULATION for each in r.constraints} == {Constraint.NO_HILLS, Constraint.INDOOR_ONLY}
    assert 0.18 <= sum(bool(request.time_off) for request in POPULATION) / len(POPULATION) <= 0.3


def test_without_goals_and_races_there_are_requests_all_the_same() -> None:
    requests = tuple(synthetic_requests(50, 5, CONFIG.model_copy(update={"goals": {}, "events": {}})))
    assert not any(request.goal or request.event or request.events for request in requests)


def test_a_request_survives_being_written_and_read() -> None:
    for request in POPULATION[:200]:
        assert PlanRequest.model_validate_json(request.model_dump_json(exclude_none=True)) == request
