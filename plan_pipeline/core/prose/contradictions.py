"""What a text says of a plan that the plan has otherwise, a sentence each."""

from collections.abc import Callable, Iterator
from typing import Final

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.prose import days_of_year, pace, power, season, time_and_load, weekdays
from plan_pipeline.core.prose.facts import ProseFacts
from plan_pipeline.core.prose.sentences import sentences
from plan_pipeline.core.prose.statement import Statement

_Check = Callable[[Statement], Iterator[str]]

_BEFORE: Final[tuple[_Check, ...]] = (time_and_load.times, time_and_load.loads, time_and_load.shares)
_AFTER: Final[tuple[_Check, ...]] = (
    season.week_counts,
    season.weeks_by_number,
    days_of_year.dates_said,
    days_of_year.distances,
    weekdays.weekdays,
    weekdays.named_days,
    weekdays.day_counts,
    weekdays.caps,
)
_OF_POWER: Final[tuple[_Check, ...]] = (power.watts, power.percentages, power.watts_per_kg, power.interval_sets)
_OF_PACE: Final[tuple[_Check, ...]] = (pace.no_power, pace.paces, pace.kilometres, power.interval_sets)
_CHECKS: Final[dict[Sport, tuple[_Check, ...]]] = {
    Sport.CYCLING: (*_BEFORE, *_OF_POWER, *_AFTER),
    Sport.RUNNING: (*_BEFORE, *_OF_PACE, *_AFTER),
}


def contradictions(text: str, facts: ProseFacts) -> tuple[str, ...]:
    """Every number, day and date of a text that contradicts the plan, in the order of the text; empty where none does.

    Each says what the text says and what the plan has, so that it can be sent back to who wrote the text. What is not
    of this plan (sleep, carbohydrate, cadence, heart rate, minutes between efforts) is not compared, and neither is
    what the text repeats of the athlete's own words. ``facts`` come from ``facts_of_overview`` for notes before there
    are workouts, and from ``facts_of_plan`` for texts about a finished plan or one week of it.
    """
    found: list[str] = []
    for sentence in sentences(text, facts):
        statement = Statement(sentence, facts)
        for check in _CHECKS[facts.sport]:
            found += [f"{sentence.quoted} {finding}." for finding in check(statement)]
    return tuple(dict.fromkeys(found))
