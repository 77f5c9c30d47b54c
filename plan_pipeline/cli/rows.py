"""Rows in the format that was asked for: a table for people, JSON or CSV for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from plan_pipeline.cli import output
from plan_pipeline.cli.text_table import table_lines
from plan_pipeline.formats.csv_text import csv_line

Row = Sequence[Any]

_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def write_json(records: Iterable[dict[str, Any]]) -> None:
    """An array with an object a row."""
    output.write_text(_array(records))


def write_csv(columns: Sequence[str], rows: Iterable[Row]) -> None:
    """A line of headings, then one a row; what is neither text nor a number is as in JSON."""
    output.write_text([csv_line(columns)])
    output.write_text(csv_line(map(_csv_value, row)) for row in rows)


def write_table(columns: Sequence[str], rows: Sequence[Row]) -> None:
    """A table as wide as the terminal at most, with nothing left out; in a pipe, a line a row however wide."""
    cells = [[_cell(value) for value in row] for row in rows]
    numeric = [any(_is_number(row[at]) for row in rows) for at in range(len(columns))]
    lines = table_lines([_one_line(name) for name in columns], cells, numeric, output.width_of_stdout())
    output.write_text(f"{line.rstrip()}\n" for line in lines)


def json_text(value: Any) -> str:
    """A plain value as JSON: a decimal with all its digits, and null for what is no number."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json_text(str(key))}: {json_text(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(json_text, value))}]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    return output.safe_json(_ENCODE(value)) if isinstance(value, str) else _ENCODE(value)


def _array(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    before = "["
    for record in records:
        yield before + json_text(record)
        before = ", "
    yield "]\n" if before == ", " else "[]\n"


def _csv_value(value: Any) -> Any:
    return json_text(value) if isinstance(value, bool | dict | list | tuple) else value


def _cell(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, float) and abs(value) < 1e6:
        return f"{value:.6g}"
    if isinstance(value, bool | dict | list | tuple):
        return _one_line(json_text(value))
    return _one_line(str(value))


def _one_line(text: str) -> str:
    return text if text.isprintable() else output.for_terminal(text.translate(_BREAKS))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


_BREAKS = {ord("\n"): "\\n", ord("\t"): "\\t", ord("\r"): "\\r", 0x2028: "\\u2028", 0x2029: "\\u2029"}
