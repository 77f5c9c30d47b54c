"""Whether a published plan, or a version of it, is still what was written: the file holds the hashes of all it says.

``content_hash`` is of what the athlete gets, ``stamp_hash`` of the rest. Both are of the file's JSON and not of its
text, nor of what today's models make of it: a plan of an earlier release stays sound.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from plan_pipeline.core.model.plan import Generation, Plan
from plan_pipeline.storage.data_folder import read_file
from plan_pipeline.storage.model_files import damaged, parse_model
from plan_pipeline.storage.plans.plan_files import VERSIONS


def read_plan(path: Path, remedy: Callable[[], str]) -> Plan | None:
    """The plan in a file, ``None`` where there is none.

    Raises ``DamagedArtefactError`` with the ``remedy`` for one that is not whole or was altered.
    """
    content = check_plan_file(path, remedy)
    if content is None:
        return None
    return parse_model(path, content, Plan, "update the program if a newer version of it wrote the file")


def check_plan_file(path: Path, remedy: Callable[[], str]) -> bytes | None:
    """The content of a plan's file, ``None`` where there is none. Raises as ``read_plan``."""
    content = read_file(path)
    try:
        if content is not None:
            _verified(path, content)
    except ValueError as error:
        raise damaged(path, str(error), remedy()) from None
    return content


def published_stamp(path: Path) -> Generation | None:
    """The stamp of a published plan or a version; ``None`` where there is none that is whole and unaltered."""
    content = read_file(path)
    try:
        return None if content is None else _verified(path, content)
    except ValueError:
        return None


def _verified(path: Path, content: bytes) -> Generation:
    """The stamp in a file. Raises ``ValueError`` saying what of the file is not as it was written."""
    written: Any = from_json(content)
    try:
        stamp, body = Generation.model_validate(written["generation"]), written.pop("training_plan")
        plan_id = body["plan_id"]
    except (LookupError, TypeError, AttributeError, ValidationError):
        raise ValueError("it is not a whole plan") from None
    is_version = path.parent.name == VERSIONS
    if hashlib.sha256(to_json(body)).hexdigest() != stamp.content_hash:
        raise ValueError("training_plan was changed after it was published: it does not match generation.content_hash")
    if stamp.stamp_hash is not None and _stamp_hash(written) != stamp.stamp_hash:
        raise ValueError(
            "what is beside training_plan was changed after it was published: it does not match generation.stamp_hash"
        )
    if plan_id != (path.parent.parent if is_version else path.parent).name:
        raise ValueError(f"it is the plan {plan_id!r}")
    if is_version and path.stem != stamp.generation_id:
        raise ValueError(f"it is the generation {stamp.generation_id!r}")
    return stamp


def _stamp_hash(beside: dict[str, Any]) -> str:
    stamp = {name: value for name, value in beside["generation"].items() if name != "stamp_hash"}
    return hashlib.sha256(to_json({**beside, "generation": stamp})).hexdigest()
