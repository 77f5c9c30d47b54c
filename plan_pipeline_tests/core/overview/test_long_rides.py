"""The long ride's line: to the event's target in time, within safe steps, and never above the day."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from plan_pipeline.core.model.vocabulary import DayRole
from plan_pipeline.core.overview.long_rides import LongRide, long_rides
from plan_pipeline.core.overview.season import season_of
from plan_pipeline_tests.core.overview.purposes import event, purpose


def rides_of(*given: Any, **plan: Any) -> dict[int, LongRide]:
    its = purpose(*given, **plan)
    return long_rides(its, season_of(its))


@pytest.mark.parametrize(
    ("hours", "kind", "longest"),
    [
        (10.75, "ultra", 320),
        (8.25, "ultra", 245),
        (7.75, "gran_fondo", 230),
        (8.25, "century", 220),
        (8, "road_race", 175),
    ],
)
def test_it_comes_to_its_target_two_weeks_before_the_event(hours: float, kind: str, longest: int) -> None:
    rides = rides_of(hours, event=event(kind))
    assert max(ride.minutes for ride in rides.values()) == longest
    assert rides[10].minutes == longest


def test_it_grows_by_a_fifth_or_half_an_hour_at_most_over_the_four_weeks_before() -> None:
    minutes = {week: ride.minutes for week, ride in rides_of(10.75, event=event("ultra")).items()}
    for week, ride in minutes.items():
        before = [minutes[n] for n in range(week - 4, week) if n in minutes]
        assert not before or ride <= max(before) + max(0.2 * max(before), 30)


def test_two_load_weeks_hold_it_and_the_taper_half_of_it() -> None:
    rides = rides_of(8.25, event=event("century"))
    assert [rides[week].minutes for week in (9, 10, 11)] == [220, 220, 110]


def test_before_an_event_in_the_middle_of_a_week_the_last_of_them_is_as_many_days_before_as_its_type_says() -> None:
    """A Saturday: the Sunday of the week before last is 13 days before it, which is too late for an ultra alone."""
    rides = {kind: rides_of(10, event=event(kind, "2027-03-27")) for kind in ("century", "ultra")}
    last = {kind: max(of_kind, key=lambda week: (of_kind[week].minutes, week)) for kind, of_kind in rides.items()}
    assert last["ultra"] < last["century"]


def test_it_starts_within_what_the_athlete_rides_today() -> None:
    assert rides_of(8.25, event=event("century"), athlete={"longest_ride_min": 90})[1].minutes == 70


def test_it_never_goes_over_its_day() -> None:
    rides = rides_of(8.25, event=event("century"), caps={"saturday": 120, "sunday": 150})
    assert max(ride.minutes for ride in rides.values()) == 150


def test_without_base_it_holds_work_late_where_the_event_is_decided_by_tired_legs() -> None:
    roles = {week: ride.role for week, ride in rides_of(8.25, event=event("century")).items()}
    assert roles[1] is DayRole.LONG_RIDE
    assert roles[8] is DayRole.LATE_WORK
    assert DayRole.LATE_WORK not in {ride.role for ride in rides_of(8.25, event=event("criterium")).values()}


def test_long_weekends_are_three_weeks_apart_and_the_last_two_weeks_before_the_event() -> None:
    pairs = [week for week, ride in rides_of(10.75, event=event("ultra")).items() if ride.second]
    assert pairs[-1] == 10
    assert all(later - earlier >= 3 for earlier, later in pairwise(pairs))
