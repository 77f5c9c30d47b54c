"""Request files that were handed in long ago: which of them may be removed.

Ages are reckoned from the kernel's time of change, which no copy can set back. A plan is made from the request in its
own folder, so an accepted file is a receipt, and what to hand in again where that folder is lost. It is removed when it
is old and every plan in it has a request of its own that can be read.
"""

import datetime as dt
import stat
from pathlib import Path
from typing import Final, NamedTuple

from plan_pipeline.storage.data_folder import DataFolder, StorageError, listed, sync_folder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.requests.claims import Claims
from plan_pipeline.storage.requests.rejections import REASON_SUFFIX
from plan_pipeline.storage.requests.request_files import OUTCOME_SUFFIX, requests_in
from plan_pipeline.strict_input.input_limits import MAX_LINES_BYTES, read_plain_file

MAX_FILES: Final = 10_000
"""Files of either kind that are removed in one go, oldest first: half a minute's work."""

LOCK_TIMEOUT_S: Final = 30.0


class Cleared(NamedTuple):
    """Files that were removed, and old ones that something still needs."""

    removed: int
    needed: int = 0


def clear_rejected(data: DataFolder, *, before: dt.datetime, at_most: int = MAX_FILES) -> Cleared:
    """Remove rejected files that came before a moment, with their reasons, and reasons whose file is gone.

    A file that somebody is correcting there counts from its last change. Raises ``LockedError`` where requests are
    being ingested for half a minute.
    """
    with Claims(data).lock(LOCK_TIMEOUT_S):
        folder = data.place("requests", "rejected")
        found = _old_files(folder, before)
        names = {path.name for path in found}
        removed = 0
        for path in found:
            if removed >= at_most:
                break
            if path.name.endswith(REASON_SUFFIX):
                if (folder / path.name.removesuffix(REASON_SUFFIX)).exists():
                    continue  # goes with its file
                path.unlink(missing_ok=True)
            else:
                reason = path.with_name(f"{path.name}{REASON_SUFFIX}")
                if reason.exists() and reason.name not in names:
                    continue  # rejected anew
                reason.unlink(missing_ok=True)
                path.unlink(missing_ok=True)
            removed += 1
        if removed:
            sync_folder(folder)
    return Cleared(removed)


def clear_accepted(data: DataFolder, *, before: dt.datetime, at_most: int = MAX_FILES) -> Cleared:
    """Remove accepted files that came before a moment, with their outcomes, unless a plan still needs its request from
    there. Outcomes whose file is gone go as well.

    A plan needs it while the request waits for a run, and where the plan's own copy is missing or damaged. A file that
    cannot be read any more stays for a person to inspect, and all stay while a batch that waits is damaged.
    """
    waiting = Claims(data).waiting_plans()
    store = PlanStore(data)
    folder = data.place("requests", "accepted")
    removed = needed = 0
    for path in _old_files(folder, before):
        if removed >= at_most:
            break
        if path.name.endswith(OUTCOME_SUFFIX):
            goes_with_its_file = (folder / path.name.removesuffix(OUTCOME_SUFFIX)).exists()
            if path.exists() and not goes_with_its_file:
                path.unlink(missing_ok=True)
                removed += 1
            continue
        plan_ids = _plan_ids(path)
        if waiting is None or not plan_ids or any(each in waiting or not _has_own(store, each) for each in plan_ids):
            needed += 1
            continue
        path.with_name(f"{path.name}{OUTCOME_SUFFIX}").unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        removed += 1
    if removed:
        sync_folder(folder)
    return Cleared(removed, needed)


def _plan_ids(path: Path) -> set[str]:
    """The plans that a file asks for; none where it cannot be read."""
    try:
        content = read_plain_file(path, MAX_LINES_BYTES, follow_links=False)
    except OSError:
        return set()
    return {found.request.plan_id for found in requests_in(content, path.name) if found.request is not None}


def _has_own(store: PlanStore, plan_id: str) -> bool:
    try:
        store.load_request(plan_id)
    except StorageError:
        return False
    return True


def _old_files(folder: Path, before: dt.datetime) -> list[Path]:
    """Plain files of a folder, but for dot-names, last changed before a moment, the oldest first."""
    oldest_first = sorted((status.st_ctime_ns, path) for path, status in listed(folder) if stat.S_ISREG(status.st_mode))
    return [path for at, path in oldest_first if at < before.timestamp() * 1e9]
