"""The metadata of a materialization: totals, a table of weeks, reasons, and where the plan lies.

Never put a setting here that is a secret.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dagster import MetadataValue

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleResult, RuleSeverity
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.reporting.load_plot import WeekLoad, load_plot, sparkline
from plan_pipeline.orchestration.reporting.markdown import markdown_list, markdown_table
from plan_pipeline.orchestration.reporting.week_lines import Metadata, WeekLine, shown_number, totals
from plan_pipeline.services.generation import WITHHELD
from plan_pipeline.storage.plans.records import PlanRecord


@dataclass
class StageReport:
    """What a stage did in a run, over all its plans.

    ``cells`` are those of the run that exist, as week numbers by plan, as far as it has come.
    """

    stage: Stage
    cells: dict[str, tuple[int, ...]] = field(default_factory=dict)
    lines: list[WeekLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    records: dict[str, PlanRecord] = field(default_factory=dict)
    extra: Metadata = field(default_factory=dict)

    def data_version(self, plan_id: str) -> str | None:
        """The hash of what a plan was made from, for the cells of the plan itself."""
        record = self.records.get(plan_id)
        return record.inputs_hash if record is not None and self.stage is Stage.FINAL_PLAN else None

    def note(self, plan_id: str, text: str) -> None:
        self.notes.append(f"{plan_id}: {text}")

    def beyond(self, request: PlanRequest, asked: Sequence[int]) -> str:
        """Say which of the asked weeks the plan does not have."""
        weeks = ", ".join(str(number) for number in asked if number > request.total_weeks)
        told = f"has {request.total_weeks} weeks, so there is nothing to do for week {weeks}"
        self.note(request.plan_id, told)
        return f"plan {request.plan_id} {told}"

    def add_lines(self, lines: Sequence[WeekLine]) -> None:
        """Report weeks; one that failed is a reason."""
        self.lines += lines
        self.reasons += [f"{line.plan_id}: week {line.week}: {line.remark}" for line in lines if line.passed is False]

    def record(self, record: PlanRecord) -> None:
        self.records[record.plan_id] = record
        self.reasons += [f"{record.plan_id}: {reason}" for reason in record.reasons]

    def metadata(self) -> Metadata:
        """The report on the run, outcome first; every cell of it carries this beside what is its own."""
        metadata: Metadata = {}
        if len(self.records) == 1:
            (record,) = self.records.values()
            metadata["status"] = MetadataValue.text(record.outcome_word)
        if self.reasons:
            metadata["reasons"] = MetadataValue.md(markdown_list(self.reasons))
        if self.stage is Stage.FINAL_PLAN and len(self.records) == 1:
            metadata["generation_id"] = MetadataValue.text(record.in_place)
            metadata |= purpose_metadata(record.goal, record.event_type, record.long_ride_target_min)
            if record.longest_ride_min is not None:
                metadata["longest_ride_min"] = MetadataValue.float(round(record.longest_ride_min, 1))
        if self.stage is Stage.FINAL_PLAN and len(self.records) == 1 and record.week_summaries:
            metadata["load"] = MetadataValue.md(load_plot(loads_of(record)))
        for record in self.records.values():
            if record.path:
                name = "plan" if len(self.records) == 1 else f"plan_{record.plan_id}"
                metadata[name] = MetadataValue.path(record.path)
            if record.page and len(self.records) == 1:
                metadata["page"] = MetadataValue.path(record.page)
        metadata |= self.extra
        if self.records:
            metadata["plan_table"] = MetadataValue.md(markdown_table(record_cells(r) for r in self.records.values()))
        if self.lines:
            metadata["week_table"] = MetadataValue.md(markdown_table(self._week_rows()))
        metadata |= rules_metadata(self.records.values())
        if self.notes:
            metadata["notes"] = MetadataValue.md(markdown_list(self.notes))
        return metadata | {"weeks": MetadataValue.int(len(self.lines)), **totals(self.lines)}

    def _week_rows(self) -> list[dict[str, str]]:
        """Of a single plan without its name: Dagster only shows short tables, others behind a link."""
        rows = [line.cells() for line in self.lines]
        return [row | {"plan": ""} for row in rows] if len(self.cells) == 1 else rows


def purpose_metadata(goal: str | None, event_type: str | None, long_ride_target_min: float | None) -> Metadata:
    """What a plan is for, as far as that is known."""
    found: Metadata = {}
    if goal is not None:
        found["goal"] = MetadataValue.text(goal)
    if event_type is not None:
        found["event_type"] = MetadataValue.text(event_type)
    if long_ride_target_min:
        found["long_ride_target_min"] = MetadataValue.float(long_ride_target_min)
    return found


def outcome_counts(by_status: Mapping[PlanStatus, int], withheld: int) -> Metadata:
    """How many plans ended how; of those that passed, how many were not put in place, and why."""
    counts = {f"plans_{status.value}": by_status.get(status, 0) for status in PlanStatus}
    counts[f"plans_{PlanStatus.PUBLISHED.value}"] -= withheld
    shown: Metadata = {name: MetadataValue.int(count) for name, count in counts.items()}
    if withheld:
        shown |= {"plans_withheld": MetadataValue.int(withheld), "publishing": MetadataValue.text(WITHHELD)}
    return shown


class CommonTags:
    """Collects the tags of a run's plans; those of a single value are the run's, to find it by."""

    def __init__(self) -> None:
        self._values: dict[str, set[str]] = {}

    def add(self, tags: Mapping[str, str | None]) -> None:
        """Count in a plan; a tag that it has no value for is left to the others."""
        for tag, value in tags.items():
            self._values.setdefault(tag, set()).update([value] if value else [])

    def found(self) -> dict[str, str]:
        return {tag: next(iter(values)) for tag, values in self._values.items() if len(values) == 1}


def record_cells(record: PlanRecord) -> dict[str, str]:
    """How a generation ended, as table cells."""
    return {
        "plan": record.plan_id,
        "status": record.outcome_word,
        "arm": record.arm,
        "for": record.goal or "",
        "weeks passed": f"{record.weeks_passed} of {record.weeks}",
        "auto-fixed": str(record.weeks_auto_fixed),
        "hours wanted": f"{record.target_hours:.1f}",
        "hours planned": f"{record.final_hours:.1f}",
        "largest time error %": shown_number(record.max_abs_time_error_pct, ".1f"),
        "TSS week by week": sparkline(loads_of(record)),
        "plan.json": "replaced" if record.changed else "unchanged" if record.path else "none",
    }


def loads_of(record: PlanRecord) -> list[WeekLoad]:
    """The load of each week of a generation."""
    return [WeekLoad(week.final_tss, week.target_tss, week.passed) for week in record.week_summaries]


def rules_metadata(records: Iterable[PlanRecord]) -> Metadata:
    """How many plan rules are broken, by what a breach does, and a table of them and of what notes report."""
    return rule_results_metadata([(record.plan_id, result) for record in records for result in record.rule_results])


def rule_results_metadata(results_of_plans: Iterable[tuple[str, RuleResult]]) -> Metadata:
    """The same of results by themselves, each with its plan."""
    reported = [(plan_id, result) for plan_id, result in results_of_plans if result.message]
    if not reported:
        return {}
    order = list(RuleSeverity)
    reported.sort(key=lambda each: (each[1].passed, each[1].waived, order.index(each[1].severity)))
    results = [result for _, result in reported]
    return {
        "rule_errors": MetadataValue.int(sum(result.rejects for result in results)),
        "rule_warnings": MetadataValue.int(sum(result.warns for result in results)),
        "rules_waived": MetadataValue.int(sum(result.waived and not result.passed for result in results)),
        "rule_table": MetadataValue.md(markdown_table(_rule_cells(plan_id, result) for plan_id, result in reported)),
    }


def _rule_cells(plan_id: str, result: RuleResult) -> dict[str, str]:
    return {
        "plan": plan_id,
        "rule": f"{result.rule_id} v{result.rule_version}",
        "severity": f"{result.severity}, waived" if result.waived else result.severity,
        "rests on": result.evidence,
        "asks for": result.threshold,
        "weeks": ", ".join(map(str, result.weeks)),
        "finding": result.message,
    }
