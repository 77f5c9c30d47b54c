"""The versions of a plan side by side: which there are, which is published, and what changed from one to the next."""

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.plan_comparison import PlanDifference, compare_plans
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.model_files import DamagedArtefactError
from plan_pipeline.storage.plans.integrity import read_plan
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.rollbacks import Rollback, rollback_of

SHOWN = 5
"""Ids that a message lists."""


class VersionError(ValueError):
    """A version that cannot be named so; the text says which there are."""


class PlanVersion(Frozen):
    """A version that is kept. What it says of itself is ``None``, and ``problem`` says why, where it cannot be trusted.

    ``changed`` is what differs from the version before it, in a few words; ``None`` for the oldest.
    """

    generation_id: str
    published: bool
    generated_at: dt.datetime | None = None
    arm: str | None = None
    library_version: str | None = None
    config_version: str | None = None
    code_version: str | None = None
    content_hash: str | None = None
    changed: str | None = None
    problem: str | None = None


class KeptVersions(Frozen):
    """The versions of a plan, newest first.

    ``rolled_back_from`` is the generation that was published before someone put an earlier one back in place;
    ``problem`` says what is wrong with the published plan.
    """

    plan_id: str
    published: str | None
    rolled_back_from: str | None = None
    rolled_back_at: dt.datetime | None = None
    problem: str | None = None
    versions: tuple[PlanVersion, ...]


class VersionPair(Frozen):
    """Two versions, and what differs from the one to the other; nothing does where there is no version before."""

    plan_id: str
    before: PlanVersion | None
    after: PlanVersion
    difference: PlanDifference


def kept_versions(store: PlanStore, plan_id: str) -> KeptVersions:
    """Every version of a plan that is kept, and what each changed."""
    read = _versions(store, plan_id)
    published, rollback = _published(store, plan_id), rollback_of(store, plan_id)
    sound = [each for each in read if each.plan]
    before = {newer.generation_id: older for newer, older in pairwise(sound)}
    return KeptVersions(
        plan_id=plan_id,
        published=published.plan and published.generation_id,
        rolled_back_from=rollback and rollback.from_generation,
        rolled_back_at=rollback and rollback.at,
        problem=published.problem,
        versions=tuple(_version(each, published, before.get(each.generation_id)) for each in read),
    )


def compare_versions(store: PlanStore, plan_id: str, names: Sequence[str] = ()) -> VersionPair:
    """What differs between two versions: the two that are named by id or the beginning of one; or one that is named, or
    else the one before, and the published plan.

    The one before is the next older one, or what was rolled back from. Raises ``VersionError`` for a name that no
    version or more than one begins with, ``DamagedArtefactError`` for a version that is damaged or was altered.
    """
    before, after, published = _pair(store, plan_id, names)
    now = _plan_of(after)
    return VersionPair(
        plan_id=plan_id,
        before=before and _version(before, published),
        after=_version(after, published),
        difference=compare_plans(_plan_of(before), now) if before else PlanDifference(),
    )


def plans_to_compare(store: PlanStore, plan_id: str, names: Sequence[str] = ()) -> tuple[Plan, Plan]:
    """The two versions themselves; also raises ``VersionError`` where there is no version before."""
    before, after, _ = _pair(store, plan_id, names)
    if before is None:
        raise VersionError(f"plan {plan_id!r} has one version, {after.generation_id}, and so none to compare it with")
    return _plan_of(before), _plan_of(after)


def published_plan(store: PlanStore, plan_id: str) -> Plan:
    """The published plan, held against its stamp. Raises ``DamagedArtefactError`` where there is none to be trusted."""
    return _plan_of(_published(store, plan_id))


class _Read(NamedTuple):
    """A version as it was read: its plan, or what is wrong with it."""

    generation_id: str
    plan: Plan | None
    problem: str | None = None


def _pair(store: PlanStore, plan_id: str, names: Sequence[str]) -> tuple[_Read | None, _Read, _Read]:
    """The version before, the one after, and the published one."""
    read, published = _versions(store, plan_id), _published(store, plan_id)
    named = [_named(plan_id, read, name) for name in names]
    after = named[1] if len(named) > 1 else published
    before = named[0] if named else _before(read, published, rollback_of(store, plan_id))
    return before, after, published


def _versions(store: PlanStore, plan_id: str) -> list[_Read]:
    def remedy() -> str:
        return "compare other versions; this one cannot be put in place again"

    return [_read(path, path.stem, remedy) for path in store.versions(plan_id)]


def _published(store: PlanStore, plan_id: str) -> _Read:
    path = store.published_path(plan_id)
    if path is None:
        last = store.load_generation_record(plan_id)
        why = f"its last generation ended as {last.status}: {'; '.join(last.reasons)}" if last else "generate it first"
        return _Read("", None, f"plan {plan_id!r} has no published plan; {why}")
    return _read(path, "", lambda: store.how_to_repair(plan_id))


def _read(path: Path, generation_id: str, remedy: Callable[[], str]) -> _Read:
    """A plan that is what its stamp says; ``generation_id`` is what to call one that is not."""
    try:
        plan = read_plan(path, remedy)
    except StorageError as error:
        return _Read(generation_id, None, str(error))
    if plan is None:
        return _Read(generation_id, None, f"{path} is gone; {remedy()}")
    return _Read(plan.generation.generation_id, plan)


def _before(read: Sequence[_Read], published: _Read, rollback: Rollback | None) -> _Read | None:
    if rollback is not None:
        return next((each for each in read if each.generation_id == rollback.from_generation), None)
    older = [each for each in read if each.generation_id < published.generation_id]
    return older[0] if older else None


def _named(plan_id: str, read: Sequence[_Read], name: str) -> _Read:
    found = [each for each in read if each.generation_id.startswith(name)]
    found = [each for each in found if each.generation_id == name] or found
    if len(found) == 1:
        return found[0]
    ids = [each.generation_id for each in found or read]
    listed = ", ".join(ids[:SHOWN]) + (f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else "")
    if found:
        raise VersionError(f"plan {plan_id!r} has {len(found)} versions that begin with {name!r}: {listed}; write more")
    raise VersionError(f"plan {plan_id!r} has no version {name!r}; kept are {listed or 'none'}")


def _plan_of(read: _Read) -> Plan:
    if read.plan is None:
        raise DamagedArtefactError(read.problem)
    return read.plan


def _version(read: _Read, published: _Read, before: _Read | None = None) -> PlanVersion:
    is_published = bool(read.generation_id) and read.generation_id == published.generation_id
    plan = read.plan
    if plan is None:
        return PlanVersion(generation_id=read.generation_id, published=is_published, problem=read.problem)
    return PlanVersion(
        generation_id=read.generation_id,
        published=is_published,
        generated_at=plan.ai_metadata.generated_at,
        arm=plan.generation.arm,
        library_version=plan.ai_metadata.library_version,
        config_version=plan.generation.config_version,
        code_version=plan.generation.code_version,
        content_hash=plan.generation.content_hash,
        changed=compare_plans(before.plan, plan).summary if before and before.plan else None,
    )
