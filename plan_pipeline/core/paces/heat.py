"""How much slower to run in heat and humidity: a note beside a pace, never a change to a stored percentage."""

from itertools import pairwise
from typing import Final, NamedTuple

SLOWER_PCT: Final = (
    (100.0, 0.0),
    (110.0, 0.5),
    (120.0, 1.0),
    (130.0, 2.0),
    (140.0, 3.0),
    (150.0, 4.5),
    (160.0, 6.0),
    (170.0, 8.0),
    (180.0, 10.0),
)
"""Air temperature plus dew point, °F, and % slower for continuous running (Hadley 2013, Maximum Performance Running;
convention). Above the last no hard running."""

REPEATS_SHARE: Final = 0.5
"""What repeats with rests slow down, as a share of continuous running (Hadley 2013)."""

AIR_RANGE_C: Final = (-60.0, 60.0)
"""Air temperatures that are taken for such."""


class HeatAdvice(NamedTuple):
    """Air plus dew point in °F, and how much slower continuous running is to be, %.

    ``low_pct`` and ``high_pct`` are the ends of the chart's row, ``slower_pct`` what is interpolated within it; all
    are ``None`` where no hard running is advised.
    """

    sum_f: float
    slower_pct: float | None
    low_pct: float | None
    high_pct: float | None

    @property
    def hard_running(self) -> bool:
        """Whether hard running is advised at all."""
        return self.slower_pct is not None

    @property
    def repeats_pct(self) -> tuple[float, float] | None:
        """The range for repeats with rests, %: half that of continuous running."""
        if self.low_pct is None or self.high_pct is None:
            return None
        return REPEATS_SHARE * self.low_pct, REPEATS_SHARE * self.high_pct

    @property
    def in_words(self) -> str:
        """``4.5–6 % slower, repeats 2.25–3 %``, ``no slower`` or ``no hard running``."""
        if self.low_pct is None or self.high_pct is None or self.repeats_pct is None:
            return "no hard running"
        if self.high_pct == 0:
            return "no slower"
        low, high = self.repeats_pct
        return f"{self.low_pct:g}–{self.high_pct:g} % slower, repeats {low:g}–{high:g} %"


def heat_advice(air_c: float, dew_point_c: float) -> HeatAdvice:
    """How much slower to run at an air temperature and dew point in °C, by their sum in °F.

    Raises ``ValueError`` for an air temperature outside -60 to 60 °C and for a dew point above it.
    """
    coldest, hottest = AIR_RANGE_C
    if not coldest <= air_c <= hottest:
        raise ValueError(f"air of {air_c:g} °C is outside {coldest:g} to {hottest:g} °C; give degrees Celsius")
    if not dew_point_c <= air_c:
        raise ValueError(f"the dew point of {dew_point_c:g} °C is above the air's {air_c:g} °C, which it never is")
    sum_f = _fahrenheit(air_c) + _fahrenheit(dew_point_c)
    (lowest, _), (highest, _) = SLOWER_PCT[0], SLOWER_PCT[-1]
    if sum_f <= lowest:
        return HeatAdvice(sum_f, 0.0, 0.0, 0.0)
    if sum_f > highest:
        return HeatAdvice(sum_f, None, None, None)
    (below, low), (above, high) = next(row for row in pairwise(SLOWER_PCT) if sum_f <= row[1][0])
    return HeatAdvice(sum_f, low + (high - low) * (sum_f - below) / (above - below), low, high)


def _fahrenheit(celsius: float) -> float:
    return celsius * 9 / 5 + 32
