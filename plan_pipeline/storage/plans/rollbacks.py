"""An earlier version of a plan put back in place by hand, and the note that it was.

Belongs here: choosing the version, putting it in place, and what batches have to know of it. Does not belong here:
writing versions and publishing (see ``plan_store``). A rollback holds until the plan is generated again because someone
asks for it: batches of all plans leave the plan alone, or the next night would undo it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import ValidationError

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.storage.data_folder import StorageError, read_file, write_atomically
from plan_pipeline.storage.plans.plan_store import (
    ROLLBACK,
    ArtefactMissingError,
    DamagedArtefactError,
    PlanStore,
    published_stamp,
    put_in_place,
)

SHOWN_VERSIONS = 5


class Rollback(Frozen):
    """``from_generation`` is what was published before, ``None`` where that could not be read."""

    plan_id: str
    from_generation: str | None
    to_generation: str
    content_hash: str
    at: dt.datetime


class NothingToRollBackError(StorageError):
    """The plan has no version to go back to."""


def roll_back(plans: PlanStore, plan_id: str, *, to: str | None = None, now: dt.datetime) -> Rollback:
    """Publish an earlier version again: generation ``to``, or the newest one before what is published.

    Where the published plan cannot be read it is the newest version. Readers see the one plan or the other. Raises
    ``ArtefactMissingError`` for a generation that has no version, ``DamagedArtefactError`` for one that was altered,
    ``NothingToRollBackError`` where there is none, ``PlanLockedError`` while the plan is being written.
    """
    path = plans.data.plan_folder(plan_id) / "plan.json"
    if not path.parent.is_dir():
        raise ArtefactMissingError(f"there is no plan {plan_id!r} in {plans.data.plans}; check the id")
    with plans.lock(plan_id):
        current = published_stamp(path)
        version = _named(plans, plan_id, to) if to else _before(plans, plan_id, current[1] if current else None)
        stamp = published_stamp(version)
        if stamp is None:
            raise DamagedArtefactError(f"{version} is damaged or was altered; choose another version with --to")
        done = Rollback(
            plan_id=plan_id,
            from_generation=current[1] if current else None,
            to_generation=stamp[1],
            content_hash=stamp[0],
            at=now,
        )
        write_atomically(path.with_name(ROLLBACK), done.model_dump_json(indent=2).encode() + b"\n")
        put_in_place(version, path)
    return done


def rollback_of(plans: PlanStore, plan_id: str) -> Rollback | None:
    """The rollback that the plan stands under; ``None`` where it has none. Raises ``DamagedArtefactError``."""
    path = plans.data.plan_folder(plan_id) / ROLLBACK
    content = read_file(path)
    if content is None:
        return None
    try:
        return Rollback.model_validate_json(content)
    except ValidationError:
        raise DamagedArtefactError(
            f"{path} is damaged; roll the plan back again, or generate it anew and delete the file"
        ) from None


def _named(plans: PlanStore, plan_id: str, generation_id: str) -> Path:
    version = plans.version(plan_id, generation_id)
    if version.is_file():
        return version
    kept = [path.stem for path in plans.versions(plan_id)]
    shown = ", ".join(kept[:SHOWN_VERSIONS]) or "none"
    more = f" and {len(kept) - SHOWN_VERSIONS} more" if len(kept) > SHOWN_VERSIONS else ""
    raise ArtefactMissingError(f"plan {plan_id!r} has no version {generation_id!r}; kept are {shown}{more}")


def _before(plans: PlanStore, plan_id: str, published: str | None) -> Path:
    """The newest version that is older than the published one, or the newest sound one where none can be read."""
    versions = plans.versions(plan_id)
    if published is None:
        sound = [path for path in versions if published_stamp(path) is not None]
        if sound:
            return sound[0]
        raise NothingToRollBackError(f"plan {plan_id!r} has no version that can be read; generate it again")
    names = [path.stem for path in versions]
    older = versions[names.index(published) + 1 :] if published in names else versions
    if not older:
        raise NothingToRollBackError(
            f"plan {plan_id!r} has no version before {published}; PLAN_PIPELINE_KEEP_VERSIONS says how many are kept"
        )
    return older[0]
