"""The text of Intervals.icu as it is written there by hand and by programs."""

import re
from typing import Final, Self

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import SegmentType, Sport, WorkoutType
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.formats.icu import OFF_THE_BIKE, OFF_THE_FEET, RUN_BY_EFFORT
from plan_pipeline.formats.icu.lengths import CADENCE, DISTANCE, LENGTH, metres_of, seconds_of
from plan_pipeline.formats.icu.lines import MAX_LINE, Lines, is_step, text_of
from plan_pipeline.formats.icu.paces import has_pace, pace_in
from plan_pipeline.formats.reading import (
    WRITTEN_OUT,
    ReadSession,
    Repairs,
    UnreadableSessionError,
    finished,
    known_ftp,
    pct_of_watts,
    text_in,
)
from plan_pipeline.formats.running.steps import OFF_WORDS, role_said_in, run_step
from plan_pipeline.formats.session import SessionStep
from plan_pipeline.strict_input.input_limits import shortened

ZONE_PCT: Final = {1: 50.0, 2: 65.0, 3: 83.0, 4: 98.0, 5: 113.0, 6: 130.0, 7: 180.0}
"""The middle of Coggan's levels, % of threshold, for steps that name a zone."""

_PERCENT = re.compile(
    r"(?P<a>\d+(?:\.\d+)?)\s*%?\s*(?:[-–]\s*(?P<b>\d+(?:\.\d+)?)\s*)?%(?!\s*(?:HR|LTHR|Pace|MMP))", re.I
)
_WATTS = re.compile(r"(?P<a>\d+(?:\.\d+)?)\s*w?\s*(?:[-–]\s*(?P<b>\d+(?:\.\d+)?)\s*)?w\b", re.IGNORECASE)
_ZONE = re.compile(r"\bZ(?P<a>[1-7])(?:\s*[-–]\s*Z(?P<b>[1-7]))?\b(?!\s*(?:HR|Pace))", re.IGNORECASE)
_RAMP = re.compile(r"\bramp\b", re.IGNORECASE)
_OTHER_TARGET = re.compile(r"\b(?:HR|LTHR|Pace|MMP)\b", re.IGNORECASE)


class IcuReader:
    """Reads the text of Intervals.icu; a run is told by its paces, which may need a runner's threshold."""

    suffixes = (".txt", ".icu")

    def __init__(self, runner: Runner | None = None) -> None:
        self.runner = runner

    def for_runner(self, runner: Runner) -> Self:
        return type(self)(runner)

    def read(self, content: bytes, ftp_watts: float | None = None) -> ReadSession:
        repairs = Repairs()
        text = text_in(content, repairs)
        said = [one_line(line)[:MAX_LINE] for line in text.splitlines()]
        remarks = [line.lstrip("> ") for line in said if line.startswith(">")]
        unmeasured = next((kind for kind, word in OFF_WORDS.items() if f"{OFF_THE_FEET}: {word}" in remarks), None)
        if unmeasured:
            lines: Lines = _OpenLines(repairs)
        elif RUN_BY_EFFORT in remarks or any(has_pace(line) for line in said if is_step(line)):
            lines = _RunLines(repairs, self.runner)
        else:
            lines = _RideLines(repairs, ftp_watts)
        return _finished(lines, text, unmeasured)


def _finished(lines: Lines, text: str, unmeasured: WorkoutType | None) -> ReadSession:
    name, description, parts = lines.of(text)
    ours = {OFF_THE_BIKE, RUN_BY_EFFORT, *(f"{OFF_THE_FEET}: {word}" for word in OFF_WORDS.values())}
    found = description.splitlines()
    remark = next((line for line in found if line in ours), None)
    if remark is not None:
        found.remove(remark)
    return finished(
        name,
        parts,
        lines.repairs,
        description="\n".join(found),
        least_repeats=WRITTEN_OUT,
        off_the_bike=remark == OFF_THE_BIKE,
        sport=Sport.CYCLING if isinstance(lines, _RideLines) else Sport.RUNNING,
        unmeasured=unmeasured,
    )


class _RideLines(Lines):
    """Steps of a ride, by power."""

    def __init__(self, repairs: Repairs, ftp_watts: float | None) -> None:
        super().__init__(repairs)
        self.ftp_watts = ftp_watts

    def step(self, said: str, number: int, role: SegmentType | None, remark: str) -> SessionStep:
        seconds, begins, end = _minutes_in(said, number)
        rest = said[end:]
        is_ramp = _RAMP.search(said) is not None
        target = self._target(rest, is_ramp) or self._target(said[:begins], is_ramp)
        if target is None and _OTHER_TARGET.search(rest):
            raise UnreadableSessionError(f"{_line(said, number)}, goes by heart rate or pace; give % of FTP, or % Pace")
        text = text_of(remark, said[:begins], rest)
        if target is None:
            return SessionStep(duration_s=seconds, text=text)
        return SessionStep(duration_s=seconds, start_pct=target[0], end_pct=target[1], role=role, text=text)

    def _target(self, text: str, is_ramp: bool) -> tuple[float, float] | None:
        """% of threshold at the start and the end; a range that is no ramp is its middle."""
        without_cadence = CADENCE.sub("", text)
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


class _RunLines(Lines):
    """Steps of a run: minutes or a distance, by pace or by effort."""

    def __init__(self, repairs: Repairs, runner: Runner | None) -> None:
        super().__init__(repairs)
        self.runner = runner

    def step(self, said: str, number: int, role: SegmentType | None, remark: str) -> SessionStep:
        where = _line(said, number)
        distance, length = DISTANCE.search(said), LENGTH.search(said)
        if distance and (length is None or distance.start() < length.start()):
            seconds, metres, begins, end = None, metres_of(distance), distance.start(), distance.end()
        else:
            seconds, begins, end = _minutes_in(said, number)
            metres = None
        cue, rest = said[:begins], said[end:]
        ends = pace_in(rest, where, self.runner, self.repairs) or pace_in(cue, where, self.runner, self.repairs)
        if ends is None and any(other.search(rest) for other in (_OTHER_TARGET, _PERCENT, _WATTS, _ZONE)):
            raise UnreadableSessionError(f"{where}, is in a run and goes by heart rate or power; give % Pace")
        if ends is not None and not _RAMP.search(said):
            ends = min(ends), max(ends)
            ends = ends[::-1] if role is SegmentType.COOLDOWN else ends
        by_effort = role_said_in(cue) if ends is None else None
        text = text_of(remark, "" if by_effort and cue.strip().lower() == by_effort.value else cue, rest)
        return run_step(
            self.repairs,
            where=where,
            seconds=seconds,
            distance_m=metres,
            ends=ends,
            role=by_effort or role,
            text=text,
        )


class _OpenLines(Lines):
    """Steps of what is done in place of a run: minutes alone."""

    def step(self, said: str, number: int, role: SegmentType | None, remark: str) -> SessionStep:
        del role
        seconds, begins, end = _minutes_in(said, number)
        return SessionStep(duration_s=seconds, text=text_of(remark, said[:begins], said[end:]))


def _minutes_in(said: str, number: int) -> tuple[float, int, int]:
    """The seconds of a step, and where its length begins and ends in the line."""
    length = LENGTH.search(said)
    if length is None:
        what = "a distance and no time" if DISTANCE.search(said) else "no length"
        raise UnreadableSessionError(f"{_line(said, number)}, has {what}; give one such as 10m or 30s")
    seconds, end = seconds_of(said, length)
    if seconds <= 0:
        raise UnreadableSessionError(f"line {number} lasts 0 s; give its length, such as 10m or 30s")
    return seconds, length.start(), end


def _line(said: str, number: int) -> str:
    return f"line {number}, {shortened(one_line(said))!r}"


READER: Final = IcuReader()
