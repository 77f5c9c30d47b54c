"""``plan-pipeline schedule``: plans put on dates, moved to others, and taken off them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plan_pipeline.cli.exits import InputError, finish
from plan_pipeline.cli.options import DataOption, JsonOption, load_settings

if TYPE_CHECKING:
    from plan_pipeline.core.model.instance import PlanInstance
    from plan_pipeline.services.instances.scheduling import Scheduled
    from plan_pipeline.settings import Settings
    from plan_pipeline.storage.plans.plan_store import PlanStore

IN_WORDS = {
    "created": "put on dates",
    "moved": "moved",
    "cancelled": "cancelled",
    "reinstated": "put on dates again",
    "unchanged": "as it was",
}


def schedule(
    ctx: typer.Context,
    plan: Annotated[
        str | None,
        typer.Argument(
            metavar="PLAN",
            help="The id of a plan to put on dates, or of an instance to move or cancel.",
            show_default=False,
        ),
    ] = None,
    start: Annotated[
        dt.datetime | None,
        typer.Option("--start", metavar="DATE", formats=["%Y-%m-%d"], help="The Monday to begin on."),
    ] = None,
    athlete: Annotated[
        list[str] | None,
        typer.Option(
            "--athlete", metavar="ID", help="Whom it is for, once for each; the plan's own athlete unless given."
        ),
    ] = None,
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel the instance; calendars drop its entries.")] = False,
    listing: Annotated[
        bool, typer.Option("--list", help="List instances: all, those of a plan, or those of --athlete.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a published plan on dates, as an instance with an id of its own; move or cancel an instance.

    All that is dated in the plan moves along, and what that means for its event and time off is told. The same plan,
    start and athlete are the same instance. An instance that was cancelled is put on dates again with --start. It goes
    where a plan goes: `show`, `page` and `export` take its id. Exit code 1 also where the warehouse could not be
    brought up to date.
    """
    from plan_pipeline.cli.plans import check_known
    from plan_pipeline.storage.data_folder import DataFolder
    from plan_pipeline.storage.plans.plan_store import PlanStore

    _check_usage(plan, start, athlete or (), cancel=cancel, listing=listing)
    settings = load_settings(ctx, data=data)
    store, now = PlanStore(DataFolder(settings.data)), dt.datetime.now(dt.UTC)
    if plan is not None and not (listing and _has_instances(store, plan)):
        check_known(store, [plan], instances=True)
    if listing:
        finish(_list(store, plan, athlete or (), now.date(), as_json=as_json))
    assert plan is not None
    done = _done(store, plan, start and start.date(), athlete or (), now, settings)
    _report(done, now.date(), as_json=as_json)
    problem = _refreshed(settings, store) if any(each.done.value != "unchanged" for each in done) else ""
    if problem:
        from plan_pipeline.cli import output

        output.line(output.stderr(), problem)
    finish(not problem)


def _check_usage(
    plan: str | None, start: dt.datetime | None, athletes: Sequence[str], *, cancel: bool, listing: bool
) -> None:
    from plan_pipeline.core.model.instance import is_instance_id

    if listing and (start is not None or cancel):
        raise InputError(f"--list: changes nothing; leave {'--start' if start else '--cancel'} out")
    if listing:
        return
    if plan is None:
        raise InputError("PLAN: is missing; name a plan or an instance, or use --list for all that are on dates")
    if cancel and start is not None:
        raise InputError("--cancel: takes the instance off its dates, and --start puts it on others; leave one out")
    if cancel and not is_instance_id(plan):
        raise InputError(
            f"--cancel: {plan!r} is a plan, and instances are cancelled; `plan-pipeline schedule --list {plan}` lists "
            "those that it has"
        )
    if not cancel and start is None:
        raise InputError("--start: is missing; give the Monday to begin on, such as 2027-01-04")
    if athletes and is_instance_id(plan):
        raise InputError("--athlete: an instance keeps its athlete; put the plan on dates for another one")


def _has_instances(store: PlanStore, plan: str) -> bool:
    """Whether a plan has instances, which stay when its folder is gone."""
    from plan_pipeline.storage.instances import InstanceStore

    return plan in InstanceStore(store.data).plan_ids()


def _done(
    store: PlanStore, plan: str, start: dt.date | None, athletes: Sequence[str], now: dt.datetime, settings: Settings
) -> list[Scheduled]:
    from plan_pipeline.core.model.instance import is_instance_id
    from plan_pipeline.services.instances.scheduling import cancel_instance, move_instance, schedule_plan
    from plan_pipeline.services.sources import in_force_by

    in_force = in_force_by(settings)
    if start is None:
        return [cancel_instance(store, plan, in_force=in_force, now=now)]
    if is_instance_id(plan):
        return [move_instance(store, plan, start, in_force=in_force, now=now, with_page=settings.pages)]
    return schedule_plan(store, plan, start, athletes, in_force=in_force, now=now, with_page=settings.pages)


def _instances(store: PlanStore, plan: str | None, athletes: Sequence[str]) -> tuple[list[PlanInstance], list[str]]:
    """The instances of all plans, of one, or one itself, by the day they begin on; and what is wrong with others."""
    from plan_pipeline.core.model.instance import plan_of_instance
    from plan_pipeline.storage.data_folder import StorageError
    from plan_pipeline.storage.instances import InstanceStore

    instances, found, problems = InstanceStore(store.data), [], []
    for name in instances.ids():
        if plan not in (None, name, plan_of_instance(name)):
            continue
        try:
            each = instances.load(name)
        except StorageError as error:
            problems.append(str(error))
            continue
        if each is not None and (not athletes or each.athlete_id in athletes):
            found.append(each)
    return sorted(found, key=lambda each: (each.start_date, each.instance_id)), problems


def _list(store: PlanStore, plan: str | None, athletes: Sequence[str], today: dt.date, *, as_json: bool) -> bool:
    """Whether all instances could be read; one that is damaged is told, and does not stop the others."""
    from plan_pipeline.cli import output

    found, problems = _instances(store, plan, athletes)
    if as_json:
        for each in found:
            output.print_json(_for_programs(each, today))
    elif found:
        output.stdout().print(_table(found, today))
    elif not problems:
        output.line(output.stderr(), "no plan is on dates; `plan-pipeline schedule PLAN --start DATE` puts one on them")
    for problem in problems:
        output.line(output.stderr(), problem)
    return not problems


def _report(done: Sequence[Scheduled], today: dt.date, *, as_json: bool) -> None:
    from plan_pipeline.cli import output, tables

    if as_json:
        for each in done:
            output.print_json({**_for_programs(each.instance, today), "done": each.done.value})
        return
    console = output.stdout()
    for each in done:
        found = each.instance
        status = found.status_on(today)
        what = f"{IN_WORDS[each.done.value]}; {found.days}, {status}, for {tables.shown(found.athlete_id)}"
        output.line(console, f"{found.instance_id}: {what}")
        for remark in found.remarks:
            output.line(console, f"  - {remark}")


def _for_programs(instance: PlanInstance, today: dt.date) -> dict[str, Any]:
    return {
        **instance.model_dump(mode="json"),
        "end_date": instance.end_date.isoformat(),
        "status": instance.status_on(today).value,
        "remarks": list(instance.remarks),
    }


def _table(found: Iterable[PlanInstance], today: dt.date) -> Any:
    from plan_pipeline.cli import tables

    return tables.table_of(
        found,
        (tables.words("instance"), lambda each: each.instance_id),
        (tables.words("plan"), lambda each: each.plan_id),
        (tables.words("athlete"), lambda each: tables.shown(each.athlete_id)),
        (tables.words("from"), lambda each: str(each.start_date)),
        (tables.words("to"), lambda each: str(each.end_date)),
        (tables.words("status"), lambda each: each.status_on(today).value),
    )


def _refreshed(settings: Settings, store: PlanStore) -> str:
    """Bring board, start page and warehouse up to date; returns what kept the warehouse from it."""
    from plan_pipeline.orchestration.launch import dagster_instance, refresh_for_command

    with dagster_instance(store.data) as instance:
        return refresh_for_command(settings, instance)
