"""A plan put together from the artefacts that the stages stored, whichever runs stored them.

Belongs here: assembling a generation for ``final_plan`` and ``week_metrics``. Does not belong here: making any
of the artefacts (see ``assets``), and plans made in memory (see ``bulk``).
"""

from __future__ import annotations

from plan_pipeline.core.final_plan import finalize_plan
from plan_pipeline.core.model.plan import Plan, ValidatedWeek, Verdict
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.pipeline import (
    PlanFacts,
    PlanResult,
    WeekDraft,
    infeasible_verdict,
    origin_of,
    plan_facts,
    verdict_of,
)
from plan_pipeline.core.stages import WEEK_STAGES, Stage
from plan_pipeline.orchestration.assets.cells import PlanOfRun
from plan_pipeline.orchestration.generations import stamp_of_record
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.storage.plans.plan_store import ArtefactMissingError, PlanRecord


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
    made = plan.load_outputs(Stage.WEEK_VALIDATION, ValidatedWeek)
    stale = tuple(
        f"week {number}: was made from an earlier request, overview or library; launch the plan for all its weeks"
        for number, week in made.items()
        if week.inputs != plan.inputs
    )
    outcome: Plan | Verdict = finalize_plan(
        plan.request,
        plan.overview,
        [week.week for week in made.values()],
        plan.library,
        plan.stamp,
    )
    if stale:
        verdict = verdict_of(outcome)
        outcome = Verdict(
            status=PlanStatus.REJECTED, reasons=(*stale, *verdict.reasons), rule_results=verdict.rule_results
        )
    return PlanResult(
        request=plan.request,
        verdict=verdict_of(outcome),
        plan=outcome if isinstance(outcome, Plan) else None,
        overview=plan.overview,
        weeks=_drafts(plan),
        stage_ms={},
    )


def facts_of_verdict(plan: PlanOfRun) -> tuple[PlanRecord, PlanFacts]:
    """The verdict on a plan's last generation, and its rows: all its weeks as they now stand.

    Raises ``ArtefactMissingError`` where no generation was finished yet.
    """
    verdict = plan.pipeline.plans.load_generation_record(plan.plan_id)
    if verdict is None:
        raise ArtefactMissingError(f"plan {plan.plan_id!r} has no {Stage.FINAL_PLAN}; launch {Stage.FINAL_PLAN} first")
    own = verdict.generation_id == plan.stamp.generation_id
    published = verdict.status is PlanStatus.PUBLISHED
    measured = plan.pipeline.clock.take(plan.run_id, plan.plan_id)
    result = PlanResult(
        request=plan.request,
        verdict=Verdict(status=verdict.status, reasons=verdict.reasons, rule_results=verdict.rule_results),
        plan=plan.pipeline.plans.load_plan(plan.plan_id) if published else None,
        overview=plan.record.overview,
        infeasible=plan.record.infeasible,
        weeks=() if plan.record.overview is None else _drafts(plan),
        stage_ms=measured if own and len(plan.weeks) == plan.request.total_weeks else {},
    )
    stamp = plan.stamp if own else stamp_of_record(verdict)
    origin = origin_of(plan.request, plan.library.version, stamp)
    as_made = origin.model_copy(update={"arm": verdict.arm, "experiment": verdict.experiment})
    return verdict, plan_facts(result, as_made, plan.run_id)


def has_facts(pipeline: Pipeline, verdict: PlanRecord) -> bool:
    """Whether the rows of a generation are written, with others of its run or alone, wherever they lie by now."""
    return bool(pipeline.facts.recorded([(verdict.plan_id, verdict.generation_id)]))


def _drafts(plan: PlanOfRun) -> tuple[WeekDraft, ...]:
    """The weeks that every stage has made, in order."""
    made = {stage: plan.load_outputs(stage, stage.makes) for stage in WEEK_STAGES}
    numbers = sorted(set.intersection(*(set(weeks) for weeks in made.values())))
    return tuple(
        WeekDraft(
            overview=plan.overview.week(number), made={stage: weeks[number].week for stage, weeks in made.items()}
        )
        for number in numbers
        if number <= len(plan.overview.weeks)
    )
