"""Finding plans by what they are: their status, athlete, arm and goal, and any text."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from plan_pipeline.services.plan_states import WORST_FIRST, CurrentStatus, PlanState, plan_states
from plan_pipeline.storage.plans.plan_store import PlanStore


class PlanSearch(NamedTuple):
    """Conditions that all have to hold; by default every plan meets them.

    ``since`` is when a plan became what it is, or later. ``goal`` and ``text`` are looked for anywhere, without regard
    to case; ``text`` in all that is said of a plan.
    """

    statuses: Sequence[CurrentStatus] = ()
    athlete: str | None = None
    arm: str | None = None
    goal: str | None = None
    stale: bool = False
    since: dt.datetime | None = None
    text: str | None = None

    def finds(self, state: PlanState) -> bool:
        """Whether a plan meets all conditions."""
        return (
            (not self.statuses or state.status in self.statuses)
            and self.athlete in (None, state.athlete_id)
            and self.arm in (None, state.arm)
            and (not self.stale or state.stale)
            and (self.since is None or (state.since is not None and state.since >= self.since))
            and _holds(self.goal, [state.goal, state.goals])
            and _holds(self.text, _texts(state))
        )


def find_plans(store: PlanStore, search: PlanSearch, *, oldest: dt.datetime) -> list[PlanState]:
    """The plans that a search finds, those that need someone first, the worst of them at the top; then by id.

    A plan that was last made, confirmed or asked for before ``oldest`` is stale.
    """
    found = filter(search.finds, plan_states(store, oldest=oldest))
    return sorted(found, key=lambda state: (not state.needs_someone, WORST_FIRST[state.status], state.plan_id))


def in_numbers(states: Sequence[PlanState]) -> str:
    """How many plans of which status: ``3 plans: 1 rejected, 2 published; 1 stale``."""
    statuses = Counter(state.status for state in states)
    counts = ", ".join(f"{statuses[status]} {status.in_words}" for status in CurrentStatus if statuses[status])
    stale = sum(state.stale for state in states)
    plans = f"{len(states)} plan{'' if len(states) == 1 else 's'}"
    return plans + (f": {counts}" if counts else "") + (f"; {stale} stale" if stale else "")


def _texts(state: PlanState) -> Iterable[str | None]:
    said = (state.plan_id, state.status.in_words, state.athlete_id, state.experiment)
    return (*said, state.goal, state.event_type, state.goals, *state.reasons)


def _holds(wanted: str | None, texts: Iterable[str | None]) -> bool:
    return wanted is None or any(wanted.casefold() in text.casefold() for text in texts if text)
