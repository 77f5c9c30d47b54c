"""Why a week has the workouts it has: what each day was for, what its workout was chosen over, and how long it became.

The week is decided again by the code that plans, from the plan's own overview, and held against what was published;
nothing is scored in another way here.
"""

from collections.abc import Iterator, Mapping

from pydantic import Field

from plan_pipeline.core.arms import Arm, arm_of
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.bands import bands_in_words
from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import DayBounds, envelope_for
from plan_pipeline.core.duration.lengths import BlockShares, anatomy_of
from plan_pipeline.core.duration.week_duration import adjust_week
from plan_pipeline.core.duration.workout_table import WorkoutTable
from plan_pipeline.core.limits import GRID_MIN
from plan_pipeline.core.model.athlete import MINUTES_PER_DAY
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Overview, OverviewWeek, PlanWeek, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Band, Phase, Weekday, WorkoutSource, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.notation import step_notation
from plan_pipeline.core.purpose.purpose import Purpose, purpose_of
from plan_pipeline.core.selection.alternatives import Candidate, DayCandidates, candidates_of_week
from plan_pipeline.core.selection.criteria import Criterion
from plan_pipeline.core.selection.decision import Decision
from plan_pipeline.core.selection.week_selection import WeekSelector
from plan_pipeline.core.validation.week_validation import check_week
from plan_pipeline.core.wording import number

ALTERNATIVES = 3
"""Other workouts that are shown beside the one that was chosen."""

GROWTH_RULES = ("longest-ride-growth", "single-run-spike")
"""The rules on how much longer than those of late a session may be; a configuration has one of them."""

_POINT_DIGITS = 2


class Slot(Frozen):
    """What a day was for.

    ``natural_min`` is the ordinary length for the type and kind of day, from ``shortest_min`` to ``longest_min`` what
    the day could have, ``share_min`` its share of the week's hours, ``cap_min`` the athlete's own limit.
    ``typical_tss`` is the median of the library's workouts of the type, in the phase and at that share.
    """

    workout_type: WorkoutType
    phase: Phase
    natural_min: float
    shortest_min: float
    longest_min: float
    cap_min: int | None
    share_min: float
    typical_tss: float


class ScoredWorkout(Frozen):
    """A workout on a day. ``points`` are its own, by criterion in ``criteria``; the more the better.

    Where the week was chosen at once, ``week_points`` are those of the best whole week with this workout on the day,
    and ``elsewhere`` says what the other days of it would have instead. ``behind`` is how many points it lacks to what
    was chosen: of the week where there are such, else its own. Points are ``None`` for a workout that cannot be scored
    any more. ``remarks`` is what stood against it whatever its points.
    """

    library_workout_id: str | None
    name: str
    duration_min: float
    tss: float
    points: float | None = None
    criteria: dict[Criterion, float] = Field(default_factory=dict)
    week_points: float | None = None
    behind: float | None = None
    remarks: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


class LengthStory(Frozen):
    """How a workout came to its length.

    ``base_min`` is as its author wrote it, ``chosen_min`` what it was chosen at, ``adjusted_min`` what the week's hours
    made of that, ``final_min`` what is published; ``changes`` are its sets and blocks that are not as written.
    """

    base_min: float
    chosen_min: float | None
    adjusted_min: float | None
    final_min: float
    changes: tuple[str, ...]


class DayReasons(Frozen):
    """Why a day has its workout; ``of_type`` is how many of the type the library has.

    ``rationale`` is what the plan says of it.
    """

    weekday: Weekday
    rationale: str
    slot: Slot
    chosen: ScoredWorkout
    alternatives: tuple[ScoredWorkout, ...]
    length: LengthStory
    of_type: int


class WeekReasons(Frozen):
    """Why a week is as it is.

    ``chosen_at_once`` says whether workouts and lengths of the week were chosen together. ``terms`` are what bound the
    choice beside the points. ``differences`` says which days would be otherwise if the week were planned again, with
    this library, configuration and program; there are none where this explains the very decision that was taken.
    """

    chosen_at_once: bool
    terms: tuple[str, ...]
    days: tuple[DayReasons, ...]
    differences: tuple[str, ...]


def explain_week(
    request: PlanRequest, overview: Overview, library: Library, config: PlanningConfig, published: PlanWeek
) -> WeekReasons:
    """Why a published week has its workouts, by planning the weeks up to it again.

    ``request`` and ``overview`` are those that the plan was made from; ``library`` and ``config`` may have changed
    since, and ``differences`` shows what that means. Workouts that a model wrote were chosen from nothing, and have no
    alternatives.
    """
    if any(workout.source is WorkoutSource.LLM for workout in published.workouts):
        return _written_week(request, published, library, config)
    arm, purpose = arm_of(request), purpose_of(request, config)
    envelope = envelope_for(library, purpose)
    selector = WeekSelector(purpose, overview, envelope, arm)
    for earlier in overview.weeks[: published.week_number - 1]:
        selector.week(earlier)
    week = overview.week(published.week_number)
    decision = selector.decide(week)
    by_day = {workout.weekday: workout for workout in published.workouts}
    ids = {weekday: workout.library_workout_id or "" for weekday, workout in by_day.items()}
    candidates = candidates_of_week(selector, arm, week, decision, ids, ALTERNATIVES)
    terms = tuple(_terms(selector, purpose, week, decision))
    adjusted = adjust_week(request, week, selector.week(week), library, config)
    planned = {workout.weekday: workout for workout in adjusted.workouts}
    final = {workout.weekday: workout for workout in check_week(request, week, adjusted, config).workouts}
    days = []
    for allocation in decision.allocations:
        workout = by_day.get(allocation.weekday)
        if workout is not None:
            found = candidates[allocation.weekday]
            days.append(
                DayReasons(
                    weekday=allocation.weekday,
                    rationale=workout.rationale,
                    slot=_slot(request, week.phase, allocation, arm, selector),
                    chosen=_chosen(workout, found.chosen),
                    alternatives=tuple(_alternative(each, found, decision, allocation) for each in found.others),
                    length=_length_story(workout, found, planned[allocation.weekday], envelope.tables),
                    of_type=found.of_type,
                )
            )
    return WeekReasons(
        chosen_at_once=decision.whole is not None,
        terms=terms,
        days=tuple(days),
        differences=tuple(_differences(by_day, final)),
    )


def _written_week(request: PlanRequest, published: PlanWeek, library: Library, config: PlanningConfig) -> WeekReasons:
    """A week whose workouts were written for it: what each day was for, and that nothing was chosen."""
    envelope = envelope_for(library, purpose_of(request, config))
    days = []
    for workout in published.workouts:
        kind, cap = workout.type, request.athlete_profile.training_availability.cap_min(workout.weekday)
        profile, final = envelope.profile(kind, workout.weekday), workout.duration_min
        slot = Slot(
            workout_type=kind,
            phase=published.phase,
            natural_min=profile.target,
            shortest_min=profile.shortest,
            longest_min=profile.longest,
            cap_min=cap if cap < MINUTES_PER_DAY else None,
            share_min=final,
            typical_tss=round(envelope.typical_tss(kind, published.phase, final), 1),
        )
        written = workout.base_duration_min or final
        length = LengthStory(base_min=written, chosen_min=None, adjusted_min=None, final_min=final, changes=())
        days.append(
            DayReasons(
                weekday=workout.weekday,
                rationale=workout.rationale,
                slot=slot,
                chosen=ScoredWorkout(library_workout_id=None, name=workout.name, duration_min=final, tss=workout.tss),
                alternatives=(),
                length=length,
                of_type=len(envelope.by_type.get(kind, ())),
            )
        )
    terms = ("a model wrote the workouts of this plan: nothing was chosen from the library",)
    return WeekReasons(chosen_at_once=False, terms=terms, days=tuple(days), differences=())


def _slot(request: PlanRequest, phase: Phase, allocation: DurationAllocation, arm: Arm, selector: WeekSelector) -> Slot:
    cap = request.athlete_profile.training_availability.cap_min(allocation.weekday)
    profile = selector.envelope.profile(allocation.workout_type, allocation.weekday)
    target = allocation.target_min
    return Slot(
        workout_type=allocation.workout_type,
        phase=phase,
        natural_min=profile.target,
        shortest_min=allocation.shortest if arm.adjusts_lengths else profile.shortest,
        longest_min=allocation.longest if arm.adjusts_lengths else profile.longest,
        cap_min=cap if cap < MINUTES_PER_DAY else None,
        share_min=target,
        typical_tss=round(selector.envelope.typical_tss(allocation.workout_type, phase, target, allocation.limits), 1),
    )


def _chosen(workout: Workout, found: Candidate | None) -> ScoredWorkout:
    shown = ScoredWorkout(
        library_workout_id=workout.library_workout_id,
        name=workout.name,
        duration_min=workout.duration_min,
        tss=workout.tss,
    )
    if found is None:
        return shown.model_copy(update={"remarks": ("the library of today has it no more, or not at this length",)})
    return shown.model_copy(update=_points_of(found) | {"behind": 0.0})


def _alternative(
    each: Candidate, found: DayCandidates, decision: Decision, allocation: DurationAllocation
) -> ScoredWorkout:
    behind = None
    if found.chosen is not None:
        lead = found.chosen.points - each.points
        if found.chosen.week_points is not None and each.week_points is not None:
            lead = found.chosen.week_points - each.week_points
        behind = round(lead, _POINT_DIGITS)
    return ScoredWorkout(
        library_workout_id=each.table.workout.id,
        name=each.table.workout.name,
        duration_min=each.minutes,
        tss=each.tss,
        behind=behind,
        elsewhere=tuple(
            f"{weekday} {table.workout.name}, {number(minutes)} min"
            for weekday, (table, minutes) in (each.week or {}).items()
            if weekday is not allocation.weekday and (table, minutes) != decision.picks[weekday]
        ),
    ).model_copy(update=_points_of(each))


def _points_of(found: Candidate) -> dict[str, object]:
    return {
        "points": round(found.points, _POINT_DIGITS),
        "criteria": {
            criterion: round(found.parts[criterion], _POINT_DIGITS)
            for criterion in Criterion
            if round(found.parts.get(criterion, 0.0), _POINT_DIGITS)
        },
        "week_points": None if found.week_points is None else round(found.week_points, _POINT_DIGITS),
        "remarks": found.remarks,
    }


# --- lengths -------------------------------------------------------------------------------------------------------


def _length_story(
    workout: Workout, found: DayCandidates, planned: Workout, tables: Mapping[str, WorkoutTable]
) -> LengthStory:
    is_same = planned.library_workout_id == workout.library_workout_id
    adjusted = planned.duration_min if is_same else None
    table = tables.get(workout.library_workout_id or "")
    return LengthStory(
        base_min=workout.base_duration_min or workout.duration_min,
        chosen_min=found.chosen.minutes if found.chosen else None,
        adjusted_min=adjusted,
        final_min=workout.duration_min,
        changes=tuple(_changes(table, adjusted or workout.duration_min)) if table else (),
    )


def _changes(table: WorkoutTable, minutes: float) -> Iterator[str]:
    """The sets and blocks of a workout that are not as written, where it lasts so long."""
    if minutes not in table.minutes:
        return
    length, workout = table.lengths[table.minutes.index(minutes)], table.workout
    anatomy = anatomy_of(workout)
    if length.distance == 0:
        return
    for part, repeat in zip(anatomy.sets, length.repeats, strict=True):
        if repeat != part.repeat:
            inside = " / ".join(step_notation(step.segment) for step in part.steps)
            yield f"{part.repeat} → {repeat} × ({inside})"
    shares = BlockShares(anatomy.blocks, workout.duration_scaling_strategy).of(length.flexible_min)
    for block, now in zip(anatomy.blocks, shares, strict=True):
        if now != block.duration_min:
            yield f"{number(block.duration_min)} → {step_notation(block.segment_of(now))}"


# --- the week ------------------------------------------------------------------------------------------------------


def _terms(selector: WeekSelector, purpose: Purpose, week: OverviewWeek, decision: Decision) -> Iterator[str]:
    whole = decision.whole
    if whole is None:
        return
    allowed = selector.memory.longest_allowed_min(week.week_number)
    if any(allowed < bounds.longest for bounds in whole.bounds.values()):
        rule = next((each for each in GROWTH_RULES if each in purpose.config.rules), GROWTH_RULES[0])
        sessions = purpose.sport.words.sessions
        yield f"{sessions} beyond {allowed:.0f} min lose points, by the longest of late ({rule})"
    for band, price in zip(Band, whole.terms.prices, strict=True):
        if price:
            earned, why = ("lose", "many") if price > 0 else ("earn", "few")
            yield f"minutes at {bands_in_words([band])} {earned} points, or the week would have too {why}"
    wide = [day for day in week.trained if not day.minutes and _is_stretched(whole.bounds[day.weekday], selector)]
    moved = [day for day in week.trained if day.minutes and whole.bounds[day.weekday].shortest < day.minutes]
    for day in moved:
        yield f"{day.weekday} was to have {day.minutes} min, and may have others, or the hours could not be met"
    if stretched := [day.weekday.value for day in wide]:
        yield f"unusual lengths are allowed on {', '.join(stretched)}, or the hours could not be met"
    if not whole.terms.only_rested and any(selector.memory.resting(a.workout_type) for a in decision.allocations):
        yield "workouts may come back soon, or the hours could not be met"
    if whole.terms.cell_min < GRID_MIN:
        yield "lengths are to the minute, or the hours could not be met"


def _is_stretched(bounds: DayBounds, selector: WeekSelector) -> bool:
    """Whether a day may have lengths that are unusual for its type."""
    place = (bounds.workout_type, bounds.weekday, bounds.cap_min)
    return bounds != selector.envelope.bounds(*place, bounds.limits)


def _differences(published: Mapping[Weekday, Workout], today: Mapping[Weekday, Workout]) -> Iterator[str]:
    for weekday in sorted(published.keys() | today.keys(), key=lambda day: day.position):
        was, now = published.get(weekday), today.get(weekday)
        if _briefly(was) != _briefly(now):
            yield f"{weekday} would be {_named(now)}, published is {_named(was)}"


def _briefly(workout: Workout | None) -> tuple[object, ...]:
    return () if workout is None else (workout.library_workout_id, workout.duration_min, workout.tss, workout.optional)


def _named(workout: Workout | None) -> str:
    return f"{workout.name} {number(workout.duration_min)} min" if workout else "rest"
