"""Synthetic requests: the same everywhere, plausible, and with the few that cannot be met."""

import hashlib
from collections import Counter
from statistics import median

import pytest

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.model.request import PlanRequest

POPULATION = tuple(synthetic_requests(1500, seed=11))


def _hours(request: PlanRequest) -> float:
    return request.athlete_profile.training_availability.hours_per_week


def _cannot_be_met(request: PlanRequest) -> bool:
    availability = request.athlete_profile.training_availability
    return availability.hours_per_week * 60 > sum(availability.cap_min(day) for day in availability.week_days)


def test_a_cohort_is_the_same_bytes_on_every_machine() -> None:
    lines = "\n".join(request.model_dump_json(exclude_defaults=True) for request in synthetic_requests(200, seed=7))
    assert hashlib.sha256(lines.encode()).hexdigest() == (
        "e9f9777e529236b192013e70e9952f80fecd89a9394a9b7a1239fed5031f6211"
    )


def test_a_larger_cohort_of_a_seed_begins_with_the_smaller_one() -> None:
    assert tuple(synthetic_requests(40, seed=3))[:15] == tuple(synthetic_requests(15, seed=3))


def test_another_seed_gives_other_athletes() -> None:
    ours, theirs = next(synthetic_requests(1, seed=1)), next(synthetic_requests(1, seed=2))
    assert ours.athlete_profile != theirs.athlete_profile


def test_ids_name_the_seed_and_the_number_from_one() -> None:
    assert [request.plan_id for request in synthetic_requests(2, seed=7)] == ["cohort-s7-00001", "cohort-s7-00002"]


def test_ids_are_all_different() -> None:
    assert len({request.plan_id for request in POPULATION}) == len(POPULATION)


def test_hours_spread_from_three_to_eighteen_around_seven_and_a_half() -> None:
    hours = [_hours(request) for request in POPULATION]
    assert min(hours) == 3
    assert 16 <= max(hours) <= 18
    assert 7 <= median(hours) <= 8


def test_every_number_of_days_from_two_to_seven_occurs() -> None:
    counts = Counter(len(request.athlete_profile.training_availability.week_days) for request in POPULATION)
    assert sorted(counts) == [2, 3, 4, 5, 6, 7]
    assert all(share / len(POPULATION) > 0.03 for share in counts.values())


def test_plans_have_every_length_from_four_to_twenty_four_weeks() -> None:
    assert {request.total_weeks for request in POPULATION} == set(range(4, 25))


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [("ftp", 120, 380), ("age", 18, 70), ("weight_kg", 48, 105)],
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


def test_a_request_survives_being_written_and_read() -> None:
    for request in POPULATION[:200]:
        assert PlanRequest.model_validate_json(request.model_dump_json(exclude_none=True)) == request


def test_no_athletes_are_no_requests() -> None:
    assert list(synthetic_requests(0, seed=1)) == []
