"""Days of the week that athletes can train on, and what each of them holds."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from plan_pipeline.core.cohort.draw import Draw
from plan_pipeline.core.model.vocabulary import Weekday

WEEKDAY_CAPS_MIN = (45, 60, 60, 75, 75, 90)
"""What people can fit around a working day, minutes; repeated where it is said more often."""

WEEKEND_CAPS_MIN = (120, 150, 180, 240)

UNMEETABLE_SHARE = 0.04
"""Athletes who want more hours than their capped days hold."""

CAPPED_SHARE = 0.45
CAPACITY_MARGIN: Final = 1.2
"""How much more than the wanted hours the days of an athlete who can be planned for hold."""


class Days(NamedTuple):
    """Days that can be trained on, in any order, and minutes of those that are capped."""

    days: tuple[Weekday, ...]
    caps: dict[Weekday, int]


class Comfort(NamedTuple):
    """What a week of a sport holds without strain: minutes of a day without a cap, by ``is_weekend``, and days."""

    day_min: Mapping[bool, int]
    most_days: int


def days_for(draw: Draw, hours: float, days: list[Weekday], comfort: Comfort) -> Days:
    """Days that go with the hours: days are added, then caps lifted, until the hours fit comfortably."""
    caps = _caps(draw, days) if draw.happens(CAPPED_SHARE) else {}
    order = draw.shuffled([day for day in Weekday if day not in days])
    while _capacity_min(days, caps, comfort) < hours * 60 * CAPACITY_MARGIN:
        if order and len(days) < comfort.most_days:
            days = [*days, order.pop()]
        elif caps:
            caps.pop(min(caps, key=lambda day: (caps[day], day.position)))
        elif order:
            days = [*days, order.pop()]
        else:
            break
    return Days(tuple(days), caps)


def too_few_days(draw: Draw, least_hours: float, least_days: int) -> tuple[float, Days]:
    """More hours than the capped days hold, by a quarter at least, and these days."""
    days = some_days(draw, least_days + draw.below(3))
    caps = {day: draw.one_of(WEEKDAY_CAPS_MIN) for day in days}
    held_hours = sum(caps.values()) / 60
    hours = max(least_hours, round(held_hours * (1.25 + draw.share()) * 2) / 2 + 1)
    return hours, Days(tuple(days), caps)


def some_days(draw: Draw, count: int) -> list[Weekday]:
    """Available days, most with at least one on the weekend."""
    days = draw.shuffled(list(Weekday))
    if draw.happens(0.85):
        days.sort(key=lambda day: day is not Weekday.SATURDAY and day is not Weekday.SUNDAY)
        if draw.happens(0.35):
            days[1:] = draw.shuffled(days[1:])
    return days[:count]


def _caps(draw: Draw, days: Sequence[Weekday]) -> dict[Weekday, int]:
    caps = {}
    for day in sorted(days, key=lambda day: day.position):
        if draw.happens(0.15 if day.is_weekend else 0.7):
            caps[day] = draw.one_of(WEEKEND_CAPS_MIN if day.is_weekend else WEEKDAY_CAPS_MIN)
    return caps


def _capacity_min(days: Sequence[Weekday], caps: Mapping[Weekday, int], comfort: Comfort) -> int:
    held = sorted((caps.get(day, comfort.day_min[day.is_weekend]) for day in days), reverse=True)
    return sum(held[: comfort.most_days])
