"""The record of a sport."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import Band, Sport, TssMethod, WorkoutType


class Words(NamedTuple):
    """What is said of a sport: ``a long ride``, ``the rider``, ``off the bike``, ``what is ridden``, ``you ride``.

    ``note`` explains to readers of a page what its percentages and its load are.
    """

    session: str
    sessions: str
    athlete: str
    doing: str
    done: str
    intensity: str
    off: str
    do: str
    note: str


class SessionTypes(NamedTuple):
    """Which type of session plays which part in a week.

    ``easy`` fills days, ``long`` is the long session's own, ``recovery`` follows hard days, ``brisk`` is quality that
    is not hard, ``varied`` a longer session that may hold hard work, ``threshold`` the usual key session. ``openers``
    come on the eve of an event, where the sport has a type for them.
    """

    easy: WorkoutType
    long: WorkoutType
    recovery: WorkoutType
    brisk: WorkoutType
    varied: WorkoutType
    threshold: WorkoutType
    openers: WorkoutType | None = None


class Zone(NamedTuple):
    """A zone of intensity, % of threshold, from ``low_pct`` to below ``high_pct``."""

    name: str
    low_pct: float
    high_pct: float


class Levels(NamedTuple):
    """Where time by intensity is counted from, % of threshold: zones 2 and 3 of three, intense and severe work."""

    zone_2_pct: float
    zone_3_pct: float
    intense_pct: float
    severe_pct: float


class SportRecord(NamedTuple):
    """All that code has to know of a sport.

    ``types`` are the types of session it has. ``easier`` is what stands in for a type that the library lacks, or that
    comes too early, ``lowest_pct`` what a type is made of at least, % of threshold, and ``delivers`` the types whose
    workouts hold work in a band. Easy work is up to ``easy_ceiling_pct``, a recovery session up to
    ``recovery_ceiling_pct``; ``critical_pct`` is the intensity above which work is paid from a store that is soon
    empty. ``threshold`` says what intensity is a share of, ``reserve`` what that store is called where it is shown.
    Sessions of ``unmeasured`` types need no intensity, and no workout is called by a word of ``refused_words``, which
    are given with what to say instead.
    """

    sport: Sport
    types: tuple[WorkoutType, ...]
    parts: SessionTypes
    easier: Mapping[WorkoutType, WorkoutType]
    lowest_pct: Mapping[WorkoutType, float]
    delivers: Mapping[Band, Collection[WorkoutType]]
    zones: tuple[Zone, ...]
    levels: Levels
    recovery_ceiling_pct: float
    critical_pct: float
    segment: type[Segment]
    threshold: str
    words: Words
    reserve: str = ""
    unmeasured: Collection[WorkoutType] = ()
    refused_words: Mapping[str, str] = MappingProxyType({})

    @property
    def easy_ceiling_pct(self) -> float:
        """The highest intensity that is easy, as its segments have it, % of threshold."""
        return self.segment.easy_ceiling_pct

    @property
    def tss_method(self) -> TssMethod:
        """How load is reckoned, as its segments say."""
        return self.segment.tss_method

    @property
    def trained_types(self) -> tuple[WorkoutType, ...]:
        """The types but rest."""
        return tuple(kind for kind in self.types if kind is not WorkoutType.REST)

    @property
    def no_key_types(self) -> frozenset[WorkoutType | None]:
        """The types that are no key session of a week."""
        return frozenset({WorkoutType.REST, WorkoutType.TEST, self.parts.recovery, self.parts.openers})
