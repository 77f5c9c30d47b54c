"""What became of every workout of a legacy library, for people and for programs."""

from typing import Any

from plan_pipeline.core.model.frozen import Frozen

GivenValue = str | float | int | bool | None


class Rejected(Frozen):
    """A workout that is not in the new library. ``position`` counts from 0 in the old one's ``workouts``."""

    id: str
    position: int
    reason: str


class Inferred(Frozen):
    """A field that the old workout lacks or says in other words: what it was given, and by what rule."""

    id: str
    field: str
    value: GivenValue | tuple[str, ...]
    rule: str


class Repaired(Frozen):
    """A value that was written differently from how it is meant, and how it was read."""

    id: str
    field: str
    what: str


class Difference(Frozen):
    """A stated figure, kept here, and the one that the segments add up to, which the new library has."""

    id: str
    field: str
    stated: float
    computed: float


class Duplicate(Frozen):
    """A workout that the planner can make of another one, which is in the new library in its place."""

    id: str
    same_as: str
    reason: str


class Renamed(Frozen):
    """A workout whose id could not stay as it was."""

    id: str
    new_id: str
    reason: str


class LeftBehind(Frozen):
    """Fields that the current format has no place for; the backup has them."""

    id: str
    fields: tuple[str, ...]


class MigrationReport(Frozen):
    """The whole account. ``workouts_in`` is ``workouts_out`` and ``rejected`` together.

    ``duplicates`` and ``unrideable`` are among the ``rejected`` as well, and all three name workouts by the ids they
    had; the other lists by those they have now. ``extensible`` counts workouts that can be made longer or shorter.
    """

    source: str
    schema_version: str
    library_version: str | None
    workouts_in: int
    workouts_out: int
    extensible: int
    extensible_share: float
    rejected: tuple[Rejected, ...]
    inferred: tuple[Inferred, ...]
    duplicates: tuple[Duplicate, ...]
    differences: tuple[Difference, ...]
    repaired: tuple[Repaired, ...]
    renamed: tuple[Renamed, ...]
    unrideable: tuple[str, ...]
    left_behind: tuple[LeftBehind, ...]
    by_type: dict[str, int]
    metadata: dict[str, Any]
    """What the old library said of itself."""


class Notes:
    """What is noted of one workout while it is read: it becomes part of the report if the workout is kept."""

    def __init__(self) -> None:
        self.inferred: list[tuple[str, GivenValue | tuple[str, ...], str]] = []
        self.repaired: list[tuple[str, str]] = []
        self.differences: list[tuple[str, float, float]] = []
        self.left_behind: tuple[str, ...] = ()

    def infer(self, field: str, value: GivenValue | tuple[str, ...], rule: str) -> None:
        self.inferred.append((field, value, rule))

    def repair(self, field: str, what: str) -> None:
        self.repaired.append((field, what))

    def differ(self, field: str, stated: float, computed: float) -> None:
        self.differences.append((field, stated, computed))
