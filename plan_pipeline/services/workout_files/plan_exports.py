"""Published plans as files of other programs, below ``exports/`` of the data folder, kept up to date.

What was exported of a plan is noted beside it, so that a plan that is as it was costs a look at two files.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from plan_pipeline.core.model.instance import PlanInstance, plan_of_instance
from plan_pipeline.core.registry import UnknownNameError
from plan_pipeline.formats import EXPORTERS, ExportedFile, ExportError
from plan_pipeline.services.instances.placed import placed_plan
from plan_pipeline.storage.data_folder import LockedError, Mark, StorageError
from plan_pipeline.storage.instances import InstanceStore
from plan_pipeline.storage.model_files import as_json, read_model
from plan_pipeline.storage.plans.plan_files import write_if_changed
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import active_plan_ids

NOTE: Final = "exported.json"
SETTING: Final = "PLAN_PIPELINE_EXPORTS"


class UnknownFormatError(ValueError):
    """The setting names a format that there is not; the text says which, and those there are."""


class Exports(NamedTuple):
    """What became of plans and instances: how many are as files, which were written just now, and why others could not
    be.
    """

    plans: int
    written: tuple[str, ...]
    failed: Mapping[str, str]


class _Note(BaseModel):
    """What was exported of a plan: which ``plan.json``, in which formats, as which files below its folder; of an
    instance also how often it was changed until then.
    """

    model_config = ConfigDict(frozen=True)

    plan: Mark
    formats: tuple[str, ...]
    changes: int | None = None
    files: tuple[str, ...] = ()
    failed: str = ""


def chosen_formats(names: str) -> tuple[str, ...]:
    """The formats that a setting such as ``zwo, ics`` names, in their own spelling. Raises ``UnknownFormatError``."""
    try:
        return tuple(dict.fromkeys(EXPORTERS.check(name.strip()) for name in names.split(",") if name.strip()))
    except UnknownNameError as error:
        raise UnknownFormatError(f"{SETTING}: {error}") from None


def keep_exports(plans: PlanStore, formats: Sequence[str], *, today: dt.date) -> Exports:
    """Bring the files of all active plans up to date that have something published, and those of their instances that
    are not over ``today``. One that was cancelled since it was exported is exported once more, so that calendars know.

    A plan that a format cannot hold is told, and stops neither its other formats nor other plans; one that another run
    is writing is left to that run.
    """
    count, written = 0, list[str]()
    failed: dict[str, str] = {}
    for own_id, instance in _wanted(plans, today, failed):
        try:
            note, is_new = _kept(plans, own_id, tuple(formats), instance)
        except LockedError:
            continue
        except StorageError as error:
            failed[own_id] = str(error)
            continue
        if note is not None:
            count += 1
            written += [own_id] if is_new else []
            failed |= {own_id: note.failed} if note.failed else {}
    return Exports(count, tuple(written), failed)


def _wanted(plans: PlanStore, today: dt.date, failed: dict[str, str]) -> Iterator[tuple[str, PlanInstance | None]]:
    """The ids of what is exported: plans, and their instances with what they are."""
    for plan_id in active_plan_ids(plans):
        yield plan_id, None
        try:
            instances = InstanceStore(plans.data).of_plan(plan_id)
        except StorageError as error:
            failed[plan_id] = str(error)
            continue
        for each in instances:
            if not each.status_on(today).is_over or _is_behind(plans, each):
                yield each.instance_id, each


def _is_behind(plans: PlanStore, instance: PlanInstance) -> bool:
    """Whether an instance was cancelled since it was exported."""
    if not instance.is_cancelled:
        return False
    before = _note_of(plans, instance.instance_id)
    return before is not None and before.changes != instance.changes


def _kept(
    plans: PlanStore, own_id: str, formats: tuple[str, ...], instance: PlanInstance | None
) -> tuple[_Note | None, bool]:
    """What is exported now, and whether that was written just now; ``None`` where nothing is published."""
    plan_id = plan_of_instance(own_id)
    path = plans.published_path(plan_id)
    if path is None:
        return None, False
    before, changes = _note_of(plans, own_id), instance and instance.changes
    if before is not None and (before.plan, before.formats, before.changes) == (Mark.of(path), formats, changes):
        return before, False
    with plans.lock(plan_id, timeout_s=0):
        note = _exported(plans, own_id, path, formats)
        for name in set(before.files if before else ()) - set(note.files):
            plans.data.exports(own_id, *name.split("/")).unlink(missing_ok=True)
        write_if_changed(plans.data.exports(own_id, NOTE), as_json(note), durable=False)
    return note, True


def _note_of(plans: PlanStore, own_id: str) -> _Note | None:
    return read_model(plans.data.exports(own_id, NOTE), _Note, "delete it, and the plan is exported anew")


def _exported(plans: PlanStore, own_id: str, path: Path, formats: tuple[str, ...]) -> _Note:
    mark, plan = Mark.of(path), placed_plan(plans, own_id)
    assert plan is not None
    names, reasons = [], []
    for form in formats:
        try:
            files: Sequence[ExportedFile] = EXPORTERS.get(form)(plan)
        except ExportError as error:
            reasons.append(f"{form}: {error}")
            continue
        for file in files:
            write_if_changed(plans.data.exports(own_id, form, file.name), file.content, durable=False)
            names.append(f"{form}/{file.name}")
    changes = plan.instance and plan.instance.changes
    return _Note(plan=mark, formats=formats, changes=changes, files=tuple(names), failed="; ".join(reasons))
