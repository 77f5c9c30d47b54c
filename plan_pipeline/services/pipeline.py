"""The collaborators of every run, which ``build_defs`` puts together and tests put together differently."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple, Self

from plan_pipeline.core.experiment import assigned_request
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.request import ArmName, PlanRequest, WriterName
from plan_pipeline.core.model.vocabulary import LEGACY
from plan_pipeline.core.pipeline import PlanFacts
from plan_pipeline.core.stages import Stage
from plan_pipeline.services.models.overviews import OverviewService, WriterFactory
from plan_pipeline.services.sources import ConfigSource, Knowledge, LibrarySource, LiveExperiments
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import PlanRecord

if TYPE_CHECKING:
    from plan_pipeline.storage.facts.fact_store import FactStore


class FinishedGeneration(NamedTuple):
    """How a generation of a plan ended, and the rows that analysts get of it."""

    record: PlanRecord
    facts: PlanFacts


@dataclass(frozen=True)
class RunMemory:
    """What the stages of a run hand on within a process: by plan, their milliseconds and the finished generation.

    A stage that is launched in another process, or on its own, finds nothing here and works from what is stored.
    """

    run_id: str
    stage_ms: defaultdict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    finished: dict[str, FinishedGeneration] = field(default_factory=dict)

    @contextmanager
    def measure(self, plan_id: str, stage: Stage) -> Iterator[None]:
        """Count the time spent within it as the stage's."""
        started = time.perf_counter()
        yield
        self.stage_ms[plan_id][stage.value] = (time.perf_counter() - started) * 1000


def _ignore(record: PlanRecord) -> None:
    del record


@dataclass(frozen=True)
class Pipeline:
    """Everything an asset needs besides Dagster.

    ``memory`` is that of a run by its id: only the latest is kept. ``on_record`` is called with each plan that a bulk
    run finishes.
    """

    settings: Settings
    data: DataFolder
    plans: PlanStore
    library: LibrarySource
    config: ConfigSource
    overviews: OverviewService
    live_experiments: LiveExperiments
    memory: Callable[[str], RunMemory] = field(default_factory=lambda: lru_cache(maxsize=1)(RunMemory))
    on_record: Callable[[PlanRecord], None] = _ignore

    @classmethod
    def of(
        cls,
        settings: Settings,
        *,
        writers: dict[WriterName, WriterFactory] | None = None,
        on_record: Callable[[PlanRecord], None] = _ignore,
        live_experiments: bool = True,
    ) -> Self:
        """The collaborators that settings describe; nothing is read, written or called yet.

        Without ``live_experiments`` every plan is made as its request says.
        """
        data = DataFolder(settings.data)
        return cls(
            settings=settings,
            data=data,
            plans=PlanStore(data, keep_versions=settings.keep_versions, publishing=settings.publish),
            library=LibrarySource.of(settings),
            config=ConfigSource(settings.config),
            overviews=OverviewService(settings, writers or {}),
            live_experiments=LiveExperiments(data.experiments if live_experiments else None),
            on_record=on_record,
        )

    @cached_property
    def facts(self) -> FactStore:
        """The fact files. Imported late: they bring DuckDB and pandas, which loading the definitions need not."""
        from plan_pipeline.storage.facts.fact_store import FactStore

        return FactStore(self.data)

    def knowledge(self, stamp: Stamp | None = None) -> Knowledge:
        """Library and configuration by sport, read when a sport is asked for.

        With a stamp the library is the one that holds for all stages of its run.
        """
        library = self.library.load if stamp is None else partial(self.library.for_run, stamp)
        return Knowledge(library, self.config.load)

    def request(self, plan_id: str, stamp: Stamp, arm: ArmName | None = None) -> PlanRequest:
        """The request of a plan as the run of ``stamp`` carries it out. Raises ``ArtefactMissingError``.

        A live experiment that the plan is part of on the day of the run gives it its arm and name, unless the run has
        an ``arm`` of its own. Where duration adjustment is switched off the arm is legacy, and no plan takes part.
        """
        request = self.plans.load_request(plan_id)
        if self.settings.enable_duration_adjustment is False:
            arm = LEGACY
        if arm is not None:
            return request.with_options(duration=arm)
        return assigned_request(request, self.live_experiments.for_run(stamp).experiments, stamp.generated_at.date())
