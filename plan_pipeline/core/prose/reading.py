"""Amounts, dates, weeks and weekdays as English prose puts them, read out of one sentence at a time.

All that is known of spelling is here and in ``normalised``; what a claim means is for the modules that check it.
"""

import datetime as dt
import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from plan_pipeline.core.model.vocabulary import Weekday


class Unit(StrEnum):
    """What an amount is counted in; hours and minutes are both ``MINUTES``."""

    MINUTES = "min"
    WATTS = "W"
    W_PER_KG = "W/kg"
    TSS = "TSS"
    CTL = "CTL"
    PERCENT = "%"
    KM = "km"
    CLIMBING_M = "m of climbing"
    WEEKS = "weeks"
    DAYS = "days"
    PACE = "s/km"


class Amount(NamedTuple):
    """A number or a range of one unit. ``step`` is what it is rounded to, in its unit; ``words`` are the words between
    number and unit, as in ``2 easy weeks``. ``is_hours`` says that it is given in hours."""

    unit: Unit
    low: float
    high: float
    step: float
    start: int
    end: int
    is_about: bool = False
    words: str = ""
    is_hours: bool = False

    @property
    def is_range(self) -> bool:
        return self.low != self.high


class WeekReference(NamedTuple):
    """Weeks by number; ``is_span`` where they are given as the first and the last one alone."""

    weeks: tuple[int, ...]
    is_span: bool
    start: int
    end: int


class DateMention(NamedTuple):
    """A day; ``year`` and ``weekday`` where they are said."""

    year: int | None
    month: int
    day: int
    weekday: Weekday | None
    start: int
    end: int


class Interval(NamedTuple):
    """Efforts of a workout: how many, and minutes each."""

    efforts: int
    minutes: float
    start: int
    end: int


class DayList(NamedTuple):
    """Weekdays that are named together."""

    days: tuple[Weekday, ...]
    start: int
    end: int


_NUMBER = r"(?<![\w.,/])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_ABOUT = (
    r"(?P<about>(?:about|around|roughly|approximately|approx\.?|nearly|almost|some|circa|close to|~|just (?:over|"
    r"under))\s*)?"
)
_UNITS = {
    Unit.W_PER_KG: r"(?:W|watts?)\s*(?:/|per )\s*(?:kg|kilo(?:gram)?s?)\b",
    Unit.WATTS: r"(?:W|watts?)\b(?!\s*(?:/|per)\s*k)",
    Unit.TSS: r"(?:TSS|training stress(?: points?| score)?)\b",
    Unit.CTL: r"CTL\b",
    Unit.PERCENT: r"(?:%|percent\b|per cent\b)",
    Unit.KM: r"(?:km|kilomet(?:er|re)s?)\b(?!\s*/\s*h|/h| an hour| per hour)",
    Unit.CLIMBING_M: r"(?:m|met(?:er|re)s?)\b(?=,? (?:of )?(?:climb|elev|ascen|vertical))",
}
_HOURS = r"(?:h(?:ours?|rs?)?\b)"
_MINUTES = r"(?:min(?:ute)?s?\b)"
_MILES = r"(?:mi|miles?)\b(?! an hour| per hour|/h)"
_AND = (
    r"(?<=between \d )and|(?<=between \d\d )and|(?<=between \d\d\d )and|(?<=between \d\.\d )and|"
    r"(?<=between \d\.\d\d )and"
)
_COUNTED = r"(?P<words>(?:(?!(?:an?|per|each|every|of|in|on|to|days?|weeks?|and|are|is|were)\b)[A-Za-z]+[ -]){0,2}?)"


def _amounts_in(unit: str) -> re.Pattern[str]:
    second = rf"(?:\s*(?:{unit})?\s*(?:-|to|or|{_AND})\s*(?P<high>\d+(?:,\d{{3}})*(?:\.\d+)?))?"
    return re.compile(rf"{_ABOUT}(?P<low>{_NUMBER}){second}\s*-?\s*{unit}", re.IGNORECASE)


_HAS_DIGITS = re.compile(r"\d")
_PATTERNS = {unit: _amounts_in(pattern) for unit, pattern in _UNITS.items()}
_HOUR_PATTERN, _MINUTE_PATTERN, _MILE_PATTERN = map(_amounts_in, (_HOURS, _MINUTES, _MILES))
_HOURS_AND_MINUTES = re.compile(
    rf"{_ABOUT}(?P<h>{_NUMBER})\s*-?(?:h(?:ours?|rs?)?\s*(?:and\s+)?(?P<m>[0-5]?\d)\s*-?{_MINUTES}"
    r"|h\s?(?P<bare>[0-5]\d)(?![\w:]|[.,]\d)(?!\s*(?:W|TSS|%|km|x|days?|weeks?|h|hours?)(?![a-z])))",
    re.IGNORECASE,
)
_CLOCK = re.compile(rf"{_ABOUT}(?P<h>(?<![\w.,/:])\d{{1,2}}):(?P<m>[0-5]\d)\s*-?(?:h|hours?)\b", re.IGNORECASE)
_NAMED_FIRST = {
    Unit.TSS: re.compile(
        r"TSS (?:of|at|is|to|reaches|:|=)? ?(?:about |around )?(?P<low>\d[\d,]*(?:\.\d+)?)(?!\s*-?[%h\d])"
    ),
    Unit.CTL: re.compile(
        r"CTL\)?(?: (?:of|at|is|from|to|reaches|around|about)){0,2} (?P<low>\d+(?:\.\d+)?)(?!\s*(?:points|%))"
    ),
}
_COUNTS = {
    Unit.DAYS: re.compile(
        rf"(?P<low>{_NUMBER})(?:\s*(?:-|to|or)\s*(?P<high>\d+))?[ -]{_COUNTED}"
        r"(?P<noun>days?|sessions?|workouts?|tests?|rides?)\b",
        re.IGNORECASE,
    ),
    Unit.WEEKS: re.compile(
        rf"(?P<low>{_NUMBER})(?:\s*(?:-|to|or)\s*(?P<high>\d+))?[ -]{_COUNTED}weeks?\b", re.IGNORECASE
    ),
}

MIN_PER_HOUR = 60
SECONDS_PER_MINUTE = 60
KM_PER_MILE = 1.609344

_PACE = re.compile(
    rf"{_ABOUT}(?P<low>(?<![\w.,/:])\d{{1,2}}:[0-5]\d)(?:\s*(?:/|per )?(?:km|mi)?\s*(?:-|to|or|and)\s*"
    r"(?P<high>\d{1,2}:[0-5]\d))?\s*(?:min(?:utes?)?\s*)?(?:/|per |an? )\s*(?:(?P<km>km|kilomet(?:er|re))|mi(?:le)?)\b",
    re.IGNORECASE,
)


def amounts(sentence: str) -> tuple[Amount, ...]:
    """All amounts of a normalised sentence, in their order."""
    if not _HAS_DIGITS.search(sentence):
        return ()
    found: list[Amount] = list(_paces(sentence))
    sentence = _without(sentence, found)
    for pattern in (_HOURS_AND_MINUTES, _CLOCK):
        for match in pattern.finditer(sentence):
            minutes = MIN_PER_HOUR * _value(match["h"]) + int(match["m"] or match.groupdict().get("bare") or 0)
            about = bool(match["about"])
            found.append(Amount(Unit.MINUTES, minutes, minutes, 1, *match.span(), is_about=about, is_hours=True))
    rest = _without(sentence, found)
    for pattern, factor in ((_HOUR_PATTERN, MIN_PER_HOUR), (_MINUTE_PATTERN, 1)):
        found += _matched(pattern, rest, Unit.MINUTES, factor, is_hours=pattern is _HOUR_PATTERN)
    found += _matched(_MILE_PATTERN, rest, Unit.KM, KM_PER_MILE)
    for unit, pattern in _PATTERNS.items():
        found += _matched(pattern, rest, unit)
    for unit, pattern in _NAMED_FIRST.items():
        found += _matched(pattern, _without(rest, found), unit)
    for weeks in _WEEKS.finditer(rest):
        rest = f"{rest[: weeks.start()]}{'_' * len(weeks[0])}{rest[weeks.end() :]}"
    for unit, pattern in _COUNTS.items():
        found += _matched(pattern, _without(rest, found), unit)
    return tuple(sorted(found, key=lambda amount: amount.start))


def _paces(sentence: str) -> Iterator[Amount]:
    """Paces in seconds a kilometre, the faster end as the low one."""
    for match in _PACE.finditer(sentence):
        ends = sorted(_clock_s(text) for text in (match["low"], match["high"] or match["low"]))
        km = 1 if match["km"] else KM_PER_MILE
        yield Amount(Unit.PACE, ends[0] / km, ends[1] / km, 1 / km, *match.span(), is_about=bool(match["about"]))


def _clock_s(text: str) -> int:
    minutes, seconds = map(int, text.split(":"))
    return SECONDS_PER_MINUTE * minutes + seconds


def _matched(
    pattern: re.Pattern[str], text: str, unit: Unit, factor: float = 1, *, is_hours: bool = False
) -> Iterator[Amount]:
    for match in pattern.finditer(text):
        parts = match.groupdict()
        low, high = match["low"], parts.get("high") or match["low"]
        decimals = max(len(number.partition(".")[2]) for number in (low, high))
        yield Amount(
            unit,
            factor * _value(low),
            factor * _value(high),
            factor * (0.5 if _is_half(low, high) else 10.0**-decimals),
            *match.span(),
            is_about=bool(parts.get("about")),
            words=f"{parts.get('words') or ''}{parts.get('noun') or ''}".lower(),
            is_hours=is_hours,
        )


def _is_half(*numbers: str) -> bool:
    return any(number.endswith(".5") for number in numbers) and all("." not in n or n.endswith(".5") for n in numbers)


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def _without(text: str, found: list[Amount]) -> str:
    """The text with what was read blanked out, so that nothing else is read there."""
    for amount in found:
        text = f"{text[: amount.start]}{'_' * (amount.end - amount.start)}{text[amount.end :]}"
    return text


# --- weeks, dates, weekdays ------------------------------------------------------------------------------------

_NO_UNIT = r"(?!\d|\s*-?(?:%|h\b|hours?|min|W\b|watts?|TSS|days?|km|x\s*\d|[a-z]+ days?\b)|\.\d|:\d)"
_WEEK_NUMBER = rf"\d{{1,3}}{_NO_UNIT}"
_WEEKS = re.compile(
    rf"\b(?:weeks?|wks?)\s+(?:number\s+)?(?P<list>{_WEEK_NUMBER}(?:\s*(?:,\s*and|,|-|to|and|&|through|"
    rf"or)\s*{_WEEK_NUMBER})*)",
    re.IGNORECASE,
)
_SPAN_WORDS = re.compile(r"-|to|through")
_FIRST_WEEK = re.compile(r"\b(?:the|your) first week\b(?! (?:of|back|after))", re.IGNORECASE)
_RELATIVE_WEEK = re.compile(
    r"\b(?:(?P<this>this week)|(?P<next>next week)|(?P<last>last week|the week before))\b", re.IGNORECASE
)
_LAST_WEEK = re.compile(r"\b(?:the|your) (?:final week|last week of (?:the|your|this) plan)\b", re.IGNORECASE)
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH = rf"(?P<month>{'|'.join(f'{month[:3]}(?:{month[3:]})?' for month in _MONTHS)}|Sept)\b\.?"
_DAY_NAMES = {
    spelling: day for day in Weekday for spelling in (day.value, f"{day.value}s", day.value[:3], f"{day.value[:3]}.")
} | {"Tues": Weekday.TUESDAY, "Thur": Weekday.THURSDAY, "Thurs": Weekday.THURSDAY}
_DAY = rf"(?:{'|'.join(re.escape(name) for name in sorted(_DAY_NAMES, key=len, reverse=True))})(?![a-z])"
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (?P<year>\d{{4}}))?"),
    re.compile(
        rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*(?:-?\s*(?:W|%|h|min)\b))(?:,? (?P<year>\d{{4}})\b)?"
    ),
)
_DATE_SPAN = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:-|to|until)\s*(?=\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH})"
)
_DAY_BEFORE = re.compile(rf"\b({_DAY})\s*,?\s*(?:the )?$")
_DAY_AFTER = re.compile(rf"^\s*(?:\(|, an? |, )\s*({_DAY})\b")
_DAY_LIST = re.compile(rf"\b{_DAY}(?:\s*[,/+]\s*{_DAY})*(?:\s*,?\s*(?:and|or|&)\s*{_DAY})?")
_ONE_DAY = re.compile(rf"\b{_DAY}")


def week_references(sentence: str, total_weeks: int, week: int | None) -> tuple[WeekReference, ...]:
    """Weeks that are named by their number, as the first or last one, or from the week that the text is about."""
    found = [_weeks_in(match) for match in _WEEKS.finditer(sentence)]
    found += [WeekReference((1,), False, *match.span()) for match in _FIRST_WEEK.finditer(sentence)]
    found += [WeekReference((total_weeks,), False, *match.span()) for match in _LAST_WEEK.finditer(sentence)]
    if week is not None:
        for match in _RELATIVE_WEEK.finditer(sentence):
            away = 0 if match["this"] else 1 if match["next"] else -1
            if 1 <= week + away <= total_weeks:
                found.append(WeekReference((week + away,), False, *match.span()))
    return tuple(sorted(found, key=lambda reference: reference.start))


def _weeks_in(match: re.Match[str]) -> WeekReference:
    numbers = list(re.finditer(r"\d+", match["list"]))
    weeks = [int(numbers[0][0])]
    for before, after in pairwise(numbers):
        number = int(after[0])
        joins = _SPAN_WORDS.search(match["list"], before.end(), after.start())
        weeks += range(weeks[-1] + 1, number + 1) if joins else [number]
    is_span = len(numbers) == 2 and bool(_SPAN_WORDS.search(match["list"]))
    return WeekReference(tuple(weeks), is_span, *match.span())


def dates(sentence: str) -> tuple[DateMention, ...]:
    """Days of the calendar; those that no calendar has are left out."""
    if not _HAS_DIGITS.search(sentence):
        return ()
    found: list[DateMention] = []
    for pattern in _DATES:
        for match in pattern.finditer(sentence):
            if not any(each.start < match.end() and match.start() < each.end for each in found):
                found += _date(match, sentence)
    return tuple(sorted(found, key=lambda date: date.start))


def _date(match: re.Match[str], sentence: str) -> Iterator[DateMention]:
    month = match["month"]
    number = int(month) if month.isdigit() else _MONTHS.index(next(m for m in _MONTHS if m[:3] == month[:3])) + 1
    year = int(match["year"]) if match["year"] else None
    before, after = _DAY_BEFORE.search(sentence[: match.start()]), _DAY_AFTER.search(sentence[match.end() :])
    named = before or after
    weekday = _DAY_NAMES[named[1]] if named else None
    start = before.start() if before else match.start()
    yield from _if_real(DateMention(year, number, int(match["day"]), weekday, start, match.end()))
    for first in _DATE_SPAN.finditer(sentence):
        if first.end() == match.start():
            yield from _if_real(DateMention(year, number, int(first["day"]), None, *first.span()))


def _if_real(date: DateMention) -> Iterator[DateMention]:
    try:
        dt.date(date.year or 2000, date.month, date.day)
    except ValueError:
        return
    yield date


def day_lists(sentence: str) -> tuple[DayList, ...]:
    """Weekdays, those in one enumeration together, without those that belong to a date."""
    taken = [(date.start, date.end + 12) for date in dates(sentence) if date.weekday]
    found = []
    for match in _DAY_LIST.finditer(sentence):
        if not any(start <= match.start() < end for start, end in taken):
            days = tuple(dict.fromkeys(_DAY_NAMES[name[0]] for name in _ONE_DAY.finditer(match[0])))
            found.append(DayList(days, *match.span()))
    return tuple(found)


_SETS = re.compile(
    r"(?<![\w.])(?P<count>\d{1,2})\s*(?:x|times|(?:[a-z]+ ){0,2}(?:blocks?|efforts?|intervals?|repeats?|reps?) of)\s*"
    r"(?P<length>\d+(?:\.\d+)?)\s*-?\s*(?P<unit>min(?:ute)?s?|s|sec(?:ond)?s?)\b(?: (?P<seconds>[1-5]?\d) s\b)?",
    re.IGNORECASE,
)


def intervals(sentence: str) -> tuple[Interval, ...]:
    """Sets of efforts, as in ``3 x 10 min`` and ``4 blocks of 8 minutes``."""
    return tuple(Interval(int(each["count"]), _minutes(each), *each.span()) for each in _SETS.finditer(sentence))


def _minutes(match: re.Match[str]) -> float:
    length = float(match["length"])
    return length / 60 if match["unit"][0].lower() == "s" else length + int(match["seconds"] or 0) / 60
