"""Sessions written as the text of Intervals.icu."""

import re
from collections.abc import Iterator
from typing import Final

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.formats.icu import NAME, OFF_THE_BIKE, OFF_THE_FEET, RUN_BY_EFFORT, SECTIONS
from plan_pipeline.formats.numbers import plain
from plan_pipeline.formats.reading import plain_text
from plan_pipeline.formats.running.steps import OFF_WORDS, in_quarter_miles, with_role
from plan_pipeline.formats.session import Session, SessionPart, SessionSet, SessionStep
from plan_pipeline.formats.session_files import SessionFiles

_LIKE_A_TARGET = re.compile(r"\d\s?-?(?!\s?rpm)[a-z%'\"]|\bz\d|\bramp\b|free\s?ride", re.IGNORECASE)
"""Words that would be taken for the length or the power of a step."""

_LIKE_A_PACE = re.compile(r"\d:\d\d|\bpace\b", re.IGNORECASE)
"""The same in a run."""


class IcuWriter:
    """Writes the text of Intervals.icu."""

    suffix = ".txt"
    sports = tuple(Sport)

    def write(self, session: Session) -> bytes:
        lines = [NAME + one_line(plain_text(session.name)), *_description(session.description), ""]
        if remark := _remark_on(session):
            lines.insert(1, f"> {remark}")
        lines_of = _Lines(session)
        for part in session.parts:
            lines += lines_of.of(part)
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        return f"{text}\n".encode()


def _remark_on(session: Session) -> str:
    """What the lines do not say: that a session is no ride, or no run."""
    if session.unmeasured:
        return f"{OFF_THE_FEET}: {OFF_WORDS[session.unmeasured]}"
    if session.sport is Sport.RUNNING:
        return RUN_BY_EFFORT if all(step.by_effort for step in session.steps) else ""
    return OFF_THE_BIKE if session.is_off_the_bike else ""


def _description(text: str) -> Iterator[str]:
    """As a remark: whatever is in it, no line of it is a step, a name or the head of a set."""
    for line in plain_text(text).splitlines():
        if line.strip():
            yield f"> {one_line(line)}"


class _Lines:
    """The lines of a session's parts."""

    def __init__(self, session: Session) -> None:
        self.is_run = session.sport is Sport.RUNNING and session.unmeasured is None

    def of(self, part: SessionPart) -> list[str]:
        if isinstance(part, SessionSet):
            remarks = list(dict.fromkeys(line for step in part.steps for line in self._remark(step)))
            return ["", *remarks, f"{part.repeat}x", *map(self._line, part.steps), ""]
        section = SECTIONS.get(part.role) if part.role else None
        line = self._line(part)
        return ["", *self._remark(part), section, line, ""] if section else [*self._remark(part), line]

    def _remark(self, step: SessionStep) -> list[str]:
        """The text of a step above it, where words in it would be taken for the step's own length or target."""
        said = one_line(plain_text(step.text))
        is_like_a_target = _LIKE_A_TARGET.search(said) or (self.is_run and _LIKE_A_PACE.search(said))
        return [f"> {said}"] if is_like_a_target else []

    def _line(self, step: SessionStep) -> str:
        said = "" if self._remark(step) else one_line(plain_text(step.text)).lstrip("-> ")
        if self.is_run:
            length = _duration(step.duration_s) if step.distance_m is None else _distance(step.distance_m)
            words = ["-", with_role(step, said), length, _pace(step)]
        else:
            words = ["-", said, _duration(step.duration_s), _power(step)]
        return " ".join(filter(None, words))


def _power(step: SessionStep) -> str:
    if step.start_pct is None or step.end_pct is None:
        return "freeride"
    if step.is_steady:
        return f"{plain(step.start_pct)}%"
    return f"ramp {plain(step.start_pct)}-{plain(step.end_pct)}%"


def _pace(step: SessionStep) -> str:
    """A range of % of threshold speed; nothing for a step by effort."""
    if step.start_pct is None or step.end_pct is None or step.by_effort:
        return ""
    low, high = sorted((step.start_pct, step.end_pct))
    return f"{plain(low)}% Pace" if low == high else f"{plain(low)}-{plain(high)}% Pace"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return "".join([f"{minutes}m" if minutes else "", f"{rest}s" if rest or not minutes else ""])


def _distance(metres: float) -> str:
    """``m`` would be minutes: ``1mi``, ``2km``, ``400mtr``."""
    if miles := in_quarter_miles(metres):
        return f"{plain(miles)}mi"
    return f"{plain(metres / 1000)}km" if metres >= 1000 else f"{plain(metres)}mtr"


EXPORTER: Final = SessionFiles(IcuWriter())
