"""Interrupting a run that is executed in this process."""

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import dagster as dg


@contextmanager
def interruptible() -> Iterator[None]:
    """Run with Dagster in charge of signals; ``KeyboardInterrupt`` is raised afterwards.

    Dagster takes the signal, ends the run and records it as failed, but does not always say so to its caller;
    Python writes every signal's number to this socket as well.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        try:
            yield
        except dg.DagsterExecutionInterruptedError:
            raise KeyboardInterrupt from None
        with suppress(BlockingIOError):
            if {signal.SIGINT, signal.SIGTERM} & set(reader.recv(4096)):
                raise KeyboardInterrupt
    finally:
        signal.set_wakeup_fd(before)
        reader.close()
        writer.close()
