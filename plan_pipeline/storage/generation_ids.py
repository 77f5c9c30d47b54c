"""Ids of generations: each greater than every one given out before, whatever the clock does meanwhile.

An id begins with a time, which is the clock's unless that is not later than the last id's, and goes on with digits of
the run. The last one given out is kept in the data folder; where that is gone, the facts say which there were.
"""

import contextlib
import datetime as dt
from typing import Final

from plan_pipeline.storage.data_folder import DataFolder, StorageError, file_lock, read_file, write_atomically
from plan_pipeline.storage.facts.manifest import stored_parts

LAST: Final = ".last_generation"
"""The file in the data folder that holds the last id given out."""

LOCK_TIMEOUT_S: Final = 30.0
"""How long an id is waited for while others take theirs, which is milliseconds each."""

_MILLISECOND: Final = dt.timedelta(milliseconds=1)


def new_generation_id(data: DataFolder, at: dt.datetime, of_run: str, *, after: str | None = None) -> str:
    """An id of what the run ``of_run`` generates from ``at`` on, greater than all before and than ``after``."""
    with file_lock(data.place(f"{LAST}.lock"), timeout_s=LOCK_TIMEOUT_S, holder="ids of generations are given out"):
        path = data.place(LAST)
        last = (read_file(path) or b"").decode(errors="replace").strip()
        if time_of_id(last) is None:
            last = _last_recorded(data)
        taken = [time + _MILLISECOND for time in map(time_of_id, (last, after or "")) if time]
        time = max(_in_milliseconds(at), *taken) if taken else _in_milliseconds(at)
        found = f"{time:%Y%m%dT%H%M%S}{time.microsecond // 1000:03}Z-{of_run}"
        write_atomically(path, f"{found}\n".encode())
    return found


def time_of_id(generation_id: str) -> dt.datetime | None:
    """The time that an id begins with: when it was generated, or later; ``None`` where it has another form."""
    time, _, rest = generation_id.partition("Z-")
    if not rest or not time[:8].isdigit():
        return None
    try:  # a twentieth of the time that strptime takes
        return dt.datetime.fromisoformat(f"{time[:15]}.{time[15:]}+00:00")
    except ValueError:
        return None


def _in_milliseconds(at: dt.datetime) -> dt.datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _last_recorded(data: DataFolder) -> str:
    """The greatest id that the facts know of: parts are called after the generations in them."""
    with contextlib.suppress(StorageError):
        return max(filter(time_of_id, stored_parts(data.place("facts", "plan_generations"))), default="")
    return ""
