"""Chooses the library workout of every training day, week after week.

Belongs here: scoring candidates against a day, and the memory of what earlier weeks used. Does not belong
here: how many minutes a day gets (see ``duration``) or which type it is (see ``periodization``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import Envelope, WorkoutTable, envelope_of
from plan_pipeline.core.duration.week import allocate_week
from plan_pipeline.core.plan import Choice, Overview, OverviewWeek, WeekSelection
from plan_pipeline.core.request import PlanRequest
from plan_pipeline.core.vocabulary import Arm, DayKind, ExperienceLevel, Phase, WorkoutType
from plan_pipeline.core.workout import Library, LibraryWorkout

PHASE_POINTS = 30.0
DAY_POINTS = 15.0
DURATION_POINTS = 40.0
NATURAL_LENGTH_POINTS = 10.0
EXTENSIBLE_POINTS = 10.0
LOAD_POINTS = 20.0
SERIES_POINTS = 18.0
SERIES_STEP_COST = 9.0
FAMILIAR_COST = 25.0
SEED_POINTS = 4.0

DURATION_REACH = 0.25
"""Duration and load points fall to nothing at this relative distance from what the day is meant to have."""

SERVING_REACH = 0.15
"""A candidate that stays further than this from the day's length serves only where no other does."""

BEYOND_REACH_COST = 2.0
"""Points lost for every minute by which a candidate cannot reach the day's length."""

EXTENSION_MIN = 5.0
"""A candidate this far from the day's length needs to be extensible, and is preferred if it is."""

REST_USES = 2
"""A workout does not come back within the last two uses of its type."""

FAMILIAR_WEEKS = 4
"""A structure seen within this many weeks is familiar, the more so the more recent."""

SHORT_PLAN_WEEKS, MIDDLE_PLAN_WEEKS = 6, 10
"""A short plan has no time to climb a series from its foot."""


class _Use(NamedTuple):
    week: int
    workout_id: str
    fingerprint: str


class _Memory:
    """What the weeks so far have used."""

    def __init__(self) -> None:
        self._uses: dict[WorkoutType, list[_Use]] = {}
        self._levels: dict[str, int] = {}

    def add(self, week: OverviewWeek, workout: LibraryWorkout) -> None:
        use = _Use(week.week_number, workout.id, workout.fingerprint)
        self._uses.setdefault(workout.type, []).append(use)
        if workout.series and not week.phase.is_light:
            self._levels[workout.series.id] = workout.series.level

    def rested(self, workout: LibraryWorkout) -> bool:
        return all(use.workout_id != workout.id for use in self._uses.get(workout.type, [])[-REST_USES:])

    def familiarity(self, workout: LibraryWorkout, week: int) -> float:
        """1 for a structure used this week, falling to 0 for one not used in the last weeks."""
        last = max(
            (use.week for use in self._uses.get(workout.type, []) if use.fingerprint == workout.fingerprint),
            default=week - FAMILIAR_WEEKS,
        )
        return max(0.0, 1 - (week - last) / FAMILIAR_WEEKS)

    def level(self, series_id: str) -> int | None:
        return self._levels.get(series_id)


def select_weeks(
    request: PlanRequest, overview: Overview, library: Library, *, prefer_extensible: bool = True
) -> tuple[WeekSelection, ...]:
    """Choose the workouts of every week, in order.

    The same inputs give the same choices; ``options.seed`` decides between candidates that are as good.
    No workout comes twice in a week or within the last two uses of its type, unless the library has no other
    of the type; a selection that had to repeat one says so in its notes. Raises ``LookupError`` for a type
    the library has no workout of.
    """
    envelope = envelope_of(library)
    memory = _Memory()
    selector = _Selector(request, envelope, prefer_extensible=prefer_extensible)
    return tuple(selector.week(week, memory) for week in overview.weeks)


class _Selector:
    def __init__(self, request: PlanRequest, envelope: Envelope, *, prefer_extensible: bool) -> None:
        self._request = request
        self._envelope = envelope
        self._prefer_extensible = prefer_extensible
        self._is_legacy = request.options.duration is Arm.LEGACY

    def week(self, week: OverviewWeek, memory: _Memory) -> WeekSelection:
        choices: dict[str, Choice] = {}
        notes: list[str] = []
        taken: set[str] = set()
        for allocation in _most_demanding_first(allocate_week(self._request, week, self._envelope).allocations):
            table, reasons, note = self._choose(week, allocation, memory, taken)
            taken.add(table.workout.id)
            memory.add(week, table.workout)
            choices[allocation.weekday] = Choice(
                weekday=allocation.weekday,
                workout_type=allocation.workout_type,
                library_workout_id=table.workout.id,
                target_min=allocation.target_min,
                base_duration_min=table.workout.duration_min,
                rationale=reasons,
            )
            notes += [note] if note else []
        return WeekSelection(
            week_number=week.week_number,
            choices=tuple(choices[day.weekday] for day in week.trained),
            notes=tuple(notes),
        )

    def _choose(
        self, week: OverviewWeek, allocation: DurationAllocation, memory: _Memory, taken: set[str]
    ) -> tuple[WorkoutTable, str, str | None]:
        tables = self._envelope.by_type.get(allocation.workout_type)
        if not tables:
            raise LookupError(
                f"week {week.week_number}, {allocation.weekday}: the library has no {allocation.workout_type} workout; "
                "add one or plan another type"
            )
        unused = [table for table in tables if table.workout.id not in taken]
        fresh = [table for table in unused if memory.rested(table.workout)]
        serving = [table for table in fresh if self._serves(allocation, table)]
        repeated = [table for table in unused if self._serves(allocation, table)]
        candidates = serving or repeated or fresh or unused or tables
        best = max(candidates, key=lambda table: (self._score(week, allocation, table, memory), table.workout.id))
        note = None
        if not memory.rested(best.workout) or best.workout.id in taken:
            note = (
                f"{allocation.weekday}: {best.workout.id} comes back soon, as the library has too few "
                f"{allocation.workout_type} workouts of about {allocation.target_min:.0f} min"
            )
        return best, self._rationale(week, best, memory), note

    def _score(self, week: OverviewWeek, allocation: DurationAllocation, table: WorkoutTable, memory: _Memory) -> float:
        workout = table.workout
        score = PHASE_POINTS * (week.phase in workout.suitable_phases)
        score += DAY_POINTS * (DayKind.of(allocation.weekday) in workout.suitable_days)
        score += self._duration_points(allocation, table)
        score -= FAMILIAR_COST * memory.familiarity(workout, week.week_number)
        score += self._series_points(week, workout, memory)
        score += SEED_POINTS * _noise(self._request, week.week_number, workout.id)
        if not self._is_legacy:
            score += self._load_points(week, allocation, table)
        return score

    def _serves(self, allocation: DurationAllocation, table: WorkoutTable) -> bool:
        """Whether a workout can be near enough to the day's length; in arm ``legacy`` any length will do."""
        target = allocation.target_min
        return self._is_legacy or abs(table.nearest(target).minutes - target) <= SERVING_REACH * target

    def _duration_points(self, allocation: DurationAllocation, table: WorkoutTable) -> float:
        target = allocation.target_min
        apart = abs(table.workout.duration_min - target)
        if self._is_legacy:
            return DURATION_POINTS * _nearness(apart, target) - BEYOND_REACH_COST * apart
        missed = abs(table.nearest(target).minutes - target)
        points = DURATION_POINTS * _nearness(missed, target) + NATURAL_LENGTH_POINTS * _nearness(apart, target)
        points -= BEYOND_REACH_COST * max(0.0, missed - EXTENSION_MIN)
        if self._prefer_extensible and table.workout.extensible and apart > EXTENSION_MIN:
            points += EXTENSIBLE_POINTS
        return points

    def _load_points(self, week: OverviewWeek, allocation: DurationAllocation, table: WorkoutTable) -> float:
        typical = self._envelope.typical_tss(allocation.workout_type, week.phase, allocation.target_min)
        return LOAD_POINTS * _nearness(abs(table.tss_near(allocation.target_min) - typical), typical)

    def _series_points(self, week: OverviewWeek, workout: LibraryWorkout, memory: _Memory) -> float:
        if workout.series is None:
            return 0.0
        wanted = wanted_level(self._request, week.phase, memory.level(workout.series.id))
        return SERIES_POINTS - SERIES_STEP_COST * abs(workout.series.level - wanted)

    def _rationale(self, week: OverviewWeek, table: WorkoutTable, memory: _Memory) -> str:
        workout = table.workout
        suits = "made for" if week.phase in workout.suitable_phases else "the nearest fit in"
        reasons = [f"{workout.purpose.rstrip('.')}; {suits} {week.phase} weeks"]
        if workout.series:
            last = memory.level(workout.series.id)
            if last is None:
                reasons.append(f"starts its series at step {workout.series.level}")
            elif workout.series.level > last:
                reasons.append(f"step {workout.series.level} of its series, after step {last}")
        return "; ".join(reasons) + "."


def wanted_level(request: PlanRequest, phase: Phase, last: int | None) -> int:
    """The step of a series that a week wants: one on from the last, one back in a light week.

    A series that has not begun starts at 1, later in plans too short to climb it and for advanced athletes.
    """
    if last is not None:
        return max(1, last - 1) if phase.is_light else last + 1
    start = 1 + (request.total_weeks <= MIDDLE_PLAN_WEEKS) + (request.total_weeks <= SHORT_PLAN_WEEKS)
    level = request.athlete_profile.experience_level
    start += (level is ExperienceLevel.ADVANCED) - (level is ExperienceLevel.BEGINNER)
    return max(1, start - phase.is_light)


def _most_demanding_first(allocations: Sequence[DurationAllocation]) -> list[DurationAllocation]:
    """Hard days choose first, then long ones: easy days have the most alternatives."""
    return sorted(
        allocations,
        key=lambda allocation: (
            not allocation.workout_type.is_hard,
            -allocation.target_min,
            allocation.weekday.position,
        ),
    )


def _nearness(distance: float, target: float) -> float:
    """1 at the target, 0 from ``DURATION_REACH`` of it away."""
    return max(0.0, 1 - distance / (DURATION_REACH * target)) if target else 0.0


def _noise(request: PlanRequest, week: int, workout_id: str) -> float:
    """A number in [0, 1) that depends on the seed, the plan, the week and the workout, and on nothing else."""
    key = f"{request.options.seed}|{request.plan_id}|{week}|{workout_id}".encode()
    return int.from_bytes(hashlib.blake2b(key, digest_size=4).digest(), "big") / 2**32
