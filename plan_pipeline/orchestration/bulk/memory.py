"""Spares the garbage collector what stays for as long as a run of thousands of plans lasts.

Belongs here: telling the interpreter which objects need no looking through. Does not belong here: what is kept (the
tables of a library, see ``core.duration.envelope``; Dagster's own modules).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def long_lived() -> Iterator[Callable[[], None]]:
    """Within it, a call of what it gives sets aside all objects that are alive then; at the end they are back.

    Dagster's modules and a library's tables are some million objects, and a plan makes enough new ones to have all of
    them looked through every few plans, for up to 20 ms each time.
    """

    def settle() -> None:
        gc.collect()
        gc.freeze()

    settle()
    try:
        yield settle
    finally:
        gc.unfreeze()
