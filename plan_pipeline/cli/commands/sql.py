"""``plan-pipeline sql``: one read-only query of the warehouse."""

from typing import Annotated

import typer

from plan_pipeline.cli.options import DataOption, JsonOption, RowsFormat, RowsFormatOption, data_folder, rows_format

EXPLAINED = ("explain_key", "explain_value")
"""The columns of EXPLAIN, whose values are drawings."""


def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="SELECT…", help="The query; DuckDB's dialect.")],
    data: DataOption = None,
    as_json: JsonOption = False,
    form: RowsFormatOption = None,
) -> None:
    """Ask the warehouse; `SHOW TABLES` lists what there is. With --json, an array with an object a row."""
    from plan_pipeline.cli import output, rows
    from plan_pipeline.storage.warehouse.queries import ask

    wanted = rows_format(form, as_json=as_json)
    answer = ask(data_folder(ctx, data), query)
    if wanted is RowsFormat.JSON:
        rows.write_json(answer.records())
    elif wanted is RowsFormat.CSV:
        rows.write_csv(answer.columns, answer.rows)
    elif answer.columns == EXPLAINED:
        output.write_text(output.for_terminal(drawing) for drawing in answer["explain_value"])
    else:
        rows.write_table(answer.columns, answer.rows)
        output.write_text([f"{len(answer)} row{'' if len(answer) == 1 else 's'}\n"])
