"""What else could have stood on each day of a published plan, and in a few words why it does not.

The short form of ``explanation``, of a whole plan: no week is chosen again. The workouts of a day are held against each
other at the length that the day has, by the points that choose, with the rest of the week as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from plan_pipeline.core.arms import Arm, arm_of
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.bands import bands_in_words
from plan_pipeline.core.duration.candidates import Candidates, Mask, Numbers
from plan_pipeline.core.duration.day_limits import DayLimits
from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import DayBounds, envelope_for
from plan_pipeline.core.duration.lengths import nearest_to
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.model.plan import Overview, PlanWeek, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Band, Weekday, WorkoutType
from plan_pipeline.core.model.workout import Library, LibraryWorkout
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.core.selection.criteria import Criterion, Parts, summed
from plan_pipeline.core.selection.fits import is_long
from plan_pipeline.core.selection.scoring import Terms
from plan_pipeline.core.selection.week_selection import WeekSelector
from plan_pipeline.core.wording import number

SHOWN = 3
"""Other workouts that are named for a day."""

AS_GOOD = "suits the day as well; the week as a whole is better without it"
OTHERWISE = "suits the day less well"

_NEGLIGIBLE_POINTS = 0.05
_BANDS = tuple(Band)


class Alternative(NamedTuple):
    """Another workout that a day could have had, at its length nearest to the day's.

    ``reason`` says why it does not stand there, as the rest of a sentence that begins with the workout.
    """

    library_workout_id: str
    name: str
    duration_min: float
    tss: float
    reason: str


class PlanAlternatives(NamedTuple):
    """The alternatives of a plan's days, by the week's number and the weekday, and the versions that they are of."""

    by_day: Mapping[tuple[int, Weekday], tuple[Alternative, ...]]
    library_version: str
    config_version: str


def alternatives_of_plan(
    request: PlanRequest, overview: Overview, weeks: Sequence[PlanWeek], library: Library, config: PlanningConfig
) -> PlanAlternatives:
    """The best alternatives of every day, at most ``SHOWN``, those first that nothing forbids.

    ``request`` and ``overview`` are those that the plan was made from, ``weeks`` all of its weeks in order. A day is
    left out where the library does not have its workout. Raises ``UnknownAimError`` for a goal that the configuration
    does not have.
    """
    arm, purpose = arm_of(request), purpose_of(request, config)
    envelope = envelope_for(library, purpose)
    season = _Season(WeekSelector(purpose, overview, envelope, arm), arm)
    found = {}
    for week in weeks:
        workouts = [workout for workout in week.workouts if workout.library_workout_id in envelope.tables]
        for day in season.days_of(week, workouts):
            found[week.week_number, day.chosen.weekday] = tuple(day.alternatives())
        season.remember(week, workouts)
    return PlanAlternatives(found, library.version, config.version)


@dataclass
class _Season:
    """A plan up to a week: what its selector remembers, and when each structure came last."""

    selector: WeekSelector
    arm: Arm
    last_weeks: dict[tuple[WorkoutType, str], int] = field(default_factory=dict)

    def days_of(self, week: PlanWeek, workouts: Sequence[Workout]) -> Iterator["_Day"]:
        """The days of the next week that have one of these workouts."""
        allocations, bounds = self.selector.room_of(week)
        is_whole = self.arm.plans_weeks_whole and all(a.weekday in bounds for a in allocations)
        terms = self.selector.usual_terms(week, allocations, bounds) if is_whole else Terms()
        by_day = {allocation.weekday: allocation for allocation in allocations}
        in_week = {_id_of(workout): workout.weekday for workout in workouts}
        for workout in workouts:
            allocation = by_day.get(workout.weekday)
            if allocation is not None and allocation.workout_type is workout.type:
                candidates = self.selector.envelope.candidates(workout.type)
                last_cell = candidates.grid(terms.cell_min).minutes.shape[1] - 1
                yield _Day(
                    season=self,
                    week=week,
                    allocation=allocation,
                    held=self.selector.held(week, workout.weekday, bounds),
                    bounds=bounds[workout.weekday] if is_whole else None,
                    terms=terms,
                    chosen=workout,
                    in_week=in_week,
                    candidates=candidates,
                    cell=min(round(workout.duration_min / terms.cell_min), last_cell),
                )

    def remember(self, week: PlanWeek, workouts: Sequence[Workout]) -> None:
        tables = self.selector.envelope.tables
        picks = [(tables[_id_of(workout)], workout.duration_min) for workout in workouts]
        self.selector.remember(week, picks)
        for table, _ in picks:
            self.last_weeks[table.workout.type, table.workout.fingerprint] = week.week_number


class _Day(NamedTuple):
    """A day with the workout that was chosen for it.

    ``bounds`` is there where its week was chosen at once; ``cell`` is the place of its length in the candidates' grid.
    """

    season: _Season
    week: PlanWeek
    allocation: DurationAllocation
    held: DayLimits
    bounds: DayBounds | None
    terms: Terms
    chosen: Workout
    in_week: Mapping[str, Weekday]
    candidates: Candidates
    cell: int

    def alternatives(self) -> Iterator[Alternative]:
        """The best other workouts of the day's type."""
        row, parts = self.candidates.row[_id_of(self.chosen)], self._parts()
        points, others = summed(parts), self._admitted()
        others[row] = False
        free = others & self._rested()
        free[[self.candidates.row[each] for each in self.in_week if each in self.candidates.row]] = False
        ranked = _best(points, free)
        if len(ranked) < SHOWN:
            ranked += _best(points, others & ~free)[: SHOWN - len(ranked)]
        for other in ranked:
            table = self.candidates.tables[other]
            minutes, tss = self._length(other, table)
            if free[other]:
                lead = {each: part.item(row % part.size) - part.item(other % part.size) for each, part in parts.items()}
                reason = self._behind(lead, table.workout, minutes, tss)
            else:
                reason = self._taken(table.workout)
            yield Alternative(table.workout.id, table.workout.name, minutes, tss, reason)

    # --- which workouts, and their points --------------------------------------------------------------------

    def _parts(self) -> Parts:
        """Points of all workouts of the type, by what they are for; infinite without the day's length."""
        scorer = self.season.selector.scorer
        if self.bounds is None:
            return scorer.point_parts(self.week, self.allocation, self.held)
        return scorer.point_parts_at(self.week, self.allocation, self.bounds, self.terms, self.cell)

    def _admitted(self) -> Mask:
        """Which workouts the day may have; at its length where the week was chosen at once."""
        selector = self.season.selector
        if self.bounds is None:
            return selector.scorer.fitting(self.allocation, self.held).copy()
        is_open: Mask = selector.envelope.barrier(self.held, self.terms.cell_min)[:, self.cell] == 0
        return is_open

    def _rested(self) -> Mask:
        if self.bounds is not None and is_long(self.week.training_days[self.chosen.weekday.position]):
            return np.ones(len(self.candidates), bool)
        return self.season.selector.scorer.rested(self.allocation.workout_type)

    def _length(self, row: int, table: WorkoutTable) -> tuple[float, float]:
        """Minutes and TSS of a workout at its length nearest to the day's."""
        if self.bounds is not None:
            grid = self.candidates.grid(self.terms.cell_min)
            return grid.minutes.item(row, self.cell), grid.tss.item(row, self.cell)
        selector, minutes = self.season.selector, table.workout.parts_duration_min
        if self.season.arm.adjusts_lengths:
            within = selector.envelope.admission(self.held).within(row, selector.scorer.cap_min(self.allocation))
            minutes = nearest_to(self.chosen.duration_min, within or table.lengths).minutes
        at = table.minutes.index(table.nearest(minutes).minutes)
        return table.minutes[at], table.loads.item(at)

    # --- in words --------------------------------------------------------------------------------------------

    def _taken(self, workout: LibraryWorkout) -> str:
        """Why a workout was not to be had that week."""
        if (weekday := self.in_week.get(workout.id)) is not None:
            return f"is in the week already, on {weekday}"
        return f"is in week {self._last_week(workout)}, and comes back after two others of its type at the earliest"

    def _behind(self, lead: Mapping[Criterion, float], workout: LibraryWorkout, minutes: float, tss: float) -> str:
        """Why a workout has fewer points: by the criterion that most of them are lost in."""
        if sum(lead.values()) < _NEGLIGIBLE_POINTS:
            return AS_GOOD
        most = max(lead, key=lambda criterion: lead[criterion])
        match most:
            case Criterion.PHASE:
                return f"is not made for {self.week.phase} weeks"
            case Criterion.WEEKDAY:
                return f"is made for {'weekdays' if self.chosen.weekday.is_weekend else 'weekends'}"
            case Criterion.SERIES:
                return self._of_series(workout)
            case Criterion.VARIETY if (week := self._last_week(workout)) is not None:
                return f"is in week {week} already"
            case Criterion.DURATION:
                return f"comes no nearer than {number(minutes)} min"
            case Criterion.OWN_LENGTH:
                own, now = workout.parts_duration_min, self.chosen.duration_min
                return f"is written for {number(own)} min, and the day has {number(now)}"
            case Criterion.EXTENSIBLE:
                return f"is written for {number(workout.parts_duration_min)} min and best left as it is"
            case Criterion.LOAD:
                scorer = self.season.selector.scorer
                wanted = scorer.wanted_tss(self.week, self.allocation, self.held, self.terms)
                return f"gives {number(tss, 0)} TSS, further from the {number(wanted, 0)} that the day is to have"
            case Criterion.BEFORE_HARD:
                return "tires so much that the next day would have to be easy"
            case Criterion.DOSE:
                return self._of_dose(workout, minutes)
            case Criterion.TEST if self.season.selector.memory.tests:
                return "is not the test that was ridden before, with which this one can be compared"
            case Criterion.TEST:
                return "measures the goal less directly"
            case Criterion.LATE_WORK:
                return "holds work late in the ride, and the day is not for it"
            case Criterion.SEED:
                return "suits the day as well; the plan's seed decides between the two"
        return OTHERWISE

    def _last_week(self, workout: LibraryWorkout) -> int | None:
        return self.season.last_weeks.get((workout.type, workout.fingerprint))

    def _of_series(self, workout: LibraryWorkout) -> str:
        series = workout.series
        if series is None:
            return "is no step of a series, as the chosen one is"
        last = self.season.selector.memory.levels.get(series.id)
        before = "a series that has not begun" if last is None else f"its series, of which step {last} came last"
        return f"is step {series.level} of {before}"

    def _of_dose(self, workout: LibraryWorkout, minutes: float) -> str:
        by_band = self.season.selector.envelope.tables[workout.id].bands_at(minutes)
        doses = self.terms.doses[self.chosen.weekday]
        dose = max(doses, key=lambda dose: abs(sum(by_band[i] for i in dose.bands) - dose.minutes) / dose.minutes)
        held = number(sum(by_band[i] for i in dose.bands), 0)
        bands = bands_in_words([_BANDS[i] for i in dose.bands])
        return f"has {held} min at {bands}, further from the {number(dose.minutes, 0)} that the day is to have"


def _best(points: Numbers, among: Mask) -> list[int]:
    """The rows with the most points, at most ``SHOWN``."""
    best: list[int] = np.argsort(np.where(among, -points, np.inf), kind="stable")[:SHOWN].tolist()
    return [row for row in best if among[row]]


def _id_of(workout: Workout) -> str:
    return workout.library_workout_id or ""
