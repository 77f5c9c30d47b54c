"""What became of the plans that a file from the inbox asked for, beside the file in ``accepted/``."""

import json
from collections.abc import Iterable

from plan_pipeline.storage.data_folder import DataFolder, file_lock, read_file, write_atomically
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.requests.request_files import OUTCOME_SUFFIX

_LOCK = ".outcomes.lock"
_LOCK_TIMEOUT_S = 60.0


def add_outcomes(data: DataFolder, file: str, records: Iterable[PlanRecord]) -> None:
    """Add how plans ended to the outcome of an accepted file; a plan that is there already gets its newer line.

    Readers see the old outcome or the new. Raises ``LockedError`` where others write outcomes for a minute.
    """
    path = data.place("requests", "accepted", f"{file}{OUTCOME_SUFFIX}")
    with file_lock(data.place("requests", _LOCK), timeout_s=_LOCK_TIMEOUT_S, holder="another run is writing outcomes"):
        lines = _lines_by_plan(read_file(path) or b"")
        lines |= {record.plan_id: json.dumps(record.outcome()).encode() for record in records}
        write_atomically(path, b"".join(line + b"\n" for line in lines.values()))


def _lines_by_plan(content: bytes) -> dict[str, bytes]:
    """The lines that are there, by plan; what somebody else wrote into the file is left out."""
    lines = {}
    for line in content.splitlines():
        try:
            lines[str(json.loads(line)["plan_id"])] = line
        except (ValueError, LookupError, TypeError):
            continue
    return lines
