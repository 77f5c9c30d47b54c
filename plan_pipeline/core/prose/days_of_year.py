"""Dates, and distances and climbing of events, that a text gives."""

import datetime as dt
from collections.abc import Iterator
from typing import Final, NamedTuple

from plan_pipeline.core.model.days import days_later
from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline.core.prose.agreement import agrees
from plan_pipeline.core.prose.facts import ProseFacts
from plan_pipeline.core.prose.reading import DateMention, Unit, dates
from plan_pipeline.core.prose.sentences import event_letters
from plan_pipeline.core.prose.statement import Statement
from plan_pipeline.core.prose.topics import Topic
from plan_pipeline.core.wording import listed

DISTANCE_SHARE: Final = 0.02


class _Known(NamedTuple):
    """A day of the plan, and what it is."""

    what: str
    day: dt.date


def dates_said(statement: Statement) -> Iterator[str]:
    """What dates are said that are not the plan's, or not on the weekday that they are said to be on."""
    for mention in dates(statement.text):
        quoted = statement.quoted(mention)
        days = [day for year in _years(mention, statement.facts) if (day := _day(mention, year))]
        known, is_open = _known_days(statement, mention)
        if is_open and any(_is_in_plan(day, mention, statement.facts) for day in days):
            continue
        matching = [day for day in days if any(day == each.day for each in known)]
        if not known:
            yield f'gives "{quoted}", but the plan has no dates'
        elif not matching:
            yield f'gives "{quoted}"; the plan has {listed(f"{each.what} on {each.day:%A %d %B %Y}" for each in known)}'
        elif mention.weekday and all(list(Weekday)[day.weekday()] is not mention.weekday for day in matching):
            yield f'gives "{quoted}", but that day is a {matching[0]:%A}'


def _years(mention: DateMention, facts: ProseFacts) -> list[int]:
    if mention.year is not None:
        return [mention.year]
    days = [facts.first_monday, facts.last_day, facts.start_date]
    return sorted({day.year + more for day in days if day for more in (-1, 0, 1)})


def _day(mention: DateMention, year: int) -> dt.date | None:
    try:
        return dt.date(year, mention.month, mention.day)
    except ValueError:
        return None


def _is_in_plan(day: dt.date, mention: DateMention, facts: ProseFacts) -> bool:
    """Whether a day that is said with its weekday, and the right one, lies in the plan."""
    if facts.first_monday is None or facts.last_day is None or mention.weekday is None:
        return False
    return facts.first_monday <= day <= facts.last_day and list(Weekday)[day.weekday()] is mention.weekday


def _known_days(statement: Statement, mention: DateMention) -> tuple[list[_Known], bool]:
    """The days that a date in this place may be, by what they are, and whether it may be any other of the plan."""
    facts = statement.facts
    lead = statement.lead(mention, dates(statement.text))
    letters = event_letters(facts)
    if last := max((letter for letter in letters if letter in lead), key=lead.rfind, default=None):
        return [_Known(event.name, event.date) for event in letters[last]], False
    if Topic.EVENT.found_in(lead) and facts.event:
        return [_Known("the event", facts.event.date)], False
    if Topic.OFF.found_in(statement.lead(mention)) and facts.time_off:
        return _days_off(facts), False
    starts = (("the first day", facts.first_monday), ("the day asked for", facts.start_date))
    found = [_Known(what, day) for what, day in starts if day]
    race = facts.athlete.recent_race
    found += [_Known(race.in_words, race.date)] if race and race.date else []
    if Topic.START.found_in(lead):
        if facts.has_workouts and facts.first_monday:
            found += [_Known(f"{n} days before", days_later(facts.first_monday, -n)) for n in range(1, 7)]
        return found, False
    found += [_Known(event.name, event.date) for event in facts.every_event]
    for reference in statement.weeks:
        found += [_Known(f"the Monday of week {n}", day) for n in reference.weeks if (day := facts.monday_of(n))]
    if facts.last_day:
        found.append(_Known("the last day", facts.last_day))
    return [*found, *_days_off(facts)], True


def _days_off(facts: ProseFacts) -> list[_Known]:
    return [_Known("time off", day) for off in facts.time_off for day in (off.first_day, off.last_day)]


def distances(statement: Statement) -> Iterator[str]:
    """What distance or climbing is said of an event that it does not have."""
    facts = statement.facts
    letters = event_letters(facts)
    for amount in statement.amounts_of(Unit.KM, Unit.CLIMBING_M):
        lead = statement.text[: amount.start] + statement.rest(amount)[:40]
        events = [event for letter, named in letters.items() if letter in lead for event in named]
        if not events and Topic.EVENT.found_in(lead) and facts.event:
            events = [facts.event]
        known = [event.distance_km if amount.unit is Unit.KM else event.elevation_m for event in events]
        values = [float(each) for each in known if each is not None]
        if values and not agrees(amount, values, share=DISTANCE_SHARE):
            has = listed(f"{value:g}" for value in values)
            yield f'gives "{statement.quoted(amount)}" for the event, which has {has} {amount.unit}'
