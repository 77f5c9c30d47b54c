"""Phases of a plan of any length, fitted from the standard plan that is nearest to it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from plan_pipeline.core.config.aim import StandardPhases
from plan_pipeline.core.wording import counted, listed

KEPT_LAST: Final = 3
"""Of the last phase, the race-specific one, so many load weeks are never dropped."""

FITTED_WEEKS: Final = 6
"""How far from a standard plan a length may lie for its phases to mean what they are called."""


class Fitting(NamedTuple):
    """Load weeks of each phase in order, and in words what was dropped or repeated for them."""

    load_weeks: tuple[int, ...]
    changes: str


def fitted(standards: Sequence[StandardPhases], names: Sequence[str], load_weeks: int, total_weeks: int) -> Fitting:
    """The phases of a plan with so many load weeks, by name.

    Fewer than the nearest standard plan has: base weeks go first, then a week of each phase in turn, and what is left
    of base and the phases before the last ones merges into those; the last three race-specific weeks stay. More: base
    grows first, then the phases between are gone through again.
    """
    nearest = min(standards, key=lambda plan: (abs(plan.weeks - total_weeks), -plan.weeks))
    counts = list(nearest.load_weeks)
    missing = sum(counts) - load_weeks
    own = list(counts)
    if missing > 0:
        _drop(counts, missing)
    elif missing < 0:
        _repeat(counts, -missing)
    changes = _changes(nearest, names, own, counts) + _far_from(nearest, total_weeks)
    return Fitting(tuple(counts), changes)


def _far_from(standard: StandardPhases, total_weeks: int) -> str:
    """What to know of a length that lies too far from any standard plan."""
    apart = total_weeks - standard.weeks
    if abs(apart) <= FITTED_WEEKS:
        return ""
    remedy = "build a base first and start later" if apart > 0 else "take a later race"
    difference = f"{counted(abs(apart), 'week')} {'more' if apart > 0 else 'fewer'}"
    return f" That is {difference} than it has, and phases are fitted over {FITTED_WEEKS}: better {remedy}."


def _drop(counts: list[int], missing: int) -> None:
    """Take so many weeks out, as long as there are any to take."""
    kept = [0] * (len(counts) - 1) + [min(KEPT_LAST, counts[-1])]
    while missing and counts[0] > 1:
        counts[0] -= 1
        missing -= 1
    while missing:
        open_phases = [i for i in range(1, len(counts)) if counts[i] > max(kept[i], 1)]
        open_phases = open_phases or [i for i in range(len(counts) - 1) if counts[i] > 0] or [len(counts) - 1]
        longest = max(open_phases, key=lambda i: (counts[i], -i))
        counts[longest] -= 1
        missing -= 1
        if sum(counts) == 0:
            counts[-1] = 1
            return


def _repeat(counts: list[int], more: int) -> None:
    """Add so many weeks: half as many again to base, the others to the phases between it and the last, in turn."""
    to_base = min(more, max(2, counts[0]))
    counts[0] += to_base
    between = range(1, len(counts) - 1) or range(len(counts))
    for i in range(more - to_base):
        counts[between[i % len(between)]] += 1


def _changes(standard: StandardPhases, names: Sequence[str], own: Sequence[int], counts: Sequence[int]) -> str:
    parts = []
    for name, before, after in zip(names, own, counts, strict=True):
        if after < before:
            parts.append(f"{counted(before - after, 'week')} of {name} dropped")
        elif after > before:
            parts.append(f"{counted(after - before, 'week')} of {name} more")
    if not parts:
        return ""
    return f"Fitted from the standard plan of {standard.weeks} weeks: {listed(parts)}; cutbacks and the ramp are new."
