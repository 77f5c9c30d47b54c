"""The page of an experiment: one HTML file that needs nothing else, for people to read and machines to parse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING, Final

from plan_pipeline.experiments import model_words, rendering, wording
from plan_pipeline.experiments.drawing import ARM_COLOURS, INK, LINE, MUTED, PAPER
from plan_pipeline.experiments.model import ExperimentReport, Metric
from plan_pipeline.experiments.wording import NOTHING

if TYPE_CHECKING:
    from plan_pipeline.experiments.drawing import Plot

THEME: Final = {INK: "ink", MUTED: "muted", LINE: "line", PAPER: "paper"} | {
    colour: str(arm) for arm, colour in ARM_COLOURS.items()
}
"""Colours of the plots by the variable of the style sheet that has them, so that they follow light and dark."""


def page(report: ExperimentReport, plots: Iterable[Plot]) -> str:
    """The report as one HTML page, with its ``plots`` and its JSON in it.

    It asks for nothing over the network and runs no script. The same report and plots give the same page.
    """
    from markupsafe import Markup

    from plan_pipeline.pages.shell import environment, styles_of

    sentence = partial(_sentence, names={arm.arm for arm in report.arms})
    templates = environment(__package__, "")
    templates.filters |= {
        "moment": _moment,
        "sentence": sentence,
        "svg": lambda plot: Markup(_themed(plot.svg())),  # noqa: S704
        "count": lambda number: NOTHING if number is None else f"{number:,}",
    }
    return templates.get_template("page.html").render(
        report=report,
        css=styles_of("page.css", package=__package__, folder=""),
        script=None,
        design=sentence(rendering.design(report)).removesuffix("."),
        made=" to ".join(dict.fromkeys(map(_moment, (report.first_generation, report.last_generation)))),
        plots=tuple(plots),
        Metric=Metric,
        rendering=rendering,
        models=model_words,
        wording=wording,
        json=Markup(_json(report)),  # noqa: S704
    )


def _themed(svg: str) -> str:
    for colour, name in THEME.items():
        svg = svg.replace(colour, f"var(--{name})")
    return svg.replace("font-family: 'DejaVu Sans', sans-serif", "font-family: inherit")


def _json(report: ExperimentReport) -> str:
    """The report as JSON that cannot end the element around it."""
    text = report.model_dump_json()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _sentence(text: str, names: Collection[str]) -> str:
    """With a capital and a full stop; ``names`` of arms stay as they are written everywhere else."""
    first = text.split(" ", 1)[0].rstrip(",:")
    begun = text if first in names else text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "!", "?", NOTHING)) else f"{begun}."


def _moment(at: dt.datetime) -> str:
    """Day and minute; instants of the facts are UTC."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
