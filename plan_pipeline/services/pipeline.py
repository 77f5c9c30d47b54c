"""The collaborators of every run, which ``build_defs`` puts together and tests put together differently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from plan_pipeline.core.experiment import assigned_request
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.request import ArmName, PlanRequest, WriterName
from plan_pipeline.core.model.vocabulary import LEGACY
from plan_pipeline.services.library_source import LibrarySource
from plan_pipeline.services.live_experiments import LiveExperiments
from plan_pipeline.services.overviews import OverviewService, WriterFactory
from plan_pipeline.services.run_memory import ProcessMemory
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import PlanRecord

if TYPE_CHECKING:
    from plan_pipeline.storage.facts.fact_store import FactStore


def _ignore(record: PlanRecord) -> None:
    del record


@dataclass(frozen=True)
class Pipeline:
    """Everything an asset needs besides Dagster. ``on_record`` is called with each plan that a bulk run finishes."""

    settings: Settings
    data: DataFolder
    plans: PlanStore
    library: LibrarySource
    overviews: OverviewService
    live_experiments: LiveExperiments
    memory: ProcessMemory = field(default_factory=ProcessMemory)
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
            plans=PlanStore(data, keep_versions=settings.keep_versions),
            library=LibrarySource(settings.library),
            overviews=OverviewService(settings, writers),
            live_experiments=LiveExperiments(data.experiments if live_experiments else None),
            on_record=on_record,
        )

    @cached_property
    def facts(self) -> FactStore:
        """The fact files. Imported late: they bring DuckDB and pandas, which loading the definitions need not."""
        from plan_pipeline.storage.facts.fact_store import FactStore

        return FactStore(self.data)

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
