"""The bulk job: many plans in one run, made in memory, ending in the same files, facts and marks as asset runs.

Belongs here: taking plans through ``core.pipeline`` one after the other, and what happens to one that cannot
be made. Does not belong here: how a generation ends (see ``outcome``), writing marks (see ``event_log``).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final, NamedTuple

import dagster as dg
from dagster import MetadataValue
from pydantic import Field

from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Arm
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.orchestration.assets.metrics_warehouse import refresh_at_end
from plan_pipeline.orchestration.assets.workout_library import record_library
from plan_pipeline.orchestration.bulk.batches import can_split, is_followed_by_refresh, split
from plan_pipeline.orchestration.bulk.memory import long_lived
from plan_pipeline.orchestration.bulk.plan_choice import Chosen, PlanFilter, arm_of, chosen_plans
from plan_pipeline.orchestration.bulk.run_summary import RunSummary
from plan_pipeline.orchestration.dagster_internals.event_batches import report_materializations
from plan_pipeline.orchestration.failures import (
    FIRST_WAIT_S,
    STEP_RETRIES,
    affects_all_plans,
    is_transient,
    retry_in_step,
    translate_failures,
    wait_before,
)
from plan_pipeline.orchestration.generations import run_info
from plan_pipeline.orchestration.model_calls import ModelCalls
from plan_pipeline.orchestration.partitions import register_plans
from plan_pipeline.orchestration.reporting.logs import line, log_unexpected
from plan_pipeline.orchestration.reporting.materializations import (
    PlanMaterializations,
    cells_of,
)
from plan_pipeline.orchestration.reporting.metadata import MAX_ROWS, Metadata, markdown_list
from plan_pipeline.orchestration.run_tags import KIND_TAG, MAX_RUNTIME_TAG, PRIORITY_TAG, SPLIT_TAG
from plan_pipeline.services.generation import GenerationService, failure_record
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.recording import record_facts
from plan_pipeline.services.run_memory import FinishedGeneration
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.plans.plan_store import PlanRecord, PlanStore

CHUNK_SIZE: Final = 200
"""Plans a run, and plans whose facts are held in memory before they are written as one file a table: few enough that an
interrupted run is soon made up for, enough that a run's start is nothing."""

MAX_CHUNK_SIZE: Final = 1000
"""Plans a run at most: their results are held in memory, about 0.2 MB each."""

SKIP: Final = "skip"
REWRITE: Final = "rewrite"


class RegenerateConfig(dg.Config):
    """What a bulk run does; every field has a default, so that it can be launched as it is."""

    plan_ids: list[str] = Field(default=[], description="The plans to make; all active ones where there are none.")
    only: PlanFilter = Field(default=PlanFilter(), description="Of these plans, those that meet every condition set.")
    chunk_size: int = Field(
        default=CHUNK_SIZE,
        ge=1,
        le=MAX_CHUNK_SIZE,
        description="Plans a run; more of them are split into several runs, which proceed as the queue lets them.",
    )
    arm: str | None = Field(
        default=None,
        description="legacy, adjusted or optimal, in place of what requests and live experiments say; for this "
        "generation alone, the requests stay as they are.",
    )
    unchanged: str = Field(
        default=SKIP,
        description=f"What to do with a plan that comes out as it was: {SKIP} leaves the published one in place, "
        f"{REWRITE} publishes it again as a version of its own.",
    )
    renew_overviews: bool = Field(default=False, description="Have models write their overviews anew.")
    refresh_warehouse: bool = Field(default=True, description="Refresh the warehouse when the plans are made.")
    skip_inactive: bool = Field(
        default=False,
        description="Leave out those of `plan_ids` that were retired or rolled back since; set in the runs that a "
        "batch of all active plans was split into.",
    )
    lock_timeout_s: float = Field(
        default=5.0,
        ge=0,
        description="How long a plan that another run is writing may hold up all the others, seconds.",
    )
    retries: int = Field(
        default=STEP_RETRIES,
        ge=0,
        le=10,
        description="How often plans are tried again, after all others, that another run was writing or whose model "
        "did not answer.",
    )
    retry_wait_s: float = Field(
        default=FIRST_WAIT_S, ge=0, description="Seconds before the first retry; twice as long before each later one."
    )


@dg.op(description="Generates plans in memory, publishes what passes, and records all of it; or splits itself.")
def generate_in_bulk(
    context: dg.OpExecutionContext, config: RegenerateConfig, pipeline: dg.ResourceParam[Pipeline]
) -> dg.Output[None]:
    """Chunk by chunk: make the plans, write their facts, mark their cells; then refresh the warehouse once.

    More plans than a chunk become several runs where there is a queue to put them in.
    """
    with translate_failures(), long_lived() as settle:
        chosen = chosen_plans(config.plan_ids, config.only, pipeline, skip_inactive=config.skip_inactive)
        bulk = BulkRun.of(context, pipeline, config)
        if len(chosen.plan_ids) > config.chunk_size and can_split(context.run, context.instance):
            return dg.Output(None, metadata=_split(context, config, chosen))
        bulk.run(chosen.plan_ids, settle)
        context.instance.add_run_tags(context.run_id, bulk.summary.tags())
        if config.refresh_warehouse or (
            SPLIT_TAG in context.run.tags and not is_followed_by_refresh(context.run, context.instance)
        ):
            refresh_at_end(context, pipeline)
        return dg.Output(None, metadata={**bulk.summary.metadata(), **_held(chosen)})


@dg.job(
    tags={KIND_TAG: "bulk", MAX_RUNTIME_TAG: "21600", PRIORITY_TAG: "-1"},
    description=(
        "Generates many plans in memory. Without configuration it takes every active plan; `plan_ids` names some, "
        "`only` filters them. More plans than `chunk_size` become several runs that proceed at once as the queue lets "
        "them, after the last of which the warehouse is refreshed. One plan that cannot be made never stops the "
        "others: it is listed with its reason, and what was published before stays in place."
    ),
)
def regenerate_plans() -> None:
    """One step: everything a plan goes through happens in memory."""
    generate_in_bulk()


class PlanOutcome(NamedTuple):
    """How one plan of a bulk run ended. A plan that could not be made has no cells, or not even a generation."""

    record: PlanRecord
    generation: FinishedGeneration | None = None
    cells: PlanMaterializations | None = None


@dataclass(frozen=True)
class BulkRun:
    """One run of the bulk job. A disk that takes nothing ends it; what is wrong with a plan is that plan's outcome."""

    context: dg.OpExecutionContext
    generations: GenerationService
    config: RegenerateConfig
    calls: ModelCalls
    arm: Arm | None
    summary: RunSummary = field(default_factory=RunSummary)

    @classmethod
    def of(cls, context: dg.OpExecutionContext, pipeline: Pipeline, config: RegenerateConfig) -> "BulkRun":
        """Raises ``LibraryError`` where the library is not good, ``dagster.Failure`` for a setting that means nothing.

        A step that is tried again makes a generation of its own: what the first try finished stays as it is.
        """
        settings = pipeline.settings
        calls = ModelCalls(context.instance, context.run_id, str(context.op_handle), at_once=settings.llm_at_once)
        own = replace(
            pipeline,
            overviews=pipeline.overviews.with_calls(calls.one),
            plans=PlanStore(pipeline.data, settings.keep_versions, rewrite_unchanged=_rewrites(config)),
        )
        record_library(context.instance, pipeline)
        run = run_info(context.instance, context.run)
        if context.retry_number:
            again = f"{run.stamp.generation_id}-try-{context.retry_number + 1}"
            run = run._replace(stamp=run.stamp.model_copy(update={"generation_id": again}))
        generations = GenerationService(own, pipeline.library.load(), run)
        return cls(context, generations, config, calls, _arm(config, pipeline))

    @property
    def pipeline(self) -> Pipeline:
        return self.generations.pipeline

    @property
    def stamp(self) -> Stamp:
        return self.generations.run.stamp

    def run(self, plan_ids: Sequence[str], settle: Callable[[], None] = lambda: None) -> None:
        """Make plans, and then those again that only had bad luck, each time after a longer wait.

        ``settle`` is called whenever nothing of a chunk is held in memory any more.
        """
        self.pipeline.live_experiments.warn(self.context.log, self.stamp)
        to_retry = self._round(plan_ids, settle, last=not self.config.retries)
        for retry in range(1, self.config.retries + 1):
            if not to_retry:
                return
            wait_s = wait_before(retry, self.config.retry_wait_s)
            said = "plans are tried again: another run was writing them, or their model did not answer"
            self.context.log.warning(line(said, plans=len(to_retry), retry=retry, wait_s=wait_s))
            time.sleep(wait_s)
            self.calls.reset_circuit_breaker()
            to_retry = self._round(to_retry, settle, last=retry == self.config.retries)

    def announce(self, record: PlanRecord) -> None:
        """Count how a plan ended, and say so in the run's log if badly."""
        self.summary.add(record)
        if record.reasons:
            said = line(
                f"plan {record.plan_id} is {record.status}: {'; '.join(record.reasons)}",
                plan=record.plan_id,
                generation=record.generation_id,
                status=record.status,
                arm=record.arm,
            )
            self.context.log.warning(said)
        self.pipeline.on_record(record)

    def keep(self, outcomes: Sequence[PlanOutcome], *, first: bool) -> int:
        """Write the facts of these plans as one part, and mark their cells; returns how many cells."""
        if not outcomes:
            return 0
        generations = [outcome.generation for outcome in outcomes if outcome.generation]
        plans = [outcome.cells for outcome in outcomes if outcome.cells]
        part = self.stamp.generation_id if first else f"{self.stamp.generation_id}-from-{outcomes[0].record.plan_id}"
        if generations:
            retry_in_step(lambda: record_facts(self.pipeline, self.generations.run, part, generations))
        register_plans(self.context.instance, [plan.record.plan_id for plan in plans])
        return report_materializations(
            self.context.instance,
            run_id=self.context.run_id,
            job_name=self.context.job_name,
            step_key=str(self.context.op_handle),
            cells=cells_of(plans),
        )

    def _round(self, plan_ids: Sequence[str], settle: Callable[[], None], *, last: bool) -> list[str]:
        """Make plans chunk by chunk; returns those that are to be tried again, none in the ``last`` round."""
        to_retry: list[str] = []
        remaining = iter(plan_ids)
        while chunk := tuple(islice(remaining, self.config.chunk_size)):
            outcomes: list[PlanOutcome] = []
            first = not self.summary.plans
            try:
                for plan_id in chunk:
                    outcome = self._attempt(plan_id, last=last)
                    if outcome is None:
                        to_retry.append(plan_id)
                    else:
                        outcomes.append(outcome)
                        self.announce(outcome.record)
            finally:  # an interrupted run keeps what it has finished
                self.summary.cells += self.keep(outcomes, first=first)
            self.context.log.info(line("chunk done", plans=len(outcomes), of=len(plan_ids), done=self.summary.plans))
            del outcomes
            settle()
        return to_retry

    def _attempt(self, plan_id: str, *, last: bool) -> PlanOutcome | None:
        """A plan's outcome, or ``None`` where it only had bad luck and this is not the ``last`` try."""
        request: PlanRequest | None = None
        try:
            with self.pipeline.plans.lock(plan_id, timeout_s=self.config.lock_timeout_s):
                request = self._request(plan_id)
                try:
                    return self._made(request)
                except OverviewError as error:
                    return None if is_transient(error) and not last else self._failed(request, str(error))
                except (StorageError, OSError):
                    raise
                except Exception as error:
                    return self._failed(request, self._unexpected(plan_id, error))
        except (StorageError, OSError) as error:
            if is_transient(error) and not last:
                return None
            if affects_all_plans(error):
                raise
            return self._skipped(plan_id, request, str(error))
        except Exception as error:
            return self._skipped(plan_id, request, self._unexpected(plan_id, error))

    def _unexpected(self, plan_id: str, error: Exception) -> str:
        """The reason of a plan on which the program failed; the run's log has where."""
        said = line("plan could not be made", plan=plan_id, generation=self.stamp.generation_id)
        return log_unexpected(self.context.log, said, error)

    def _request(self, plan_id: str) -> PlanRequest:
        """The request of a plan as this run carries it out. Raises ``ArtefactMissingError``."""
        if self.arm is None:
            return self.pipeline.request(plan_id, self.stamp)
        request = self.pipeline.plans.load_request(plan_id)
        return request.model_copy(update={"options": request.options.model_copy(update={"duration": self.arm})})

    def _made(self, request: PlanRequest) -> PlanOutcome:
        made = self.generations.make(request, renew_overview=self.config.renew_overviews)
        generation = self.generations.persist(made)
        return PlanOutcome(generation.record, generation, PlanMaterializations.of(made.result, generation.record))

    def _failed(self, request: PlanRequest, reason: str) -> PlanOutcome:
        generation = self.generations.fail(request, reason)
        return PlanOutcome(generation.record, generation)

    def _skipped(self, plan_id: str, request: PlanRequest | None, reason: str) -> PlanOutcome:
        """A plan whose folder is not ours to write, or not fit to be written; nothing of it is touched."""
        return PlanOutcome(failure_record(self.pipeline, plan_id, request, self.stamp.generation_id, reason))


def _split(context: dg.OpExecutionContext, config: RegenerateConfig, chosen: Chosen) -> Metadata:
    """Queue runs for the plans of a choice; what there is to say about them."""
    own = config.model_dump(mode="json", exclude={"plan_ids", "only"}) | {"refresh_warehouse": False}
    own["skip_inactive"] = config.skip_inactive or not config.plan_ids
    run_config = {name: value for name, value in own.items() if value is not None}
    run_ids = split(
        context.run, context.instance, chosen.plan_ids, config.chunk_size, run_config, generate_in_bulk.name
    )
    context.log.info(line("plans are made by other runs", plans=len(chosen.plan_ids), runs=len(run_ids)))
    return {
        "plans": MetadataValue.int(len(chosen.plan_ids)),
        "runs": MetadataValue.int(len(run_ids)),
        "batch": MetadataValue.text(context.run_id),
        "first_run": MetadataValue.dagster_run(run_ids[0]),
        **_held(chosen),
    }


def _held(chosen: Chosen) -> Metadata:
    if not chosen.held:
        return {}
    shown = [
        *chosen.held[:MAX_ROWS],
        *([f"… and {len(chosen.held) - MAX_ROWS} more"] if chosen.held[MAX_ROWS:] else []),
    ]
    return {
        "plans_held": MetadataValue.int(len(chosen.held)),
        "held": MetadataValue.md(
            "Rolled back, and left alone until they are launched by name:\n\n" + markdown_list(shown)
        ),
    }


def _rewrites(config: RegenerateConfig) -> bool:
    if config.unchanged not in (SKIP, REWRITE):
        raise dg.Failure(
            f"configuration of generate_in_bulk: unchanged: {config.unchanged!r} is neither; use {SKIP} or {REWRITE}",
            allow_retries=False,
        )
    return config.unchanged == REWRITE


def _arm(config: RegenerateConfig, pipeline: Pipeline) -> Arm | None:
    """The arm that the run is configured with, if any."""
    if config.arm is None:
        return None
    arm = arm_of(config.arm, "arm")
    if arm is not Arm.LEGACY and pipeline.settings.enable_duration_adjustment is False:
        raise dg.Failure(
            f"configuration of generate_in_bulk: arm: {arm} contradicts ENABLE_DURATION_ADJUSTMENT=false; leave it out",
            allow_retries=False,
        )
    return arm
