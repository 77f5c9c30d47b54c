"""What coach texts are made of: pools of sentences, several for each thing to say, so that weeks do not read alike.

Belongs here: which pools there are, and taking turns. Does not belong here: the sentences (see ``ride_phrases``,
``run_phrases``, and ``common_phrases`` for those of both).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from plan_pipeline.core.model.vocabulary import Phase, WorkoutType

Pool = tuple[str, ...]


class Phrases(NamedTuple):
    """The sentences of a sport.

    ``aims`` is what a session of a type is for, to follow "to" or "you"; ``else_for`` the type whose aims stand for
    those of types without any. ``laid_out`` is on long sessions by what they are laid out like.
    """

    aims: Mapping[WorkoutType, Pool]
    else_for: WorkoutType
    with_dose: Pool
    without_dose: Pool
    long: Pool
    long_no_event: Pool
    longest: Pool
    late_work: Pool
    laid_out: Mapping[str, Pool]
    light_long: Pool
    tests: Pool
    openers: Pool
    sharpening: Pool
    watch: Mapping[WorkoutType, Pool]
    watch_long: Pool
    watch_easy: Pool
    watch_biggest: Pool
    last_before_recovery: Pool
    recovery: Pool
    taper: Pool
    event_week: Pool
    openings: Mapping[Phase, Pool]
    first: Mapping[Phase, str]
    test: Pool
    work: Pool
    work_one: Pool


class Turns:
    """Takes the phrases of each pool by turns, so that the same one comes back as late as it can."""

    def __init__(self) -> None:
        self._taken: Counter[int] = Counter()

    def next(self, pool: Sequence[str]) -> str:
        turn = self._taken[id(pool)]
        self._taken[id(pool)] += 1
        return pool[turn % len(pool)]
