"""The plans on disk: request, working artefacts of the stages, the published plan and its versions.

One folder a plan; only one writer at a time has it.
"""

import contextlib
import hashlib
import json
import os
import re
import stat
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Generation, Plan
from plan_pipeline.core.model.request import PlanRequest, check_key
from plan_pipeline.core.stages import Stage
from plan_pipeline.storage.data_folder import DataFolder, LockedError, StorageError, file_lock, listed, read_file, sweep
from plan_pipeline.storage.generation_ids import time_of_id
from plan_pipeline.storage.model_files import DamagedArtefactError, as_json, damaged, read_model
from plan_pipeline.storage.plans.integrity import check_plan_file, published_stamp, read_plan
from plan_pipeline.storage.plans.plan_files import (
    LOCK,
    RECEIPT,
    REQUEST,
    RETIRED,
    ROLLBACK,
    ArtefactMissingError,
    is_plan_folder,
    write_if_changed,
)
from plan_pipeline.storage.plans.records import OverviewRecord, PlanRecord, Publication, Receipt
from plan_pipeline.storage.plans.versions import PlanVersions, check_publishable
from plan_pipeline.strict_input.validation_messages import first_problem

KEEP_VERSIONS = 20
"""Published versions kept a plan: three weeks of changes every night."""

LOCK_TIMEOUT_S = 60.0
"""How long a writer waits for another of the same plan; a whole plan is written in well under a second."""

_GENERATION_ID = re.compile(rb'"generation"\s*:\s*\{\s*"generation_id"\s*:\s*"([A-Za-z0-9_.-]+)"')

M = TypeVar("M", bound=BaseModel)


class PlanLockedError(LockedError):
    """Another writer is at work on the plan."""


class PlanStore:
    """The plans of a data folder. Methods that write take the plan's lock, if the caller does not hold it.

    With ``rewrite_unchanged`` a plan that has come out as it was is published again, as a version of its own. Without
    ``publishing`` none is; rolling back is no publication.
    """

    def __init__(
        self,
        data: DataFolder,
        keep_versions: int = KEEP_VERSIONS,
        *,
        rewrite_unchanged: bool = False,
        publishing: bool = True,
    ) -> None:
        if keep_versions < 1:
            raise ValueError(f"keep_versions {keep_versions} would delete the published plan; keep at least 1")
        self.data = data
        self.keep_versions = keep_versions
        self.rewrite_unchanged = rewrite_unchanged
        self.publishing = publishing
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
        holder = f"plan {plan_id!r} is being written by another run"
        with file_lock(folder / LOCK, timeout_s=timeout_s, holder=holder, error=PlanLockedError):
            held.add(plan_id)
            try:
                yield
            finally:
                held.discard(plan_id)

    # --- request and working artefacts ---------------------------------------------------------------------

    def save_request(self, request: PlanRequest) -> Path:
        """Keep the request that the plan is made from."""
        return self._save(request.plan_id, REQUEST, request)

    def load_request(self, plan_id: str) -> PlanRequest:
        """Raises ``ArtefactMissingError`` for a plan that was never asked for."""
        request = self._load(plan_id, REQUEST, PlanRequest, "hand the request in again")
        if request is None:
            raise ArtefactMissingError(
                f"plan {plan_id!r} has no request in {self.data.plans}; "
                "check the id, or generate the plan from a request file first"
            )
        return request

    def save_receipt(self, plan_id: str, receipt: Receipt) -> Path:
        """Keep where the request came from."""
        return self._save(plan_id, RECEIPT, receipt, durable=False)

    def load_receipt(self, plan_id: str) -> Receipt | None:
        """The receipt of a plan's request; ``None`` where there is none that can be read."""
        try:
            return self._load(plan_id, RECEIPT, Receipt, "give the request again")
        except DamagedArtefactError:
            return None

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
            write_if_changed(path, content, durable=False)
        return path

    def load_weeks(
        self, plan_id: str, stage: Stage, model: type[M], weeks: Iterable[int] | None = None
    ) -> dict[int, M]:
        """The weeks of a stage by number: ``weeks``, each of which must be there, or as many as there are.

        Raises ``ArtefactMissingError`` naming the first week that is not there and the stage to launch.
        """
        path = self._stage_path(plan_id, stage)
        is_made = path.is_file()
        kept = self._read_weeks(path, stage) if is_made else {}
        wanted = list(kept if weeks is None else weeks)
        missing = [number for number in wanted if number not in kept]
        if missing or not is_made:
            which = f" for week {missing[0]}" if missing else ""
            raise ArtefactMissingError(f"plan {plan_id!r} has no {stage}{which}; launch {stage} first")
        try:
            return {number: model.model_validate(kept[number]) for number in wanted}
        except ValidationError as error:
            raise damaged(path, first_problem(error, model), f"launch {stage} for all weeks again") from None

    def delete_weeks(self, plan_id: str) -> None:
        """Remove the artefacts of all stages on weeks."""
        with self.lock(plan_id):
            for stage in Stage:
                if stage.per_week:
                    self._stage_path(plan_id, stage).unlink(missing_ok=True)

    # --- the published plan ----------------------------------------------------------------------------------

    def publish(self, plan: Plan) -> Publication | None:
        """Make ``plan`` the published one, unless what is published has the same content. A rollback is over then.

        ``None`` where publishing is switched off and the plan has another content: what is in place stays.
        Raises ``UnpublishablePlanError`` for a plan that is not complete and valid; the published plan stays.
        Older versions beyond ``keep_versions`` are deleted, never the current one.
        """
        plan_id, stamp = plan.training_plan.plan_id, plan.generation
        check_publishable(plan)
        versions = PlanVersions(self.data, plan_id)
        path = versions.published
        with self.lock(plan_id):
            current = published_stamp(path)
            kept = current if current and self._may_stay(current, stamp) else None
            if kept is None:
                if not self.publishing:
                    return None
                versions.publish(plan)
                versions.delete_old(most=self.keep_versions, published=stamp.generation_id)
                sweep(path.parent)
            path.with_name(ROLLBACK).unlink(missing_ok=True)
            file_hash = _hash_of(path)
        return Publication(path, kept is None, stamp.content_hash, (kept or stamp).generation_id, file_hash)

    def is_intact(self, plan_id: str, file_hash: str | None) -> bool:
        """Whether the published plan has the bytes of this hash, as ``Publication`` gives it."""
        path = self.published_path(plan_id)
        return path is not None and _hash_of(path) == file_hash

    def published_path(self, plan_id: str) -> Path | None:
        """Where the published plan lies; ``None`` where none was published yet."""
        path = PlanVersions(self.data, plan_id).published
        return path if path.is_file() else None

    def published_generation_id(self, plan_id: str) -> str | None:
        """The generation that the published plan says it is, with no look at the rest; ``None`` where it says none."""
        content = read_file(PlanVersions(self.data, plan_id).published) or b""
        found = _GENERATION_ID.match(content, content.rfind(b'"generation"'))
        return found[1].decode() if found else None

    def load_plan(self, plan_id: str) -> Plan | None:
        """The published plan; ``None`` where none was published yet.

        Raises ``DamagedArtefactError`` where it is not what was published.
        """
        return read_plan(PlanVersions(self.data, plan_id).published, lambda: self.how_to_repair(plan_id))

    def check_published(self, plan_id: str, record: PlanRecord | None) -> bool:
        """Whether there is a published plan. Raises ``DamagedArtefactError`` where it is not what was published.

        It is read where it may have changed: since a record was stored that says that it is published, which is after
        it was found sound. Its time of change, unlike that of its content, cannot be set.
        """
        path = PlanVersions(self.data, plan_id).published
        if not path.is_file():
            return False
        if record is not None and record.was_published:
            changed_ns, found_sound_ns = (
                os.lstat(each).st_ctime_ns for each in (path, path.with_name(f"{Stage.FINAL_PLAN}.json"))
            )
            if changed_ns <= found_sound_ns:
                return True
        check_plan_file(path, lambda: self.how_to_repair(plan_id))
        return True

    def how_to_repair(self, plan_id: str) -> str:
        """What to do about a published plan that is damaged; an edit in place has damaged its version too."""
        again = f"`plan-pipeline generate {self.data.plan_folder(plan_id) / REQUEST}` makes the plan again"
        sound = PlanVersions(self.data, plan_id).newest_sound()
        if sound is None:
            return again
        return f"`plan-pipeline rollback {plan_id}` puts {sound.stem} in its place, or {again}"

    def versions(self, plan_id: str) -> tuple[Path, ...]:
        """The published versions that are kept, newest first."""
        return PlanVersions(self.data, plan_id).newest_first()

    def delete_old_versions(self, plan_id: str, timeout_s: float = LOCK_TIMEOUT_S) -> int:
        """Delete the versions beyond ``keep_versions``, never the published one; returns how many.

        Raises ``PlanLockedError`` where a run keeps the plan for ``timeout_s`` seconds.
        """
        versions = PlanVersions(self.data, plan_id)
        if len(versions.newest_first()) <= self.keep_versions:
            return 0
        with self.lock(plan_id, timeout_s):
            published = published_stamp(versions.published)
            if published is None:
                return 0
            return versions.delete_old(most=self.keep_versions, published=published.generation_id)

    def plan_ids(self) -> tuple[str, ...]:
        """Every plan that was asked for or published, in order; links and other folders are left out."""
        folders = (path for path, status in listed(self.data.plans) if stat.S_ISDIR(status.st_mode))
        return tuple(sorted(folder.name for folder in folders if _is_plan(folder)))

    # --- the verdict -------------------------------------------------------------------------------------------

    def save_generation_record(self, plan_id: str, record: PlanRecord) -> Path:
        return self._save(plan_id, f"{Stage.FINAL_PLAN}.json", record, durable=False)

    def load_generation_record(self, plan_id: str) -> PlanRecord | None:
        """How the last generation ended; ``None`` where none was finished yet."""
        return self._load(plan_id, f"{Stage.FINAL_PLAN}.json", PlanRecord, "launch final_plan again")

    def last_generation_id(self, plan_id: str) -> str | None:
        """The greatest id of a generation that was published or ended last, or of what people did with the plan."""
        ids = [path.stem for path in self.versions(plan_id)[:1]]
        for mark in (ROLLBACK, RETIRED):
            with contextlib.suppress(StorageError, ValueError, AttributeError):
                ids.append(from_json(read_file(self.data.plan_folder(plan_id) / mark) or b"{}").get("change_id") or "")
        with contextlib.suppress(DamagedArtefactError):
            record = self.load_generation_record(plan_id)
            ids += [record.generation_id] if record else []
        return max(filter(time_of_id, ids), default=None)

    # --- helpers -------------------------------------------------------------------------------------------------

    def _save(self, plan_id: str, name: str, model: Frozen, *, durable: bool = True) -> Path:
        path = self.data.plan_folder(plan_id) / name
        with self.lock(plan_id):
            write_if_changed(path, as_json(model), durable=durable)
        return path

    def _load(self, plan_id: str, name: str, model: type[M], remedy: str) -> M | None:
        return read_model(self.data.plan_folder(plan_id) / name, model, remedy)

    def _stage_path(self, plan_id: str, stage: Stage) -> Path:
        if not stage.per_week:
            raise ValueError(f"{stage} is kept a plan, not a week; use its own save and load")
        return self.data.plan_folder(plan_id) / f"{stage}.json"

    def _read_weeks(self, path: Path, stage: Stage) -> dict[int, Any]:
        try:
            weeks = json.loads(read_file(path) or b"")["weeks"]
            return {int(number): week for number, week in weeks.items()}
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise damaged(path, str(error) or type(error).__name__, f"launch {stage} for all weeks again") from None

    def _may_stay(self, current: Generation, new: Generation) -> bool:
        if current.content_hash != new.content_hash:
            return False
        return not (self.rewrite_unchanged and self.publishing) or current.generation_id == new.generation_id


def _hash_of(path: Path) -> str:
    return hashlib.sha256(read_file(path) or b"").hexdigest()


def _is_plan(folder: Path) -> bool:
    try:
        check_key(folder.name)
    except ValueError:
        return False
    return is_plan_folder(folder)


def _weeks_as_json(plan_id: str, stage: Stage, weeks: Mapping[int, Any]) -> bytes:
    """One line a week: a quarter of the size of indented text, and still something to read and to compare."""
    lines = b",\n".join(b'"%d": %b' % (number, to_json(week)) for number, week in weeks.items())
    return b'{"plan_id": %b, "stage": %b, "weeks": {\n%b\n}}\n' % (to_json(plan_id), to_json(stage.value), lines)
