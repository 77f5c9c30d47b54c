"""Making many plans, one after the other: one that cannot be made never stops the others."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from plan_pipeline.core.model.request import ArmName, PlanRequest
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.core.registry import PluginError
from plan_pipeline.services.generation import GenerationService, MadePlan, failure_record
from plan_pipeline.services.pipeline import FinishedGeneration
from plan_pipeline.services.recording import record_facts
from plan_pipeline.services.retries import affects_all_plans, is_transient, wait_before
from plan_pipeline.services.run_log import line, log_unexpected
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.plans.records import PlanRecord


class RegenerationOptions(NamedTuple):
    """How plans are made. ``arm`` takes the place of what requests and live experiments say."""

    arm: ArmName | None
    renew_overviews: bool
    chunk_size: int
    lock_timeout_s: float
    retries: int
    retry_wait_s: float


class Regeneration:
    """Takes plans through generation, chunk by chunk. The methods ``on_…`` and ``after_…`` are there to be extended.

    A disk that takes nothing ends it; what is wrong with a plan is that plan's outcome.
    """

    def __init__(self, generations: GenerationService, options: RegenerationOptions, log: logging.Logger) -> None:
        self.generations = generations
        self._pipeline = generations.pipeline
        self._run_generation_id = generations.run.stamp.generation_id
        self._options = options
        self._log = log
        self._done = 0

    def on_made(self, made: MadePlan, record: PlanRecord) -> None:
        """A plan was made, and ended like this."""

    def on_record(self, record: PlanRecord) -> None:
        """A plan is finished."""
        self._pipeline.on_record(record)

    def on_chunk(self, part: str, generations: Sequence[FinishedGeneration]) -> None:
        """A chunk is made, and its facts are to be written as this part."""
        if generations:
            record_facts(self._pipeline, self.generations.run, part, generations)

    def after_chunk(self) -> None:
        """Nothing of a chunk is held in memory any more."""

    def on_retry(self) -> None:
        """Plans are about to be tried again."""

    def run(self, plan_ids: Sequence[str]) -> None:
        """Make plans, and then those again that failed for a transient reason, each time after a longer wait."""
        retries = self._options.retries
        self._pipeline.live_experiments.warn(self._log, self.generations.run.stamp)
        to_retry = self._round(plan_ids, is_last=not retries)
        for retry in range(1, retries + 1):
            if not to_retry:
                return
            wait_s = wait_before(retry, self._options.retry_wait_s)
            message = "plans are tried again: another run was writing them, or their model did not answer"
            self._log.warning(line(message, plans=len(to_retry), retry=retry, wait_s=wait_s))
            time.sleep(wait_s)
            self.on_retry()
            to_retry = self._round(to_retry, is_last=retry == retries)

    def _round(self, plan_ids: Sequence[str], *, is_last: bool) -> list[str]:
        """Make plans chunk by chunk; returns those that are to be tried again, none in the last round."""
        to_retry: list[str] = []
        size = self._options.chunk_size
        for start in range(0, len(plan_ids), size):
            before = self._done
            to_retry += self._chunk(plan_ids[start : start + size], is_last=is_last)
            self._log.info(line("chunk done", plans=self._done - before, of=len(plan_ids), done=self._done))
            self.after_chunk()
        return to_retry

    def _chunk(self, plan_ids: Sequence[str], *, is_last: bool) -> list[str]:
        """Make plans and record their facts, also where it is interrupted; returns those that are to be tried again."""
        to_retry: list[str] = []
        generations: list[FinishedGeneration] = []
        first: str | None = None
        is_first_chunk = not self._done
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
                part = self._run_generation_id if is_first_chunk else f"{self._run_generation_id}-from-{first}"
                self.on_chunk(part, generations)
        return to_retry

    def _announce(self, record: PlanRecord) -> None:
        """Count how a plan ended, and say so in the run's log if badly."""
        self._done += 1
        if record.reasons:
            message = f"plan {record.plan_id} is {record.status}: {'; '.join(record.reasons)}"
            pairs: dict[str, Any] = {"generation": record.generation_id, "status": record.status, "arm": record.arm}
            self._log.warning(line(message, plan=record.plan_id, **pairs))
        self.on_record(record)

    def _attempt(self, plan_id: str, *, is_last: bool) -> FinishedGeneration | PlanRecord | None:
        """How a plan ended: its generation, or only a record where nothing of it could be stored.

        ``None`` where it failed for a transient reason and this is not the last round.
        """
        request: PlanRequest | None = None
        try:
            with self._pipeline.plans.lock(plan_id, timeout_s=self._options.lock_timeout_s):
                request = self._pipeline.request(plan_id, self.generations.run.stamp, self._options.arm)
                try:
                    return self._make(request)
                except (OverviewError, PluginError) as error:
                    if is_transient(error) and not is_last:
                        return None
                    return self.generations.fail(request, str(error))
                except (StorageError, OSError):
                    raise
                except Exception as error:
                    return self.generations.fail(request, self._unexpected(plan_id, error))
        except (StorageError, OSError) as error:
            if is_transient(error) and not is_last:
                return None
            if affects_all_plans(error):
                raise
            reason = str(error)
        except Exception as error:
            reason = self._unexpected(plan_id, error)
        return failure_record(self._pipeline, plan_id, request, self._run_generation_id, reason)

    def _make(self, request: PlanRequest) -> FinishedGeneration:
        made = self.generations.make(request, renew_overview=self._options.renew_overviews)
        generation = self.generations.persist(made)
        self.on_made(made, generation.record)
        return generation

    def _unexpected(self, plan_id: str, error: Exception) -> str:
        """The reason of a plan on which the program failed; the run's log has where."""
        message = line("plan could not be made", plan=plan_id, generation=self._run_generation_id)
        return log_unexpected(self._log, message, error)
