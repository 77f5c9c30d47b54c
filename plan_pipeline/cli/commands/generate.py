"""``plan-pipeline generate`` and ``batch``: requests in, published plans out, through Dagster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from plan_pipeline.cli.exits import InputError, finish
from plan_pipeline.cli.options import (
    AdjustmentOption,
    ArmOption,
    DataOption,
    JsonOption,
    LibraryOption,
    OverviewOption,
    RenewOption,
    check_knowledge,
    load_settings,
    tell_unread_variables,
)
from plan_pipeline.core.model.vocabulary import LEGACY, PlanStatus

if TYPE_CHECKING:
    from plan_pipeline.core.model.request import PlanRequest
    from plan_pipeline.settings import Settings
    from plan_pipeline.storage.data_folder import DataFolder
    from plan_pipeline.storage.plans.records import PlanRecord

QUERY_TO_TRY = "SELECT * FROM pass_rates"


class _Flags(NamedTuple):
    """What a call asks for instead of its requests. With an arm, no live experiment gives its plans another."""

    arm: str | None
    adjustment: bool | None
    overview: str | None
    renew_overview: bool


def generate(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="REQUEST…", help="Request files: YAML, JSON or JSON lines.")],
    arm: ArmOption = None,
    duration_adjustment: AdjustmentOption = None,
    overview: OverviewOption = None,
    renew_overview: RenewOption = False,
    data: DataOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Generate plans, each in a run of its own, and publish those whose weeks all pass.

    All files are checked before anything is written. Exit code 1 if any plan is not published, or the warehouse could
    not be refreshed.
    """
    flags = _Flags(arm, duration_adjustment, overview, renew_overview)
    _run(files, flags, load_settings(ctx, data=data, library=library), as_json=as_json, in_bulk=False)


def batch(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="Requests, one JSON object a line.")],
    arm: ArmOption = None,
    duration_adjustment: AdjustmentOption = None,
    overview: OverviewOption = None,
    renew_overview: RenewOption = False,
    data: DataOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Generate many plans in bulk runs; a plan that fails never stops the others.

    The file is checked before anything is written. Exit code 1 if any plan is not published, or the warehouse could not
    be refreshed.
    """
    flags = _Flags(arm, duration_adjustment, overview, renew_overview)
    _run([file], flags, load_settings(ctx, data=data, library=library), as_json=as_json, in_bulk=True)


def chosen_arm(requested: str, arm: str | None, adjustment: bool | None) -> str:
    """The arm of a request: the one the flags ask for, else its own.

    Raises ``InputError`` for flags that contradict each other.
    """
    from plan_pipeline.core.model.request import PlanOptions

    if adjustment is not None and arm is not None and adjustment == (arm == LEGACY):
        flag = "--duration-adjustment" if adjustment else "--no-duration-adjustment"
        raise InputError(
            f"--arm {arm} and {flag} contradict each other (no adjustment is the arm legacy); leave one of them out"
        )
    if arm is not None:
        return arm
    if adjustment is False:
        return LEGACY
    return PlanOptions().duration if adjustment and requested == LEGACY else requested


def _checked_requests(files: Sequence[Path], flags: _Flags, settings: Settings) -> list[PlanRequest]:
    from plan_pipeline.services.requests import with_defaults
    from plan_pipeline.services.sources import ConfigSource
    from plan_pipeline.storage.requests.request_files import read_all

    arm, adjustment = flags.arm, flags.adjustment
    if settings.enable_duration_adjustment is False:
        if adjustment or arm not in (None, LEGACY):
            flag = f"--arm {arm}" if arm else "--duration-adjustment"
            raise InputError(
                f"{flag} contradicts ENABLE_DURATION_ADJUSTMENT=false; leave it out, or unset the variable"
            )
        adjustment = False
    requests = []
    for request in read_all(files, ConfigSource(settings.config).load_all()):
        duration = chosen_arm(request.options.duration, arm, adjustment)
        chosen = {"duration": duration, **({"overview": flags.overview} if flags.overview else {})}
        requests.append(with_defaults(request.with_options(**chosen), settings))
    return requests


def _run(files: Sequence[Path], flags: _Flags, settings: Settings, *, as_json: bool, in_bulk: bool) -> None:
    from plan_pipeline.cli import output
    from plan_pipeline.cli.interrupts import counted
    from plan_pipeline.storage.data_folder import DataFolder

    requests = _checked_requests(files, flags, settings)
    tell_unread_variables(settings)
    check_knowledge(settings, dict.fromkeys(request.sport for request in requests))
    data = DataFolder(settings.data)
    total = len(requests)
    problems: list[tuple[str, bool]] = []

    def so_far(finished: int) -> str:
        return f"{finished} of {total} plans are finished and kept; the same command goes on with the others"

    with output.progress("Generating plans", total) as move_on, counted(move_on, so_far) as tick:
        from plan_pipeline.orchestration import launch

        run = launch.batch_plans if in_bulk else launch.generate_plans
        with launch.dagster_instance(data) as instance:
            records = run(
                _given_away(requests),
                data=data,
                library=settings.named_library,
                instance=instance,
                on_progress=lambda plan_id, _record: tick(plan_id),
                on_problem=lambda message, failed: problems.append((message, failed)),
                renew_overviews=flags.renew_overview,
                live_experiments=flags.arm is None and flags.adjustment is None,
            )
    if as_json:
        for record in records:
            output.print_json(record.outcome())
    else:
        _report(records, data)
    for message, _ in problems:
        output.line(output.stderr(), message)
    is_refreshed = not any(failed for _, failed in problems)
    finish(is_refreshed and all(record.status is PlanStatus.PUBLISHED for record in records))


def _given_away(requests: list[PlanRequest]) -> Iterator[PlanRequest]:
    """The requests in order, none of which is kept here: there may be very many."""
    requests.reverse()
    while requests:
        yield requests.pop()


def _report(records: Sequence[PlanRecord], data: DataFolder) -> None:
    from plan_pipeline.cli import output, tables

    console, command = output.stdout(), output.command_on(data.root)
    console.print(tables.plan_outcomes(records))
    for reasons in tables.plan_reasons(records):
        output.line(console, reasons)
    for note in (*tables.experiment_notes(records), tables.warnings_note(records, command)):
        if note:
            output.line(console, note)
    published = next((record.plan_id for record in records if record.was_published), None)
    if published:
        output.line(console, f"Plans:     {data.plans}/<plan>/plan.json; read one with `{command} show {published}`")
    output.line(console, f"Warehouse: {data.warehouse}; query it with `{command} sql '{QUERY_TO_TRY}'`")
