"""What a running coach would hold against the shipped workouts, one by one: zones, doses, rests, phases, options."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from plan_pipeline.core.duration.lengths import at_length, reachable_lengths
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.segments import RunningSegment, Segment
from plan_pipeline.core.model.steps import RunningStep, Step
from plan_pipeline.core.model.vocabulary import ExperienceLevel, Phase, Requirement, SegmentType, Sport, WorkoutType
from plan_pipeline.core.model.workout import LibraryWorkout, WorkoutSet, write_out
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.library.files import load_library
from plan_pipeline.library.validation import findings_of
from plan_pipeline.shipped import shipped

WORKOUTS = load_library(shipped("workout_library"), Sport.RUNNING).workouts
BY_ID = {workout.id: workout for workout in WORKOUTS}
BEGINNER, INTERMEDIATE, ADVANCED = ExperienceLevel

IN_PLANS = (
    WorkoutType.EASY,
    WorkoutType.RECOVERY,
    WorkoutType.LONG,
    WorkoutType.STEADY,
    WorkoutType.PROGRESSIVE,
    WorkoutType.MARATHON_PACE,
    WorkoutType.THRESHOLD,
    WorkoutType.CRUISE_INTERVALS,
    WorkoutType.RACE_PACE,
    WorkoutType.VO2MAX,
    WorkoutType.REPETITION,
    WorkoutType.HILLS,
    WorkoutType.RACE_SIMULATION,
)
HARD = (
    WorkoutType.MARATHON_PACE,
    WorkoutType.THRESHOLD,
    WorkoutType.CRUISE_INTERVALS,
    WorkoutType.RACE_PACE,
    WorkoutType.VO2MAX,
    WorkoutType.REPETITION,
    WorkoutType.HILLS,
)
OFF_THE_FEET = (WorkoutType.CROSS_TRAINING, WorkoutType.STRENGTH)

ZONES = {
    WorkoutType.EASY: (84, 95.5),  # pick-ups; strides and hill sprints are looked at by themselves
    WorkoutType.RECOVERY: (76, 76),
    WorkoutType.LONG: (84, 105),
    WorkoutType.STEADY: (84, 92),
    WorkoutType.PROGRESSIVE: (84, 100),
    WorkoutType.MARATHON_PACE: (84, 98),
    WorkoutType.THRESHOLD: (96, 102),
    WorkoutType.CRUISE_INTERVALS: (83.5, 102),  # floats are quicker than a jog
    WorkoutType.RACE_PACE: (96, 119),
    WorkoutType.VO2MAX: (106, 112),
    WorkoutType.REPETITION: (112, 118),
    WorkoutType.HILLS: (98, 115),
    WorkoutType.RACE_SIMULATION: (92, 108),
    WorkoutType.TEST: (100, 122),
}
"""Where the work of a type lies, % of threshold speed: its middle from the first, its fastest up to the second."""

WORK_MIN = {
    WorkoutType.STEADY: (15, 60),
    WorkoutType.PROGRESSIVE: (10, 45),
    WorkoutType.MARATHON_PACE: (15, 75),
    WorkoutType.THRESHOLD: (10, 40),
    WorkoutType.CRUISE_INTERVALS: (8, 40),
    WorkoutType.RACE_PACE: (6, 45),
    WorkoutType.VO2MAX: (6, 24),
    WorkoutType.REPETITION: (4, 14),
    WorkoutType.HILLS: (5, 16),
    WorkoutType.RACE_SIMULATION: (3, 110),
    WorkoutType.LONG: (0, 100),
}
FULL_VO2MAX_MIN = 10
"""What a VO2max session has at least that is for neither beginners nor the taper."""
MOST_FOR_BEGINNERS_MIN = {
    WorkoutType.STEADY: 20,
    WorkoutType.MARATHON_PACE: 30,
    WorkoutType.THRESHOLD: 20,
    WorkoutType.CRUISE_INTERVALS: 20,
    WorkoutType.VO2MAX: 12,
    WorkoutType.REPETITION: 6,
    WorkoutType.HILLS: 12,
}
MOST_IN_A_TAPER_MIN = {
    WorkoutType.STEADY: 15,
    WorkoutType.MARATHON_PACE: 16,
    WorkoutType.THRESHOLD: 15,
    WorkoutType.CRUISE_INTERVALS: 15,
    WorkoutType.RACE_PACE: 12,
    WorkoutType.VO2MAX: 10,
    WorkoutType.REPETITION: 6,
    WorkoutType.RACE_SIMULATION: 15,
}
"""Half of an ordinary session at most, at full speed."""

RESTS = {
    WorkoutType.MARATHON_PACE: (0.10, 0.40),
    WorkoutType.THRESHOLD: (0.10, 0.50),
    WorkoutType.CRUISE_INTERVALS: (0.12, 0.50),
    WorkoutType.RACE_PACE: (0.15, 1.05),
    WorkoutType.VO2MAX: (0.50, 1.55),
    WorkoutType.REPETITION: (1.6, 3.2),
    WorkoutType.HILLS: (0.95, 2.4),
}
"""Minutes of recovery in a set as a share of the work before them."""

SLOWEST = {BEGINNER: Runner(350), INTERMEDIATE: Runner(300), ADVANCED: Runner(260)}
"""The slowest runner that a level stands for: VDOT 33, 41 and 49. Distances take them longest."""
FASTEST = Runner(190)

EASY_PACE_ENDS = 84.0
PATTERNS = {
    WorkoutType.EASY: {
        "plain": 4, "rolling": 2, "trail": 2, "pick_ups": 2, "strides": 5, "hill_sprints": 4, "drills": 1,
        "run_walk": 3, "run_walk_longer": 3, "run_walk_long": 2,
    },
    WorkoutType.RECOVERY: {"plain": 3, "grass": 1, "treadmill": 1, "run_walk": 1},
    WorkoutType.LONG: {
        "easy": 3, "rolling": 1, "trail": 1, "hilly_finish": 1, "pick_ups": 2, "fast_finish": 2, "progressive": 2,
        "mp_finish_short": 2, "mp_finish_long": 3, "mp_blocks": 3, "mp_sandwich": 2, "mp_over_under": 2,
        "hm_finish": 3, "hm_blocks": 3, "tenk_finish": 2, "run_walk": 1, "run_walk_longer": 1, "run_walk_long": 1,
        "time_on_feet": 1,
    },
}  # fmt: skip
SPANS = {
    (WorkoutType.EASY, "plain"): (20, 120),
    (WorkoutType.EASY, "rolling"): (20, 120),
    (WorkoutType.EASY, "trail"): (20, 120),
    (WorkoutType.EASY, "strides"): (20, 90),
    (WorkoutType.EASY, "hill_sprints"): (25, 90),
    (WorkoutType.EASY, "run_walk"): (20, 60),
    (WorkoutType.RECOVERY, "plain"): (20, 50),
    (WorkoutType.LONG, "easy"): (50, 200),
    (WorkoutType.LONG, "rolling"): (50, 200),
    (WorkoutType.LONG, "trail"): (60, 240),
    (WorkoutType.LONG, "run_walk"): (30, 130),
    (WorkoutType.LONG, "pick_ups"): (75, 150),
    (WorkoutType.LONG, "fast_finish"): (75, 150),
    (WorkoutType.LONG, "progressive"): (75, 150),
    (WorkoutType.LONG, "mp_finish_short"): (75, 180),
    (WorkoutType.LONG, "mp_finish_long"): (90, 180),
    (WorkoutType.LONG, "mp_blocks"): (75, 180),
    (WorkoutType.LONG, "hm_finish"): (75, 150),
    (WorkoutType.LONG, "hm_blocks"): (75, 150),
    (WorkoutType.LONG, "tenk_finish"): (75, 150),
}
TYPE_SPANS = {
    WorkoutType.STEADY: (40, 90),
    WorkoutType.PROGRESSIVE: (40, 90),
    WorkoutType.MARATHON_PACE: (50, 90),
    WorkoutType.THRESHOLD: (35, 90),
    WorkoutType.CRUISE_INTERVALS: (35, 90),
    WorkoutType.RACE_PACE: (40, 85),
    WorkoutType.VO2MAX: (35, 85),
    WorkoutType.REPETITION: (40, 75),
    WorkoutType.HILLS: (35, 80),
    WorkoutType.TEST: (40, 75),
}

each_workout = pytest.mark.parametrize("workout", WORKOUTS, ids=lambda w: w.id)
each_type = pytest.mark.parametrize("kind", IN_PLANS)


def of(*kinds: WorkoutType) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("workout", [w for w in WORKOUTS if w.type in kinds], ids=lambda w: w.id)


def middle(step: Step | Segment) -> float:
    """The middle of an intensity; 0 where there is none."""
    return ((step.intensity_low_pct or 0.0) + (step.intensity_high_pct or 0.0)) / 2


def is_fast_and_short(step: Step | Segment) -> bool:
    """A stride, or a sprint up a hill."""
    return step.type is SegmentType.STRIDE or (step.type is SegmentType.HILL and step.duration_min <= 0.25)


def is_work(step: Step | Segment) -> bool:
    return middle(step) >= EASY_PACE_ENDS and not is_fast_and_short(step)


def minutes_from(segments: tuple[Segment, ...], pct: float) -> float:
    return sum(s.duration_min for s in segments if middle(s) >= pct and not is_fast_and_short(s))


def main_pct(workout: LibraryWorkout) -> float:
    """Where the main zone of a workout's work begins: the zone that holds most of its minutes above easy."""
    edges = (84, 92, 96, 102, 106, 112, 600)
    zones = list(itertools.pairwise(edges))
    held = {
        low: sum(s.duration_min for s in workout.segments if low <= middle(s) < high and not is_fast_and_short(s))
        for low, high in zones
    }
    return max(held, key=lambda low: held[low])


def work_min(workout: LibraryWorkout, segments: tuple[Segment, ...] | None = None) -> float:
    """Minutes of work of the workout's kind: all that is not easy, strides and floats left out."""
    floats = 90 if workout.type in (WorkoutType.CRUISE_INTERVALS, WorkoutType.MARATHON_PACE) else EASY_PACE_ENDS
    return minutes_from(workout.segments if segments is None else segments, floats)


def for_runner(workout: LibraryWorkout, runner: Runner) -> tuple[Segment, ...]:
    """The workout written out for somebody, minutes and race paces their own."""

    def step_for(step: Step) -> Step:
        return step.at(runner) if isinstance(step, RunningStep) else step

    parts = tuple(
        WorkoutSet(repeat=p.repeat, steps=tuple(map(step_for, p.steps))) if isinstance(p, WorkoutSet) else step_for(p)
        for p in workout.parts
    )
    return tuple(write_out(parts))


@cache
def grid(workout: LibraryWorkout) -> dict[int, tuple[Segment, ...]]:
    """The workout at each of its lengths, by the multiple of five minutes that it makes."""
    return {round(length.minutes / 5) * 5: at_length(workout, length) for length in reachable_lengths(workout)}


def races(workout: LibraryWorkout) -> set[str]:
    return {step.race.value for step in workout.steps if isinstance(step, RunningStep) and step.race}


def distance_km(workout: LibraryWorkout, runner: Runner, from_pct: float) -> float:
    segments = for_runner(workout, runner)
    return sum(s.duration_min * 60 * runner.speed(middle(s)) / 1000 for s in segments if middle(s) >= from_pct)


# --- form and words --------------------------------------------------------------------------------------------


@each_workout
def test_it_has_no_finding_of_validation(workout: LibraryWorkout) -> None:
    assert list(findings_of(workout)) == []


@each_workout
def test_it_says_how_it_is_laid_out_and_what_it_costs(workout: LibraryWorkout) -> None:
    assert workout.id.startswith("run_")
    assert workout.pattern is not None and workout.fatigue_cost is not None
    assert workout.series is None or workout.series.id.startswith("run_")


@each_workout
def test_it_is_described_as_a_coach_would_and_nowhere_called_by_the_refused_word(workout: LibraryWorkout) -> None:
    assert 30 <= len(workout.description.split()) <= 90
    assert workout.purpose.endswith(".") and workout.description.endswith((".", "?", "!"))
    assert "tempo" not in workout.model_dump_json().lower()
    if workout.type is not WorkoutType.CROSS_TRAINING:
        assert not re.search(r"\b(ride|rider|FTP|watts?|pedal\w*)\b", f"{workout.name} {workout.description}")
    assert all(step.description for step in workout.steps)


def test_no_two_workouts_have_the_same_name_purpose_or_text() -> None:
    for field in ("name", "purpose", "description"):
        counts = Counter(getattr(workout, field) for workout in WORKOUTS)
        assert [text for text, times in counts.items() if times > 1] == []
    openings = Counter(" ".join(workout.description.split()[:6]) for workout in WORKOUTS)
    assert [text for text, times in openings.items() if times > 1] == []


def test_there_are_at_least_140_workouts() -> None:
    assert len(WORKOUTS) >= 140


# --- zones -----------------------------------------------------------------------------------------------------


@each_workout
def test_it_starts_easily(workout: LibraryWorkout) -> None:
    first = workout.segments[0]
    assert first.intensity_low_pct is None or first.intensity_low_pct <= 80
    if workout.type not in (WorkoutType.EASY, WorkoutType.RECOVERY, *OFF_THE_FEET):
        segments = grid(workout)[min(grid(workout))]
        easy = sum(s.duration_min for s in itertools.takewhile(lambda s: not is_work(s), segments))
        assert easy >= 5 or middle(segments[0]) <= EASY_PACE_ENDS


@each_workout
def test_no_step_is_above_the_zone_of_its_type(workout: LibraryWorkout) -> None:
    if workout.type in OFF_THE_FEET:
        assert all(step.intensity_high_pct is None for step in workout.steps)
        return
    _, ceiling = ZONES[workout.type]
    for step in workout.steps:
        if not is_fast_and_short(step):
            assert (step.intensity_high_pct or 0) <= ceiling, step


@of(*HARD, WorkoutType.STEADY, WorkoutType.PROGRESSIVE, WorkoutType.RACE_SIMULATION, WorkoutType.TEST)
def test_its_work_is_in_the_zone_of_its_type(workout: LibraryWorkout) -> None:
    lowest, _ = ZONES[workout.type]
    work = [step for step in workout.steps if is_work(step)]
    assert work
    for step in work:
        assert middle(step) >= lowest, step


@of(WorkoutType.RECOVERY)
def test_a_recovery_run_stays_below_76_percent_and_is_short(workout: LibraryWorkout) -> None:
    assert max(step.intensity_high_pct or 0 for step in workout.steps) < 76
    assert min(grid(workout)) >= 20 and max(grid(workout)) <= 50
    assert workout.fatigue_cost == 1


@each_workout
def test_easy_running_lies_between_a_walk_and_84_percent(workout: LibraryWorkout) -> None:
    for step in workout.steps:
        if step.type is SegmentType.ENDURANCE and step.intensity_high_pct is not None:
            assert (step.intensity_low_pct or 0) >= 68 and step.intensity_high_pct <= EASY_PACE_ENDS, step
        if step.type is SegmentType.WALK:
            assert middle(step) <= 60, step


@of(*HARD)
def test_jogs_between_the_work_are_jogs(workout: LibraryWorkout) -> None:
    """At 60 to 72 % of threshold speed; where recovery is to be full, part of it is walked."""
    lowest = 50 if workout.type in (WorkoutType.REPETITION, WorkoutType.RACE_PACE) else 58
    for step in workout.steps:
        if step.type is SegmentType.RECOVERY:
            assert lowest <= (step.intensity_low_pct or 0) and (step.intensity_high_pct or 100) <= 72, step


@of(WorkoutType.EASY)
def test_an_easy_run_holds_at_most_three_minutes_of_fast_running(workout: LibraryWorkout) -> None:
    fast = [s for s in workout.segments if is_fast_and_short(s)]
    assert sum(s.duration_min for s in fast) <= 3 + 1e-6
    assert all(s.duration_min <= 0.5 for s in fast)
    if workout.pattern in ("strides", "hill_sprints"):
        assert 4 <= len(fast) <= 10
        assert all(s.intensity_high_pct is not None and s.intensity_high_pct <= 122 for s in fast)
    if workout.pattern != "pick_ups":
        assert minutes_from(workout.segments, EASY_PACE_ENDS) == 0


@of(WorkoutType.EASY)
def test_pick_ups_are_minutes_at_about_marathon_effort(workout: LibraryWorkout) -> None:
    work = [s for s in workout.segments if is_work(s)]
    if workout.pattern == "pick_ups":
        assert 4 <= len(work) <= 6
        assert all(s.duration_min == 1 and 92 <= middle(s) <= 95 for s in work)


# --- doses -----------------------------------------------------------------------------------------------------


@of(*WORK_MIN)
@pytest.mark.parametrize("of_the_fastest", [False, True])
def test_its_work_is_as_much_as_its_type_takes_for_the_slowest_and_the_fastest_it_is_for(
    workout: LibraryWorkout, of_the_fastest: bool
) -> None:
    runner = FASTEST if of_the_fastest else SLOWEST[workout.min_level]
    least, most = WORK_MIN[workout.type]
    held = work_min(workout, for_runner(workout, runner))
    slack = 0.7 if of_the_fastest else 1.0
    assert least * slack <= held <= most + 0.001


@of(WorkoutType.VO2MAX)
def test_a_full_vo2max_session_has_at_least_ten_minutes_in_pieces_of_two_to_five(workout: LibraryWorkout) -> None:
    if workout.min_level is not BEGINNER and workout.suitable_phases != (Phase.TAPER,) and workout.pattern != "ladder":
        assert work_min(workout) >= FULL_VO2MAX_MIN
        pieces = [s.duration_min for s in for_runner(workout, SLOWEST[workout.min_level]) if is_work(s)]
        most = 6.6 if workout.pattern == "miles" else 5.0
        assert all(2 <= minutes <= most for minutes in pieces), pieces


@of(*MOST_FOR_BEGINNERS_MIN)
def test_a_beginner_gets_a_beginners_dose(workout: LibraryWorkout) -> None:
    if workout.min_level is BEGINNER:
        assert work_min(workout) <= MOST_FOR_BEGINNERS_MIN[workout.type]
        assert (workout.fatigue_cost or 0) <= 3


@each_workout
def test_a_taper_workout_has_half_the_work_and_costs_little(workout: LibraryWorkout) -> None:
    if Phase.TAPER in workout.suitable_phases:
        assert (workout.fatigue_cost or 0) <= 3
        if workout.type in MOST_IN_A_TAPER_MIN:
            assert work_min(workout) <= MOST_IN_A_TAPER_MIN[workout.type]
            assert min(grid(workout)) <= 55


@each_workout
def test_what_costs_much_is_for_build_and_peak(workout: LibraryWorkout) -> None:
    """Hills begin in base, tests come in light weeks too."""
    if (workout.fatigue_cost or 0) >= 4 and workout.type is not WorkoutType.TEST:
        allowed = {Phase.BUILD, Phase.PEAK} | ({Phase.BASE} if workout.type is WorkoutType.HILLS else set())
        assert set(workout.suitable_phases) <= allowed


@of(WorkoutType.REPETITION)
def test_repetitions_add_up_to_no_more_than_8_km_in_pieces_of_at_most_two_minutes(workout: LibraryWorkout) -> None:
    assert distance_km(workout, FASTEST, 112) <= 8
    pieces = [s.duration_min for s in for_runner(workout, SLOWEST[workout.min_level]) if is_work(s)]
    assert max(pieces) <= 2


@of(WorkoutType.VO2MAX, WorkoutType.HILLS)
def test_fast_work_adds_up_to_no_more_than_10_km(workout: LibraryWorkout) -> None:
    assert distance_km(workout, FASTEST, 104) <= 10


@of(WorkoutType.LONG, WorkoutType.MARATHON_PACE, WorkoutType.RACE_SIMULATION)
def test_marathon_pace_stays_within_110_minutes_and_29_km(workout: LibraryWorkout) -> None:
    slow = for_runner(workout, SLOWEST[workout.min_level])
    assert minutes_from(slow, 84) <= 110
    assert distance_km(workout, FASTEST, 84) <= 29


@of(WorkoutType.LONG)
def test_a_long_run_with_race_pace_is_for_those_who_have_the_volume_and_costs_accordingly(
    workout: LibraryWorkout,
) -> None:
    if races(workout):
        assert workout.min_level is not BEGINNER
        assert (workout.fatigue_cost or 0) >= (3 if workout.pattern == "tenk_finish" else 4)
        assert set(workout.suitable_phases) <= {Phase.BUILD, Phase.PEAK}
        assert workout.avoid_after
    else:
        assert (workout.fatigue_cost or 0) <= 3


@of(WorkoutType.LONG)
def test_work_in_a_long_run_comes_in_its_last_part_however_long_it_gets(workout: LibraryWorkout) -> None:
    if workout.pattern in ("mp_sandwich", "mp_blocks", "hm_blocks") or not any(map(is_work, workout.steps)):
        return
    for minutes, segments in grid(workout).items():
        before = sum(s.duration_min for s in itertools.takewhile(lambda s: not is_work(s), segments))
        assert before >= 0.25 * minutes, minutes


@of(WorkoutType.LONG)
def test_a_fast_finish_is_a_sixth_or_so_of_the_run(workout: LibraryWorkout) -> None:
    if workout.pattern == "fast_finish":
        assert 0.12 <= minutes_from(workout.segments, 84) / workout.duration_min <= 0.21


# --- rests -----------------------------------------------------------------------------------------------------


@of(*RESTS)
def test_the_rests_in_a_set_are_in_the_ratio_of_its_type(workout: LibraryWorkout) -> None:
    least, most = RESTS[WorkoutType.REPETITION if workout.pattern == "mile" else workout.type]
    sharpens = Phase.TAPER in workout.suitable_phases
    for part in workout.parts:
        if isinstance(part, WorkoutSet):
            work = sum(s.duration_min for s in part.steps if is_work(s) and s.type is not SegmentType.STEADY)
            rest = sum(s.duration_min for s in part.steps) - work
            if rest:
                assert least <= rest / work <= most * (1.1 if sharpens else 1)


@of(WorkoutType.EASY)
def test_sprints_up_a_hill_are_followed_by_a_walk_of_one_and_a_half_to_two_and_a_half_minutes(
    workout: LibraryWorkout,
) -> None:
    if workout.pattern == "hill_sprints":
        assert Requirement.HILLS in workout.requires
        for part in workout.parts:
            if isinstance(part, WorkoutSet):
                sprint, walk = part.steps
                assert 8 / 60 - 1e-4 <= sprint.duration_min <= 12 / 60 + 1e-4
                assert walk.type is SegmentType.WALK and 1.5 <= walk.duration_min <= 2.5


# --- access and level ------------------------------------------------------------------------------------------


@each_workout
def test_hills_require_hills(workout: LibraryWorkout) -> None:
    if any(step.type is SegmentType.HILL for step in workout.steps):
        assert Requirement.HILLS in workout.requires
        assert all(step.by_effort for step in workout.steps if isinstance(step, RunningStep) and step.type == "hill")
    if workout.type is WorkoutType.HILLS:
        assert set(workout.requires) & {Requirement.HILLS, Requirement.TREADMILL}


@each_type
@pytest.mark.parametrize("missing", list(Requirement))
def test_without_one_kind_of_access_there_are_variants_left(kind: WorkoutType, missing: Requirement) -> None:
    left = [w for w in WORKOUTS if w.type is kind and missing not in w.requires]
    assert len(left) >= (2 if kind is WorkoutType.HILLS else 8)


@each_type
def test_at_least_three_variants_need_nothing(kind: WorkoutType) -> None:
    if kind is not WorkoutType.HILLS:
        assert len([w for w in WORKOUTS if w.type is kind and not w.requires]) >= 3


@pytest.mark.parametrize("kind", [*HARD, WorkoutType.STEADY, WorkoutType.PROGRESSIVE])
def test_beginners_have_a_choice_in_every_type(kind: WorkoutType) -> None:
    mine = [w for w in WORKOUTS if w.type is kind and w.min_level is BEGINNER]
    assert len([w for w in mine if Phase.TAPER not in w.suitable_phases or len(w.suitable_phases) > 1]) >= (
        1 if kind is WorkoutType.REPETITION else 3
    )
    if kind in (WorkoutType.THRESHOLD, WorkoutType.CRUISE_INTERVALS, WorkoutType.VO2MAX, WorkoutType.HILLS):
        assert min(min(grid(w)) for w in mine) == 35


# --- options ---------------------------------------------------------------------------------------------------


def has_quality(workout: LibraryWorkout) -> bool:
    if workout.type is WorkoutType.LONG:
        return bool({"marathon", "half_marathon"} & races(workout))
    return workout.type in HARD


def with_option() -> Iterator[LibraryWorkout]:
    return (workout for workout in WORKOUTS if workout.option_b is not None)


each_option = pytest.mark.parametrize("workout", list(with_option()), ids=lambda w: w.id)


@each_workout
def test_every_hard_workout_has_an_option(workout: LibraryWorkout) -> None:
    if has_quality(workout):
        assert workout.option_b is not None


@each_option
def test_its_option_exists_and_is_of_equal_stimulus(workout: LibraryWorkout) -> None:
    option = BY_ID[workout.option_b or ""]
    assert option is not workout
    zone = main_pct(workout)
    own, other = minutes_from(workout.segments, zone), minutes_from(option.segments, zone)
    assert abs(other - own) <= 0.2 * own + 0.05, (own, other)
    own_tss, other_tss = workout_load(workout.segments).tss, workout_load(option.segments).tss
    assert abs(other_tss - own_tss) <= 0.1 * own_tss, (own_tss, other_tss)
    assert abs((workout.fatigue_cost or 0) - (option.fatigue_cost or 0)) <= 1
    assert set(workout.suitable_phases) & set(option.suitable_phases)


@each_option
def test_both_can_have_the_same_minutes_and_then_load_alike(workout: LibraryWorkout) -> None:
    mine, others = grid(workout), grid(BY_ID[workout.option_b or ""])
    common = sorted(mine.keys() & others.keys())
    assert len(common) >= 4, (min(mine), max(mine), min(others), max(others))
    for minutes in common:
        own, other = workout_load(mine[minutes]).tss, workout_load(others[minutes]).tss
        assert abs(own - other) <= 0.1 * own + 0.1, (minutes, own, other)


@each_option
def test_whoever_may_do_it_has_the_level_for_its_option(workout: LibraryWorkout) -> None:
    levels = list(ExperienceLevel)
    option = BY_ID[workout.option_b or ""]
    assert levels.index(option.min_level) <= levels.index(workout.min_level) + 1


@each_option
def test_the_option_of_what_needs_hills_needs_none(workout: LibraryWorkout) -> None:
    if workout.type in (WorkoutType.HILLS, WorkoutType.THRESHOLD, WorkoutType.STEADY, WorkoutType.PROGRESSIVE):
        assert not (Requirement.HILLS in workout.requires and BY_ID[workout.option_b or ""].requires)


# --- distances, lengths, breadth -------------------------------------------------------------------------------


@each_workout
def test_a_workout_with_distances_has_an_easy_step_of_its_own_that_takes_up_the_seconds(
    workout: LibraryWorkout,
) -> None:
    distances = [s for s in workout.steps if isinstance(s, RunningStep) and s.distance_m is not None]
    if distances:
        last = workout.parts[-1]
        assert isinstance(last, RunningStep) and last.type is SegmentType.COOLDOWN
        assert last.duration_range_min is None and 4 <= last.duration_min <= 10
    for part in workout.parts:
        if isinstance(part, WorkoutSet) and part.repeat_range:
            assert not any(isinstance(s, RunningStep) and s.depends_on_runner for s in part.steps)


@each_workout
def test_every_five_minutes_of_its_span_can_be_had(workout: LibraryWorkout) -> None:
    if workout.type is WorkoutType.STRENGTH:
        return
    have = sorted(grid(workout))
    assert have == list(range(have[0], have[-1] + 1, 5))


@pytest.mark.parametrize(("kind", "pattern"), list(SPANS))
def test_the_variants_of_a_pattern_cover_the_lengths_that_plans_ask_for(kind: WorkoutType, pattern: str) -> None:
    reach: Counter[int] = Counter()
    for w in WORKOUTS:
        if w.type is kind and w.pattern == pattern:
            reach.update(grid(w).keys())
    low, high = SPANS[kind, pattern]
    assert [m for m in range(low, high + 1, 5) if not reach[m]] == []


@pytest.mark.parametrize("kind", list(TYPE_SPANS))
def test_sessions_of_every_ordinary_length_are_there(kind: WorkoutType) -> None:
    reach: Counter[int] = Counter()
    for w in WORKOUTS:
        if w.type is kind:
            reach.update(grid(w).keys())
    low, high = TYPE_SPANS[kind]
    assert [m for m in range(low, high + 1, 5) if not reach[m]] == []


@each_type
def test_there_are_at_least_eight_variants_of_a_type(kind: WorkoutType) -> None:
    assert len([w for w in WORKOUTS if w.type is kind]) >= 8


def test_cross_training_strength_and_tests_are_there() -> None:
    counts = Counter(w.type for w in WORKOUTS)
    assert counts[WorkoutType.CROSS_TRAINING] >= 5
    assert counts[WorkoutType.STRENGTH] >= 6
    assert counts[WorkoutType.TEST] >= 3


@pytest.mark.parametrize("kind", list(PATTERNS))
def test_the_patterns_that_plans_ask_for_have_variants(kind: WorkoutType) -> None:
    counts = Counter(w.pattern for w in WORKOUTS if w.type is kind)
    assert {name: counts[name] for name, least in PATTERNS[kind].items() if counts[name] < least} == {}


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        (WorkoutType.RACE_PACE, 3),
        (WorkoutType.CRUISE_INTERVALS, 2),
        (WorkoutType.VO2MAX, 2),
        (WorkoutType.MARATHON_PACE, 2),
        (WorkoutType.REPETITION, 2),
        (WorkoutType.THRESHOLD, 2),
    ],
)
def test_a_taper_has_short_sharp_sessions_of_35_to_50_minutes(kind: WorkoutType, least: int) -> None:
    sharp = [w for w in WORKOUTS if w.type is kind and Phase.TAPER in w.suitable_phases]
    fitting = [w for w in sharp if 4 <= work_min(w) <= 16 and grid(w).keys() & set(range(35, 51, 5))]
    assert len(fitting) >= least


def test_the_eve_of_a_race_has_shakeouts() -> None:
    shakeouts = [w for w in WORKOUTS if w.pattern == "strides" and w.suitable_phases == (Phase.TAPER,)]
    assert len(shakeouts) >= 2
    assert all((min(grid(w)), max(grid(w))) == (20, 30) for w in shakeouts)


# --- progressions and simulations ------------------------------------------------------------------------------


def test_a_progression_asks_for_more_at_every_level() -> None:
    series: dict[str, dict[int, LibraryWorkout]] = {}
    for w in WORKOUTS:
        if w.series is not None:
            series.setdefault(w.series.id, {})[w.series.level] = w
    assert len(series) >= 15
    for name, members in series.items():
        assert sorted(members) == list(range(1, len(members) + 1)) and len(members) >= 2, name
        assert len({w.type for w in members.values()}) == 1, name
        for lower, higher in itertools.pairwise(members[level] for level in sorted(members)):
            if higher.type not in OFF_THE_FEET:
                less, more = demand(lower), demand(higher)
                assert more[0] > less[0] + 0.01 or more[1] > less[1] + 0.01, (name, less, more)


def demand(workout: LibraryWorkout) -> tuple[float, float]:
    """Minutes of work and the longest piece of it; of run-walks, what is run."""
    pieces = [s.duration_min for s in workout.segments if is_work(s) or is_fast_and_short(s)]
    if (workout.pattern or "").startswith("run_walk"):
        pieces = [s.duration_min for s in workout.segments if s.type is SegmentType.ENDURANCE]
    return sum(pieces), max(pieces)


@pytest.mark.parametrize("event", ["marathon", "half_marathon", "10k", "5k", "trail"])
def test_every_event_has_simulations_and_one_needs_no_trail(event: str) -> None:
    simulated = [w for w in WORKOUTS if event in w.events]
    assert len(simulated) >= 2
    assert any(not w.requires for w in simulated)


@each_workout
def test_simulations_belong_to_events_and_beside_them_only_race_paces_do(workout: LibraryWorkout) -> None:
    assert not workout.events or workout.type in (WorkoutType.RACE_SIMULATION, WorkoutType.RACE_PACE)
    assert workout.events or workout.type is not WorkoutType.RACE_SIMULATION


def test_simulations_hold_what_the_events_are_known_for() -> None:
    def km(workout_id: str) -> float:
        at_pace = [s for s in BY_ID[workout_id].segments if isinstance(s, RunningSegment) and s.race is not None]
        return sum((s.distance_m or 0) / 1000 for s in at_pace)

    assert km("run_sim_5k_3x1600") == pytest.approx(4.8)
    assert km("run_sim_10k_5x2k") == 10
    assert km("run_sim_half_15k") == 15
    assert km("run_sim_marathon_16k") == 16 and km("run_sim_marathon_19k") == 19
    rehearsal = BY_ID["run_sim_dress_marathon"]
    assert km(rehearsal.id) == 3
    assert rehearsal.fatigue_cost == 2 and rehearsal.suitable_phases == (Phase.TAPER,)
