"""What is spent on models, and what is set aside for calls that are going, over all processes of a data folder.

``llm/spending.json`` has the sums by day and run. A call that is going has a file in ``llm/reservations``, which its
process keeps locked: the operating system releases the lock when the process dies, however it dies, and no other
process can be taken for it, as it can by an id. Nothing has to expire, so a call may take as long as it takes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import logging
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.model_call import ModelCall
from plan_pipeline.storage.data_folder import (
    DataFolder,
    StorageError,
    file_lock,
    listed,
    make_folder,
    read_file,
    sync_folder,
    try_lock,
    write_atomically,
)
from plan_pipeline.storage.model_calls.answer_files import SUFFIX, AnswerFiles
from plan_pipeline.storage.model_files import DamagedArtefactError, as_json, parse_model, read_model

log = logging.getLogger(__name__)

LOCK_TIMEOUT_S: Final = 60.0
"""How long a process waits for others that count, each for some ten milliseconds."""

KEPT_FOR: Final = dt.timedelta(days=7)
"""How long the sum of a run is kept after its last call: longer than any run takes."""

CLOCK_TOLERANCE: Final = dt.timedelta(hours=1)
"""By how much the clock of a file system may be behind that of the machine."""

REMEDY: Final = "remove it: what is spent today is then counted from the stored calls"


class Committed(NamedTuple):
    """US dollars that a run, and all runs on the day, have spent, and have set aside for calls that are going."""

    day: dt.date
    run_spent_usd: Decimal
    run_set_aside_usd: Decimal
    day_spent_usd: Decimal
    day_set_aside_usd: Decimal


class RunSpending(Frozen):
    """What a run has spent, US dollars, and when it first and last set something aside."""

    usd: Decimal
    first_at: AwareDatetime
    last_at: AwareDatetime


class Spending(Frozen):
    """All of ``spending.json``."""

    version: int = Field(default=1, le=1)
    days: dict[dt.date, Decimal] = Field(default_factory=dict)
    runs: dict[str, RunSpending] = Field(default_factory=dict)

    def with_cost(self, run_id: str, day: dt.date, usd: Decimal, at: dt.datetime) -> Spending:
        """What is spent when a run has spent something more; what is long over is forgotten."""
        known = self.runs.get(run_id, RunSpending(usd=Decimal(0), first_at=at, last_at=at))
        run = RunSpending(usd=known.usd + usd, first_at=min(known.first_at, at), last_at=max(known.last_at, at))
        days = self.days | {day: self.days.get(day, Decimal(0)) + usd}
        oldest = at - KEPT_FOR
        return self.model_copy(
            update={
                "days": {each: spent for each, spent in days.items() if each >= oldest.date()},
                "runs": {each: spent for each, spent in (self.runs | {run_id: run}).items() if spent.last_at >= oldest},
            }
        )


class Reservation(Frozen):
    """What is set aside for a call. ``day`` is the one that it is spent on, however long the call takes."""

    run_id: str
    day: dt.date
    at_most_usd: Decimal
    made_at: AwareDatetime


MayBeSpent = Callable[[Committed], None]
"""Raises where no more may be spent; what it is given does not count what is asked for."""


class SpendingLedger:
    """The spending of a data folder. A day is one in ``timezone``."""

    def __init__(self, data: DataFolder, timezone: ZoneInfo) -> None:
        self.data = data
        self._timezone = timezone
        self._answers = AnswerFiles(data)

    @property
    def is_kept(self) -> bool:
        """Whether spending is counted already, as it is once there was a budget."""
        return self._place("spending.json").exists()

    @contextmanager
    def set_aside(
        self, run_id: str, at_most_usd: float, may_be_spent: MayBeSpent, *, now: Callable[[], dt.datetime]
    ) -> Iterator[Callable[[float | None], None]]:
        """Set aside US dollars for a call of a run, unless ``may_be_spent`` raises.

        Within it, the given function adds what was spent, durable when it returns; afterwards nothing is set aside any
        more. What dead processes had set aside is free again, and their calls count where they are stored. Raises
        ``LockedError`` and ``StorageError``.
        """
        path = self._place("reservations", f"{secrets.token_hex(16)}{SUFFIX}")
        with contextlib.ExitStack() as held:
            with self._counting():
                at = now()
                spending = self._with_lost_calls(self._read(at), at)
                reservation = Reservation(
                    run_id=run_id,
                    day=at.astimezone(self._timezone).date(),
                    at_most_usd=_exact(at_most_usd),
                    made_at=at,
                )
                may_be_spent(self._committed(spending, reservation))
                self._write(spending.with_cost(run_id, reservation.day, Decimal(0), at))
                held.enter_context(_locked_file(path, as_json(reservation)))
            try:
                yield lambda usd: self._spend(reservation, usd)
            finally:
                with self._counting():
                    path.unlink(missing_ok=True)

    def correct(self, run_id: str, usd: float, *, at: dt.datetime) -> None:
        """Add to what a run had spent at a time, durable when it returns; less than nothing gives something back.

        Nothing is given back that is not counted. Does nothing where spending is not counted.
        """
        with self._counting():
            if not self.is_kept:
                return
            spending, day = self._read(at), at.astimezone(self._timezone).date()
            run = spending.runs.get(run_id)
            counted = min(run.usd, spending.days.get(day, Decimal(0))) if run else Decimal(0)
            self._write(spending.with_cost(run_id, day, max(_exact(usd), -counted), at))

    def _spend(self, reservation: Reservation, usd: float | None) -> None:
        if usd:
            with self._counting():
                spending = self._read(reservation.made_at)
                self._write(spending.with_cost(reservation.run_id, reservation.day, _exact(usd), reservation.made_at))

    def _committed(self, spending: Spending, asked: Reservation) -> Committed:
        going = list(self._going())
        run = spending.runs.get(asked.run_id)
        return Committed(
            asked.day,
            run.usd if run else Decimal(0),
            sum((each.at_most_usd for each in going if each.run_id == asked.run_id), Decimal(0)),
            spending.days.get(asked.day, Decimal(0)),
            sum((each.at_most_usd for each in going if each.day == asked.day), Decimal(0)),
        )

    def _going(self) -> Iterator[Reservation]:
        for path, _ in listed(self._place("reservations")):
            if (reservation := read_model(path, Reservation, REMEDY)) is not None:
                yield reservation

    def _with_lost_calls(self, spending: Spending, at: dt.datetime) -> Spending:
        """The spending with what dead processes have paid, whose reservations are removed once that is written.

        What a run has paid is what its stored calls cost. The sum may be ahead of them by calls that were counted and
        could not be stored, and is never lowered; so this can be stopped and done again.
        """
        dead = [path for path, _ in listed(self._place("reservations")) if _is_dead(path)]
        for path in dead:
            reservation = _last_words(path)
            if reservation is None:
                continue
            run = spending.runs.get(reservation.run_id)
            counted, since = (run.usd, run.first_at) if run else (Decimal(0), reservation.made_at)
            paid = sum(
                (_exact(call.cost_usd or 0) for call in self._stored(since) if call.run_id == reservation.run_id),
                Decimal(0),
            )
            if paid > counted:
                spending = spending.with_cost(reservation.run_id, reservation.day, paid - counted, at)
        if dead:
            self._write(spending)
        for path in dead:
            path.unlink(missing_ok=True)
        return spending

    def _stored(self, since: dt.datetime) -> Iterator[ModelCall]:
        """The calls that were stored since an instant. A question's folder changes with every call that it gets."""
        from_s = (since - CLOCK_TOLERANCE).timestamp()
        for folder, question in self._answers.questions():
            try:
                if folder.stat().st_mtime < from_s:
                    continue
            except FileNotFoundError:  # its calls are old
                continue
            for found in self._answers.of(question):
                try:
                    stored = self._answers.read(found)
                except StorageError as error:
                    log.warning("what a call cost is not counted: %s", error)
                    continue
                if stored is not None:
                    yield stored.call

    def _read(self, at: dt.datetime) -> Spending:
        """The sums; where they are not kept yet, or were removed, those of the calls that were stored today."""
        found = read_model(self._place("spending.json"), Spending, REMEDY)
        if found is not None:
            return found
        spending = Spending()
        today = at.astimezone(self._timezone).date()
        midnight = dt.datetime.combine(today, dt.time(), self._timezone)
        for call in self._stored(midnight):
            if call.asked_at.astimezone(self._timezone).date() == today:
                spending = spending.with_cost(call.run_id, today, _exact(call.cost_usd or 0), at)
        return spending

    def _write(self, spending: Spending) -> None:
        write_atomically(self._place("spending.json"), as_json(spending))

    def _counting(self) -> AbstractContextManager[None]:
        holder = "others are counting what is spent on models"
        return file_lock(self._place(".spending.lock"), timeout_s=LOCK_TIMEOUT_S, holder=holder)

    def _place(self, *names: str) -> Path:
        return self.data.place("llm", *names)


def _exact(usd: float) -> Decimal:
    return Decimal(str(usd))


@contextmanager
def _locked_file(path: Path, content: bytes) -> Iterator[None]:
    """A durable file that is locked while it is open. Nobody may look for it before this returns."""
    make_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        try_lock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, content)
        os.fsync(descriptor)
        sync_folder(path.parent)
        yield
    finally:
        os.close(descriptor)


def _is_dead(path: Path) -> bool:
    """Whether nobody has a file locked any more."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StorageError(f"{path} cannot be opened ({error.strerror}); remove it") from None
    try:
        return try_lock(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def _last_words(path: Path) -> Reservation | None:
    """What a dead process had set aside; ``None`` where it died before it had, and so before its call."""
    content = read_file(path)
    try:
        return None if content is None else parse_model(path, content, Reservation, REMEDY)
    except DamagedArtefactError:
        return None
