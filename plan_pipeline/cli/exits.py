"""How a command ends: exit codes, and the error for an argument that cannot be used.

Belongs here: what every command needs to end well. Does not belong here: the exceptions of other packages
(see ``errors``), which are costly to import.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ends."""

    DONE = 0
    REJECTED = 1
    BAD_INPUT = 2


class InputError(ValueError):
    """An argument or file that cannot be used; the text names it and the remedy."""
