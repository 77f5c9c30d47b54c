"""Plans for a club that rides steadily: what another package can add to plan-pipeline without a change of it."""

from __future__ import annotations

from collections.abc import Mapping

from plan_pipeline.core.arms import Arm
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.model_call import Usage
from plan_pipeline.core.model.plan import Infeasible, Overview, Plan
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import Evidence, RuleSeverity
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.rules.plan_view import PlanView
from plan_pipeline.core.rules.rule import Finding, PlanRule, broken, kept
from plan_pipeline.formats import ExportedFile, file_name
from plan_pipeline.formats.reading import ReadSession, Repairs, UnreadableSessionError, finished
from plan_pipeline.formats.session import Session, SessionStep
from plan_pipeline.formats.session_files import SessionFiles
from plan_pipeline.llm.asking import Question, Reply, StopReason

VARIED = Arm(plans_weeks_whole=True, may_stretch_days=True, again_cost=300.0)
"""Like the arm optimal, but a structure rarely comes again within four weeks."""

NOTES = "Ride steadily, and let others race to the sign."


class SteadyOverviewWriter:
    """Writes the overview that rules write, with the club's notes."""

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        overview = plan_overview(request, library, config)
        if isinstance(overview, Infeasible):
            return overview
        return overview.model_copy(update={"coaching_notes": NOTES, "source": "steady", "model": "club-1"})


def steady_writer(settings: object) -> SteadyOverviewWriter:
    del settings
    return SteadyOverviewWriter()


def vo2max_days(plan: PlanView, at_most: int) -> Finding:
    """So many VO2max days a plan and no more. Source: the club's statutes."""
    weeks = [week.number for week in plan.weeks for day in week.days if WorkoutType.VO2MAX in day.kinds]
    if len(weeks) <= at_most:
        return kept(len(weeks))
    return broken(
        len(weeks), tuple(dict.fromkeys(weeks)), f"{len(weeks)} VO2max days; the club rides at most {at_most}."
    )


NO_VO2MAX = PlanRule(
    rule_id="no-vo2max",
    version=1,
    severity=RuleSeverity.ERROR,
    evidence=Evidence.CONVENTION,
    threshold="≤ {at_most} VO2max days",
    measure=vo2max_days,
    parameters={"at_most": 0},
)


def export_text(plan: Plan, week: int | None = None) -> tuple[ExportedFile, ...]:
    """One line a plan."""
    body = plan.training_plan
    return (ExportedFile(file_name(plan, week, "txt"), f"{body.plan_id}: {len(body.weekly_plan)} weeks\n".encode()),)


class SteadyFormat:
    """Workout files of the club's trainers: a line with seconds and % of threshold for every step."""

    suffix = ".steady"
    suffixes = (".steady",)

    def write(self, session: Session) -> bytes:
        return "".join(f"{step.duration_s:.0f} {step.highest_pct:.0f}\n" for step in session.steps).encode()

    def read(self, content: bytes, ftp_watts: float | None = None) -> ReadSession:
        del ftp_watts
        try:
            rows = [tuple(map(float, line.split())) for line in content.decode().splitlines()]
            steps = [SessionStep(duration_s=seconds, start_pct=pct, end_pct=pct) for seconds, pct in rows]
        except ValueError:
            raise UnreadableSessionError("is not seconds and % of threshold in every line; correct it") from None
        return finished("", steps, Repairs())


STEADY_FORMAT = SteadyFormat()
STEADY_FILES = SessionFiles(STEADY_FORMAT)


class ClubProvider:
    """The club's own model, which has one answer to every question."""

    name = "club"
    max_tokens = 1_000
    settings: Mapping[str, str] = {}

    def __init__(self, model: str) -> None:
        self.model = model

    def ask(self, question: Question) -> Reply:
        del question
        text = '{"minutes": 60, "advice": "Ride steadily."}'
        return Reply(model=self.model, text=text, content=text, stop=StopReason.DONE, usage=Usage(output_tokens=9))


def configured_provider(settings: object, model: str | None = None) -> ClubProvider:
    del settings
    return ClubProvider(model or "club-1")
