"""What a run of many plans has to say at its end, kept in a space that does not grow with the number of plans.

Belongs here: counting records, and the tables of what went wrong up to as many rows as are shown. Does not belong here:
the records themselves, which a run hands on one by one.
"""

from __future__ import annotations

from collections import Counter

from dagster import MetadataValue

from plan_pipeline.core.model.vocabulary import Arm, PlanStatus
from plan_pipeline.orchestration.reporting.metadata import (
    MAX_ROWS,
    Metadata,
    markdown_list,
    markdown_table,
    record_cells,
)
from plan_pipeline.orchestration.run_tags import ARM_TAG, EXPERIMENT_TAG
from plan_pipeline.storage.plans.plan_store import PlanRecord


class RunSummary:
    """Counts of the plans of a run, and the first of those that were not published."""

    def __init__(self) -> None:
        self.plans = 0
        self.cells = 0
        self._by_status: Counter[PlanStatus] = Counter()
        self._rules: Counter[tuple[str, str]] = Counter()
        self._changed = 0
        self._warned = 0
        self._refused: list[dict[str, str]] = []
        self._reasons: list[str] = []
        self._unshown_reasons = 0
        self.arms: set[Arm] = set()
        self.experiments: set[str | None] = set()

    def add(self, record: PlanRecord) -> None:
        """Count a plan that is finished."""
        self.plans += 1
        self._by_status[record.status] += 1
        self._changed += record.changed
        self._warned += bool(record.warnings)
        self._rules.update((r.rule_id, r.severity.value) for r in record.rule_results if r.rejects or r.warns)
        self.arms.add(record.arm)
        self.experiments.add(record.experiment)
        if record.status is not PlanStatus.PUBLISHED and len(self._refused) < MAX_ROWS:
            self._refused.append(record_cells(record))
        room = MAX_ROWS - len(self._reasons)
        self._reasons += [f"{record.plan_id}: {reason}" for reason in record.reasons[:room]]
        self._unshown_reasons += len(record.reasons[room:])

    def metadata(self) -> Metadata:
        """Totals, and tables of broken rules and of plans that were not published."""
        found: Metadata = {
            "plans": MetadataValue.int(self.plans),
            **{f"plans_{status.value}": MetadataValue.int(self._by_status[status]) for status in PlanStatus},
            "plans_changed": MetadataValue.int(self._changed),
            "plans_with_rule_warnings": MetadataValue.int(self._warned),
            "cells_marked": MetadataValue.int(self.cells),
        }
        if self._rules:
            rows = (
                {"rule": rule_id, "severity": severity, "plans": str(plans)}
                for (rule_id, severity), plans in self._rules.most_common()
            )
            found["rules_broken"] = MetadataValue.md(markdown_table(rows))
        if self._refused:
            refused = self.plans - self._by_status[PlanStatus.PUBLISHED]
            rest = f"\n\n… and {refused - MAX_ROWS} more plans" if refused > MAX_ROWS else ""
            found["not_published"] = MetadataValue.md(markdown_table(self._refused) + rest)
        if self._reasons:
            rest = f"\n- … and {self._unshown_reasons} more" if self._unshown_reasons else ""
            found["reasons"] = MetadataValue.md(markdown_list(self._reasons) + rest)
        return found

    def tags(self) -> dict[str, str]:
        """Run tags for what all plans have in common: their arm and their experiment."""
        arms, experiments = self.arms, self.experiments - {None}
        return {
            **({ARM_TAG: next(iter(arms)).value} if len(arms) == 1 else {}),
            **({EXPERIMENT_TAG: str(next(iter(experiments)))} if len(experiments) == 1 else {}),
        }
