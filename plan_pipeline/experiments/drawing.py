"""How plots look and what they become: one style, one colour an arm, SVG for the page and PNG for Dagster's UI.

The same plot gives the same file every time. Matplotlib takes half a second to import, so it is imported late.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#1c2733"
MUTED: Final = "#5b6875"
LINE: Final = "#c9d1d8"
PAPER: Final = "#ffffff"

ARM_COLOURS: Final = {LEGACY: "#a34700", ADJUSTED: "#1a55c4", OPTIMAL: "#008060"}
"""From the orange, blue and green of Okabe and Ito (2008), darkened so that text in them reads on white too."""


def colour_of(arm: str) -> str:
    """An arm's colour; an arm of another package has that of the text."""
    return ARM_COLOURS.get(arm, INK)


WIDTH_IN: Final = 5.4
"""Inches: 520 CSS pixels, so that two plots lie side by side on a desk and one is still read on a phone."""

TEXT_PT: Final = 10.5
PNG_DPI: Final = 100
PNG_COLOURS: Final = 128
SVG_WITHOUT: Final = dict.fromkeys(("Creator", "Date", "Format", "Type"))
"""Metadata left out: a date would make every file another one."""

STYLE: Final[dict[Any, Any]] = {
    "axes.edgecolor": LINE,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": TEXT_PT,
    "axes.unicode_minus": True,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TEXT_PT,
    "hatch.color": LINE,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "plan_pipeline",
    "text.color": INK,
    "xtick.color": LINE,
    "xtick.labelcolor": MUTED,
    "ytick.color": LINE,
    "ytick.labelcolor": INK,
}
"""``svg.fonttype`` none keeps text as text. DejaVu Sans comes with Matplotlib, so the layout is the same everywhere;
it is wider than the fonts that browsers put in its place, so what fits in it fits in them."""


class Plot(NamedTuple):
    """A drawn figure with its ``title``, which says what is seen, and a sentence on how to read it."""

    name: str
    title: str
    reading: str
    figure: Figure

    def svg(self) -> str:
        """The plot as an ``<svg>`` element within a page, as large as its place, with what it shows in words.

        Its ids begin with ``name``, so that several plots have room on one page. Equal figures give equal text.
        """
        text = io.StringIO()
        with style():
            self.figure.savefig(text, format="svg", metadata=SVG_WITHOUT)
        svg = text.getvalue()
        svg = svg[svg.index("<svg") :].strip()
        svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{self.name}-", svg)
        svg = re.sub(r'(<svg [^>]*?)width="[\d.]+pt" height="[\d.]+pt"', r"\1", svg, count=1)
        return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(f"{self.title}. {self.reading}")}" ', 1)

    def png(self) -> bytes:
        """The plot as a small picture on white, for places that show no SVG."""
        from PIL import Image

        drawn, small = io.BytesIO(), io.BytesIO()
        with style():
            self.figure.savefig(drawn, format="png", dpi=PNG_DPI, facecolor=PAPER, metadata={"Software": None})
        picture = Image.open(drawn).convert("RGB").quantize(PNG_COLOURS, dither=Image.Dither.NONE)
        picture.save(small, format="PNG", optimize=True)
        return small.getvalue()


def style() -> AbstractContextManager[None]:
    """The house style, for as long as a figure is made or written."""
    import matplotlib

    return matplotlib.rc_context(STYLE)


@contextmanager
def new_figure(height_in: float) -> Iterator[Figure]:
    """An empty figure in the house style, ``WIDTH_IN`` wide, that leaves room for every label."""
    from matplotlib.figure import Figure

    with style():
        yield Figure(figsize=(WIDTH_IN, height_in), layout="constrained")


def quiet_grid(axes: Axes, axis: str) -> None:
    """Faint lines across one axis, beneath everything, and no ticks."""
    axes.grid(visible=True, axis=axis, color=LINE, linewidth=0.6)  # type: ignore[arg-type]
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
