"""Signals that end a command: it says what it leaves, and its exit code is 128 and the signal's number."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible(so_far: Callable[[], str]) -> Iterator[None]:
    """Have signals that end a program raise ``KeyboardInterrupt``, with ``so_far()`` as its note, unless ignored."""
    before = {
        number: signal.signal(number, _interrupt)
        for number in ENDING
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)
    }
    try:
        yield
    except KeyboardInterrupt as interrupt:
        interrupt.add_note(so_far())
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def counted(move_on: Callable[[str], None], so_far: Callable[[int], str]) -> Iterator[Callable[[str], None]]:
    """``interruptible`` while things are done one by one: what it gives is called after each, and calls ``move_on``.

    ``so_far`` says what is left after so many.
    """
    done = 0

    def count(last: str) -> None:
        nonlocal done
        done += 1
        move_on(last)

    with interruptible(lambda: so_far(done)):
        yield count


def signal_of(interrupt: KeyboardInterrupt) -> signal.Signals:
    """The signal that an interrupt was raised for; Python itself names none for Ctrl-C."""
    return signal.Signals(interrupt.args[0]) if interrupt.args else signal.SIGINT


def message_of(interrupt: KeyboardInterrupt) -> str:
    """That the command was interrupted, and what it left."""
    return ": ".join([f"interrupted by {signal_of(interrupt).name}", *getattr(interrupt, "__notes__", ())])


def _interrupt(number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt(number)
