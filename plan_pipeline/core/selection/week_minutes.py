"""What a week is to hold in bands of intensity, each day's part in it, and prices that bring a week there.

Hours come first: minutes are bought with points, never with hours.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import DayBounds, Envelope
from plan_pipeline.core.model.plan import BandMinutes, OverviewWeek
from plan_pipeline.core.model.vocabulary import Band, Weekday
from plan_pipeline.core.purpose.purpose import Purpose

Bands = tuple[int, ...]
"""Bands by their place in ``Band``."""

Prices = tuple[float, ...]
"""Points that a minute in each band costs; a price below 0 is paid for minutes that are wanted."""

NO_PRICES: Prices = (0.0,) * len(Band)

FIRST_PRICE = 3.0
PRICE_ROUNDS = 6
"""A price starts at so many points a minute, about what a week's dose costs, and doubles as long as it does too little;
between one that does too little and one that does too much the next is halfway."""

NEAR_ENOUGH = 0.1
"""A week is not chosen again for a few minutes more than are wanted: a tenth of them."""

UNMISSED_ROUNDS = 3
"""Prices that have brought a week no nearer in so many rounds will not."""

SLACK_MIN = 0.05
"""Missing minutes by less than this is meeting them: sixths and thirds of minutes do not add up to whole ones."""

LEAST_DOSE_MIN = 4.0
"""A day whose part in a week's minutes is smaller has none."""

_PLACE = {band: place for place, band in enumerate(Band)}


class MinutesGoal(NamedTuple):
    """Minutes in some bands together that a week is to have at least and at most; ``wanted`` is what for.

    ``is_limit`` says that more is too much for the athlete, rather than more than is useful, ``is_emphasis`` that they
    are what the week is mainly for.
    """

    bands: Bands
    least: float
    most: float
    wanted: float = 0.0
    is_limit: bool = False
    is_emphasis: bool = False

    def missed(self, held: "BandsHeld") -> float:
        """How far a week is above the most, or below the least; negative for below. Tests are no part of a limit."""
        by_band = held.without_tests if self.is_limit else held.in_all
        minutes = sum([by_band[band] for band in self.bands])
        if minutes > self.most + SLACK_MIN:
            return minutes - self.most
        return minutes - self.least if minutes < self.least - SLACK_MIN else 0.0


class BandsHeld(NamedTuple):
    """The minutes that a week holds in each band, in all and without those of tests."""

    in_all: tuple[float, ...]
    without_tests: tuple[float, ...]


class Dose(NamedTuple):
    """The minutes in some bands that a day is to have of what its week is to have."""

    bands: Bands
    minutes: float


def goals_of(purpose: Purpose, week: OverviewWeek) -> tuple[MinutesGoal, ...]:
    """What a week's minutes in bands are held to: what its aim wants, and what the level has at most."""
    most = {band: purpose.most_minutes(band, week.week_number) for band in Band}
    found = [MinutesGoal((_PLACE[band],), 0.0, minutes, is_limit=True) for band, minutes in most.items()]
    from_106_min = purpose.config.rule_number("time-above-105", "at_most_min")
    found.append(MinutesGoal((_PLACE[Band.VO2MAX], _PLACE[Band.ANAEROBIC]), 0.0, from_106_min, is_limit=True))
    if purpose.is_on(Flag.GOAL_MINUTES):
        over = purpose.config.week.dose.over_wanted
        for target in week.minutes:
            bands = tuple(_PLACE[band] for band in target.bands)
            upper = max(target.wanted * over, target.least)
            is_emphasis = target is week.minutes[0]
            found.append(MinutesGoal(bands, target.least, upper, target.wanted, is_emphasis=is_emphasis))
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
    def held(self) -> BandsHeld:
        """Its minutes in each band."""


P = TypeVar("P", bound=Priced)


def settled(first: P, goals: Sequence[MinutesGoal], again: Callable[[Prices], P | None], exact_min: float) -> P:
    """The choice that keeps nearest to the goals of those made at ever other prices, hours kept as near as at first."""
    best, least = first, badness(goals, first.held)
    prices = [_Price() for _ in goals]
    last, unmissed = first, 0
    for _ in range(PRICE_ROUNDS):
        if badness(goals, last.held) < NEAR_ENOUGH:
            break
        missed = [goal.missed(last.held) for goal in goals]
        prices = [price.after(each) for price, each in zip(prices, missed, strict=True)]
        found = again(_by_band(goals, prices))
        if found is None:
            break
        last, unmissed = found, unmissed + 1 + (found.held == last.held)
        bad = badness(goals, found.held)
        if found.missed_min <= max(first.missed_min, exact_min) and bad < least - 1e-9:
            best, least, unmissed = found, bad, 0
        if unmissed >= UNMISSED_ROUNDS:
            break
    return best


class _Price(NamedTuple):
    """The price of a goal's minutes: ``now``, the last one that let a week have too many, and that left it too few."""

    now: float = 0.0
    too_many_at: float | None = None
    too_few_at: float | None = None

    def after(self, missed: float) -> "_Price":
        """The next price to try, after a week that missed the goal at this one."""
        if not missed:
            return self
        too_many_at, too_few_at = (self.now, self.too_few_at) if missed > 0 else (self.too_many_at, self.now)
        if too_many_at is not None and too_few_at is not None and too_many_at < too_few_at:
            return _Price((too_many_at + too_few_at) / 2, too_many_at, too_few_at)
        sign = 1 if missed > 0 else -1
        further = 2 * self.now if self.now * sign > 0 else sign * FIRST_PRICE
        return _Price(further, too_many_at, too_few_at)


def badness(goals: Iterable[MinutesGoal], held: BandsHeld) -> float:
    """How badly minutes miss goals: shares of them, those beyond what the athlete can take counted most."""
    return sum([_weight(goal, missed) * abs(missed) for goal in goals if (missed := goal.missed(held))])


def _weight(goal: MinutesGoal, missed: float) -> float:
    if goal.is_limit:
        return OVER_LIMIT_WEIGHT / max(goal.most, 1.0)
    if missed > 0:
        return 1 / max(goal.most, 1.0)
    return (EMPHASIS_WEIGHT if goal.is_emphasis else BELOW_LEAST_WEIGHT) / max(goal.least, 1.0)


OVER_LIMIT_WEIGHT, EMPHASIS_WEIGHT, BELOW_LEAST_WEIGHT = 10.0, 6.0, 3.0
"""More than the athlete can take is worse than less than the aim asks for, above all of what a week is mainly for, and
that is worse than more than it does."""


def _by_band(goals: Sequence[MinutesGoal], prices: Sequence[_Price]) -> Prices:
    by_band = list(NO_PRICES)
    for goal, price in zip(goals, prices, strict=True):
        for band in goal.bands:
            by_band[band] += price.now
    return tuple(by_band)
