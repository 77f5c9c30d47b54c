"""ZWO read as it is found: made by Zwift, by other programs or by hand.

A cooldown falls and a warm-up rises, whichever way round their powers are written. What has no power is given one, and
XML that a browser would read is repaired; document types and entities are refused.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from plan_pipeline.core.model.segments import MOST_PCT
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.formats.extras import of_extra
from plan_pipeline.formats.reading import (
    MAX_STEPS,
    ReadSession,
    Repairs,
    UnreadableSessionError,
    check_limits,
    finished,
    number_in,
    text_in,
)
from plan_pipeline.formats.repeats import by_note
from plan_pipeline.formats.session import SessionPart, SessionSet, SessionStep, written_out
from plan_pipeline.formats.zwo.writing import OFF_THE_BIKE, PARTS
from plan_pipeline.formats.zwo.xml_repair import repaired_xml
from plan_pipeline.strict_input.input_limits import shortened

MAX_EFFORT_W_PRIME_S: Final = 55.0
MAX_EFFORT_PCT: Final = 200.0
"""An all-out effort by the critical-power model, with a little less than the W′ of a trained rider (60 s of threshold
power), and what it is at most."""

HIGHEST_FRACTION: Final = MOST_PCT / 100
"""A power above it is in percent, not a fraction of threshold."""

_NAMES: Final = {"n": "name", "title": "name", "desc": "description"}
_STEADY: Final = frozenset({"steadystate", "solidstate", "steady"})
_STEPS: Final = _STEADY | {"warmup", "cooldown", "ramp", "freeride", "maxeffort", "intervalst"}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ROOT_END: Final = "</workout_file>"


class ZwoReader:
    """Reads ZWO."""

    suffixes = (".zwo",)

    def read(self, content: bytes, ftp_watts: float | None = None) -> ReadSession:  # noqa: ARG002 -- it has no watts
        repairs = Repairs()
        root = _root(text_in(content, repairs), repairs)
        if not isinstance(root.tag, str) or root.tag.lower() not in ("workout_file", "workout"):
            tag = shortened(str(root.tag))
            raise UnreadableSessionError(f"is XML of <{tag}>, not a <workout_file>; give a ZWO file")
        said = _said(root, repairs)
        workout = root if root.tag.lower() == "workout" else _child(root, "workout")
        if workout is None:
            raise UnreadableSessionError("has no <workout> with steps; give a file of a workout")
        steps = _Steps(repairs)
        parts: Sequence[SessionPart] = [part for element in workout for part in steps.of(element)]
        check_limits(parts)
        noted = by_note(tuple(written_out(parts)), said[PARTS])
        least = None if noted else 2
        return finished(
            said["name"],
            noted or parts,
            repairs,
            description=said["description"],
            least_repeats=least,
            off_the_bike=_is_tagged(root, OFF_THE_BIKE),
        )


# --- XML ----------------------------------------------------------------------------------------------------------


def _root(text: str, repairs: Repairs) -> Any:
    """The document as it is, or repaired where it is not well formed."""
    xml = of_extra("defusedxml.ElementTree", "zwo")
    refused = of_extra("defusedxml.common", "zwo").DefusedXmlException
    plain = _DECLARATION.sub("", text).strip()
    first: Exception | None = None
    try:
        for candidate, repair in _candidates(plain):
            try:
                root = xml.fromstring(candidate, forbid_dtd=True)
            except xml.ParseError as error:
                first = first or error
                continue
            if repair:
                repairs.add(repair)
            return root
    except refused:
        raise UnreadableSessionError(
            "has a document type or entities, which workout files do not need and which can do harm; remove them"
        ) from None
    except (ValueError, RecursionError) as error:
        first = first or error
    raise UnreadableSessionError(f"is not well-formed XML ({first}); export it again, or correct it there")


def _candidates(text: str) -> Iterator[tuple[str, str]]:
    yield text, ""
    yield repaired_xml(text, _ROOT_END), "the XML was not well formed (stray characters or tags) and was repaired"


def _said(root: Any, repairs: Repairs) -> dict[str, str]:
    """Name and description, whatever their elements are called."""
    found = {"name": "", "description": "", PARTS: ""}
    for element in root:
        tag = str(element.tag).lower()
        field = _NAMES.get(tag, tag)
        if field in found and not found[field]:
            found[field] = "".join(element.itertext())
            if tag != field:
                repairs.add(f"<{tag}> was read as <{field}>")
    return found


def _child(root: Any, name: str) -> Any:
    return next((element for element in root if str(element.tag).lower() == name), None)


def _is_tagged(root: Any, name: str) -> bool:
    return any(
        str(element.tag).lower() == "tag" and str(element.get("name", "")).strip().lower() == name
        for element in root.iter()
    )


# --- steps --------------------------------------------------------------------------------------------------------


class _Steps:
    """Makes steps of the elements of a workout, and says what it had to repair."""

    def __init__(self, repairs: Repairs) -> None:
        self.repairs = repairs
        self.number = 0

    def of(self, element: Any) -> Iterator[SessionPart]:
        """The parts of one element; none for a text or what lasts no time."""
        tag = str(element.tag)
        kind = tag.lower()
        if kind in ("textevent", "textnotification"):
            return
        self.number += 1
        given = {name.lower(): str(value) for name, value in element.attrib.items()}
        if kind not in _STEPS and "duration" not in given:
            self.repairs.add(f"<{shortened(one_line(tag))}> is no step and was passed over")
            return
        if kind == "intervalst":
            yield from self._intervals(element, given)
            return
        seconds = self._seconds(given, "duration", tag)
        if seconds is None:
            return
        ends = self._ends(tag, given, seconds)
        text = _text(element, given)
        if ends is None:
            yield SessionStep(duration_s=seconds, text=text)
            return
        role = {"warmup": SegmentType.WARMUP, "cooldown": SegmentType.COOLDOWN}.get(kind)
        yield SessionStep(duration_s=seconds, start_pct=ends[0], end_pct=ends[1], role=role, text=text)

    def _ends(self, tag: str, given: Mapping[str, str], seconds: float) -> tuple[float, float] | None:
        """% of threshold at the start and the end; ``None`` where the power is open."""
        kind = tag.lower()
        if kind == "freeride":
            return None
        if kind == "maxeffort":
            pct = float(round(min(MAX_EFFORT_PCT, 100 + 100 * MAX_EFFORT_W_PRIME_S / seconds)))
            self.repairs.add(f"MaxEffort has no power and was read as {pct:g} % for {seconds:g} s")
            return pct, pct
        if kind in _STEADY:
            return self._steady(tag, given)
        if kind not in _STEPS:
            raise UnreadableSessionError(
                f"step {self.number} is a <{shortened(one_line(tag))}>, which is no step of a ride; remove it"
            )
        low, high = self._power(given, "powerlow"), self._power(given, "powerhigh")
        steady = self._power(given, "power")
        first, last = (low if low is not None else steady), (high if high is not None else steady)
        first, last = (last if first is None else first), (first if last is None else last)
        if first is None or last is None:
            return None
        if kind == "cooldown" and first < last:
            self.repairs.add("a Cooldown was written rising and was read falling")
            return last, first
        if kind == "warmup" and first > last:
            self.repairs.add("a Warmup was written falling and was read rising")
            return last, first
        return first, last

    def _steady(
        self, tag: str, given: Mapping[str, str], power: str = "power", low: str = "powerlow", high: str = "powerhigh"
    ) -> tuple[float, float] | None:
        """One power, from the attributes that may say it: the middle where there are only two ends."""
        ends = [found for name in (low, high) if (found := self._power(given, name)) is not None]
        steady = self._power(given, power)
        if steady is None:
            if not ends:
                return None
            steady = round(sum(ends) / len(ends), 2)
            if ends[0] != ends[-1]:
                self.repairs.add(f"{tag} with power from {ends[0]:g} to {ends[-1]:g} % was read as {steady:g} %")
        if steady == 0:
            self.repairs.add(f"{tag} has power 0 and was read as a pause")
        return steady, steady

    def _intervals(self, element: Any, given: Mapping[str, str]) -> Iterator[SessionPart]:
        on_s, off_s = (
            self._seconds(given, "onduration", "IntervalsT"),
            self._seconds(given, "offduration", "IntervalsT"),
        )
        repeat = round(number_in(given.get("repeat", "1"), f"step {self.number}: Repeat"))
        if not 1 <= repeat <= MAX_STEPS:
            raise UnreadableSessionError(f"step {self.number}: Repeat is {repeat}; write 1 to {MAX_STEPS}")
        texts = _texts_by_offset(element)
        steps = []
        for seconds, kind, begins in ((on_s, "on", 0.0), (off_s, "off", on_s or 0.0)):
            if seconds is not None:
                said = (text for at, text in texts if (at >= (on_s or 0)) == (kind == "off" and begins > 0))
                steps.append(self._interval(kind, seconds, given, next(said, "")))
        if not steps:
            return
        if repeat == 1:
            yield from steps
        else:
            yield SessionSet(repeat=repeat, steps=tuple(steps))

    def _interval(self, kind: str, seconds: float, given: Mapping[str, str], text: str) -> SessionStep:
        ends = self._steady("IntervalsT", given, f"{kind}power", f"power{kind}low", f"power{kind}high")
        start, end = ends or (None, None)
        cadence = given.get("cadence" if kind == "on" else "cadenceresting", "")
        return SessionStep(duration_s=seconds, start_pct=start, end_pct=end, text=_with_cadence(text, cadence))

    def _seconds(self, given: Mapping[str, str], field: str, tag: str) -> float | None:
        """Whole seconds, of at least one; ``None`` where a step lasts no time, which is left out."""
        if field not in given:
            raise UnreadableSessionError(f"step {self.number}: {tag} has no {field.capitalize()}; give its seconds")
        written = number_in(given[field], f"step {self.number}: {field.capitalize()}")
        if written <= 0:
            self.repairs.add(f"a {tag} of {written:g} s was left out")
            return None
        seconds = float(max(1, round(written)))
        if seconds != written:
            self.repairs.add(f"a duration of {given[field].strip()} s was rounded to {seconds:g} s")
        return seconds

    def _power(self, given: Mapping[str, str], field: str) -> float | None:
        """% of threshold."""
        if field not in given or not given[field].strip():
            return None
        fraction = number_in(given[field], f"step {self.number}: {field}")
        if fraction < 0:
            raise UnreadableSessionError(f"step {self.number}: {field} is {fraction:g}, below 0; correct it")
        if fraction > HIGHEST_FRACTION:
            self.repairs.add("powers over 6 were read as percent")
            fraction /= 100
        return round(fraction * 100, 2)


def _text(element: Any, given: Mapping[str, str]) -> str:
    said = "; ".join(text for _, text in _texts_by_offset(element))
    return _with_cadence(said, given.get("cadence", ""))


def _texts_by_offset(element: Any) -> list[tuple[float, str]]:
    """What is shown during an element, with the second of it."""
    found: list[tuple[float, str]] = []
    for event in element:
        given = {name.lower(): str(value) for name, value in event.attrib.items()}
        text = one_line(given.get("message", "") or (event.text or ""))
        if text:
            try:
                at = float(given.get("timeoffset", "0") or 0)
            except ValueError:
                at = 0.0
            found.append((at, text))
    return sorted(found, key=lambda each: each[0])


def _with_cadence(text: str, cadence: str) -> str:
    """The cadence goes into the text, which every format has a place for."""
    wanted = one_line(cadence)
    if not wanted or wanted == "0" or len(wanted) > 7:
        return text
    return f"{text}; {wanted} rpm" if text else f"{wanted} rpm"


READER: Final = ZwoReader()
