"""Synthetic requests: the same everywhere, plausible, and with the few that cannot be met."""

import hashlib
from collections import Counter
from statistics import median

import pytest

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.cohort.cyclists import CONSTRAINT_SHARES
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import ExperienceLevel
from plan_pipeline.core.purpose.unknown_ids import unknown_ids
from plan_pipeline_tests.core.builders import real_config

CONFIG = real_config()
POPULATION = tuple(synthetic_requests(1500, 11, CONFIG))


def with_aims(goals: int, events: int) -> PlanningConfig:
    """A configuration with so many goals and event types, whatever coaches make of the shipped ones."""
    goal, event = CONFIG.goals["raise_ftp"], CONFIG.events["century"]
    figures = {"default_duration_min": 300.0, "speed_km_h": 26.0, "name": "Ride"}
    return CONFIG.model_copy(
        update={
            "goals": {f"goal_{n}": goal.model_copy(update={"id": f"goal_{n}"}) for n in range(goals)},
            "events": {f"event_{n}": event.model_copy(update={**figures, "id": f"event_{n}"}) for n in range(events)},
        }
    )


def _hours(request: PlanRequest) -> float:
    return request.athlete_profile.training_availability.hours_per_week


def _cannot_be_met(request: PlanRequest) -> bool:
    availability = request.athlete_profile.training_availability
    return availability.hours_per_week * 60 > sum(availability.cap_min(day) for day in availability.week_days)


def test_a_cohort_is_the_same_bytes_on_every_machine() -> None:
    requests = synthetic_requests(200, 7, with_aims(goals=10, events=14))
    lines = "\n".join(request.model_dump_json(exclude_defaults=True) for request in requests)
    assert hashlib.sha256(lines.encode()).hexdigest() == (
        "41b8454e6ab826e6f4c6e8f7ee57cc392f4ddfcbb0cb8e99a921d36a61d35a24"
    )


def test_a_larger_cohort_of_a_seed_begins_with_the_smaller_one() -> None:
    assert tuple(synthetic_requests(40, 3, CONFIG))[:15] == tuple(synthetic_requests(15, 3, CONFIG))


def test_another_seed_gives_other_athletes() -> None:
    ours, theirs = next(synthetic_requests(1, 1, CONFIG)), next(synthetic_requests(1, 2, CONFIG))
    assert ours.athlete_profile != theirs.athlete_profile


def test_ids_name_the_seed_and_the_number_from_one() -> None:
    requests = synthetic_requests(2, 7, CONFIG)
    assert [request.plan_id for request in requests] == ["cohort-s7-00001", "cohort-s7-00002"]


def test_ids_are_all_different() -> None:
    assert len({request.plan_id for request in POPULATION}) == len(POPULATION)


def test_hours_spread_from_two_and_a_half_to_sixteen_around_seven_and_a_half() -> None:
    hours = [_hours(request) for request in POPULATION]
    assert min(hours) == 2.5
    assert 15 <= max(hours) <= 16
    assert 7 <= median(hours) <= 8


def test_every_number_of_days_from_two_to_seven_occurs() -> None:
    counts = Counter(len(request.athlete_profile.training_availability.week_days) for request in POPULATION)
    assert sorted(counts) == [2, 3, 4, 5, 6, 7]
    assert all(share / len(POPULATION) > 0.03 for share in counts.values())


def test_plans_have_every_length_from_four_to_twenty_four_weeks() -> None:
    assert {request.total_weeks for request in POPULATION} == set(range(4, 25))


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [("ftp", 120, 380), ("age", 16, 75), ("weight_kg", 48, 105)],
)
def test_athletes_stay_within_plausible_bounds(what: str, low: float, high: float) -> None:
    values = [v for r in POPULATION if (v := getattr(r.athlete_profile, what)) is not None]
    assert low <= min(values)
    assert max(values) <= high


def test_three_to_five_percent_want_more_hours_than_their_capped_days_hold() -> None:
    assert 0.03 <= sum(map(_cannot_be_met, POPULATION)) / len(POPULATION) <= 0.05


def test_about_half_prepare_an_event_and_about_half_have_capped_days() -> None:
    events = sum(request.event is not None for request in POPULATION) / len(POPULATION)
    capped = sum(bool(r.athlete_profile.training_availability.max_minutes) for r in POPULATION) / len(POPULATION)
    assert 0.4 <= events <= 0.6
    assert 0.25 <= capped <= 0.6


def test_every_goal_event_type_and_level_occurs_and_all_are_known() -> None:
    events = [event for request in POPULATION for event in (request.event, *request.events) if event is not None]

    assert {request.goal for request in POPULATION} == {None, *CONFIG.goals}
    assert {event.type for event in events} == set(CONFIG.events)
    assert {request.athlete_profile.experience_level for request in POPULATION} == set(ExperienceLevel)
    assert not any(unknown_ids(request, CONFIG) for request in POPULATION)


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [
        ("goal", 0.4, 0.6),
        ("events", 0.18, 0.3),
        ("time_off", 0.18, 0.3),
        ("constraints", 0.08, 0.16),
    ],
)
def test_what_is_optional_is_given_by_some(what: str, low: float, high: float) -> None:
    assert low <= sum(bool(getattr(request, what)) for request in POPULATION) / len(POPULATION) <= high


def test_what_an_athlete_does_by_now_goes_with_the_hours_wanted() -> None:
    athletes = [request.athlete_profile for request in POPULATION]
    longest = [athlete.longest_ride_min for athlete in athletes if athlete.longest_ride_min is not None]
    shares = [
        athlete.current_hours / athlete.training_availability.hours_per_week
        for athlete in athletes
        if athlete.current_hours is not None
    ]
    assert 0.4 <= len(longest) / len(athletes) <= 0.6
    assert 0.4 <= len(shares) / len(athletes) <= 0.6
    assert 30 <= min(longest) < max(longest) <= 540
    assert 0.35 <= min(shares) < max(shares) <= 1.1


def test_both_constraints_and_events_on_every_weekday_occur() -> None:
    assert {each for request in POPULATION for each in request.constraints} == set(CONSTRAINT_SHARES)
    assert len({request.event.weekday for request in POPULATION if request.event}) == 7


def test_some_weeks_are_off_altogether_and_none_of_the_last_week_is() -> None:
    away = [request for request in POPULATION if request.time_off]
    whole = sum(len(request.days_off(week)) == 7 for request in away for week in range(1, request.total_weeks + 1))

    assert whole > 0
    assert not any(request.days_off(request.total_weeks) for request in away)


def test_another_goal_or_event_type_leaves_everything_else_as_it_is() -> None:
    few, more = (synthetic_requests(50, 5, with_aims(goals, events)) for goals, events in ((2, 3), (3, 4)))
    for one, other in zip(few, more, strict=True):
        assert one.athlete_profile == other.athlete_profile
        assert (one.weeks, one.start_date, one.time_off) == (other.weeks, other.start_date, other.time_off)
        assert (one.event and one.event.date) == (other.event and other.event.date)
        assert [event.date for event in one.events] == [event.date for event in other.events]


def test_without_goals_and_event_types_there_are_requests_all_the_same() -> None:
    requests = tuple(synthetic_requests(50, 5, with_aims(goals=0, events=0)))
    assert not any(request.goal or request.event or request.events for request in requests)


def test_a_request_survives_being_written_and_read() -> None:
    for request in POPULATION[:200]:
        assert PlanRequest.model_validate_json(request.model_dump_json(exclude_none=True)) == request


def test_no_athletes_are_no_requests() -> None:
    assert list(synthetic_requests(0, 1, CONFIG)) == []
