"""What differs between two planning configurations, field by field."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.frozen import Frozen

BY_NAME = ("goals", "events", "rules", "flags")
"""Parts whose entries have names of their own, and are added and removed as wholes."""


class Kind(StrEnum):
    """What became of a field, or of a goal, event type, rule or flag."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Change(Frozen):
    """One thing that is not as it was: ``where`` is the field, such as ``events.century.long_ride.hours_share``.

    ``before`` and ``after`` are null where there is none, and for what was added or removed as a whole.
    """

    kind: Kind
    where: str
    before: Any = None
    after: Any = None


def differences(before: PlanningConfig, after: PlanningConfig) -> tuple[Change, ...]:
    """Every difference of content, part by part; two configurations of one version have none."""
    return tuple(_between(before, after))


def _between(before: PlanningConfig, after: PlanningConfig) -> Iterator[Change]:
    for part in type(before).model_fields:
        if part in ("version", "sport"):
            continue
        old, new = (config.model_dump(mode="json", include={part}).get(part, {}) for config in (before, after))
        if part in BY_NAME:
            yield from (Change(kind=Kind.REMOVED, where=f"{part}.{name}") for name in old if name not in new)
            yield from (Change(kind=Kind.ADDED, where=f"{part}.{name}") for name in new if name not in old)
            old = {name: value for name, value in old.items() if name in new}
            new = {name: value for name, value in new.items() if name in old}
        yield from _fields(fields_of(old, part), fields_of(new, part))
    if before.rules.keys() == after.rules.keys() and list(before.rules) != list(after.rules):
        yield Change(kind=Kind.CHANGED, where="rules", before=list(before.rules), after=list(after.rules))


def _fields(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for where in dict.fromkeys([*old, *new]):
        if where not in new:
            yield Change(kind=Kind.REMOVED, where=where, before=old[where])
        elif where not in old:
            yield Change(kind=Kind.ADDED, where=where, after=new[where])
        elif old[where] != new[where]:
            yield Change(kind=Kind.CHANGED, where=where, before=old[where], after=new[where])


def fields_of(value: Any, where: str) -> dict[str, Any]:
    """Every number, word and list of such in JSON data, by the names and positions that lead to it."""
    if isinstance(value, dict):
        return {key: each for name in value for key, each in fields_of(value[name], f"{where}.{name}").items()}
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return {key: each for i, item in enumerate(value) for key, each in fields_of(item, f"{where}[{i}]").items()}
    return {where: value}
