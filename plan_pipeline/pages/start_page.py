"""The start page: all plans, to be searched, each with a link to its page."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from plan_pipeline.pages.shell import render
from plan_pipeline.pages.words import goal_in_words

LONGEST_REMARK: Final = 160


class PlanLine(NamedTuple):
    """A plan in the list. ``page`` is the address of its page from this one, empty where it has none; ``goal`` an id.

    ``is_trouble`` says that the status is one that needs somebody.
    """

    plan_id: str
    page: str
    athlete: str
    goal: str
    weeks: str
    status: str
    is_trouble: bool
    made: str
    remark: str

    @property
    def goal_words(self) -> str:
        return goal_in_words(self.goal)


class InstanceLine(NamedTuple):
    """A plan on dates in the list. ``page`` is the address of its page from this one, empty where it has none."""

    instance_id: str
    page: str
    athlete: str
    plan_id: str
    first_day: dt.date
    last_day: dt.date
    status: str


def start_page(
    plans: Sequence[PlanLine],
    instances: Sequence[InstanceLine] = (),
    *,
    statuses: Iterable[str],
    libraries: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The lists of ``plans`` and of ``instances`` as one HTML page, in the order given; ``libraries`` are the addresses
    of the pages of libraries by what they are called.

    Statuses are counted in the order of ``statuses``.
    """
    found = Counter(plan.status for plan in plans)
    goals = sorted({plan.goal for plan in plans if plan.goal})
    return render(
        "start.html",
        styles=("lists.css",),
        script="filter.js",
        plans=[plan._replace(remark=_shortened(plan.remark)) for plan in plans],
        instances=instances,
        counts=[(status, found[status]) for status in statuses if found[status]],
        goals=[(goal, goal_in_words(goal)) for goal in goals],
        libraries=libraries,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_REMARK else text[: LONGEST_REMARK - 1] + "…"
