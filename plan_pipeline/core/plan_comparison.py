"""What differs between two versions of a plan: in the request's facts, week by week and workout by workout, in words.

Every difference of content is told, so that two versions are "the same" exactly when their content is.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import BandMinutes, Plan, PlanWeek, TrainingDay, Workout
from plan_pipeline.core.model.vocabulary import Weekday, WorkoutType
from plan_pipeline.core.notation import workout_notation
from plan_pipeline.core.wording import counted, number, ranges

_NAMED_FACTS = 2
"""Facts of the request that a summary names; of more it says how many there are."""

_MOST_DIGITS = 6

_NOTES = ("coaching_notes", "monitoring_guidance")
_CONTAINERS = {"athlete_profile", "training_availability", "plan_metadata", "generation"}
"""Levels of a plan that say nothing to a reader."""

_FIGURES = ("actual_km", "target_km", "actual_hours", "target_hours", "actual_tss", "target_tss")
_WEEKS_OWN = ("week_type", "phase", "focus")
_ABBREVIATIONS = {"ftp": "FTP", "hr": "HR", "ctl": "CTL", "tss": "TSS", "vo2max": "VO2max", "xco": "XCO", "mtb": "MTB"}


class Difference(StrEnum):
    """What became of a workout."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    REPLACED = "replaced"
    LENGTH = "length"
    STEPS = "steps"
    WORDING = "wording"


class WorkoutBrief(Frozen):
    """A workout as far as a comparison shows it."""

    weekday: Weekday
    name: str
    type: WorkoutType
    library_workout_id: str | None
    duration_min: float
    tss: float

    @classmethod
    def of(cls, workout: Workout) -> "WorkoutBrief":
        return cls(**{name: getattr(workout, name) for name in cls.model_fields})


class WorkoutDifference(Frozen):
    """One workout that is not as it was; ``weekday`` is the day it is on now, or was on where it is gone."""

    weekday: Weekday
    difference: Difference
    before: WorkoutBrief | None
    after: WorkoutBrief | None
    text: str


class FactDifference(Frozen):
    """One field that is not as it was; ``field`` is its path in ``plan.json``, below ``training_plan``."""

    field: str
    before: Any
    after: Any
    text: str


class WeekDifference(Frozen):
    """A week that is not as it was. ``facts`` are those of the week itself, such as its hours and its phase."""

    week: int
    facts: tuple[FactDifference, ...]
    workouts: tuple[WorkoutDifference, ...]

    @property
    def fact_texts(self) -> Iterator[str]:
        """The week's hours and load in one line, then a line for each other fact of the week itself."""
        figures = [fact.text for fact in self.facts if fact.field in _FIGURES]
        if figures:
            yield ", ".join(figures)
        yield from (fact.text for fact in self.facts if fact.field not in _FIGURES)

    @property
    def texts(self) -> Iterator[str]:
        """The week's hours and load in one line, then a line for each other difference."""
        yield from (f"week {self.week}: {text}" for text in self.fact_texts)
        for workout in self.workouts:
            yield f"week {self.week} {workout.weekday}: {workout.text}"


class PlanDifference(Frozen):
    """What differs from one version to another.

    ``request`` are facts of the athlete, the goal and how the plan was to be made, ``words`` the plan's notes to them,
    ``made_with`` what it was made from beside them; ``rules`` says which rules are broken that were not, and the other
    way round.
    """

    request: tuple[FactDifference, ...] = ()
    words: tuple[FactDifference, ...] = ()
    weeks: tuple[WeekDifference, ...] = ()
    made_with: tuple[FactDifference, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def same_content(self) -> bool:
        """Whether the athlete has the same to do, in the same words."""
        return not (self.request or self.words or self.weeks)

    @property
    def summary(self) -> str:
        """The differences in a few words."""
        if self.same_content:
            return "nothing changed"
        facts = [fact.text for fact in self.request]
        if len(facts) > _NAMED_FACTS:
            facts = [f"{counted(len(facts), 'change')} of the request"]
        return "; ".join([*facts, *self._weeks_in_words()]) or "wording"

    def _weeks_in_words(self) -> Iterator[str]:
        if not self.weeks:
            return
        numbers = [week.week for week in self.weeks]
        differences = Counter(workout.difference for week in self.weeks for workout in week.workouts)
        del differences[Difference.WORDING]
        what = counted(differences.total(), "workout") if differences else "wording"
        yield f"{what} in week{'s' if len(numbers) > 1 else ''} {ranges(numbers)}"


def compare_plans(before: Plan, after: Plan) -> PlanDifference:
    """What changed from one version of a plan to another."""
    old, new = ({week.week_number: week for week in plan.training_plan.weekly_plan} for plan in (before, after))
    weeks = [_week_difference(each, old.get(each), new.get(each)) for each in sorted(old.keys() | new.keys())]
    asked = list(_fact_differences(_request_of(before), _request_of(after)))
    return PlanDifference(
        request=tuple(fact for fact in asked if not _is_wording(fact)),
        words=tuple(fact for fact in asked if _is_wording(fact)),
        weeks=tuple(week for week in weeks if week.facts or week.workouts),
        made_with=tuple(_fact_differences(_made_with(before), _made_with(after))),
        rules=tuple(_rule_differences(before, after)),
    )


# --- the request ---------------------------------------------------------------------------------------------------


def _request_of(plan: Plan) -> dict[str, Any]:
    content = plan.training_plan.model_dump(mode="json", exclude={"weekly_plan"})
    return {**content, "generation": plan.generation.model_dump(include={"arm", "seed"})}


def _made_with(plan: Plan) -> dict[str, Any]:
    made = plan.ai_metadata.model_dump(mode="json", include={"ai_provider", "ai_model", "library_version"})
    return {**made, **plan.generation.model_dump(include={"code_version", "config_version"})}


def _fact_differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[FactDifference]:
    for field, was, now in _leaves(before, after):
        name = ".".join(part for part in field.split(".") if part not in _CONTAINERS)
        text = f"{in_words(name)} rewritten" if name in _NOTES else _fact_text(name, was, now)
        yield FactDifference(field=field, before=was, after=now, text=text)


def _is_wording(fact: FactDifference) -> bool:
    return fact.field.rpartition(".")[2] in _NOTES


def _leaves(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The fields that differ in two trees of one kind, each with both its values."""
    if dict in (type(before), type(after)) and isinstance(before or {}, dict) and isinstance(after or {}, dict):
        before, after = before or {}, after or {}
        for name in dict.fromkeys([*before, *after]):
            yield from _leaves(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif before != after:
        yield path, before, after


# --- weeks and workouts --------------------------------------------------------------------------------------------


def _week_difference(number_of_week: int, before: PlanWeek | None, after: PlanWeek | None) -> WeekDifference:
    facts = tuple(_week_facts(before, after))
    found = _workout_differences(_by_day(before), _by_day(after))
    workouts = sorted(found, key=lambda each: (each.weekday.position, each.after is not None))
    return WeekDifference(week=number_of_week, facts=facts, workouts=tuple(workouts))


def _by_day(week: PlanWeek | None) -> list[Workout]:
    return sorted(week.workouts if week else (), key=lambda workout: workout.weekday.position)


def _week_facts(before: PlanWeek | None, after: PlanWeek | None) -> Iterator[FactDifference]:
    if before is None or after is None:
        text = "is new" if before is None else "is gone"
        yield FactDifference(field="week_number", before=_number_of(before), after=_number_of(after), text=text)
        return
    old, new = before.validation, after.validation
    for name, was, now, unit, digits, remark in (
        ("actual_km", _km_of(before), _km_of(after), "km", 1, ""),
        ("target_km", before.target_km, after.target_km, "km", 1, " wanted"),
        ("actual_hours", old.actual_hours, new.actual_hours, "h", 2, ""),
        ("target_hours", before.target_hours, after.target_hours, "h", 2, " wanted"),
        ("actual_tss", old.actual_tss, new.actual_tss, "TSS", 0, ""),
        ("target_tss", before.target_tss, after.target_tss, "TSS", 0, " wanted"),
    ):
        if was != now:
            text = f"{_figures(was or 0.0, now or 0.0, digits, f' {unit}')}{remark}"
            yield FactDifference(field=name, before=was, after=now, text=text)
    for name in _WEEKS_OWN:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield FactDifference(field=name, before=was, after=now, text=_fact_text(name, was, now))
    yield from _other_facts(before, after)


def _km_of(week: PlanWeek) -> float | None:
    """Kilometres of a week's workouts, as far as they cover ground."""
    known = [workout.distance_km for workout in week.workouts if workout.distance_km is not None]
    return round(sum(known), _MOST_DIGITS) if known else None


def _other_facts(before: PlanWeek, after: PlanWeek) -> Iterator[FactDifference]:
    """What a week's workouts do not show: what its days and minutes were to be, and how validation judged the week."""
    days = {day.weekday: day for day in before.training_days}
    for day in after.training_days:
        yield from _day_facts(days[day.weekday], day)
    if before.minutes != after.minutes:
        was, now = (tuple(map(_minutes, week.minutes)) for week in (before, after))
        yield FactDifference(field="minutes", before=was, after=now, text=_fact_text("minutes wanted", was, now))
    old, new = (
        week.validation.model_dump(mode="json", exclude={"actual_hours", "actual_tss"}) for week in (before, after)
    )
    for field, was, now in _leaves(old, new):
        if (was, now) == (getattr(before, field, None), getattr(after, field, None)):
            continue  # the targets, which the week has as well
        text = f"{in_words(field)} differ" if isinstance(now, list) else _fact_text(field, was, now)
        yield FactDifference(field=f"validation.{field}", before=was, after=now, text=text)


def _day_facts(was: TrainingDay, now: TrainingDay) -> Iterator[FactDifference]:
    for field, old, new in _leaves(was.model_dump(mode="json"), now.model_dump(mode="json")):
        text = f"{now.weekday} {_fact_text(field, old, new)}"
        if field == "workout_type":
            text = f"{now.weekday} is for {in_words(new)}, was for {in_words(old)}"
        yield FactDifference(field=f"training_days.{now.weekday}.{field}", before=old, after=new, text=text)


def _minutes(band: BandMinutes) -> str:
    return f"{number(band.wanted)} min at {' and '.join(band.bands)} %, {number(band.least)} at least"


def _workout_differences(before: list[Workout], after: list[Workout]) -> Iterator[WorkoutDifference]:
    """Same day and workout first, then workouts that are on another day, then whatever took a workout's place."""
    old = [workout for workout in before if workout not in after]
    new = [workout for workout in after if workout not in before]
    for pairing in (_same_on_the_same_day, _same_on_another_day, _on_the_same_day):
        for was, now in _taken_pairs(old, new, pairing):
            yield _changed(was, now)
    for was in old:
        yield _difference(Difference.REMOVED, was, None, f"{_named(was)} is gone")
    for now in new:
        yield _difference(Difference.ADDED, None, now, f"{_named(now)} is new")


def _taken_pairs(
    old: list[Workout], new: list[Workout], pairing: Callable[[Workout, Workout], bool]
) -> Iterator[tuple[Workout, Workout]]:
    """Pairs of one kind, which are taken out of both lists."""
    for was in list(old):
        now = next((each for each in new if pairing(was, each)), None)
        if now is not None:
            old.remove(was)
            new.remove(now)
            yield was, now


def _same(was: Workout, now: Workout) -> bool:
    return (was.library_workout_id or was.name, was.type) == (now.library_workout_id or now.name, now.type)


def _on_the_same_day(was: Workout, now: Workout) -> bool:
    return was.weekday is now.weekday


def _same_on_the_same_day(was: Workout, now: Workout) -> bool:
    return _same(was, now) and _on_the_same_day(was, now)


def _same_on_another_day(was: Workout, now: Workout) -> bool:
    return _same(was, now)


def _changed(was: Workout, now: Workout) -> WorkoutDifference:
    if not _same(was, now):
        return _difference(Difference.REPLACED, was, now, f"{_named(was)} → {_named(now)}")
    changes = dict(_changes(was, now))
    if was.weekday is not now.weekday:
        text = "; ".join([f"{_named(was)} moved here from {was.weekday}", *changes])
        return _difference(Difference.MOVED, was, now, text)
    changes = changes or {_rewritten(was, now): Difference.WORDING}
    return _difference(next(iter(changes.values())), was, now, f"{now.name} {', '.join(changes)}")


def _changes(was: Workout, now: Workout) -> Iterator[tuple[str, Difference]]:
    """How a workout changed that stayed the same one: length, then steps and load; its words where nothing else did."""
    if was.duration_min != now.duration_min:
        yield _figures(was.duration_min, now.duration_min, 1, " min"), Difference.LENGTH
    old, new = list(workout_notation(was.segments)), list(workout_notation(now.segments))
    if old != new:
        gone, come = [step for step in old if step not in new], [step for step in new if step not in old]
        yield f"{', '.join(gone) or 'nothing'} → {', '.join(come) or 'nothing'}", Difference.STEPS
    if was.tss != now.tss:
        yield _figures(was.tss, now.tss, 0, " TSS"), Difference.STEPS
    if was.optional != now.optional:
        yield ("is optional now" if now.optional else "is no longer optional"), Difference.WORDING


def _rewritten(was: Workout, now: Workout) -> str:
    fields = [in_words(name) for name in Workout.model_fields if getattr(was, name) != getattr(now, name)]
    return f"rewritten ({', '.join(fields)})"


def _difference(kind: Difference, before: Workout | None, after: Workout | None, text: str) -> WorkoutDifference:
    there = after or before
    assert there is not None
    return WorkoutDifference(
        weekday=there.weekday,
        difference=kind,
        before=before and WorkoutBrief.of(before),
        after=after and WorkoutBrief.of(after),
        text=text,
    )


# --- rules ---------------------------------------------------------------------------------------------------------


def _rule_differences(before: Plan, after: Plan) -> Iterator[str]:
    old, new = ({r.rule_id: r for r in plan.rule_results if r.counts} for plan in (before, after))
    for rule_id in old.keys() - new.keys():
        yield f"{rule_id} is no longer broken"
    for rule_id in new.keys() - old.keys():
        yield f"{rule_id} is broken now: {new[rule_id].message}"


# --- words ---------------------------------------------------------------------------------------------------------


def in_words(field: str) -> str:
    """A field's name as a reader says it: ``hours per week``, ``target FTP``."""
    return " ".join(_ABBREVIATIONS.get(word, word) for word in field.replace(".", " ").split("_"))


def _fact_text(name: str, was: Any, now: Any) -> str:
    return f"{in_words(name)} {_value(was)} → {_value(now)}"


def _figures(was: float, now: float, digits: int, unit: str) -> str:
    """Two numbers with as many decimals as it takes to tell them apart, ``digits`` at least."""
    while digits < _MOST_DIGITS and number(was, digits) == number(now, digits):
        digits += 1
    return f"{number(was, digits)}{unit} → {number(now, digits)}{unit}"


def _value(value: Any) -> str:
    if value is None or value in ([], {}, ()):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value, 2)
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return str(value)


def _named(workout: Workout) -> str:
    return f"{workout.name or workout.type} {number(workout.duration_min)} min"


def _number_of(week: PlanWeek | None) -> int | None:
    return None if week is None else week.week_number
