"""``plan-pipeline page``: plans to look at in a browser."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.cli.exits import InputError
from plan_pipeline.cli.options import DataOption, LibraryOption, load_settings

if TYPE_CHECKING:
    from plan_pipeline.settings import Settings
    from plan_pipeline.storage.plans.plan_store import PlanStore


def page(
    ctx: typer.Context,
    plan: Annotated[
        str | None, typer.Argument(metavar="PLAN", help="The id of a plan, or of an instance.", show_default=False)
    ] = None,
    all_active: Annotated[
        bool,
        typer.Option(
            "--all-active",
            help="All plans that are not retired and their instances, the library, and a page to find them.",
        ),
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write; pages/plans/PLAN.html unless given."),
    ] = None,
    data: DataOption = None,
    library: LibraryOption = None,
) -> None:
    """Write the page of a published plan or an instance: one HTML file with its season, its calendar and every workout.

    Pages need no network and no server, and lie in the data folder below pages/. One that would come out as it is, is
    left alone. Prints where the page is, with --all-active the page that lists all plans. PLAN_PIPELINE_PAGES=true has
    every plan get its page when it is published.
    """
    from plan_pipeline.storage.data_folder import DataFolder
    from plan_pipeline.storage.plans.plan_store import PlanStore

    if (plan is None) != all_active:
        raise InputError("give the id of a plan, or --all-active" + (" and no id" if all_active else ""))
    settings = load_settings(ctx, data=data, library=library)
    store = PlanStore(DataFolder(settings.data))
    if plan is None:
        if file is not None:
            raise InputError("--output: is for the page of one plan; the pages of all lie below pages/")
        _write_all(store, settings)
    else:
        _write_one(store, settings, plan, file)


def _write_one(store: PlanStore, settings: Settings, plan: str, file: Path | None) -> None:
    from plan_pipeline.cli.plans import check_known
    from plan_pipeline.core.model.instance import plan_of_instance
    from plan_pipeline.pages.plan_page import plan_page
    from plan_pipeline.services.explanations import plan_alternatives
    from plan_pipeline.services.instances.placed import placed_plan
    from plan_pipeline.services.pages.page_files import write_plan_page
    from plan_pipeline.services.plan_versions import published_plan
    from plan_pipeline.services.sources import in_force_by
    from plan_pipeline.storage.data_folder import write_atomically

    check_known(store, [plan], instances=True)
    published = placed_plan(store, plan) or published_plan(store, plan_of_instance(plan))
    made_from = in_force_by(settings)(published.training_plan.sport)
    if file is None:
        typer.echo(write_plan_page(store, published, *made_from).path)
        return
    page = plan_page(published, alternatives=plan_alternatives(store, published, *made_from))
    write_atomically(file.absolute(), page.encode())
    typer.echo(file)


def _write_all(store: PlanStore, settings: Settings) -> None:
    from plan_pipeline.services.pages.page_files import write_all_pages
    from plan_pipeline.services.plan_states import oldest_of
    from plan_pipeline.services.sources import ConfigSource, LibrarySource, in_force_by

    now = dt.datetime.now(dt.UTC)
    oldest = oldest_of(now, settings.stale_after_hours)
    configured = ConfigSource(settings.config).sports
    sports = [sport for sport in LibrarySource.of(settings).load_all() if sport in configured]
    written = write_all_pages(store, in_force_by(settings), sports, oldest=oldest, today=now.date())
    changed = sum(page.changed for page in written)
    typer.echo(f"{changed} of {len(written)} pages written, the others are as they were", err=True)
    typer.echo(written[-1].path)
