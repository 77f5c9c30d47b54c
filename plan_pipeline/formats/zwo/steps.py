"""The elements of a workout in ZWO as steps of a ride."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from plan_pipeline.core.model.segments import MOST_PCT
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.formats.reading import MAX_STEPS, Repairs, UnreadableSessionError, number_in
from plan_pipeline.formats.session import SessionPart, SessionSet, SessionStep
from plan_pipeline.strict_input.input_limits import shortened

MAX_EFFORT_W_PRIME_S: Final = 55.0
MAX_EFFORT_PCT: Final = 200.0
"""An all-out effort by the critical-power model, with a little less than the W′ of a trained rider (60 s of threshold
power), and what it is at most."""

HIGHEST_FRACTION: Final = MOST_PCT / 100
"""A power above it is in percent, not a fraction of threshold."""

_STEADY: Final = frozenset({"steadystate", "solidstate", "steady"})
_STEPS: Final = _STEADY | {"warmup", "cooldown", "ramp", "freeride", "maxeffort", "intervalst"}


class RideSteps:
    """Makes steps of the elements of a workout, and says what it had to repair: seconds, and % of threshold power."""

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
        length = self._length(given, "duration", tag)
        if length is None:
            return
        ends = self._ends(tag, given, length)
        role = {"warmup": SegmentType.WARMUP, "cooldown": SegmentType.COOLDOWN}.get(kind)
        yield self._step(length, ends, role, _text(element, given))

    def _step(
        self, length: float, ends: tuple[float, float] | None, role: SegmentType | None, text: str
    ) -> SessionStep:
        if ends is None:
            return SessionStep(duration_s=length, text=text)
        return SessionStep(duration_s=length, start_pct=ends[0], end_pct=ends[1], role=role, text=text)

    def _max_effort(self, length: float) -> tuple[float, float] | None:
        pct = float(round(min(MAX_EFFORT_PCT, 100 + 100 * MAX_EFFORT_W_PRIME_S / length)))
        self.repairs.add(f"MaxEffort has no power and was read as {pct:g} % for {length:g} s")
        return pct, pct

    def _ends(self, tag: str, given: Mapping[str, str], length: float) -> tuple[float, float] | None:
        """% of threshold at the start and the end; ``None`` where the intensity is open."""
        kind = tag.lower()
        if kind == "freeride":
            return None
        if kind == "maxeffort":
            return self._max_effort(length)
        if kind in _STEADY:
            return self._steady(tag, given)
        if kind not in _STEPS:
            raise UnreadableSessionError(
                f"step {self.number} is a <{shortened(one_line(tag))}>, which is no step of a workout; remove it"
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
            return self._band(tag, ends[0], ends[-1])
        if steady == 0:
            self.repairs.add(f"{tag} has power 0 and was read as a pause")
        return steady, steady

    def _band(self, tag: str, low: float, high: float) -> tuple[float, float]:
        middle = round((low + high) / 2, 2)
        if low != high:
            self.repairs.add(f"{tag} with power from {low:g} to {high:g} % was read as {middle:g} %")
        elif middle == 0:
            self.repairs.add(f"{tag} has power 0 and was read as a pause")
        return middle, middle

    def _intervals(self, element: Any, given: Mapping[str, str]) -> Iterator[SessionPart]:
        on, off = (self._length(given, f"{kind}duration", "IntervalsT") for kind in ("on", "off"))
        repeat = round(number_in(given.get("repeat", "1"), f"step {self.number}: Repeat"))
        if not 1 <= repeat <= MAX_STEPS:
            raise UnreadableSessionError(f"step {self.number}: Repeat is {repeat}; write 1 to {MAX_STEPS}")
        texts = _texts_by_offset(element)
        steps = []
        for length, kind, begins in ((on, "on", 0.0), (off, "off", on or 0.0)):
            if length is not None:
                said = (text for at, text in texts if (at >= (on or 0)) == (kind == "off" and begins > 0))
                steps.append(self._interval(kind, length, given, next(said, "")))
        if not steps:
            return
        if repeat == 1:
            yield from steps
        else:
            yield SessionSet(repeat=repeat, steps=tuple(steps))

    def _interval(self, kind: str, length: float, given: Mapping[str, str], text: str) -> SessionStep:
        ends = self._steady("IntervalsT", given, f"{kind}power", f"power{kind}low", f"power{kind}high")
        cadence = given.get("cadence" if kind == "on" else "cadenceresting", "")
        return self._step(length, ends, None, _with_cadence(text, cadence))

    def _length(self, given: Mapping[str, str], field: str, tag: str) -> float | None:
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
                at = float(given.get("timeoffset", given.get("distoffset", "0")) or 0)
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
