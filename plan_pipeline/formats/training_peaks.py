"""Structured workouts as TrainingPeaks has them in JSON: steps and repetitions with lengths and targets.

Read in either spelling, that of its web pages (``intensityClass``) and that of its interface for partners
(``IntensityClass``), with the structure as an object or as text. A run is told by ``percentOfThresholdPace``, which is
% of threshold speed. JSON with ``parts`` is a workout as the library has it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from plan_pipeline.core.model.vocabulary import SegmentType, Sport
from plan_pipeline.core.paces.vdot import METRES_A_MILE
from plan_pipeline.formats.library_form import library_form
from plan_pipeline.formats.reading import (
    MAX_NUMBER,
    MAX_STEPS,
    WRITTEN_OUT,
    ReadSession,
    Repairs,
    UnreadableSessionError,
    finished,
    known_ftp,
    pct_of_watts,
    text_in,
)
from plan_pipeline.formats.running.steps import run_step
from plan_pipeline.formats.session import SessionPart, SessionSet, SessionStep
from plan_pipeline.strict_input.input_limits import StrictInputError, shortened
from plan_pipeline.strict_input.strict_json import parse_json
from plan_pipeline.strict_input.validation_messages import in_words

Json = Mapping[str, Any]

_SECONDS: Final = {"second": 1.0, "seconds": 1.0, "minute": 60.0, "minutes": 60.0, "hour": 3600.0, "hours": 3600.0}
_PERCENT: Final = frozenset({"percentofftp", "percentofthresholdpower"})
_WATTS: Final = frozenset({"watts", "power"})
_PACE: Final = frozenset({"percentofthresholdpace", "percentofthresholdspeed"})
_METRES: Final = {
    **dict.fromkeys(("meter", "meters", "metre", "metres"), 1.0),
    **dict.fromkeys(("kilometer", "kilometers", "kilometre", "kilometres"), 1000.0),
    **dict.fromkeys(("mile", "miles"), METRES_A_MILE),
}
_CADENCE: Final = frozenset({"roundorstridesperminute", "roundorstrideperminute", "rpm", "cadence"})
_ROLES: Final = {
    "warmup": SegmentType.WARMUP,
    "cooldown": SegmentType.COOLDOWN,
    "rest": SegmentType.RECOVERY,
    "recovery": SegmentType.RECOVERY,
}


class TrainingPeaksReader:
    """Reads structured workouts."""

    suffixes = (".json",)

    def read(self, content: bytes, ftp_watts: float | None = None) -> ReadSession:
        repairs = Repairs()
        data = _parsed(text_in(content, repairs))
        if isinstance(data, list) and len(data) == 1:
            data = data[0]
        if isinstance(data, list):
            raise UnreadableSessionError(f"is a list of {len(data)}, not a workout; give one workout a file")
        whole = data if isinstance(data, dict) else {}
        if "parts" in whole and "structure" not in whole:
            return library_form(whole, repairs)
        structure, metric = _structure(whole)
        is_run = metric in _PACE or any(unit in _PACE for unit in _units_in(structure))
        blocks = _RunBlock(repairs, metric) if is_run else _Block(repairs, metric, ftp_watts)
        parts = [part for i, block in enumerate(structure) for part in blocks.of(block, i)]
        name, description = (_text(whole, *names) for names in (("title", "name"), ("description", "coachcomments")))
        sport = Sport.RUNNING if is_run else Sport.CYCLING
        return finished(name, parts, repairs, description=description, least_repeats=WRITTEN_OUT, sport=sport)


def _parsed(text: str) -> Any:
    try:
        return _lowered(parse_json(text))
    except StrictInputError as error:
        raise UnreadableSessionError(str(error)) from None


def _lowered(data: Any) -> Any:
    """The data with keys in lower case, which is where the two spellings agree."""
    if isinstance(data, dict):
        return {key.lower(): _lowered(value) for key, value in data.items()}
    return [_lowered(value) for value in data] if isinstance(data, list) else data


def _structure(whole: Json) -> tuple[list[Any], str]:
    """The blocks of a workout, and what their targets are counted in unless they say so themselves."""
    found: Any = whole.get("structure")
    if isinstance(found, str):
        found = _parsed(found)
    metric = str((found if isinstance(found, dict) else whole).get("primaryintensitymetric") or "percentofftp")
    if isinstance(found, dict):
        found = found.get("structure")
    if not isinstance(found, list):
        raise UnreadableSessionError("has no structure with a list of steps; give a structured workout")
    return found, metric.lower()


def _units_in(data: Any) -> Iterator[str]:
    """What targets are counted in, wherever they are."""
    if isinstance(data, dict):
        if isinstance(unit := data.get("unit"), str):
            yield unit.lower()
        data = list(data.values())
    for value in data if isinstance(data, list) else []:
        yield from _units_in(value)


class _Block:
    """Makes parts of a block: a step, or a repetition of steps."""

    def __init__(self, repairs: Repairs, metric: str, ftp_watts: float | None = None) -> None:
        self.repairs = repairs
        self.metric = metric
        self.ftp_watts = ftp_watts

    def of(self, block: Any, position: int) -> Iterator[SessionPart]:
        where = f"structure[{position}]"
        block = _mapping(block, where)
        inside = block.get("steps")
        if not isinstance(inside, list):
            yield self._step(block, where)
            return
        steps = tuple(self._step(_mapping(step, where), f"{where}.steps[{i}]") for i, step in enumerate(inside))
        length = block.get("length")
        count = length.get("value", 1) if isinstance(length, dict) else 1
        if not isinstance(count, int | float) or count != int(count) or not 1 <= count <= MAX_STEPS:
            raise UnreadableSessionError(
                f"{where}.length is {shortened(in_words(count))} repeats; write 1 to {MAX_STEPS}"
            )
        if count == 1 or not steps:
            yield from steps
        else:
            yield SessionSet(repeat=int(count), steps=steps)

    def _step(self, step: Json, where: str) -> SessionStep:
        start, end = self._ends(step, where)
        role = _ROLES.get(str(step.get("intensityclass", "")).lower()) if start is not None else None
        text = "; ".join(filter(None, [_text(step, "name"), _text(step, "notes", "description")]))
        seconds = _seconds(step.get("length"), where)
        return SessionStep(duration_s=seconds, start_pct=start, end_pct=end, role=role, text=text)

    def _ends(self, step: Json, where: str) -> tuple[float | None, float | None]:
        """The power of a step, % of threshold; of a band its middle."""
        band = self._band(step, where, _PERCENT | _WATTS, "power; give it in percentOfFtp")
        if band is None:
            return None, None
        low, high = band
        middle = round((low + high) / 2, 2)
        if low != high:
            self.repairs.add(f"the band {low:g}-{high:g} % was read as {middle:g} %")
        return middle, middle

    def _band(self, step: Json, where: str, units: frozenset[str], wanted: str) -> tuple[float, float] | None:
        """The target of a step that is in some units, % of threshold, as it is written; cadences are passed over."""
        given = step.get("targets", step.get("intensitytarget")) or []
        for target in given if isinstance(given, list) else [given]:
            target = _mapping(target, f"{where}.targets")
            unit = str(target.get("unit") or self.metric).lower()
            if unit in _CADENCE:
                continue
            if unit not in units:
                what = shortened(str(target.get("unit") or self.metric))
                raise UnreadableSessionError(f"{where} goes by {what}, not by {wanted}")
            low, high = target.get("minvalue"), target.get("maxvalue")
            low, high = (low if high is None else high) if low is None else low, low if high is None else high
            if low is None:
                low = high = target.get("value")
            return self._pct(low, unit, where), self._pct(high, unit, where)
        return None

    def _pct(self, value: Any, unit: str, where: str) -> float:
        number = _number(value, f"{where}.targets")
        return pct_of_watts(number, known_ftp(self.ftp_watts)) if unit in _WATTS else round(number, 2)


class _RunBlock(_Block):
    """Makes parts of a block of a run."""

    def _step(self, step: Json, where: str) -> SessionStep:
        band = self._band(step, where, _PACE, "pace; give it in percentOfThresholdPace")
        role = _ROLES.get(str(step.get("intensityclass", "")).lower())
        ends = band and ((max(band), min(band)) if role is SegmentType.COOLDOWN else (min(band), max(band)))
        metres = _metres(step.get("length"), where)
        return run_step(
            self.repairs,
            where=where,
            seconds=_seconds(step.get("length"), where) if metres is None else None,
            distance_m=metres,
            ends=ends,
            role=role,
            text="; ".join(filter(None, [_text(step, "name"), _text(step, "notes", "description")])),
        )


def _metres(length: Any, where: str) -> float | None:
    """The metres of a length; ``None`` where it is a time."""
    given = _mapping(length, f"{where}.length")
    metres = _METRES.get(str(given.get("unit", "second")).lower())
    return None if metres is None else round(_number(given.get("value"), f"{where}.length") * metres, 3)


def _seconds(length: Any, where: str) -> float:
    given = _mapping(length, f"{where}.length")
    unit = str(given.get("unit", "second")).lower()
    if unit not in _SECONDS:
        raise UnreadableSessionError(f"{where}.length is in {shortened(unit)}, not in time; give it in seconds")
    seconds = round(_number(given.get("value"), f"{where}.length") * _SECONDS[unit])
    if seconds <= 0:
        raise UnreadableSessionError(f"{where}.length is {seconds} s; give at least one second")
    return float(seconds)


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_NUMBER:
        raise UnreadableSessionError(f"{where} is {shortened(in_words(value))}, which is no number from 0; correct it")
    return float(value)


def _mapping(value: Any, where: str) -> Json:
    if not isinstance(value, dict):
        raise UnreadableSessionError(f"{where} is {shortened(in_words(value))}, not an object; correct it")
    return value


def _text(data: Json, *names: str) -> str:
    return next((value for name in names if isinstance(value := data.get(name), str) and value.strip()), "")


READER: Final = TrainingPeaksReader()
