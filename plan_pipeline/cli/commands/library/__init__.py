"""``plan-pipeline library …``: what workout libraries hold, whether they are good, and which one is in force."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.cli.commands.library.importing import import_files
from plan_pipeline.cli.exits import InputError, finish
from plan_pipeline.cli.help import WholeSentences
from plan_pipeline.cli.options import DataOption, EverySportOption, JsonOption, LibraryOption, load_settings
from plan_pipeline.core.model.vocabulary import Sport

if TYPE_CHECKING:
    from plan_pipeline.library.migration.report import MigrationReport
    from plan_pipeline.services.libraries.activation import Changed
    from plan_pipeline.settings import Settings
    from plan_pipeline.storage.library_record import LibraryChange

app = typer.Typer(
    help="Workout libraries: check them, count them, make them of other files, and choose the one in force.",
    cls=WholeSentences,
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("import")(import_files)

SHOWN_REASONS = 20
"""Workouts that `migrate` prints with their reasons; the report has all of them."""


@app.command("validate")
def validate(
    ctx: typer.Context, library: LibraryOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Check every workout, and that those it is for can ride it; exit code 1 if there is an error."""
    from rich.text import Text

    from plan_pipeline.cli import output
    from plan_pipeline.config import load_configs
    from plan_pipeline.library import validate_library
    from plan_pipeline.services.libraries.in_force import library_in_force

    settings = load_settings(ctx, data=data, library=library)
    in_force = library_in_force(settings)
    if not in_force.folder.is_dir():
        raise InputError(
            f"--library: {in_force.folder} is not a folder; name the folder that holds <sport>/<type>.yaml"
        )
    report = validate_library(in_force.folder, load_configs(settings.config))
    if as_json:
        chosen = {"passed": report.passed, "chosen_by": in_force.chosen_by}
        output.print_json({**report.model_dump(mode="json"), **chosen})
    else:
        console = output.stdout()
        for problem in report.problems:
            style = "red" if problem in report.errors else "yellow"
            output.line(console, Text(f"{problem.severity}: {problem}", style=style))
        for sport, count in report.workout_counts.items() if len(report.workout_counts) > 1 else ():
            output.line(console, f"{sport}: {count} workouts; {_version(report.versions.get(sport))}")
        version = "" if len(report.workout_counts) > 1 else f"; {_version(report.version)}"
        output.line(
            console,
            f"{report.folder}: {report.workout_count} workouts, {len(report.errors)} errors, "
            f"{len(report.warnings)} warnings{version}",
        )
        output.line(console, f"It is {in_force}.")
    finish(report.passed)


def _version(version: str | None) -> str:
    return f"version {version}" if version else "cannot be loaded until the errors are gone"


@app.command("stats")
def stats(
    ctx: typer.Context,
    library: LibraryOption = None,
    data: DataOption = None,
    sport: EverySportOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count the workouts of each sport by type, phase and length; as JSON cycling's, with all in by_sport."""
    from plan_pipeline.cli import output, tables
    from plan_pipeline.library import library_stats, load_library, sports_of
    from plan_pipeline.services.libraries.in_force import library_in_force

    in_force = library_in_force(load_settings(ctx, data=data, library=library))
    sports = [sport] if sport else sports_of(in_force.folder) or [Sport.CYCLING]
    numbers = {each: library_stats(load_library(in_force.folder, each)) for each in sports}
    if as_json:
        chosen = {"folder": str(in_force.folder), "chosen_by": in_force.chosen_by}
        by_sport = {each.value: found.model_dump(mode="json") for each, found in numbers.items()}
        output.print_json({**by_sport[sports[0].value], **chosen, "by_sport": by_sport})
    else:
        console = output.stdout()
        for found in numbers.values():
            console.print(tables.library_numbers(found, console.width))
        output.line(console, f"{in_force.folder}: {in_force}")


@app.command("migrate")
def migrate(
    ctx: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="OLD.json", help="A library of schema 1.x.")],
    folder: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="The folder of the new library, new or empty.")
    ],
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Where to write the report as JSON as well.")
    ] = None,
    add_extensible_flag: Annotated[
        bool, typer.Option("--add-extensible-flag", help="Accepted and not needed: every workout has the flag.")
    ] = False,
    add_scaling_strategy: Annotated[
        bool, typer.Option("--add-scaling-strategy", help="Accepted and not needed: every workout has a strategy.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Turn a legacy library into one of today's, with a backup and an account of every workout.

    Exit code 1 if no workout could be kept.
    """
    from plan_pipeline.cli import output
    from plan_pipeline.config import load_config
    from plan_pipeline.services.libraries.migration import migrate_into, report_text

    del add_extensible_flag, add_scaling_strategy
    done = migrate_into(old, folder, load_config(load_settings(ctx).config), report=report)
    if as_json:
        typer.echo(report_text(done).decode(), nl=False)
    else:
        for text in _told(done, folder):
            output.line(output.stdout(), text)
    finish(done.workouts_out > 0)


@app.command("activate")
def activate(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A library; a copy of it is kept.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a library the one that plans are made from; runs that start afterwards take it up.

    It has to validate: exit code 2 with the errors if it does not.
    """
    from plan_pipeline.config import load_configs
    from plan_pipeline.services.libraries.activation import activate_library
    from plan_pipeline.storage.data_folder import DataFolder

    settings = load_settings(ctx, data=data)
    configs = load_configs(settings.config)
    done = activate_library(DataFolder(settings.data), folder, configs, now=_now(), by=_who())
    _tell_change(settings, done, as_json=as_json)


@app.command("rollback")
def rollback(
    ctx: typer.Context,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="VERSION", help="A version of the history, or shipped; else the one before."),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put the library back in force that was before the current one."""
    from plan_pipeline.services.libraries.activation import roll_back_library
    from plan_pipeline.storage.data_folder import DataFolder

    settings = load_settings(ctx, data=data)
    done = roll_back_library(DataFolder(settings.data), to=to, now=_now(), by=_who())
    _tell_change(settings, done, as_json=as_json)


@app.command("history")
def history(ctx: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show which library is in force, and every change of it, newest first."""
    from plan_pipeline.cli import output
    from plan_pipeline.services.libraries.in_force import library_in_force
    from plan_pipeline.storage.data_folder import DataFolder
    from plan_pipeline.storage.library_record import read_library_history

    settings = load_settings(ctx, data=data)
    changes = read_library_history(DataFolder(settings.data)).changes[::-1]
    in_force = library_in_force(settings)
    if as_json:
        version = in_force.change.version if in_force.change else None
        now = {"folder": str(in_force.folder), "chosen_by": in_force.chosen_by, "version": version}
        output.print_json({"in_force": now, "history": [change.model_dump(mode="json") for change in changes]})
        return
    console = output.stdout()
    for change in changes:
        output.line(console, f"{change.number:>3}  {change.at:%Y-%m-%d %H:%M} UTC  {change.action:8}  {_named(change)}")
    output.line(console, f"In force: {in_force.folder}, {in_force}")


def _told(done: MigrationReport, folder: Path) -> list[str]:
    lines = [f"not kept: {each.id}: {each.reason}" for each in done.rejected[:SHOWN_REASONS]]
    if len(done.rejected) > SHOWN_REASONS:
        lines.append(f"… and {len(done.rejected) - SHOWN_REASONS} more, which are in the report")
    lines.append(
        f"{done.workouts_in} workouts read, {done.workouts_out} kept, {done.extensible} of them extensible "
        f"({done.extensible_share:.0%}); {len(done.rejected)} not kept, {len(done.duplicates)} of them duplicates"
    )
    lines.append(
        f"{len({each.id for each in done.inferred})} workouts with inferred fields, {len(done.repaired)} values read "
        f"differently, {len(done.differences)} figures recomputed"
    )
    if done.workouts_out:
        lines.append(f"Next: plan-pipeline library validate --library {folder}, then library activate {folder}")
    return lines


def _tell_change(settings: Settings, done: Changed, *, as_json: bool) -> None:
    from plan_pipeline.cli import output

    if as_json:
        output.print_json({**done.change.model_dump(mode="json"), "changed": done.is_new})
    else:
        again = "" if done.is_new else " already"
        output.line(output.stdout(), f"In force{again}: {_named(done.change)}")
    if settings.named_library is not None:
        override = f"PLAN_PIPELINE_LIBRARY={settings.named_library} goes before it; unset it to have plans made from it"
        output.line(output.stderr(), override)


def _named(change: LibraryChange) -> str:
    if change.version is None:
        return f"the library that comes with plan-pipeline, by {change.by}"
    return f"{change.version}, {change.workouts} workouts, from {change.source}, by {change.by}"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _who() -> str:
    """The user and the machine, as far as they are known."""
    import getpass
    import socket

    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"
