"""A plan's load, week by week, as a picture small enough to be stored with every cell, and as one line of text.

Drawn bar by bar with Pillow, because a plotting library takes a second to load.
"""

import base64
import io
from collections.abc import Sequence
from typing import Final, NamedTuple

BLOCKS: Final = "▁▂▃▄▅▆▇█"

BAR_PX, GAP_PX, HEIGHT_PX = 10, 3, 56
"""24 weeks make a picture of 309 × 56 pixels in about 400 bytes."""

MARK_PX: Final = 2
"""How thick the line is that marks what was wanted."""

_PAPER, _BAR, _SHORT, _MARK = range(4)
_PALETTE: Final = bytes((255, 255, 255, 79, 67, 221, 209, 67, 67, 35, 31, 27))
"""Paper, bar, bar of a week that failed, mark; red, green and blue of each."""


class WeekLoad(NamedTuple):
    """The TSS a week has and was to have, and whether it passed."""

    planned: float
    wanted: float
    passed: bool = True


def sparkline(weeks: Sequence[WeekLoad]) -> str:
    """One block a week, as high as its load is compared with the largest; empty for no weeks."""
    largest = max((week.planned for week in weeks), default=0.0)
    steps = len(BLOCKS) - 1
    return "".join(BLOCKS[round(steps * week.planned / largest) if largest else 0] for week in weeks)


def load_plot(weeks: Sequence[WeekLoad]) -> str:
    """A Markdown image: a bar a week, red for one that failed, and a line where the load was to be. Empty for none."""
    if not weeks:
        return ""
    picture = base64.b64encode(_png(weeks)).decode()
    text = ", ".join(f"{week.planned:.0f}" for week in weeks)
    return f"![TSS a week: {text}](data:image/png;base64,{picture})"


def _png(weeks: Sequence[WeekLoad]) -> bytes:
    from PIL import Image

    picture = Image.new("P", (GAP_PX + len(weeks) * (BAR_PX + GAP_PX), HEIGHT_PX), _PAPER)
    picture.putpalette(_PALETTE)
    largest = max(max(week.planned, week.wanted) for week in weeks) or 1.0
    for number, week in enumerate(weeks):
        left = GAP_PX + number * (BAR_PX + GAP_PX)
        bar_top, mark_top = (HEIGHT_PX - _pixels(load / largest) for load in (week.planned, week.wanted))
        picture.paste(_BAR if week.passed else _SHORT, (left, bar_top, left + BAR_PX, HEIGHT_PX))
        picture.paste(_MARK, (left, mark_top, left + BAR_PX, mark_top + MARK_PX))
    png = io.BytesIO()
    picture.save(png, "PNG", optimize=True)
    return png.getvalue()


def _pixels(share: float) -> int:
    return max(MARK_PX, round(share * HEIGHT_PX))
