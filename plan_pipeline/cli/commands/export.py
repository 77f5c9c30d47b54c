"""``plan-pipeline export``: a published plan in another format."""

from pathlib import Path
from typing import Annotated

import typer

from plan_pipeline.cli.exits import InputError
from plan_pipeline.cli.options import DataOption, data_folder


def export(
    ctx: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The plan's id.")],
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="json, csv, html, or what a plug-in adds.")],
    week: Annotated[int | None, typer.Option("--week", metavar="N", min=1, help="One week alone.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Folder to write to; stdout unless given.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Write a published plan, or one week of it, in a format that other programs read."""
    from plan_pipeline.cli import output
    from plan_pipeline.cli.plans import check_known, week_of
    from plan_pipeline.core.registry import UnknownNameError
    from plan_pipeline.formats import EXPORTERS
    from plan_pipeline.storage.data_folder import write_atomically
    from plan_pipeline.storage.plans.plan_store import PlanStore

    try:
        exporter = EXPORTERS.get(form)
    except UnknownNameError as error:
        raise InputError(f"--format: {error}") from None
    store = PlanStore(data_folder(ctx, data))
    check_known(store, [plan])
    found = store.load_plan(plan)
    if found is None:
        raise InputError(f"{plan} is not published yet; `plan-pipeline show {plan}` says why")
    if week is not None:
        week_of(found, week)
    files = exporter(found, week)
    if folder is None:
        if len(files) != 1:
            raise InputError(f"--output: is missing; {form} makes {len(files)} files, so name a folder for them")
        output.write(files[0].content)
        return
    for file in files:
        write_atomically(folder.absolute() / file.name, file.content)
        typer.echo(f"written: {folder / file.name}", err=True)
