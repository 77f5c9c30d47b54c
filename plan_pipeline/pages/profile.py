"""A workout as its profile of intensity: what to draw in the colour of each zone, and the minutes in each.

Computed once per shape, however many plans hold the workout.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from plan_pipeline.core.content.stretches import split_all
from plan_pipeline.core.load import SECONDS_PER_MINUTE, Shape, shape_of
from plan_pipeline.core.load_over_time import Stretch, minutes_from
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.pages.zones import bounds_for, zone_of

TOP_PCT: Final = 160
"""The height of a profile, % of threshold; sprints above it are cut off, so that all profiles have one scale."""

OFF_THE_BIKE: Final = 0
OFF_THE_BIKE_PCT: Final = 45.0
"""How high work that has no intensity is drawn."""


class Area(NamedTuple):
    """All that lies in one zone, as the data of an SVG path: seconds from the left, % of threshold from the bottom."""

    zone: int
    path: str


class Profile(NamedTuple):
    """A profile to draw, ``seconds`` wide and ``TOP_PCT`` high, and the minutes in each zone from the first."""

    seconds: int
    areas: tuple[Area, ...]
    zone_minutes: tuple[float, ...]


def profile_of(segments: Sequence[Segment], sport: Sport = Sport.CYCLING) -> Profile:
    """The profile of a session in the zones of its sport."""
    return _profile_of(shape_of(segments), sport)


@lru_cache(maxsize=65_536)
def _profile_of(shape: Shape, sport: Sport) -> Profile:
    paths: dict[int, list[str]] = {}
    ridden: list[Stretch] = []
    start = 0.0
    for minutes, first, last in shape:
        if first is None or last is None:
            pieces, on_bike = [(minutes, OFF_THE_BIKE_PCT, OFF_THE_BIKE_PCT)], False
        else:
            pieces, on_bike = _split_by_zone((minutes, first, last), sport), True
            ridden += pieces
        for length, a, b in pieces:
            zone = zone_of((a + b) / 2, sport) if on_bike else OFF_THE_BIKE
            paths.setdefault(zone, []).append(_block(start, start + length, a, b))
            start += length
    from_bounds = [
        sum(length for length, _, _ in ridden),
        *(minutes_from(ridden, bound) for bound in bounds_for(sport)),
        0.0,
    ]
    return Profile(
        seconds=max(1, round(start * SECONDS_PER_MINUTE)),
        areas=tuple(Area(zone, "".join(paths[zone])) for zone in sorted(paths)),
        zone_minutes=tuple(here - beyond for here, beyond in pairwise(from_bounds)),
    )


def _split_by_zone(stretch: Stretch, sport: Sport) -> list[Stretch]:
    pieces = [stretch]
    if stretch[1] != stretch[2]:
        for bound in bounds_for(sport):
            pieces = split_all(pieces, bound)
    return pieces


def _block(start_min: float, end_min: float, first_pct: float, last_pct: float) -> str:
    """A block on the ground line, its top as steep as the ramp."""
    left, right = (round(minutes * SECONDS_PER_MINUTE) for minutes in (start_min, end_min))
    before, after = (TOP_PCT - round(min(pct, TOP_PCT)) for pct in (first_pct, last_pct))
    top = f"V{before}H{right}" if before == after else f"V{before}L{right} {after}"
    return f"M{left} {TOP_PCT}{top}V{TOP_PCT}z"


class Gathered:
    """The distinct profiles of a page, each drawn once under a name of its own."""

    def __init__(self) -> None:
        self._names: dict[Profile, str] = {}

    def name_of(self, profile: Profile) -> str:
        """What to refer to a profile by."""
        return self._names.setdefault(profile, f"p{len(self._names) + 1}")

    def __iter__(self) -> Iterator[tuple[str, Profile]]:
        return ((name, profile) for profile, name in self._names.items())
