"""FIT, the workout files of head units: written with fit-tool, read with fitdecode.

Sets are repeat steps, and the role of a step is its intensity. FIT has no ramps: a step has a band of power, which is
read as a ramp in a warm-up, in a cool-down and where the step's name says so. Power is in % of threshold.
"""

import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final, NamedTuple

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.formats.extras import of_extra
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
from plan_pipeline.formats.session import Session, SessionPart, SessionSet, SessionStep
from plan_pipeline.formats.session_files import SessionFiles
from plan_pipeline.strict_input.input_limits import MAX_SESSION_BYTES

WATTS_FROM: Final = 1000
"""What power in a step begins at where it is in watts; below it is in % of threshold."""

MAX_NAME_BYTES: Final = 60
MAX_NOTES_BYTES: Final = 200
"""A field has at most 255 bytes with its end; head units show less."""

DEVELOPMENT: Final = 255
"""The manufacturer's number that is nobody's."""

WITHOUT_TIME_MS: Final = 1_577_836_800_000
"""2020-01-01: when a file was made that does not say when."""

RAMP: Final = "Ramp"
FALLING: Final = "Ramp down"
"""How the name of a step begins whose band is a ramp, though it is neither warm-up nor cool-down."""

_INTENSITIES: Final = {
    SegmentType.WARMUP: "WARMUP",
    SegmentType.COOLDOWN: "COOLDOWN",
    SegmentType.RECOVERY: "RECOVERY",
    SegmentType.INTERVAL: "INTERVAL",
}
_ROLES: Final = {name.lower(): role for role, name in _INTENSITIES.items()} | {"rest": SegmentType.RECOVERY}
_RAMPS: Final = (SegmentType.WARMUP, SegmentType.COOLDOWN)
_TIME: Final = "time"
_REPEAT: Final = "repeat_until_steps_cmplt"


class FitFormat:
    """Reads and writes FIT."""

    suffix = ".fit"
    suffixes = (".fit",)

    def write(self, session: Session) -> bytes:
        profile = of_extra("fit_tool.profile.profile_type", "fit")
        builder = of_extra("fit_tool.fit_file_builder", "fit").FitFileBuilder(auto_define=True, min_string_size=0)
        rows = list(_rows(session.parts))
        builder.add(_file_id(session, profile, rows))
        builder.add(_workout(session, profile, len(rows)))
        for index, row in enumerate(rows):
            builder.add(_step(index, row, profile))
        content = builder.build().to_bytes()
        assert isinstance(content, bytes)
        return content

    def read(self, content: bytes, ftp_watts: float | None = None) -> ReadSession:
        if len(content) > MAX_SESSION_BYTES:
            raise UnreadableSessionError(f"is larger than {MAX_SESSION_BYTES // 1000} kB; a workout is a few kilobytes")
        repairs = Repairs()
        workout, rows = _messages(content)
        is_off = str(workout.get("sport")) == "training" and str(workout.get("sub_sport")) == "strength_training"
        parts = _Reading(repairs, ftp_watts).parts(rows)
        return finished(
            str(workout.get("wkt_name") or ""),
            parts,
            repairs,
            description=str(workout.get("wkt_description") or ""),
            least_repeats=WRITTEN_OUT,
            off_the_bike=is_off,
        )


# --- writing ------------------------------------------------------------------------------------------------------


class _Repeat(NamedTuple):
    """A row that goes back to an earlier one."""

    first: int
    times: int


def _rows(parts: tuple[SessionPart, ...]) -> Iterator[SessionStep | _Repeat]:
    """Steps as FIT numbers them: a set is its steps, and then a row that repeats them."""
    index = 0
    for part in parts:
        steps = part.steps if isinstance(part, SessionSet) else (part,)
        yield from steps
        index += len(steps)
        if isinstance(part, SessionSet):
            yield _Repeat(index - len(steps), part.repeat)
            index += 1


def _file_id(session: Session, profile: Any, rows: list[Any]) -> Any:
    made = of_extra("fit_tool.profile.messages.file_id_message", "fit").FileIdMessage()
    made.type = profile.FileType.WORKOUT
    made.manufacturer = DEVELOPMENT
    made.product = 0
    made.time_created = WITHOUT_TIME_MS if session.made_at is None else round(session.made_at.timestamp() * 1000)
    made.serial_number = zlib.crc32(repr((session.name, rows)).encode()) or 1
    return made


def _workout(session: Session, profile: Any, rows: int) -> Any:
    made = of_extra("fit_tool.profile.messages.workout_message", "fit").WorkoutMessage()
    made.workout_name = _within(session.name, MAX_NAME_BYTES) or "Workout"
    if session.description:
        made.workout_description = _within(session.description, MAX_NOTES_BYTES)
    made.num_valid_steps = rows
    if session.is_off_the_bike:
        made.sport, made.sub_sport = profile.Sport.TRAINING, profile.SubSport.STRENGTH_TRAINING
    else:
        made.sport = profile.Sport.CYCLING
    return made


def _step(index: int, row: SessionStep | _Repeat, profile: Any) -> Any:
    made = of_extra("fit_tool.profile.messages.workout_step_message", "fit").WorkoutStepMessage()
    made.message_index = index
    if isinstance(row, _Repeat):
        made.duration_type = profile.WorkoutStepDuration.REPEAT_UNTIL_STEPS_CMPLT
        made.duration_step = row.first
        made.target_type = profile.WorkoutStepTarget.OPEN
        made.target_repeat_steps = row.times
        return made
    made.workout_step_name = _within(_name_of(row), MAX_NAME_BYTES)
    if row.text:
        made.notes = _within(row.text, MAX_NOTES_BYTES)
    made.intensity = getattr(profile.Intensity, _INTENSITIES.get(row.role, "ACTIVE") if row.role else "ACTIVE")
    made.duration_type = profile.WorkoutStepDuration.TIME
    made.duration_time = row.duration_s
    if row.start_pct is None or row.end_pct is None:
        made.target_type = profile.WorkoutStepTarget.OPEN
        return made
    made.target_type = profile.WorkoutStepTarget.POWER
    made.target_power_zone = 0
    made.custom_target_power_low = round(min(row.start_pct, row.end_pct))
    made.custom_target_power_high = round(max(row.start_pct, row.end_pct))
    return made


def _name_of(step: SessionStep) -> str:
    """What a head unit shows as the step: its role, or that its band is a ramp."""
    if step.start_pct is not None and step.end_pct is not None and not step.is_steady and step.role not in _RAMPS:
        return FALLING if step.start_pct > step.end_pct else RAMP
    return (step.role or "step").capitalize()


def _within(text: str, most_bytes: int) -> str:
    return one_line(plain_text(text)).encode()[:most_bytes].decode(errors="ignore").strip()


# --- reading ------------------------------------------------------------------------------------------------------


def _messages(content: bytes) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """The fields of the workout, and of each of its steps in order."""
    fitdecode = of_extra("fitdecode", "fit")
    workout: Mapping[str, Any] | None = None
    steps: list[Mapping[str, Any]] = []
    try:
        with _warnings_as_errors(), fitdecode.FitReader(BytesIO(content), check_crc=fitdecode.CrcCheck.RAISE) as frames:
            for frame in frames:
                if frame.frame_type != fitdecode.FIT_FRAME_DATA:
                    continue
                if frame.name == "workout":
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
    return workout, sorted(steps, key=lambda step: step.get("message_index") or 0)


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


class _Reading:
    """Makes parts of the rows of a workout."""

    def __init__(self, repairs: Repairs, ftp_watts: float | None) -> None:
        self.repairs = repairs
        self.ftp_watts = ftp_watts

    def parts(self, rows: list[Mapping[str, Any]]) -> list[SessionPart]:
        """Steps, and sets where a row repeats those before it; a set of sets is written out."""
        begins: list[int] = []
        parts: list[SessionPart] = []
        for index, row in enumerate(rows):
            if str(row.get("duration_type")) != _REPEAT:
                begins.append(index)
                parts.append(self._step(row, index))
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

    def _step(self, row: Mapping[str, Any], index: int) -> SessionStep:
        number = index + 1
        if str(row.get("duration_type")) != _TIME or not isinstance(row.get("duration_value"), int):
            kind = one_line(str(row.get("duration_type")))[:40]
            raise UnreadableSessionError(f"step {number} ends by {kind}, not by time; give it a time")
        name, notes = str(row.get("wkt_step_name") or ""), str(row.get("notes") or "")
        role = _ROLES.get(str(row.get("intensity")))
        start, end = self._ends(row, number, role, name)
        is_named_after_role = name.lower() in {*SegmentType, "step", RAMP.lower(), FALLING.lower()}
        return SessionStep(
            duration_s=max(1.0, float(round(row["duration_value"] / 1000))),
            start_pct=start,
            end_pct=end,
            role=None if start is None else role,
            text=plain_text("; ".join(filter(None, ["" if is_named_after_role else name, notes]))),
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


READER: Final = FitFormat()
EXPORTER: Final = SessionFiles(READER)
