"""Sessions written as ZWO.

A set of two steady steps is an ``IntervalsT``; any other set is written out, and recognised when it is read. Where it
would not be, an element that Zwift passes over has the sets.
"""

from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import SegmentType, Sport
from plan_pipeline.formats.numbers import plain
from plan_pipeline.formats.reading import plain_text
from plan_pipeline.formats.repeats import parts_note
from plan_pipeline.formats.running.steps import OFF_WORDS, distance_words, with_role
from plan_pipeline.formats.session import Session, SessionPart, SessionSet, SessionStep
from plan_pipeline.formats.session_files import SessionFiles

OFF_THE_BIKE: Final = "strength"
"""The tag of a session whose steps have no power because it is not ridden."""

PARTS: Final = "parts"
"""The element that has the sets where they would not be recognised."""

RUN: Final = "run"
"""The type of sport of a run, and of what is done in its place."""

RACE_PACE: Final = "2"
"""The pace that a step of a run names beside the threshold, by which programs show it: that of 10 km is next to it."""

_RAMPS: Final = {SegmentType.WARMUP: "Warmup", SegmentType.COOLDOWN: "Cooldown"}


class ZwoWriter:
    """Writes ZWO."""

    suffix = ".zwo"
    sports = tuple(Sport)

    def write(self, session: Session) -> bytes:
        root = Element("workout_file")
        SubElement(root, "author").text = "plan-pipeline"
        SubElement(root, "name").text = one_line(plain_text(session.name))
        SubElement(root, "description").text = plain_text(session.description)
        elements = _RunElements(session) if session.sport is Sport.RUNNING else _Elements()
        elements.add_head(root)
        tags = SubElement(root, "tags")
        if session.unmeasured:
            SubElement(tags, "tag", name=OFF_WORDS[session.unmeasured].lower())
        elif session.is_off_the_bike:
            SubElement(tags, "tag", name=OFF_THE_BIKE)
        if note := parts_note(session.parts):
            SubElement(root, PARTS).text = note
        workout = SubElement(root, "workout")
        for part in session.parts:
            elements.add(workout, part)
        indent(root, "  ")
        content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
        return content + b"\n"


class _Elements:
    """The elements of a ride: seconds, and fractions of threshold power."""

    offset = "timeoffset"

    def add_head(self, root: Element) -> None:
        SubElement(root, "sportType").text = "bike"

    def add(self, workout: Element, part: SessionPart) -> None:
        if not isinstance(part, SessionSet):
            self._add_step(workout, part)
        elif len(part.steps) == 2 and all(self.is_one_power(step) for step in part.steps):
            on, off = part.steps
            powers = {**self.power(on, "On"), **self.power(off, "Off")}
            lengths = {"OnDuration": plain(self.length(on)), "OffDuration": plain(self.length(off))}
            element = SubElement(
                workout, "IntervalsT", {"Repeat": str(part.repeat), **lengths, **powers, **self.pace()}
            )
            self._add_text(element, on, 0)
            self._add_text(element, off, self.length(on))
        else:
            for step in part.steps * part.repeat:
                self._add_step(workout, step)

    def is_open(self, step: SessionStep) -> bool:
        return step.start_pct is None or step.end_pct is None

    def length(self, step: SessionStep) -> float:
        return step.duration_s

    def pace(self) -> dict[str, str]:
        return {}

    def is_one_power(self, step: SessionStep) -> bool:
        """Whether a step is no ramp."""
        return step.is_steady and not self.is_open(step)

    def power(self, step: SessionStep, when: str = "") -> dict[str, str]:
        return {f"{when}Power": _fraction(step.start_pct)}

    def text(self, step: SessionStep) -> str:
        return step.text

    def _add_step(self, workout: Element, step: SessionStep) -> None:
        length = {"Duration": plain(self.length(step))}
        if self.is_open(step):
            element = SubElement(workout, "FreeRide", {**length, "FlatRoad": "1"})
        elif self.is_one_power(step) and step.role not in _RAMPS:
            element = SubElement(workout, "SteadyState", {**length, **self.power(step), **self.pace()})
        else:
            name = _RAMPS.get(step.role, "Ramp") if step.role else "Ramp"
            ends = {"PowerLow": _fraction(step.start_pct), "PowerHigh": _fraction(step.end_pct)}
            element = SubElement(workout, name, {**length, **ends, **self.pace()})
        self._add_text(element, step, 0)

    def _add_text(self, element: Element, step: SessionStep, at: float) -> None:
        if text := self.text(step):
            SubElement(element, "textevent", {self.offset: plain(at), "message": one_line(plain_text(text))})


class _RunElements(_Elements):
    """The elements of a run: metres where every step is a distance, else seconds, and fractions of threshold speed."""

    def __init__(self, session: Session) -> None:
        self.runner = session.runner
        self.by_distance = all(step.distance_m is not None for step in session.steps)
        self.offset = "distoffset" if self.by_distance else "timeoffset"

    def add_head(self, root: Element) -> None:
        SubElement(root, "sportType").text = RUN
        SubElement(root, "durationType").text = "distance" if self.by_distance else "time"
        if self.runner is not None:
            SubElement(root, "thresholdSecPerKm").text = str(self.runner.threshold_s_per_km)

    def is_open(self, step: SessionStep) -> bool:
        return super().is_open(step) or step.by_effort

    def length(self, step: SessionStep) -> float:
        return step.distance_m if self.by_distance and step.distance_m is not None else step.duration_s

    def pace(self) -> dict[str, str]:
        return {"pace": RACE_PACE}

    def is_one_power(self, step: SessionStep) -> bool:
        """A range of paces is none: a run has ramps in its warm-up and cool-down alone."""
        return not self.is_open(step) and (step.is_steady or step.role not in _RAMPS)

    def power(self, step: SessionStep, when: str = "") -> dict[str, str]:
        """The middle of a range, and its ends beside it."""
        low, high = sorted((step.start_pct or 0.0, step.end_pct or 0.0))
        ends = {} if low == high else {f"Power{when}Low": _fraction(low), f"Power{when}High": _fraction(high)}
        return {f"{when}Power": _fraction(round((low + high) / 2, 2)), **ends}

    def text(self, step: SessionStep) -> str:
        """What a step says, and its distance where the file has its time."""
        distance = "" if step.distance_m is None or self.by_distance else distance_words(step.distance_m)
        return with_role(step, "; ".join(filter(None, [distance, step.text])))


def _fraction(pct: float | None) -> str:
    assert pct is not None
    return plain(pct / 100)


EXPORTER: Final = SessionFiles(ZwoWriter())
