"""A plan put together from the artefacts that the stages stored, whichever runs stored them."""

from __future__ import annotations

from plan_pipeline.core.final_plan import finalize_plan
from plan_pipeline.core.model.plan import Plan, Verdict
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.pipeline import PlanResult, WeekDraft, infeasible_verdict, verdict_of
from plan_pipeline.core.stages import WEEK_STAGES
from plan_pipeline.orchestration.assets.plan_of_run import PlanOfRun
from plan_pipeline.services.generation import GenerationService, last_record, stamp_of_generation
from plan_pipeline.services.pipeline import FinishedGeneration


def assembled(plan: PlanOfRun) -> PlanResult:
    """The generation that the stored weeks make, published or rejected, or the record that it is infeasible.

    A week that was made from an earlier request, overview or library is a reason for rejection: a plan is made
    from one set of inputs. Raises ``ArtefactMissingError`` where no week was validated yet.
    """
    if plan.record.infeasible is not None:
        infeasible = plan.record.infeasible
        return PlanResult(
            request=plan.request, verdict=infeasible_verdict(infeasible), infeasible=infeasible, stage_ms={}
        )
    made = plan.load_outputs(WEEK_STAGES[-1])
    stale = tuple(
        f"week {number}: was made from an earlier request, overview or library; launch the plan for all its weeks"
        for number, week in made.items()
        if week.inputs != plan.inputs
    )
    weeks = [week.week for week in made.values()]
    outcome = finalize_plan(plan.request, plan.overview, weeks, plan.library, plan.run.stamp)
    verdict = verdict_of(outcome)
    if stale:
        reasons = (*stale, *verdict.reasons)
        verdict = Verdict(status=PlanStatus.REJECTED, reasons=reasons, rule_results=verdict.rule_results)
    return PlanResult(
        request=plan.request,
        verdict=verdict,
        plan=outcome if isinstance(outcome, Plan) and not stale else None,
        overview=plan.overview,
        weeks=_drafts(plan),
        stage_ms={},
    )


def stored_generation(plan: PlanOfRun) -> FinishedGeneration:
    """The last generation of a plan, measured from what is stored: all its weeks as they are now.

    For a stage that is launched on its own. Raises ``ArtefactMissingError`` where no generation was finished yet.
    """
    record = last_record(plan.pipeline, plan.plan_id)
    as_made = {
        "request": plan.request.with_options(duration=record.arm, experiment=record.experiment),
        "verdict": Verdict(status=record.status, reasons=record.reasons, rule_results=record.rule_results),
        "plan": plan.pipeline.plans.load_plan(plan.plan_id) if record.status is PlanStatus.PUBLISHED else None,
    }
    result = assembled(plan).model_copy(update=as_made)
    run = plan.run._replace(stamp=stamp_of_generation(record.generation_id))
    return FinishedGeneration(record, GenerationService(plan.pipeline, plan.library, run).measure(result))


def _drafts(plan: PlanOfRun) -> tuple[WeekDraft, ...]:
    """The weeks that every stage has made, in order."""
    made = {stage: plan.load_outputs(stage) for stage in WEEK_STAGES}
    numbers = sorted(set.intersection(*(set(weeks) for weeks in made.values())))
    return tuple(
        WeekDraft(
            overview=plan.overview.week(number), made={stage: weeks[number].week for stage, weeks in made.items()}
        )
        for number in numbers
        if number <= len(plan.overview.weeks)
    )
