"""Lines of the text of Intervals.icu taken one by one, whatever the sport."""

import re
from abc import ABC, abstractmethod
from typing import Final

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.formats.icu import NAME, SECTIONS
from plan_pipeline.formats.icu.lengths import CADENCE
from plan_pipeline.formats.reading import MAX_STEPS, Repairs, UnreadableSessionError
from plan_pipeline.formats.session import SessionPart, SessionSet, SessionStep

MAX_LINES: Final = 5 * MAX_STEPS
MAX_LINE: Final = 500
"""Lines of a text, and the characters of a line that are read."""

_REPEAT = re.compile(r"(?:^|\s)(\d{1,4})\s*x\s*$", re.IGNORECASE)


class Lines(ABC):
    """Takes a text line by line: a step, the head of a set or a section, a remark, or a blank line."""

    def __init__(self, repairs: Repairs) -> None:
        self.repairs = repairs

    @abstractmethod
    def step(self, said: str, number: int, role: SegmentType | None, remark: str) -> SessionStep:
        """The step of the so-manyth line, in a section of a role, below a remark."""

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
            if is_step(said):
                step = self.step(said.lstrip("-•* "), number, role, " ".join(remarks))
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
        role = next((role for role, word in SECTIONS.items() if plain_words == word.lower()), None)
        return repeat, role


def is_step(said: str) -> bool:
    """Whether a line is a step."""
    return said.startswith(("-", "•", "*")) and not said.startswith("--")


def text_of(remark: str, cue: str, rest: str) -> str:
    """What the athlete reads of a step: the remark above it, what is before its length, and a cadence behind it."""
    cadence = CADENCE.search(rest)
    return "; ".join(filter(None, [remark, cue.strip(" ,;:-"), cadence[0] if cadence else ""]))
