"""``plan-pipeline versions``: what was published of a plan, and when."""

from typing import Annotated

import typer

from plan_pipeline.cli.options import DataOption, JsonOption, data_folder


def versions(
    ctx: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The plan's id.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the versions of a plan that are kept, newest first, and what each of them changed."""
    from plan_pipeline.cli import output
    from plan_pipeline.cli.plan_tables import versions_table
    from plan_pipeline.cli.plans import check_known
    from plan_pipeline.services.plan_versions import kept_versions
    from plan_pipeline.storage.plans.plan_store import PlanStore

    store = PlanStore(data_folder(ctx, data))
    check_known(store, [plan])
    kept = kept_versions(store, plan)
    if as_json:
        output.print_json(kept)
        return
    console = output.stdout()
    console.print(versions_table(kept, console.width))
    for problem in filter(None, (kept.problem, *(version.problem for version in kept.versions))):
        output.line(output.stderr(), problem)
