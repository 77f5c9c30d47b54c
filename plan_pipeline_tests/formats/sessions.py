"""Sessions for the tests of workout files, and what two of them have to share.

Belongs here: builders and comparisons. Does not belong here: anything that asserts.
"""

from __future__ import annotations

from typing import Any

from plan_pipeline.core.model.workout import LibraryWorkout
from plan_pipeline.formats import EXPORTERS, READERS
from plan_pipeline.formats.reading import ReadSession
from plan_pipeline.formats.session import Session, SessionPart, SessionSet, SessionStep, parts_of_library

FTP = 265


def session_of(workout: LibraryWorkout, ftp_watts: float | None = FTP) -> Session:
    return Session(
        name=workout.name,
        description=workout.description,
        parts=parts_of_library(workout.parts),
        ftp_watts=ftp_watts,
    )


def a_session(*parts: SessionPart, name: str = "Work", description: str = "") -> Session:
    return Session(name=name, description=description, parts=parts, ftp_watts=FTP)


def steady(seconds: float, pct: float, text: str = "") -> SessionStep:
    return SessionStep(duration_s=seconds, start_pct=pct, end_pct=pct, text=text)


def ramp(seconds: float, start: float, end: float) -> SessionStep:
    return SessionStep(duration_s=seconds, start_pct=start, end_pct=end)


def written(session: Session, form: str) -> bytes:
    exporter: Any = EXPORTERS.get(form)
    content = exporter.writer.write(session)
    assert isinstance(content, bytes)
    return content


def read(content: bytes | str, form: str, ftp_watts: float | None = None) -> ReadSession:
    return READERS.get(form).read(content.encode() if isinstance(content, str) else content, ftp_watts)


def structure(session: Session) -> tuple[object, ...]:
    """Lengths and powers in riding order, and what is repeated how often: what a workout is, whatever it says.

    A set that is done once is its steps.
    """
    return tuple(shape for part in session.parts for shape in _shapes(part))


def _shapes(part: SessionPart) -> list[tuple[object, ...]]:
    if not isinstance(part, SessionSet):
        return [part.shape]
    shapes = [step.shape for step in part.steps]
    return shapes if part.repeat == 1 else [(part.repeat, *shapes)]


def ridden(session: Session) -> list[tuple[object, ...]]:
    """Lengths and powers, sets written out."""
    return [step.shape for step in session.steps]
