"""Charts over the weeks of a plan: where bars, marks and lines lie. Templates draw them."""

import math
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from plan_pipeline.core.wording import number

WIDTH: Final = 480.0
HEIGHT: Final = 192.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 6.0, 8.0, 20.0
"""What is left free around the plot for labels, in the units of the drawing."""

FRAME: Final = {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "bottom": HEIGHT - BOTTOM}
"""Where the plot lies, for the template."""

BAR_SHARE: Final = 0.72
"""How much of a week's width a bar takes."""

MOST_WEEK_LABELS: Final = 12
GRID_LINES: Final = 5


class Bar(NamedTuple):
    """A bar, or a part of one that is stacked. ``css`` is the class that colours it."""

    x: str
    y: str
    width: str
    height: str
    css: str
    text: str


class Mark(NamedTuple):
    """A short line across a week's bar: what was wanted."""

    x1: str
    x2: str
    y: str
    css: str


class Line(NamedTuple):
    """A curve through points; ``dots`` are those to be marked, with words."""

    css: str
    points: str
    dots: tuple[tuple[str, str, str], ...] = ()


class Label(NamedTuple):
    place: str
    text: str


class Chart(NamedTuple):
    """A chart. ``summary`` says what it shows in a sentence, for those who do not see it."""

    chart_id: str
    title: str
    unit: str
    summary: str
    legend: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    lines: tuple[Line, ...] = ()
    grid: tuple[Label, ...] = ()
    weeks: tuple[Label, ...] = ()
    zero: str = ""


class Scale:
    """The places of ``weeks`` weeks and of values from ``lowest`` to ``highest`` in the drawing."""

    def __init__(self, weeks: int, highest: float, lowest: float = 0.0) -> None:
        self.weeks = weeks
        self.ticks = ticks(lowest, highest)
        self._low, self._high = self.ticks[0], self.ticks[-1]
        self._week = (WIDTH - LEFT - RIGHT) / weeks

    def x(self, week: float) -> float:
        """The left edge of a week, counted from 0."""
        return LEFT + week * self._week

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (value - self._low) / (self._high - self._low) * (HEIGHT - TOP - BOTTOM)

    def bar(self, week: int, value: float, css: str, text: str, base: float = 0.0) -> Bar:
        """The bar of a week, from ``base`` up by ``value``."""
        left, top, bottom = self.x(week + (1 - BAR_SHARE) / 2), self.y(base + value), self.y(base)
        return Bar(_at(left), _at(top), _at(self._week * BAR_SHARE), _at(bottom - top), css, text)

    def mark(self, week: int, value: float, css: str = "wanted") -> Mark:
        """What was wanted of a week."""
        inset = (1 - BAR_SHARE) / 4
        return Mark(_at(self.x(week + inset)), _at(self.x(week + 1 - inset)), _at(self.y(value)), css)

    def line(self, css: str, points: Iterable[tuple[float, float]]) -> Line:
        """A curve through (week, value)."""
        return Line(css, " ".join(f"{_at(self.x(week))},{_at(self.y(value))}" for week, value in points))

    def dotted(self, css: str, points: Sequence[tuple[float, float, str]]) -> Line:
        """A curve through (week, value, words), with a dot on each."""
        dots = tuple((_at(self.x(week)), _at(self.y(value)), text) for week, value, text in points)
        return Line(css, " ".join(f"{x},{y}" for x, y, _ in dots), dots)

    @property
    def grid(self) -> tuple[Label, ...]:
        return tuple(Label(_at(self.y(value)), _signed(value)) for value in self.ticks)

    @property
    def week_labels(self) -> tuple[Label, ...]:
        """The number of every week, or of every other one where there is no room for all."""
        every = math.ceil(self.weeks / MOST_WEEK_LABELS)
        return tuple(Label(_at(self.x(week + 0.5)), str(week + 1)) for week in range(0, self.weeks, every))


def ticks(lowest: float, highest: float) -> tuple[float, ...]:
    """Round values around two others, a handful of them: steps of 1, 2 or 5 times a power of ten."""
    spread = max(highest - lowest, 1e-9)
    rough = spread / GRID_LINES
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first, last = math.floor(lowest / step), max(math.ceil(highest / step), math.floor(lowest / step) + 1)
    return tuple(round(i * step, 9) for i in range(first, last + 1))


def _at(place: float) -> str:
    return number(place, 1)


def _signed(value: float) -> str:
    return number(value, 1).replace("-", "−")
