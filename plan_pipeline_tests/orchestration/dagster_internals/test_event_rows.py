"""Rows of the event log that are filled in, not written anew: Dagster reads from them what it would have written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg
import pytest
from dagster import MetadataValue
from dagster._core.definitions.events import AssetLineageInfo
from dagster._core.events import StepMaterializationData
from dagster._core.events.log import EventLogEntry
from dagster._serdes import deserialize_value
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.orchestration.dagster_internals.event_rows import Row, rows_of
from plan_pipeline.orchestration.partitions import cell_key

Metadata = dict[str, MetadataValue[Any]]

VALUES: st.SearchStrategy[MetadataValue[Any]] = st.one_of(
    st.floats().map(MetadataValue.float),
    st.integers().map(MetadataValue.int),
    st.booleans().map(MetadataValue.bool),
    st.text().map(MetadataValue.text),
    st.text().map(MetadataValue.md),
    st.sampled_from(["/data/plans/a/plan.json", "/ä ö/\"'"]).map(MetadataValue.path),
    st.dictionaries(st.text(), st.integers()).map(MetadataValue.json),
)
CELLS = st.lists(st.tuples(st.floats(0, 4e9), st.dictionaries(st.text(), VALUES, max_size=4)), min_size=2, max_size=5)


class Stock:
    """Dagster's own way to write an event, and how often it was taken."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._log: Any = instance.event_log_storage
        self.asked = 0

    def row(self, event: EventLogEntry) -> Row:
        self.asked += 1
        row: Row = self._log._event_to_row(event)
        return row

    def rows(self, events: Sequence[EventLogEntry]) -> list[Row]:
        return [self.row(event) for event in events]


def read(rows: Sequence[Row]) -> list[Row]:
    """Rows with what Dagster reads from their text, written out: a number that is none is not equal to itself."""
    return [{**row, "event": repr(deserialize_value(row["event"], EventLogEntry))} for row in rows]


@pytest.fixture(scope="module")
def ephemeral() -> dg.DagsterInstance:
    return dg.DagsterInstance.ephemeral()


@pytest.fixture
def stock(ephemeral: dg.DagsterInstance) -> Stock:
    return Stock(ephemeral)


def event(
    cell: dg.AssetMaterialization,
    timestamp: float = 1.25,
    run_id: str = "run",
    lineage: Sequence[AssetLineageInfo] = (),
    logging_tags: dict[str, str] | None = None,
) -> EventLogEntry:
    return EventLogEntry(  # type: ignore[no-untyped-call]
        error_info=None,
        level=20,
        user_message="",
        run_id=run_id,
        timestamp=timestamp,
        step_key="generate_in_bulk",
        job_name="regenerate_plans",
        dagster_event=dg.DagsterEvent(
            event_type_value=dg.DagsterEventType.ASSET_MATERIALIZATION.value,
            job_name="regenerate_plans",
            message=cell.description or "",
            event_specific_data=StepMaterializationData(cell, list(lineage)),
            step_key="generate_in_bulk",
            logging_tags=logging_tags,
        ),
    )


def cell(week: int = 1, asset: str = "week_metrics", **more: Any) -> dg.AssetMaterialization:
    return dg.AssetMaterialization(
        asset, partition=cell_key("plan-a", week), **({"metadata": {"hours_planned": 7.5}} | more)
    )


@given(cells=CELLS)
def test_whatever_the_metadata_and_the_time_dagster_reads_what_it_would_have_written(
    ephemeral: dg.DagsterInstance, cells: list[tuple[float, Metadata]]
) -> None:
    stock = Stock(ephemeral)
    events = [event(cell(week, metadata=found), at) for week, (at, found) in enumerate(cells, 1)]

    assert read(rows_of(events, stock.row)) == read(stock.rows(events))


def test_dagster_is_asked_about_the_first_of_a_kind_only(stock: Stock) -> None:
    events = [event(cell(week, asset)) for asset in ("week_metrics", "final_plan") for week in range(1, 25)]

    rows_of(events, stock.row)

    assert stock.asked == 2


def test_a_row_takes_at_most_four_fifths_of_dagsters_space(stock: Stock) -> None:
    hours = {name: MetadataValue.float(7.5) for name in ("hours_wanted", "hours_planned", "tss_wanted", "tss_planned")}
    events = [event(cell(week, metadata=hours)) for week in (1, 2)]

    ours, dagsters = (
        sum(len(row["event"]) for row in rows) for rows in (rows_of(events, stock.row), stock.rows(events))
    )

    assert ours < 0.8 * dagsters


@pytest.mark.parametrize(
    "other",
    [
        event(cell(2), run_id="another run"),
        event(cell(2, "final_plan")),
        event(cell(2, description="said of this cell")),
        event(cell(2, tags={"week": "2"})),
        event(cell(2), lineage=[AssetLineageInfo(dg.AssetKey("week_validation"), {"a"})]),
        event(cell(2), logging_tags={"pipeline": "regenerate_plans"}),
        event(dg.AssetMaterialization("week_metrics")),
        EventLogEntry(None, 20, "a message", "run", 1.0, None, None, None),  # type: ignore[no-untyped-call]
    ],
    ids=["run", "asset", "description", "tags", "lineage", "logging tags", "no partition", "no asset event"],
)
def test_an_event_that_differs_in_more_has_a_row_of_its_own(stock: Stock, other: EventLogEntry) -> None:
    events = [event(cell(1)), other, event(cell(3)), other]

    assert read(rows_of(events, stock.row)) == read(stock.rows(events))


def test_where_dagster_writes_something_unknown_it_writes_all_events(stock: Stock) -> None:
    def of_a_later_dagster(event: EventLogEntry) -> Row:
        return {**stock.row(event), "a_column_not_known_here": event.timestamp}

    events = [event(cell(week), timestamp=float(week)) for week in range(1, 4)]

    assert rows_of(events, of_a_later_dagster) == [of_a_later_dagster(each) for each in events]
