"""An earlier version of a plan put back in place by hand, and the note that it was.

A rollback holds until somebody has the plan generated again: batches of all plans skip it, or the next night would undo
it.
"""

import datetime as dt
from pathlib import Path
from typing import Final

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.storage.data_folder import StorageError, write_atomically
from plan_pipeline.storage.generation_ids import new_generation_id
from plan_pipeline.storage.model_files import DamagedArtefactError, as_json, read_model
from plan_pipeline.storage.plans.integrity import published_stamp
from plan_pipeline.storage.plans.plan_files import ROLLBACK, ArtefactMissingError
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.versions import PlanVersions

SHOWN_VERSIONS = 5
ROLLED_BACK: Final = "rolled_back"


class Rollback(Frozen):
    """``from_generation`` is what was published before, ``None`` where that could not be read.

    ``change_id`` is in one order with the ids of generations; rollbacks of release 0.1.0 have none.
    """

    plan_id: str
    from_generation: str | None
    to_generation: str
    content_hash: str
    at: dt.datetime
    change_id: str | None = None


class NothingToRollBackError(StorageError):
    """The plan has no version to go back to."""


def roll_back(plans: PlanStore, plan_id: str, *, to: str | None = None, now: dt.datetime) -> Rollback:
    """Publish an earlier version again: generation ``to``, or the newest one before what is published.

    Where the published plan cannot be read it is the newest version. Readers see the one plan or the other. Raises
    ``ArtefactMissingError`` for a generation that has no version, ``DamagedArtefactError`` for one that was altered,
    ``NothingToRollBackError`` where there is none, ``PlanLockedError`` while the plan is being written.
    """
    versions = PlanVersions(plans.data, plan_id)
    path = versions.published
    if not path.parent.is_dir():
        raise ArtefactMissingError(f"there is no plan {plan_id!r} in {plans.data.plans}; check the id")
    with plans.lock(plan_id):
        current = published_stamp(path)
        before = current.generation_id if current else None
        version = _named(versions, to) if to else _before(versions, before)
        stamp = published_stamp(version)
        if stamp is None:
            raise DamagedArtefactError(f"{version} is damaged or was altered; choose another version with --to")
        done = Rollback(
            plan_id=plan_id,
            from_generation=before,
            to_generation=stamp.generation_id,
            content_hash=stamp.content_hash,
            at=now,
            change_id=new_generation_id(plans.data, now, ROLLED_BACK),
        )
        write_atomically(path.with_name(ROLLBACK), as_json(done))
        versions.put_in_place(version)
    return done


def rollback_of(plans: PlanStore, plan_id: str) -> Rollback | None:
    """The rollback of a plan; ``None`` where its newest generation is in place. Raises ``DamagedArtefactError``."""
    path = plans.data.plan_folder(plan_id) / ROLLBACK
    return read_model(path, Rollback, "roll the plan back again, or generate it anew and delete the file")


def _named(versions: PlanVersions, generation_id: str) -> Path:
    version = versions.path(generation_id)
    if version.is_file():
        return version
    kept = [path.stem for path in versions.newest_first()]
    shown = ", ".join(kept[:SHOWN_VERSIONS]) or "none"
    more = f" and {len(kept) - SHOWN_VERSIONS} more" if len(kept) > SHOWN_VERSIONS else ""
    raise ArtefactMissingError(f"plan {versions.plan_id!r} has no version {generation_id!r}; kept are {shown}{more}")


def _before(versions: PlanVersions, published: str | None) -> Path:
    """The newest version that is older than the published one, or the newest sound one where none can be read."""
    kept = versions.newest_first()
    if published is None:
        if sound := versions.newest_sound():
            return sound
        raise NothingToRollBackError(f"plan {versions.plan_id!r} has no version that can be read; generate it again")
    names = [path.stem for path in kept]
    older = kept[names.index(published) + 1 :] if published in names else kept
    if not older:
        raise NothingToRollBackError(
            f"plan {versions.plan_id!r} has no version before {published}; "
            "PLAN_PIPELINE_KEEP_VERSIONS says how many are kept"
        )
    return older[0]
