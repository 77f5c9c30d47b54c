"""How a run of a simulated experiment ended, as metadata of its step's output, and read from there."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from dagster import MetadataValue

from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.experiments.design import Design
from plan_pipeline.orchestration.reporting.markdown import markdown_table
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.services.models.call_log import CallLog
from plan_pipeline.storage.plans.records import PlanRecord

LEFT_UNDONE: Final = "left_undone"
"""How an athlete's plan ends in an arm where no budget allows the calls that it takes."""

Outcomes = Counter[tuple[str, str]]
"""How many plans of each arm ended how: their status, or ``LEFT_UNDONE``."""

_PAID_USD, _UNPRICED_CALLS, _WHY_UNDONE = "paid_usd", "unpriced_calls", "why_left_undone"


class SimulatedExperiment(NamedTuple):
    """A run that is over: the records of plans that ended in an error, what it paid for models, and what is left.

    ``paid_usd``, US dollars, is ``None`` where no arm asks a model, and leaves out ``unpriced_calls``. ``left_undone``
    counts athletes by arm, and ``why`` is what the budget said.
    """

    failed: list[PlanRecord]
    paid_usd: float | None = None
    unpriced_calls: int = 0
    left_undone: Mapping[str, int] = MappingProxyType({})
    why: str | None = None

    @classmethod
    def of(cls, failed: list[PlanRecord], metadata: Mapping[str, Any]) -> "SimulatedExperiment":
        """The end of a run by the values of its ``outcome_metadata``."""
        return cls(
            failed,
            metadata.get(_PAID_USD),
            metadata.get(_UNPRICED_CALLS, 0),
            metadata.get(LEFT_UNDONE, {}),
            metadata.get(_WHY_UNDONE),
        )


def outcome_metadata(design: Design, outcomes: Outcomes, asked: CallLog) -> Metadata:
    """How the plans of a run ended; where an arm asks a model, what was paid and which athletes were left undone."""
    undone = {arm: outcomes[arm, LEFT_UNDONE] for arm in design.arms if outcomes[arm, LEFT_UNDONE]}
    ends = [*(status.value for status in PlanStatus), *([LEFT_UNDONE] if undone else [])]
    rows = [{"arm": arm, **{end.replace("_", " "): str(outcomes[arm, end]) for end in ends}} for arm in design.arms]
    metadata: Metadata = {
        "experiment": MetadataValue.text(design.name),
        "athletes": MetadataValue.int(design.athletes),
        "sport": MetadataValue.text(design.sport.value),
        "arms": MetadataValue.text(", ".join(design.arms)),
        "plans": MetadataValue.int(outcomes.total() - sum(undone.values())),
        **{
            f"plans_{status.value}": MetadataValue.int(sum(outcomes[arm, status.value] for arm in design.arms))
            for status in PlanStatus
        },
        "outcomes": MetadataValue.md(markdown_table(rows)),
    }
    if any(design.settings_of(arm).asks_model for arm in design.arms):
        metadata |= {
            _PAID_USD: MetadataValue.float(round(asked.paid_usd, 6)),
            _UNPRICED_CALLS: MetadataValue.int(asked.unpriced),
        }
    if undone:
        metadata |= {LEFT_UNDONE: MetadataValue.json(undone), _WHY_UNDONE: MetadataValue.text(asked.why or "")}
    return metadata
