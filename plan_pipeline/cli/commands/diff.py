"""``plan-pipeline diff``: what changed from one version of a plan to another."""

from pathlib import Path
from typing import Annotated

import typer

from plan_pipeline.cli.options import DataOption, JsonOption, data_folder


def diff(
    ctx: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The plan's id.")],
    before: Annotated[
        str | None,
        typer.Argument(metavar="A", help="A version, by its generation's id or how that begins.", show_default=False),
    ] = None,
    after: Annotated[
        str | None,
        typer.Argument(metavar="B", help="The version to compare it with.", show_default=False),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page of it, with the workouts side by side."),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what changed from version A of a plan to version B: weeks, workouts, and what was asked for.

    Without B it is the published plan; without A the version before that, or the one that was rolled back.
    `plan-pipeline versions PLAN` lists them.
    """
    from plan_pipeline.cli import output
    from plan_pipeline.cli.plan_tables import version_pair
    from plan_pipeline.cli.plans import check_known
    from plan_pipeline.services.plan_versions import compare_versions
    from plan_pipeline.storage.plans.plan_store import PlanStore

    store = PlanStore(data_folder(ctx, data))
    check_known(store, [plan])
    names = [name for name in (before, after) if name is not None]
    if page is not None:
        from plan_pipeline.pages.comparison_page import comparison_page
        from plan_pipeline.services.plan_versions import plans_to_compare
        from plan_pipeline.storage.data_folder import write_atomically

        write_atomically(page.absolute(), comparison_page(*plans_to_compare(store, plan, names)).encode())
        typer.echo(f"the comparison is in {page}", err=True)
    pair = compare_versions(store, plan, names)
    if as_json:
        found = pair.difference
        summary = {"changed": not found.same_content, "summary": found.summary}
        versions = {"plan_id": pair.plan_id, "before": pair.before, "after": pair.after}
        output.print_json({**versions, **summary, **dict(found)})
        return
    console = output.stdout()
    for line in version_pair(pair):
        output.line(console, line)
