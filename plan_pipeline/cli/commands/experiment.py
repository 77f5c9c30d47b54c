"""``plan-pipeline experiment …``: run a simulated experiment, report on any, list them, check the definitions."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from plan_pipeline.cli.exits import InputError, finish
from plan_pipeline.cli.help import WholeSentences
from plan_pipeline.cli.options import DataOption, JsonOption, LibraryOption, check_knowledge, data_folder, load_settings
from plan_pipeline.core.model.vocabulary import Sport

if TYPE_CHECKING:
    from plan_pipeline.experiments.design import Design
    from plan_pipeline.experiments.model import ExperimentReport
    from plan_pipeline.orchestration.bulk.experiment_outcome import SimulatedExperiment
    from plan_pipeline.settings import Settings

FAILURES_SHOWN = 5

app = typer.Typer(
    help="Experiments: which arm makes better plans, and by how much.",
    cls=WholeSentences,
    no_args_is_help=True,
    rich_markup_mode=None,
)


class ReportFormat(StrEnum):
    """How a report is written."""

    TABLE = "table"
    JSON = "json"
    HTML = "html"


@app.command("run")
def run(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="A design: arms with flags and configurations of their own.", show_default=False
        ),
    ] = None,
    athletes: Annotated[
        int | None, typer.Option("--athletes", metavar="N", help="Made-up athletes, 1 to 100000; 50 unless given.")
    ] = None,
    arms: Annotated[
        str | None,
        typer.Option(
            "--arms",
            metavar="A,B[,C]",
            help="Two or more of legacy, adjusted, optimal, of overview writers such as rules and claude, or of those "
            "in FILE; baseline first.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="S", help="The same seed gives the same athletes; 7 unless given.")
    ] = None,
    sport: Annotated[
        Sport | None,
        typer.Option("--sport", case_sensitive=False, help="What the athletes train for; cycling unless given."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What to call it; after its settings unless given.")
    ] = None,
    budget_usd: Annotated[
        float | None,
        typer.Option(
            "--budget-usd", metavar="USD", help="What to spend on models at most; nothing is asked beyond that."
        ),
    ] = None,
    data: DataOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan for the same made-up athletes in each arm, and compare. Nothing is published.

    A design in a FILE says more of its arms: flags that are on or off, and a planning configuration of their own. What
    is given beside it counts before what it says. An overview writer is the arm optimal with that writer; a model is
    paid once for an answer, however often it is needed.

    Run again under its name, the latest plan of each athlete and arm counts. Exit code 1 if any plan ended in an
    error, which a rejected plan is not, or was left undone for want of budget.
    """
    from plan_pipeline.cli import output
    from plan_pipeline.cli.interrupts import counted
    from plan_pipeline.experiments.reporting import report_on
    from plan_pipeline.storage.data_folder import DataFolder

    if budget_usd is not None and not 0 < budget_usd < math.inf:
        raise InputError(f"--budget-usd: {budget_usd:g} is not above 0; say how many US dollars the run may spend")
    settings = load_settings(ctx, data=data, library=library)
    folder = DataFolder(settings.data)
    design = _claimed(settings, file, _Asked(athletes, arms, seed, sport, name))
    wanted = design.athletes * len(design.arms)

    def so_far(made: int) -> str:
        return f"{made} of {wanted} plans were made; the same command makes all of {design.name} again"

    with output.progress("Planning", wanted) as move_on, counted(move_on, so_far) as tick:
        from plan_pipeline.orchestration import launch

        with launch.dagster_instance(folder) as instance:
            ran = launch.run_experiment(
                design,
                data=folder,
                library=settings.named_library,
                instance=instance,
                on_progress=lambda plan_id, record: tick(f"{plan_id} {record.arm}"),
                budget_usd=budget_usd,
            )
    found = report_on(folder, design.name).report
    if as_json:
        output.print_json(found)
    else:
        _print(found)
        page = f"{output.command_on(folder.root)} experiment report {design.name} --format html -o FILE"
        output.line(output.stdout(), f"As a page with plots: `{page}`")
    for line in _told(ran, design):
        output.line(output.stderr(), line)
    finish(not ran.failed and not ran.left_undone)


@app.command("report")
def report(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The experiment; `experiment list` has them.")],
    form: Annotated[ReportFormat, typer.Option("--format", help="html is one page with plots.")] = ReportFormat.TABLE,
    file: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; stdout unless given.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Hold the arms of an experiment against each other: differences, intervals, p-values and checks."""
    from plan_pipeline.core.model.request import check_key
    from plan_pipeline.experiments.reporting import report_on
    from plan_pipeline.storage.data_folder import write_atomically

    try:
        check_key(name)
    except ValueError as error:
        raise InputError(f"NAME: {error}") from None
    found, measures = report_on(data_folder(ctx, data), name)
    if form is ReportFormat.HTML:
        from plan_pipeline.experiments.page import page
        from plan_pipeline.experiments.plots import plots

        text = page(found, plots(found, measures.weeks))
    elif form is ReportFormat.JSON:
        text = found.model_dump_json(indent=2) + "\n" if file else found.model_dump_json() + "\n"
    elif file:
        from plan_pipeline.experiments.table import markdown

        text = markdown(found)
    else:
        _print(found)
        return
    if file is None:
        typer.echo(text, nl=False)
        return
    write_atomically(file.absolute(), text.encode())
    typer.echo(f"the report on {name} is in {file}", err=True)


@app.command("list")
def list_experiments(ctx: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """List experiments, simulated and live: their arms, how many plans each has, and whether they are running."""
    from plan_pipeline.cli import output, tables
    from plan_pipeline.experiments.catalogue import catalogue
    from plan_pipeline.experiments.definitions import read_definitions

    folder = data_folder(ctx, data)
    definitions = read_definitions(folder.experiments)
    entries = catalogue(folder, definitions.experiments, dt.datetime.now(dt.UTC).date())
    if as_json:
        output.print_json([{**entry.model_dump(mode="json"), "running": entry.running} for entry in entries])
    else:
        console = output.stdout()
        if entries:
            console.print(tables.experiments(entries))
        else:
            output.line(console, f"no experiment yet; start with `{output.command_on(folder.root)} experiment run`")
    if definitions.problems:
        many = _counted(len(definitions.problems), "problem")
        output.line(output.stderr(), f"{many} in the definitions of live experiments; `experiment check` lists them")


@app.command("check")
def check(ctx: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Check the definitions of live experiments; exit code 1 if there is a problem."""
    from rich.text import Text

    from plan_pipeline.cli import output
    from plan_pipeline.experiments.definitions import read_definitions

    folder = data_folder(ctx, data)
    found = read_definitions(folder.experiments)
    if as_json:
        output.print_json(
            {"ok": not found.problems, "experiments": found.experiments, "problems": list(found.problems)}
        )
    else:
        console = output.stdout()
        for problem in found.problems:
            output.line(console, Text(problem, style="red"))
        output.line(
            console,
            f"{folder.experiments}: {_counted(len(found.experiments), 'usable definition')}, "
            f"{_counted(len(found.problems), 'problem')}",
        )
    finish(not found.problems)


class _Asked(NamedTuple):
    """What options say of a design, ``None`` where they say nothing."""

    athletes: int | None
    arms: str | None
    seed: int | None
    sport: Sport | None
    name: str | None


def _claimed(settings: Settings, file: Path | None, asked: _Asked) -> Design:
    """The design that file and options describe, kept under its name once library and configuration are good.

    Raises ``InputError`` naming the option, and as ``check_knowledge``.
    """
    from plan_pipeline.experiments.definitions import read_definitions
    from plan_pipeline.experiments.design import DesignError, claim
    from plan_pipeline.services.arm_configs import with_versions
    from plan_pipeline.storage.data_folder import DataFolder

    try:
        design = _designed(file, asked)
        check_knowledge(settings, [design.sport])
        design = with_versions(design)
        data = DataFolder(settings.data)
        claim(data, design, live={each.name for each in read_definitions(data.experiments).experiments})
    except DesignError as error:
        where = error.field if file and error.field == str(file) else f"--{error.field}"
        raise InputError(f"{where}: {error.problem}") from None
    return design


def _designed(file: Path | None, asked: _Asked) -> Design:
    """The design of a file, or the usual one, with what is asked for in its place. Raises ``DesignError``."""
    from plan_pipeline.experiments.design import DEFAULT_ARMS, DEFAULT_ATHLETES, DEFAULT_SEED, Design
    from plan_pipeline.experiments.design_files import read_design

    named = None if asked.arms is None else [arm.strip() for arm in asked.arms.split(",") if arm.strip()]
    written = read_design(file) if file else None
    usual = written or Design.of(athletes=DEFAULT_ATHLETES, arms=DEFAULT_ARMS, seed=DEFAULT_SEED)
    is_as_written = (asked.athletes, named, asked.seed) == (None, None, None) and asked.sport in (None, usual.sport)
    return Design.of(
        athletes=usual.athletes if asked.athletes is None else asked.athletes,
        arms=usual.arms if named is None else named,
        seed=usual.seed if asked.seed is None else asked.seed,
        sport=asked.sport or usual.sport,
        name=asked.name or (written.name if written and is_as_written else None),
        made_with={arm: usual.made_with[arm] for arm in named or usual.arms if arm in usual.made_with},
    )


def _told(ran: SimulatedExperiment, design: Design) -> Iterator[str]:
    """What a run paid, which plans failed, and which athletes were left undone."""
    if ran.paid_usd is not None:
        beside = f", and {ran.unpriced_calls} calls without a known price" if ran.unpriced_calls else ""
        yield f"This run paid {ran.paid_usd:.4f} USD for models{beside}"
    for record in ran.failed[:FAILURES_SHOWN]:
        yield f"{record.plan_id} in arm {record.arm}: {'; '.join(record.reasons)}"
    if len(ran.failed) > FAILURES_SHOWN:
        yield f"… and {len(ran.failed) - FAILURES_SHOWN} more plans that ended in an error"
    for arm, athletes in ran.left_undone.items():
        yield f"{athletes} of {design.athletes} athletes were left undone in arm {arm}"
    if ran.left_undone:
        yield f"{ran.why}. The same command makes the rest, and answers that are there are not paid again"


def _print(report: ExperimentReport) -> None:
    from plan_pipeline.cli import output
    from plan_pipeline.experiments.table import comparison

    console = output.stdout()
    console.print(comparison(report, console.width))


def _counted(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'s' if number > 1 else ''}"
