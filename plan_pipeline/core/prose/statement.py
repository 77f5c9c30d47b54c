"""A sentence with all that it names, and which weeks of the plan each part of it is about."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

from plan_pipeline.core.model.vocabulary import Phase, WeekType
from plan_pipeline.core.prose.facts import ProseFacts, WeekFacts
from plan_pipeline.core.prose.reading import Amount, Unit, WeekReference, amounts, week_references
from plan_pipeline.core.prose.sentences import Sentence
from plan_pipeline.core.prose.topics import Topic

FARTHEST = 70
"""Letters from a number to the week that it is said of, those for a comma or an "and" included."""

_COMMA, _AND = 30, 8
_CLAUSE_ENDS = re.compile(r";|\bbut\b|\bwhile\b|\bwhereas\b|\bthen\b| - ")
_SPLITTING = re.compile(r"[;]")


class Placed(Protocol):
    """Something with a place in a sentence."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


class Scope(NamedTuple):
    """The weeks that a claim is about, and how a message names them. ``is_named`` where the sentence says which."""

    weeks: tuple[WeekFacts, ...]
    name: str
    is_named: bool


class Statement:
    """One sentence, read."""

    def __init__(self, sentence: Sentence, facts: ProseFacts) -> None:
        self.sentence = sentence
        self.facts = facts
        self.text = sentence.text

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        return amounts(self.text)

    @cached_property
    def weeks(self) -> tuple[WeekReference, ...]:
        return week_references(self.text, self.facts.total_weeks, self.facts.week)

    def amounts_of(self, *units: Unit) -> Iterator[Amount]:
        return (amount for amount in self.amounts if amount.unit in units)

    def says(self, topic: Topic) -> bool:
        return topic.found_in(self.text)

    def lead(self, mention: Placed, after: Sequence[Placed] = ()) -> str:
        """What stands before a mention, from the clause's beginning or from the last of ``after`` before it."""
        begins = [match.end() for match in _CLAUSE_ENDS.finditer(self.text, 0, mention.start)]
        begins += [each.end for each in after if each.end <= mention.start]
        return self.text[max(begins, default=0) : mention.start]

    def rest(self, mention: Placed, before: Sequence[Placed] = ()) -> str:
        """What stands after a mention, to the clause's end or to the first of ``before`` after it."""
        ends = [match.start() for match in _CLAUSE_ENDS.finditer(self.text, mention.end)]
        ends += [each.start for each in before if each.start >= mention.end]
        return self.text[mention.end : min(ends, default=len(self.text))]

    def clause(self, mention: Placed) -> str:
        return f"{self.lead(mention)}{self.text[mention.start : mention.end]}{self.rest(mention)}"

    def quoted(self, mention: Placed) -> str:
        return self.text[mention.start : mention.end].strip()

    def scope(self, mention: Placed, default: Sequence[WeekFacts] | None = None) -> Scope:
        """The weeks that something is said of: those named nearby, those of a kind, or ``default``.

        Of a text about one week it is that week where nothing else is said.
        """
        if nearest := self._nearest_weeks(mention):
            known = tuple(week for week in self.facts.weeks if week.number in nearest.weeks)
            if known:
                return Scope(known, self.quoted(nearest).lower(), is_named=True)
        kind = self._kind_of_week(mention)
        if kind is not None and self.facts.week is None:
            return kind
        if self.facts.week is not None:
            return Scope(tuple(self.facts.weeks[self.facts.week - 1 : self.facts.week]), "this week", is_named=True)
        return Scope(tuple(self.facts.weeks if default is None else default), "the plan", is_named=False)

    def _nearest_weeks(self, mention: Placed) -> WeekReference | None:
        near = [(self._distance(mention, reference), reference) for reference in self.weeks]
        distance, nearest = min(near, default=(FARTHEST + 1, None), key=lambda pair: pair[0])
        return nearest if distance <= FARTHEST else None

    def _distance(self, mention: Placed, reference: WeekReference) -> int:
        """Letters between the two; a comma and an "and" count for more, and a semicolon parts them."""
        between = self.text[min(mention.end, reference.end) : max(mention.start, reference.start)]
        if _SPLITTING.search(between):
            return FARTHEST + 1
        return len(between) + _COMMA * between.count(", ") + _AND * between.count(" and ")

    def _kind_of_week(self, mention: Placed) -> Scope | None:
        """The weeks of a kind that the clause speaks of, by the word that stands last before the mention."""
        lead, rest = self.lead(mention), self.rest(mention)
        said = max((kind.last_in(lead), place) for place, kind in enumerate(_KINDS))
        if said[0] < 0:
            firsts = [(first, place) for place, kind in enumerate(_KINDS) if (first := kind.first_in(rest)) is not None]
            if not firsts:
                return None
            said = min(firsts)
        topic = list(_KINDS)[said[1]]
        weeks = tuple(week for week in self.facts.weeks if _is_of(week, topic))
        return Scope(weeks, f"the {_KINDS[topic]}", is_named=True) if weeks else None


_KINDS = {
    Topic.RECOVERY_WEEK: "recovery weeks",
    Topic.TAPER: "taper",
    Topic.LOAD_WEEK: "load weeks",
    Topic.BASE: "base phase",
    Topic.BUILD: "build phase",
    Topic.PEAK: "peak phase",
}
_PHASES = {Topic.BASE: Phase.BASE, Topic.BUILD: Phase.BUILD, Topic.PEAK: Phase.PEAK}


def _is_of(week: WeekFacts, topic: Topic) -> bool:
    if topic is Topic.RECOVERY_WEEK:
        return week.phase is Phase.RECOVERY
    if topic is Topic.TAPER:
        return week.phase is Phase.TAPER
    if topic is Topic.LOAD_WEEK:
        return week.week_type is WeekType.LOAD
    return week.phase is _PHASES[topic]
