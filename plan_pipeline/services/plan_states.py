"""What each plan is now, by what is on disk: how its last generation ended, or what people did with it since.

Belongs here: the one answer that checks, the board, alerts and commands give. It reads the small files of a plan, a
fraction of a millisecond for each, and the plan itself only where somebody may have changed it.
"""

import datetime as dt
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.generation_ids import time_of_id
from plan_pipeline.storage.model_files import DamagedArtefactError
from plan_pipeline.storage.plans.plan_files import PLAN, REQUEST
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.plans.retirement import is_retired, retirement
from plan_pipeline.storage.plans.rollbacks import rollback_of


class CurrentStatus(StrEnum):
    """What a plan is now, the worst first; where several hold, what people did with it goes first."""

    DAMAGED = "damaged"
    ERROR = "error"
    NEVER_MADE = "never_made"
    REJECTED = "rejected"
    INFEASIBLE = "infeasible"
    ROLLED_BACK = "rolled_back"
    WITHHELD = "withheld"
    PUBLISHED = "published"
    RETIRED = "retired"

    @property
    def is_trouble(self) -> bool:
        """Whether a plan of this status may need somebody."""
        return self not in (CurrentStatus.PUBLISHED, CurrentStatus.RETIRED)

    @property
    def is_judged_by_age(self) -> bool:
        """Whether a plan of this status needs somebody once it is stale, and not before."""
        return self in (CurrentStatus.PUBLISHED, CurrentStatus.WITHHELD, CurrentStatus.NEVER_MADE)

    @property
    def in_words(self) -> str:
        return self.value.replace("_", " ")


WORST_FIRST: Final = {status: place for place, status in enumerate(CurrentStatus)}
"""The place of each status in a list that begins with the worst."""


class PlanState(Frozen):
    """What a plan is now, with what people look for it by.

    ``goal`` and ``event_type`` are ids, as the last generation read the request; before one they are what the request
    itself says. ``goals`` are in the athlete's words. What the request says is ``None`` where it cannot be read.
    ``since`` is when a published plan was last made, one that is not published was first made to the same end, or the
    plan was asked for, rolled back or retired. ``confirmed_at`` is when a later run found nothing to make anew. A plan
    is ``stale`` that was last made, confirmed or asked for too long ago; one that is retired or rolled back is not.
    """

    plan_id: str
    status: CurrentStatus
    athlete_id: str | None = None
    arm: str | None = None
    experiment: str | None = None
    goal: str | None = None
    event_type: str | None = None
    goals: str | None = None
    weeks: int | None = None
    generation_id: str | None = None
    generated_at: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None
    since: dt.datetime | None = None
    stale: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        return self.status is not CurrentStatus.RETIRED

    @property
    def needs_someone(self) -> bool:
        """Whether somebody has to look at the plan; one that was asked for lately has until the limit to be made."""
        return self.stale if self.status.is_judged_by_age else self.is_active

    @property
    def is_alarming(self) -> bool:
        """Whether the plan needs someone because the pipeline, and not its request, is at fault, or may be."""
        if self.status.is_judged_by_age:
            return self.stale
        return self.status in (CurrentStatus.DAMAGED, CurrentStatus.ERROR)


class StateCounts(NamedTuple):
    """How many plans there are of each status, and which need someone, the worst first and of these the oldest.

    ``failed`` are those that alarm whatever their age, ``outdated`` those that do for nothing but that.
    """

    by_status: Counter[CurrentStatus]
    stale: int
    need_someone: int
    failed: int
    outdated: int
    worst: tuple[PlanState, ...]

    @property
    def active(self) -> int:
        return self.by_status.total() - self.by_status[CurrentStatus.RETIRED]


def count_states(states: Iterable[PlanState], *, most: int) -> StateCounts:
    """Count plans, and name at most so many of those that need someone."""
    by_status: Counter[CurrentStatus] = Counter()
    flags: Counter[str] = Counter()

    def left() -> Iterator[PlanState]:
        for state in states:
            by_status[state.status] += 1
            outdated = state.status in (CurrentStatus.PUBLISHED, CurrentStatus.WITHHELD) and state.stale
            flags["outdated"] += outdated
            flags["failed"] += state.is_alarming and not outdated
            flags["stale"] += state.stale
            flags["need"] += state.needs_someone
            if state.needs_someone:
                yield state

    worst = tuple(heapq.nsmallest(most, left(), key=_worst_first))
    return StateCounts(by_status, flags["stale"], flags["need"], flags["failed"], flags["outdated"], worst)


def oldest_of(now: dt.datetime, stale_after_hours: float) -> dt.datetime:
    """Before when a plan was last made that is stale now."""
    return now - dt.timedelta(hours=stale_after_hours)


def plan_states(plans: PlanStore, *, oldest: dt.datetime, plan_ids: Iterable[str] | None = None) -> Iterator[PlanState]:
    """The states of all plans, retired ones too, in order; or of those that are named.

    A plan that was last made, confirmed or asked for before ``oldest`` is stale. Raises nothing for a plan whose files
    are bad: that is its state.
    """
    for plan_id in plans.plan_ids() if plan_ids is None else plan_ids:
        yield plan_state(plans, plan_id, oldest=oldest)


def plan_state(plans: PlanStore, plan_id: str, *, oldest: dt.datetime) -> PlanState:
    """The state of one plan; one that is not on disk is damaged, for want of a request."""
    known = PlanState(plan_id=plan_id, status=CurrentStatus.DAMAGED)
    problem: str | None = None
    record = None
    try:
        known = _with_request(known, plans.load_request(plan_id))
    except StorageError as error:
        problem = str(error)
    try:
        record = plans.load_generation_record(plan_id)
        known = known if record is None else _with_record(known, record)
    except StorageError as error:
        problem = problem or str(error)
    if is_retired(plans, plan_id):
        mark = retirement(plans, plan_id)
        return _changed(known, status=CurrentStatus.RETIRED, since=mark and mark.retired_at)
    if problem is None:
        try:
            return _state_of_active(plans, known, record, oldest)
        except StorageError as error:
            problem = str(error)
    return _changed(known, reasons=(problem,))


def _worst_first(state: PlanState) -> tuple[int, float, str]:
    at = state.since.timestamp() if state.since else 0.0
    return WORST_FIRST[state.status], at, state.plan_id


def _state_of_active(plans: PlanStore, known: PlanState, record: PlanRecord | None, oldest: dt.datetime) -> PlanState:
    is_in_place = plans.check_published(known.plan_id, record)
    rollback = rollback_of(plans, known.plan_id)
    if rollback is not None:
        why = f"generation {rollback.to_generation} is in place; batches skip the plan until it is launched"
        return _changed(known, status=CurrentStatus.ROLLED_BACK, since=rollback.at, reasons=(why,))
    if record is None:
        asked = dt.datetime.fromtimestamp((_folder(plans, known) / REQUEST).stat().st_mtime, dt.UTC)
        reasons = ("no generation has ended yet",)
        return _changed(known, status=CurrentStatus.NEVER_MADE, since=asked, stale=asked < oldest, reasons=reasons)
    status = CurrentStatus(record.outcome_word)
    if status is CurrentStatus.PUBLISHED and not is_in_place:
        remedy = f"`plan-pipeline rollback {known.plan_id}` puts its newest version in place"
        return _changed(known, reasons=(f"{_folder(plans, known) / PLAN} is gone; {remedy}",))
    seen = max(filter(None, (known.generated_at, known.confirmed_at)), default=None)
    stale = seen is not None and seen < oldest
    return _changed(known, status=status, stale=stale, reasons=(*record.reasons, *_remarks(record)))


def _remarks(record: PlanRecord) -> Iterator[str]:
    """What there is to tell of a plan beside the reasons why it is not published."""
    if record.overview_instead_of is not None:
        yield f"rules wrote the overview, as {record.overview_instead_of} gave none that could be used"


def _folder(plans: PlanStore, state: PlanState) -> Path:
    return plans.data.plan_folder(state.plan_id)


def _with_request(state: PlanState, request: PlanRequest) -> PlanState:
    profile = request.athlete_profile
    return _changed(
        state,
        athlete_id=profile.athlete_id,
        arm=request.options.duration,
        experiment=request.options.experiment,
        goal=request.goal,
        event_type=request.event.type if request.event else None,
        goals="; ".join(profile.goals) or None,
        weeks=request.total_weeks,
    )


def _with_record(state: PlanState, record: PlanRecord) -> PlanState:
    if time_of_id(record.generation_id) is None:
        remedy = "generate the plan again"
        raise DamagedArtefactError(f"{record.generation_id!r} is not the id of a generation; {remedy}")
    made, since = record.generated_at, record.status_since
    return _changed(
        state,
        arm=record.arm,
        experiment=record.experiment,
        goal=record.goal or state.goal,
        event_type=record.event_type or state.event_type,
        generation_id=record.generation_id,
        generated_at=made,
        confirmed_at=record.confirmed_at,
        since=made if record.status is PlanStatus.PUBLISHED else since or made,
    )


def _changed(state: PlanState, **changes: object) -> PlanState:
    return state.model_copy(update=changes)
