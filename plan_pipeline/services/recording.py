"""Writing the facts of finished generations: the one way, so that each has its rows once, whatever was killed before.

A run publishes plans one by one and writes their facts together, so one that dies in between leaves published plans
without facts. Dagster's repetition of the run goes on with the same generation and adds what is missing. Where there is
none, because the run was given up or its disk was full, the next run that finds the plan unchanged does.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from plan_pipeline.core.pipeline import PlanFacts
from plan_pipeline.services.generation import RUN_DIGITS, RunInfo, run_digits
from plan_pipeline.services.pipeline import FinishedGeneration, Pipeline
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_tables import FactTable, PlanChange

Key = tuple[str, str]
"""Plan and generation."""


class Recording(NamedTuple):
    """The files that were written, and why the facts of some plans were not."""

    files: tuple[Path, ...]
    skipped: Mapping[str, str]


def record_facts(pipeline: Pipeline, run: RunInfo, part: str, generations: Sequence[FinishedGeneration]) -> Recording:
    """Write the facts of generations: those of the run itself as one part, without rows that are there already.

    Generations of other runs get theirs only where they have none, and so do published plans that came out unchanged.
    """
    own = [each.facts for each in generations if _is_of(run, each.facts)]
    others = dict(_of_others(run, generations))
    parts, skipped = {part: own}, {}
    must_look = run.is_repetition or bool(others)
    with pipeline.facts.recording() if must_look else nullcontext():
        if must_look:
            known = pipeline.facts.recorded([*(map(_key, own) if run.is_repetition else ()), *others])
            missing = {key: facts for key, facts in others.items() if key not in known}
            parts = {**_rest_of(pipeline, run, part, own, known), **dict(_made_up_for(pipeline, run, missing))}
            skipped = {
                plan_id: f"the facts of {generation_id} are there already, nothing to do"
                for plan_id, generation_id in known.intersection(_key(each.facts) for each in generations)
            }
        written = [pipeline.facts.write_all(name, facts) for name, facts in parts.items() if facts]
    return Recording(tuple(path for paths in written for path in paths.values()), skipped)


def record_changes(data: DataFolder, changes: Sequence[PlanChange]) -> None:
    """Write what became of plans other than by a generation; all have one id, which is the part's."""
    from plan_pipeline.storage.facts.fact_store import FactStore  # brings DuckDB, which some that import this need not

    if changes:
        FactStore(data).write(FactTable.PLAN_CHANGES, changes[0].change_id, changes)


def _is_of(run: RunInfo, facts: PlanFacts) -> bool:
    return run_digits(facts.generation.generation_id) == run_digits(run.stamp.generation_id)


def _of_others(run: RunInfo, generations: Sequence[FinishedGeneration]) -> Iterator[tuple[Key, PlanFacts]]:
    """Generations that other runs began, and for each the facts that it has or has the content of."""
    for record, facts in generations:
        if not _is_of(run, facts):
            yield _key(facts), facts
        if record.published_generation not in (None, record.generation_id):
            yield (record.plan_id, str(record.published_generation)), facts


def _rest_of(
    pipeline: Pipeline, run: RunInfo, part: str, own: Sequence[PlanFacts], known: frozenset[Key]
) -> dict[str, list[PlanFacts]]:
    """What is left to write of the run's own part."""
    if not run.is_repetition:
        return {part: list(own)}
    pipeline.facts.clear_torn(run.stamp.generation_id)
    return {f"{part}-{run.run_id[:RUN_DIGITS]}": [facts for facts in own if _key(facts) not in known]}


def _made_up_for(
    pipeline: Pipeline, run: RunInfo, missing: Mapping[Key, PlanFacts]
) -> Iterator[tuple[str, list[PlanFacts]]]:
    """A part for each generation that has no facts, unless the run that began it is about to write them."""
    if not missing:
        return
    going = {run_id[:RUN_DIGITS] for run_id in run.unfinished_runs()}
    for (plan_id, generation_id), facts in missing.items():
        if run_digits(generation_id) in going:
            continue
        found = facts if _key(facts)[1] == generation_id else _as_published(pipeline, facts, generation_id)
        if found is not None:
            pipeline.facts.clear_torn(generation_id)
            yield f"{generation_id}-{plan_id}", [found]


def _as_published(pipeline: Pipeline, facts: PlanFacts, generation_id: str) -> PlanFacts | None:
    """The facts of the published generation, made from those of a later one with the same content.

    How long its stages took is not known any more. ``None`` where something else was published meanwhile.
    """
    plan = pipeline.plans.load_plan(facts.generation.plan_id)
    if plan is None or plan.generation.generation_id != generation_id:
        return None
    if plan.generation.content_hash != facts.generation.content_hash:
        return None
    origin = {
        "generation_id": generation_id,
        "generated_at": plan.ai_metadata.generated_at,
        "arm": plan.generation.arm,
        "code_version": plan.generation.code_version,
        "library_version": plan.ai_metadata.library_version,
        "config_version": plan.generation.config_version,
    }
    return PlanFacts(
        generation=facts.generation.model_copy(update={**origin, "published_generation": generation_id}),
        weeks=tuple(row.model_copy(update=origin) for row in facts.weeks),
        workouts=tuple(row.model_copy(update=origin) for row in facts.workouts),
        rules=tuple(row.model_copy(update=origin) for row in facts.rules),
        timings=(),
    )


def _key(facts: PlanFacts) -> Key:
    return facts.generation.plan_id, facts.generation.generation_id
