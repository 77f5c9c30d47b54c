"""What the stages of a run hand on to one another within a process, so that nothing is computed twice.

A stage that is launched in another process, or on its own, finds nothing here and works from what is stored.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from plan_pipeline.core.pipeline import PlanFacts
from plan_pipeline.core.stages import Stage
from plan_pipeline.storage.plans.plan_store import PlanRecord


class FinishedGeneration(NamedTuple):
    """How a generation of a plan ended, and the rows that analysts get of it."""

    record: PlanRecord
    facts: PlanFacts


class RunMemory:
    """How long the stages of a run took, and the generations that it finished; only of the run seen last."""

    def __init__(self) -> None:
        self._run_id = ""
        self._stage_ms: dict[str, dict[str, float]] = {}
        self._finished: dict[str, FinishedGeneration] = {}

    @contextmanager
    def measure(self, run_id: str, plan_id: str, stage: Stage) -> Iterator[None]:
        """Count the time spent within it as the stage's."""
        started = time.perf_counter()
        yield
        self._turn_to(run_id)
        self._stage_ms.setdefault(plan_id, {})[stage.value] = (time.perf_counter() - started) * 1000

    def stage_ms(self, run_id: str, plan_id: str) -> dict[str, float]:
        """Milliseconds by stage."""
        self._turn_to(run_id)
        return dict(self._stage_ms.get(plan_id, {}))

    def keep(self, run_id: str, finished: FinishedGeneration) -> None:
        """Remember a generation for the stage that records it."""
        self._turn_to(run_id)
        self._finished[finished.record.plan_id] = finished

    def finished(self, run_id: str, plan_id: str) -> FinishedGeneration | None:
        """The generation of a plan that this run finished, as far as it is known here."""
        self._turn_to(run_id)
        return self._finished.get(plan_id)

    def _turn_to(self, run_id: str) -> None:
        if run_id != self._run_id:
            self._run_id = run_id
            self._stage_ms.clear()
            self._finished.clear()
