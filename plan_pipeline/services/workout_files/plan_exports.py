"""Published plans as files of other programs, below ``exports/`` of the data folder, kept up to date.

What was exported of a plan is noted beside it, so that a plan that is as it was costs a look at two files.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from plan_pipeline.core.registry import UnknownNameError
from plan_pipeline.formats import EXPORTERS, ExportedFile, ExportError
from plan_pipeline.storage.data_folder import LockedError, Mark, StorageError
from plan_pipeline.storage.model_files import as_json, read_model
from plan_pipeline.storage.plans.plan_files import write_if_changed
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import active_plan_ids

NOTE: Final = "exported.json"
SETTING: Final = "PLAN_PIPELINE_EXPORTS"


class UnknownFormatError(ValueError):
    """The setting names a format that there is not; the text says which, and those there are."""


class Exports(NamedTuple):
    """What became of the plans: how many are as files, which were written just now, and why others could not be."""

    plans: int
    written: tuple[str, ...]
    failed: Mapping[str, str]


class _Note(BaseModel):
    """What was exported of a plan: which ``plan.json``, in which formats, as which files below its folder."""

    model_config = ConfigDict(frozen=True)

    plan: Mark
    formats: tuple[str, ...]
    files: tuple[str, ...] = ()
    failed: str = ""


def chosen_formats(names: str) -> tuple[str, ...]:
    """The formats that a setting such as ``zwo, ics`` names, in their own spelling. Raises ``UnknownFormatError``."""
    try:
        return tuple(dict.fromkeys(EXPORTERS.check(name.strip()) for name in names.split(",") if name.strip()))
    except UnknownNameError as error:
        raise UnknownFormatError(f"{SETTING}: {error}") from None


def keep_exports(plans: PlanStore, formats: Sequence[str]) -> Exports:
    """Bring the files of all active plans up to date that have something published.

    A plan that a format cannot hold is told, and stops neither its other formats nor other plans; one that another run
    is writing is left to that run.
    """
    count, written, failed = 0, [], {}
    for plan_id in active_plan_ids(plans):
        try:
            note, is_new = _kept(plans, plan_id, tuple(formats))
        except LockedError:
            continue
        except StorageError as error:
            failed[plan_id] = str(error)
            continue
        if note is not None:
            count += 1
            written += [plan_id] if is_new else []
            failed |= {plan_id: note.failed} if note.failed else {}
    return Exports(count, tuple(written), failed)


def _kept(plans: PlanStore, plan_id: str, formats: tuple[str, ...]) -> tuple[_Note | None, bool]:
    """What is exported of a plan now, and whether that was written just now; ``None`` where nothing is published."""
    path = plans.published_path(plan_id)
    if path is None:
        return None, False
    place = plans.data.exports(plan_id)
    before = read_model(place / NOTE, _Note, "delete it, and the plan is exported anew")
    if before is not None and (before.plan, before.formats) == (Mark.of(path), formats):
        return before, False
    with plans.lock(plan_id, timeout_s=0):
        note = _exported(plans, plan_id, path, formats)
        for name in set(before.files if before else ()) - set(note.files):
            plans.data.exports(plan_id, *name.split("/")).unlink(missing_ok=True)
        write_if_changed(place / NOTE, as_json(note), durable=False)
    return note, True


def _exported(plans: PlanStore, plan_id: str, path: Path, formats: tuple[str, ...]) -> _Note:
    mark, plan = Mark.of(path), plans.load_plan(plan_id)
    assert plan is not None
    names, reasons = [], []
    for form in formats:
        try:
            files: Sequence[ExportedFile] = EXPORTERS.get(form)(plan)
        except ExportError as error:
            reasons.append(f"{form}: {error}")
            continue
        for file in files:
            write_if_changed(plans.data.exports(plan_id, form, file.name), file.content, durable=False)
            names.append(f"{form}/{file.name}")
    return _Note(plan=mark, formats=formats, files=tuple(names), failed="; ".join(reasons))
