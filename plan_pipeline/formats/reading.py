"""Reading a workout file of any format into a session, with what had to be repaired on the way.

A reader is narrow: the endings of the files it takes, and bytes in, session out. What it can repair it repairs and says
so; what it cannot is an ``UnreadableSessionError`` that says what is wrong and what to do. Files are strangers': how
large they may be, and how long and hard their steps, is said here once for all formats.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, NamedTuple, Protocol, runtime_checkable

from plan_pipeline.core.model.segments import MOST_PCT
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.formats.repeats import with_sets
from plan_pipeline.formats.roles import with_roles
from plan_pipeline.formats.session import Session, SessionPart, SessionSet, SessionStep, written_out
from plan_pipeline.strict_input.input_limits import MAX_SESSION_BYTES, shortened

MAX_STEP_MIN: Final = 24 * 60
MAX_STEPS: Final = 1000
"""Of a file: minutes of a step, and steps with sets written out. What is beyond is no workout."""

WRITTEN_OUT: Final = 3
"""Repeats that are a set in a format that could have said so: two may be meant as they stand."""

FREE_RIDE_PCT: Final = 60.0
"""What is ridden where a file leaves the power open: easy endurance, % of threshold."""

MAX_NUMBER: Final = 1e9
"""Of seconds, watts or repeats; a larger one is none of them."""

MAX_NAME: Final = 120
MAX_TEXT: Final = 2000
"""Characters of a name, and of a description or what a step says, that are kept."""

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


class UnreadableSessionError(ValueError):
    """A workout file that cannot be read; the text says what is wrong and what to do."""


class ReadSession(NamedTuple):
    """A session, and what was repaired to read it, a sentence each."""

    session: Session
    repairs: tuple[str, ...] = ()


class SessionReader(Protocol):
    """Reads the files of a format. ``suffixes`` are their endings, in lower case, such as ``.zwo``."""

    @property
    def suffixes(self) -> tuple[str, ...]: ...

    def read(self, content: bytes, ftp_watts: float | None = None) -> ReadSession:
        """The session in a file's content; ``ftp_watts`` is for files that give watts and no threshold.

        Raises ``UnreadableSessionError``.
        """
        ...


@runtime_checkable
class RunsReader(SessionReader, Protocol):
    """A reader that also takes runs in speeds or paces, once it knows whose they are."""

    def for_runner(self, runner: Runner) -> SessionReader:
        """The reader for runs of a runner, by whose threshold pace speeds are measured."""
        ...


class Repairs:
    """What a reader had to repair, in order, each said once."""

    def __init__(self) -> None:
        self._said: dict[str, None] = {}

    def add(self, what: str) -> None:
        self._said[what] = None

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(self._said)


def finished(
    name: str,
    parts: Iterable[SessionPart],
    repairs: Repairs,
    *,
    description: str = "",
    ftp_watts: float | None = None,
    least_repeats: int | None = 2,
    off_the_bike: bool = False,
    sport: Sport = Sport.CYCLING,
    unmeasured: WorkoutType | None = None,
) -> ReadSession:
    """What was read, with roles for steps that have none and sets where steps repeat, within the limits of a workout.

    On the bike a step without a power is easy; steps of a run are made by ``run_step``. A format that has sets by
    itself leaves fewer than ``least_repeats`` as its author wrote them; with ``None`` the parts are as they stand.
    Raises ``UnreadableSessionError`` where it holds no step, or more than a workout can.
    """
    found = tuple(parts)
    check_limits(found)
    found = tuple(_each_step(part, _in_plain_text) for part in found)
    if sport is Sport.CYCLING and not off_the_bike:
        found = tuple(_each_step(part, partial(_with_power, repairs=repairs)) for part in found)
    session = Session(
        name=one_line(plain_text(name))[:MAX_NAME],
        description=plain_text(description).strip()[:MAX_TEXT],
        parts=with_roles(found if least_repeats is None else with_sets(found, least_repeats), sport, unmeasured),
        ftp_watts=ftp_watts,
        sport=sport,
        unmeasured=unmeasured,
    )
    return ReadSession(session, repairs.all)


def _each_step(part: SessionPart, change: Callable[[SessionStep], SessionStep]) -> SessionPart:
    if isinstance(part, SessionSet):
        return part.model_copy(update={"steps": tuple(map(change, part.steps))})
    return change(part)


def _in_plain_text(step: SessionStep) -> SessionStep:
    text = one_line(plain_text(step.text))[:MAX_TEXT]
    return step if text == step.text else step.model_copy(update={"text": text})


def _with_power(step: SessionStep, repairs: Repairs) -> SessionStep:
    if step.start_pct is not None:
        return step
    repairs.add(f"a step has no power and was read as {FREE_RIDE_PCT:g} %")
    return step.model_copy(update={"start_pct": FREE_RIDE_PCT, "end_pct": FREE_RIDE_PCT, "role": None})


def check_limits(parts: Sequence[SessionPart]) -> None:
    """Raise ``UnreadableSessionError`` for what is no workout by its length or its power."""
    if not parts:
        raise UnreadableSessionError("holds no steps; give a file of a workout with at least one")
    count = sum(part.repeat * len(part.steps) if isinstance(part, SessionSet) else 1 for part in parts)
    if count > MAX_STEPS:
        raise UnreadableSessionError(f"has {count} steps, more than {MAX_STEPS}; split the workout")
    for number, step in enumerate(written_out(parts), start=1):
        if step.duration_s > MAX_STEP_MIN * 60:
            minutes = f"{step.duration_s / 60:g}"
            raise UnreadableSessionError(f"step {number} is {minutes} min, longer than a day; correct its duration")
        if step.highest_pct > MOST_PCT:
            pct = f"{step.highest_pct:g}"
            raise UnreadableSessionError(
                f"step {number} is {pct} % of threshold, over {MOST_PCT:g} %; correct its intensity"
            )
    if sum(step.duration_s for step in written_out(parts)) > MAX_STEP_MIN * 60:
        raise UnreadableSessionError("is longer than a day; correct the durations of its steps")


def plain_text(text: str) -> str:
    """Text without control characters, changes of the direction of writing, and halves of characters."""
    return _CONTROL.sub("", text)


def number_in(text: str, field: str) -> float:
    """A number as people and programs write it: ``0.85``, ``0,85``, ``85 %``, which is 0.85.

    Raises ``UnreadableSessionError`` that names the field.
    """
    plain = text.strip().replace(",", ".")
    is_percent = plain.endswith("%")
    try:
        number = float(plain.removesuffix("%")) if len(plain) < 40 else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) > MAX_NUMBER:
        raise UnreadableSessionError(f"{field} is {shortened(one_line(text))!r}, which is no number; correct it")
    return number / 100 if is_percent else number


def text_in(content: bytes, repairs: Repairs) -> str:
    """The text of a file: UTF-8 or UTF-16 by its mark, or else the Windows code page that old programs write."""
    if len(content) > MAX_SESSION_BYTES:
        raise UnreadableSessionError(f"is larger than {MAX_SESSION_BYTES // 1000} kB; a workout is a few kilobytes")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise UnreadableSessionError("begins like UTF-16 and is none; save it as UTF-8") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in content:
            raise UnreadableSessionError("is no text; give a file of its format") from None
        repairs.add("the text was not UTF-8 and was read as Windows-1252")
        return content.decode("cp1252", errors="replace")


def pct_of_watts(watts: float, ftp_watts: float) -> float:
    """Watts as % of threshold: the whole percent that rounds to these watts where there is one, else to a tenth."""
    exact = 100 * watts / ftp_watts
    whole = round(exact)
    explains = abs(whole * ftp_watts / 100 - watts) <= (0.5 if watts == round(watts) else 0.06)
    return float(whole) if explains else round(exact, 1)


def known_ftp(*candidates: float | None) -> float:
    """The first threshold that is known. Raises ``UnreadableSessionError`` where none is."""
    for watts in candidates:
        if watts is not None and watts > 0:
            return watts
    raise UnreadableSessionError("gives watts and no threshold to measure them by; give the rider's with --ftp W")
