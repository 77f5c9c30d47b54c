"""The files in a plan's folder: what they are called, how a model is written to one and read back."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from plan_pipeline.storage.data_folder import StorageError, read_file, write_atomically
from plan_pipeline.strict_input.validation_messages import first_problem

REQUEST = "request.json"
RECEIPT = "received.json"
PLAN = "plan.json"
VERSIONS = "versions"
ROLLBACK = "rollback.json"
RETIRED = "retired.json"
LOCK = ".lock"

M = TypeVar("M", bound=BaseModel)


class ArtefactMissingError(StorageError):
    """A stage, the request or the plan was not made yet; the message says what to launch."""


class DamagedArtefactError(StorageError):
    """A file is there but cannot be read as what it should be."""


def is_plan_folder(folder: Path) -> bool:
    """Whether a folder holds a plan: one that was asked for or published."""
    return any((folder / name).is_file() for name in (REQUEST, PLAN))


def as_json(model: BaseModel) -> bytes:
    """A model as a file holds it: indented, so that people can read and compare it."""
    return model.model_dump_json(indent=2).encode() + b"\n"


def read_model(path: Path, model: type[M], remedy: str) -> M | None:
    """The model that a file holds, ``None`` where there is no file.

    Raises ``DamagedArtefactError`` with the ``remedy`` where it holds something else.
    """
    content = read_file(path)
    if content is None:
        return None
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise damaged(path, first_problem(error, model), remedy) from None


def damaged(path: Path, what: str, remedy: str) -> DamagedArtefactError:
    """The error about a file that is damaged: what is wrong with it, and what to do."""
    return DamagedArtefactError(f"{path} is damaged ({what}); {remedy}")


def write_if_changed(path: Path, content: bytes, *, durable: bool) -> None:
    """Replace a file unless it holds the same already; working artefacts need not survive a power cut."""
    if path.is_symlink() or read_file(path) != content:
        write_atomically(path, content, durable=durable)
