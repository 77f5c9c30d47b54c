"""How well a workout suits a day whatever its length: phase, series, variety, and which test it is."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from plan_pipeline.core.arms import Arm
from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.duration.candidates import Numbers
from plan_pipeline.core.duration.day_limits import DayLimits, day_limits
from plan_pipeline.core.duration.envelope import Envelope
from plan_pipeline.core.model.plan import OverviewWeek, TrainingDay
from plan_pipeline.core.model.vocabulary import DayRole, ExperienceLevel, Phase, Weekday, WorkoutType
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.selection.criteria import Criterion, Parts, summed
from plan_pipeline.core.selection.memory import Memory
from plan_pipeline.core.selection.variation import light_week_points, unrepeated, variation_points, varies

PHASE_POINTS = 30.0
SERIES_POINTS = 18.0
SERIES_STEP_COST = 9.0
STEPPING_BACK_COST = 90.0
FAMILIAR_COST = 90.0
"""Points a structure of the last four weeks loses by how lately it came; an arm may take more for coming again."""

SEED_POINTS = 4.0

LONG_RIDE_VARIETY = 0.3
"""The share of what variety weighs that it weighs on the plan's long rides: their length matters more."""

TEST_POINTS, SAME_TEST_POINTS = 40.0, 200.0
"""Points of the test that measures the aim best, less for each one after it; and of the test that was ridden before,
with which the next can be compared."""

LATE_WORK_COST = 60.0
"""Points lost by a ride with work in its last third on a day that is not for it."""

MIDDLE_PLAN_WEEKS = 10
"""A short plan has no time to climb a series from its foot."""


class Fits:
    """Points of workouts before their length counts, by row of their type's ``Candidates``."""

    def __init__(self, purpose: Purpose, envelope: Envelope, memory: Memory, arm: Arm) -> None:
        self._purpose = purpose
        self._envelope = envelope
        self._memory = memory
        self._arm = arm
        self._known: tuple[int, Parts, Numbers] | None = None
        self._has_variation = purpose.is_on(Flag.VARIATION_TEMPLATES)
        self._long_variety = 1.0 if purpose.is_on(Flag.LONG_RUN_VARIATION) else LONG_RIDE_VARIETY
        last_week = purpose.request.total_weeks
        usual = tuple(
            day_limits(purpose, last_week, TrainingDay(weekday=Weekday.MONDAY, workout_type=kind))
            for kind in envelope.rows
        )
        self._top_level = envelope.kept(usual, self._top_levels)

    def of_day(self, week: OverviewWeek, day: TrainingDay) -> Numbers:
        """The points of a day's workouts."""
        parts, all_points = self._of_week(week)
        rows = self._envelope.rows[day.workout_type]
        points = all_points[rows]
        if self._varies(week, day):
            points = points + self._variation(week, day)
        if day.workout_type is WorkoutType.TEST:
            return points - parts[Criterion.VARIETY][rows] + self._test_points()
        if is_long(day):
            points = points - (1 - self._long_variety) * parts[Criterion.VARIETY][rows]
        if day.role is DayRole.LATE_WORK:
            points = points - parts[Criterion.LATE_WORK][rows]
        return points

    def parts_of_day(self, week: OverviewWeek, day: TrainingDay) -> Parts:
        """What those points are given and taken for."""
        parts, _ = self._of_week(week)
        rows = self._envelope.rows[day.workout_type]
        of_day = {criterion: part[rows] for criterion, part in parts.items()}
        if self._varies(week, day):
            of_day[Criterion.VARIATION] = self._variation(week, day)
        if day.workout_type is WorkoutType.TEST:
            return {**of_day, Criterion.VARIETY: 0 * of_day[Criterion.VARIETY], Criterion.TEST: self._test_points()}
        if is_long(day):
            of_day[Criterion.VARIETY] = self._long_variety * of_day[Criterion.VARIETY]
        if day.role is DayRole.LATE_WORK:
            of_day[Criterion.LATE_WORK] = 0 * of_day[Criterion.LATE_WORK]
        return of_day

    def rested(self, workout_type: WorkoutType) -> NDArray[np.bool_]:
        """Which workouts have a structure that is not among the last two uses of their type; tests need no rest."""
        candidates = self._envelope.candidates(workout_type)
        rested = np.ones(len(candidates), dtype=bool)
        if workout_type is WorkoutType.TEST:
            return rested
        for fingerprint in self._memory.resting(workout_type):
            rested[candidates.by_fingerprint[fingerprint]] = False
        if self._has_variation and varies(workout_type, self._purpose.sport.parts):
            rested &= unrepeated(candidates, self._memory, workout_type)
        return rested

    def _varies(self, week: OverviewWeek, day: TrainingDay) -> bool:
        return self._has_variation and (week.phase.is_light or varies(day.workout_type, self._purpose.sport.parts))

    def _variation(self, week: OverviewWeek, day: TrainingDay) -> Numbers:
        candidates = self._envelope.candidates(day.workout_type)
        if varies(day.workout_type, self._purpose.sport.parts):
            return variation_points(candidates, self._memory, week, day)
        return light_week_points(candidates, self._memory, week, day)

    def _top_levels(self, limits: Iterable[DayLimits]) -> Numbers:
        """The highest step of each workout's series that the athlete can come to."""
        library = self._envelope.everything
        admitted = [np.isfinite(self._envelope.admission(of_type).shortest_min) for of_type in limits]
        level = np.where(np.concatenate(admitted), library.level, 0.0)
        top = level.copy()
        for rows in library.series_rows.values():
            top[rows] = level[rows].max()
        return top

    def _of_week(self, week: OverviewWeek) -> tuple[Parts, Numbers]:
        """The points of all workouts of the library in a week, in order of their rows."""
        if self._known is None or self._known[0] != week.week_number:
            parts = self._parts(week)
            self._known = (week.week_number, parts, summed(parts))
        return self._known[1:]

    def _parts(self, week: OverviewWeek) -> Parts:
        library, request = self._envelope.everything, self._purpose.request
        seed = f"{request.options.seed}|{request.plan_id}|{week.week_number}"
        return {
            Criterion.PHASE: np.where(library.for_phase[week.phase], PHASE_POINTS, 0.0),
            Criterion.SEED: SEED_POINTS * library.noise(seed),
            Criterion.SERIES: self._series_points(week.phase),
            Criterion.VARIETY: self._variety_points(week),
            Criterion.LATE_WORK: np.where(self._envelope.rides_with_late_work, -LATE_WORK_COST, 0.0),
        }

    def _test_points(self) -> Numbers:
        """Points of the tests: those that measure the plan's aim, and most of all the one that was ridden before."""
        row = self._envelope.candidates(WorkoutType.TEST).row
        points = np.zeros(len(row))
        wanted = self._purpose.aim.tests
        for rank, test in enumerate(wanted):
            if test in row:
                points[row[test]] = TEST_POINTS * (1 - rank / len(wanted))
        for test in self._memory.tests:
            points[row[test]] += SAME_TEST_POINTS
        return points

    def _variety_points(self, week: OverviewWeek) -> Numbers:
        points = [0.0] * len(self._envelope.everything)
        for workout_type, rows in self._envelope.rows.items():
            row_of = self._envelope.candidates(workout_type).by_fingerprint
            for fingerprint, familiarity in self._memory.familiar(workout_type, week.week_number).items():
                for row in row_of[fingerprint].tolist():
                    points[rows.start + row] -= FAMILIAR_COST * familiarity + self._arm.again_cost
        return np.array(points)

    def _series_points(self, phase: Phase) -> Numbers:
        library = self._envelope.everything
        last = np.zeros(len(library))
        for series_id, level in self._memory.levels.items():
            last[library.series_rows[series_id]] = level
        wanted = wanted_levels(self._purpose, phase, last)
        points: Numbers = library.in_series * (SERIES_POINTS - SERIES_STEP_COST * np.abs(library.level - wanted))
        if phase.is_light:
            points -= STEPPING_BACK_COST * ((last > 0) & (library.level > last))
        else:
            points -= STEPPING_BACK_COST * ((last > 0) & (library.level < np.minimum(last + 1, self._top_level)))
        return points


def is_long(day: TrainingDay) -> bool:
    """Whether a day holds one of the plan's long rides."""
    return day.role is not None and day.role.is_long


def wanted_levels(purpose: Purpose, phase: Phase, last: Numbers) -> Numbers:
    """The steps that a week wants of series whose last steps are given, 0 where a series has not begun.

    One on from the last, one back in a light week. A series that has not begun starts at 1, later in plans too short
    to climb it and for advanced athletes.
    """
    weeks, level = purpose.request.total_weeks, purpose.experience
    start = 1 + (weeks <= MIDDLE_PLAN_WEEKS) + (weeks <= purpose.config.week.load_cycle.short_plan_weeks)
    start += (level is ExperienceLevel.ADVANCED) - (level is ExperienceLevel.BEGINNER)
    following = np.maximum(1, last - 1) if phase.is_light else last + 1
    return np.where(last > 0, following, max(1, start - phase.is_light))
