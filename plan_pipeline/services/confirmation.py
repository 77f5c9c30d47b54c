"""Confirming plans: leaving alone what would come out as it is, because nothing that it is made from has changed.

A plan is confirmed where its last generation ended as published, rejected or infeasible, was made from the same inputs,
is on record everywhere, and where what was published is in place, byte for byte. Any doubt has it made again.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from plan_pipeline.config import ConfigError
from plan_pipeline.core.model.request import ArmName, PlanRequest
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.library import LibraryError
from plan_pipeline.services.generation import GenerationService
from plan_pipeline.services.models.overviews import is_fallback
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.plans.retirement import is_retired
from plan_pipeline.storage.plans.rollbacks import rollback_of

NO_WAIT_S: Final = 0.0
"""How long a plan that another run is writing is waited for: not at all, making it waits for it."""


@dataclass(frozen=True)
class ConfirmationService:
    """Confirms plans for one run."""

    generations: GenerationService

    def recorded(self, plan_ids: Iterable[str]) -> dict[str, PlanRecord]:
        """The last generations of those of the plans that have one with facts, by plan."""
        records = {plan_id: record for plan_id in plan_ids if (record := self.last(plan_id)) is not None}
        keys = {(plan_id, record.generation_id) for plan_id, record in records.items()}
        found = self.generations.pipeline.facts.recorded(keys) if keys else frozenset()
        return {plan_id: records[plan_id] for plan_id, _ in found}

    def confirm(self, plan_id: str, arm: ArmName | None, at: dt.datetime) -> PlanRecord | None:
        """Note in the record of a plan that it holds; ``None`` for a plan that has to be made, or cannot be read.

        ``arm`` is as in ``Pipeline.request``.
        """
        pipeline = self.generations.pipeline
        plans = pipeline.plans
        with suppress(StorageError, OSError, LibraryError, ConfigError), plans.lock(plan_id, NO_WAIT_S):
            request = pipeline.request(plan_id, self.generations.run.stamp, arm)
            record = plans.load_generation_record(plan_id)
            if record is not None and self._holds(request, record):
                confirmed = record.model_copy(update={"confirmed_at": at, "changed": False})
                plans.save_generation_record(plan_id, confirmed)
                return confirmed
        return None

    def write_facts(self, part: str, records: Sequence[PlanRecord]) -> None:
        """Write the confirmations of a run as a part of their fact table."""
        from plan_pipeline.storage.facts.fact_tables import FactTable, PlanConfirmation  # brings pandas

        run_id = self.generations.run.run_id
        shared = PlanConfirmation.model_fields.keys() & PlanRecord.model_fields.keys()
        rows = [PlanConfirmation(**{name: getattr(each, name) for name in shared}, run_id=run_id) for each in records]
        self.generations.pipeline.facts.write(FactTable.PLAN_CONFIRMATIONS, part, rows)

    def last(self, plan_id: str) -> PlanRecord | None:
        """How the last generation of a plan ended; ``None`` where there is none, or none that can be read."""
        try:
            return self.generations.pipeline.plans.load_generation_record(plan_id)
        except (StorageError, OSError):
            return None

    def _holds(self, request: PlanRequest, record: PlanRecord) -> bool:
        plans = self.generations.pipeline.plans
        overview = plans.load_overview(request.plan_id)
        return (
            overview is not None
            and not is_fallback(overview)
            and record.status is not PlanStatus.ERROR
            and record.inputs_hash == self.generations.inputs_of(request, overview)
            and not is_set_aside(plans, request.plan_id)
            and not (record.withheld and plans.publishing)
            and (not record.was_published or plans.is_intact(request.plan_id, record.file_hash))
        )


def is_set_aside(plans: PlanStore, plan_id: str) -> bool:
    """Whether a person has rolled a plan back or retired it."""
    return rollback_of(plans, plan_id) is not None or is_retired(plans, plan_id)
