"""Which goal or event type a text in the athlete's own words means."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar

from plan_pipeline.core.config.aim import Aim, EventType, Goal
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.request import PlanRequest

A = TypeVar("A", bound=Aim)


class Words(NamedTuple):
    """A text and the aim that it was read as."""

    text: str
    aim: Aim


def goal_of(text: str, config: PlanningConfig) -> Goal | None:
    """The goal that a text means, if any."""
    return _meant(text, config.goals)


def event_type_of(text: str, config: PlanningConfig) -> EventType | None:
    """The type of event that a text means, if any: by its id, an alias, or the words in it."""
    return config.event(text) or _meant(text, config.events)


def first_meaning(texts: Iterable[str], config: PlanningConfig) -> Words | None:
    """The first of the texts that means anything, a goal before an event type."""
    for text in texts:
        if (aim := goal_of(text, config) or event_type_of(text, config)) is not None:
            return Words(text, aim)
    return None


def _meant(text: str, aims: Mapping[str, A]) -> A | None:
    """The aim whose longest phrase is in the text; of two as long the one that comes first in it."""
    found: list[tuple[int, int, str]] = []
    for aim in aims.values():
        for phrase in aim.words:
            if match := _whole_words(phrase).search(text):
                found.append((-len(phrase), match.start(), aim.id))
    return aims[min(found)[2]] if found else None


@lru_cache(maxsize=1024)
def _whole_words(phrase: str) -> re.Pattern[str]:
    words = r"[\s_-]+".join(map(re.escape, phrase.split()))
    return re.compile(rf"(?<![^\W_]){words}(?![^\W_])", re.IGNORECASE)


def type_of_event(request: PlanRequest, config: PlanningConfig) -> tuple[EventType, str]:
    """The type of the request's event, and how it was read where the request does not name it."""
    event = request.event
    assert event is not None
    if event.type and (named := config.event(event.type)) is not None:
        return named, ""
    texts = [text for text in (event.type, event.name, *request.athlete_profile.goals) if text]
    for text in texts:
        if (found := event_type_of(text, config)) is not None:
            return found, f"{text!r} is read as an event of type {found.name!r}"
    usual = config.events[config.defaults.event]
    return usual, f"the event's type is not known, so it is planned for as {usual.name!r}"
