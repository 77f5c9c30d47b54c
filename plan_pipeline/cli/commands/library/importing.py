"""``plan-pipeline library import``: workout files of other programs as a library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.cli.exits import finish
from plan_pipeline.cli.options import (
    DataOption,
    FtpOfFilesOption,
    JsonOption,
    LibraryOption,
    ThresholdPaceOfFilesOption,
    load_settings,
    runner_named,
)

if TYPE_CHECKING:
    from plan_pipeline.services.workout_files.library_import import ImportReport


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
    ftp: FtpOfFilesOption = None,
    threshold_pace: ThresholdPaceOfFilesOption = None,
    library: LibraryOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make library workouts of other programs' files, rides and runs, and leave out those that the library has.

    What can be repaired is, and what cannot is refused with a reason; exit code 1 if that is every file.
    """
    from plan_pipeline.cli import output
    from plan_pipeline.config import load_configs
    from plan_pipeline.services.libraries.in_force import library_in_force
    from plan_pipeline.services.workout_files.library_import import check_new, import_workouts, known_of, write_library
    from plan_pipeline.storage.data_folder import write_atomically

    settings = load_settings(ctx, data=data, library=library)
    runner = runner_named(threshold_pace)
    check_new(folder)
    known = known_of(library_in_force(settings).folder, load_configs(settings.config))
    made = import_workouts(places, known, ftp_watts=ftp, runner=runner)
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
