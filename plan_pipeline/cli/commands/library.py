"""``plan-pipeline library …``: what the workout library holds, and whether it is good."""

import typer

from plan_pipeline.cli.exits import InputError, finish
from plan_pipeline.cli.help import WholeSentences
from plan_pipeline.cli.options import JsonOption, LibraryOption, load_settings

app = typer.Typer(
    help="The workout library: check it, count it.", cls=WholeSentences, no_args_is_help=True, rich_markup_mode=None
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
