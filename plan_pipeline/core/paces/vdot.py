"""VDOT: what a runner can do as one number, from a race, and back to the times of other races.

Source: Daniels & Gilbert 1979, Oxygen Power. The tables that are printed from the formula are rounded more coarsely, by
up to 0.19 %.
"""

import math
import re
from typing import Final, NamedTuple

from plan_pipeline.core.word import Word

METRES_A_MILE: Final = 1609.344

MIN_VDOT: Final = 15.0
"""About 5 km in 53 min or a marathon in 8 h; below it people walk, and the cost of running says nothing (choice)."""

MAX_VDOT: Final = 90.0
"""Above every record: the best half marathon is 87, the best marathon, 5 km and 10 km are 85 to 86 (choice)."""

MIN_DISTANCE_M, MAX_DISTANCE_M = 1_500.0, 50_000.0
"""Races that the formula is used for. It was made for efforts of about 3.5 min to 4 h (choice)."""

SLOW_VDOT: Final = 39.0
"""Below it training paces follow a corrected VDOT; see ``corrected_vdot``."""

_COST = (-4.60, 0.182258, 0.000104)
"""Oxygen cost of running at v m/min, ml/kg/min: c0 + c1·v + c2·v²."""

_LOWEST_SHARE = 0.8
_SHARE_TERMS = ((0.1894393, 0.012778), (0.2989558, 0.1932605))
"""Share of VO2max that is held for t min: 0.8 + Σ a·e^(-b·t)."""

SAME_DISTANCE = 0.01
"""Distances this near to each other, as a share, are one race."""

_BISECTIONS = 60
"""Halvings of an interval: beyond what a float tells apart."""


_A_NAME = re.compile(r"[a-z\d][a-z\d _-]*", re.ASCII | re.IGNORECASE)


class RaceDistance(Word):
    """The distances that times are given for. ``5 km``, ``HM``, ``half`` and the like are read."""

    MILE = "mile"
    FIVE_K = "5k"
    TEN_K = "10k"
    HALF_MARATHON = "half_marathon"
    MARATHON = "marathon"

    @classmethod
    def _missing_(cls, value: object) -> "RaceDistance | None":
        """A spelling without regard to case, spaces and hyphens; 1.0 km is not 10 km, and -5 km not 5 km."""
        is_name = isinstance(value, str) and _A_NAME.fullmatch(value.strip())
        return super()._missing_(value) if is_name else None

    @classmethod
    def _aliases(cls) -> dict[str, str]:
        return {
            **dict.fromkeys(("1mile", "onemile", "1mi"), "mile"),
            **dict.fromkeys(("5km", "5kms", "5000m", "5000", "parkrun"), "5k"),
            **dict.fromkeys(("10km", "10kms", "10000m", "10000"), "10k"),
            **dict.fromkeys(("half", "hm", "halfmara", "21k", "21km"), "half_marathon"),
            **dict.fromkeys(("full", "fm", "fullmarathon", "42k", "42km"), "marathon"),
        }

    @property
    def metres(self) -> float:
        """The measured length of the race."""
        return _METRES[self]

    def is_about(self, metres: float) -> bool:
        """Whether so many metres are this race, to within 1 %."""
        return abs(self.metres - metres) <= SAME_DISTANCE * self.metres

    @property
    def in_words(self) -> str:
        """As it stands in a sentence: ``10 km``, ``half marathon``."""
        return _IN_WORDS[self]


class Effort(NamedTuple):
    """A distance in metres that was run all out in a time in seconds."""

    distance_m: float
    time_s: float

    @property
    def speed_m_s(self) -> float:
        return self.distance_m / self.time_s


_METRES = {
    RaceDistance.MILE: METRES_A_MILE,
    RaceDistance.FIVE_K: 5_000.0,
    RaceDistance.TEN_K: 10_000.0,
    RaceDistance.HALF_MARATHON: 21_097.5,
    RaceDistance.MARATHON: 42_195.0,
}
_IN_WORDS = {
    RaceDistance.MILE: "mile",
    RaceDistance.FIVE_K: "5 km",
    RaceDistance.TEN_K: "10 km",
    RaceDistance.HALF_MARATHON: "half marathon",
    RaceDistance.MARATHON: "marathon",
}


def oxygen_cost(speed_m_per_min: float) -> float:
    """Oxygen that running takes on the flat, ml/kg/min, at a speed in metres a minute."""
    constant, linear, squared = _COST
    return constant + linear * speed_m_per_min + squared * speed_m_per_min**2


def speed_m_per_min(oxygen: float) -> float:
    """The speed in metres a minute that takes so much oxygen, ml/kg/min: the inverse of ``oxygen_cost``."""
    constant, linear, squared = _COST
    return (-linear + math.sqrt(linear**2 + 4 * squared * (oxygen - constant))) / (2 * squared)


def share_sustained(minutes: float) -> float:
    """The share of VO2max that a race of so many minutes is run at: 0.888 of an hour."""
    return _LOWEST_SHARE + sum(size * math.exp(-rate * minutes) for size, rate in _SHARE_TERMS)


def vdot_of(distance_m: float, time_s: float) -> float:
    """The VDOT of a race, ml/kg/min: oxygen cost over the share that is sustained for so long.

    Raises ``ValueError`` for a distance outside 1.5 to 50 km, for a time that is not above zero, and for a race that
    is faster or slower than the formula is good for.
    """
    _check_distance(distance_m)
    if not (math.isfinite(time_s) and time_s > 0):
        raise ValueError(f"a race takes more than no time; {time_s:g} s was given")
    found = _vdot(distance_m, time_s / 60)
    speed = f"{distance_m / 1000:g} km in {time_s / 60:.1f} min"
    if found > MAX_VDOT:
        raise ValueError(f"{speed} is faster than any record; check distance and time")
    if found < MIN_VDOT:
        raise ValueError(f"{speed} is slower than running, so no paces follow from it; check distance and time")
    return found


def race_time_s(distance_m: float, vdot: float) -> float:
    """The time in seconds that a VDOT stands for over a distance in metres, by bisection: VDOT falls with time.

    Raises ``ValueError`` for a distance outside 1.5 to 50 km and a VDOT outside 15 to 90.
    """
    _check_distance(distance_m)
    check_vdot(vdot)
    shortest, longest = distance_m / speed_m_per_min(2 * MAX_VDOT), distance_m / speed_m_per_min(0.5 * MIN_VDOT)
    for _ in range(_BISECTIONS):
        middle = (shortest + longest) / 2
        if _vdot(distance_m, middle) > vdot:
            shortest = middle
        else:
            longest = middle
    return (shortest + longest) / 2 * 60


def check_vdot(vdot: float) -> None:
    """Raises ``ValueError`` for a VDOT outside 15 to 90."""
    if not MIN_VDOT <= vdot <= MAX_VDOT:
        raise ValueError(f"VDOT {vdot:.4g} is outside {MIN_VDOT:g} to {MAX_VDOT:g}, which paces are known for")


def corrected_vdot(vdot: float) -> float:
    """The VDOT that easy, interval and repetition paces of slow runners follow: 2/3·VDOT + 13 below 39, else itself.

    At low speed the oxygen cost is too flat, so that the formula's training paces are slower than those of the
    published tables (StrideIQ, which matches vdoto2.com by it; convention). It is continuous at 39.
    """
    return vdot if vdot >= SLOW_VDOT else vdot * 2 / 3 + 13.0


def _vdot(distance_m: float, minutes: float) -> float:
    return oxygen_cost(distance_m / minutes) / share_sustained(minutes)


def _check_distance(distance_m: float) -> None:
    if not MIN_DISTANCE_M <= distance_m <= MAX_DISTANCE_M:
        raise ValueError(
            f"{distance_m / 1000:g} km is outside {MIN_DISTANCE_M / 1000:g} to {MAX_DISTANCE_M / 1000:g} km, "
            "which race times can be compared over; take another race"
        )
