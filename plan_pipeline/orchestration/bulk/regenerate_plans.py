"""The bulk job: many plans in one run, made in memory, ending in the same files, facts and cells as asset runs."""

from collections.abc import Mapping, Sequence

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.orchestration.assets.metrics_warehouse import refresh_at_end
from plan_pipeline.orchestration.bulk.batches import can_split, has_begun_to_split, is_followed_by_refresh, split
from plan_pipeline.orchestration.bulk.bulk_run import BulkRun
from plan_pipeline.orchestration.bulk.config import SHOWN_IN_LAUNCHPAD, RegenerateConfig
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.reporting.markdown import markdown_list
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.orchestration.run_config import launchpad
from plan_pipeline.orchestration.run_tags import KIND_TAG, MAX_RUNTIME_TAG, PRIORITY_TAG, SPLIT_TAG
from plan_pipeline.services.models.batches import plans_waiting
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.plan_choice import PlanChoice
from plan_pipeline.services.run_log import line
from plan_pipeline.storage.model_calls.batch_files import BatchRecord


@dg.op(description="Generates plans in memory, publishes what passes, and records all of it; or splits itself.")
def generate_in_bulk(
    context: dg.OpExecutionContext, config: RegenerateConfig, pipeline: dg.ResourceParam[Pipeline]
) -> dg.Output[None]:
    """Confirm what has not changed. Of the rest, chunk by chunk: make the plans, write their facts, report their cells.

    More plans to make than a chunk become several runs where there is a queue to put them in, and so does what is left
    of a batch whose parts are in the queue already. The warehouse is refreshed once, at the end.
    """
    with translate_failures():
        chosen = config.choice(pipeline)
        waiting = {} if config.names_plans else plans_waiting(pipeline.plans, chosen.plan_ids)
        bulk = BulkRun(context, pipeline, config)
        to_make = bulk.confirm([plan_id for plan_id in chosen.plan_ids if plan_id not in waiting])
        is_too_much = len(to_make) > config.chunk_size or has_begun_to_split(context.run, context.instance)
        if is_too_much and can_split(context.run, context.instance):
            return dg.Output(
                None,
                metadata={
                    **bulk.summary.confirmations(),
                    **_split(context, config, chosen, to_make),
                    **_waiting(waiting),
                },
            )
        bulk.make(to_make)
        context.instance.add_run_tags(context.run_id, bulk.summary.tags.found())
        is_last = config.refresh_warehouse or (
            SPLIT_TAG in context.run.tags and not is_followed_by_refresh(context.run, context.instance)
        )
        if is_last:
            refresh_at_end(context, pipeline)
        bulk.finish(is_last=is_last)
        return dg.Output(None, metadata={**bulk.summary.metadata(), **_on_hold(chosen), **_waiting(waiting)})


@dg.job(
    config=launchpad(generate_in_bulk, RegenerateConfig(), SHOWN_IN_LAUNCHPAD),
    tags={KIND_TAG: "bulk", MAX_RUNTIME_TAG: "21600", PRIORITY_TAG: "-1"},
    description=(
        "Generates many plans in memory. Without configuration it takes every active plan; `plan_ids` names some, "
        "`only` filters them. A plan whose request, overview, library, configuration and code are as they were is "
        "confirmed and not made again. More plans than `chunk_size` become several runs that proceed at once as the "
        "queue lets them, after the last of which the warehouse is refreshed. One plan that cannot be made never stops "
        "the others: it is listed with its reason, and what was published before stays in place."
    ),
)
def regenerate_plans() -> None:
    """One step: everything a plan goes through happens in memory."""
    generate_in_bulk()


def _split(
    context: dg.OpExecutionContext, config: RegenerateConfig, chosen: PlanChoice, to_make: Sequence[str]
) -> Metadata:
    own = config.model_dump(mode="json", exclude={"plan_ids", "only"}) | {"refresh_warehouse": False}
    own["skip_inactive"] = not config.names_plans
    run_config = {name: value for name, value in own.items() if value is not None}
    run_ids = split(context.run, context.instance, to_make, config.chunk_size, run_config, generate_in_bulk.name)
    context.log.info(line("plans are made by other runs", plans=len(to_make), runs=len(run_ids)))
    return {
        "plans": MetadataValue.int(len(chosen.plan_ids)),
        "runs": MetadataValue.int(len(run_ids)),
        "batch": MetadataValue.text(context.run_id),
        "first_run": MetadataValue.dagster_run(run_ids[0]),
        **_on_hold(chosen),
    }


def _on_hold(chosen: PlanChoice) -> Metadata:
    if not chosen.on_hold:
        return {}
    listed = markdown_list(chosen.on_hold)
    return {
        "plans_on_hold": MetadataValue.int(len(chosen.on_hold)),
        "on_hold": MetadataValue.md("Rolled back, and skipped until they are launched by name:\n\n" + listed),
    }


def _waiting(waiting: Mapping[str, BatchRecord]) -> Metadata:
    """Plans that are made when a batch of questions is collected."""
    if not waiting:
        return {}
    listed = markdown_list(
        [f"{plan_id}: {record.name}, {record.since:%H:%M} UTC" for plan_id, record in waiting.items()]
    )
    return {
        "plans_waiting": MetadataValue.int(len(waiting)),
        "waiting": MetadataValue.md(
            "A model is being asked about these; they are made when it has answered:\n\n" + listed
        ),
    }
