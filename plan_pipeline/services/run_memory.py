"""What the stages of a run hand on to one another within a process, so that nothing is computed twice.

A stage that is launched in another process, or on its own, finds nothing here and works from what is stored.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from plan_pipeline.core.pipeline import PlanFacts
from plan_pipeline.core.stages import Stage
from plan_pipeline.storage.plans.records import PlanRecord


class FinishedGeneration(NamedTuple):
    """How a generation of a plan ended, and the rows that analysts get of it."""

    record: PlanRecord
    facts: PlanFacts


@dataclass(frozen=True)
class RunMemory:
    """By plan, how long the stages of a run took, in milliseconds, and the generation that it finished."""

    run_id: str = ""
    stage_ms: defaultdict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    finished: dict[str, FinishedGeneration] = field(default_factory=dict)

    @contextmanager
    def measure(self, plan_id: str, stage: Stage) -> Iterator[None]:
        """Count the time spent within it as the stage's."""
        started = time.perf_counter()
        yield
        self.stage_ms[plan_id][stage.value] = (time.perf_counter() - started) * 1000


class ProcessMemory:
    """The memory of the run that this process executes."""

    def __init__(self) -> None:
        self._latest = RunMemory()

    def of_run(self, run_id: str) -> RunMemory:
        """What is known of a run; that of any other is forgotten."""
        if self._latest.run_id != run_id:
            self._latest = RunMemory(run_id)
        return self._latest
