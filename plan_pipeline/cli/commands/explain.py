"""``plan-pipeline explain``: why a week of a plan has its workouts."""

from typing import Annotated

import typer

from plan_pipeline.cli.options import DataOption, JsonOption, LibraryOption, load_settings


def explain(
    ctx: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The plan's id.")],
    week: Annotated[int, typer.Option("--week", metavar="N", min=1, help="The week, numbered from 1.")],
    day: Annotated[str | None, typer.Option("--day", metavar="DAY", help="One day of it, such as tuesday.")] = None,
    data: DataOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why a week of a plan has its workouts.

    What each day was for, what its workout was chosen over and by how many points, how it came to its length, and which
    rules touched the week. The week is planned again to say so; where that comes out otherwise, it is said first.
    """
    from plan_pipeline.cli import output
    from plan_pipeline.cli.explanation_text import explained
    from plan_pipeline.cli.plans import check_known, day_of, week_of
    from plan_pipeline.services.explanations import explain_published_week
    from plan_pipeline.services.plan_versions import published_plan
    from plan_pipeline.services.sources import in_force_by
    from plan_pipeline.storage.data_folder import DataFolder
    from plan_pipeline.storage.plans.plan_store import PlanStore

    settings = load_settings(ctx, data=data, library=library)
    store = PlanStore(DataFolder(settings.data))
    check_known(store, [plan])
    published = published_plan(store, plan)
    wanted = week_of(published, week)
    weekday = None if day is None else day_of(published, wanted, day)
    made_from = in_force_by(settings)(published.training_plan.sport)
    found = explain_published_week(store, published, wanted, *made_from)
    if weekday is not None:
        found = found.model_copy(update={"days": tuple(each for each in found.days if each.weekday is weekday)})
    if as_json:
        output.print_json(found)
        return
    console = output.stdout()
    for line in explained(found):
        console.print(line)
