"""``plan-pipeline validate-week``: one week, from two files, held against its overview."""

from pathlib import Path
from typing import Annotated

import typer

from plan_pipeline.cli.exits import finish
from plan_pipeline.cli.options import JsonOption


def validate_week(
    overview: Annotated[Path, typer.Option("--overview", metavar="WEEK.json", help="One week of an overview.")],
    workouts: Annotated[Path, typer.Option("--workouts", metavar="WORKOUTS.json", help="An array of workouts.")],
    ftp: Annotated[float | None, typer.Option("--ftp", metavar="W", min=30, max=700, help="Show watts too.")] = None,
    no_auto_fix: Annotated[bool, typer.Option("--no-auto-fix", help="Judge the week as it stands.")] = False,
    all_days: Annotated[
        bool, typer.Option("--all-days", help="Ask for each of the seven weekdays, rest days too, in both files.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Judge one week of workouts; exit code 0 if it passes, 1 if not."""
    from plan_pipeline.cli import output, tables
    from plan_pipeline.core.validation.week_validation import failure_message
    from plan_pipeline.services.week_files import judge_week_files, week_as_json

    week = judge_week_files(overview, workouts, auto_fix=not no_auto_fix, all_days=all_days)
    if as_json:
        output.print_json(week_as_json(week))
    else:
        output.stdout().print(tables.workouts_table(week.workouts, ftp), tables.week_verdict(week.validation))
        if not week.validation.passed:
            output.line(output.stderr(), failure_message(week))
    finish(week.validation.passed)
