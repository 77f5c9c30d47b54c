"""Plans as rows of a list: few columns for people, all for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from plan_pipeline.cli.text_table import GAP
from plan_pipeline.services.plan_states import PlanState

COLUMNS = (
    "plan_id",
    "status",
    "stale",
    "athlete_id",
    "arm",
    "experiment",
    "goal",
    "event_type",
    "goals",
    "weeks",
    "generation_id",
    "generated_at",
    "confirmed_at",
    "since",
    "reasons",
)
_LEAST_WIDTH, _MOST_WIDTH = 16, 72
"""Columns for what a plan is about, in a terminal and where there is none."""

_CAN_BE_DONE_WITHOUT = ("weeks", "arm", "since", "about")
"""What is left out of a narrow table, in this order."""

Rows = tuple[Sequence[str], list[Sequence[Any]]]


def for_programs(states: Sequence[PlanState]) -> Rows:
    """Every field of a plan's state; several reasons are joined."""
    return COLUMNS, [list(_values(state)) for state in states]


def for_people(states: Sequence[PlanState], width: int | None) -> Rows:
    """A line a plan, within ``width``: what is wrong with it, or else what it is for."""
    columns: dict[str, list[Any]] = {
        "plan": [state.plan_id for state in states],
        "status": [f"{state.status.in_words}{', stale' if state.stale else ''}" for state in states],
        "arm": [state.arm or "" for state in states],
        "weeks": [state.weeks for state in states],
        "since": [f"{state.since:%Y-%m-%d}" if state.since else "" for state in states],
    }
    left_out = iter(_CAN_BE_DONE_WITHOUT)
    room = _MOST_WIDTH if width is None else width - _width_of(columns)
    while room < _LEAST_WIDTH and (name := next(left_out)) in columns:
        del columns[name]
        room = (width or 0) - _width_of(columns)
    if room >= _LEAST_WIDTH:
        columns["about"] = [_shortened(_about(state), room) for state in states]
    return tuple(columns), list(zip(*columns.values(), strict=True))


def _width_of(columns: Mapping[str, Sequence[Any]]) -> int:
    """Of a table that has one column more."""
    return 1 + sum(max(map(len, map(str, [name, *cells]))) + len(GAP) for name, cells in columns.items())


def _about(state: PlanState) -> str:
    if state.reasons and state.status.is_trouble:
        return state.reasons[0]
    for_what = dict.fromkeys([state.event_type, state.goal, state.goals])
    return ", ".join(filter(None, for_what))


def _shortened(text: str, width: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1].rstrip()}…"


def _values(state: PlanState) -> Iterator[Any]:
    for name in COLUMNS:
        value = getattr(state, name)
        if name == "reasons":
            yield "; ".join(value)
        elif isinstance(value, dt.datetime):
            yield value.isoformat()
        else:
            yield value
