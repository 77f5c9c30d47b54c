"""How many calls of a model all runs together may have open, and when a run stops calling one that does not answer.

A call takes a place in the pool ``llm`` of the Dagster instance. A pool on a step would hold up plans that rules write
behind those that a model writes, and hold a place for all of a bulk run.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Self

import dagster as dg

from plan_pipeline.core.overview.writer import OverviewUnavailableError
from plan_pipeline.llm.asking import CallFailedError
from plan_pipeline.settings import Settings

LLM_POOL: Final = "llm"

POLL_S: Final = 0.5
PLACE_TIMEOUT_S: Final = 900.0
"""How long a call waits for a place: longer than the longest conversation of three answers with retries."""

FAILURES_IN_A_ROW: Final = 3
"""Calls without an answer, or without a place, after which a run asks no more until it tries again: each may have taken
minutes."""


@dataclass
class ModelCalls:
    """The calls that one step makes of a model; ``repeats`` is how often one is made again that has failed."""

    instance: dg.DagsterInstance
    run_id: str
    step_key: str
    at_once: int
    repeats: int = 0
    place_timeout_s: float = PLACE_TIMEOUT_S
    _failed_in_a_row: int = 0

    @classmethod
    def of(cls, context: dg.OpExecutionContext, settings: Settings) -> Self:
        """The calls of the step that is executing."""
        step = str(context.op_handle)
        return cls(context.instance, context.run_id, step, settings.llm_at_once, settings.llm_retries)

    @contextmanager
    def one(self) -> Iterator[None]:
        """A place to make a call from.

        Raises ``OverviewUnavailableError`` where no place was free for ``place_timeout_s``, and at once where the last
        calls all went without an answer.
        """
        if self._failed_in_a_row >= FAILURES_IN_A_ROW * (1 + self.repeats):
            raise OverviewUnavailableError(
                f"the model was not asked: {self._failed_in_a_row} calls in a row went without an answer; "
                "launch the plan again when the model can be reached, or use options.overview: rules"
            )
        try:
            with self._place():
                yield
        except (OverviewUnavailableError, CallFailedError) as error:
            if not isinstance(error, CallFailedError):  # all repeats are behind it
                self._failed_in_a_row += 1 + self.repeats
            elif error.is_transient:
                self._failed_in_a_row += 1
            raise
        self._failed_in_a_row = 0

    def reset_circuit_breaker(self) -> None:
        """Ask again, whatever went wrong before."""
        self._failed_in_a_row = 0

    @contextmanager
    def _place(self) -> Iterator[None]:
        storage = self.instance.event_log_storage
        if not storage.supports_global_concurrency_limits:
            yield
            return
        open_pool(self.instance, self.at_once)
        deadline = time.monotonic() + self.place_timeout_s
        try:
            while not storage.claim_concurrency_slot(LLM_POOL, self.run_id, self.step_key).is_claimed:
                if time.monotonic() >= deadline:
                    raise OverviewUnavailableError(
                        f"no place in the pool {LLM_POOL!r} was free for {self.place_timeout_s:g} s: other runs are "
                        "asking the model; raise PLAN_PIPELINE_LLM_AT_ONCE, or launch the plan again later"
                    )
                time.sleep(POLL_S)
            yield
        finally:
            storage.free_concurrency_slot_for_step(self.run_id, self.step_key)


def open_pool(instance: dg.DagsterInstance, at_once: int) -> None:
    """Give the pool its limit, unless somebody has set another in the UI."""
    storage = instance.event_log_storage
    limit = next((pool for pool in storage.get_pool_limits() if pool.name == LLM_POOL), None)
    if limit is None or limit.from_default:
        storage.set_concurrency_slots(LLM_POOL, at_once)
