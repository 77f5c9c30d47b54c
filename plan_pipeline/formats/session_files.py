"""Plans as workout files, one a workout, whatever the format: a format only writes a session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from plan_pipeline.core.model.texts import one_line
from plan_pipeline.formats import ExportedFile
from plan_pipeline.formats.file_names import slug
from plan_pipeline.formats.session import Session, parts_of_segments

if TYPE_CHECKING:
    from plan_pipeline.core.model.plan import Plan, Workout


class SessionWriter(Protocol):
    """Writes one session as the content of a file. ``suffix`` is the file's ending, such as ``.zwo``."""

    @property
    def suffix(self) -> str: ...

    def write(self, session: Session) -> bytes: ...


class SessionFiles:
    """The exporter of a plan that a writer of sessions makes: ``W01-2-Tuesday-<name>.zwo`` for every workout."""

    def __init__(self, writer: SessionWriter) -> None:
        self.writer = writer

    def __call__(self, plan: Plan, week: int | None = None) -> tuple[ExportedFile, ...]:
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
    """A workout of a plan as formats write it, for the rider's threshold."""
    return Session(
        name=one_line(workout.name),
        description=workout.description,
        parts=parts_of_segments(workout.segments),
        ftp_watts=plan.training_plan.athlete_profile.ftp,
        made_at=plan.ai_metadata.generated_at,
    )
