"""What a materialization tells an operator: totals, a table of weeks, reasons, and where the plan lies.

Belongs here: turning what a stage did into Dagster metadata. Does not belong here: computing any of it. Never
put a setting here that is a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dagster import MetadataValue

from plan_pipeline.core.model.plan import OverviewWeek, ValidatedWeek, WeekDuration, WeekSelection, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleResult, RuleSeverity
from plan_pipeline.core.pipeline import PlanFacts
from plan_pipeline.core.stages import Stage
from plan_pipeline.core.week_metrics import WeekMetrics, WorkoutMetrics
from plan_pipeline.orchestration.reporting.load_plot import WeekLoad, load_plot, sparkline
from plan_pipeline.storage.plans.plan_store import PlanRecord

MAX_ROWS = 100
"""Rows shown of a table: Dagster stores what a run has to say once for each of its cells."""

Metadata = dict[str, MetadataValue]


@dataclass(frozen=True)
class WeekLine:
    """What there is to say about one week after a stage; ``None`` where the stage does not know yet.

    ``workouts`` is the week itself as a Markdown table, a workout a row.
    """

    plan_id: str
    week: int
    phase: str
    hours_wanted: float
    tss_wanted: float
    hours_planned: float | None = None
    tss_planned: float | None = None
    passed_before_fix: bool | None = None
    passed: bool | None = None
    remark: str = ""
    workouts: str = ""

    @property
    def time_error_pct(self) -> float | None:
        if self.hours_planned is None or not self.hours_wanted:
            return None
        return round(100 * (self.hours_planned - self.hours_wanted) / self.hours_wanted, 2)

    def cells(self) -> dict[str, str]:
        """The line as table cells by heading."""
        return {
            "plan": self.plan_id,
            "week": str(self.week),
            "phase": self.phase,
            "hours wanted": f"{self.hours_wanted:.2f}",
            "hours planned": _number(self.hours_planned, ".2f"),
            "time error %": _number(self.time_error_pct, "+.1f"),
            "TSS wanted": f"{self.tss_wanted:.0f}",
            "TSS planned": _number(self.tss_planned, ".0f"),
            "passed before fix": _yes(self.passed_before_fix),
            "passed": _yes(self.passed),
            "remark": self.remark,
        }

    def metadata(self) -> Metadata:
        """The line as the metadata of its own cell, the verdict first; the workouts are a matter of their own."""
        verdict = {"passed": self.passed, "passed_before_fix": self.passed_before_fix}
        found: Metadata = {k: MetadataValue.bool(v) for k, v in verdict.items() if v is not None}
        if self.remark:
            found["remark"] = MetadataValue.text(self.remark)
        known = {
            "hours_wanted": self.hours_wanted,
            "hours_planned": self.hours_planned,
            "time_error_pct": self.time_error_pct,
            "tss_wanted": self.tss_wanted,
            "tss_planned": self.tss_planned,
        }
        return found | {k: MetadataValue.float(round(float(v), 4)) for k, v in known.items() if v is not None}

    def workouts_metadata(self) -> Metadata:
        """The week itself, where the stage knows it."""
        return {"workouts": MetadataValue.md(self.workouts)} if self.workouts else {}


def overview_line(plan_id: str, week: OverviewWeek) -> WeekLine:
    """A week as ``plan_overview`` leaves it."""
    days = ", ".join(f"{day.weekday[:3]} {day.workout_type}" for day in week.trained)
    return _line(plan_id, week, remark=f"{week.focus} ({days})")


def selection_line(plan_id: str, week: OverviewWeek, selection: WeekSelection) -> WeekLine:
    """A week as ``week_selection`` leaves it."""
    chosen = ", ".join(f"{choice.weekday[:3]} {choice.library_workout_id}" for choice in selection.choices)
    return _line(plan_id, week, hours_planned=selection.selected_hours, remark="; ".join([chosen, *selection.notes]))


def duration_line(plan_id: str, week: OverviewWeek, duration: WeekDuration) -> WeekLine:
    """A week as ``week_duration`` leaves it."""
    tss = sum(workout.tss for workout in duration.workouts)
    return _line(plan_id, week, hours_planned=duration.adjusted_hours, tss_planned=tss, remark=duration.statement)


def validation_line(plan_id: str, week: OverviewWeek, validated: ValidatedWeek) -> WeekLine:
    """A week as ``week_validation`` leaves it."""
    verdict = validated.validation
    return _line(
        plan_id,
        week,
        hours_planned=verdict.actual_hours,
        tss_planned=verdict.actual_tss,
        passed_before_fix=verdict.passed_before_fix,
        passed=verdict.passed,
        remark="; ".join([*verdict.errors, *verdict.warnings, *([verdict.fix_log] if verdict.fix_log else [])]),
        workouts=workouts_table(validated.workouts),
    )


def metrics_lines(facts: PlanFacts) -> list[WeekLine]:
    """The weeks of a plan as they were measured."""
    by_week: dict[int, list[WorkoutMetrics]] = {}
    for workout in facts.workouts:
        by_week.setdefault(workout.week, []).append(workout)
    return [_metrics_line(row, by_week.get(row.week, [])) for row in facts.weeks]


def workouts_table(workouts: Iterable[Workout | WorkoutMetrics]) -> str:
    """A week as a Markdown table, a workout a row with its minutes, TSS and intensity factor; empty for none."""
    rows = [
        {
            "day": workout.weekday,
            "workout": f"{workout.name} (optional)" if workout.optional else workout.name,
            "type": workout.type,
            "min": f"{workout.duration_min:g}",
            "TSS": f"{workout.tss:.0f}",
            "IF": f"{workout.intensity_factor:.2f}",
        }
        for workout in workouts
    ]
    return markdown_table(rows) if rows else ""


def _metrics_line(row: WeekMetrics, workouts: Iterable[WorkoutMetrics]) -> WeekLine:
    return WeekLine(
        plan_id=row.plan_id,
        week=row.week,
        phase=row.phase,
        hours_wanted=row.target_hours,
        tss_wanted=row.target_tss,
        hours_planned=row.final_hours,
        tss_planned=row.final_tss,
        passed_before_fix=row.passed_before_fix,
        passed=row.passed,
        remark=row.errors or "",
        workouts=workouts_table(workouts),
    )


@dataclass
class StageReport:
    """What a stage did in a run, over all its plans.

    ``asked`` are the cells of the run, as week numbers by plan; ``attempted`` are the plans it came to, in order.
    """

    stage: Stage
    asked: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    attempted: list[str] = field(default_factory=list)
    lines: list[WeekLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    records: dict[str, PlanRecord] = field(default_factory=dict)
    extra: Metadata = field(default_factory=dict)

    def note(self, plan_id: str, text: str) -> None:
        self.notes.append(f"{plan_id}: {text}")

    def beyond(self, request: PlanRequest, asked: Sequence[int]) -> None:
        """Say which of the asked weeks the plan does not have."""
        weeks = [str(number) for number in asked if number > request.total_weeks]
        if weeks:
            self.note(
                request.plan_id,
                f"has {request.total_weeks} weeks, so there is nothing to do for week {', '.join(weeks)}",
            )

    def record(self, record: PlanRecord) -> None:
        self.records[record.plan_id] = record
        self.reasons += [f"{record.plan_id}: {reason}" for reason in record.reasons]

    def metadata(self) -> Metadata:
        """What there is to say about the run, outcome first; every cell of it carries this beside what is its own."""
        found: Metadata = {}
        if len(self.records) == 1:
            found["status"] = MetadataValue.text(next(iter(self.records.values())).status.value)
        if self.reasons:
            found["reasons"] = MetadataValue.md(markdown_list(self.reasons))
        if self.stage is Stage.FINAL_PLAN and len(self.records) == 1:
            found |= load_metadata(self.lines)
        for record in self.records.values():
            if record.path:
                name = "plan" if len(self.records) == 1 else f"plan_{record.plan_id}"
                found[name] = MetadataValue.path(record.path)
        found |= self.extra
        if self.records:
            found["plan_table"] = MetadataValue.md(markdown_table(record_cells(r) for r in self.records.values()))
        if self.lines:
            found["week_table"] = MetadataValue.md(markdown_table(self._week_rows()))
        found |= rules_metadata(self.records.values())
        if self.notes:
            found["notes"] = MetadataValue.md(markdown_list(self.notes))
        return found | {"weeks": MetadataValue.int(len(self.lines)), **_totals(self.lines)}

    def _week_rows(self) -> list[dict[str, str]]:
        """Of a single plan without its name: Dagster only shows short tables, others behind a link."""
        rows = [line.cells() for line in self.lines]
        return [row | {"plan": ""} for row in rows] if len(self.attempted) == 1 else rows


def record_cells(record: PlanRecord) -> dict[str, str]:
    """How a generation ended, as table cells."""
    return {
        "plan": record.plan_id,
        "status": record.status,
        "arm": record.arm,
        "weeks passed": f"{record.weeks_passed} of {record.weeks}",
        "auto-fixed": str(record.weeks_auto_fixed),
        "hours wanted": f"{record.target_hours:.1f}",
        "hours planned": f"{record.final_hours:.1f}",
        "largest time error %": _number(record.max_abs_time_error_pct, ".1f"),
        "TSS week by week": sparkline(loads_of(record)),
        "plan.json": "replaced" if record.changed else "unchanged" if record.path else "none",
    }


def loads_of(record: PlanRecord) -> list[WeekLoad]:
    """The load of each week of a generation."""
    return [WeekLoad(week.final_tss, week.target_tss, week.passed) for week in record.week_summaries]


def load_metadata(lines: Sequence[WeekLine]) -> Metadata:
    """A plot of a plan's load, week by week; none where a week has none yet."""
    loads = [
        WeekLoad(line.tss_planned, line.tss_wanted, line.passed is not False) for line in lines if line.tss_planned
    ]
    return {"load": MetadataValue.md(load_plot(loads))} if loads and len(loads) == len(lines) else {}


def rules_metadata(records: Iterable[PlanRecord]) -> Metadata:
    """How many plan rules are broken, by what a breach does, and a table of them and of what notes report."""
    told = [(record.plan_id, result) for record in records for result in record.rule_results if result.message]
    if not told:
        return {}
    order = list(RuleSeverity)
    told.sort(key=lambda found: (found[1].passed, found[1].waived, order.index(found[1].severity)))
    return {
        "rule_errors": MetadataValue.int(sum(result.rejects for _, result in told)),
        "rule_warnings": MetadataValue.int(sum(result.warns for _, result in told)),
        "rules_waived": MetadataValue.int(sum(result.waived and not result.passed for _, result in told)),
        "rule_table": MetadataValue.md(markdown_table(_rule_cells(plan_id, result) for plan_id, result in told)),
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


def markdown_table(rows: Iterable[Mapping[str, str]]) -> str:
    """A Markdown table without the columns that are empty in every row; it says how many rows it leaves out."""
    listed = list(rows)
    headings = [name for name in (listed[0] if listed else ()) if any(row[name] for row in listed)]
    shown = ["| " + " | ".join(escaped(row[name]) for name in headings) + " |" for row in listed[:MAX_ROWS]]
    rest = [f"\n… and {len(listed) - MAX_ROWS} more rows"] if len(listed) > MAX_ROWS else []
    return "\n".join(["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings), *shown, *rest])


def markdown_list(items: Iterable[str]) -> str:
    """A Markdown list of texts as they stand; empty for no items."""
    return "\n".join(f"- {escaped(item)}" for item in items)


def _line(
    plan_id: str,
    week: OverviewWeek,
    *,
    hours_planned: float | None = None,
    tss_planned: float | None = None,
    passed_before_fix: bool | None = None,
    passed: bool | None = None,
    remark: str = "",
    workouts: str = "",
) -> WeekLine:
    return WeekLine(
        plan_id=plan_id,
        week=week.week_number,
        phase=week.phase,
        hours_wanted=week.target_hours,
        tss_wanted=week.target_tss,
        hours_planned=hours_planned,
        tss_planned=tss_planned,
        passed_before_fix=passed_before_fix,
        passed=passed,
        remark=remark,
        workouts=workouts,
    )


def _totals(lines: Sequence[WeekLine]) -> Metadata:
    if not lines:
        return {}
    found: Metadata = {
        "total_hours_wanted": MetadataValue.float(round(sum(line.hours_wanted for line in lines), 2)),
        "total_tss_wanted": MetadataValue.float(round(sum(line.tss_wanted for line in lines), 1)),
    }
    for name, digits in (("hours_planned", 2), ("tss_planned", 1)):
        values = [getattr(line, name) for line in lines]
        if None not in values:
            found[f"total_{name}"] = MetadataValue.float(round(float(sum(values)), digits))
    errors = [abs(line.time_error_pct) for line in lines if line.time_error_pct is not None]
    if errors:
        found["max_abs_time_error_pct"] = MetadataValue.float(max(errors))
        found["mean_abs_time_error_pct"] = MetadataValue.float(round(sum(errors) / len(errors), 3))
    for name in ("passed_before_fix", "passed"):
        verdicts = [getattr(line, name) for line in lines]
        if None not in verdicts:
            found[f"weeks_{name}"] = MetadataValue.int(sum(verdicts))
    return found


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def _yes(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def escaped(text: str) -> str:
    """Text that Markdown shows as it stands, in a cell of a table too: words from files make no link, image or HTML."""
    return _MARKDOWN.sub(r"\\\g<0>", " ".join(text.splitlines()))


_MARKDOWN = re.compile(r"[\\|*`<>\[\]&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?<=https):|(?<=http):|(?<=www)\.")
"""What means something to Markdown, but for what cannot within a word, such as the underscores of an id. The last three
keep what looks like an address from becoming a link."""
