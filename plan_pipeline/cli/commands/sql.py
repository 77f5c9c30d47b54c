"""``plan-pipeline sql``: one read-only query of the warehouse."""

from typing import Annotated

import typer

from plan_pipeline.cli.options import DataOption, JsonOption, data_folder


def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="SELECT…", help="The query; DuckDB's dialect.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the warehouse; `SHOW TABLES` lists what there is. With --json, an array with an object a row."""
    from plan_pipeline.cli import output, tables
    from plan_pipeline.services.queries import ask

    columns, values = ask(data_folder(ctx, data), query)
    rows = [tuple(map(output.plain, row)) for row in values]
    if as_json:
        output.print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    console = output.stdout()
    console.print(tables.query_rows(columns, rows, console.width))
    console.print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}")
