"""Interrupting a run that is executed in this process."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import dagster as dg

_ENDING: Final = {signal.SIGHUP, signal.SIGINT, signal.SIGTERM}


@contextmanager
def interruptible() -> Iterator[None]:
    """Run with Dagster in charge of signals; ``KeyboardInterrupt`` with the signal's number is raised afterwards.

    Dagster takes SIGINT and SIGTERM, ends the run and records it as failed, but does not always say so to its caller;
    Python writes every signal's number to this socket as well. SIGHUP, which Dagster would die of, is passed on as
    SIGTERM, unless it is ignored, as under nohup.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    at_hangup = signal.getsignal(signal.SIGHUP)
    if at_hangup is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        was_interrupted = False
        try:
            yield
        except dg.DagsterExecutionInterruptedError:
            was_interrupted = True
        if (number := _first_of(reader)) or was_interrupted:
            raise KeyboardInterrupt(number or signal.SIGINT)
    finally:
        signal.signal(signal.SIGHUP, at_hangup)
        signal.set_wakeup_fd(before)
        reader.close()
        writer.close()


def _first_of(reader: socket.socket) -> int | None:
    """The first signal to end that Python wrote to a socket; ``None`` where there was none."""
    with suppress(BlockingIOError):
        return next((number for number in reader.recv(4096) if number in _ENDING), None)
    return None
