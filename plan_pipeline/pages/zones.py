"""The seven levels of intensity that profiles are coloured by, and the colours of all pages.

Levels are Coggan's (Training and Racing with a Power Meter); their colours are those that head units and training
platforms have in common: grey, blue, green, yellow, orange, red, purple.
"""

from typing import Final, NamedTuple


class Zone(NamedTuple):
    """A level, from ``begins_pct`` of threshold up to where the next one begins."""

    number: int
    name: str
    begins_pct: float
    range_pct: str


ZONES: Final = (
    Zone(1, "recovery", 0.0, "to 55 %"),
    Zone(2, "endurance", 56.0, "56–75 %"),
    Zone(3, "tempo", 76.0, "76–90 %"),
    Zone(4, "threshold", 91.0, "91–105 %"),
    Zone(5, "VO2max", 106.0, "106–120 %"),
    Zone(6, "anaerobic", 121.0, "121–150 %"),
    Zone(7, "sprint", 151.0, "over 150 %"),
)
"""Half-open, so that nothing falls between the published 55 and 56 %."""

BOUNDS: Final = tuple(zone.begins_pct for zone in ZONES[1:])


def zone_of(pct: float) -> int:
    """The number of the zone that an intensity lies in, % of threshold."""
    return 1 + sum(pct >= bound for bound in BOUNDS)
