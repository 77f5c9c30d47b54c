"""Why a week has its workouts, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from plan_pipeline.cli.tables import shown, week_verdict
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.selection.criteria import Criterion
from plan_pipeline.core.sports.records import SPORTS
from plan_pipeline.core.wording import counted, number

if TYPE_CHECKING:
    from plan_pipeline.core.explanation import DayReasons, LengthStory, ScoredWorkout, Slot
    from plan_pipeline.services.explanations import WeekExplanation

InWords = Mapping[Criterion, str]

IN_WORDS: InWords = {
    Criterion.PHASE: "made for the phase",
    Criterion.WEEKDAY: "made for such a day",
    Criterion.SERIES: "step of its series",
    Criterion.VARIETY: "used lately",
    Criterion.DURATION: "near the day's length",
    Criterion.OWN_LENGTH: "near its own length",
    Criterion.EXTENSIBLE: "may be lengthened",
    Criterion.LOAD: "near the typical load",
    Criterion.LONGEST_RIDE: "beyond the longest of late",
    Criterion.BEFORE_HARD: "long on the day before a hard one",
    Criterion.DOSE: "apart from its share of the week's minutes of work",
    Criterion.GOAL_MINUTES: "the week's minutes of work",
    Criterion.TEST: "measures the goal",
    Criterion.LATE_WORK: "work late in the {session}",
    Criterion.VARIATION: "unlike the last of its type, and suited to the day before",
    Criterion.SEED: "the seed",
}
_NEGLIGIBLE = 0.05


def explained(week: WeekExplanation) -> Iterator[RenderableType]:
    """The week's head, then a block a day."""
    yield Text(f"{week.plan_id}, week {week.week}: {week.phase}, {shown(week.focus)}", style="bold")
    yield Text(f"Published {week.generation_id}, arm {week.arm}. {_what_points_are(week.chosen_at_once)}")
    for sentence in week.purpose:
        yield _item(sentence)
    for remark in week.remarks:
        yield _item(remark, "yellow")
    for term in week.terms:
        yield _item(term)
    for rule in week.rules:
        yield _item(f"rule {rule.rule_id}{', waived' if rule.waived else ''}: {rule.message}", "yellow")
    if not week.rules:
        yield _item("no rule is broken in this week")
    yield week_verdict(week.validation)
    in_words = _criteria_of(week.days)
    for day in week.days:
        yield from _day(day, in_words, at_once=week.chosen_at_once)


def _what_points_are(chosen_at_once: bool) -> str:
    if chosen_at_once:
        return (
            "Workouts and lengths of the week were chosen together, for the most points in all; "
            "another workout is shown with the best week that has it on its day."
        )
    return "Workouts were chosen day by day, the most demanding first, each for the most points of its own."


def _criteria_of(days: Sequence[DayReasons]) -> InWords:
    """The criteria in the words of the sport that has all types of some days."""
    kinds = {day.slot.workout_type for day in days}
    record = next((each for each in SPORTS.values() if kinds <= set(each.types)), SPORTS[Sport.CYCLING])
    return {criterion: text.format(session=record.words.session) for criterion, text in IN_WORDS.items()}


def _item(text: str, style: str = "") -> RenderableType:
    return Padding(Text(f"- {text}", style=style), (0, 0, 0, 2))


def _day(day: DayReasons, in_words: InWords, *, at_once: bool) -> Iterator[RenderableType]:
    yield Text(f"\n{day.weekday}: {day.chosen.name}, {number(day.chosen.duration_min)} min", style="bold")
    lines = Table.grid(Column(no_wrap=True, style="cyan"), Column(), padding=(0, 2), pad_edge=True)
    lines.add_row("for", _for(day.slot))
    lines.add_row("why", day.rationale)
    lines.add_row("load", f"{number(day.chosen.tss, 0)} TSS, where {number(day.slot.typical_tss, 0)} is typical")
    lines.add_row("length", _length(day.length, at_once=at_once))
    lines.add_row("points", _points(day.chosen, in_words))
    for i, other in enumerate(day.alternatives):
        lines.add_row("" if i else "instead", _compared(day.chosen, other, in_words))
    if not day.alternatives:
        lines.add_row(
            "instead", f"nothing: of {counted(day.of_type, f'{_kind(day.slot)} workout')} no other fits the day"
        )
    yield lines


def _for(slot: Slot) -> str:
    text = (
        f"{_kind(slot)} in a {slot.phase} week; {slot.natural_min:g} min is natural, {number(slot.share_min, 0)} min "
        f"its share of the week, {slot.shortest_min:g}–{slot.longest_min:g} min possible"
    )
    return text + (f", {slot.cap_min} min the athlete's limit" if slot.cap_min is not None else "")


def _kind(slot: Slot) -> str:
    return slot.workout_type.value.replace("_", " ")


def _length(story: LengthStory, *, at_once: bool) -> str:
    """The lengths a workout went through, and what changed on the way."""
    steps = [
        (story.base_min, "as written"),
        (story.chosen_min, "to fit the week" if at_once else "for the day's share"),
    ]
    steps += [(story.adjusted_min, "for the week's hours"), (story.final_min, "by the auto-fix")]
    told = [steps[0]]
    for minutes, why in steps[1:]:
        if minutes not in (None, told[-1][0]):
            told.append((minutes, why))
    text = ", then ".join(f"{number(minutes)} min {why}" for minutes, why in told if minutes is not None)
    return text + (f": {', '.join(story.changes)}" if story.changes else "")


def _points(chosen: ScoredWorkout, in_words: InWords) -> str:
    if chosen.points is None:
        return "; ".join(chosen.remarks)
    parts = ", ".join(f"{in_words[each]} {points:+.1f}" for each, points in _by_size(chosen.criteria))
    return f"{chosen.points:.1f}: {parts}" + "".join(f"; {remark}" for remark in chosen.remarks)


def _compared(chosen: ScoredWorkout, other: ScoredWorkout, in_words: InWords) -> str:
    head = f"{other.name}, {number(other.duration_min)} min, {number(other.tss, 0)} TSS"
    if other.behind is None or other.points is None or chosen.points is None:
        return f"{head}: {number(other.points or 0.0)} points"
    differences = {
        each: difference
        for each in Criterion
        if abs(difference := other.criteria.get(each, 0.0) - chosen.criteria.get(each, 0.0)) >= _NEGLIGIBLE
    }
    parts = [f"{in_words[each]} {difference:+.1f}" for each, difference in _by_size(differences)]
    rest = -other.behind - (other.points - chosen.points)
    moves_others = other.week_points is not None and abs(rest) >= _NEGLIGIBLE
    if moves_others:
        parts.append(f"the other days {rest:+.1f}")
    lead = "as good" if abs(other.behind) < _NEGLIGIBLE else f"{-other.behind:+.1f}"
    then = "".join(f"; then {change}" for change in other.elsewhere if moves_others)
    against = "".join(f"; {remark}" for remark in other.remarks)
    return f"{head}: {lead} ({', '.join(parts)}){then}{against}"


def _by_size(criteria: dict[Criterion, float]) -> list[tuple[Criterion, float]]:
    return sorted(criteria.items(), key=lambda each: -abs(each[1]))
