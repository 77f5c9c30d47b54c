"""Making many plans, one after the other: one that cannot be made never stops the others."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from plan_pipeline.core.model.request import ArmName, PlanRequest
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.core.registry import PluginError
from plan_pipeline.services.generation import GenerationService, MadePlan, failure_record
from plan_pipeline.services.retries import FIRST_WAIT_S, STEP_RETRIES, affects_all_plans, is_transient, wait_before
from plan_pipeline.services.run_log import line, log_unexpected
from plan_pipeline.services.run_memory import FinishedGeneration
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.plans.plan_store import PlanRecord


class RegenerationOptions(NamedTuple):
    """How plans are made. ``arm`` takes the place of what requests and live experiments say."""

    arm: ArmName | None = None
    renew_overviews: bool = False
    chunk_size: int = 200
    lock_timeout_s: float = 5.0
    retries: int = STEP_RETRIES
    retry_wait_s: float = FIRST_WAIT_S


class RegenerationHooks(NamedTuple):
    """What the caller does meanwhile.

    ``on_made`` is called with each plan that was made and how it ended, ``record`` with the generations of a chunk and
    the name of the part that their facts are to be written as, ``after_chunk`` when nothing of it is held in memory
    any more, ``before_retry`` before plans are tried again.
    """

    on_made: Callable[[MadePlan, PlanRecord], None]
    record: Callable[[str, Sequence[FinishedGeneration]], None]
    after_chunk: Callable[[], None]
    before_retry: Callable[[], None]


class Regeneration:
    """Takes plans through generation, chunk by chunk.

    A disk that takes nothing ends it; what is wrong with a plan is that plan's outcome.
    """

    def __init__(
        self,
        generations: GenerationService,
        options: RegenerationOptions,
        hooks: RegenerationHooks,
        log: logging.Logger,
    ) -> None:
        self._generations = generations
        self._pipeline = generations.pipeline
        self._run_generation_id = generations.run.stamp.generation_id
        self._options = options
        self._hooks = hooks
        self._log = log
        self._done = 0

    def run(self, plan_ids: Sequence[str]) -> None:
        """Make plans, and then those again that failed for a transient reason, each time after a longer wait."""
        retries = self._options.retries
        self._pipeline.live_experiments.warn(self._log, self._generations.run.stamp)
        to_retry = self._round(plan_ids, is_last=not retries)
        for retry in range(1, retries + 1):
            if not to_retry:
                return
            wait_s = wait_before(retry, self._options.retry_wait_s)
            message = "plans are tried again: another run was writing them, or their model did not answer"
            self._log.warning(line(message, plans=len(to_retry), retry=retry, wait_s=wait_s))
            time.sleep(wait_s)
            self._hooks.before_retry()
            to_retry = self._round(to_retry, is_last=retry == retries)

    def _round(self, plan_ids: Sequence[str], *, is_last: bool) -> list[str]:
        """Make plans chunk by chunk; returns those that are to be tried again, none in the last round."""
        to_retry: list[str] = []
        remaining = iter(plan_ids)
        while chunk := tuple(islice(remaining, self._options.chunk_size)):
            before = self._done
            to_retry += self._chunk(chunk, is_last=is_last)
            self._log.info(line("chunk done", plans=self._done - before, of=len(plan_ids), done=self._done))
            self._hooks.after_chunk()
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
                self._hooks.record(part, generations)
        return to_retry

    def _announce(self, record: PlanRecord) -> None:
        """Count how a plan ended, and say so in the run's log if badly."""
        self._done += 1
        if record.reasons:
            message = f"plan {record.plan_id} is {record.status}: {'; '.join(record.reasons)}"
            pairs: dict[str, Any] = {"generation": record.generation_id, "status": record.status, "arm": record.arm}
            self._log.warning(line(message, plan=record.plan_id, **pairs))
        self._pipeline.on_record(record)

    def _attempt(self, plan_id: str, *, is_last: bool) -> FinishedGeneration | PlanRecord | None:
        """How a plan ended: its generation, or only a record where nothing of it could be stored.

        ``None`` where it failed for a transient reason and this is not the last round.
        """
        request: PlanRequest | None = None
        try:
            with self._pipeline.plans.lock(plan_id, timeout_s=self._options.lock_timeout_s):
                request = self._pipeline.request(plan_id, self._generations.run.stamp, self._options.arm)
                try:
                    return self._made(request)
                except (OverviewError, PluginError) as error:
                    if is_transient(error) and not is_last:
                        return None
                    return self._generations.fail(request, str(error))
                except (StorageError, OSError):
                    raise
                except Exception as error:
                    return self._generations.fail(request, self._unexpected(plan_id, error))
        except (StorageError, OSError) as error:
            if is_transient(error) and not is_last:
                return None
            if affects_all_plans(error):
                raise
            reason = str(error)
        except Exception as error:
            reason = self._unexpected(plan_id, error)
        return failure_record(self._pipeline, plan_id, request, self._run_generation_id, reason)

    def _made(self, request: PlanRequest) -> FinishedGeneration:
        made = self._generations.make(request, renew_overview=self._options.renew_overviews)
        generation = self._generations.persist(made)
        self._hooks.on_made(made, generation.record)
        return generation

    def _unexpected(self, plan_id: str, error: Exception) -> str:
        """The reason of a plan on which the program failed; the run's log has where."""
        message = line("plan could not be made", plan=plan_id, generation=self._run_generation_id)
        return log_unexpected(self._log, message, error)
