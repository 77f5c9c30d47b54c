"""Measures of single runs: how much there is of each kind of work, and what they are called."""

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from plan_pipeline.core.adding import added
from plan_pipeline.core.load_over_time import Stretch, minutes_from
from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.rules.plan_view import PlanView, RideView, WeekView
from plan_pipeline.core.rules.rule import Finding, broken, kept
from plan_pipeline.core.rules.running.runs import METRES_A_KM
from plan_pipeline.core.wording import likewise, number

_ROUNDING = 0.05

_BEGINS_WITH = (
    WorkoutType.MARATHON_PACE,
    WorkoutType.THRESHOLD,
    WorkoutType.RACE_PACE,
    WorkoutType.REPETITION,
)
"""Types at whose lowest intensity the four kinds of work begin."""


class _Cap(NamedTuple):
    """A kind of work from a share of threshold up to another: the most of it in a run, and of a week's kilometres."""

    name: str
    from_pct: float
    below_pct: float
    most_min: float | None
    most_km: float | None
    most_pct: float


class _Excess(NamedTuple):
    week: int
    share: float
    message: str


def training_caps(
    plan: PlanView,
    marathon_min: float,
    marathon_km: float,
    threshold_min: float,
    interval_km: float,
    repetition_km: float,
    marathon_week_pct: float,
    threshold_week_pct: float,
    interval_week_pct: float,
    repetition_week_pct: float,
) -> Finding:
    """No run holds more work at marathon pace, threshold, interval or repetition pace than one run should.

    Their shares of the week are told as a note, since a share means something else for a fast and for a slow runner.
    Measures the largest share of a cap that a run has, in %.
    """
    marathon, threshold, interval, repetition = (plan.sport.lowest_pct[kind] for kind in _BEGINS_WITH)
    caps = (
        _Cap("marathon pace", marathon, threshold, marathon_min, marathon_km, marathon_week_pct),
        _Cap("threshold", threshold, interval, threshold_min, None, threshold_week_pct),
        _Cap("interval pace", interval, repetition, None, interval_km, interval_week_pct),
        _Cap("repetition pace", repetition, math.inf, None, repetition_km, repetition_week_pct),
    )
    found = [excess for week in plan.weeks for excess in _in_runs(plan, week, caps)]
    worst = max(found, key=lambda excess: excess.share, default=None)
    if worst is None:
        return kept(None)
    value = round(100 * worst.share)
    over = [excess for excess in found if excess.share > 1 + 1e-6]
    if not over:
        noted = max(
            (each for week in plan.weeks for each in _in_week(plan, week, caps)),
            key=lambda excess: excess.share,
            default=None,
        )
        return kept(value, f"Week {noted.week}: {noted.message}." if noted else "")
    weeks = tuple(dict.fromkeys(excess.week for excess in over))
    return broken(value, weeks, f"Week {worst.week}: {worst.message}{likewise(weeks, worst.week)}; run less of it.")


def _in_runs(plan: PlanView, week: WeekView, caps: tuple[_Cap, ...]) -> Iterator[_Excess]:
    for ride in week.rides:
        if not ride.is_run or ride.is_test or ride.session.highest_pct < caps[0].from_pct:
            continue
        for cap in caps:
            minutes, km = _work(plan, ride, cap)
            for amount, most, unit in ((minutes, cap.most_min, "min"), (km, cap.most_km, "km")):
                if most and amount > _ROUNDING:
                    message = f"{number(amount)} {unit} at {cap.name} on {ride.workout.weekday}, at most {most:g}"
                    yield _Excess(week.number, amount / most, message)


def _in_week(plan: PlanView, week: WeekView, caps: tuple[_Cap, ...]) -> Iterator[_Excess]:
    """Kinds of work that are more of a week than is usual."""
    for cap in caps:
        km = added(_work(plan, ride, cap)[1] for ride in week.rides if ride.is_run and not ride.is_test)
        pct = 100 * km / week.km if week.km else 0.0
        if pct > cap.most_pct + _ROUNDING:
            message = f"{number(pct, 0)} % of the week's kilometres are at {cap.name}, where {cap.most_pct:g} are usual"
            yield _Excess(week.number, pct / cap.most_pct, message)


def _work(plan: PlanView, ride: RideView, cap: _Cap) -> tuple[float, float]:
    """Minutes and kilometres of a kind of work in a run."""
    if ride.session.highest_pct < cap.from_pct:
        return 0.0, 0.0
    minutes, pct = _minutes_and_pct(ride.session.content.by_intensity, cap.from_pct, cap.below_pct)
    speed = plan.request.athlete_profile.runner.speed(pct) if minutes > 0 else 0.0
    return minutes, minutes * 60 * speed / METRES_A_KM


@lru_cache(maxsize=4096)
def _minutes_and_pct(stretches: tuple[Stretch, ...], from_pct: float, below_pct: float) -> tuple[float, float]:
    """Minutes between two intensities, and the mean of steady stretches there; where only ramps cross, the first."""
    all_min = minutes_from(stretches, from_pct) - minutes_from(stretches, below_pct)
    within = [(minutes, (a + b) / 2) for minutes, a, b in stretches if from_pct <= min(a, b) and max(a, b) < below_pct]
    total = added(minutes for minutes, _ in within)
    return all_min, added(minutes * pct for minutes, pct in within) / total if total else from_pct


def threshold_type(plan: PlanView) -> Finding:
    """No run is of a type, or called by a word, that means one pace to some and another to others.

    Measures how many are.
    """
    found = [
        (week.number, ride.workout, word)
        for week in plan.weeks
        for ride in week.rides
        if (word := _refused(plan, ride))
    ]
    if not found:
        return kept(0.0)
    week, workout, word = found[0]
    weeks = tuple(dict.fromkeys(number for number, _, _ in found))
    return broken(
        float(len(found)),
        weeks,
        f"Week {week}: {_called(workout)} on {workout.weekday} has the word {word}"
        f"{likewise(weeks, week)}, {plan.sport.refused_words[word]}.",
    )


def _refused(plan: PlanView, ride: RideView) -> str | None:
    workout, refused = ride.workout, plan.sport.refused_words
    of_types = {workout.type, *[segment.type for segment in workout.segments]}
    return next((word for word in refused if word in of_types or word in _words_of(workout.name)), None)


@lru_cache(maxsize=1024)
def _words_of(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name.lower()))


def _called(workout: Workout) -> str:
    return f"{workout.name!r}" if workout.name else "the run"
