"""The application: its global options, its commands, and the one place where errors become exit codes."""

import io
import os
import stat
import sys
from types import TracebackType
from typing import Annotated, Any

import typer

from plan_pipeline.cli.commands import config, experiment, library, models, standard_plans
from plan_pipeline.cli.commands.check_plan import check_plan
from plan_pipeline.cli.commands.cohort import cohort
from plan_pipeline.cli.commands.diff import diff
from plan_pipeline.cli.commands.doctor import doctor
from plan_pipeline.cli.commands.explain import explain
from plan_pipeline.cli.commands.export import export
from plan_pipeline.cli.commands.generate import batch, generate
from plan_pipeline.cli.commands.lifecycle.retire import retire
from plan_pipeline.cli.commands.lifecycle.rollback import rollback
from plan_pipeline.cli.commands.lifecycle.schedule import schedule
from plan_pipeline.cli.commands.maintain import maintain
from plan_pipeline.cli.commands.paces import paces
from plan_pipeline.cli.commands.page import page
from plan_pipeline.cli.commands.plans import plans
from plan_pipeline.cli.commands.show import show
from plan_pipeline.cli.commands.sql import sql
from plan_pipeline.cli.commands.ui import ui
from plan_pipeline.cli.commands.validate_week import validate_week
from plan_pipeline.cli.commands.versions import versions
from plan_pipeline.cli.help import WholeSentences
from plan_pipeline.cli.options import DataOption

HELP = """Turn training-plan requests into complete, checked training plans.

Exit codes: 0 done; 1 a plan was rejected or a check failed; 2 bad usage or bad input; 128 and the number of the signal
that ended it, such as 130 for Ctrl-C."""


class _Commands(WholeSentences):
    """Runs a command; a foreseen error ends in one message on stderr and exit code 1 or 2, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt as interrupt:
            from plan_pipeline.cli.interrupts import message_of, signal_of

            typer.echo(f"plan-pipeline: {message_of(interrupt)}", err=True)
            raise typer.Exit(128 + signal_of(interrupt)) from None
        except Exception as error:
            from plan_pipeline.cli.errors import explain as explanation_of

            explained = explanation_of(error)
            if explained is None:
                raise
            from plan_pipeline.cli.output import for_terminal
            from plan_pipeline.redaction import without_secrets

            typer.echo(for_terminal(f"plan-pipeline: {without_secrets(explained.message)}"), err=True)
            raise typer.Exit(explained.exit_code) from None


app = typer.Typer(
    name="plan-pipeline",
    help=HELP,
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    generate,
    batch,
    cohort,
    plans,
    show,
    explain,
    versions,
    diff,
    export,
    page,
    schedule,
    sql,
    validate_week,
    check_plan,
    paces,
    doctor,
    retire,
    rollback,
    maintain,
    ui,
):
    app.command()(command)
app.add_typer(config.app, name="config")
app.add_typer(experiment.app, name="experiment")
app.add_typer(library.app, name="library")
app.add_typer(models.app, name="models")
app.add_typer(standard_plans.app, name="standard-plans")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"plan-pipeline {version('plan-pipeline')}")
        raise typer.Exit


@app.callback()
def _before_every_command(
    ctx: typer.Context,
    data: DataOption = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    ctx.obj = data


def main() -> None:
    """The entry point ``plan-pipeline``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    os.umask(os.umask(0o077) | stat.S_IWOTH)
    sys.excepthook = _print_unforeseen
    app()


def _print_unforeseen(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """A fault of the program, as Python prints it but for secrets."""
    from plan_pipeline.redaction import traceback_without_secrets

    sys.stderr.write(traceback_without_secrets(error))
