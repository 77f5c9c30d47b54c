"""The levels of intensity that profiles are coloured by, and the colours of all pages.

The seven of power are Coggan's (Training and Racing with a Power Meter); their colours are those that head units and
training platforms have in common: grey, blue, green, yellow, orange, red, purple. Other sports have those of their
record, in the same colours and one more.
"""

from functools import cache
from typing import Final, NamedTuple

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.sports.records import record_of


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
"""Half-open, so that nothing falls between the published 55 and 56 %. They part sprints from other anaerobic work, as
the sport's own record does not."""

_DRAWN: Final = {Sport.CYCLING: ZONES}

USUAL_COLOURS: Final = 7
"""Zones that there is a colour for on every page; more of them take the style sheet for more."""


@cache
def zones_for(sport: Sport) -> tuple[Zone, ...]:
    """The zones that a sport's profiles are drawn in."""
    if sport in _DRAWN:
        return _DRAWN[sport]
    zones = record_of(sport).zones
    return tuple(
        Zone(number, zone.name, zone.low_pct, _range(zone.low_pct, zone.high_pct if zone is not zones[-1] else None))
        for number, zone in enumerate(zones, 1)
    )


def _range(low_pct: float, high_pct: float | None) -> str:
    if high_pct is None:
        return f"from {low_pct:g} %"
    return f"{low_pct:g}–{high_pct:g} %" if low_pct else f"to {high_pct:g} %"


def styles_for(sport: Sport) -> tuple[str, ...]:
    """The style sheets that colour a sport's zones."""
    return ("zones.css", *(("more_zones.css",) if len(zones_for(sport)) > USUAL_COLOURS else ()))


@cache
def bounds_for(sport: Sport) -> tuple[float, ...]:
    """Where the zones begin, but for the first, % of threshold."""
    return tuple(zone.begins_pct for zone in zones_for(sport)[1:])


def zone_of(pct: float, sport: Sport = Sport.CYCLING) -> int:
    """The number of the zone that an intensity lies in, % of threshold."""
    return 1 + sum(pct >= bound for bound in bounds_for(sport))
