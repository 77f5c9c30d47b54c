"""``plan-pipeline page``: a plan to look at in a browser."""

from pathlib import Path
from typing import Annotated

import typer

from plan_pipeline.cli.options import DataOption, data_folder


def page(
    ctx: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The plan's id.")],
    file: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write; pages/plans/PLAN.html unless given."),
    ] = None,
    data: DataOption = None,
) -> None:
    """Write the page of a published plan: one HTML file with its season, its calendar and every workout in it.

    It needs no network and no server. A page that would come out as it is, is left alone. Prints where it is.
    """
    from plan_pipeline.cli.plans import check_known
    from plan_pipeline.pages.plan_page import plan_page
    from plan_pipeline.services.pages.page_files import write_plan_page
    from plan_pipeline.services.plan_versions import published_plan
    from plan_pipeline.storage.data_folder import write_atomically
    from plan_pipeline.storage.plans.plan_store import PlanStore

    folder = data_folder(ctx, data)
    store = PlanStore(folder)
    check_known(store, [plan])
    published = published_plan(store, plan)
    if file is not None:
        write_atomically(file.absolute(), plan_page(published).encode())
        typer.echo(file)
        return
    typer.echo(write_plan_page(folder, published).path)
