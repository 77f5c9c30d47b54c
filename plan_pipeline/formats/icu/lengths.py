"""Lengths of steps in the text of Intervals.icu, and cadences: ``10m`` is minutes, ``400mtr`` metres."""

import re
from typing import Final

from plan_pipeline.core.paces.vdot import METRES_A_MILE

_PART = (
    r"(\d{1,5}(?:[.,]\d{1,6})?)\s?(hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s|'|\")(?![a-z])"
    r"(?:(\d{1,2})(?![\w%.,'\"]))?"
)
"""A length, or one part of it; ``1m30`` has its seconds without a unit."""

LENGTH: Final = re.compile(rf"(?<![\w.,]){_PART}", re.IGNORECASE)
_MORE = re.compile(rf"\s?{_PART}", re.IGNORECASE)

DISTANCE: Final = re.compile(
    r"(?<![\w.,:/])(?P<number>\d{1,6}(?:[.,]\d{1,6})?)\s?(?P<unit>km|mi|mtr|yd)\b", re.IGNORECASE
)
CADENCE: Final = re.compile(r"\b\d{2,3}(?:-\d{2,3})?\s*rpm\b", re.IGNORECASE)
_METRES: Final = {"km": 1000.0, "mi": METRES_A_MILE, "mtr": 1.0, "yd": 0.9144}


def seconds_of(said: str, first: re.Match[str]) -> tuple[float, int]:
    """The length that begins at a match, of one or several parts, and where it ends."""
    seconds, match = 0.0, first
    while True:
        unit = match[2].lower()
        each = 3600 if unit.startswith("h") else 60 if unit[0] in "m'" else 1
        seconds += float(match[1].replace(",", ".")) * each
        if match[3] and each > 1:
            seconds += int(match[3]) * (each // 60)
        following = _MORE.match(said, match.end())
        if following is None or each == 1:
            return float(round(seconds)), match.end()
        match = following


def metres_of(match: re.Match[str]) -> float:
    """The metres of a distance."""
    return round(float(match["number"].replace(",", ".")) * _METRES[match["unit"].lower()], 3)
