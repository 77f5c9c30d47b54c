"""The comparison table of an experiment, for the terminal and as Markdown.

Belongs here: verdicts, table and checks laid out for a reader who has five seconds. Does not belong here: the words
and figures (see ``rendering``), plots and the page (see ``page``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from plan_pipeline.experiments.rendering import (
    Difference,
    ReportCheck,
    Row,
    alerts,
    checks,
    design,
    pairs_of,
    power_lines,
    rows,
    verdicts,
)
from plan_pipeline.experiments.model import ComparisonOutcome, ExperimentReport
from plan_pipeline.experiments.wording import NOTHING, interval_of

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

STYLES = {
    ComparisonOutcome.BETTER: "green",
    ComparisonOutcome.WORSE: "red",
    ComparisonOutcome.UNDECIDED: "dim",
    ComparisonOutcome.SAME: "dim",
}
MARKS = {
    ComparisonOutcome.BETTER: "▲",
    ComparisonOutcome.WORSE: "▼",
    ComparisonOutcome.UNDECIDED: "·",
    ComparisonOutcome.SAME: "=",
}

NO_BREAK = "\u00a0"
"""Between a number and its unit, which narrow columns would part."""

CELL_PADDING = 2
"""Columns beside the text of a cell."""


def comparison(report: ExperimentReport, width: int) -> RenderableType:
    """The report for a terminal ``width`` columns wide: verdicts, alerts, table, checks, what could be found.

    Where all pairs of arms do not fit beside the arms, each pair has a table of its own.
    """
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [Text(f"Experiment {report.experiment}", style="bold"), Text(design(report))]
    parts += [Text(""), *(_verdict_text(report)), *(Text(f"! {alert}", style="yellow") for alert in alerts(report))]
    parts += [*_tables(report, width), *([Text(note(report.confidence), style="dim")] if report.comparisons else [])]
    if checks(report):
        parts += [Text(""), *(_check_text(check) for check in checks(report))]
    lines = power_lines(report)
    if lines:
        parts += [Text(""), *(Text(line, style="dim") for line in lines)]
    return Group(*parts)


def note(confidence: float) -> str:
    """How to read a difference of the table."""
    better, worse, open_, same = (MARKS[outcome] for outcome in ComparisonOutcome)
    return (
        f"Differences are candidate minus baseline, with their {interval_of(confidence)}. {better} better and {worse} "
        f"worse are shown after correction for many comparisons, {open_} is not shown, {same} is the same."
    )


def markdown(report: ExperimentReport) -> str:
    """The report as Markdown: verdicts, alerts, table, checks, what could be found."""
    blocks = (
        (*_verdict_lines(report), *(f"- ⚠ {_escaped(alert)}" for alert in alerts(report))),
        tuple(_grid(report)),
        (note(report.confidence),) if report.comparisons else (),
        (
            *(f"- {'✓' if check.kept else '✗'} {_escaped(check.text)}" for check in checks(report)),
            *(f"- {_escaped(line)}" for line in power_lines(report)),
        ),
    )
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


def _verdict_lines(report: ExperimentReport) -> Iterator[str]:
    for verdict in verdicts(report):
        also = f"; {verdict.also}" if verdict.also else ""
        yield f"- {MARKS[verdict.outcome]} **{_escaped(verdict.sentence)}**{_escaped(also)}"


def _grid(report: ExperimentReport) -> Iterator[str]:
    headings = ["", *(str(arm.arm) for arm in report.arms), *map(str, pairs_of(report))]
    yield "| " + " | ".join(headings) + " |"
    yield "| --- |" + " ---: |" * len(report.arms) + " --- |" * len(pairs_of(report))
    blank = [""] * len(pairs_of(report))
    yield _line(["plans", *(f"{arm.plans:,}" for arm in report.arms), *blank])
    yield _line(["feasible weeks", *(f"{arm.weeks:,}" for arm in report.arms), *blank])
    for row in rows(report):
        values = (number.replace(" ", NO_BREAK) for number in row.values)
        yield _line([row.label, *values, *(_flat(each) for each in row.differences)])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(map(_escaped, cells)) + " |"


def _flat(difference: Difference) -> str:
    if difference.outcome is None:
        return NOTHING
    amount = difference.amount.replace(" ", NO_BREAK)
    interval = f" ({difference.interval})" if difference.interval else ""
    return f"{MARKS[difference.outcome]} {amount} {difference.word}{interval}"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it stands, within a cell too."""
    for character in "\\|*_`<>[]":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", " ")


def _verdict_text(report: ExperimentReport) -> Iterator[Text]:
    from rich.text import Text

    for verdict in verdicts(report):
        text = Text(f"{MARKS[verdict.outcome]} ", style=STYLES[verdict.outcome])
        text.append(verdict.sentence, style="bold not dim")
        if verdict.also:
            text.append(f"\n  {verdict.also}", style="default not dim")
        yield text


def _check_text(check: ReportCheck) -> Text:
    from rich.text import Text

    return Text("✓ " if check.kept else "✗ ", style="green" if check.kept else "red").append(
        check.text, style="default"
    )


def _tables(report: ExperimentReport, width: int) -> Iterator[Table]:
    """All pairs in one table, or one table a pair where that is wider than the terminal."""
    everything = rows(report)
    every_pair = tuple(range(len(pairs_of(report))))
    if len(every_pair) <= 1 or _width(report, everything) <= width:
        yield _table(report, everything, every_pair, tuple(range(len(report.arms))))
        return
    order = [arm.arm for arm in report.arms]
    for number, pair in enumerate(pairs_of(report)):
        yield _table(report, everything, (number,), tuple(order.index(arm) for arm in pair))


def _width(report: ExperimentReport, everything: Sequence[Row]) -> int:
    labels = max((len(row.label) for row in everything), default=0)
    arms = [max(len(arm.arm), *(len(row.values[i]) for row in everything)) for i, arm in enumerate(report.arms)]
    pairs = [
        max(len(str(pair)), *(len(part) for row in everything for part in _cell(row.differences[i]).split("\n")))
        for i, pair in enumerate(pairs_of(report))
    ]
    return labels + sum(arms) + sum(pairs) + CELL_PADDING * (len(arms) + len(pairs)) + 1


def _table(report: ExperimentReport, everything: Sequence[Row], pairs: Sequence[int], arms: Sequence[int]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("")
    for i in arms:
        table.add_column(str(report.arms[i].arm), justify="right", no_wrap=True)
    for i in pairs:
        table.add_column(str(pairs_of(report)[i]), no_wrap=True)
    blank = [""] * len(pairs)
    table.add_row("plans", *(f"{report.arms[i].plans:,}" for i in arms), *blank)
    table.add_row("feasible weeks", *(f"{report.arms[i].weeks:,}" for i in arms), *blank)
    for row in everything:
        cells = [
            Text(_cell(each), style=STYLES[each.outcome] if each.outcome else "")
            for each in (row.differences[i] for i in pairs)
        ]
        table.add_row(row.label, *(row.values[i] for i in arms), *cells)
    return table


def _cell(difference: Difference) -> str:
    """On two lines, so that three pairs of arms fit beside each other."""
    if difference.outcome is None:
        return NOTHING
    first = f"{MARKS[difference.outcome]} {difference.amount} {difference.word}"
    return f"{first}\n  {difference.interval}" if difference.interval else first
