"""FIT as head units, watches and other programs write it."""

import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final, NamedTuple, Self

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import SegmentType, Sport, WorkoutType
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.formats.extras import of_extra
from plan_pipeline.formats.fit import FALLING, INTENSITIES, RAMP, RUNNERS_PRODUCT, WATTS_FROM
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
)
from plan_pipeline.formats.running.speeds import Band, checked_speed, known_runner, pcts_of
from plan_pipeline.formats.running.steps import run_step, whole_metres
from plan_pipeline.formats.session import SessionPart, SessionSet, SessionStep
from plan_pipeline.strict_input.input_limits import MAX_SESSION_BYTES

_ROLES: Final = {
    INTENSITIES[role].lower(): role
    for role in (SegmentType.WARMUP, SegmentType.COOLDOWN, SegmentType.RECOVERY, SegmentType.INTERVAL)
} | {"rest": SegmentType.RECOVERY}
_ROLES_BY_NAME: Final = {role.value.replace("_", " "): role for role in SegmentType if role in INTENSITIES}
_TIME: Final = "time"
_DISTANCE: Final = "distance"
_REPEAT: Final = "repeat_until_steps_cmplt"
_WITHOUT_TARGET: Final = ("open", "None", "cadence")
_NOTHING: Final = 0xFFFFFFFF


class FitReader:
    """Reads FIT; speeds of runs are measured by a runner's threshold pace."""

    suffixes = (".fit",)

    def __init__(self, runner: Runner | None = None) -> None:
        self.runner = runner

    def for_runner(self, runner: Runner) -> Self:
        return type(self)(runner)

    def read(self, content: bytes, ftp_watts: float | None = None) -> ReadSession:
        if len(content) > MAX_SESSION_BYTES:
            raise UnreadableSessionError(f"is larger than {MAX_SESSION_BYTES // 1000} kB; a workout is a few kilobytes")
        repairs = Repairs()
        found = _messages(content)
        sport, unmeasured = _sport_of(found)
        if unmeasured and sport is Sport.RUNNING:
            rows: _Rows = _UnmeasuredRows(repairs)
        elif sport is Sport.RUNNING:
            rows = _RunRows(repairs, self.runner)
        else:
            rows = _RideRows(repairs, ftp_watts)
        return finished(
            str(found.workout.get("wkt_name") or ""),
            rows.parts(found.steps),
            repairs,
            description=str(found.workout.get("wkt_description") or ""),
            least_repeats=WRITTEN_OUT,
            off_the_bike=unmeasured is not None,
            sport=sport,
            unmeasured=unmeasured if sport is Sport.RUNNING else None,
        )


class _Workout(NamedTuple):
    """The fields of the messages of a file."""

    file: Mapping[str, Any]
    workout: Mapping[str, Any]
    steps: list[Mapping[str, Any]]


def _sport_of(found: _Workout) -> tuple[Sport, WorkoutType | None]:
    """The sport of a file, and what is done in its place. Strength training is for riders unless it says runners."""
    sport, sub_sport = (str(found.workout.get(field)) for field in ("sport", "sub_sport"))
    is_ours = str(found.file.get("manufacturer")) == "development" and found.file.get("product") == RUNNERS_PRODUCT
    if (sport, sub_sport) == ("training", "strength_training"):
        return (Sport.RUNNING if is_ours else Sport.CYCLING), WorkoutType.STRENGTH
    if (sport, sub_sport) == ("training", "cardio_training"):
        return Sport.RUNNING, WorkoutType.CROSS_TRAINING
    return (Sport.RUNNING if sport == "running" else Sport.CYCLING), None


def _messages(content: bytes) -> _Workout:
    """The fields of the workout, and of each of its steps in order."""
    fitdecode = of_extra("fitdecode", "fit")
    file: Mapping[str, Any] = {}
    workout: Mapping[str, Any] | None = None
    steps: list[Mapping[str, Any]] = []
    try:
        with _warnings_as_errors(), fitdecode.FitReader(BytesIO(content), check_crc=fitdecode.CrcCheck.RAISE) as frames:
            for frame in frames:
                if frame.frame_type != fitdecode.FIT_FRAME_DATA:
                    continue
                if frame.name == "file_id":
                    file = _fields(frame)
                elif frame.name == "workout":
                    workout = _fields(frame)
                elif frame.name == "workout_step":
                    steps.append(_fields(frame))
                    if len(steps) > MAX_STEPS:
                        raise UnreadableSessionError(f"has more than {MAX_STEPS} steps; split the workout")
    except UnreadableSessionError:
        raise
    except Exception as error:  # whatever strangers' bytes lead the decoder to
        what = one_line(str(error))[:80] or type(error).__name__
        raise UnreadableSessionError(f"is no sound FIT file ({what}); copy or export it again") from None
    if workout is None or not steps:
        raise UnreadableSessionError("is FIT, but of a ride or a course and not of a workout; give a workout file")
    return _Workout(file, workout, sorted(steps, key=lambda step: step.get("message_index") or 0))


@contextmanager
def _warnings_as_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def _fields(frame: Any) -> Mapping[str, Any]:
    """Fields by the names of their base, not of what they stand for in a kind of step."""
    found: dict[str, Any] = {}
    for field in frame.fields:
        name = (field.parent_field or field).name
        is_number = name in ("duration_value", "target_value", "custom_target_value_low", "custom_target_value_high")
        found[name] = field.raw_value if is_number or name == "message_index" else field.value
    return found


def _name_of(row: Mapping[str, Any]) -> str:
    return str(row.get("wkt_step_name") or "")


def _text_of(row: Mapping[str, Any]) -> str:
    """What a step says beside its role, which is its name in our files."""
    name, notes = _name_of(row), str(row.get("notes") or "")
    roles = {role.value.replace("_", " ") for role in SegmentType}
    is_named_after_role = name.lower() in {*roles, "step", RAMP.lower(), FALLING.lower()}
    return plain_text("; ".join(filter(None, ["" if is_named_after_role else name, notes])))


def _seconds_of(row: Mapping[str, Any]) -> float:
    return max(1.0, float(round(row["duration_value"] / 1000)))


class _Rows(ABC):
    """Makes parts of the rows of a workout."""

    def __init__(self, repairs: Repairs) -> None:
        self.repairs = repairs

    @abstractmethod
    def step(self, row: Mapping[str, Any], number: int) -> SessionStep:
        """The step of a row, which is the so-manyth."""

    def parts(self, rows: list[Mapping[str, Any]]) -> list[SessionPart]:
        """Steps, and sets where a row repeats those before it; a set of sets is written out."""
        begins: list[int] = []
        parts: list[SessionPart] = []
        for index, row in enumerate(rows):
            if str(row.get("duration_type")) != _REPEAT:
                begins.append(index)
                parts.append(self.step(row, index + 1))
                continue
            first, count = row.get("duration_value"), row.get("target_value")
            if first not in begins or not isinstance(count, int) or not 1 <= count <= MAX_STEPS:
                raise UnreadableSessionError(f"step {index + 1} repeats what is not there; export the workout again")
            at = begins.index(first)
            parts[at:] = self._repeated(parts[at:], count)
            begins[at:] = [begins[at]] * len(parts[at:])
            if sum(len(part.steps) if isinstance(part, SessionSet) else 1 for part in parts) > MAX_STEPS:
                raise UnreadableSessionError(f"has more than {MAX_STEPS} steps; split the workout")
        return parts

    def _repeated(self, parts: list[SessionPart], count: int) -> list[SessionPart]:
        steps = tuple(part for part in parts if isinstance(part, SessionStep))
        if count == 1:
            return parts
        if len(steps) == len(parts):
            return [SessionSet(repeat=count, steps=steps)]
        if len(parts) * count > MAX_STEPS:
            raise UnreadableSessionError(f"has more than {MAX_STEPS} steps; split the workout")
        self.repairs.add("a set of sets was written out")
        return parts * count


class _RideRows(_Rows):
    """Rows of a ride: times, and bands of power."""

    def __init__(self, repairs: Repairs, ftp_watts: float | None) -> None:
        super().__init__(repairs)
        self.ftp_watts = ftp_watts

    def step(self, row: Mapping[str, Any], number: int) -> SessionStep:
        if str(row.get("duration_type")) != _TIME or not isinstance(row.get("duration_value"), int):
            kind = one_line(str(row.get("duration_type")))[:40]
            raise UnreadableSessionError(f"step {number} ends by {kind}, not by time; give it a time")
        role = _ROLES.get(str(row.get("intensity")))
        start, end = self._ends(row, number, role, _name_of(row))
        return SessionStep(
            duration_s=_seconds_of(row),
            start_pct=start,
            end_pct=end,
            role=None if start is None else role,
            text=_text_of(row),
        )

    def _ends(
        self, row: Mapping[str, Any], number: int, role: SegmentType | None, name: str
    ) -> tuple[float | None, float | None]:
        """% of threshold at the start and the end of a step."""
        target = str(row.get("target_type"))
        if target in ("open", "None", "cadence"):
            return None, None
        if not target.startswith("power"):
            kind = one_line(target)[:40]
            raise UnreadableSessionError(f"step {number} goes by {kind}, not by power; give it a power")
        low, high = (self._pct(row.get(f"custom_target_value_{end}"), number) for end in ("low", "high"))
        if low > high:
            low, high = high, low
        if low == high:
            return low, high
        if role is SegmentType.COOLDOWN or name.startswith(FALLING):
            return high, low
        if role is SegmentType.WARMUP or name.startswith(RAMP):
            return low, high
        middle = round((low + high) / 2, 2)
        self.repairs.add(f"the band {low:g}-{high:g} % was read as {middle:g} %")
        return middle, middle

    def _pct(self, value: Any, number: int) -> float:
        if not isinstance(value, int) or value == 0xFFFFFFFF:
            raise UnreadableSessionError(f"step {number} names a zone of the head unit; give it a power")
        if value < WATTS_FROM:
            return float(value)
        return pct_of_watts(value - WATTS_FROM, known_ftp(self.ftp_watts))


class _RunRows(_Rows):
    """Rows of a run: times or distances, and ranges of speed."""

    def __init__(self, repairs: Repairs, runner: Runner | None) -> None:
        super().__init__(repairs)
        self.runner = runner

    def step(self, row: Mapping[str, Any], number: int) -> SessionStep:
        where = f"step {number}"
        kind, length = str(row.get("duration_type")), row.get("duration_value")
        if kind not in (_TIME, _DISTANCE) or not isinstance(length, int) or length in (0, _NOTHING):
            raise UnreadableSessionError(
                f"{where} ends by {one_line(kind)[:40]}, not by time or distance; give it one of them"
            )
        role = _ROLES_BY_NAME.get(_name_of(row).lower()) or _ROLES.get(str(row.get("intensity")))
        ends = self._ends(row, where)
        if ends is not None and role is SegmentType.COOLDOWN:
            ends = ends[1], ends[0]
        return run_step(
            self.repairs,
            where=where,
            seconds=_seconds_of(row) if kind == _TIME else None,
            distance_m=whole_metres(length / 100) if kind == _DISTANCE else None,
            ends=ends,
            role=role,
            text=_text_of(row),
        )

    def _ends(self, row: Mapping[str, Any], where: str) -> tuple[float, float] | None:
        """The lower and the higher end, % of threshold speed."""
        target = str(row.get("target_type"))
        if target in _WITHOUT_TARGET:
            return None
        if target != "speed":
            raise UnreadableSessionError(f"{where} goes by {one_line(target)[:40]}, not by pace; give it a pace")
        speeds = [row.get(f"custom_target_value_{end}") for end in ("low", "high")]
        if row.get("target_value") not in (0, None, _NOTHING) or not all(
            isinstance(speed, int) and speed != _NOTHING for speed in speeds
        ):
            raise UnreadableSessionError(f"{where} names a zone of the watch; give it a pace")
        slow, fast = sorted(checked_speed(speed / 1000, where) for speed in speeds if isinstance(speed, int))
        return pcts_of(Band(slow, fast), known_runner(self.runner))


class _UnmeasuredRows(_Rows):
    """Rows of what is done in place of a run: times alone."""

    def step(self, row: Mapping[str, Any], number: int) -> SessionStep:
        if str(row.get("duration_type")) != _TIME or not isinstance(row.get("duration_value"), int):
            kind = one_line(str(row.get("duration_type")))[:40]
            raise UnreadableSessionError(f"step {number} ends by {kind}, not by time; give it a time")
        return SessionStep(duration_s=_seconds_of(row), text=_text_of(row))


READER: Final = FitReader()
