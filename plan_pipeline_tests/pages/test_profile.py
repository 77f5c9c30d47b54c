"""Profiles: every second of a session in the colour of its zone, and minutes that add up."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import SegmentType, Sport
from plan_pipeline.pages.profile import Gathered, profile_of
from plan_pipeline.pages.zones import ZONES, bounds_for, zone_of
from plan_pipeline_tests.core.builders import real_library


def step(kind: SegmentType, minutes: float, low: float | None, high: float | None) -> Segment:
    return Segment(type=kind, duration_min=minutes, power_low_pct=low, power_high_pct=high)


@pytest.mark.parametrize(
    ("pct", "zone"),
    [
        (0, 1),
        (55, 1),
        (56, 2),
        (75, 2),
        (76, 3),
        (90, 3),
        (91, 4),
        (105, 4),
        (106, 5),
        (120, 5),
        (121, 6),
        (150, 6),
        (151, 7),
        (400, 7),
    ],
)
def test_an_intensity_lies_in_its_zone(pct: float, zone: int) -> None:
    assert zone_of(pct) == zone


def test_a_steady_step_is_a_block_of_its_zone() -> None:
    profile = profile_of([step(SegmentType.STEADY, 10, 65, 65)])
    assert profile.seconds == 600
    assert [(area.zone, area.path) for area in profile.areas] == [(2, "M0 160V95H600V160z")]


def test_a_ramp_changes_its_colour_where_it_crosses_into_the_next_zone() -> None:
    profile = profile_of([step(SegmentType.WARMUP, 10, 46, 66)])
    assert [area.zone for area in profile.areas] == [1, 2]
    assert profile.zone_minutes[:2] == pytest.approx((5, 5))


def test_a_cooldown_descends() -> None:
    (area,) = profile_of([step(SegmentType.COOLDOWN, 10, 40, 50)]).areas
    assert area.path == "M0 160V110L600 120V160z"


def test_a_sprint_above_the_scale_is_cut_off_and_keeps_its_colour() -> None:
    (area,) = profile_of([step(SegmentType.INTERVAL, 0.25, 250, 250)]).areas
    assert (area.zone, area.path) == (7, "M0 160V0H15V160z")


def test_work_off_the_bike_has_a_block_and_no_zone() -> None:
    profile = profile_of([step(SegmentType.STRENGTH, 30, None, None)])
    assert [area.zone for area in profile.areas] == [0]
    assert sum(profile.zone_minutes) == 0


def test_the_minutes_in_zones_add_up_to_what_is_ridden_for_every_workout_of_the_library() -> None:
    for workout in real_library().workouts:
        ridden = sum(each.duration_min for each in workout.segments if each.intensity_low_pct is not None)
        assert sum(profile_of(workout.segments).zone_minutes) == pytest.approx(ridden), workout.id


def test_profiles_that_are_alike_are_drawn_once() -> None:
    drawings = Gathered()
    one, other = (profile_of([step(SegmentType.STEADY, minutes, 65, 65)]) for minutes in (10, 20))
    assert [drawings.name_of(each) for each in (one, other, one)] == ["p1", "p2", "p1"]
    assert len(list(drawings)) == 2


def test_zones_follow_each_other() -> None:
    assert [zone.number for zone in ZONES] == [1, 2, 3, 4, 5, 6, 7]
    bounds = bounds_for(Sport.CYCLING)
    assert sorted(bounds) == list(bounds)
