"""Writing the facts of what a run has made so that each generation has its rows once, whatever was killed before.

Belongs here: what a run that takes the place of a killed one leaves out and makes up for. Does not belong here: how
facts are written (see ``storage.facts``), how a generation ends (see ``outcome``).

A run publishes plans one by one and writes their facts together, so one that dies in between leaves published plans
without facts. Dagster's repetition of the run goes on with the same generation and adds what is missing. Where there is
none, because the run was given up or its disk was full, the next run that finds the plan unchanged does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dagster as dg
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES

from plan_pipeline.core.pipeline import PlanFacts
from plan_pipeline.orchestration.generations import RUN_DIGITS, is_repetition, stamp_of_id
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.storage.plans.plan_store import PlanRecord


def record_facts(
    pipeline: Pipeline,
    instance: dg.DagsterInstance,
    run: dg.DagsterRun,
    part: str,
    made: Sequence[tuple[PlanRecord, PlanFacts]],
) -> None:
    """Write the facts of plans that a run has finished as one part, without rows that an earlier try has written.

    Published plans that came out unchanged and whose own generation has no facts get them, too.
    """
    facts = [of_plan for _, of_plan in made]
    stayed = {
        record.plan_id: (record.published_generation, of_plan)
        for record, of_plan in made
        if record.published_generation not in (None, record.generation_id)
    }
    again = is_repetition(run)
    if not again and not stayed:
        pipeline.facts.write_all(part, facts)
        return
    with pipeline.facts.recording():
        published = [(plan_id, str(generation_id)) for plan_id, (generation_id, _) in stayed.items()]
        known = pipeline.facts.recorded([*map(_key, facts), *published])
        if again:
            pipeline.facts.clear_torn(facts[0].generation.generation_id)
            facts = [of_plan for of_plan in facts if _key(of_plan) not in known]
            part = f"{part}-{run.run_id[:RUN_DIGITS]}"
        if facts:
            pipeline.facts.write_all(part, facts)
        _make_up_for(
            pipeline,
            instance,
            run,
            {
                plan_id: of_plan
                for plan_id, (generation_id, of_plan) in stayed.items()
                if (plan_id, generation_id) not in known
            },
        )


def _make_up_for(
    pipeline: Pipeline, instance: dg.DagsterInstance, run: dg.DagsterRun, missing: Mapping[str, PlanFacts]
) -> None:
    """Write the facts of published plans that have none, unless the run that published them is about to."""
    if not missing:
        return
    going = {
        each.run_id[:RUN_DIGITS]
        for each in instance.get_runs(dg.RunsFilter(statuses=NOT_FINISHED_STATUSES))
        if each.run_id != run.run_id
    }
    for plan_id, facts in missing.items():
        found = as_published(pipeline, facts)
        if found is None:
            continue
        generation_id = found.generation.generation_id
        if generation_id.split("-")[1] not in going:
            pipeline.facts.clear_torn(generation_id)
            pipeline.facts.write_all(f"{generation_id}-{plan_id}", [found])


def as_published(pipeline: Pipeline, facts: PlanFacts) -> PlanFacts | None:
    """The facts of the published plan, made from those of a later generation with the same content.

    How long its stages took is not known any more. ``None`` where something else was published meanwhile.
    """
    plan = pipeline.plans.load_plan(facts.generation.plan_id)
    if plan is None or plan.generation.content_hash != facts.generation.content_hash:
        return None
    stamp = stamp_of_id(plan.generation.generation_id)
    origin = {
        "generation_id": stamp.generation_id,
        "generated_at": stamp.generated_at,
        "arm": plan.generation.arm,
        "code_version": plan.generation.code_version,
        "library_version": plan.ai_metadata.library_version,
    }
    return PlanFacts(
        generation=facts.generation.model_copy(update=origin),
        weeks=tuple(row.model_copy(update=origin) for row in facts.weeks),
        workouts=tuple(row.model_copy(update=origin) for row in facts.workouts),
        rules=tuple(row.model_copy(update=origin) for row in facts.rules),
        timings=(),
    )


def _key(facts: PlanFacts) -> tuple[str, str]:
    return facts.generation.plan_id, facts.generation.generation_id
