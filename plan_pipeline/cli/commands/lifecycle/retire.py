"""``plan-pipeline retire``: plans leave Dagster's partitions and the nightly batch, or come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.cli.exits import InputError, finish
from plan_pipeline.cli.options import DataOption, JsonOption, load_settings

if TYPE_CHECKING:
    from plan_pipeline.services.retirement import Changed, PlanRegistry
    from plan_pipeline.storage.plans.plan_store import PlanStore

SHOWN = 5
"""Instances that a message names."""

IN_WORDS = {
    "retired": "retired",
    "restored": "brought back",
    "unchanged": "as it was",
    "busy": "skipped: a run is writing it, try again later",
    "on_dates": "kept: it has instances that are planned or active",
}


def retire(
    ctx: typer.Context,
    plans: Annotated[list[str] | None, typer.Argument(metavar="PLAN…", help="Ids of plans.")] = None,
    finished: Annotated[
        bool, typer.Option("--finished", help="Every plan that is over, instead of named ones.")
    ] = False,
    before: Annotated[
        dt.datetime | None,
        typer.Option(
            "--before",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="With --finished: plans whose last day is before it.  "
            "[default: PLAN_PIPELINE_RETIRE_AFTER_DAYS before today]",
            show_default=False,
        ),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Bring the named plans back.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be retired or brought back.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Retire plans: they leave Dagster's partitions and the nightly batch; their files and facts stay.

    A plan with instances that are planned or active stays. One that is generated again comes back by itself. Exit code
    1 if a plan stayed, for that or because a run was writing it, or the warehouse could not be brought up to date.
    """
    from plan_pipeline.cli.plans import check_known
    from plan_pipeline.services.retirement import Change
    from plan_pipeline.storage.data_folder import DataFolder
    from plan_pipeline.storage.plans.plan_store import PlanStore

    named = list(dict.fromkeys(plans or ()))
    _check_usage(named, finished=finished, before=before, undo=undo)
    settings = load_settings(ctx, data=data)
    store = PlanStore(DataFolder(settings.data))
    day = None
    if finished:
        today = dt.datetime.now(dt.UTC).date()
        day = before.date() if before else today - dt.timedelta(days=settings.retire_after_days)
    else:
        check_known(store, named, consequence=", so nothing was changed")
    if dry_run:
        changed = _foreseen(store, named, undo=undo, before=day)
        _report(store, changed, as_json=as_json, dry_run=True)
        finish(all(each.change not in (Change.BUSY, Change.ON_DATES) for each in changed))
    from plan_pipeline.cli import output
    from plan_pipeline.orchestration.launch import dagster_instance, refresh_for_command
    from plan_pipeline.orchestration.partitions import PartitionRegistry

    with dagster_instance(store.data) as instance:
        changed = _changed(store, PartitionRegistry(instance), named, undo=undo, before=day)
        _report(store, changed, as_json=as_json, dry_run=False)
        has_changed = any(each.change in (Change.RETIRED, Change.RESTORED) for each in changed)
        problem = refresh_for_command(settings, instance) if has_changed else ""
    if problem:
        output.line(output.stderr(), problem)
    finish(not problem and all(each.change not in (Change.BUSY, Change.ON_DATES) for each in changed))


def _check_usage(named: Sequence[str], *, finished: bool, before: dt.datetime | None, undo: bool) -> None:

    if finished and named:
        raise InputError(f"--finished: goes through all plans, and {named[0]!r} is named; leave one of them out")
    if finished and undo:
        raise InputError("--undo: brings back plans that are named; name them instead of --finished")
    if before is not None and not finished:
        raise InputError("--before: says which plans are finished; use it with --finished")
    if not finished and not named:
        raise InputError("PLAN: is missing; name the plans, or use --finished for all that are over")


def _foreseen(store: PlanStore, named: Sequence[str], *, undo: bool, before: dt.date | None) -> list[Changed]:
    """What would become of the named plans, or of those that ended before a day."""
    from plan_pipeline.services import retirement

    plans = named if before is None else retirement.plans_over(store, before=before)
    return retirement.foreseen(store, plans, undo=undo, today=dt.datetime.now(dt.UTC).date())


def _changed(
    store: PlanStore, registry: PlanRegistry, named: Sequence[str], *, undo: bool, before: dt.date | None
) -> list[Changed]:
    """What becomes of the named plans, or of those that ended before a day."""
    from plan_pipeline.services import retirement

    now = dt.datetime.now(dt.UTC)
    if before is not None:
        return retirement.retire_finished(store, registry, before=before, at=now)
    if undo:
        return retirement.restore_plans(store, registry, named, at=now)
    return retirement.retire_plans(store, registry, named, at=now)


def _report(store: PlanStore, changed: Sequence[Changed], *, as_json: bool, dry_run: bool) -> None:
    from plan_pipeline.cli import output, tables

    if as_json:
        for each in changed:
            last_day = each.last_day and each.last_day.isoformat()
            output.print_json({**each._asdict(), "last_day": last_day, "dry_run": dry_run})
        return
    if changed:
        output.stdout().print(
            tables.table_of(
                changed,
                (tables.words("plan"), lambda each: each.plan_id),
                (tables.words("last day"), lambda each: str(each.last_day or "–")),
                (tables.words("now"), lambda each: IN_WORDS[each.change.value]),
            )
        )
    else:
        output.line(output.stderr(), "no plan is over; nothing to retire")
    for each in changed:
        if each.change.value == "on_dates":
            output.line(output.stderr(), _why_it_stays(store, each.plan_id))
    if dry_run and changed:
        output.line(output.stderr(), "nothing was changed; leave --dry-run out to do it")


def _why_it_stays(store: PlanStore, plan_id: str) -> str:
    from plan_pipeline.core.wording import counted
    from plan_pipeline.services.retirement import instances_on_dates

    found = [each.instance_id for each in instances_on_dates(store, plan_id, dt.datetime.now(dt.UTC).date())]
    shown = ", ".join(found[:SHOWN]) + (f" and {len(found) - SHOWN} more" if len(found) > SHOWN else "")
    return (
        f"{plan_id} has {counted(len(found), 'instance')} on dates, {shown}; cancel them with `plan-pipeline schedule "
        "INSTANCE --cancel`, or retire it when they are over"
    )
