"""Asking the warehouse."""

from typing import Any, NamedTuple

from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.warehouse.queries import QueryError, query


class Answer(NamedTuple):
    """The rows of a query, with the names of their columns, each of which is another."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def ask(data: DataFolder, sql: str) -> Answer:
    """Run one read-only query of the warehouse.

    Raises ``QueryError`` also where two columns have one name, and ``WarehouseMissingError``.
    """
    frame = query(data, sql)
    columns = [str(name) for name in frame.columns]
    if repeated := sorted({name for name in columns if columns.count(name) > 1}):
        raise QueryError(f"the query gives two columns the name {', '.join(repeated)}; rename one with AS")
    return Answer(columns, list(frame.itertuples(index=False, name=None)))
