"""``plan-pipeline plans``: which plans there are, what they are now, and finding some of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.cli.options import (
    ArmFilterOption,
    DataOption,
    JsonOption,
    RowsFormat,
    RowsFormatOption,
    load_settings,
    rows_format,
)

if TYPE_CHECKING:
    from plan_pipeline.services.plan_states import CurrentStatus


def plans(
    ctx: typer.Context,
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="TEXT",
            help="Text in what is said of a plan: id, status, athlete, goals, event, experiment, reasons.",
            show_default=False,
        ),
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            help="published, rejected, infeasible, error, never_made, damaged, rolled_back or retired; several with "
            "commas between.",
        ),
    ] = None,
    athlete: Annotated[str | None, typer.Option("--athlete", metavar="ID", help="Plans of one athlete.")] = None,
    arm: ArmFilterOption = None,
    goal: Annotated[
        str | None,
        typer.Option("--goal", metavar="TEXT", help="Text in the id of a plan's goal, or in the athlete's own words."),
    ] = None,
    stale: Annotated[
        bool, typer.Option("--stale", help="Plans that were last made or confirmed too long ago.")
    ] = False,
    since: Annotated[
        dt.datetime | None,
        typer.Option(
            "--since",
            metavar="DATE",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            help="Plans made, asked for, rolled back or retired on that day or later, UTC.",
        ),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    form: RowsFormatOption = None,
) -> None:
    """List plans and what they are now: those that need someone first, the worst of them at the top.

    Conditions are taken together. With --json, an object a plan on a line of its own.
    """
    from plan_pipeline.cli import output
    from plan_pipeline.services.plan_search import PlanSearch, find_plans, in_numbers
    from plan_pipeline.storage.data_folder import DataFolder
    from plan_pipeline.storage.plans.plan_store import PlanStore

    wanted = rows_format(form, as_json=as_json)
    statuses = [_status(name) for names in status or () for name in names.split(",")]
    settings = load_settings(ctx, data=data)
    search = PlanSearch(
        statuses=statuses,
        athlete=athlete,
        arm=arm,
        goal=goal,
        stale=stale,
        since=since and since.replace(tzinfo=dt.UTC),
        text=text,
    )
    oldest = dt.datetime.now(dt.UTC) - dt.timedelta(hours=settings.stale_after_hours)
    found = find_plans(PlanStore(DataFolder(settings.data)), search, oldest=oldest)
    if wanted is RowsFormat.JSON:
        for state in found:
            output.print_json(state)
        return
    from plan_pipeline.cli import plan_rows, rows

    if wanted is RowsFormat.CSV:
        rows.write_csv(*plan_rows.for_programs(found))
        return
    if found:
        rows.write_table(*plan_rows.for_people(found, output.width_of_stdout()))
    output.write_text([f"{in_numbers(found)}\n"])


def _status(name: str) -> CurrentStatus:
    """A status in any spelling."""
    from plan_pipeline.core.registry import squashed
    from plan_pipeline.services.plan_states import CurrentStatus

    for status in CurrentStatus:
        if squashed(name) == squashed(status.value):
            return status
    remedy = "use --stale" if squashed(name) == "stale" else f"there are {', '.join(CurrentStatus)}"
    raise typer.BadParameter(f"{name!r} is not the status of a plan; {remedy}", param_hint="--status")
