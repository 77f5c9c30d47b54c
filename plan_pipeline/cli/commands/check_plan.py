"""``plan-pipeline check-plan``: a plan from a file or a folder, whoever made it, held against the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.cli.exits import InputError, finish
from plan_pipeline.cli.options import (
    FtpOfFilesOption,
    JsonOption,
    ThresholdPaceOfFilesOption,
    load_settings,
    runner_named,
)
from plan_pipeline.core.wording import counted

if TYPE_CHECKING:
    from plan_pipeline.core.model.request import PlanRequest
    from plan_pipeline.services.plan_files import CheckedPlan
    from plan_pipeline.storage.requests.request_files import Configs


def check_plan(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|DIR",
            help="A plan in the form of plan.json, whoever made it; a running plan as it is published, weeks of days "
            "in YAML or JSON; or a folder of workout files that are named by week and day, or by date.",
        ),
    ],
    request: Annotated[
        Path | None,
        typer.Option("--request", metavar="FILE", help="What was asked for; without it, what the plan says of it."),
    ] = None,
    ftp: FtpOfFilesOption = None,
    threshold_pace: ThresholdPaceOfFilesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold a plan against all rules; exit code 1 if it breaks one whose breach rejects a plan."""
    from plan_pipeline.cli import output, tables
    from plan_pipeline.services.plan_files import check_plan_file
    from plan_pipeline.services.sources import ConfigSource

    configs = ConfigSource(load_settings(ctx).config)
    asked = None if request is None else _request_in(request, configs.load_all())
    checked = check_plan_file(file, configs.load, asked, ftp_watts=ftp, runner=runner_named(threshold_pace))
    if as_json:
        output.print_json(checked.as_json())
    else:
        console = output.stdout()
        for sentence in checked.assumed:
            output.line(output.stderr(), f"{file}: {sentence}.")
        findings = tables.rule_findings(checked.rule_results)
        if findings is not None:
            console.print(findings)
        output.line(console, _summary(file, checked))
    finish(checked.passed)


def _request_in(file: Path, configs: Configs) -> PlanRequest:
    from plan_pipeline.storage.requests.request_files import read_all

    requests = read_all([file], configs)
    if len(requests) != 1:
        raise InputError(f"{file}: holds {len(requests)} requests; give the one that the plan was made for")
    return requests[0]


def _summary(file: Path, checked: CheckedPlan) -> str:
    rejecting = sum(result.rejects for result in checked.rule_results)
    warning = sum(result.warns for result in checked.rule_results)
    return (
        f"{file}: {checked.weeks} weeks held against {len(checked.rule_results)} rules; broken: "
        f"{counted(rejecting, 'error')}, {counted(warning, 'warning')}"
    )
