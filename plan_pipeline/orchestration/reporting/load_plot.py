"""A plan's load, week by week, as a picture small enough to be stored with every cell, and as one line of text.

Drawn here, because a plotting library takes a second to load.
"""

from __future__ import annotations

import base64
import struct
import zlib
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
    picture = base64.b64encode(_png(_rows(weeks))).decode()
    text = ", ".join(f"{week.planned:.0f}" for week in weeks)
    return f"![TSS a week: {text}](data:image/png;base64,{picture})"


def _rows(weeks: Sequence[WeekLoad]) -> list[bytearray]:
    """The picture from top to bottom, a palette index a pixel."""
    width = GAP_PX + len(weeks) * (BAR_PX + GAP_PX)
    rows = [bytearray([_PAPER]) * width for _ in range(HEIGHT_PX)]
    largest = max(max(week.planned, week.wanted) for week in weeks) or 1.0
    for number, week in enumerate(weeks):
        columns = slice(left := GAP_PX + number * (BAR_PX + GAP_PX), left + BAR_PX)
        top = HEIGHT_PX - _pixels(week.planned / largest)
        for row in rows[top:]:
            row[columns] = bytes([_BAR if week.passed else _SHORT]) * BAR_PX
        line = max(0, HEIGHT_PX - _pixels(week.wanted / largest))
        for row in rows[line : line + MARK_PX]:
            row[columns] = bytes([_MARK]) * BAR_PX
    return rows


def _pixels(share: float) -> int:
    return max(MARK_PX, round(share * HEIGHT_PX))


def _png(rows: Sequence[bytes | bytearray]) -> bytes:
    """A PNG with a palette (PNG specification, 3rd edition, chunks IHDR, PLTE, IDAT and IEND)."""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    chunks = ((b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
