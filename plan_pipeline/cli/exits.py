"""How a command ends: exit codes, and the error for an argument that cannot be used."""

from enum import IntEnum
from typing import NoReturn

import typer


class ExitCode(IntEnum):
    """How a command ends."""

    DONE = 0
    REJECTED = 1
    BAD_INPUT = 2


class InputError(ValueError):
    """An argument or file that cannot be used; the text names it and the remedy."""


def finish(good: bool) -> NoReturn:
    """End the command: with 0, or with 1 where a plan was rejected or a check failed."""
    raise typer.Exit(ExitCode.DONE if good else ExitCode.REJECTED)
