"""Sessions written as FIT."""

import zlib
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.formats.extras import of_extra
from plan_pipeline.formats.fit import DEVELOPMENT, FALLING, INTENSITIES, RAMP, RAMPS, RUNNERS_PRODUCT
from plan_pipeline.formats.reading import plain_text
from plan_pipeline.formats.running.speeds import band_of
from plan_pipeline.formats.session import Session, SessionPart, SessionSet, SessionStep
from plan_pipeline.formats.session_files import SessionFiles

MAX_NAME_BYTES: Final = 60
MAX_NOTES_BYTES: Final = 200
"""A field has at most 255 bytes with its end; head units show less."""

WITHOUT_TIME_MS: Final = 1_577_836_800_000
"""2020-01-01: when a file was made that does not say when."""


class FitWriter:
    """Writes FIT."""

    suffix = ".fit"
    sports = tuple(Sport)

    def write(self, session: Session) -> bytes:
        profile = of_extra("fit_tool.profile.profile_type", "fit")
        builder = of_extra("fit_tool.fit_file_builder", "fit").FitFileBuilder(auto_define=True, min_string_size=0)
        rows = list(_rows(session.parts))
        builder.add(_file_id(session, profile, rows))
        builder.add(_workout(session, profile, len(rows)))
        for index, row in enumerate(rows):
            builder.add(_step(index, row, profile, session))
        content = builder.build().to_bytes()
        assert isinstance(content, bytes)
        return content


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
    made.product = RUNNERS_PRODUCT if session.sport is Sport.RUNNING else 0
    made.time_created = WITHOUT_TIME_MS if session.made_at is None else round(session.made_at.timestamp() * 1000)
    made.serial_number = zlib.crc32(repr((session.name, rows)).encode()) or 1
    return made


def _workout(session: Session, profile: Any, rows: int) -> Any:
    made = of_extra("fit_tool.profile.messages.workout_message", "fit").WorkoutMessage()
    made.workout_name = _within(session.name, MAX_NAME_BYTES) or "Workout"
    if session.description:
        made.workout_description = _within(session.description, MAX_NOTES_BYTES)
    made.num_valid_steps = rows
    sport, sub_sport = _sport_of(session)
    made.sport = profile.Sport[sport]
    if sub_sport:
        made.sub_sport = profile.SubSport[sub_sport]
    return made


def _sport_of(session: Session) -> tuple[str, str]:
    """FIT's names of a sport and a part of it, which may be none."""
    if session.unmeasured is WorkoutType.CROSS_TRAINING:
        return "TRAINING", "CARDIO_TRAINING"
    if session.unmeasured is WorkoutType.STRENGTH or (session.sport is Sport.CYCLING and session.is_off_the_bike):
        return "TRAINING", "STRENGTH_TRAINING"
    return ("RUNNING" if session.sport is Sport.RUNNING else "CYCLING"), ""


def _step(index: int, row: SessionStep | _Repeat, profile: Any, session: Session) -> Any:
    made = of_extra("fit_tool.profile.messages.workout_step_message", "fit").WorkoutStepMessage()
    made.message_index = index
    if isinstance(row, _Repeat):
        made.duration_type = profile.WorkoutStepDuration.REPEAT_UNTIL_STEPS_CMPLT
        made.duration_step = row.first
        made.target_type = profile.WorkoutStepTarget.OPEN
        made.target_repeat_steps = row.times
        return made
    made.workout_step_name = _within(_name_of(row, session.sport), MAX_NAME_BYTES)
    if row.text:
        made.notes = _within(row.text, MAX_NOTES_BYTES)
    made.intensity = getattr(profile.Intensity, INTENSITIES.get(row.role, "ACTIVE") if row.role else "ACTIVE")
    if row.distance_m is None:
        made.duration_type = profile.WorkoutStepDuration.TIME
        made.duration_time = row.duration_s
    else:
        made.duration_type = profile.WorkoutStepDuration.DISTANCE
        made.duration_distance = row.distance_m
    _set_target(made, row, profile, session)
    return made


def _set_target(made: Any, step: SessionStep, profile: Any, session: Session) -> None:
    """A range of the step's own: % of threshold power, or m/s, the slower end below; open where there is none."""
    if step.start_pct is None or step.end_pct is None or step.by_effort:
        made.target_type = profile.WorkoutStepTarget.OPEN
    elif session.sport is Sport.RUNNING:
        assert session.runner is not None
        band = band_of(step.start_pct, step.end_pct, session.runner)
        made.target_type = profile.WorkoutStepTarget.SPEED
        made.target_speed_zone = 0
        made.custom_target_speed_low, made.custom_target_speed_high = band
    else:
        made.target_type = profile.WorkoutStepTarget.POWER
        made.target_power_zone = 0
        made.custom_target_power_low = round(min(step.start_pct, step.end_pct))
        made.custom_target_power_high = round(max(step.start_pct, step.end_pct))


def _name_of(step: SessionStep, sport: Sport) -> str:
    """What a head unit shows as the step: its role, or that the band of a ride is a ramp."""
    has_ends = step.start_pct is not None and step.end_pct is not None
    if sport is Sport.CYCLING and has_ends and not step.is_steady and step.role not in RAMPS:
        return FALLING if (step.start_pct or 0) > (step.end_pct or 0) else RAMP
    return (step.role or "step").replace("_", " ").capitalize()


def _within(text: str, most_bytes: int) -> str:
    return one_line(plain_text(text)).encode()[:most_bytes].decode(errors="ignore").strip()


EXPORTER: Final = SessionFiles(FitWriter())
