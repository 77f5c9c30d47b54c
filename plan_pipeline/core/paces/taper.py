"""How many days a taper lasts: by the race's distance, by time constants, or by a fitted model.

Which of the three it is depends on what is known of the athlete; ``taper`` takes the best there is. Times are days.
"""

import math
from typing import Final, NamedTuple

from plan_pipeline.core.paces.vdot import RaceDistance
from plan_pipeline.core.word import Word
from plan_pipeline.core.wording import counted

BY_DISTANCE: Final = {
    RaceDistance.MARATHON: 21,
    RaceDistance.HALF_MARATHON: 10,
    RaceDistance.TEN_K: 7,
    RaceDistance.FIVE_K: 5,
    RaceDistance.MILE: 5,
}
"""Days by distance: StrideIQ's defaults (convention); the mile is as 5 km. For the marathon sources have 14 to 21 days.
Three weeks that only ever fall were 5 min 32 s faster than a minimal taper in 158,000 marathoners (Smyth & Lawlor 2021,
cohort)."""

FITTED_DAYS: Final = (7, 21)
"""What a fitted taper is held to: trials found gains over 8 to 14 days, cohorts up to 21 (choice)."""


class _Step(NamedTuple):
    """The rule for fitness time constants up to one: so many fatigue time constants, within so many days."""

    fitness_below: float
    factor: float
    least: int
    most: int


_BY_TIME_CONSTANTS = (
    _Step(fitness_below=30.0, factor=1.75, least=7, most=14),
    _Step(fitness_below=40.0, factor=2.0, least=10, most=18),
    _Step(fitness_below=math.inf, factor=2.25, least=14, most=21),
)
"""StrideIQ's rule (convention). It jumps at 30 and 40 days."""


class TaperMethod(Word):
    """What the length of a taper was taken from."""

    DISTANCE = "distance"
    TIME_CONSTANTS = "time_constants"
    FITTED_MODEL = "fitted_model"


class Taper(NamedTuple):
    """How many days, by what, and why in a sentence."""

    days: int
    method: TaperMethod
    rationale: str


def taper(
    distance: RaceDistance,
    fitness_days: float | None = None,
    fatigue_days: float | None = None,
    gain_ratio: float | None = None,
) -> Taper:
    """The taper by the best that is known: a fitted model, else its time constants, else the distance.

    ``fitness_days`` and ``fatigue_days`` are τ1 and τ2, ``gain_ratio`` is k2/k1. Raises ``ValueError`` as the three do.
    """
    if fitness_days is None or fatigue_days is None:
        return taper_by_distance(distance)
    if gain_ratio is None:
        return taper_by_time_constants(fitness_days, fatigue_days)
    return taper_by_model(fitness_days, fatigue_days, gain_ratio)


def taper_by_distance(distance: RaceDistance) -> Taper:
    """Days by the distance of the race."""
    days = BY_DISTANCE[distance]
    return Taper(days, TaperMethod.DISTANCE, f"{days} days are usual before a race over the {distance.in_words}")


def taper_by_time_constants(fitness_days: float, fatigue_days: float) -> Taper:
    """Days by τ1 and τ2 where their gains are not known: 1.75, 2 or 2.25 times τ2 by the size of τ1, rounded down.

    Raises ``ValueError`` for time constants that are not above zero, or where fatigue outlasts fitness.
    """
    _check_time_constants(fitness_days, fatigue_days)
    step = next(each for each in _BY_TIME_CONSTANTS if fitness_days < each.fitness_below)
    days = min(max(math.floor(step.factor * fatigue_days), step.least), step.most)
    rationale = (
        f"{step.factor:g} time constants of fatigue, {fatigue_days:g} days each, within {step.least} to {step.most} "
        f"days where fitness has one of {fitness_days:g} days"
    )
    return Taper(days, TaperMethod.TIME_CONSTANTS, rationale)


def taper_by_model(fitness_days: float, fatigue_days: float, gain_ratio: float) -> Taper:
    """Days by a fitted fitness-fatigue model, to the nearest day, held to 7 to 21.

    Raises ``ValueError`` as ``best_taper_days`` does.
    """
    best = best_taper_days(fitness_days, fatigue_days, gain_ratio)
    least, most = FITTED_DAYS
    days = min(max(round(best), least), most)
    held = "" if days == round(best) else f", held to {counted(days, 'day')}"
    gained = most_useful_days(fitness_days, fatigue_days, gain_ratio)
    rationale = (
        f"in the last {best:.1f} days before the race training costs more than it gives{held}; the most useful day is "
        f"{gained:.1f} days before it"
    )
    return Taper(days, TaperMethod.FITTED_MODEL, rationale)


def best_taper_days(fitness_days: float, fatigue_days: float, gain_ratio: float) -> float:
    """The best step taper after steady training, days, however deep the cut: ln(k2/k1)·τ1·τ2 / (τ1 - τ2).

    ``fitness_days`` and ``fatigue_days`` are τ1 and τ2, ``gain_ratio`` is k2/k1 (Banister 1975; Fitz-Clarke 1991).
    Raises ``ValueError`` for time constants that are not above zero, where fatigue outlasts fitness, and for a gain
    ratio of 1 or less, by which no taper helps.
    """
    _check_model(fitness_days, fatigue_days, gain_ratio)
    return math.log(gain_ratio) * _common_days(fitness_days, fatigue_days)


def most_useful_days(fitness_days: float, fatigue_days: float, gain_ratio: float) -> float:
    """How many days before the race a day's training adds most to it: ln(k2·τ1 / (k1·τ2))·τ1·τ2 / (τ1 - τ2).

    Arguments and errors as for ``best_taper_days``.
    """
    _check_model(fitness_days, fatigue_days, gain_ratio)
    return math.log(gain_ratio * fitness_days / fatigue_days) * _common_days(fitness_days, fatigue_days)


def _common_days(fitness_days: float, fatigue_days: float) -> float:
    return fitness_days * fatigue_days / (fitness_days - fatigue_days)


def _check_time_constants(fitness_days: float, fatigue_days: float) -> None:
    if not (0 < fatigue_days < fitness_days < math.inf):
        raise ValueError(
            f"time constants of {fitness_days:g} days for fitness and {fatigue_days:g} for fatigue cannot be used; "
            "both are above zero, and fitness outlasts fatigue"
        )


def _check_model(fitness_days: float, fatigue_days: float, gain_ratio: float) -> None:
    _check_time_constants(fitness_days, fatigue_days)
    if not 1 < gain_ratio < math.inf:
        raise ValueError(
            f"a gain of fatigue {gain_ratio:g} times that of fitness has no taper; it is above 1 where rest helps, "
            "so fit the model anew or go by the distance"
        )
