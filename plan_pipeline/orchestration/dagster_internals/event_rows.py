"""Rows of Dagster's event log for events that differ little, written once and filled in for each.

Dagster goes through every field of every event and writes 2.0 kB, which is half a page of SQLite. Leaving out of that
text what Dagster takes for granted when it reads it makes it 1.6 kB: without this module a whole bulk run of 2,100
weeks takes 1.2 times as much processor time and leaves 97 MB of events instead of 69 (six pairs, two cores).
"""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, cast

import dagster as dg
from dagster._core.events import StepMaterializationData  # what a materialization holds
from dagster._serdes import deserialize_value, serialize_value  # how Dagster reads and writes rows

Row = dict[str, Any]

_COMPACT: Final = (",", ":")
_NEEDED: Final = ("error_info", "metadata_entries")
"""Fields that Dagster wants to read although there is nothing in them; others it may do without."""

_OF_KIND: Final = ("run_id", "dagster_event_type", "step_key", "asset_key")

_PLAIN: Final[dict[type, tuple[str, str]]] = {
    dg.BoolMetadataValue: ("BoolMetadataEntryData", "value"),
    dg.FloatMetadataValue: ("FloatMetadataEntryData", "value"),
    dg.IntMetadataValue: ("IntMetadataEntryData", "value"),
    dg.MarkdownMetadataValue: ("MarkdownMetadataEntryData", "md_str"),
    dg.PathMetadataValue: ("PathMetadataEntryData", "path"),
    dg.TextMetadataValue: ("TextMetadataEntryData", "text"),
}
"""Kinds of metadata that are one plain value: what Dagster calls them in storage, and their field."""


def rows_of(events: Sequence[dg.EventLogEntry], stock_row: Callable[[dg.EventLogEntry], Row]) -> list[Row]:
    """Rows from which Dagster reads these events; ``stock_row`` is asked about the first of a kind and unusual ones.

    A kind whose first event would not be read as what it is, or would have another row, is left to ``stock_row``.
    """
    patterns: dict[tuple[object, ...], _Pattern | None] = {}
    rows = []
    for event in events:
        kind = _kind_of(event)
        if kind is not None and kind not in patterns:
            patterns[kind] = _pattern_of(event, stock_row(event))
        pattern = None if kind is None else patterns[kind]
        rows.append(stock_row(event) if pattern is None else pattern.row(event))
    return rows


class _Pattern(NamedTuple):
    """What the rows of one kind of event have in common; ``fields`` is the event as Dagster writes it."""

    row_of_kind: Row
    fields: dict[str, Any]

    def row(self, event: dg.EventLogEntry) -> Row:
        cell = event.get_dagster_event().step_materialization_data.materialization
        dagster_event = self.fields["dagster_event"]
        data = dagster_event["event_specific_data"]
        entries = [_entry(label, value) for label, value in cell.metadata.items()]
        materialization = {**data["materialization"], "partition": cell.partition, "metadata_entries": entries}
        if cell.tags:
            materialization["tags"] = dict(cell.tags)
        made = {**dagster_event, "event_specific_data": {**data, "materialization": materialization}}
        fields = {**self.fields, "dagster_event": made, "timestamp": event.timestamp}
        return {
            **self.row_of_kind,
            "event": json.dumps(fields, separators=_COMPACT),
            "partition": cell.partition,
            "timestamp": dt.datetime.fromtimestamp(event.timestamp, dt.UTC).replace(tzinfo=None),
        }


def _pattern_of(event: dg.EventLogEntry, stock: Row) -> _Pattern | None:
    """What an event and its stock row give; ``None`` where Dagster would not read the same from it."""
    pattern = _Pattern({name: stock[name] for name in _OF_KIND}, _without_empty(json.loads(stock["event"])))
    try:
        row = pattern.row(event)
    except KeyError:
        return None
    is_right = row == {**stock, "event": row["event"]} and deserialize_value(row["event"], dg.EventLogEntry) == event
    return pattern if is_right else None


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_empty(each) for name, each in value.items() if name in _NEEDED or each not in (None, [], {})
        }
    return [_without_empty(each) for each in value] if isinstance(value, list) else value


def _kind_of(event: dg.EventLogEntry) -> tuple[object, ...] | None:
    """What events have in common that differ in nothing but cell, time, tags and metadata; ``None`` for others."""
    made = event.dagster_event
    if made is None or not isinstance(made.event_specific_data, StepMaterializationData):
        return None
    cell, lineage = made.event_specific_data
    if lineage or cell.partition is None or made.logging_tags or event.error_info is not None:
        return None
    return (
        *event._replace(timestamp=0.0, dagster_event=None),
        *made._replace(event_specific_data=None, logging_tags=None),
        cell.asset_key,
        cell.description,
        bool(cell.tags),
    )


def _entry(label: str, value: dg.MetadataValue[Any]) -> dict[str, Any]:
    plain = _PLAIN.get(type(value))
    if plain is None:
        data = json.loads(serialize_value(cast("Any", value)))
    else:
        kind, field = plain
        data = {"__class__": kind, field: value.value}
    return {"__class__": "EventMetadataEntry", "entry_data": data, "label": label}
