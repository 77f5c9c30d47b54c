"""Paces of steps in the text of Intervals.icu: ``78-82% Pace``, ``4:20-4:10/km Pace``, ``Z2 Pace``."""

import re
from typing import Final

from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.paces.vdot import METRES_A_MILE
from plan_pipeline.formats.reading import Repairs
from plan_pipeline.formats.running.speeds import checked_speed, known_runner, pct_of_speed

ZONE_PCT: Final = {1: 70.0, 2: 82.6, 3: 91.0, 4: 97.2, 5: 101.7, 6: 107.5, 7: 115.0}
"""The middle of the zones of pace that Intervals.icu begins with, Friel's, % of threshold speed: up to 77.5, 87.7,
94.3, 100, 103.4 and 111.5."""

_UNIT = r"/\s?(?P<unit{n}>km|mi|\d{{3}}\s?(?:m|y)(?:tr)?)\b"
_PERCENT = re.compile(
    r"(?P<a>\d{1,4}(?:\.\d{1,3})?)\s?%?(?:\s?[-–]\s?(?P<b>\d{1,4}(?:\.\d{1,3})?))?\s?%\s?pace\b", re.IGNORECASE
)
_CLOCK = re.compile(
    rf"(?<![\d:])(?P<a>\d{{1,2}}:[0-5]\d)(?:{_UNIT.format(n=1)})?"
    rf"(?:\s?[-–]\s?(?P<b>\d{{1,2}}:[0-5]\d)(?:{_UNIT.format(n=2)})?)?(?P<pace>\s?pace\b)?",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\bz(?P<a>[1-7])(?:\s?[-–]\s?z(?P<b>[1-7]))?\s?pace\b", re.IGNORECASE)


def has_pace(said: str) -> bool:
    """Whether a step goes by pace."""
    return bool(_PERCENT.search(said) or _ZONE.search(said) or _clock_in(said))


def pace_in(said: str, where: str, runner: Runner | None, repairs: Repairs) -> tuple[float, float] | None:
    """% of threshold speed, as they are written; ``None`` where there is no pace. Raises ``UnreadableSessionError``."""
    if match := _PERCENT.search(said):
        first, last = (float(match[end] or match["a"]) for end in "ab")
    elif match := _ZONE.search(said):
        first, last = (ZONE_PCT[int(match[end] or match["a"])] for end in "ab")
        repairs.add("zones of pace were read as the middle of those that Intervals.icu begins with")
    elif match := _clock_in(said):
        unit = match["unit1"] or match["unit2"]
        if unit is None:
            repairs.add("paces without a distance were read as minutes a kilometre")
        speeds = (_speed(match[end] or match["a"], unit or "km", where) for end in "ab")
        first, last = (pct_of_speed(speed, known_runner(runner)) for speed in speeds)
    else:
        return None
    return first, last


def _clock_in(said: str) -> re.Match[str] | None:
    """A pace in minutes and seconds, which names its distance or says that it is one."""
    return next((match for match in _CLOCK.finditer(said) if match["unit1"] or match["unit2"] or match["pace"]), None)


def _speed(clock: str, unit: str, where: str) -> float:
    minutes, seconds = map(int, clock.split(":"))
    number = re.sub(r"\D", "", unit)
    metres = float(number) * (0.9144 if "y" in unit.lower() else 1) if number else {"km": 1000.0}.get(unit.lower())
    taken = 60 * minutes + seconds
    return checked_speed((metres or METRES_A_MILE) / taken if taken else 0.0, where)
