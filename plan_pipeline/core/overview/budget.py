"""A week laid out, and the kilometres that such a week comes to where a plan counts them."""

import math
from collections.abc import Callable
from typing import Final, NamedTuple

from plan_pipeline.core.duration.day_limits import DayLimits, day_limits
from plan_pipeline.core.duration.distributor import DurationAllocation
from plan_pipeline.core.duration.envelope import DayBounds, Envelope
from plan_pipeline.core.limits import GRID_MIN
from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline.core.overview.week_room import training_day
from plan_pipeline.core.purpose.purpose import Purpose

STEP_KM: Final = 0.5
"""Kilometres of a week are on a grid of so much."""

ROUNDS: Final = 3
FAR_SHARE: Final = 0.02
"""A week's minutes are settled in so many rounds; kilometres that are still this far off are not to be had."""

SPARE_KM: Final = 2.0
SPARE_SHARE: Final = 0.06
"""A week before the last whose easy days have less room than this, or this share of it, is asked for half as much less,
so that it is not missed; one without easy days as well, since key sessions and long runs rather give than take. The
days of the last week are as short as they can be."""


class Budget(NamedTuple):
    """A week laid out: its days, the minutes they are to have, and how those are spread.

    ``km`` is what a week that counts kilometres is to have, ``pace_factor`` by how much the minutes that are wanted for
    that differ from those of the usual mix, and ``had_share`` how much of them the days can have.
    """

    days: tuple[DayBounds, ...] = ()
    minutes: int = 0
    tss: float = 0.0
    spread: tuple[DurationAllocation, ...] = ()
    pace_factor: float = 1.0
    had_share: float = 1.0
    km: float | None = None

    @property
    def usual_minutes(self) -> float:
        """Minutes of the usual mix that it stands for: those that were wanted, or as far as its days can have them."""
        wanted = self.minutes / self.had_share
        return (wanted if abs(wanted - self.minutes) < GRID_MIN else self.minutes) / self.pace_factor


class WeekKm:
    """The kilometres of the weeks of one plan."""

    def __init__(self, purpose: Purpose, envelope: Envelope) -> None:
        self._purpose = purpose
        self._envelope = envelope
        self.pace_factor = 1.0
        """That of the week that was settled last, with which the next one is nearly right at once."""

    def settled(
        self, number: int, first: Budget, again: Callable[[float], Budget], most_km: float | None = None
    ) -> Budget:
        """The week with the minutes that its kilometres take at the paces of its sessions.

        Run and walk goes by the clock: a week of it keeps its minutes, and no kilometres are set for it. ``again`` lays
        it out for a multiple of the minutes that the usual mix would take. It has at most ``most_km``.
        """
        target_km, budget = min(self._target_km(first.usual_minutes), most_km or math.inf), first
        easy = self._easy_limits(number)
        for _ in range(ROUNDS):
            km = self._typical_km(budget, easy)
            if not km or abs(km - target_km) <= STEP_KM:
                break
            found = again(target_km / km * budget.had_share * budget.pace_factor)
            if not found.days:
                break
            budget = found
        self.pace_factor = budget.pace_factor
        if self._purpose.walks_in(number):
            return budget
        km = self._typical_km(budget, easy)
        has_easy = any(day.workout_type is easy.workout_type and day.shortest < day.longest for day in budget.days)
        near = has_easy and abs(km - target_km) <= max(STEP_KM, FAR_SHARE * target_km)
        goal_km = target_km if near else round(km / STEP_KM) * STEP_KM
        if most_km is not None and goal_km <= most_km + STEP_KM:
            goal_km = min(goal_km, most_km)
        spare_km = max(SPARE_KM, SPARE_SHARE * km)
        is_tight = not has_easy or self._room_km(budget, easy) < spare_km
        if is_tight and number < self._purpose.request.total_weeks:
            reachable_km = float(math.floor((km - spare_km / 2) / STEP_KM)) * STEP_KM
            goal_km = min(goal_km, max(reachable_km, STEP_KM))
        return budget._replace(km=goal_km)

    def _room_km(self, budget: Budget, easy: DayLimits) -> float:
        """Kilometres that the easy days could have more within what their days hold."""
        targets = {day.weekday: day.target_min for day in budget.spread}
        speed = self._purpose.request.athlete_profile.runner.speed(self._envelope.typical_pct(easy.workout_type, easy))
        minutes = sum(
            day.longest - targets[day.weekday] for day in budget.days if day.workout_type is easy.workout_type
        )
        return minutes * 60 * speed / 1000

    def _target_km(self, minutes: float) -> float:
        """Kilometres of so many minutes of a week by the share of the fullest week that they are, on the grid."""
        km = self._purpose.weekly_km * minutes / (60 * self._purpose.hours)
        return round(km / STEP_KM) * STEP_KM

    def _easy_limits(self, number: int) -> DayLimits:
        """What easy days are held to; where a beginner walks by turns they are slower by much."""
        easy = self._purpose.config.week.easy
        patterns = () if easy is None else self._purpose.walk_patterns(number) or easy.plain
        day = training_day(Weekday.MONDAY, self._purpose.sport.parts.easy, patterns=patterns)
        return day_limits(self._purpose, number, day)

    def _typical_km(self, budget: Budget, easy: DayLimits) -> float:
        runner = self._purpose.request.athlete_profile.runner
        km = 0.0
        for day in budget.spread:
            limits = easy if day.workout_type is easy.workout_type else day.limits
            speed = runner.speed(self._envelope.typical_pct(day.workout_type, limits))
            km += day.target_min * 60 * speed / 1000
        return km
