"""Spares the garbage collector what stays for as long as a run of thousands of plans lasts."""

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
