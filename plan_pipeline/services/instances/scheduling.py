"""Putting plans on dates: an instance is made once, moved, cancelled and put on dates again, and keeps its id."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import count
from typing import Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from plan_pipeline.core.model.athlete import AthleteId
from plan_pipeline.core.model.days import FIRST_DAY, LAST_DAY, days_later, monday_of
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.instance import DIGITS, MARK, PlanInstance, plan_of_instance
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.on_dates import with_remarks
from plan_pipeline.services.pages.page_files import keep_instance_pages
from plan_pipeline.services.sources import InForce
from plan_pipeline.storage.instances import InstanceStore
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import is_retired

_ATHLETE: Final[TypeAdapter[str]] = TypeAdapter(AthleteId)


class ScheduleError(ValueError):
    """A plan that cannot be put on the dates that are asked for; the text says why and what to do."""


class Done(StrEnum):
    """What was done to an instance."""

    CREATED = "created"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"
    UNCHANGED = "unchanged"


class Scheduled(Frozen):
    """An instance as it is now, with remarks unless it is cancelled, and what was done to it."""

    instance: PlanInstance
    done: Done


def schedule_plan(
    store: PlanStore,
    plan_id: str,
    start: dt.date,
    athletes: Iterable[str] = (),
    *,
    in_force: InForce,
    now: dt.datetime,
    with_page: bool = False,
) -> list[Scheduled]:
    """Put a plan on dates, from the Monday ``start``: an instance for each athlete, or for the plan's own.

    ``in_force`` is asked where a page is written. An instance of the plan that begins on that day for that athlete is
    the one; where it was cancelled it is put on its
    dates again. Raises ``ScheduleError`` for a plan that is not there, not published or retired, and for a day or an
    athlete that cannot be; nothing is made then.
    """
    names = [_athlete(name) for name in dict.fromkeys(athletes)]
    if not store.data.plan_folder(plan_id).is_dir():
        raise ScheduleError(f"there is no plan {plan_id!r} in {store.data.plans}; check the id")
    with store.lock(plan_id):
        plan = _template(store, plan_id)
        _check_start(start, plan)
        wanted = dict.fromkeys(names or [plan.training_plan.athlete_profile.athlete_id])
        done = [_put_on_dates(store, plan, start, athlete, now) for athlete in wanted]
        _keep_pages(store, plan, [each.instance for each in done], in_force, now, every=with_page)
    return done


def move_instance(
    store: PlanStore,
    instance_id: str,
    start: dt.date,
    *,
    in_force: InForce,
    now: dt.datetime,
    with_page: bool = False,
) -> Scheduled:
    """Have an instance begin on another Monday; one that was cancelled is put on dates again.

    Raises ``ScheduleError`` where there is no such instance, where another one of the plan begins on that day for the
    same athlete, and as ``schedule_plan``.
    """
    instances = InstanceStore(store.data)
    _found(instances, instance_id)
    with store.lock(plan_of_instance(instance_id)):
        before = _found(instances, instance_id)
        plan = _template(store, before.plan_id)
        _check_start(start, plan)
        if before.start_date == start and not before.is_cancelled:
            return Scheduled(instance=with_remarks(before, plan), done=Done.UNCHANGED)
        twin = _at(instances, before.plan_id, start, before.athlete_id)
        if twin is not None and twin.instance_id != instance_id and not twin.is_cancelled:
            raise ScheduleError(
                f"{twin.instance_id} has plan {before.plan_id!r} begin on {start} for {before.athlete_id!r} already; "
                f"choose another Monday, or cancel one of the two"
            )
        done = Done.REINSTATED if before.is_cancelled else Done.MOVED
        after = _changed(before, now, start_date=start, cancelled_at=None, weeks=_weeks(plan))
        instances.save(after)
        _keep_pages(store, plan, [after], in_force, now, every=with_page)
    return Scheduled(instance=with_remarks(after, plan), done=done)


def cancel_instance(store: PlanStore, instance_id: str, *, in_force: InForce, now: dt.datetime) -> Scheduled:
    """Cancel an instance: its days are no longer ridden. One that is cancelled stays as it is.

    Raises ``ScheduleError`` where there is no such instance.
    """
    instances = InstanceStore(store.data)
    _found(instances, instance_id)
    with store.lock(plan_of_instance(instance_id)):
        before = _found(instances, instance_id)
        if before.is_cancelled:
            return Scheduled(instance=before, done=Done.UNCHANGED)
        after = _changed(before, now, cancelled_at=now)
        instances.save(after)
        keep_instance_pages(store, after.plan_id, in_force, today=now.date(), changed=(after,))
    return Scheduled(instance=after, done=Done.CANCELLED)


def _put_on_dates(store: PlanStore, plan: Plan, start: dt.date, athlete: str, now: dt.datetime) -> Scheduled:
    instances, plan_id = InstanceStore(store.data), plan.training_plan.plan_id
    found = _at(instances, plan_id, start, athlete)
    if found is None:
        found = PlanInstance(
            instance_id=_new_id(plan_id, start, athlete, lambda name: instances.load(name) is not None),
            plan_id=plan_id,
            athlete_id=athlete,
            start_date=start,
            weeks=_weeks(plan),
            created_at=now,
            changed_at=now,
        )
        done = Done.CREATED
        instances.save(found)
    elif found.is_cancelled:
        done = Done.REINSTATED
        found = _changed(found, now, cancelled_at=None, weeks=_weeks(plan))
        instances.save(found)
    else:
        done = Done.UNCHANGED
    return Scheduled(instance=with_remarks(found, plan), done=done)


def _keep_pages(
    store: PlanStore, plan: Plan, changed: Sequence[PlanInstance], in_force: InForce, now: dt.datetime, *, every: bool
) -> None:
    plan_id = plan.training_plan.plan_id
    keep_instance_pages(store, plan_id, in_force, plan=plan, every=every, today=now.date(), changed=changed)


def _at(instances: InstanceStore, plan_id: str, start: dt.date, athlete: str) -> PlanInstance | None:
    """The instance of a plan that begins on a day for an athlete; one that is not cancelled where there are several."""
    found = [each for each in instances.of_plan(plan_id) if (each.start_date, each.athlete_id) == (start, athlete)]
    return min(found, key=lambda each: (each.is_cancelled, each.created_at, each.instance_id), default=None)


def _new_id(plan_id: str, start: dt.date, athlete: str, is_taken: Callable[[str], bool]) -> str:
    """An id that follows from plan, day and athlete; where an instance has it that was moved since, the next one."""
    for number in count():
        digest = hashlib.sha256(to_json([plan_id, start, athlete, number])).hexdigest()
        name = f"{plan_id}{MARK}{digest[:DIGITS]}"
        if not is_taken(name):
            return name
    raise AssertionError


def _changed(instance: PlanInstance, now: dt.datetime, **fields: object) -> PlanInstance:
    return instance.model_copy(update={"changed_at": now, "changes": instance.changes + 1, **fields})


def _weeks(plan: Plan) -> int:
    return plan.training_plan.plan_metadata.total_weeks


def _template(store: PlanStore, plan_id: str) -> Plan:
    if is_retired(store, plan_id):
        raise ScheduleError(
            f"plan {plan_id!r} is retired, so it is put on no dates; `plan-pipeline retire --undo {plan_id}` brings it "
            "back"
        )
    plan = store.load_plan(plan_id)
    if plan is None:
        raise ScheduleError(f"plan {plan_id!r} is not published yet; `plan-pipeline show {plan_id}` says why")
    return plan


def _found(instances: InstanceStore, instance_id: str) -> PlanInstance:
    found = instances.load(instance_id)
    if found is None:
        raise ScheduleError(
            f"there is no instance {instance_id!r}; `plan-pipeline schedule --list {plan_of_instance(instance_id)}` "
            "lists those of its plan"
        )
    return found


def _athlete(name: str) -> str:
    try:
        return _ATHLETE.validate_python(name)
    except ValidationError:
        raise ScheduleError(f"athlete: {name!r} is no id; give 1 to 128 characters") from None


def _check_start(start: dt.date, plan: Plan) -> None:
    monday = monday_of(start)
    if start != monday:
        raise ScheduleError(
            f"start: {start} is a {start:%A}, and weeks run from Monday to Sunday; give {monday} or "
            f"{days_later(monday, 7)}"
        )
    if not FIRST_DAY <= start <= days_later(start, 7 * _weeks(plan) - 1) <= LAST_DAY:
        raise ScheduleError(
            f"start: {start} leads to days that no plan is made for; stay from {FIRST_DAY} to {LAST_DAY}"
        )
