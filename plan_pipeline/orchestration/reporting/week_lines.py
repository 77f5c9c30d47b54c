"""A week of a plan after a stage: a line of a table, and the metadata of its cell.

The asset of a stage on weeks registers with ``week_line`` what it shows of what it makes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

from dagster import MetadataValue

from plan_pipeline.core.content.runs import as_read
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.plan import OverviewWeek, ValidatedWeek, WeekDuration, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline.orchestration.reporting.markdown import escaped, markdown_table

Metadata = dict[str, MetadataValue]

_NUMBERS = ("hours_wanted", "hours_planned", "time_error_pct", "tss_wanted", "tss_planned", "km_wanted", "km_planned")


@dataclass(frozen=True)
class WeekLine:
    """One week after a stage; ``None`` where the stage does not know yet.

    ``workouts`` is the week itself as a Markdown table, a workout a row; ``events`` are those of the week.
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
    km_wanted: float | None = None
    km_planned: float | None = None
    remark: str = ""
    workouts: str = ""
    events: tuple[Event, ...] = ()

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
            "hours planned": shown_number(self.hours_planned, ".2f"),
            "time error %": shown_number(self.time_error_pct, "+.1f"),
            "km wanted": shown_number(self.km_wanted, ".1f"),
            "km planned": shown_number(self.km_planned, ".1f"),
            "TSS wanted": f"{self.tss_wanted:.0f}",
            "TSS planned": shown_number(self.tss_planned, ".0f"),
            "passed before fix": _yes(self.passed_before_fix),
            "passed": _yes(self.passed),
            "event": _events_text(self.events),
            "remark": self.remark,
        }

    def metadata(self) -> Metadata:
        """The line as the metadata of its own cell, the verdict first, without the workouts."""
        verdict = {"passed": self.passed, "passed_before_fix": self.passed_before_fix}
        metadata: Metadata = {k: MetadataValue.bool(v) for k, v in verdict.items() if v is not None}
        if self.events:
            metadata["event"] = MetadataValue.text(_events_text(self.events))
        if self.remark:
            metadata["remark"] = MetadataValue.text(self.remark)
        known = {name: getattr(self, name) for name in _NUMBERS}
        return metadata | {k: MetadataValue.float(round(float(v), 4)) for k, v in known.items() if v is not None}

    def workouts_metadata(self) -> Metadata:
        """The week itself, where the stage knows it."""
        return {"workouts": MetadataValue.md(self.workouts)} if self.workouts else {}


def week_lines(made: Mapping[int, object], request: PlanRequest, weeks: Sequence[OverviewWeek]) -> list[WeekLine]:
    """What to show of weeks, by number, after the stage that made them; events in those that hold them."""
    lines = []
    for number, of_stage in made.items():
        measured = _measured(of_stage, request)
        line = week_line(measured, request.plan_id, weeks[number - 1])
        line = replace(line, km_planned=_covered_km(measured))
        if events := request.every_event_in(number):
            line = replace(line, events=events, workouts=_with_events(line.workouts, events))
        lines.append(line)
    return lines


def _measured(made: object, request: PlanRequest) -> object:
    """What a stage made, its workouts with the kilometres and paces of the request's athlete where they have some."""
    if not isinstance(made, WeekDuration | ValidatedWeek):
        return made
    return made.model_copy(update={"workouts": tuple(as_read(workout, request) for workout in made.workouts)})


def _covered_km(made: object) -> float | None:
    """Kilometres of the workouts that a stage made, as far as it makes any and they cover ground."""
    if not isinstance(made, WeekDuration | ValidatedWeek):
        return None
    known = [w.distance_km for w in made.workouts if not w.optional and w.distance_km is not None]
    return round(sum(known), 2) if known else None


@singledispatch
def week_line(made: object, plan_id: str, week: OverviewWeek) -> WeekLine:
    """What to show of a week after the stage that made ``made`` of it.

    Raises ``NotImplementedError`` for what no asset has registered.
    """
    raise NotImplementedError(f"no asset has registered a line for {type(made).__name__} with week_line")


def line_of(plan_id: str, week: OverviewWeek, **known: Any) -> WeekLine:
    """The line of a week with what its overview wants of it, and what else is known."""
    return WeekLine(
        plan_id=plan_id,
        week=week.week_number,
        phase=week.phase,
        hours_wanted=week.target_hours,
        tss_wanted=week.target_tss,
        km_wanted=week.target_km,
        **known,
    )


def workouts_table(workouts: Iterable[Workout]) -> str:
    """A week as a Markdown table, a workout a row with its minutes, TSS and intensity factor; empty for none."""
    rows = [
        {
            "day": workout.weekday,
            "workout": f"{workout.name} (optional)" if workout.optional else workout.name,
            "type": workout.type,
            "min": f"{round(workout.duration_min, 1):g}",
            "km": shown_number(workout.distance_km, ".1f"),
            "TSS": f"{workout.tss:.0f}",
            "IF": f"{workout.intensity_factor:.2f}",
        }
        for workout in workouts
    ]
    return markdown_table(rows) if rows else ""


def _with_events(workouts: str, events: Iterable[Event]) -> str:
    """The table of a week's workouts with a row for each event; empty where there is none of them yet."""
    if not workouts:
        return ""
    heading, line, *rows = workouts.splitlines()
    empty = [""] * (heading.count("|") - 4)
    cells = ((event.weekday, escaped(event.title), "event", *empty) for event in events)
    rows += [f"| {' | '.join(each)} |" for each in cells]
    return "\n".join((heading, line, *sorted(rows, key=lambda row: Weekday(row.split()[1]).position)))


def _events_text(events: Iterable[Event]) -> str:
    return "; ".join(f"{event.weekday} {event.date}: {event.title}" for event in events)


def totals(lines: Sequence[WeekLine]) -> Metadata:
    """The sums, errors and verdicts of some weeks, as far as all of them know."""
    if not lines:
        return {}
    metadata: Metadata = {
        "total_hours_wanted": MetadataValue.float(round(sum(line.hours_wanted for line in lines), 2)),
        "total_tss_wanted": MetadataValue.float(round(sum(line.tss_wanted for line in lines), 1)),
    }
    for name, digits in (("hours_planned", 2), ("tss_planned", 1)):
        values = [getattr(line, name) for line in lines]
        if None not in values:
            metadata[f"total_{name}"] = MetadataValue.float(round(float(sum(values)), digits))
    errors = [abs(line.time_error_pct) for line in lines if line.time_error_pct is not None]
    if errors:
        metadata["max_abs_time_error_pct"] = MetadataValue.float(max(errors))
        metadata["mean_abs_time_error_pct"] = MetadataValue.float(round(sum(errors) / len(errors), 3))
    for name in ("passed_before_fix", "passed"):
        verdicts = [getattr(line, name) for line in lines]
        if None not in verdicts:
            metadata[f"weeks_{name}"] = MetadataValue.int(sum(verdicts))
    return metadata


def shown_number(value: float | None, form: str) -> str:
    """A number in a cell of a table; empty where it is not known."""
    return "" if value is None else format(value, form)


def _yes(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"
