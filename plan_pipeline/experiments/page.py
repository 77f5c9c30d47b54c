"""The page of an experiment: one HTML file that needs nothing else, for people to read and machines to parse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

from plan_pipeline.experiments.drawing import ARM_COLOURS, INK, LINE, MUTED, PAPER
from plan_pipeline.experiments.model import ExperimentReport, Metric
from plan_pipeline.experiments.rendering import MARKS, alerts, checks, design, note, rows, verdicts
from plan_pipeline.experiments.wording import NOTHING, WORDINGS, amount, cause, difference, hours, p_value, value

if TYPE_CHECKING:
    from plan_pipeline.experiments.drawing import Plot
    from plan_pipeline.experiments.measures import Measures

THEME: Final = {INK: "ink", MUTED: "muted", LINE: "line", PAPER: "paper"} | {
    colour: str(arm) for arm, colour in ARM_COLOURS.items()
}
"""Colours of the plots by the variable of the style sheet that has them, so that they follow light and dark."""


class _Details(NamedTuple):
    """A table behind a fold. The first ``words`` columns are words, the others numbers."""

    title: str
    headings: Sequence[str]
    words: int
    rows: Sequence[Sequence[str]]
    note: str = ""


def page(report: ExperimentReport, measures: Measures) -> str:
    """The report as one HTML page, with the plots of ``measures`` and the JSON of the report in it.

    It asks for nothing over the network and runs no script. The same report and measures give the same page.
    """
    from plan_pipeline.experiments.plots import plots

    return render(report, plots(report, measures.weeks))


def render(report: ExperimentReport, plots: Iterable[Plot]) -> str:
    """The page with plots that were drawn already."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    here = resources.files(__package__)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    sentence = partial(_sentence, names={arm.arm for arm in report.arms})
    environment.filters |= {"moment": _moment, "sentence": sentence, "svg": lambda plot: Markup(_themed(plot.svg()))}  # noqa: S704
    template = environment.from_string(here.joinpath("page.html").read_text(encoding="utf-8"))
    return template.render(
        report=report,
        css=Markup(here.joinpath("page.css").read_text(encoding="utf-8")),  # noqa: S704
        design=sentence(design(report)).removesuffix("."),
        made=" to ".join(dict.fromkeys(map(_moment, (report.first_generation, report.last_generation)))),
        alerts=alerts(report),
        verdicts=verdicts(report),
        marks=MARKS,
        rows=rows(report),
        note=note(report),
        plots=tuple(plots),
        checks=checks(report),
        details=[table for table in _details(report) if table.rows],
        json=Markup(_json(report)),  # noqa: S704
    )


def _themed(svg: str) -> str:
    """A plot whose colours and font are those of the page."""
    for colour, name in THEME.items():
        svg = svg.replace(colour, f"var(--{name})")
    return svg.replace("font-family: 'DejaVu Sans', sans-serif", "font-family: inherit")


def _json(report: ExperimentReport) -> str:
    """The report as JSON that cannot end the element around it."""
    text = report.model_dump_json()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _details(report: ExperimentReport) -> Iterator[_Details]:
    yield _Details(
        "Every comparison, with its test and its power",
        ("metric", "comparison", "test", "difference", "p", "p corrected", "plans", "80 % power finds", "plans needed"),
        3,
        [
            (
                WORDINGS[each.metric].label,
                f"{each.candidate} against {each.baseline}",
                each.test,
                difference(each.metric, each.difference),
                p_value(each.p_value),
                p_value(each.p_adjusted),
                f"{each.plans:,}",
                amount(each.metric, each.minimum_detectable_effect),
                NOTHING if each.plans_needed is None else f"{each.plans_needed:,}",
            )
            for each in report.comparisons
        ],
        "The interval and p are of the comparison alone, p corrected is Holm's over the comparisons in which any plan "
        "differs, and decides what is shown. The last two columns are the least difference that these plans would find "
        "with 80 % power, and how many plans an arm, or pairs of plans, would find the difference seen.",
    )
    endings = {
        "plans": "plans",
        "published": "plans_published",
        "rejected": "plans_rejected",
        "infeasible": "plans_infeasible",
        "error": "plans_error",
        "infeasible weeks": "infeasible_weeks",
    }
    yield _Details(
        "How the plans ended",
        ("arm", *endings),
        1,
        [(str(arm.arm), *(f"{getattr(arm, field):,}" for field in endings.values())) for arm in report.arms],
    )
    yield _Details(
        "Why weeks failed",
        ("cause", "arm", "weeks"),
        2,
        [(cause(each.cause), str(each.arm), f"{each.weeks:,}") for each in report.failures],
        "A week with several causes counts under each.",
    )
    yield _Details(
        "By hours and training days",
        ("hours a week", "training days", "arm", "weeks", "pass before the fix", "mean time error"),
        3,
        [
            (
                hours(each.hours_band),
                str(each.training_days),
                str(each.arm),
                f"{each.weeks:,}",
                value(Metric.PASS_RATE_BEFORE_FIX, each.pass_rate_before_fix),
                value(Metric.MEAN_ABS_TIME_ERROR_PCT, each.mean_abs_time_error_pct),
            )
            for each in report.strata
        ],
    )


def _sentence(text: str, names: Collection[str]) -> str:
    """With a capital and a full stop; ``names`` of arms stay as they are written everywhere else."""
    first = text.split(" ", 1)[0].rstrip(",:")
    begun = text if first in names else text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "!", "?", NOTHING)) else f"{begun}."


def _moment(at: dt.datetime) -> str:
    """Day and minute; instants of the facts are UTC."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
