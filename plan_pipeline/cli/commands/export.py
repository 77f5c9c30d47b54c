"""``plan-pipeline export``: published plans in other programs' formats."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.cli.exits import InputError, finish
from plan_pipeline.cli.options import DataOption, data_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plan_pipeline.core.model.plan import Plan
    from plan_pipeline.formats import ExportedFile, Exporter
    from plan_pipeline.storage.plans.plan_store import PlanStore


def export(
    ctx: typer.Context,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="json, csv, ics, html; zwo, erg, mrc, fit or icu, a file a workout; or what a plug-in adds.",
        ),
    ],
    plan: Annotated[str | None, typer.Argument(metavar="PLAN", help="The id of a plan, or of an instance.")] = None,
    week: Annotated[int | None, typer.Option("--week", metavar="N", min=1, help="One week alone.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Folder to write to; stdout unless given.")
    ] = None,
    all_active: Annotated[
        bool,
        typer.Option(
            "--all-active",
            help="Plans that are not retired, and their instances that are not over, each in a folder of its own.",
        ),
    ] = False,
    data: DataOption = None,
) -> None:
    """Write published plans and instances, or one week of each, in a format that other programs read."""
    from plan_pipeline.core.registry import UnknownNameError
    from plan_pipeline.formats import EXPORTERS
    from plan_pipeline.storage.plans.plan_store import PlanStore

    try:
        exporter = EXPORTERS.get(form)
    except UnknownNameError as error:
        raise InputError(f"--format: {error}") from None
    if (plan is None) is not all_active:
        raise InputError("name one plan, or give --all-active for every one")
    store = PlanStore(data_folder(ctx, data))
    if plan is None:
        if folder is None:
            raise InputError("--output: is missing; name a folder for the plans of --all-active")
        finish(_export_all(store, exporter, week, folder))
    files = _files_of(_published(store, plan), exporter, week)
    if folder is None:
        _to_stdout(files, form)
    else:
        _write(files, folder)


def _export_all(store: PlanStore, exporter: Exporter, week: int | None, folder: Path) -> bool:
    """Whether every published plan was written; one that cannot be is told, and does not stop the others."""
    from plan_pipeline.formats import ExportError
    from plan_pipeline.services.instances.placed import placed_plan
    from plan_pipeline.storage.data_folder import StorageError
    from plan_pipeline.storage.plans.retirement import active_plan_ids

    written, unpublished, failed = 0, 0, 0
    for own_id in (name for plan_id in active_plan_ids(store) for name in (plan_id, *_instances_of(store, plan_id))):
        try:
            plan = placed_plan(store, own_id)
            if plan is None:
                unpublished += 1
                continue
            _write(_files_of(plan, exporter, week), folder / own_id, quiet=True)
            written += 1
        except (InputError, ExportError, StorageError) as error:
            typer.echo(f"{own_id}: {error}", err=True)
            failed += 1
    counts = (f"{written} plans written to {folder}", f"{unpublished} not published", f"{failed} not possible")
    typer.echo(", ".join(count for count in counts if not count.startswith("0 ")) or "there are no plans", err=True)
    return not failed


def _instances_of(store: PlanStore, plan_id: str) -> list[str]:
    """The instances of a plan that are planned or active; one that is damaged is told, with those beside it."""
    from plan_pipeline.storage.data_folder import StorageError
    from plan_pipeline.storage.instances import InstanceStore

    today = dt.datetime.now(dt.UTC).date()
    try:
        instances = InstanceStore(store.data).of_plan(plan_id)
    except StorageError as error:
        typer.echo(f"{plan_id}: {error}", err=True)
        return []
    return [each.instance_id for each in instances if not each.status_on(today).is_over]


def _published(store: PlanStore, plan_id: str) -> Plan:
    from plan_pipeline.cli.plans import check_known
    from plan_pipeline.services.instances.placed import placed_plan

    check_known(store, [plan_id], instances=True)
    found = placed_plan(store, plan_id)
    if found is None:
        raise InputError(f"{plan_id} is not published yet; `plan-pipeline show {plan_id}` says why")
    return found


def _files_of(plan: Plan, exporter: Exporter, week: int | None) -> Sequence[ExportedFile]:
    from plan_pipeline.cli.plans import week_of

    if week is not None:
        week_of(plan, week)
    return exporter(plan, week)


def _to_stdout(files: Sequence[ExportedFile], form: str) -> None:
    from plan_pipeline.cli import output

    if len(files) != 1:
        raise InputError(f"--output: is missing; {form} makes {len(files)} files, so name a folder for them")
    output.write(files[0].content)


def _write(files: Sequence[ExportedFile], folder: Path, *, quiet: bool = False) -> None:
    """Write files into a folder and nowhere else, whatever they are called."""
    from plan_pipeline.storage.data_folder import write_atomically

    for file in files:
        if Path(file.name).name != file.name or "\\" in file.name:
            raise InputError(f"{file.name!r} is no name of a file within a folder; repair the format that gives it")
        write_atomically(folder.absolute() / file.name, file.content, durable=False)
        if not quiet:
            typer.echo(f"written: {folder / file.name}", err=True)
