"""Load from day to day, and time by intensity: formulas over days of TSS and over a workout's segments."""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from statistics import fmean
from typing import NamedTuple

from plan_pipeline.core.sports.sport import Levels

CTL_DAYS, ATL_DAYS = 42, 7
"""Time constants of fitness and fatigue, days (Coggan)."""

CTL_SHARE = 1 - math.exp(-1 / CTL_DAYS)
ATL_SHARE = 1 - math.exp(-1 / ATL_DAYS)
"""How far a day moves CTL and ATL towards its TSS: 0.023528 and 0.133122 (forum.intervals.icu/t/5788)."""

SEVERE_PCT = 105.0
"""The top of Coggan's threshold level, % of FTP: above it no effort is steady."""


Stretch = tuple[float, float, float]
"""(minutes, intensity at one end, intensity at the other), % of FTP."""


class DayLoad(NamedTuple):
    """A day's TSS, the CTL and ATL after it, and the TSB on its morning."""

    tss: float
    ctl: float
    atl: float
    tsb: float


class IntensityMinutes(NamedTuple):
    """Minutes in three zones, and of work that is ``intense`` and ``severe``, from where the sport's levels say.

    Zones are half-open, so that limits published as 75/76 and 105/106 leave no gap. The three of cycling are Coggan's
    levels gathered at the first and second threshold, 1-2, 3-4 and 5 and up: level 4 lies around the second threshold
    and belongs to the middle zone as a whole, because it is ridden as one kind of session.
    """

    zone_1: float = 0.0
    zone_2: float = 0.0
    zone_3: float = 0.0
    intense: float = 0.0
    severe: float = 0.0


def load_over_time(daily_tss: Iterable[float], start_ctl: float, start_atl: float | None = None) -> tuple[DayLoad, ...]:
    """CTL, ATL and TSB for days of TSS in a row, from the values on the evening before the first.

    CTLₜ = CTLₜ₋₁ + (TSS - CTLₜ₋₁)·(1 - e^(-1/42)), ATL the same with 7 days. TSB is yesterday's CTL minus
    yesterday's ATL, TrainingPeaks' convention. ``start_atl`` is ``start_ctl`` unless given: an athlete whose
    training has been even.
    """
    ctl, atl = start_ctl, start_ctl if start_atl is None else start_atl
    days = []
    for tss in daily_tss:
        tsb = ctl - atl
        ctl += (tss - ctl) * CTL_SHARE
        atl += (tss - atl) * ATL_SHARE
        days.append(DayLoad(tss, ctl, atl, tsb))
    return tuple(days)


def monotony(daily_tss: Sequence[float]) -> float | None:
    """Mean daily TSS over its standard deviation, rest days included; ``None`` where all days are the same.

    The deviation is that of the days themselves, not an estimate from a sample: the week is all there is
    (Foster 1998, Med Sci Sports Exerc 30:1164).
    """
    if min(daily_tss) == max(daily_tss):
        return None
    mean = fmean(daily_tss)
    return mean / math.sqrt(fmean([(tss - mean) ** 2 for tss in daily_tss]))


def minutes_from(stretches: Iterable[Stretch], level_pct: float) -> float:
    """Minutes at or above a level, % of FTP; a ramp counts from the moment it crosses the level."""
    return math.fsum(
        [minutes * _share_from(a, b, level_pct) for minutes, a, b in stretches if a >= level_pct or b >= level_pct]
    )


def minutes_above(stretches: Iterable[Stretch], level_pct: float) -> float:
    """Minutes above a level: as ``minutes_from``, without what is ridden steadily at the level itself."""
    return minutes_from([s for s in stretches if max(s[1:]) > level_pct], level_pct)


@lru_cache(maxsize=4096)
def intensity_minutes(stretches: Sequence[Stretch], levels: Levels) -> IntensityMinutes:
    """Minutes by intensity in what is ridden or run, counted from a sport's levels; computed once per shape.

    Severe is what is above its level, all else what is at or above it.
    """
    second = minutes_from(stretches, levels.zone_2_pct)
    third = minutes_from(stretches, levels.zone_3_pct)
    return IntensityMinutes(
        zone_1=math.fsum(minutes for minutes, _, _ in stretches) - second,
        zone_2=second - third,
        zone_3=third,
        intense=minutes_from(stretches, levels.intense_pct),
        severe=minutes_above(stretches, levels.severe_pct),
    )


def _share_from(a: float, b: float, level: float) -> float:
    low, high = (a, b) if a <= b else (b, a)
    if low >= level:
        return 1.0
    return (high - level) / (high - low) if high > level else 0.0
