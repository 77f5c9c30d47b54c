"""What a query answers as plain values: every SQL type as JSON, CSV and tables can say it, with nothing lost.

Python's own types do not hold all that DuckDB's do: an interval's months, infinite dates, years before 1 and after
9999, nanoseconds, keys of maps that are lists. DuckDB writes those as text.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

Reading = Callable[[Any], Any]


class _Form(NamedTuple):
    """The SQL type in which values of a type are fetched, and what is made of each that is not null."""

    sql_type: str
    read: Reading | None = None


def fetch_plain(asked: DuckDBPyRelation) -> list[tuple[Any, ...]]:
    """The rows of a query: ``None``, truth values, numbers, text, and lists and dictionaries of these.

    Dates, times and instants are ISO 8601 where it has a form for them; a map is a dictionary by its keys' text.
    """
    forms = [_form(kind) for kind in asked.types]
    if any(form.sql_type != str(kind) for form, kind in zip(forms, asked.types, strict=True)):
        asked = asked.project(", ".join(f"#{place}::{form.sql_type}" for place, form in enumerate(forms, start=1)))
    rows = asked.fetchall()
    readings = [_unless_null(form.read) for form in forms]
    if not any(readings):
        return rows
    return [tuple(read(value) if read else value for read, value in zip(readings, row, strict=True)) for row in rows]


def _form(kind: Any) -> _Form:
    match kind.id:
        case "list":
            return _list(_form(kind.children[0][1]), "")
        case "array":
            (_, item), (_, size) = kind.children
            return _list(_form(item), str(size))
        case "map":
            value = _form(kind.children[1][1])
            return _Form(f"MAP(VARCHAR, {value.sql_type})", _each_value({}, value.read))
        case "struct":
            members = {name: _form(member) for name, member in kind.children}
            declared = ", ".join(f"{_identifier(name)} {form.sql_type}" for name, form in members.items())
            return _Form(f"STRUCT({declared})", _each_value({n: form.read for n, form in members.items()}))
        case "tuple":
            items = [_form(item) for _, item in kind.children]
            readings = [_unless_null(item.read) or _as_it_is for item in items]
            return _Form(
                f"TUPLE({', '.join(item.sql_type for item in items)})",
                lambda values: [read(value) for read, value in zip(readings, values, strict=True)],
            )
        case "union":
            tagged = ((name, _form(member)) for name, member in kind.children[1:])
            return _Form(f"UNION({', '.join(f'{_identifier(name)} {form.sql_type}' for name, form in tagged)})")
        case leaf if leaf in _AS_THEY_ARE:
            return _Form(str(kind))
        case leaf:
            return _LEAVES.get(leaf, _Form("VARCHAR"))


def _list(item: _Form, size: str) -> _Form:
    read = _unless_null(item.read)
    return _Form(f"{item.sql_type}[{size}]", (lambda values: [read(value) for value in values]) if read else None)


def _each_value(readings: dict[str, Reading | None], otherwise: Reading | None = None) -> Reading | None:
    """Reads the values of a dictionary, each as its key says; ``None`` where there is nothing to do."""
    by_key = {key: read for key, reading in readings.items() if (read := _unless_null(reading))}
    others = _unless_null(otherwise) or _as_it_is
    if not by_key and otherwise is None:
        return None
    return lambda values: {key: by_key.get(key, others)(value) for key, value in values.items()}


def _unless_null(read: Reading | None) -> Reading | None:
    return None if read is None else lambda value: None if value is None else read(value)


def _as_it_is(value: Any) -> Any:
    return value


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _instant(text: str) -> str:
    try:
        return dt.datetime.fromisoformat(text).isoformat()
    except ValueError:  # infinity, or a year that ISO 8601 has no form for
        return text


def _time_of_day(text: str) -> str:
    try:
        return dt.time.fromisoformat(text).isoformat()
    except ValueError:  # 24:00:00
        return text


def _whole_number(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:  # more digits than Python makes a number of
        return text


_WHOLE: Final = ("tinyint", "smallint", "integer", "bigint", "hugeint")
_AS_THEY_ARE: Final = frozenset(
    ("boolean", "double", "decimal", "varchar", "enum", *_WHOLE, *(f"u{name}" for name in _WHOLE))
)
_LEAVES: Final = {
    **dict.fromkeys(
        ("timestamp", "timestamp_s", "timestamp_ms", "timestamp with time zone"), _Form("VARCHAR", _instant)
    ),
    "timestamp_ns": _Form("VARCHAR", lambda text: text.replace(" ", "T", 1)),
    "time": _Form("VARCHAR", _time_of_day),
    "time with time zone": _Form("VARCHAR", _time_of_day),
    "float": _Form("VARCHAR", float),
    "bignum": _Form("VARCHAR", _whole_number),
    "variant": _Form("JSON", json.loads),
}
"""Types that are fetched as text; of those that are not here, the text of DuckDB is what is shown."""
