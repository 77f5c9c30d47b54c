"""The library that ships with the product keeps its promises of breadth, reach and load."""

import re
import time
from collections import Counter
from pathlib import Path

import pytest

from plan_pipeline.config import load_configs
from plan_pipeline.core.duration.lengths import at_length, reachable_lengths
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.vocabulary import DayKind, Phase, ScalingStrategy, SegmentType, Sport, WorkoutType
from plan_pipeline.core.model.workout import Library, LibraryWorkout
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.library.files import load_library
from plan_pipeline.library.stats import LibraryStats, library_stats
from plan_pipeline.library.validation import validate_library
from plan_pipeline.shipped import shipped
from plan_pipeline_tests.library.samples import SHIPPED, write

ON_THE_BIKE = [
    WorkoutType.RECOVERY,
    WorkoutType.ENDURANCE,
    WorkoutType.TEMPO,
    WorkoutType.SWEET_SPOT,
    WorkoutType.THRESHOLD,
    WorkoutType.VO2MAX,
    WorkoutType.ANAEROBIC,
    WorkoutType.MIXED,
]
INTENSITY_FACTOR = {
    WorkoutType.RECOVERY: (0.48, 0.55),
    WorkoutType.ENDURANCE: (0.59, 0.70),
    WorkoutType.TEMPO: (0.69, 0.80),
    WorkoutType.SWEET_SPOT: (0.70, 0.85),
    WorkoutType.THRESHOLD: (0.71, 0.88),
    WorkoutType.VO2MAX: (0.70, 0.89),
    WorkoutType.ANAEROBIC: (0.64, 0.86),
    WorkoutType.MIXED: (0.70, 0.83),
    WorkoutType.TEST: (0.75, 0.90),
    WorkoutType.OPENERS: (0.56, 0.74),
}
"""The lower ends are those of first sessions, which hold little work, the upper ones those of race simulations."""
REACH_MIN = {
    WorkoutType.RECOVERY: (30, 90),
    WorkoutType.ENDURANCE: (30, 360),
    WorkoutType.TEMPO: (40, 150),
    WorkoutType.SWEET_SPOT: (40, 150),
    WorkoutType.THRESHOLD: (40, 150),
    WorkoutType.VO2MAX: (35, 120),
    WorkoutType.ANAEROBIC: (35, 120),
    WorkoutType.MIXED: (45, 300),
}
STRUCTURES_AT_EVERY_LENGTH = 4
STRUCTURES_AT_THE_ENDS = 3
ENDURANCE_STRUCTURES = 8
ENDURANCE_CORE_MIN = range(60, 241)
LATE_WORK_PCT, LATE_WORK_MIN = 80, 8


def reachable_minutes(workout: LibraryWorkout) -> set[float]:
    return {length.minutes for length in reachable_lengths(workout)}


def works_late(workout: LibraryWorkout, minutes: int) -> bool:
    """Whether it has the length and holds at least 8 minutes at 80 % of threshold in the last third there."""
    length = next((length for length in reachable_lengths(workout) if length.minutes == minutes), None)
    if length is None:
        return False
    at, work = 0.0, 0.0
    for segment in at_length(workout, length):
        from_min, at = max(at, minutes * 2 / 3), at + segment.duration_min
        if segment.intensity_low_pct is not None and segment.intensity_low_pct >= LATE_WORK_PCT:
            work += max(0.0, at - from_min)
    return work >= LATE_WORK_MIN


@pytest.fixture(scope="module")
def stats(library: Library) -> LibraryStats:
    return library_stats(library)


def test_it_validates_without_a_single_problem() -> None:
    assert [str(problem) for problem in validate_library(SHIPPED, load_configs(shipped("config"))).problems] == []


def test_it_has_workouts_of_every_type_that_is_trained(stats: LibraryStats) -> None:
    assert set(stats.by_type) == set(record_of(Sport.CYCLING).trained_types)


def test_it_has_at_least_200_workouts_and_no_two_with_the_same_structure(stats: LibraryStats) -> None:
    assert stats.workouts >= 200
    assert stats.structures == stats.workouts


@pytest.mark.parametrize("kind", [*ON_THE_BIKE, WorkoutType.STRENGTH])
def test_every_type_has_at_least_eight_distinct_structures(stats: LibraryStats, kind: WorkoutType) -> None:
    assert stats.by_type[kind].structures >= 8


def test_at_least_three_quarters_are_extensible(stats: LibraryStats) -> None:
    assert stats.extensible_share >= 0.75


def test_every_scaling_strategy_occurs(stats: LibraryStats) -> None:
    assert all(stats.by_strategy[strategy] for strategy in ScalingStrategy)


@pytest.mark.parametrize("kind", [*ON_THE_BIKE, WorkoutType.STRENGTH])
@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("day_kind", list(DayKind))
def test_every_type_has_three_workouts_to_choose_from_in_every_phase_and_on_every_kind_of_day(
    stats: LibraryStats, kind: WorkoutType, phase: Phase, day_kind: DayKind
) -> None:
    assert stats.suited[kind][phase][day_kind] >= 3


@pytest.mark.parametrize("kind", [WorkoutType.ENDURANCE, WorkoutType.MIXED])
def test_lengths_as_written_run_from_half_an_hour_to_four_hours(stats: LibraryStats, kind: WorkoutType) -> None:
    assert (stats.by_type[kind].shortest_base_min, stats.by_type[kind].longest_base_min) == (30, 240)


def test_every_length_as_written_is_a_multiple_of_five_minutes(library: Library) -> None:
    assert [workout.id for workout in library.workouts if workout.parts_duration_min % 5] == []


@pytest.mark.parametrize("kind", ON_THE_BIKE)
def test_every_five_minute_length_of_a_types_reach_can_be_met_by_several_structures(
    library: Library, kind: WorkoutType
) -> None:
    reach = {workout.fingerprint: reachable_minutes(workout) for workout in library.by_type[kind]}
    shortest, longest = REACH_MIN[kind]

    def wanted(minutes: int) -> int:
        if minutes in (shortest, longest):
            return STRUCTURES_AT_THE_ENDS
        if kind is WorkoutType.ENDURANCE and minutes in ENDURANCE_CORE_MIN:
            return ENDURANCE_STRUCTURES
        return STRUCTURES_AT_EVERY_LENGTH

    found = {m: sum(m in lengths for lengths in reach.values()) for m in range(shortest, longest + 1, 5)}
    assert {minutes: count for minutes, count in found.items() if count < wanted(minutes)} == {}


@pytest.mark.parametrize(("minutes", "structures"), [(300, 16), (330, 12), (360, 8)])
def test_many_endurance_rides_reach_five_and_six_hours(library: Library, minutes: int, structures: int) -> None:
    rides = library.by_type[WorkoutType.ENDURANCE]
    assert sum(minutes in reachable_minutes(ride) for ride in rides) >= structures


def test_rides_that_reach_five_hours_begin_short_enough_to_grow_with_the_athlete(library: Library) -> None:
    rides = [ride for ride in library.by_type[WorkoutType.ENDURANCE] if max(reachable_minutes(ride)) >= 300]
    assert [ride.id for ride in rides if min(reachable_minutes(ride)) > 195] == []
    assert sum(min(reachable_minutes(ride)) <= 120 for ride in rides) >= 8


@pytest.mark.parametrize("minutes", range(150, 361, 15))
def test_long_rides_with_work_in_their_last_third_come_at_every_length(library: Library, minutes: int) -> None:
    late = [ride.id for ride in library.by_type[WorkoutType.ENDURANCE] if works_late(ride, minutes)]
    assert len(late) >= 6, late


@pytest.mark.parametrize("kind", ON_THE_BIKE)
def test_an_extensible_ride_lands_on_every_five_minutes_between_its_ends(library: Library, kind: WorkoutType) -> None:
    uneven = []
    for workout in library.by_type[kind]:
        lengths = reachable_minutes(workout)
        first = -(-min(lengths) // 5) * 5
        missed = [minutes for minutes in range(int(first), int(max(lengths)) + 1, 5) if minutes not in lengths]
        if missed:
            uneven.append((workout.id, missed))
    assert uneven == []


@pytest.mark.parametrize("kind", INTENSITY_FACTOR)
def test_the_intensity_factor_of_a_type_is_typical_and_narrow(library: Library, kind: WorkoutType) -> None:
    lowest, highest = INTENSITY_FACTOR[kind]
    factors = {w.id: workout_load(w.segments).intensity_factor for w in library.by_type[kind]}
    assert {name: factor for name, factor in factors.items() if not lowest <= factor <= highest} == {}


def test_strength_is_off_the_bike_and_carries_no_load(library: Library) -> None:
    for workout in library.by_type[WorkoutType.STRENGTH]:
        assert workout.tss == 0
        assert {(s.type, s.intensity_low_pct) for s in workout.segments} == {(SegmentType.STRENGTH, None)}
        assert 30 <= workout.parts_duration_min <= 60


@pytest.mark.parametrize(
    "kind",
    [
        WorkoutType.TEMPO,
        WorkoutType.SWEET_SPOT,
        WorkoutType.THRESHOLD,
        WorkoutType.VO2MAX,
        WorkoutType.ANAEROBIC,
    ],
)
def test_types_that_progress_have_two_series_of_three_levels(stats: LibraryStats, kind: WorkoutType) -> None:
    lengths = [len(series.workout_ids) for series in stats.series.values() if series.type is kind]
    assert sum(length >= 3 for length in lengths) >= 2


def test_no_two_workouts_share_a_name_a_purpose_or_a_description(library: Library) -> None:
    for texts in (
        [w.name for w in library.workouts],
        [w.purpose for w in library.workouts],
        [w.description for w in library.workouts],
    ):
        assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_every_ride_begins_and_ends_easily(library: Library) -> None:
    for kind in INTENSITY_FACTOR:
        for workout in library.by_type[kind]:
            assert workout.segments[0].type is SegmentType.WARMUP, workout.id
            assert workout.segments[-1].type is SegmentType.COOLDOWN, workout.id


@pytest.mark.slow
def test_loading_takes_a_millisecond_a_workout_at_most(library: Library) -> None:
    def seconds() -> float:
        start = time.process_time()
        load_library(SHIPPED)
        return time.process_time() - start

    assert min(seconds() for _ in range(5)) < 0.001 * len(library.workouts)


def test_the_examples_in_the_readme_are_a_sound_library(tmp_path: Path) -> None:
    readme = (SHIPPED / "README.md").read_text(encoding="utf-8")
    cycling, running = re.findall(r"^```yaml\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    write(tmp_path, cycling)
    write(tmp_path, running, "running/vo2max.yaml")
    assert [str(problem) for problem in validate_library(tmp_path).problems] == []
