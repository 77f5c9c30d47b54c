"""Whether a week's workouts keep to its hours, its load and its days.

A week is read in up to three ways, and passes by the first that holds no error: with all its workouts; in a
week of six training days without its recovery workout, which then becomes optional; shortened by the
auto-fix. Nothing given is ever modified.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from plan_pipeline.core.adding import added
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.limits import STATED_MIN_TOLERANCE
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.plan import (
    Overview,
    OverviewWeek,
    TrainingDay,
    ValidatedWeek,
    WeekDuration,
    WeekValidation,
    Workout,
)
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.segments import planned_minutes
from plan_pipeline.core.model.vocabulary import Phase, Scenario, WorkoutType
from plan_pipeline.core.validation.auto_fix import FixAttempt, attempt_auto_fix, no_fix


class Limits(NamedTuple):
    """Deviations from a target, in % of it, above which a week is warned about and fails."""

    warning_pct: float
    error_pct: float


class Tolerances(NamedTuple):
    time: Limits
    tss: Limits


NORMAL_TOLERANCES = Tolerances(time=Limits(10, 20), tss=Limits(15, 25))
LIGHT_TOLERANCES = Tolerances(time=Limits(8, 15), tss=Limits(12, 20))
"""Recovery and taper weeks do their work by being light, so they are held more closely."""

DAYS_OF_A_FULL_WEEK = 6
"""Training days of a week that may pass without its recovery ride."""

OPTIONAL_REASON = "Recovery workout in 6-day week"

SUGGESTIONS = """\
Suggestions:
- To reduce time: Shorten segment durations or remove recovery segments
- To increase time: Add warmup/cooldown or extend main set duration
- To reduce TSS: Lower power targets or shorten high-intensity intervals
- To increase TSS: Raise power targets or extend work intervals"""

_EPSILON = 1e-9
"""Guards the thresholds against binary fractions: exactly 15 % must not count as above 15 %."""


SPARE_HOURS, SPARE_TSS = 0.25, 15.0
"""What a week that counts kilometres may be off its hours and load, which are those of what it usually takes."""


class Targets(NamedTuple):
    """What a week is held against; a target of ``None`` is not checked, and one is met within what is to spare."""

    week_number: int
    phase: Phase
    hours: float | None
    tss: float | None
    spare_hours: float = 0.0
    spare_tss: float = 0.0


class Totals(NamedTuple):
    """What a week's workouts add up to."""

    hours: float
    tss: float


class Findings(NamedTuple):
    """What is wrong with a week, as sentences: doubtful, and not acceptable."""

    warnings: tuple[str, ...]
    errors: tuple[str, ...]


class _Reading(NamedTuple):
    scenario: Scenario
    totals: Totals
    findings: Findings


def check_weeks(
    request: PlanRequest, overview: Overview, durations: Iterable[WeekDuration], config: PlanningConfig
) -> tuple[ValidatedWeek, ...]:
    """``check_week`` for each of the adjusted weeks."""
    return tuple(check_week(request, overview.week(week.week_number), week, config) for week in durations)


def check_week(
    request: PlanRequest,
    week: OverviewWeek,
    duration: WeekDuration,
    config: PlanningConfig,  # noqa: ARG001 - what is close enough is to come from it
) -> ValidatedWeek:
    """Hold an adjusted week against its overview, with the auto-fix as the request wishes."""
    return validate_week(
        week_number=week.week_number,
        phase=week.phase,
        target_hours=week.target_hours,
        target_tss=week.target_tss,
        training_days=week.training_days,
        workouts=duration.workouts,
        counts_hours=week.target_km is None,
        auto_fix=request.options.auto_fix,
    )


def validate_week(
    *,
    week_number: int,
    phase: Phase,
    target_hours: float | None,
    target_tss: float | None,
    training_days: tuple[TrainingDay, ...],
    workouts: tuple[Workout, ...],
    auto_fix: bool = True,
    faults: tuple[str, ...] = (),
    counts_hours: bool = True,
) -> ValidatedWeek:
    """Judge a week, and shorten it if every other reading of it fails and ``auto_fix`` allows it.

    Hours are the sum of all segments, TSS the sum of every workout's TSS by normalized power. Days missing
    from ``training_days`` are rest days. The week passes by the first scenario without errors; if none is,
    the verdict is that on all workouts, and ``fix_log`` says what stood in the way of a fix. Sets
    ``optional`` and ``optional_reason`` of the recovery workout where the week passes without it. ``faults`` are
    errors of the week that were found before, and that no fix mends. A week that does not count hours, but kilometres,
    may have a few minutes more or less than those usually take.
    """
    targets = Targets(week_number, phase, target_hours, target_tss)
    if not counts_hours:
        targets = targets._replace(spare_hours=SPARE_HOURS, spare_tss=SPARE_TSS)
    structure = check_structure(week_number, training_days, workouts)
    structure = structure._replace(errors=(*faults, *structure.errors))
    whole = _read(Scenario.ALL_WORKOUTS, targets, week_totals(workouts), structure)
    if not whole.findings.errors:
        return _verdict(targets, whole, workouts)
    spare = find_optional_recovery(training_days, workouts)
    if spare is not None:
        rest = (*workouts[:spare], *workouts[spare + 1 :])
        without = _read(Scenario.WITHOUT_RECOVERY, targets, week_totals(rest), structure)
        if not without.findings.errors:
            return _verdict(targets, without, _mark_optional(workouts, spare))
    if not auto_fix:
        return _verdict(targets, whole, workouts)
    attempt = _try_fix(targets, whole.totals, structure, workouts)
    if attempt.workouts is None:
        return _verdict(targets, whole, workouts, fix_log=attempt.log)
    fixed = _read(Scenario.AUTO_FIXED, targets, week_totals(attempt.workouts), structure)
    if fixed.findings.errors:
        log = f"Auto-fix not kept: {attempt.log} The week would still fail: {'; '.join(fixed.findings.errors)}."
        return _verdict(targets, whole, workouts, fix_log=log)
    return _verdict(targets, fixed, attempt.workouts, fix_log=attempt.log)


def failure_message(validated: ValidatedWeek) -> str:
    """What is wrong with a failing week, and what can be done about it, for its author.

    Raises ``ValueError`` for a week that passed.
    """
    if validated.validation.passed:
        raise ValueError(f"week {validated.week_number} passed; there is no failure to describe")
    errors = "\n".join(validated.validation.errors)
    heading = f"Week {validated.week_number} validation failed. Please adjust workouts:"
    measured = next((segment.measured for workout in validated.workouts for segment in workout.segments), "power")
    return f"{heading}\n{errors}\n\n{SUGGESTIONS.replace('power', measured)}"


def tolerances_of(phase: Phase) -> Tolerances:
    """The tolerances that a week of a phase is held to."""
    return LIGHT_TOLERANCES if phase.is_light else NORMAL_TOLERANCES


def find_optional_recovery(training_days: Sequence[TrainingDay], workouts: Sequence[Workout]) -> int | None:
    """Position of the workout that a six-day week may do without: that of its first recovery day that has one.

    On a day with several workouts it is the one of type recovery, else the first; a workout of a hard type is
    never taken for a recovery workout. ``None`` unless exactly six days are not rest and one of them is for recovery.
    """
    trained = [day for day in training_days if day.workout_type is not WorkoutType.REST]
    if len(trained) != DAYS_OF_A_FULL_WEEK:
        return None
    recovery_days = (day.weekday for day in trained if day.workout_type is WorkoutType.RECOVERY)
    for weekday in sorted(recovery_days, key=lambda day: day.position):
        there = [i for i, w in enumerate(workouts) if w.weekday is weekday and not w.type.is_hard]
        if there:
            return min(there, key=lambda i: workouts[i].type is not WorkoutType.RECOVERY)
    return None


def week_totals(workouts: Sequence[Workout]) -> Totals:
    """Hours and TSS of workouts, from their segments; (0, 0) for none."""
    minutes = added(planned_minutes(workout.segments) for workout in workouts)
    return Totals(hours=minutes / 60, tss=added(workout_load(workout.segments).tss for workout in workouts))


def check_targets(targets: Targets, totals: Totals) -> Findings:
    """Warnings and errors of totals against targets; a deviation is found by the higher of its two limits only."""
    tolerances = tolerances_of(targets.phase)
    warnings: list[str] = []
    errors: list[str] = []
    for noun, unit, actual, target, spare, limits in (
        ("time", " h", totals.hours, targets.hours, targets.spare_hours, tolerances.time),
        ("TSS", "", totals.tss, targets.tss, targets.spare_tss, tolerances.tss),
    ):
        if target is None or 0 < abs(actual - target) <= spare:
            continue
        deviation = _deviation_pct(actual, target)
        limit = next((x for x in (limits.error_pct, limits.warning_pct) if abs(deviation) > x + _EPSILON), None)
        if limit is not None:
            sentence = _sentence(f"Week {targets.week_number}: planned {noun}", unit, actual, target, deviation, limit)
            (errors if limit == limits.error_pct else warnings).append(sentence)
    return Findings(tuple(warnings), tuple(errors))


def check_structure(week_number: int, training_days: Sequence[TrainingDay], workouts: Sequence[Workout]) -> Findings:
    """What no choice of scenario changes: workouts on training days, training days with workouts, sums that agree."""
    trained = {day.weekday: day.workout_type for day in training_days if day.workout_type is not WorkoutType.REST}
    taken = {workout.weekday for workout in workouts}
    warnings = (
        f"Week {week_number}: {weekday} is a training day ({kind}) without a workout"
        for weekday, kind in trained.items()
        if weekday not in taken
    )
    return Findings(tuple(warnings), tuple(_structure_errors(week_number, set(trained), workouts)))


def _structure_errors(week_number: int, trained: set[str], workouts: Sequence[Workout]) -> Iterator[str]:
    for workout in workouts:
        label = f"Week {week_number}: {workout.name!r}"
        if workout.weekday not in trained:
            yield f"{label} is on {workout.weekday}, which is not a training day"
        planned = planned_minutes(workout.segments)
        if abs(planned - workout.duration_min) > STATED_MIN_TOLERANCE + _EPSILON:
            yield (
                f"{label} on {workout.weekday} states {workout.duration_min:g} min, "
                f"but its segments add up to {round(planned, 2):g} min"
            )


def _read(scenario: Scenario, targets: Targets, totals: Totals, structure: Findings) -> _Reading:
    found = check_targets(targets, totals)
    findings = Findings(structure.warnings + found.warnings, structure.errors + found.errors)
    return _Reading(scenario, totals, findings)


def _try_fix(targets: Targets, totals: Totals, structure: Findings, workouts: tuple[Workout, ...]) -> FixAttempt:
    """A fix for time above its limit, which is all that a shorter ride is allowed to mend."""
    if structure.errors:
        return no_fix("the week has errors that a shorter ride does not mend")
    over_pct = 0.0 if targets.hours is None else _deviation_pct(totals.hours, targets.hours)
    limit = tolerances_of(targets.phase).time.error_pct
    if 0 < over_pct <= limit + _EPSILON:
        return no_fix(f"only time above its limit of {limit:g} % is fixed, never TSS")
    return attempt_auto_fix(workouts, targets.hours)


def _mark_optional(workouts: tuple[Workout, ...], spare: int) -> tuple[Workout, ...]:
    marked = workouts[spare].model_copy(update={"optional": True, "optional_reason": OPTIONAL_REASON})
    return (*workouts[:spare], marked, *workouts[spare + 1 :])


def _verdict(
    targets: Targets, reading: _Reading, workouts: tuple[Workout, ...], fix_log: str | None = None
) -> ValidatedWeek:
    warnings, errors = reading.findings
    auto_fixed = reading.scenario is Scenario.AUTO_FIXED
    validation = WeekValidation(
        scenario_used=reading.scenario,
        auto_fixed=auto_fixed,
        fix_log=fix_log,
        target_hours=targets.hours,
        actual_hours=round(reading.totals.hours, 2),
        target_tss=targets.tss,
        actual_tss=round(reading.totals.tss, 1),
        warnings=warnings,
        errors=errors,
        within_tolerance=not warnings and not errors,
        passed=not errors,
        passed_before_fix=not errors and not auto_fixed,
    )
    return ValidatedWeek(week_number=targets.week_number, validation=validation, workouts=workouts)


def _deviation_pct(actual: float, target: float) -> float:
    """Signed deviation in % of the target; nothing fits a target of 0 except 0."""
    if target > 0:
        return (actual - target) / target * 100
    return 0.0 if actual <= 0 else float("inf")


def _sentence(subject: str, unit: str, actual: float, target: float, deviation_pct: float, limit_pct: float) -> str:
    planned = f"{subject} {_number(actual)}{unit}"
    if deviation_pct == float("inf"):
        return f"{planned} is above the target of 0{unit}"
    share = abs(deviation_pct)
    digits = next((n for n in (1, 2, 3) if round(share, n) > limit_pct), 4)
    side = "above" if deviation_pct > 0 else "below"
    return f"{planned} is {share:.{digits}f} % {side} the target of {_number(target)}{unit} (limit {limit_pct:g} %)"


def _number(value: float) -> str:
    return f"{round(value, 2):g}" if value < 1000 else f"{value:.0f}"
