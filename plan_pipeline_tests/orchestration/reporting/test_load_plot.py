"""A plan's load as one line of text and as a small picture."""

from __future__ import annotations

import base64
import io
import re
from collections import Counter

import matplotlib.image
import numpy as np
import pytest

from plan_pipeline.orchestration.reporting.load_plot import BLOCKS, WeekLoad, load_plot, sparkline

RED, BLUE = (209, 67, 67), (79, 67, 221)


def pixels(markdown: str) -> np.ndarray:
    """The picture in a Markdown image, as red, green and blue of each pixel."""
    found = re.fullmatch(r"!\[(?P<text>[^\]]*)\]\(data:image/png;base64,(?P<data>[^)]+)\)", markdown)
    assert found is not None
    picture = matplotlib.image.imread(io.BytesIO(base64.b64decode(found["data"])), format="png")
    return np.round(picture[:, :, :3] * 255).astype(int)


def colours(markdown: str) -> Counter[tuple[int, ...]]:
    return Counter(tuple(pixel) for row in pixels(markdown) for pixel in row.tolist())


def test_the_line_has_a_block_a_week_as_high_as_its_load() -> None:
    assert sparkline([WeekLoad(0, 0), WeekLoad(200, 200), WeekLoad(400, 400)]) == f"▁{BLOCKS[4]}█"


def test_no_weeks_are_no_line_and_no_picture() -> None:
    assert (sparkline([]), load_plot([])) == ("", "")


def test_weeks_without_load_are_drawn_too() -> None:
    assert sparkline([WeekLoad(0, 0)]) == "▁"
    assert pixels(load_plot([WeekLoad(0, 0)])).shape[2] == 3


def test_twice_the_load_is_twice_the_height() -> None:
    picture = pixels(load_plot([WeekLoad(200, 0), WeekLoad(400, 0)]))
    blue = (picture == BLUE).all(axis=2)
    first, second = blue[:, :13].any(axis=1).sum(), blue[:, 16:].any(axis=1).sum()
    assert first * 2 == pytest.approx(second, abs=4)


def test_a_week_that_failed_is_red() -> None:
    assert colours(load_plot([WeekLoad(300, 300)]))[RED] == 0
    assert colours(load_plot([WeekLoad(300, 300), WeekLoad(100, 300, passed=False)]))[RED] > 0


def test_the_picture_tells_its_numbers_to_who_cannot_see_it() -> None:
    assert load_plot([WeekLoad(312.4, 300), WeekLoad(280, 300)]).startswith("![TSS a week: 312, 280](")


def test_the_longest_plan_takes_less_than_a_kilobyte() -> None:
    weeks = [WeekLoad(300 + 17 * (week % 5), 310, week != 7) for week in range(24)]
    assert len(load_plot(weeks)) < 1000
