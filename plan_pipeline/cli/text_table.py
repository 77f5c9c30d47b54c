"""Tables of as many rows and columns as there are, in the width there is: nothing is ever left out.

What people read of a plan is in ``tables``; this lays out the rows of a query, whose columns nobody knows before.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len, chop_cells

Cells = Sequence[str]

GAP = "  "
LEAST_WIDTH_OF_TEXT, LONGEST_WORD = 16, 40
"""Text is folded down to the first, between words; a longer word than the second is no word that people read."""


def table_lines(names: Cells, rows: Sequence[Cells], numeric: Sequence[bool], width: int | None) -> Iterator[str]:
    """The lines of a table of at most ``width`` columns; where there is no width, a line a row.

    Text is folded where that suffices. Where it does not, the table lies on its side: a line a name, and beside each
    other as many rows as there is room for.
    """
    widths = [max(map(_width, column)) for column in zip(names, *rows, strict=True)]
    if width is not None and _total(widths) > width:
        least = [
            max(
                _least_width(name.replace("_", "_ "), figures=False),
                *(_least_width(cell, figures=figures) for cell in column),
                0,
            )
            for name, figures, *column in zip(names, numeric, *rows, strict=True)
        ]
        if _total(least) > width:
            return _on_its_side(names, rows, width)
        widths = _narrowed(widths, least, width)
    return _table(names, rows, widths, numeric)


def _table(names: Cells, rows: Sequence[Cells], widths: Sequence[int], numeric: Sequence[bool]) -> Iterator[str]:
    headings = (_fold_name(name, width) for name, width in zip(names, widths, strict=True))
    for line in zip_longest(*headings, fillvalue=""):
        yield _line(line, widths, numeric)
    yield " " + "─" * (_total(widths) - 1)
    for row in rows:
        parts = (_fold(cell, width) for cell, width in zip(row, widths, strict=True))
        for cells in zip_longest(*parts, fillvalue=""):
            yield _line(cells, widths, numeric)


def _on_its_side(names: Cells, rows: Sequence[Cells], width: int) -> Iterator[str]:
    """Blocks of rows, each with the names at its left; columns are at most half of ``width``, and folded beyond."""
    of_names = min(max(map(_width, names)), width // 2)
    room = width - _total([of_names])
    done = 0
    while done < max(len(rows), 1):
        widths: list[int] = []
        for number, row in enumerate(rows[done:], start=done + 1):
            wanted = min(max(map(_width, [f"row {number}", *row])), max(room - len(GAP), 1))
            if widths and _total([*widths, wanted]) > room:
                break
            widths.append(wanted)
        block = rows[done : done + len(widths)]
        headings = ["", *(f"row {number}" for number in range(done + 1, done + len(block) + 1))]
        turned = [[name, *(row[at] for row in block)] for at, name in enumerate(names)]
        if done:
            yield ""
        yield from _table(headings, turned, [of_names, *widths], [False] * len(headings))
        done += max(len(block), 1)


def _narrowed(widths: Sequence[int], least: Sequence[int], width: int) -> list[int]:
    """The widths made narrower, but not below ``least``, until the table fits: those that have most to give first."""
    fitting = [max(smallest, min(wanted, width)) for wanted, smallest in zip(widths, least, strict=True)]
    while _total(fitting) > width:
        giving = max(range(len(fitting)), key=lambda at: fitting[at] - least[at])
        fitting[giving] -= 1
    return fitting


def _least_width(cell: str, *, figures: bool) -> int:
    wanted = _width(cell)
    if figures or wanted <= LEAST_WIDTH_OF_TEXT:
        return wanted
    return max(LEAST_WIDTH_OF_TEXT, min(LONGEST_WORD, max(map(_width, cell.split()), default=0)))


def _total(widths: Sequence[int]) -> int:
    return 1 + sum(widths) + len(GAP) * (len(widths) - 1)


def _line(cells: Cells, widths: Sequence[int], numeric: Sequence[bool]) -> str:
    padded = (
        " " * (width - _width(cell)) + cell if right else cell + " " * (width - _width(cell))
        for cell, width, right in zip(cells, widths, numeric, strict=True)
    )
    return " " + GAP.join(padded)


def _fold(cell: str, width: int) -> Cells:
    if _width(cell) <= width:
        return [cell]
    if cell.isascii():
        return textwrap.wrap(cell, width, break_on_hyphens=False) or [""]
    return chop_cells(cell, width)


def _fold_name(name: str, width: int) -> Cells:
    """A name over several lines, each ending with an underscore where it has any."""
    lines = [""]
    for part in name.replace("_", "_\0").split("\0"):
        if _width(lines[-1] + part) <= width:
            lines[-1] += part
        else:
            lines += _fold(part, width)
    return lines if lines[0] else lines[1:]


def _width(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)
