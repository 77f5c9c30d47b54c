"""The files in a plan's folder: what they are called, and which there are."""

from pathlib import Path

from plan_pipeline.storage.data_folder import StorageError, read_file, write_atomically

REQUEST = "request.json"
RECEIPT = "received.json"
PLAN = "plan.json"
VERSIONS = "versions"
ROLLBACK = "rollback.json"
RETIRED = "retired.json"
LOCK = ".lock"


class ArtefactMissingError(StorageError):
    """A stage, the request or the plan was not made yet; the message says what to launch."""


def is_plan_folder(folder: Path) -> bool:
    """Whether a folder holds a plan: one that was asked for or published."""
    return any((folder / name).is_file() for name in (REQUEST, PLAN))


def write_if_changed(path: Path, content: bytes, *, durable: bool) -> bool:
    """Replace a file unless it holds the same already, and say whether it was; working artefacts need not survive a
    power cut.
    """
    if not path.is_symlink() and read_file(path) == content:
        return False
    write_atomically(path, content, durable=durable)
    return True
