"""Paces, times, distances and races as people write them: ``4:15/km``, ``1:30:00``, ``10 km 41:20``.

Read is what has one meaning; what is refused, is refused with the forms to write.
"""

import re
from collections.abc import Iterator
from typing import Final

from plan_pipeline.core.paces.vdot import METRES_A_MILE, Effort, RaceDistance
from plan_pipeline.core.word import Word

MAX_CHARACTERS, SHOWN_CHARACTERS = 100, 60
"""Of a text that is read, and of one that is shown again in a message."""

MAX_SPEED_M_S: Final = 8.0
"""2:05/km. Nobody has run 800 m faster than 7.93 m/s (1:40.91), the shortest effort that is asked for here."""

MIN_SPEED_M_S: Final = 1.0
"""16:40/km, a slow walk (choice)."""

SHORTEST_M, LONGEST_M = 400.0, 100_000.0
MAX_TIME_S: Final = 86_400.0
"""What a run is taken to be at all: a lap to 100 km, and a day (choice)."""

ROUNDING_SHARE: Final = 0.005
"""``21 km`` and ``26.2 mi`` are a half marathon and a marathon, 0.46 and 0.07 % off; ``13 mi``, 0.83 % off, is 13 miles
(choice)."""

_NUMBER = r"\d{1,6}(?:\.\d{1,6}|,\d{1,2})?"
_KM, _MI, _M = r"km|kms|k|kilomet(?:er|re)s?", r"mi|miles?", r"m|met(?:er|re)s?"
_H, _MIN, _S = r"h|hrs?|hours?", r"m|mins?|minutes?", r"s|secs?|seconds?"
_CLOCK = r"(?:\d{1,2}:[0-5]\d|\d{1,3}):[0-5]\d(?:\.\d)?"
_IN_UNITS = (
    rf"\d{{1,2}}h[0-5]\d|\d{{1,2}}\s?(?:{_H})(?:\s?\d{{1,2}}\s?(?:{_MIN}))?(?:\s?\d{{1,2}}\s?(?:{_S}))?"
    rf"|\d{{1,3}}\s?(?:{_MIN})(?:\s?\d{{1,2}}\s?(?:{_S}))?"
)
_TIME = rf"(?:{_CLOCK}|{_IN_UNITS})"

_PARTS = re.compile(
    rf"(?:(?P<h>\d+)\s?(?:{_H}))?(?:\s?(?P<m>\d+)(?:\s?(?:{_MIN})|$))?(?:\s?(?P<s>\d+)\s?(?:{_S}))?", re.ASCII
)
_A_TIME = re.compile(_TIME, re.ASCII)
_A_DISTANCE = re.compile(rf"(?P<number>{_NUMBER})\s?(?:(?P<km>{_KM})|(?P<mi>{_MI})|(?P<m>{_M}))", re.ASCII)
_A_PACE = re.compile(
    rf"(?P<min>\d{{1,2}})(?::|['′])(?P<s>[0-5]\d(?:\.\d)?)(?:\"|″)?\s?(?:min\s?)?"
    rf"(?:(?:/|per\s)\s?(?:(?P<km>{_KM})|(?P<mi>{_MI})))?",
    re.ASCII,
)
_EFFORTS = (
    re.compile(rf"(?P<distance>.+?)(?:\s?[,:;=@]\s?|\s[–—-]\s|\sin\s|\s)(?P<time>{_TIME})", re.ASCII),
    re.compile(rf"(?P<time>{_TIME})(?:\s?[,;=]\s?|\s[–—-]\s|\sfor\s|\s)(?P<distance>.+)", re.ASCII),
)

_PACE_FORMS: Final = "write 4:15/km, 6:50/mi or 4:15"
_TIME_FORMS: Final = "write 41:20, 1:30:00, 1h30 or 30 min"
_DISTANCE_FORMS: Final = "write 10 km, 13.1 mi, 1500 m, mile, 5k, half marathon or marathon"
_EFFORT_FORMS: Final = "write a distance and a time, such as 10 km 41:20, half marathon 1:32:05 or 13.1 mi in 1:30:00"


class Units(Word):
    """What paces and distances are written in."""

    KM = "km"
    MILE = "mile"

    @classmethod
    def _aliases(cls) -> dict[str, str]:
        metric = ("metric", "kms", "k", "kilometre", "kilometres", "kilometer", "kilometers")
        return {**dict.fromkeys(metric, "km"), **dict.fromkeys(("imperial", "miles", "mi"), "mile")}

    @property
    def metres(self) -> float:
        """The metres of one."""
        return 1_000.0 if self is Units.KM else METRES_A_MILE

    @property
    def short(self) -> str:
        """As it stands after a number: ``km`` or ``mi``."""
        return "km" if self is Units.KM else "mi"


def read_pace(text: str, units: Units = Units.KM) -> float:
    """The speed in m/s of a pace such as ``4:15/km``, ``6:50/mi`` or, in ``units``, ``4:15``.

    Raises ``ValueError`` with the forms to write, and for a pace faster than any record or slower than a walk.
    """
    match = _A_PACE.fullmatch(_short(text, _PACE_FORMS))
    if match is None:
        raise _refused(text, f"is not read as a pace; {_PACE_FORMS}")
    each = Units.MILE if match["mi"] else Units.KM if match["km"] else units
    seconds = 60 * int(match["min"]) + float(match["s"])
    if seconds == 0:
        raise _refused(text, f"is no pace; {_PACE_FORMS}")
    speed = each.metres / seconds
    if not MIN_SPEED_M_S <= speed <= MAX_SPEED_M_S:
        raise _refused(text, f"is {_beyond(speed)}; {_PACE_FORMS}")
    return speed


def read_time(text: str) -> float:
    """The seconds of a time such as ``41:20``, ``1:30:00``, ``1h30`` or ``30 min``; two numbers are minutes, seconds.

    Raises ``ValueError`` with the forms to write, for no time at all and for more than a day.
    """
    wanted = _short(text, _TIME_FORMS)
    if not _A_TIME.fullmatch(wanted):
        raise _refused(text, f"is not read as a time; {_TIME_FORMS}")
    seconds = next(_seconds(wanted))
    if not 0 < seconds <= MAX_TIME_S:
        raise _refused(text, f"is {'no time' if seconds == 0 else 'more than a day'}; {_TIME_FORMS}")
    return seconds


def read_distance(text: str) -> float:
    """The metres of a distance such as ``7.2 km``, ``13.1 mi``, ``1500 m`` or ``half marathon``, as it is written.

    Raises ``ValueError`` with the forms to write, and for less than 400 m or more than 100 km.
    """
    return _distance(text, as_race=False)


def read_race(text: str) -> Effort:
    """A race such as ``10 km 41:20``, ``half marathon 1:32:05`` or ``21.1 km in 1:45``.

    A distance that is rounded from that of a known race, such as 13.1 mi or 21 km, is that race. Two numbers are hours
    and minutes where minutes and seconds would be faster than any record. Raises ``ValueError`` with the forms to
    write, and for a race faster than any record or slower than a walk.
    """
    return _effort(text, as_race=True)


def read_effort(text: str) -> Effort:
    """A run such as ``30 min 7.2 km`` or ``1200 m 4:10``, with the distance as it is written; else as ``read_race``."""
    return _effort(text, as_race=False)


def pace_text(speed_m_s: float, units: Units = Units.KM) -> str:
    """A speed in m/s as a pace, to the second: ``4:15/km`` or ``6:51/mi``.

    Raises ``ValueError`` for a speed that is not above zero.
    """
    return f"{_clock(round(_seconds_each(speed_m_s, units)))}/{units.short}"


def pace_range_text(slow_m_s: float, fast_m_s: float, units: Units = Units.KM) -> str:
    """Two speeds in m/s as a range of paces, the faster first: ``5:07–5:38/km``; one pace where they read the same.

    Raises ``ValueError`` for a speed that is not above zero.
    """
    fast, slow = (pace_text(speed, units) for speed in (fast_m_s, slow_m_s))
    return fast if fast == slow else f"{fast.partition('/')[0]}–{slow}"


def time_text(seconds: float) -> str:
    """A time to the second: ``41:20``, ``1:30:00``."""
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def distance_text(distance_m: float, units: Units = Units.KM) -> str:
    """A distance in metres by the name of its race, or in units: ``half marathon``, ``7.2 km``, ``4.47 mi``."""
    for race in RaceDistance:
        if abs(distance_m - race.metres) < 0.5:
            return race.in_words
    return f"{round(distance_m / units.metres, 2):g} {units.short}"


def _seconds_each(speed_m_s: float, units: Units) -> float:
    if not speed_m_s > 0:
        raise ValueError(f"a speed of {speed_m_s:g} m/s has no pace; give one above zero")
    return units.metres / speed_m_s


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def _short(text: str, forms: str) -> str:
    """The text in small letters with single spaces. Raises ``ValueError`` for one that is too long to be meant."""
    if len(text) > MAX_CHARACTERS:
        raise _refused(text, f"is too long; {forms}")
    return " ".join(text.casefold().split())


def _effort(text: str, *, as_race: bool) -> Effort:
    wanted = _short(text, _EFFORT_FORMS)
    match = _EFFORTS[0].fullmatch(wanted) or _EFFORTS[1].fullmatch(wanted)
    if match is None:
        raise _refused(text, f"is not read as a distance and a time; {_EFFORT_FORMS}")
    distance_m = _distance(match["distance"], as_race=as_race)
    times = [seconds for seconds in _seconds(match["time"]) if seconds]
    if not times:
        raise _refused(text, f"takes no time; {_EFFORT_FORMS}")
    speeds = [distance_m / seconds for seconds in times]
    for seconds, speed in zip(times, speeds, strict=True):
        if MIN_SPEED_M_S <= speed <= MAX_SPEED_M_S:
            return Effort(distance_m, seconds)
    raise _refused(text, f"is {_beyond(speeds[0])}; {_EFFORT_FORMS}")


def _distance(text: str, *, as_race: bool) -> float:
    wanted = _short(text, _DISTANCE_FORMS)
    match = _A_DISTANCE.fullmatch(wanted)
    if match is None:
        try:
            return RaceDistance(wanted).metres
        except ValueError:
            raise _refused(text, f"is not read as a distance; {_DISTANCE_FORMS}") from None
    number = match["number"].replace(",", ".")
    unit_m = 1_000.0 if match["km"] else METRES_A_MILE if match["mi"] else 1.0
    metres = float(number) * unit_m
    if not SHORTEST_M <= metres <= LONGEST_M:
        limits = f"{SHORTEST_M:g} m to {LONGEST_M / 1000:g} km"
        raise _refused(text, f"is outside {limits}; {_DISTANCE_FORMS}")
    return _race_meant(number, unit_m) or metres if as_race else metres


def _race_meant(number: str, unit_m: float) -> float | None:
    """The metres of the race that a distance is rounded from, to as many decimals as it is written with."""
    decimals = len(number.partition(".")[2])
    for race in RaceDistance:
        near = abs(float(number) * unit_m / race.metres - 1) <= ROUNDING_SHARE
        if near and round(race.metres / unit_m, decimals) == float(number):
            return race.metres
    return None


def _seconds(time: str) -> Iterator[float]:
    """What a time may mean, likeliest first: two numbers are minutes and seconds, or else hours and minutes."""
    if ":" not in time:
        match = _PARTS.fullmatch(time)
        assert match is not None
        yield 3600.0 * int(match["h"] or 0) + 60 * int(match["m"] or 0) + int(match["s"] or 0)
        return
    *before, last = time.split(":")
    first, *second = map(int, before)
    if second:
        yield 3600.0 * first + 60 * second[0] + float(last)
        return
    yield 60.0 * first + float(last)
    if "." not in last:
        yield 3600.0 * first + 60 * int(last)


def _beyond(speed_m_s: float) -> str:
    return "faster than any record" if speed_m_s > MAX_SPEED_M_S else "slower than a walk"


def _refused(text: str, what: str) -> ValueError:
    shown = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
    return ValueError(f"{shown!r} {what}")
