"""Single efforts and sprints: which share of the longest possible one they are."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from plan_pipeline.core.config.content import EffortLimits, MaximalMinutes, SprintLimits
from plan_pipeline.core.content.stretches import by_intensity, highest_pct, minutes_of, split_all
from plan_pipeline.core.content.w_balance import Surge, surges_of
from plan_pipeline.core.load_over_time import Stretch


class Effort(NamedTuple):
    """What is ridden without a real break: ``work`` at or above the lowest intensity that counts, in order, and the
    surges above threshold in it.
    """

    work: tuple[Stretch, ...]
    surges: tuple[Surge, ...]


class Sprint(NamedTuple):
    """Seconds at a power, % of threshold, and whether there are others like it in the session."""

    seconds: float
    pct: float
    is_repeated: bool


def efforts_of(stretches: Sequence[Stretch], limits: EffortLimits) -> tuple[Effort, ...]:
    """The efforts of a session, each once that is repeated.

    Stretches at or above ``from_pct`` belong to one effort until there are ``ends_after_min`` below it in a row: 5
    seconds easy in the middle do not make two efforts of 49 minutes, and neither do steps at different powers. The
    easy seconds in between take nothing. A ramp counts from where it crosses.
    """
    if highest_pct(stretches) < limits.from_pct:
        return ()
    unlike = dict.fromkeys(_runs(stretches, limits))
    return tuple([Effort(work, surges_of(whole)) for work, whole in unlike])


def _runs(stretches: Sequence[Stretch], limits: EffortLimits) -> Iterator[tuple[tuple[Stretch, ...], ...]]:
    """For each effort its work, and the same with what is below it in between."""
    work: list[Stretch] = []
    whole: list[Stretch] = []
    easy: list[Stretch] = []
    for stretch in split_all(stretches, limits.from_pct):
        if stretch[1] < limits.from_pct or stretch[2] < limits.from_pct:
            easy.append(stretch)
            continue
        if work and minutes_of(easy) >= limits.ends_after_min - _ROUNDING:
            yield tuple(work), tuple(whole)
            work, whole = [], []
        whole += [*easy, stretch] if work else [stretch]
        work.append(stretch)
        easy = []
    if work:
        yield tuple(work), tuple(whole)


def share_of_maximal(effort: Effort, maximal: Sequence[MaximalMinutes]) -> float:
    """The share of what a rider could hold that an effort takes, 1 for all of it.

    Shares of stretches at different intensities add up. Above the highest point its time is taken, since W′ balance
    judges what lies above threshold, and below the lowest point that of the lowest.
    """
    minutes_at = by_intensity(effort.work)
    return sum([minutes * _mean_per_minute(a, b, maximal) for minutes, a, b in minutes_at])


def maximal_minutes(pct: float, maximal: Sequence[MaximalMinutes]) -> float:
    """How long a share of threshold can be held: log(minutes) is linear between the points, level beyond them."""
    if pct <= maximal[0].pct:
        return maximal[0].minutes
    for easier, harder in pairwise(maximal):
        if pct <= harder.pct:
            position = (pct - easier.pct) / (harder.pct - easier.pct)
            return easier.minutes * math.exp(position * math.log(harder.minutes / easier.minutes))
    return maximal[-1].minutes


_ROUNDING = 1e-6


def _mean_per_minute(a: float, b: float, maximal: Sequence[MaximalMinutes]) -> float:
    """The share that a minute takes on the way from a to b: exact, as the rate is exponential between two points."""
    if a == b:
        return 1 / maximal_minutes(a, maximal)
    low, high = min(a, b), max(a, b)
    edges = [low, *[point.pct for point in maximal if low < point.pct < high], high]
    taken = 0.0
    for start, end in pairwise(edges):
        first, last = (1 / maximal_minutes(pct, maximal) for pct in (start, end))
        mean = first if math.isclose(first, last) else (last - first) / math.log(last / first)
        taken += mean * (end - start)
    return taken / (high - low)


# --- sprints ---------------------------------------------------------------------------------------------


def best_sprint_pct(seconds: float, limits: SprintLimits) -> float:
    """The best power over so many seconds, % of threshold, interpolated over log(seconds)."""
    (t0, p0), (t1, p1) = ((end.seconds, end.pct) for end in (limits.shortest, limits.longest))
    position = math.log(max(seconds, t0) / t0) / math.log(t1 / t0)
    return p0 + (p1 - p0) * min(position, 1)


def repeated_sprint_pct(seconds: float, limits: SprintLimits) -> float:
    """The most that a sprint among several asks for, % of threshold."""
    return round(best_sprint_pct(seconds, limits) * limits.repeats_share / limits.step_pct) * limits.step_pct


def sprints_of(stretches: Sequence[Stretch], limits: SprintLimits) -> tuple[Sprint, ...]:
    """The efforts of a session that are short enough and hard enough to be held against the best sprint.

    Only those above the most that a sprint among several asks for: whatever is easier is no matter of sprinting.
    """
    least_pct = repeated_sprint_pct(limits.longest.seconds, limits)
    if highest_pct(stretches) <= least_pct:
        return ()
    held = [(60 * minutes_of(list(run)), pct) for pct, run in groupby(stretches, key=lambda stretch: max(stretch[1:]))]
    hard = [
        (seconds, pct)
        for seconds, pct in held
        if pct > least_pct and seconds <= limits.longest.seconds and pct > repeated_sprint_pct(seconds, limits)
    ]
    return tuple(Sprint(seconds, pct, len(hard) > 1) for seconds, pct in hard)
