"""What a run of many plans reports at its end, kept in a space that does not grow with the number of plans."""

from collections import Counter

from dagster import MetadataValue

from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.orchestration.reporting.markdown import MAX_ROWS, markdown_list, markdown_table
from plan_pipeline.orchestration.reporting.metadata import CommonTags, outcome_counts, record_cells
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.orchestration.run_tags import ARM_TAG, EXPERIMENT_TAG
from plan_pipeline.storage.plans.records import PlanRecord


class RunSummary:
    """Counts of the plans of a run, and the first of those that were not published."""

    def __init__(self) -> None:
        self.plans = 0
        self.cells = 0
        self._by_status: Counter[PlanStatus] = Counter()
        self._rules: Counter[tuple[str, str]] = Counter()
        self._withheld = 0
        self._changed = 0
        self._confirmed = 0
        self._differing: list[str] = []
        self._warned = 0
        self._unpublished: list[dict[str, str]] = []
        self._reasons: list[str] = []
        self._reason_count = 0
        self.tags = CommonTags()

    def add(self, record: PlanRecord) -> None:
        """Count a plan that is finished."""
        self.plans += 1
        self._by_status[record.status] += 1
        self._withheld += record.withheld
        self._changed += record.changed
        self._confirmed += record.confirmed
        self._warned += bool(record.warnings)
        self._rules.update((r.rule_id, r.severity.value) for r in record.rule_results if r.rejects or r.warns)
        self.tags.add({ARM_TAG: record.arm, EXPERIMENT_TAG: record.experiment})
        if record.status is not PlanStatus.PUBLISHED and len(self._unpublished) < MAX_ROWS:
            self._unpublished.append(record_cells(record))
        if record.withheld:  # as all good ones are then
            return
        room = MAX_ROWS - len(self._reasons)
        self._reasons += [f"{record.plan_id}: {reason}" for reason in record.reasons[:room]]
        self._reason_count += len(record.reasons)

    def differs(self, plan_id: str) -> None:
        """Count a plan that came out differently although it was made from the same inputs."""
        self._differing.append(plan_id)

    def confirmations(self) -> Metadata:
        """How many plans were left as they are."""
        return {"plans_confirmed": MetadataValue.int(self._confirmed)}

    def metadata(self) -> Metadata:
        """Totals, and tables of broken rules and of plans that were not published."""
        metadata: Metadata = {
            "plans": MetadataValue.int(self.plans),
            **outcome_counts(self._by_status, self._withheld),
            "plans_changed": MetadataValue.int(self._changed),
            **self.confirmations(),
            "plans_with_rule_warnings": MetadataValue.int(self._warned),
            "cells_marked": MetadataValue.int(self.cells),
        }
        if self._differing:
            metadata["plans_differing"] = MetadataValue.int(len(self._differing))
            listed = markdown_list(self._differing)
            metadata["differing"] = MetadataValue.md("From the same inputs another plan was made:\n\n" + listed)
        if self._rules:
            rows = (
                {"rule": rule_id, "severity": severity, "plans": str(plans)}
                for (rule_id, severity), plans in self._rules.most_common()
            )
            metadata["rules_broken"] = MetadataValue.md(markdown_table(rows))
        if self._unpublished:
            total = self.plans - self._by_status[PlanStatus.PUBLISHED]
            metadata["not_published"] = MetadataValue.md(markdown_table(self._unpublished, total=total))
        if self._reasons:
            metadata["reasons"] = MetadataValue.md(markdown_list(self._reasons, total=self._reason_count))
        return metadata
