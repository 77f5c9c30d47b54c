"""``plan-pipeline library …``: what the workout library holds, whether it is good, and what others would add to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.cli.exits import InputError, finish
from plan_pipeline.cli.help import WholeSentences
from plan_pipeline.cli.options import JsonOption, LibraryOption, load_settings

if TYPE_CHECKING:
    from plan_pipeline.services.workout_files.library_import import ImportReport

app = typer.Typer(
    help="The workout library: check it, count it, import workouts of other programs.",
    cls=WholeSentences,
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("validate")
def validate(ctx: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Check every workout, and that those it is for can ride it; exit code 1 if there is an error."""
    from rich.text import Text

    from plan_pipeline.cli import output
    from plan_pipeline.config import load_config
    from plan_pipeline.library import validate_library

    settings = load_settings(ctx, library=library)
    folder = settings.library
    if not folder.is_dir():
        raise InputError(f"--library: {folder} is not a folder; name the folder that holds <sport>/<type>.yaml")
    report = validate_library(folder, load_config(settings.config))
    if as_json:
        output.print_json({**report.model_dump(mode="json"), "passed": report.passed})
    else:
        console = output.stdout()
        for problem in report.problems:
            style = "red" if problem in report.errors else "yellow"
            output.line(console, Text(f"{problem.severity}: {problem}", style=style))
        output.line(
            console,
            f"{report.folder}: {report.workout_count} workouts, {len(report.errors)} errors, "
            f"{len(report.warnings)} warnings"
            + (f"; version {report.version}" if report.version else "; cannot be loaded until the errors are gone"),
        )
    finish(report.passed)


@app.command("stats")
def stats(ctx: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Count workouts by type, phase and length."""
    from plan_pipeline.cli import output, tables
    from plan_pipeline.library import library_stats, load_library

    numbers = library_stats(load_library(load_settings(ctx, library=library).library))
    if as_json:
        output.print_json(numbers)
    else:
        console = output.stdout()
        console.print(tables.library_numbers(numbers, console.width))


@app.command("import")
def import_files(
    ctx: typer.Context,
    places: Annotated[
        list[Path], typer.Argument(metavar="FILE|DIR…", help="Workout files, or folders of them: ZWO, ERG, MRC, FIT …")
    ],
    folder: Annotated[
        Path, typer.Option("--output", metavar="DIR", help="A new folder for the workouts, as a library.")
    ],
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="What became of each file, as JSON.")
    ] = None,
    ftp: Annotated[
        float | None,
        typer.Option("--ftp", metavar="W", min=30, max=1000, help="For files in watts without a threshold."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make library workouts of other programs' files, and leave out those that the library has.

    What can be repaired is, and what cannot is refused with a reason; exit code 1 if that is every file.
    """
    from plan_pipeline.cli import output
    from plan_pipeline.config import load_config
    from plan_pipeline.library import load_library
    from plan_pipeline.services.workout_files.library_import import check_new, import_workouts, write_library
    from plan_pipeline.storage.data_folder import write_atomically

    settings = load_settings(ctx, library=library)
    check_new(folder)
    known = load_library(settings.library)
    made = import_workouts(places, known, load_config(settings.config), ftp_watts=ftp)
    if made.workouts:
        write_library(made.workouts, folder)
    if report is not None:
        write_atomically(report.absolute(), made.report.model_dump_json(indent=2).encode() + b"\n")
    if as_json:
        output.print_json(made.report)
    else:
        _tell(made.report, folder)
    finish(made.report.imported + len(made.report.duplicates) > 0)


def _tell(report: ImportReport, folder: Path) -> None:
    from rich.text import Text

    from plan_pipeline.cli import output

    console = output.stdout()
    for refused in report.refused:
        output.line(console, Text(f"refused: {refused.file}: {refused.reason}", style="red"))
    for repaired in report.repaired:
        output.line(console, Text(f"repaired: {repaired.file}: {repaired.what}", style="yellow"))
    for duplicate in report.duplicates:
        output.line(console, f"duplicate: {duplicate.file}: has the structure of {duplicate.same_as}")
    output.line(
        console,
        f"{report.files_in} files: {report.imported} imported to {folder}, {len(report.repaired)} repaired, "
        f"{len(report.duplicates)} duplicates, {len(report.refused)} refused",
    )
