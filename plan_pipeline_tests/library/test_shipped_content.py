"""What the shipped library holds for the goals, events and levels that plans are made for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache

import pytest

from plan_pipeline.config import load_config
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.hardness import hardness_of
from plan_pipeline.core.content.rideability import Aspect, is_near_limit, rideability_breaches
from plan_pipeline.core.content.session import SessionContent, session_content
from plan_pipeline.core.duration.lengths import at_length, reachable_lengths
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import Band, DayKind, ExperienceLevel, Phase, SegmentType, Sport, WorkoutType
from plan_pipeline.core.model.workout import Library, LibraryWorkout
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.shipped import shipped

LEVELS = list(ExperienceLevel)
BEGINNER, INTERMEDIATE, ADVANCED = LEVELS
LADDERS = [
    ("tempo", (Band.SWEET_SPOT,), BEGINNER, (10, 12, 15, 20, 30)),
    ("sweet_spot", (Band.SWEET_SPOT,), BEGINNER, (10, 12, 15, 20, 24, 30)),
    ("sweet_spot", (Band.SWEET_SPOT,), INTERMEDIATE, (20, 25, 30, 36, 40, 45, 50, 60, 75)),
    ("sweet_spot", (Band.SWEET_SPOT,), ADVANCED, (60, 75, 90)),
    ("threshold", (Band.THRESHOLD,), BEGINNER, (9, 12, 16)),
    ("threshold", (Band.THRESHOLD,), INTERMEDIATE, (12, 16, 20, 25, 30, 36, 40)),
    ("threshold", (Band.THRESHOLD,), ADVANCED, (45, 50, 60)),
    ("vo2max", (Band.VO2MAX, Band.ANAEROBIC), BEGINNER, (4, 6, 8)),
    ("vo2max", (Band.VO2MAX, Band.ANAEROBIC), INTERMEDIATE, (8, 12, 16, 20, 24, 28)),
    ("vo2max", (Band.VO2MAX, Band.ANAEROBIC), ADVANCED, (30, 32)),
]
EVENTS = [
    "century", "criterium", "cyclo_cross", "first_ride", "gran_fondo", "gravel", "hill_climb", "mtb_marathon",
    "mtb_xco", "road_race", "stage_race", "time_trial", "track", "ultra",
]  # fmt: skip
SUITED_SOMEWHERE = {
    WorkoutType.TEST: set(Phase) - {Phase.TAPER},
    WorkoutType.OPENERS: {Phase.BUILD, Phase.PEAK, Phase.TAPER},
}


@pytest.fixture(scope="module")
def config() -> PlanningConfig:
    return load_config(shipped("config"))


@cache
def ways(workout: LibraryWorkout) -> tuple[tuple[Segment, ...], ...]:
    """The workout written out at every length it can have, the shortest first."""
    return tuple(at_length(workout, length) for length in reachable_lengths(workout))


def at(library: Library, kind: WorkoutType, minutes: int) -> Iterator[tuple[LibraryWorkout, tuple[Segment, ...]]]:
    """The workouts of a type that can have a length, written out at it."""
    for workout in library.by_type[kind]:
        for length in reachable_lengths(workout):
            if length.minutes == minutes:
                yield workout, at_length(workout, length)


@cache
def counts(workout: LibraryWorkout) -> tuple[tuple[Segment, ...], ...]:
    """The workout written out once for each count of repeats its sets can have: easy blocks change nothing hard."""
    by_repeats = {length.repeats: length for length in reversed(reachable_lengths(workout))}
    return tuple(at_length(workout, length) for length in by_repeats.values())


def contents(workout: LibraryWorkout) -> Iterator[SessionContent]:
    return (session_content(segments) for segments in ways(workout))


def levels_of(workout: LibraryWorkout) -> list[ExperienceLevel]:
    return LEVELS[LEVELS.index(workout.min_level) :]


def written(workout: LibraryWorkout) -> SessionContent:
    return session_content(workout.segments)


# --- levels ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", record_of(Sport.CYCLING).trained_types)
@pytest.mark.parametrize("phase", list(Phase))
def test_a_beginner_has_workouts_of_every_type_to_choose_from_in_every_phase(
    library: Library, kind: WorkoutType, phase: Phase
) -> None:
    if phase in SUITED_SOMEWHERE.get(kind, set(Phase)):
        suited = [w for w in library.by_type[kind] if phase in w.suitable_phases and w.min_level is BEGINNER]
        assert len(suited) >= 3, suited


def test_each_workout_has_a_length_that_keeps_the_session_maxima_of_its_least_level(
    library: Library, config: PlanningConfig
) -> None:
    too_much = []
    for workout in library.workouts:
        limits = config.levels.of(workout.min_level)
        most = limits.session_minutes

        def keeps(content: SessionContent, from_106: float, most: dict[Band, float]) -> bool:
            severe = content.bands.within((Band.VO2MAX, Band.ANAEROBIC))
            return severe <= from_106 + 0.001 and all(content.bands.of(band) <= most[band] + 0.001 for band in most)

        if workout.type is not WorkoutType.TEST and not any(
            keeps(content, limits.session_from_106, dict(most)) for content in map(session_content, counts(workout))
        ):
            too_much.append(workout.id)
    assert too_much == []


def test_every_workout_can_be_ridden_at_every_count_of_repeats_by_every_level_it_is_for(
    library: Library, config: PlanningConfig
) -> None:
    """How many minutes near threshold a session may hold is the planner's to keep, by the length it chooses."""
    found = {
        (workout.id, level): breach.message
        for workout in library.workouts
        for level in levels_of(workout)
        for segments in counts(workout)
        for breach in rideability_breaches(segments, workout.type, level, config)
        if breach.aspect is not Aspect.THRESHOLD_TOTAL
    }
    assert found == {}


def test_some_sessions_bring_a_trained_rider_near_the_limit(library: Library, config: PlanningConfig) -> None:
    trained = config.levels.of(INTERMEDIATE).capacity
    near = {w.id for w in library.workouts if w.type is not WorkoutType.TEST and is_near_limit(written(w), trained)}

    assert {"vo2_near_3x6", "vo2_near_4x5"} <= near
    assert all(w.min_level is ADVANCED for w in library.workouts if w.id in near)
    left = {w: round(written(workout(library, w)).lowest_balance_pct(60)) for w in ("vo2_near_5x4", "vo2_near_4x5")}
    assert left == {"vo2_near_5x4": 28, "vo2_near_4x5": 24}


def workout(library: Library, workout_id: str) -> LibraryWorkout:
    return next(w for w in library.workouts if w.id == workout_id)


def test_the_first_rides_of_beginners_hold_nothing_near_threshold(library: Library) -> None:
    calm = [
        w.id
        for w in library.by_type[WorkoutType.ENDURANCE]
        if w.min_level is BEGINNER
        and all(s.intensity_high_pct is None or s.intensity_high_pct < 88 for segments in counts(w) for s in segments)
    ]
    assert {"end_first_rides", "end_first_cadence", "end_first_spin_ups", "end_first_long", "end_first_rise"} <= set(
        calm
    )
    assert len(calm) >= 30


def test_a_beginner_is_not_asked_for_half_an_hour_of_hard_work_in_one_piece(library: Library) -> None:
    """Tempo below 84 % is in no band, and still too much for somebody who begins."""
    long_efforts = [
        w.id
        for w in library.workouts
        if w.min_level is BEGINNER
        and w.type is not WorkoutType.TEST
        and any(s.duration_min >= 30 and (s.intensity_low_pct or 0) >= 82 for s in w.segments)
    ]
    assert long_efforts == []


@pytest.mark.parametrize(("kind", "bands", "level", "minutes"), LADDERS)
def test_work_comes_in_fine_steps_up_to_the_most_a_session_may_hold(
    library: Library, kind: str, bands: tuple[Band, ...], level: ExperienceLevel, minutes: tuple[int, ...]
) -> None:
    held = {
        round(content.bands.within(bands))
        for w in library.by_type[WorkoutType(kind)]
        if level in levels_of(w)
        for content in map(session_content, counts(w))
    }
    assert set(minutes) <= held


# --- tests, openers, sharpening --------------------------------------------------------------------------------


def test_there_is_a_test_of_every_kind_between_45_and_75_minutes(library: Library) -> None:
    tests = {w.id: w for w in library.by_type[WorkoutType.TEST]}

    assert {
        "test_ramp", "test_ramp_short", "test_2x8", "test_20", "test_5_20", "test_5min", "test_sprint",
    } <= set(tests)  # fmt: skip
    for test in tests.values():
        lengths = {length.minutes for length in reachable_lengths(test)}
        assert lengths & set(range(45, 76, 5)) and test.extensible, test.id
        steps = [part for part in test.parts if isinstance(part, Step)]
        assert {step.type for step in steps if step.duration_range_min} >= {SegmentType.WARMUP, SegmentType.COOLDOWN}
    assert [w.id for w in tests.values() if w.min_level is BEGINNER] == [
        "test_2x8", "test_one_eight", "test_ramp", "test_ramp_short",
    ]  # fmt: skip


def test_openers_are_never_hard_and_hold_a_few_short_efforts(library: Library, config: PlanningConfig) -> None:
    for workout in library.by_type[WorkoutType.OPENERS]:
        for segments in ways(workout):
            content = session_content(segments)
            assert hardness_of(segments, workout.type, config).hard is None, workout.id
            assert content.minutes <= 50 and content.minutes_from(96) < 5 and content.intensity_factor < 0.75
            efforts = [s for s in segments if s.type == "interval"]
            assert 3 <= len(efforts) <= 6
            assert all(0.25 <= s.duration_min <= 1 for s in efforts)


def test_a_taper_has_sessions_of_40_to_60_minutes_with_4_to_12_sharp_ones(library: Library) -> None:
    sharp: dict[ExperienceLevel, set[str]] = {level: set() for level in LEVELS}
    for kind in (WorkoutType.VO2MAX, WorkoutType.THRESHOLD):
        for w in library.by_type[kind]:
            if Phase.TAPER in w.suitable_phases and any(
                40 <= content.minutes <= 60 and 4 <= content.minutes_from(96) <= 12 for content in contents(w)
            ):
                for level in levels_of(w):
                    sharp[level].add(w.id)
    assert len(sharp[BEGINNER]) >= 6
    assert len(sharp[INTERMEDIATE]) >= 10


# --- events ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", EVENTS)
def test_every_kind_of_event_has_a_simulation(library: Library, event: str) -> None:
    simulated = [w for w in library.workouts if event in w.events and w.type is not WorkoutType.OPENERS]
    assert simulated
    assert any(not w.requires for w in simulated), "one has to be possible on the flat and indoors"


def test_workouts_name_events_that_the_configuration_knows(library: Library, config: PlanningConfig) -> None:
    assert {event for w in library.workouts for event in w.events} <= set(config.events)


def test_what_needs_hills_or_the_open_road_is_never_the_only_choice(library: Library) -> None:
    for kind, workouts in library.by_type.items():
        for phase in Phase:
            for day in DayKind:
                suited = [w for w in workouts if phase in w.suitable_phases and day in w.suitable_days]
                assert len([w for w in suited if not w.requires]) >= min(2, len(suited)), (kind, phase, day)


@pytest.mark.parametrize("minutes", range(120, 361, 30))
def test_long_rides_with_late_work_are_not_hard(library: Library, config: PlanningConfig, minutes: int) -> None:
    late = [
        (w.id, hardness_of(segments, w.type, config).hard)
        for w, segments in at(library, WorkoutType.ENDURANCE, minutes)
        if session_content(segments).late_minutes(80) >= 8
    ]
    assert late
    assert [ride for ride in late if ride[1]] == []


# --- progressions ----------------------------------------------------------------------------------------------


def test_a_series_goes_somewhere(library: Library) -> None:
    """As written, every step asks for more than the one below it in some way, and the top for more than the foot."""
    series: dict[str, list[LibraryWorkout]] = {}
    for w in library.workouts:
        if w.series is not None:
            series.setdefault(w.series.id, []).append(w)
    for name, members in series.items():
        steps = [demand(w) for w in sorted(members, key=lambda w: w.series.level if w.series else 0)]
        for lower, higher in [*itertools.pairwise(steps), (steps[0], steps[-1])]:
            assert any(more > less for more, less in zip(higher, lower, strict=True)), (name, lower, higher)
        foot, top = steps[0], steps[-1]
        assert top[0] * top[2] > foot[0] * foot[2] or top[3] > foot[3], (name, foot, top)


def demand(workout: LibraryWorkout) -> tuple[float, float, float, float, float]:
    """As written: minutes of work, the longest effort, the highest intensity, work above threshold, % of W′ used."""
    work = [s for s in workout.segments if (s.intensity_low_pct or 0) > 75]
    return (
        sum(s.duration_min for s in work),
        max(s.duration_min for s in work),
        max(s.intensity_high_pct or 0.0 for s in work),
        written(workout).w_spent_s,
        100 - written(workout).lowest_balance_pct(60),
    )


# --- weeks with little else ------------------------------------------------------------------------------------


@pytest.mark.parametrize("bands", [(Band.SWEET_SPOT,), (Band.THRESHOLD,), (Band.VO2MAX, Band.ANAEROBIC)])
@pytest.mark.parametrize("minutes", [120, 180, 240, 270])
def test_a_weekend_ride_can_be_long_and_hold_its_quality_too(
    library: Library, bands: tuple[Band, ...], minutes: int
) -> None:
    rides = [
        w.id
        for w, segments in at(library, WorkoutType.MIXED, minutes)
        if session_content(segments).bands.within(bands) >= 8
    ]
    assert len(rides) >= 2, rides


def test_ten_second_sprints_in_an_endurance_ride_do_not_make_it_hard(library: Library, config: PlanningConfig) -> None:
    for segments in ways(workout(library, "end_ten_second_sprints")):
        assert hardness_of(segments, WorkoutType.ENDURANCE, config).hard is None
