"""The text that workouts are written in at Intervals.icu: a line a step, sets as ``3x`` above their steps.

Steps are ``- <what the rider reads> 10m 50%`` or ``- 10m ramp 50-75%``; blank lines part sets from what is around them.
"""

import re
from collections.abc import Iterator
from typing import Final

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.formats.numbers import plain
from plan_pipeline.formats.reading import (
    MAX_STEPS,
    WRITTEN_OUT,
    ReadSession,
    Repairs,
    UnreadableSessionError,
    finished,
    known_ftp,
    pct_of_watts,
    plain_text,
    text_in,
)
from plan_pipeline.formats.session import Session, SessionPart, SessionSet, SessionStep
from plan_pipeline.formats.session_files import SessionFiles
from plan_pipeline.strict_input.input_limits import shortened

ZONE_PCT: Final = {1: 50.0, 2: 65.0, 3: 83.0, 4: 98.0, 5: 113.0, 6: 130.0, 7: 180.0}
"""The middle of Coggan's levels, % of threshold, for steps that name a zone."""

MAX_LINES: Final = 5 * MAX_STEPS
MAX_LINE: Final = 500
"""Lines of a text, and the characters of a line that are read."""

NAME: Final = "# "
"""Begins the line that has the name, which is a field of its own at Intervals.icu."""

OFF_THE_BIKE: Final = "Off the bike"
"""The remark of a session whose steps have no power because it is not ridden."""

_SECTIONS: Final = {SegmentType.WARMUP: "Warmup", SegmentType.COOLDOWN: "Cooldown"}
_REPEAT = re.compile(r"(?:^|\s)(\d{1,4})\s*x\s*$", re.IGNORECASE)
_PART = (
    r"(\d{1,5}(?:[.,]\d{1,6})?)\s?(hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s|'|\")(?![a-z])"
    r"(?:(\d{1,2})(?![\w%.,'\"]))?"
)
"""A length, or one part of it; ``1m30`` has its seconds without a unit."""

_LENGTH = re.compile(rf"(?<![\w.,]){_PART}", re.IGNORECASE)
_MORE = re.compile(rf"\s?{_PART}", re.IGNORECASE)

_DISTANCE = re.compile(r"\d\s?(?:km|mi|mtr|yd)\b", re.IGNORECASE)
_PERCENT = re.compile(
    r"(?P<a>\d+(?:\.\d+)?)\s*%?\s*(?:[-–]\s*(?P<b>\d+(?:\.\d+)?)\s*)?%(?!\s*(?:HR|LTHR|Pace|MMP))", re.I
)
_WATTS = re.compile(r"(?P<a>\d+(?:\.\d+)?)\s*w?\s*(?:[-–]\s*(?P<b>\d+(?:\.\d+)?)\s*)?w\b", re.IGNORECASE)
_ZONE = re.compile(r"\bZ(?P<a>[1-7])(?:\s*[-–]\s*Z(?P<b>[1-7]))?\b(?!\s*(?:HR|Pace))", re.IGNORECASE)
_CADENCE = re.compile(r"\b\d{2,3}(?:-\d{2,3})?\s*rpm\b", re.IGNORECASE)
_RAMP = re.compile(r"\bramp\b", re.IGNORECASE)
_OTHER_TARGET = re.compile(r"\b(?:HR|LTHR|Pace|MMP)\b", re.IGNORECASE)
_LIKE_A_TARGET = re.compile(r"\d\s?-?(?!\s?rpm)[a-z%'\"]|\bz\d|\bramp\b|free\s?ride", re.IGNORECASE)
"""Words that would be taken for the length or the power of a step."""


class IcuFormat:
    """Reads and writes the text of Intervals.icu."""

    suffix = ".txt"
    suffixes = (".txt", ".icu")

    def write(self, session: Session) -> bytes:
        lines = [NAME + one_line(plain_text(session.name)), *_description(session.description), ""]
        if session.is_off_the_bike:
            lines.insert(1, f"> {OFF_THE_BIKE}")
        for part in session.parts:
            lines += _lines_of(part)
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        return f"{text}\n".encode()

    def read(self, content: bytes, ftp_watts: float | None = None) -> ReadSession:
        repairs = Repairs()
        name, description, parts = _Reading(repairs, ftp_watts).of(text_in(content, repairs))
        lines = description.splitlines()
        is_off = OFF_THE_BIKE in lines
        if is_off:
            lines.remove(OFF_THE_BIKE)
        return finished(
            name, parts, repairs, description="\n".join(lines), least_repeats=WRITTEN_OUT, off_the_bike=is_off
        )


# --- writing ------------------------------------------------------------------------------------------------------


def _description(text: str) -> Iterator[str]:
    """As a remark: whatever is in it, no line of it is a step, a name or the head of a set."""
    for line in plain_text(text).splitlines():
        if line.strip():
            yield f"> {one_line(line)}"


def _lines_of(part: SessionPart) -> list[str]:
    if isinstance(part, SessionSet):
        remarks = list(dict.fromkeys(line for step in part.steps for line in _remark(step)))
        return ["", *remarks, f"{part.repeat}x", *map(_line, part.steps), ""]
    section = _SECTIONS.get(part.role) if part.role else None
    return ["", *_remark(part), section, _line(part), ""] if section else [*_remark(part), _line(part)]


def _remark(step: SessionStep) -> list[str]:
    """The text of a step above it, where words in it would be taken for the step's own length or power."""
    said = one_line(plain_text(step.text))
    return [f"> {said}"] if _LIKE_A_TARGET.search(said) else []


def _line(step: SessionStep) -> str:
    said = "" if _remark(step) else one_line(plain_text(step.text)).lstrip("-> ")
    if step.start_pct is None or step.end_pct is None:
        target = "freeride"
    elif step.is_steady:
        target = f"{plain(step.start_pct)}%"
    else:
        target = f"ramp {plain(step.start_pct)}-{plain(step.end_pct)}%"
    return " ".join(filter(None, ["-", said, _duration(step.duration_s), target]))


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return "".join([f"{minutes}m" if minutes else "", f"{rest}s" if rest or not minutes else ""])


# --- reading ------------------------------------------------------------------------------------------------------


class _Reading:
    """Takes a text line by line: a step, the head of a set or a section, a remark, or a blank line."""

    def __init__(self, repairs: Repairs, ftp_watts: float | None) -> None:
        self.repairs = repairs
        self.ftp_watts = ftp_watts

    def of(self, text: str) -> tuple[str, str, list[SessionPart]]:
        """Name, description and parts. Raises ``UnreadableSessionError`` for a text without steps."""
        name, repeat = "", 1
        role: SegmentType | None = None
        is_new = False
        description: list[str] = []
        remarks: list[str] = []
        parts: list[SessionPart] = []
        in_set: list[SessionStep] = []
        lines = text.splitlines()
        if len(lines) > MAX_LINES:
            raise UnreadableSessionError(f"has {len(lines)} lines, more than {MAX_LINES}; give the text of one workout")
        for number, line in enumerate([*lines, ""], start=1):
            said = one_line(line)[:MAX_LINE]
            if said.startswith(("-", "•", "*")) and not said.startswith("--"):
                step = self._step(said.lstrip("-•* "), number, role, " ".join(remarks))
                remarks, is_new = [], False
                if repeat > 1:
                    in_set.append(step)
                else:
                    parts.append(step)
                continue
            if in_set:
                parts.append(SessionSet(repeat=repeat, steps=tuple(in_set)))
                in_set = []
                repeat = 1
            if not said:
                role = role if is_new else None
                continue
            if said.startswith(NAME) and not name:
                name = said.removeprefix(NAME)
            elif said.startswith(">"):
                (remarks if parts else description).append(said.lstrip("> "))
            else:
                repeat, role = self._head(said, number)
                is_new = True
                if not parts and repeat == 1 and role is None:
                    description.append(said)
        return name, "\n".join(description), parts

    def _head(self, said: str, number: int) -> tuple[int, SegmentType | None]:
        """How often the steps below are done, and their role, where the line says so."""
        match = _REPEAT.search(said)
        repeat = int(match[1]) if match else 1
        if not 1 <= repeat <= MAX_STEPS:
            raise UnreadableSessionError(f"line {number} asks for {repeat} repeats; write 1 to {MAX_STEPS}")
        plain_words = re.sub(r"[^a-z]", "", said.lower())
        role = next((role for role, word in _SECTIONS.items() if plain_words == word.lower()), None)
        return repeat, role

    def _step(self, said: str, number: int, role: SegmentType | None, remark: str) -> SessionStep:
        length = _LENGTH.search(said)
        if length is None:
            what = "a distance and no time" if _DISTANCE.search(said) else "no length"
            raise UnreadableSessionError(
                f"line {number}, {shortened(one_line(said))!r}, has {what}; give one such as 10m or 30s"
            )
        seconds, end = _seconds(said, length)
        if seconds <= 0:
            raise UnreadableSessionError(f"line {number} lasts 0 s; give its length, such as 10m or 30s")
        rest = said[end:]
        is_ramp = _RAMP.search(said) is not None
        target = self._target(rest, is_ramp) or self._target(said[: length.start()], is_ramp)
        if target is None and _OTHER_TARGET.search(rest):
            raise UnreadableSessionError(
                f"line {number}, {shortened(one_line(said))!r}, goes by heart rate or pace; give % of FTP"
            )
        cue = said[: length.start()].strip(" ,;:-")
        cadence = _CADENCE.search(rest)
        text = "; ".join(filter(None, [remark, cue, cadence[0] if cadence else ""]))
        if target is None:
            return SessionStep(duration_s=seconds, text=text)
        return SessionStep(duration_s=seconds, start_pct=target[0], end_pct=target[1], role=role, text=text)

    def _target(self, text: str, is_ramp: bool) -> tuple[float, float] | None:
        """% of threshold at the start and the end; a range that is no ramp is its middle."""
        without_cadence = _CADENCE.sub("", text)
        if match := _PERCENT.search(without_cadence):
            ends = [float(match[end]) for end in "ab" if match[end]]
        elif match := _WATTS.search(without_cadence):
            ftp = known_ftp(self.ftp_watts)
            ends = [pct_of_watts(float(match[end]), ftp) for end in "ab" if match[end]]
        elif match := _ZONE.search(without_cadence):
            ends = [ZONE_PCT[int(match[end])] for end in "ab" if match[end]]
            self.repairs.add("zones were read as the middle of Coggan's levels")
        else:
            return None
        if len(ends) == 1 or is_ramp:
            return ends[0], ends[-1]
        middle = round((ends[0] + ends[1]) / 2, 2)
        if ends[0] != ends[1]:
            self.repairs.add(f"the range {ends[0]:g}-{ends[1]:g} % was read as {middle:g} %")
        return middle, middle


def _seconds(said: str, first: re.Match[str]) -> tuple[float, int]:
    """The length that begins at a match, of one or several parts, and where it ends."""
    seconds, match = 0.0, first
    while True:
        unit = match[2].lower()
        each = 3600 if unit.startswith("h") else 60 if unit[0] in "m'" else 1
        seconds += float(match[1].replace(",", ".")) * each
        if match[3] and each > 1:
            seconds += int(match[3]) * (each // 60)
        following = _MORE.match(said, match.end())
        if following is None or each == 1:
            return float(round(seconds)), match.end()
        match = following


READER: Final = IcuFormat()
EXPORTER: Final = SessionFiles(READER)
