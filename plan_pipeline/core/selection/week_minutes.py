"""What a week is to hold in bands of intensity, each day's part in it, and prices that bring a week there.

Hours come first: minutes are bought with points, never with hours.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import DayBounds, Envelope
from plan_pipeline.core.limits import MAX_SEVERE_MIN
from plan_pipeline.core.model.plan import BandMinutes, OverviewWeek
from plan_pipeline.core.model.vocabulary import Band, Weekday
from plan_pipeline.core.purpose.purpose import Purpose

Bands = tuple[int, ...]
"""Bands by their place in ``Band``."""

Prices = tuple[float, ...]
"""Points that a minute in each band costs; a price below 0 is paid for minutes that are wanted."""

NO_PRICES: Prices = (0.0,) * len(Band)

FIRST_PRICE = 4.0
PRICE_ROUNDS = 5
"""A price starts at so many points a minute, about what a week's dose costs, and doubles as long as it does too little;
where it did too much it is halved. Five rounds reach what the variety of four weeks weighs."""

UNMISSED_ROUNDS = 2
"""Prices that have brought a week no nearer in so many rounds will not."""

SLACK_MIN = 0.5
"""Missing minutes by less than this is meeting them."""

LEAST_DOSE_MIN = 4.0
"""A day whose part in a week's minutes is smaller has none."""

_PLACE = {band: place for place, band in enumerate(Band)}


class MinutesGoal(NamedTuple):
    """Minutes in some bands together that a week is to have at least and at most; ``wanted`` is what for.

    ``is_limit`` says that more is too much for the athlete, rather than more than is useful.
    """

    bands: Bands
    least: float
    most: float
    wanted: float = 0.0
    is_limit: bool = False

    def missed(self, by_band: Sequence[float]) -> float:
        """How far a week is above the most, or below the least; negative for below."""
        minutes = sum([by_band[band] for band in self.bands])
        if minutes > self.most + SLACK_MIN:
            return minutes - self.most
        return min(0.0, minutes - self.least + SLACK_MIN)


class Dose(NamedTuple):
    """The minutes in some bands that a day is to have of what its week is to have."""

    bands: Bands
    minutes: float


def goals_of(purpose: Purpose, week: OverviewWeek) -> tuple[MinutesGoal, ...]:
    """What a week's minutes in bands are held to: what its aim wants, and what the level has at most."""
    most = {band: purpose.most_minutes(band, week.week_number) for band in Band}
    found = [MinutesGoal((_PLACE[band],), 0.0, minutes, is_limit=True) for band, minutes in most.items()]
    found.append(MinutesGoal((_PLACE[Band.VO2MAX], _PLACE[Band.ANAEROBIC]), 0.0, MAX_SEVERE_MIN, is_limit=True))
    if purpose.is_on(Flag.GOAL_MINUTES):
        over = purpose.config.week.dose.over_wanted
        for target in week.minutes:
            bands = tuple(_PLACE[band] for band in target.bands)
            upper = max(target.wanted * over, target.least)
            found.append(MinutesGoal(bands, target.least, upper, target.wanted))
    return tuple(found)


def doses_of(
    goals: Iterable[MinutesGoal],
    allocations: Sequence[DurationAllocation],
    bounds: Mapping[Weekday, DayBounds],
    envelope: Envelope,
) -> dict[Weekday, tuple[Dose, ...]]:
    """Each day's part in what its week is wanted to have, by what workouts of its type usually hold."""
    doses: dict[Weekday, tuple[Dose, ...]] = {allocation.weekday: () for allocation in allocations}
    for goal in goals:
        if goal.wanted <= 0:
            continue
        usual = [envelope.typical_band_min(a.workout_type, bounds[a.weekday].limits, goal.bands, a.target_min)
                 for a in allocations]  # fmt: skip
        total = sum(usual)
        for allocation, minutes in zip(allocations, usual, strict=True):
            dose = goal.wanted * minutes / total if total else 0.0
            if dose >= LEAST_DOSE_MIN:
                doses[allocation.weekday] += (Dose(goal.bands, dose),)
    return doses


def main_target(week: OverviewWeek, by_band: Sequence[float]) -> BandMinutes | None:
    """The first of a week's targets that a session with so many minutes in each band serves."""
    served = (t for t in week.minutes if sum([by_band[_PLACE[band]] for band in t.bands]) >= LEAST_DOSE_MIN)
    return next(served, None)


class Priced(Protocol):
    """What was chosen at some prices."""

    @property
    def missed_min(self) -> float:
        """How far it is from the week's hours."""

    @property
    def by_band(self) -> Sequence[float]:
        """Its minutes in each band."""


P = TypeVar("P", bound=Priced)


def settled(first: P, goals: Sequence[MinutesGoal], again: Callable[[Prices], P | None], exact_min: float) -> P:
    """The choice that keeps nearest to the goals of those made at ever other prices, hours kept as near as at first."""
    best, least = first, badness(goals, first.by_band)
    found: P = first
    prices = [0.0] * len(goals)
    unmissed = 0
    for _ in range(PRICE_ROUNDS):
        missed = [goal.missed(found.by_band) for goal in goals]
        if not any(missed):
            break
        prices = [*_raised(prices, missed)]
        now = again(_by_band(goals, prices))
        if now is None:
            break
        found = now
        bad = badness(goals, found.by_band)
        unmissed += 1
        if found.missed_min <= max(first.missed_min, exact_min) and bad < least - 1e-9:
            best, least, unmissed = found, bad, 0
        if unmissed == UNMISSED_ROUNDS:
            break
    return best


def badness(goals: Iterable[MinutesGoal], by_band: Sequence[float]) -> float:
    """How badly minutes miss goals: shares of them, those beyond what the athlete can take counted most."""
    return sum([_weight(goal, missed) * abs(missed) for goal in goals if (missed := goal.missed(by_band))])


def _weight(goal: MinutesGoal, missed: float) -> float:
    if goal.is_limit:
        return OVER_LIMIT_WEIGHT / max(goal.most, 1.0)
    return BELOW_LEAST_WEIGHT / max(goal.least, 1.0) if missed < 0 else 1 / max(goal.most, 1.0)


OVER_LIMIT_WEIGHT, BELOW_LEAST_WEIGHT = 10.0, 4.0
"""More than the athlete can take is worse than less than the aim asks for, and that is worse than more than it does."""


def _raised(prices: Sequence[float], missed: Sequence[float]) -> Iterator[float]:
    for price, miss in zip(prices, missed, strict=True):
        if not miss:
            yield price
        elif price * miss > 0:
            yield 2 * price
        else:
            yield price / 2 if price else FIRST_PRICE * (1 if miss > 0 else -1)


def _by_band(goals: Sequence[MinutesGoal], prices: Sequence[float]) -> Prices:
    by_band = list(NO_PRICES)
    for goal, price in zip(goals, prices, strict=True):
        for band in goal.bands:
            by_band[band] += price
    return tuple(by_band)
