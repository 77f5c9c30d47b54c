"""A report laid out for the terminal and as Markdown, for a reader who has five seconds."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from plan_pipeline.experiments.model import ComparisonOutcome, ExperimentReport, GuardrailOutcome
from plan_pipeline.experiments.model_words import MODELS_NOTE, MODELS_TITLE, cost_sentences, model_rows
from plan_pipeline.experiments.rendering import (
    Difference,
    PairVerdict,
    Row,
    alerts,
    checks,
    design,
    note,
    power_lines,
    rows,
    verdicts,
)

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

STYLES = {
    ComparisonOutcome.BETTER: "green",
    ComparisonOutcome.WORSE: "red",
    ComparisonOutcome.UNDECIDED: "dim",
    ComparisonOutcome.SAME: "dim",
    None: "",
}

CHECK_STYLES = {
    GuardrailOutcome.KEPT: "green",
    GuardrailOutcome.BROKEN: "red",
    GuardrailOutcome.NOT_SHOWN: "yellow",
}

NO_BREAK = "\u00a0"
"""Between a number and its unit, which narrow columns would part."""


def comparison(report: ExperimentReport, width: int) -> RenderableType:
    """The report for a terminal ``width`` columns wide: verdicts, alerts, table, checks, what could be found.

    Where all pairs of arms do not fit beside the arms, each pair has a table of its own.
    """
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [Text(f"Experiment {report.experiment}", style="bold"), Text(design(report) + "\n")]
    for verdict in verdicts(report):
        text = Text(f"{verdict.mark} ", style=STYLES[verdict.outcome]).append(verdict.sentence, style="bold not dim")
        parts.append(text.append(f"\n  {verdict.also}" if verdict.also else "", style="default not dim"))
    parts += [Text(f"! {alert}", style="yellow") for alert in alerts(report)]
    parts += _tables(report, width)
    parts += [Text(note(report), style="dim")] if report.comparisons else []
    if rows_of_models := model_rows(report):
        parts += [
            Text(MODELS_TITLE, style="bold"),
            _models_table(report, rows_of_models),
            Text(MODELS_NOTE, style="dim"),
        ]
        parts += [Text(f"  {sentence}") for sentence in cost_sentences(report)]
    if found := checks(report):
        parts.append(Text(""))
    for check in found:
        mark = Text(f"{check.mark} {check.word}: ", style=CHECK_STYLES[check.outcome])
        parts.append(mark.append(check.text, style="default"))
    if lines := power_lines(report):
        parts += [Text(""), *(Text(line, style="dim") for line in lines)]
    return Group(*parts)


def markdown(report: ExperimentReport) -> str:
    """The report as Markdown: verdicts, alerts, table, checks, what could be found."""
    headings = ["", *(str(arm.arm) for arm in report.arms), *map(str, report.pairs), "counted over"]
    blocks = (
        (*map(_bullet, verdicts(report)), *(f"- ⚠ {_escaped(alert)}" for alert in alerts(report))),
        (
            "| " + " | ".join(headings) + " |",
            "| --- |" + " ---: |" * len(report.arms) + " --- |" * (len(report.pairs) + 1),
            *map(_line, rows(report)),
        ),
        (note(report),) if report.comparisons else (),
        *_models_markdown(report),
        (
            *(f"- {check.mark} {check.word}: {_escaped(check.text)}" for check in checks(report)),
            *(f"- {_escaped(line)}" for line in power_lines(report)),
        ),
    )
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


def _models_markdown(report: ExperimentReport) -> Iterator[tuple[str, ...]]:
    found = model_rows(report)
    if not found:
        return
    yield (
        "| " + " | ".join([MODELS_TITLE, *map(_escaped, (use.arm for use in report.model_use)), "counted over"]) + " |",
        "| --- |" + " ---: |" * len(report.model_use) + " --- |",
        *map(_line, found),
    )
    yield (MODELS_NOTE,)
    yield tuple(f"- {_escaped(sentence)}" for sentence in cost_sentences(report))


def _models_table(report: ExperimentReport, found: Sequence[Row]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("")
    for use in report.model_use:
        table.add_column(use.arm, justify="right")
    for row in found:
        table.add_row(Text(row.label).append(f"\n  {row.over}", style="dim"), *row.values)
    return table


def _bullet(verdict: PairVerdict) -> str:
    also = _escaped(f"; {verdict.also}") if verdict.also else ""
    return f"- {verdict.mark} **{_escaped(verdict.sentence)}**{also}"


def _line(row: Row) -> str:
    cells = [row.label, *(number.replace(" ", NO_BREAK) for number in row.values)]
    for each in row.differences:
        text = each._replace(amount=each.amount.replace(" ", NO_BREAK)).text
        cells.append(f"{text} ({each.interval})" if each.interval else text)
    cells.append(row.over)
    return "| " + " | ".join(map(_escaped, cells)) + " |"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, within a cell too."""
    for character in "\\|*_`<>[]":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", " ")


def _tables(report: ExperimentReport, width: int) -> Iterator[Table]:
    """All pairs in one table, or one table a pair where that is wider than the terminal."""
    from rich.console import Console

    table = _table(report, range(len(report.arms)), range(len(report.pairs)))
    if len(report.pairs) <= 1 or Console(width=sys.maxsize).measure(table).maximum <= width:
        yield table
        return
    order = [arm.arm for arm in report.arms]
    for number, pair in enumerate(report.pairs):
        yield _table(report, [order.index(arm) for arm in pair], [number])


def _table(report: ExperimentReport, arms: Sequence[int], pairs: Sequence[int]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("")
    for i in arms:
        table.add_column(str(report.arms[i].arm), justify="right", no_wrap=True)
    for i in pairs:
        table.add_column(str(report.pairs[i]), no_wrap=True)
    for row in rows(report):
        cells = [Text(_cell(row.differences[i]), style=STYLES[row.differences[i].outcome]) for i in pairs]
        label = Text(row.label).append(f"\n  {row.over}", style="dim")
        table.add_row(label, *(row.values[i] for i in arms), *cells)
    return table


def _cell(difference: Difference) -> str:
    """On two lines, so that three pairs of arms fit beside each other."""
    return f"{difference.text}\n  {difference.interval}" if difference.interval else difference.text
