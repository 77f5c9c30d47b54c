"""ERG and MRC, the courses of trainers: lines of minutes and power, two for every step, and the texts shown on the way.

The two differ in one thing, what power is counted in. Sets are written out, and recognised when they are read; where
they would not be, a line of the header has them.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.formats import ExportError
from plan_pipeline.formats.numbers import plain
from plan_pipeline.formats.reading import (
    ReadSession,
    Repairs,
    UnreadableSessionError,
    finished,
    known_ftp,
    number_in,
    pct_of_watts,
    plain_text,
    text_in,
)
from plan_pipeline.formats.repeats import by_note, parts_note
from plan_pipeline.formats.session import Session, SessionStep
from plan_pipeline.strict_input.input_limits import shortened

MINUTE_DIGITS: Final = 4
"""Of minutes in a line: a second is 0.0167 of them, so that whole seconds come back."""

_BETWEEN = re.compile(r"[\s;]+|,\s+")


class Unit(StrEnum):
    """What the power in a course is counted in."""

    WATTS = "WATTS"
    PERCENT = "PERCENT"
    FTP = "FTP"


class Point(NamedTuple):
    """A line of a course."""

    minutes: float
    power: float


# --- writing ------------------------------------------------------------------------------------------------------


def written(session: Session, unit: Unit) -> bytes:
    """A course in watts of the session's threshold, or in percent of it.

    Raises ``ExportError`` where there is none to make watts of.
    """
    ftp = session.ftp_watts if unit is Unit.WATTS else None
    if ftp is None and unit is Unit.WATTS:
        raise ExportError(f"{session.name!r} has no threshold to make watts of; write it as mrc, which is in percent")
    head = [
        "[COURSE HEADER]",
        "VERSION = 2",
        "UNITS = ENGLISH",
        f"DESCRIPTION = {_line(session.description or session.name)}",
        f"FILE NAME = {_line(session.name)}",
        *([f"FTP = {plain(ftp)}"] if ftp else []),
        *([f"PARTS = {note}"] if (note := parts_note(session.parts)) else []),
        f"MINUTES {unit}",
        "[END COURSE HEADER]",
        "[COURSE DATA]",
    ]
    lines = [f"{plain(minutes, MINUTE_DIGITS)}\t{power}" for minutes, power in _points(session, ftp)]
    texts = list(_texts(session))
    said = ["[COURSE TEXT]", *texts, "[END COURSE TEXT]"] if texts else []
    return "\r\n".join([*head, *lines, "[END COURSE DATA]", *said, ""]).encode()


def _points(session: Session, ftp: float | None) -> Iterator[tuple[float, str]]:
    seconds = 0.0
    for step in session.steps:
        for at, pct in ((seconds, step.start_pct), (seconds + step.duration_s, step.end_pct)):
            yield at / 60, plain((pct or 0.0) if ftp is None else ftp * (pct or 0.0) / 100, 1 if ftp else 2)
        seconds += step.duration_s


def _texts(session: Session) -> Iterator[str]:
    seconds = 0.0
    for step in session.steps:
        if step.text:
            yield f"{plain(seconds, 0)}\t{_line(step.text)}\t10"
        seconds += step.duration_s


def _line(text: str) -> str:
    return one_line(plain_text(text)).replace("[", "(").replace("]", ")")


# --- reading ------------------------------------------------------------------------------------------------------


class _Course(NamedTuple):
    """What the sections of a file hold."""

    fields: dict[str, str]
    columns: str
    points: tuple[Point, ...]
    texts: tuple[tuple[float, str], ...]


def read(content: bytes, usual: Unit, ftp_watts: float | None) -> ReadSession:
    """A course in whatever unit its header says, or else in the one that is usual for the file's ending."""
    repairs = Repairs()
    course = _course(text_in(content, repairs), repairs)
    unit = next((unit for unit in Unit if unit in course.columns.split()), None)
    if unit is None:
        unit = usual
        repairs.add(f"the header does not say MINUTES WATTS or MINUTES PERCENT; read as {usual}")
    ftp: float | None = None
    if "FTP" in course.fields:
        ftp = number_in(course.fields["FTP"], "FTP")
    if unit is Unit.WATTS:
        ftp = known_ftp(ftp, ftp_watts)
    steps = tuple(_steps(course, unit, ftp, repairs))
    if steps and not any(step.highest_pct for step in steps):
        raise UnreadableSessionError("has no power in any step; it is no ride, and this format has nothing else to say")
    name = course.fields.get("FILE NAME", "") or course.fields.get("DESCRIPTION", "")
    name = re.sub(r"\.(erg|mrc)$", "", name, flags=re.IGNORECASE)
    described = course.fields.get("DESCRIPTION", "")
    noted = by_note(steps, course.fields.get("PARTS", ""))
    return finished(
        name,
        noted or steps,
        repairs,
        description="" if described == name else described,
        ftp_watts=ftp,
        least_repeats=None if noted else 2,
    )


def _course(text: str, repairs: Repairs) -> _Course:
    fields: dict[str, str] = {}
    columns, section = "", ""
    points: list[Point] = []
    texts: list[tuple[float, str]] = []
    found_data = False
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.strip()
        if said.startswith("[") and said.endswith("]"):
            section = one_line(said[1:-1].upper())
            found_data |= section == "COURSE DATA"
        elif not said:
            continue
        elif section == "COURSE DATA":
            points.append(_point(line, number))
        elif section == "COURSE TEXT":
            texts += _text_in(line)
        elif section == "COURSE HEADER":
            name, equals, value = line.partition("=")
            if equals:
                fields[name.strip().upper()] = value.strip()
            elif line.upper().split()[:1] == ["MINUTES"]:
                columns = line.upper()
    if not found_data:
        raise UnreadableSessionError("has no [COURSE DATA]; give an ERG or MRC file")
    if section == "COURSE DATA":
        repairs.add("[END COURSE DATA] is missing; the file was read to its end")
    return _Course(fields, columns, tuple(points), tuple(texts))


def _point(line: str, number: int) -> Point:
    cells = _BETWEEN.split(line.strip())
    if len(cells) < 2:
        raise UnreadableSessionError(
            f"line {number} is {shortened(one_line(line))!r}, not minutes and power; correct it, such as 10.0 75"
        )
    minutes, power = number_in(cells[0], f"line {number}: minutes"), number_in(cells[1].rstrip("%"), f"line {number}")
    if minutes < 0 or power < 0:
        raise UnreadableSessionError(f"line {number} has a number below 0; correct it")
    return Point(minutes, power)


def _text_in(line: str) -> list[tuple[float, str]]:
    cells = line.strip().split("\t")
    try:
        at = float(cells[0].replace(",", "."))
    except ValueError:
        return []
    return [(at, one_line(cells[1]))] if len(cells) > 1 and cells[1].strip() else []


def _steps(course: _Course, unit: Unit, ftp: float | None, repairs: Repairs) -> Iterator[SessionStep]:
    """A step from each point to the next, where time passes between them: two powers are a ramp."""
    points = course.points
    if any(later.minutes < earlier.minutes for earlier, later in pairwise(points)):
        points = tuple(sorted(points, key=lambda point: point.minutes))
        repairs.add("the lines of [COURSE DATA] were not in the order of time and were sorted")
    if points and points[0].minutes > 0:
        points = (Point(0.0, points[0].power), *points)
        repairs.add(f"the course began at {points[1].minutes:g} min; its first power was read from the start")
    texts = list(course.texts)
    for earlier, later in pairwise(points):
        begins, ends = round(earlier.minutes * 60), round(later.minutes * 60)
        if begins == ends:
            continue
        said = [text for at, text in texts if begins <= at < ends]
        yield SessionStep(
            duration_s=float(ends - begins),
            start_pct=_pct(earlier.power, unit, ftp),
            end_pct=_pct(later.power, unit, ftp),
            text="; ".join(said),
        )


def _pct(power: float, unit: Unit, ftp: float | None) -> float:
    if unit is Unit.WATTS:
        assert ftp is not None
        return pct_of_watts(power, ftp)
    return round(power, 2)
