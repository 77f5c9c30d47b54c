"""Models kept as JSON files in the data folder: how one is written, and read back."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from plan_pipeline.storage.data_folder import StorageError, read_file
from plan_pipeline.strict_input.validation_messages import first_problem

M = TypeVar("M", bound=BaseModel)


class DamagedArtefactError(StorageError):
    """A file is there but cannot be read as what it should be."""


def as_json(model: BaseModel) -> bytes:
    """A model as a file holds it that people read and compare."""
    return model.model_dump_json(indent=2).encode() + b"\n"


def read_model(path: Path, model: type[M], remedy: str) -> M | None:
    """The model that a file holds, ``None`` where there is no file.

    Raises ``DamagedArtefactError`` with the ``remedy`` where it holds something else, and as ``read_file`` does.
    """
    content = read_file(path)
    return None if content is None else parse_model(path, content, model, remedy)


def parse_model(path: Path, content: bytes, model: type[M], remedy: str) -> M:
    """The model in the content of a file. Raises ``DamagedArtefactError`` with the ``remedy``."""
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise damaged(path, first_problem(error, model), remedy) from None


def damaged(path: Path, what: str, remedy: str) -> DamagedArtefactError:
    """The error about a file that is damaged: what is wrong with it, and what to do."""
    return DamagedArtefactError(f"{path} is damaged ({what}); {remedy}")
