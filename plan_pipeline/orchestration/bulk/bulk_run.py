"""A run that makes many plans in memory, and leaves in Dagster what asset runs would have left."""

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import dagster as dg

from plan_pipeline.config import ConfigError
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.core.registry import PluginError
from plan_pipeline.core.stages import Stage
from plan_pipeline.library import LibraryError
from plan_pipeline.orchestration.assets.workout_library import record_library
from plan_pipeline.orchestration.bulk.config import CONFIRM, REWRITE, RegenerateConfig
from plan_pipeline.orchestration.bulk.long_lived import long_lived
from plan_pipeline.orchestration.bulk.run_summary import RunSummary
from plan_pipeline.orchestration.dagster_internals.cells_beyond import forget_cells_beyond
from plan_pipeline.orchestration.dagster_internals.event_batches import report_materializations
from plan_pipeline.orchestration.dagster_internals.marks import marks_of
from plan_pipeline.orchestration.failures import retry_in_step
from plan_pipeline.orchestration.generations import first_run_id, run_info
from plan_pipeline.orchestration.model_calls import ModelCalls
from plan_pipeline.orchestration.partitions import cell_key, register_plans
from plan_pipeline.orchestration.reporting.alerts import Unpublished, alert_if_unpublished
from plan_pipeline.orchestration.reporting.check_results import report_checks
from plan_pipeline.orchestration.reporting.materializations import PlanMaterializations, cells_of
from plan_pipeline.orchestration.reporting.plan_board import refresh_board
from plan_pipeline.orchestration.reporting.plan_exports import refresh_exports
from plan_pipeline.services.confirmation import ConfirmationService
from plan_pipeline.services.generation import NOT_PUBLISHING, GenerationService, failure_record, run_digits
from plan_pipeline.services.pipeline import FinishedGeneration, Pipeline
from plan_pipeline.services.plan_checks import PlansOfRun
from plan_pipeline.services.recording import record_facts
from plan_pipeline.services.retries import affects_all_plans, is_transient, wait_before
from plan_pipeline.services.run_log import line, log_unexpected
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import PlanRecord

LAST_STAGE: Final = tuple(Stage)[-1]

CONFIRMED_TOGETHER: Final = 1000
"""Plans that are confirmed before the confirmations are written as one file."""


class BulkRun:
    """Confirms plans, and makes others chunk by chunk: one that cannot be made never stops the others.

    ``summary`` is its report.

    A disk that takes nothing ends it; what is wrong with a plan is that plan's outcome. A step that is tried again
    makes a generation of its own: what the first try finished stays as it is. Plans of a sport whose library or
    configuration are not good cannot be made; where those of no sport are, ``LibraryError`` and ``ConfigError`` are
    raised. Raises ``dagster.Failure`` for a setting that means nothing.
    """

    def __init__(self, context: dg.OpExecutionContext, pipeline: Pipeline, config: RegenerateConfig) -> None:
        self.summary = RunSummary()
        self._checked = PlansOfRun()
        self._unpublished = Unpublished()
        self._context = context
        self._config = config
        self._cells: list[PlanMaterializations] = []
        self._calls = ModelCalls.of(context, pipeline.settings)
        unchanged, keep = config.for_unchanged(), pipeline.settings.keep_versions
        self._may_confirm = unchanged == CONFIRM and not config.renew_overviews
        self._pipeline = replace(
            pipeline,
            overviews=replace(pipeline.overviews, call=self._calls.one, run_id=first_run_id(context.run)),
            plans=PlanStore(
                pipeline.data, keep, rewrite_unchanged=unchanged == REWRITE, publishing=pipeline.settings.publish
            ),
        )
        self._arm = config.checked_arm(pipeline)
        record_library(context.instance, pipeline)
        pipeline.config.load_all()
        run = run_info(context.instance, pipeline.data, context.run)
        if context.retry_number:
            again = f"{run.stamp.generation_id}-try-{context.retry_number + 1}"
            run = run._replace(stamp=run.stamp.model_copy(update={"generation_id": again}))
        self._run = run
        self._generations = GenerationService(self._pipeline, pipeline.knowledge(), run)
        self._confirmations = ConfirmationService(self._generations)
        self._made = 0

    def run(self, plan_ids: Sequence[str]) -> None:
        """Confirm plans, and make those that cannot be."""
        self.make(self.confirm(plan_ids))

    def confirm(self, plan_ids: Sequence[str]) -> list[str]:
        """Confirm those of the plans that would come out as they are; returns the others."""
        if not self._may_confirm:
            return list(plan_ids)
        to_make: list[str] = []
        for start in range(0, len(plan_ids), CONFIRMED_TOGETHER):
            to_make += self._confirm(plan_ids[start : start + CONFIRMED_TOGETHER])
        if confirmed := len(plan_ids) - len(to_make):
            self._context.log.info(line("plans confirmed", plans=confirmed, to_make=len(to_make)))
        return to_make

    def _confirm(self, plan_ids: Sequence[str]) -> list[str]:
        on_record = self._marked(self._confirmations.recorded(plan_ids))
        confirmed: list[PlanRecord] = []
        to_make: list[str] = []
        for plan_id in plan_ids:
            now = dt.datetime.now(dt.UTC)
            record = self._confirmations.confirm(plan_id, self._arm, now) if plan_id in on_record else None
            if record is None:
                to_make.append(plan_id)
                continue
            confirmed.append(record)
            self._count(record)
        if confirmed:
            part = f"{self._run.stamp.generation_id}-from-{confirmed[0].plan_id}"
            retry_in_step(lambda: self._confirmations.write_facts(part, confirmed))
            register_plans(self._context.instance, [record.plan_id for record in confirmed])
        return to_make

    def _marked(self, records: Mapping[str, PlanRecord]) -> set[str]:
        """The plans whose cells were marked by the run that made their last generation."""
        cells = {
            str(cell_key(plan_id, week)): record
            for plan_id, record in records.items()
            for week in range(1, record.weeks + 1)
        }
        marks = marks_of(self._context.instance, dg.AssetKey(LAST_STAGE.value), list(cells))
        return {
            cells[cell].plan_id for cell, run_id in marks if run_id.startswith(run_digits(cells[cell].generation_id))
        }

    def make(self, plan_ids: Sequence[str]) -> None:
        """Make plans, and then those again that failed for a transient reason, each time after a longer wait."""
        retries = self._config.retries
        self._pipeline.live_experiments.warn(self._context.log, self._run.stamp)
        if not plan_ids:
            return
        if not self._pipeline.plans.publishing:
            self._context.log.warning(NOT_PUBLISHING)
        with long_lived() as settle:
            to_retry = self._round(plan_ids, settle, is_last=not retries)
            for retry in range(1, retries + 1):
                if not to_retry:
                    return
                wait_s = wait_before(retry, self._config.retry_wait_s)
                message = "plans are tried again: another run was writing them, or their model did not answer"
                self._context.log.warning(line(message, plans=len(to_retry), retry=retry, wait_s=wait_s))
                time.sleep(wait_s)
                self._calls.reset_circuit_breaker()
                to_retry = self._round(to_retry, settle, is_last=retry == retries)

    def finish(self, *, is_last: bool, looks_at_all: bool = True) -> None:
        """Report the checks of plans, and after the last run of a batch the board of all plans; alert of bad ones.

        Checks look at plans of earlier runs that were bad, or at the end of a batch at all.
        """
        anew = is_last and looks_at_all
        retry_in_step(lambda: report_checks(self._context, self._pipeline.plans, self._checked, anew=anew))
        if is_last:
            refresh_board(self._context, self._pipeline)
            refresh_exports(self._context, self._pipeline)
            alert_if_unpublished(self._context.run, self._unpublished, self._pipeline.settings)

    def _round(self, plan_ids: Sequence[str], settle: Callable[[], None], *, is_last: bool) -> list[str]:
        """Make plans chunk by chunk; returns those that are to be tried again, none in the last round."""
        to_retry: list[str] = []
        size = self._config.chunk_size
        for start in range(0, len(plan_ids), size):
            before = self._made
            to_retry += self._chunk(plan_ids[start : start + size], is_last=is_last)
            done = self._made
            self._context.log.info(line("chunk done", plans=done - before, of=len(plan_ids), done=done))
            settle()
        return to_retry

    def _chunk(self, plan_ids: Sequence[str], *, is_last: bool) -> list[str]:
        """Make plans and record their facts, also where it is interrupted; returns those that are to be tried again."""
        to_retry: list[str] = []
        generations: list[FinishedGeneration] = []
        first: str | None = None
        part = self._run.stamp.generation_id
        is_first_chunk = not self._made
        try:
            for plan_id in plan_ids:
                outcome = self._attempt(plan_id, is_last=is_last)
                if outcome is None:
                    to_retry.append(plan_id)
                    continue
                first = first or plan_id
                if isinstance(outcome, FinishedGeneration):
                    generations.append(outcome)
                self._announce(outcome if isinstance(outcome, PlanRecord) else outcome.record)
        finally:
            if first is not None:
                self._record(part if is_first_chunk else f"{part}-from-{first}", generations)
        return to_retry

    def _record(self, part: str, generations: Sequence[FinishedGeneration]) -> None:
        """Write the facts of a chunk, tried again on their own and not with the whole step, and report its cells."""
        plans, self._cells = self._cells, []
        context = self._context
        if generations:
            retry_in_step(lambda: record_facts(self._pipeline, self._run, part, generations))
        register_plans(context.instance, [plan.record.plan_id for plan in plans])
        forget_cells_beyond(context.instance, {plan.record.plan_id: plan.weeks for plan in plans})
        step_key, cells = str(context.op_handle), cells_of(plans)
        self.summary.cells += report_materializations(
            context.instance, context.run_id, context.job_name, step_key, cells
        )

    def _announce(self, record: PlanRecord) -> None:
        """Count how a plan ended, and say so in the run's log if badly."""
        if record.reasons and not record.withheld:
            message = f"plan {record.plan_id} is {record.status}: {'; '.join(record.reasons)}"
            pairs: dict[str, Any] = {"generation": record.generation_id, "status": record.status, "arm": record.arm}
            self._context.log.warning(line(message, plan=record.plan_id, **pairs))
        self._made += 1
        self._count(record)

    def _count(self, record: PlanRecord) -> None:
        self.summary.add(record)
        self._checked.add(record)
        self._unpublished.add(record)
        self._pipeline.on_record(record)

    def _attempt(self, plan_id: str, *, is_last: bool) -> FinishedGeneration | PlanRecord | None:
        """How a plan ended: its generation, or only a record where nothing of it could be stored.

        ``None`` where it failed for a transient reason and this is not the last round.
        """
        request: PlanRequest | None = None
        try:
            with self._pipeline.plans.lock(plan_id, timeout_s=self._config.lock_timeout_s):
                request = self._pipeline.request(plan_id, self._run.stamp, self._arm)
                try:
                    return self._make(request)
                except (OverviewError, PluginError) as error:
                    if is_transient(error) and not is_last:
                        return None
                    return self._generations.fail(request, str(error))
                except (StorageError, OSError, LibraryError, ConfigError):
                    raise
                except Exception as error:
                    return self._generations.fail(request, self._unexpected(plan_id, error))
        except (StorageError, OSError) as error:
            if is_transient(error) and not is_last:
                return None
            if affects_all_plans(error):
                raise
            reason = str(error)
        except (LibraryError, ConfigError) as error:
            reason = str(error)
        except Exception as error:
            reason = self._unexpected(plan_id, error)
        return failure_record(self._pipeline, plan_id, request, self._run.stamp.generation_id, reason)

    def _make(self, request: PlanRequest) -> FinishedGeneration:
        before = self._confirmations.last(request.plan_id)
        made = self._generations.make(request, renew_overview=self._config.renew_overviews)
        generation = self._generations.persist(made)
        if before is not None and before.differs_from(generation.record):
            self._differs(before, generation.record)
        self._cells.append(PlanMaterializations.of(made.result, generation.record))
        return generation

    def _differs(self, before: PlanRecord, after: PlanRecord) -> None:
        """Say in the run's log that the same inputs gave another plan, which the pipeline promises never to happen."""
        message = f"plan {after.plan_id} came out differently from the same inputs; find out why before you rely on it"
        pairs: dict[str, Any] = {
            "before": before.generation_id,
            "now": after.generation_id,
            "inputs": after.inputs_hash,
        }
        self._context.log.error(line(message, plan=after.plan_id, **pairs))
        self.summary.differs(after.plan_id)

    def _unexpected(self, plan_id: str, error: Exception) -> str:
        """The reason of a plan on which the program failed; the run's log has where."""
        message = line("plan could not be made", plan=plan_id, generation=self._run.stamp.generation_id)
        return log_unexpected(self._context.log, message, error)
