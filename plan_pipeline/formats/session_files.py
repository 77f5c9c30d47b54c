"""Plans as workout files, one a workout, whatever the format: a format only writes a session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Protocol

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.formats import ExportedFile, ExportError
from plan_pipeline.formats.file_names import slug
from plan_pipeline.formats.session import Session, SessionPart, SessionSet, SessionStep, parts_of_segments

if TYPE_CHECKING:
    from plan_pipeline.core.model.plan import Plan, Workout


FOR_EVERY_SPORT: Final = ("fit", "icu", "zwo", "ics", "csv", "html", "json")
"""The formats that hold plans of any sport."""


class SessionWriter(Protocol):
    """Writes one session as the content of a file. ``suffix`` is the file's ending, such as ``.zwo``.

    A writer with ``sports`` writes sessions of those; one without is for cycling, and is given no other.
    """

    @property
    def suffix(self) -> str: ...

    def write(self, session: Session) -> bytes: ...


class SessionFiles:
    """The exporter of a plan that a writer of sessions makes: ``W01-2-Tuesday-<name>.zwo`` for every workout."""

    def __init__(self, writer: SessionWriter) -> None:
        self.writer = writer

    def __call__(self, plan: Plan, week: int | None = None) -> tuple[ExportedFile, ...]:
        """Raises ``ExportError`` for a plan of a sport that the format has nothing for."""
        sport = plan.training_plan.sport
        if sport not in getattr(self.writer, "sports", (Sport.CYCLING,)):
            raise ExportError(
                f"{plan.own_id} is a {sport} plan, and {self.writer.suffix} files hold power, which its workouts do "
                f"not have; write it as {', '.join(FOR_EVERY_SPORT[:-1])} or {FOR_EVERY_SPORT[-1]}"
            )
        return tuple(self._files(plan, week))

    def _files(self, plan: Plan, week: int | None) -> Iterator[ExportedFile]:
        taken: set[str] = set()
        for each in plan.training_plan.weekly_plan:
            if week not in (None, each.week_number):
                continue
            for workout in each.workouts:
                day = f"W{each.week_number:02}-{workout.weekday.position + 1}-{workout.weekday}"
                name = f"{day}-{slug(workout.name)}"
                again = 2
                while name in taken:
                    name, again = f"{day}-{slug(workout.name)}-{again}", again + 1
                taken.add(name)
                yield ExportedFile(name + self.writer.suffix, self.writer.write(session_of(plan, workout)))


def session_of(plan: Plan, workout: Workout) -> Session:
    """A workout of a plan as formats write it, for the athlete's threshold."""
    body = plan.training_plan
    athlete, parts = body.athlete_profile, parts_of_segments(workout.segments)
    is_unmeasured = workout.type in record_of(body.sport).unmeasured
    return Session(
        name=one_line(workout.name),
        description=workout.description,
        parts=tuple(map(_without_pace, parts)) if is_unmeasured else parts,
        ftp_watts=athlete.ftp,
        made_at=plan.ai_metadata.generated_at,
        sport=body.sport,
        runner=athlete.runner if body.sport is Sport.RUNNING else None,
        unmeasured=workout.type if is_unmeasured else None,
    )


def _without_pace(part: SessionPart) -> SessionPart:
    if isinstance(part, SessionSet):
        return part.model_copy(update={"steps": tuple(map(_open, part.steps))})
    return _open(part)


def _open(step: SessionStep) -> SessionStep:
    return step.model_copy(update={"start_pct": None, "end_pct": None})
