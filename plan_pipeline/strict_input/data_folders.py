"""What folders of data that people edit share: a version by content, and problems told all at once."""

import hashlib
import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

VERSION_LENGTH = 12
"""Hex digits of a version: 48 bits tell any number of versions ever made apart."""

P = TypeVar("P")


class Severity(StrEnum):
    """An error keeps the folder from being used as it is meant; a warning asks for a second look."""

    ERROR = "error"
    WARNING = "warning"


class ProblemsError(ValueError, Generic[P]):
    """The folder cannot be used. ``problems`` holds everything that was found, the message one line each."""

    what: ClassVar[str]

    def __init__(self, problems: Iterable[P]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        heading = f"the {self.what} has {count} problem{'' if count == 1 else 's'}:"
        super().__init__("\n  ".join([heading, *map(str, self.problems)]))


def content_version(content: Any) -> str:
    """A short SHA-256 over content in canonical JSON: layout, comments and the order of fields make no difference."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:VERSION_LENGTH]
