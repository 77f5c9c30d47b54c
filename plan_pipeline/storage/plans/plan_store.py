"""The plans on disk: request, working artefacts of the stages, the published plan and its versions.

Belongs here: one folder a plan, who may write to it, what is replaced when. Does not belong here: rows for
analysts (see ``facts``) or deciding whether a plan is good (see ``core.finalize``).
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from plan_pipeline.core.final_plan import content_hash
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.request import PlanRequest, check_key
from plan_pipeline.core.stages import Stage
from plan_pipeline.storage.data_folder import (
    DataFolder,
    LockedError,
    StorageError,
    UnsafePathError,
    file_lock,
    read_file,
    sweep,
    sync_folder,
    temporary_path,
    write_atomically,
)
from plan_pipeline.storage.full_disk import FULL_ERRNOS
from plan_pipeline.storage.plans.records import OverviewRecord, PlanRecord, Publication, WeekSummary, request_hash
from plan_pipeline.strict_input.validation_messages import first_problem

__all__ = [
    "ArtefactMissingError",
    "DamagedArtefactError",
    "OverviewRecord",
    "PlanLockedError",
    "PlanRecord",
    "PlanStore",
    "Publication",
    "UnpublishablePlanError",
    "WeekSummary",
    "request_hash",
]

KEEP_VERSIONS = 20
"""Published versions kept a plan: three weeks of changes every night."""

LOCK_TIMEOUT_S = 60.0
"""How long a writer waits for another of the same plan; a whole plan is written in well under a second."""

READ_ONLY = 0o444
"""Permissions of a version: written once."""

ROLLBACK = "rollback.json"
"""In a plan's folder: that an earlier version was put in place by hand, until the plan is generated again."""

_REQUEST = "request.json"
_PLAN = "plan.json"
_VERSIONS = "versions"
_LOCK = ".lock"
_VERSION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")

M = TypeVar("M", bound=BaseModel)


class ArtefactMissingError(StorageError):
    """A stage, the request or the plan was not made yet; the message says what to launch."""


class DamagedArtefactError(StorageError):
    """A file is there but cannot be read as what it should be."""


class PlanLockedError(LockedError):
    """Another writer is at work on the plan."""


class UnpublishablePlanError(StorageError, ValueError):
    """The plan is not whole or not valid, so it must not replace the published one."""


class PlanStore:
    """The plans of a data folder. Methods that write take the plan's lock, if the caller does not hold it.

    With ``rewrite_unchanged`` a plan that has come out as it was is published again, as a version of its own.
    """

    def __init__(
        self, data: DataFolder, keep_versions: int = KEEP_VERSIONS, *, rewrite_unchanged: bool = False
    ) -> None:
        if keep_versions < 1:
            raise ValueError(f"keep_versions {keep_versions} would delete the published plan; keep at least 1")
        self.data = data
        self.keep_versions = keep_versions
        self.rewrite_unchanged = rewrite_unchanged
        self._held = threading.local()

    # --- one writer a plan ---------------------------------------------------------------------------------

    @contextlib.contextmanager
    def lock(self, plan_id: str, timeout_s: float = LOCK_TIMEOUT_S) -> Iterator[None]:
        """Be the only writer of a plan, over several writes; within one thread the lock can be taken again.

        Raises ``PlanLockedError`` where another writer keeps it for longer than ``timeout_s`` seconds.
        """
        folder = self.data.plan_folder(plan_id)
        held: set[str] = self._held.__dict__.setdefault("plan_ids", set())
        if plan_id in held:
            yield
            return
        with contextlib.ExitStack() as stack:
            try:
                holder = f"plan {plan_id!r} is being written by another run"
                stack.enter_context(file_lock(folder / _LOCK, timeout_s=timeout_s, holder=holder))
            except LockedError as error:
                raise PlanLockedError(str(error)) from None
            held.add(plan_id)
            stack.callback(held.discard, plan_id)
            yield

    # --- request and working artefacts ---------------------------------------------------------------------

    def save_request(self, request: PlanRequest) -> Path:
        """Keep the request that the plan is made from."""
        return self._save(request.plan_id, _REQUEST, request)

    def load_request(self, plan_id: str) -> PlanRequest:
        """Raises ``ArtefactMissingError`` for a plan that was never asked for."""
        request = self._load(plan_id, _REQUEST, PlanRequest, "hand the request in again")
        if request is None:
            raise ArtefactMissingError(
                f"plan {plan_id!r} has no request in {self.data.plans}; "
                "check the id, or generate the plan from a request file first"
            )
        return request

    def save_overview(self, plan_id: str, record: OverviewRecord, *, durable: bool = True) -> Path:
        """One that rules wrote, and write again, need not be ``durable``: to be there after a power cut."""
        return self._save(plan_id, f"{Stage.PLAN_OVERVIEW}.json", record, durable=durable)

    def load_overview(self, plan_id: str) -> OverviewRecord | None:
        """``None`` where no overview was made yet."""
        return self._load(plan_id, f"{Stage.PLAN_OVERVIEW}.json", OverviewRecord, "launch plan_overview again")

    def save_weeks(self, plan_id: str, stage: Stage, weeks: Mapping[int, Frozen]) -> Path:
        """Add or replace weeks of a stage's artefact, by week number; weeks beyond the plan's length are dropped.

        Needs the plan's request, which says how long the plan is.
        """
        path = self._stage_path(plan_id, stage)
        with self.lock(plan_id):
            length = self.load_request(plan_id).total_weeks
            wanted = range(1, length + 1)
            kept: dict[int, Any] = {}
            if not set(wanted) <= weeks.keys() and path.is_file():
                kept = self._read_weeks(path, stage)
            kept.update(weeks)
            content = _weeks_as_json(plan_id, stage, {number: kept[number] for number in wanted if number in kept})
            _write_if_changed(path, content, durable=False)
        return path

    def load_weeks(
        self, plan_id: str, stage: Stage, model: type[M], weeks: Iterable[int] | None = None
    ) -> dict[int, M]:
        """The weeks of a stage by number: ``weeks``, each of which must be there, or as many as there are.

        Raises ``ArtefactMissingError`` naming the first week that is not there and the stage to launch.
        """
        path = self._stage_path(plan_id, stage)
        wanted = None if weeks is None else list(weeks)
        if not path.is_file():
            which = f" for week {wanted[0]}" if wanted else ""
            raise ArtefactMissingError(f"plan {plan_id!r} has no {stage}{which}; launch {stage} first")
        found = self._read_weeks(path, stage)
        for number in wanted or ():
            if number not in found:
                raise ArtefactMissingError(f"plan {plan_id!r} has no {stage} for week {number}; launch {stage} first")
        try:
            return {number: model.model_validate(found[number]) for number in (found if wanted is None else wanted)}
        except ValidationError as error:
            raise _damaged(path, first_problem(error, model), f"launch {stage} for all weeks again") from None

    # --- the published plan ----------------------------------------------------------------------------------

    def publish(self, plan: Plan) -> Publication:
        """Make ``plan`` the published one, unless what is published has the same content. A rollback is over then.

        Raises ``UnpublishablePlanError`` for a plan that is not complete and valid; the published plan stays.
        Older versions beyond ``keep_versions`` are deleted, never the current one.
        """
        plan_id, stamp = plan.training_plan.plan_id, plan.generation
        _check_publishable(plan)
        path = self.data.plan_folder(plan_id) / _PLAN
        with self.lock(plan_id):
            current = published_stamp(path)
            stays = current is not None and self._may_stay(current, plan)
            if not stays:
                self._write_version(plan)
                self._put_in_place(self.version(plan_id, stamp.generation_id), path)
                self._retire_versions(plan_id, keep=stamp.generation_id)
                sweep(path.parent)
            path.with_name(ROLLBACK).unlink(missing_ok=True)
        generation_id = current[1] if current is not None and stays else stamp.generation_id
        return Publication(path, not stays, stamp.content_hash, generation_id)

    def load_plan(self, plan_id: str) -> Plan | None:
        """The published plan; ``None`` where none was published yet."""
        remedy = f"`plan-pipeline rollback {plan_id}` puts its newest version in place, or generate the plan again"
        return self._load(plan_id, _PLAN, Plan, remedy)

    def version(self, plan_id: str, generation_id: str) -> Path:
        """Where the published version of a generation lies, whether there is one or not.

        Raises ``UnsafePathError`` for a generation id that cannot be a file name.
        """
        if not _VERSION_NAME.fullmatch(generation_id):
            raise UnsafePathError(
                f"generation_id {generation_id!r} is not usable as a file name: use letters, digits, '.', '_', '-'"
            )
        return self.data.place("plans", plan_id, _VERSIONS, f"{generation_id}.json")

    def versions(self, plan_id: str) -> tuple[Path, ...]:
        """The published versions that are kept, newest first."""
        self.data.plan_folder(plan_id)
        return _newest_first(self.data.place("plans", plan_id, _VERSIONS))

    def retire_versions(self, plan_id: str, timeout_s: float = LOCK_TIMEOUT_S) -> int:
        """Delete the versions beyond ``keep_versions``, never the published one; returns how many.

        Raises ``PlanLockedError`` where a run keeps the plan for ``timeout_s`` seconds.
        """
        if len(self.versions(plan_id)) <= self.keep_versions:
            return 0
        with self.lock(plan_id, timeout_s):
            published = published_stamp(self.data.plan_folder(plan_id) / _PLAN)
            return self._retire_versions(plan_id, keep=published[1]) if published else 0

    def plan_ids(self) -> tuple[str, ...]:
        """Every plan that was asked for or published, in order; links and other folders are left out."""
        try:
            entries = list(os.scandir(self.data.plans))
        except FileNotFoundError:
            return ()
        return tuple(sorted(entry.name for entry in entries if _is_plan(entry)))

    # --- the verdict -------------------------------------------------------------------------------------------

    def save_generation_record(self, plan_id: str, record: PlanRecord) -> Path:
        return self._save(plan_id, f"{Stage.FINAL_PLAN}.json", record, durable=False)

    def load_generation_record(self, plan_id: str) -> PlanRecord | None:
        """How the last generation ended; ``None`` where none was finished yet."""
        return self._load(plan_id, f"{Stage.FINAL_PLAN}.json", PlanRecord, "launch final_plan again")

    # --- helpers -------------------------------------------------------------------------------------------------

    def _save(self, plan_id: str, name: str, model: Frozen, *, durable: bool = True) -> Path:
        path = self.data.plan_folder(plan_id) / name
        with self.lock(plan_id):
            _write_if_changed(path, _as_json(model), durable=durable)
        return path

    def _load(self, plan_id: str, name: str, model: type[M], remedy: str) -> M | None:
        path = self.data.plan_folder(plan_id) / name
        content = read_file(path)
        if content is None:
            return None
        try:
            return model.model_validate_json(content)
        except ValidationError as error:
            raise _damaged(path, first_problem(error, model), remedy) from None

    def _stage_path(self, plan_id: str, stage: Stage) -> Path:
        if not stage.per_week:
            raise ValueError(f"{stage} is kept a plan, not a week; use its own save and load")
        return self.data.plan_folder(plan_id) / f"{stage}.json"

    def _read_weeks(self, path: Path, stage: Stage) -> dict[int, Any]:
        try:
            weeks = json.loads(read_file(path) or b"")["weeks"]
            return {int(number): week for number, week in weeks.items()}
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise _damaged(path, str(error) or type(error).__name__, f"launch {stage} for all weeks again") from None

    def _may_stay(self, current: tuple[str, str], plan: Plan) -> bool:
        if current[0] != plan.generation.content_hash:
            return False
        return not self.rewrite_unchanged or current[1] == plan.generation.generation_id

    def _write_version(self, plan: Plan) -> None:
        """Write the immutable version of a plan; what an interrupted attempt left is used."""
        path = self.version(plan.training_plan.plan_id, plan.generation.generation_id)
        if read_file(path) is None:
            path.parent.mkdir(exist_ok=True)  # its name is synced together with that of the plan beside it
            write_atomically(path, _as_json(plan), mode=READ_ONLY)
            return
        stamp = published_stamp(path)
        if stamp is None or stamp[0] != plan.generation.content_hash:
            raise UnpublishablePlanError(
                f"{path} already holds another plan of this generation; give every generation an id of its own"
            )

    def _put_in_place(self, version: Path, path: Path) -> None:
        """Publish a version; where that fails there is none, so that every version was published once."""
        try:
            put_in_place(version, path)
        except BaseException:
            published = published_stamp(path)
            if published is None or published[1] != version.stem:
                version.unlink(missing_ok=True)
            raise

    def _retire_versions(self, plan_id: str, keep: str) -> int:
        folder = self.data.place("plans", plan_id, _VERSIONS)
        retired = [path for path in _newest_first(folder) if path.stem != keep][self.keep_versions - 1 :]
        for path in retired:
            path.unlink(missing_ok=True)
        sweep(folder)
        return len(retired)


def _check_publishable(plan: Plan) -> None:
    body = plan.training_plan
    numbers = [week.week_number for week in body.weekly_plan]
    if numbers != list(range(1, body.plan_metadata.total_weeks + 1)):
        raise UnpublishablePlanError(
            f"plan {body.plan_id!r} has weeks {numbers}, not 1 to {body.plan_metadata.total_weeks}; "
            "generate the plan for all its weeks"
        )
    failed = [week.week_number for week in body.weekly_plan if not week.validation.passed]
    if failed:
        raise UnpublishablePlanError(
            f"plan {body.plan_id!r}: weeks {failed} did not pass validation; publish only plans whose weeks all pass"
        )
    rejecting = [result.statement for result in plan.rule_results if result.rejects]
    if rejecting:
        raise UnpublishablePlanError(
            f"plan {body.plan_id!r} breaks rules; keep them, or waive them in the request: {'; '.join(rejecting)}"
        )
    if content_hash(body) != plan.generation.content_hash:
        raise UnpublishablePlanError(
            f"plan {body.plan_id!r}: content_hash does not match the plan's content; finalize the plan again"
        )


def put_in_place(version: Path, path: Path) -> None:
    """Make a version the published plan: a second name of the same file, or a copy where there can be none."""
    temporary = temporary_path(path)
    try:
        os.link(version, temporary)
    except OSError as error:
        if error.errno in {errno.ENOENT, *FULL_ERRNOS}:
            raise
        write_atomically(path, read_file(version) or b"", mode=READ_ONLY)
        return
    try:
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)  # still there where both names already were the same file
    sync_folder(path.parent)


def published_stamp(path: Path) -> tuple[str, str] | None:
    """Content hash and generation id of a published plan; ``None`` where there is none that is whole and unaltered."""
    content = read_file(path)
    if content is None:
        return None
    try:
        plan = Plan.model_validate_json(content)
    except ValidationError:
        return None
    if content_hash(plan.training_plan) != plan.generation.content_hash:
        return None
    return plan.generation.content_hash, plan.generation.generation_id


def _newest_first(folder: Path) -> tuple[Path, ...]:
    found = []
    for path in folder.glob("[!.]*.json"):
        with contextlib.suppress(FileNotFoundError):  # retired by another writer just now
            found.append((path.stat().st_mtime_ns, path.name, path))
    return tuple(path for _, _, path in sorted(found, reverse=True))


def _is_plan(entry: os.DirEntry[str]) -> bool:
    try:
        check_key(entry.name)
    except ValueError:
        return False
    if not entry.is_dir(follow_symlinks=False):
        return False
    return any(Path(entry.path, name).is_file() for name in (_REQUEST, _PLAN))


def _as_json(model: Frozen) -> bytes:
    return model.model_dump_json(indent=2).encode() + b"\n"


def _weeks_as_json(plan_id: str, stage: Stage, weeks: Mapping[int, Any]) -> bytes:
    """One line a week: a quarter of the size of indented text, and still something to read and to compare."""
    lines = b",\n".join(b'"%d": %b' % (number, to_json(week)) for number, week in weeks.items())
    return b'{"plan_id": %b, "stage": %b, "weeks": {\n%b\n}}\n' % (to_json(plan_id), to_json(stage.value), lines)


def _write_if_changed(path: Path, content: bytes, *, durable: bool) -> None:
    """Replace a file unless it holds the same already; working artefacts need not survive a power cut."""
    if path.is_symlink() or read_file(path) != content:
        write_atomically(path, content, durable=durable)


def _damaged(path: Path, what: str, remedy: str) -> DamagedArtefactError:
    return DamagedArtefactError(f"{path} is damaged ({what}); {remedy}")
