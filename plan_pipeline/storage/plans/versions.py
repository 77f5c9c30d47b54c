"""The published versions of a plan: written once, one of them in place as the published plan, old ones deleted."""

import errno
import os
import re
from pathlib import Path

from plan_pipeline.core.final_plan import content_hash, sealed
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.storage.data_folder import (
    READ_ONLY,
    DataFolder,
    StorageError,
    UnsafePathError,
    listed,
    read_file,
    sweep,
    sync_folder,
    temporary_path,
    write_atomically,
)
from plan_pipeline.storage.full_disk import FULL_ERRNOS
from plan_pipeline.storage.model_files import as_json
from plan_pipeline.storage.plans.integrity import published_stamp
from plan_pipeline.storage.plans.plan_files import PLAN, VERSIONS

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")


class UnpublishablePlanError(StorageError, ValueError):
    """The plan is not whole or not valid, so it must not replace the published one."""


class PlanVersions:
    """The versions of one plan. Whoever writes holds the plan's lock."""

    def __init__(self, data: DataFolder, plan_id: str) -> None:
        self.plan_id = plan_id
        self.published = data.plan_folder(plan_id) / PLAN
        self._data = data

    def path(self, generation_id: str) -> Path:
        """Where the version of a generation lies, whether there is one or not.

        Raises ``UnsafePathError`` for a generation id that cannot be a file name.
        """
        if not _NAME.fullmatch(generation_id):
            raise UnsafePathError(
                f"generation_id {generation_id!r} is not usable as a file name: use letters, digits, '.', '_', '-'"
            )
        return self._data.place("plans", self.plan_id, VERSIONS, f"{generation_id}.json")

    def newest_first(self) -> tuple[Path, ...]:
        """The versions that are kept, by their ids: a file's time says when it was written here."""
        found = (path for path, _ in listed(self._folder) if path.suffix == ".json")
        return tuple(sorted(found, key=lambda path: path.stem, reverse=True))

    def newest_sound(self) -> Path | None:
        """The newest version that is whole and unaltered."""
        return next((path for path in self.newest_first() if published_stamp(path) is not None), None)

    def publish(self, plan: Plan) -> None:
        """Write a version and put it in place; where that fails there is none, so that each was published once."""
        version = self._write(plan)
        try:
            self.put_in_place(version)
        except BaseException:
            published = published_stamp(self.published)
            if published is None or published.generation_id != version.stem:
                version.unlink(missing_ok=True)
            raise

    def put_in_place(self, version: Path) -> None:
        """Make a version the published plan: a second name of the same file, or a copy where there can be none."""
        temporary = temporary_path(self.published)
        try:
            os.link(version, temporary)
        except OSError as error:
            if error.errno in {errno.ENOENT, *FULL_ERRNOS}:
                raise
            write_atomically(self.published, read_file(version) or b"", mode=READ_ONLY)
            return
        try:
            temporary.replace(self.published)
        finally:
            temporary.unlink(missing_ok=True)  # still there where both names already were the same file
        sync_folder(self.published.parent)

    def delete_old(self, *, most: int, published: str) -> int:
        """Keep the ``most`` newest, the ``published`` generation's in any case; returns how many were deleted."""
        old = [path for path in self.newest_first() if path.stem != published][most - 1 :]
        for path in old:
            path.unlink(missing_ok=True)
        sweep(self._folder)
        return len(old)

    @property
    def _folder(self) -> Path:
        return self._data.place("plans", self.plan_id, VERSIONS)

    def _write(self, plan: Plan) -> Path:
        path = self.path(plan.generation.generation_id)
        if read_file(path) is None:  # otherwise an interrupted attempt left it
            path.parent.mkdir(exist_ok=True)  # its name is synced together with that of the plan beside it
            write_atomically(path, as_json(sealed(plan)), mode=READ_ONLY)
            return path
        stamp = published_stamp(path)
        if stamp is None or stamp.content_hash != plan.generation.content_hash:
            raise UnpublishablePlanError(
                f"{path} already holds another plan of this generation; give every generation an id of its own"
            )
        return path


def check_publishable(plan: Plan) -> None:
    """Raises ``UnpublishablePlanError`` for a plan that is not complete, valid and what its stamp says."""
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
