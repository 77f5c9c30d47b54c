"""The day of a plan that a workout file is for, by how it and the folders around it are called.

``W01_Mon_Sprints.zwo``, ``Week 1/Tuesday.zwo``, ``w1d2 Sprints.zwo``, ``Day 9.zwo`` and ``2027-01-05 Sprints.zwo`` are
read. A day is a date, or a weekday in a week that is numbered.
"""

import datetime as dt
import re
from typing import Final, NamedTuple

from plan_pipeline.core.model.days import monday_of
from plan_pipeline.core.model.vocabulary import Weekday

_ISO: Final = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_WEEK: Final = re.compile(r"(?<![a-z])(?:week|wk|w)[\s_.#-]*0*(\d{1,2})(?!\d)", re.IGNORECASE)
_NAMES: Final = "|".join(day.value for day in Weekday) + "|" + "mon|tues?|wed|weds|thu|thurs?|fri|sat|sun"
_WEEKDAY: Final = re.compile(rf"(?<![a-z])({_NAMES})(?![a-z])", re.IGNORECASE)
_DAY: Final = re.compile(r"(?<![a-z])(?:day|d)[\s_.#-]*0*(\d{1,3})(?!\d)", re.IGNORECASE)
_NEXT_NUMBER: Final = re.compile(r"[\s_.-]+0?([1-7])(?![\d:xX])")
_FIRST_NUMBER: Final = re.compile(r"0?([1-7])(?![\d:xX])")
"""A number after the week's, or at the beginning of a file in a week's folder: ``W01-2-…``, ``Week 1/2 …``."""


class FileDay(NamedTuple):
    """A day by its date, or by a week and a weekday."""

    week: int
    weekday: Weekday
    date: dt.date | None = None


def day_of_file(place: str) -> FileDay | None:
    """The day that a file is for, by its path below the plan's folder; ``None`` where it does not say.

    Of a date the week is 0: which one it is depends on the other files.
    """
    *folders, name = place.replace("\\", "/").split("/")
    stem = name.rsplit(".", 1)[0]
    if match := _ISO.search(stem):
        try:
            date = dt.date(*map(int, match.groups()))
        except ValueError:
            return None
        return FileDay(0, list(Weekday)[date.weekday()], date)
    in_name = _WEEK.search(stem)
    week = in_name or next((found for folder in reversed(folders) if (found := _WEEK.search(folder))), None)
    if week is None:
        return _by_day_alone(stem)
    by_name = _weekday_in(stem[in_name.end() :] if in_name else stem, is_after_week=in_name is not None)
    by_folder = next((day for folder in reversed(folders) if (day := _named_in(folder))), None)
    weekday = by_name or by_folder
    return None if weekday is None else FileDay(int(week[1]), weekday)


def numbered(days: list[FileDay]) -> list[FileDay]:
    """Days with their weeks counted from 1: dates from the Monday of the first one on."""
    dates = [day.date for day in days if day.date is not None]
    if dates:
        first = monday_of(min(dates))
        return [
            day if day.date is None else day._replace(week=(monday_of(day.date) - first).days // 7 + 1) for day in days
        ]
    begins_at_zero = any(day.week == 0 for day in days)
    return [day._replace(week=day.week + begins_at_zero) for day in days]


def _by_day_alone(stem: str) -> FileDay | None:
    """``Day 9`` is the second day of the second week."""
    match = _DAY.search(stem)
    if match is None or int(match[1]) < 1:
        return None
    week, position = divmod(int(match[1]) - 1, len(Weekday))
    return FileDay(week + 1, list(Weekday)[position])


def _weekday_in(text: str, *, is_after_week: bool) -> Weekday | None:
    if named := _named_in(text):
        return named
    match = _DAY.search(text) or (_NEXT_NUMBER if is_after_week else _FIRST_NUMBER).match(text)
    number = int(match[1]) if match else 0
    return list(Weekday)[number - 1] if 1 <= number <= len(Weekday) else None


def _named_in(text: str) -> Weekday | None:
    match = _WEEKDAY.search(text)
    return Weekday(match[1]) if match else None
