"""``plan-pipeline sql``: one read-only query of the warehouse."""

from __future__ import annotations

from typing import Annotated

import typer

from plan_pipeline.cli.options import DataOption, JsonOption, load_settings


def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="SELECT…", help="The query; DuckDB's dialect.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the warehouse; `SHOW TABLES` lists what there is. With --json, an array with an object a row."""
    from plan_pipeline.cli import output, tables
    from plan_pipeline.cli.exits import InputError
    from plan_pipeline.storage.data_folder import DataFolder
    from plan_pipeline.storage.warehouse import refresh as warehouse

    frame = warehouse.query(DataFolder(load_settings(ctx, data=data).data), query)
    columns = [str(name) for name in frame.columns]
    if repeated := sorted({name for name in columns if columns.count(name) > 1}):
        raise InputError(f"the query gives two columns the name {', '.join(repeated)}; rename one with AS")
    rows = [tuple(map(output.plain, row)) for row in frame.itertuples(index=False, name=None)]
    if as_json:
        output.print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    console = output.stdout()
    console.print(tables.query_rows(columns, rows, console.width))
    console.print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}")
