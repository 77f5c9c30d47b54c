"""Sessions written as ZWO.

A set of two steady steps is an ``IntervalsT``; any other set is written out, and recognised when it is read. Where it
would not be, an element that Zwift passes over has the sets.
"""

from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.formats.numbers import plain
from plan_pipeline.formats.reading import plain_text
from plan_pipeline.formats.repeats import parts_note
from plan_pipeline.formats.session import Session, SessionPart, SessionSet, SessionStep
from plan_pipeline.formats.session_files import SessionFiles

OFF_THE_BIKE: Final = "strength"
"""The tag of a session whose steps have no power because it is not ridden."""

PARTS: Final = "parts"
"""The element that has the sets where they would not be recognised."""

_RAMPS: Final = {SegmentType.WARMUP: "Warmup", SegmentType.COOLDOWN: "Cooldown"}


class ZwoWriter:
    """Writes ZWO."""

    suffix = ".zwo"

    def write(self, session: Session) -> bytes:
        root = Element("workout_file")
        SubElement(root, "author").text = "plan-pipeline"
        SubElement(root, "name").text = one_line(plain_text(session.name))
        SubElement(root, "description").text = plain_text(session.description)
        SubElement(root, "sportType").text = "bike"
        tags = SubElement(root, "tags")
        if session.is_off_the_bike:
            SubElement(tags, "tag", name=OFF_THE_BIKE)
        if note := parts_note(session.parts):
            SubElement(root, PARTS).text = note
        workout = SubElement(root, "workout")
        for part in session.parts:
            _add(workout, part)
        indent(root, "  ")
        content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
        return content + b"\n"


def _add(workout: Element, part: SessionPart) -> None:
    if not isinstance(part, SessionSet):
        _add_step(workout, part)
    elif len(part.steps) == 2 and all(step.is_steady and step.start_pct is not None for step in part.steps):
        on, off = part.steps
        element = SubElement(
            workout,
            "IntervalsT",
            Repeat=str(part.repeat),
            OnDuration=plain(on.duration_s),
            OffDuration=plain(off.duration_s),
            OnPower=_fraction(on.start_pct),
            OffPower=_fraction(off.start_pct),
        )
        _add_text(element, on.text, 0)
        _add_text(element, off.text, on.duration_s)
    else:
        for step in part.steps * part.repeat:
            _add_step(workout, step)


def _add_step(workout: Element, step: SessionStep) -> None:
    seconds = plain(step.duration_s)
    if step.start_pct is None or step.end_pct is None:
        element = SubElement(workout, "FreeRide", Duration=seconds, FlatRoad="1")
    elif step.is_steady and step.role not in _RAMPS:
        element = SubElement(workout, "SteadyState", Duration=seconds, Power=_fraction(step.start_pct))
    else:
        name = _RAMPS.get(step.role, "Ramp") if step.role else "Ramp"
        ends = {"PowerLow": _fraction(step.start_pct), "PowerHigh": _fraction(step.end_pct)}
        element = SubElement(workout, name, {"Duration": seconds, **ends})
    _add_text(element, step.text, 0)


def _add_text(element: Element, text: str, offset_s: float) -> None:
    if text:
        SubElement(element, "textevent", timeoffset=plain(offset_s), message=one_line(plain_text(text)))


def _fraction(pct: float | None) -> str:
    assert pct is not None
    return plain(pct / 100)


EXPORTER: Final = SessionFiles(ZwoWriter())
