"""Days of a plan: those that a plan may be asked for, and reckoning with whatever day is stored."""

import datetime as dt
from typing import Final, NamedTuple

FIRST_DAY: Final = dt.date(2000, 1, 1)
LAST_DAY: Final = dt.date(2068, 12, 31)
"""The years that two digits stand for in POSIX, 00 to 68. What stands for no date lies outside of them: the zero dates
of programs (0001, 1900, 1970) and their ends of time (2099-12-31, 9999-12-31)."""


class Span(NamedTuple):
    """Days in a row, from the first to the last one."""

    first: dt.date
    last: dt.date

    def holds(self, day: dt.date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last

    def overlaps(self, other: "Span") -> bool:
        """Whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


def days_later(day: dt.date, days: int) -> dt.date:
    """The day so many days later, or earlier where it is negative; the calendar's last or first where there is none."""
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        return dt.date.max if days > 0 else dt.date.min


def monday_of(day: dt.date) -> dt.date:
    """The Monday of a day's week; the calendar begins with one."""
    return day - dt.timedelta(days=day.weekday())


def monday_on_or_after(day: dt.date) -> dt.date:
    """The first Monday from a day on; the calendar's last one after it."""
    return monday_of(days_later(day, 6))
