"""Options that several commands share, and the settings they end in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.registries import ARMS, OVERVIEW_WRITERS
from plan_pipeline.core.registry import Registry, UnknownNameError

if TYPE_CHECKING:
    from plan_pipeline.core.paces.runner import Runner
    from plan_pipeline.settings import Settings
    from plan_pipeline.storage.data_folder import DataFolder


def _registered(registry: Registry[Any]) -> Callable[[str | None], str | None]:
    """A callback that reads a name in any spelling and refuses one that the registry does not know."""

    def read(name: str | None) -> str | None:
        try:
            return None if name is None else registry.check(name)
        except UnknownNameError as error:
            raise typer.BadParameter(str(error)) from None

    return read


DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Data folder.  [env: PLAN_PIPELINE_DATA; default: ./data]"),
]
LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="DIR",
        help="Workout library.  [env: PLAN_PIPELINE_LIBRARY; default: the one that was activated, else the one that "
        "comes with plan-pipeline]",
    ),
]
SportOption = Annotated[Sport, typer.Option("--sport", case_sensitive=False, help="The sport it is about.")]
EverySportOption = Annotated[
    Sport | None,
    typer.Option("--sport", case_sensitive=False, help="One sport alone; every one that there is unless given."),
]
FtpOfFilesOption = Annotated[
    float | None,
    typer.Option("--ftp", metavar="W", min=30, max=1000, help="For workout files in watts without a threshold."),
]
ThresholdPaceOfFilesOption = Annotated[
    str | None,
    typer.Option(
        "--threshold-pace",
        metavar="PACE",
        help="For workout files of runs in paces or speeds without a threshold, such as 4:15/km.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of tables.")]


class RowsFormat(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


RowsFormatOption = Annotated[
    RowsFormat | None,
    typer.Option(
        "--format", help="table for people, json as with --json, csv with a line of headings.  [default: table]"
    ),
]
ArmOption = Annotated[
    str | None,
    typer.Option(
        "--arm",
        metavar="ARM",
        callback=_registered(ARMS),
        help="How workouts are brought to the week's hours: legacy, adjusted, optimal or another package's arm; "
        "overrides the requests' own choice.",
    ),
]
ArmFilterOption = Annotated[
    str | None, typer.Option("--arm", metavar="ARM", callback=_registered(ARMS), help="Plans of one arm.")
]
AdjustmentOption = Annotated[
    bool | None,
    typer.Option(
        "--duration-adjustment/--no-duration-adjustment",
        help="Whether workouts are brought to the week's hours. Without is --arm legacy; with has requests that name "
        "the arm legacy use optimal.  [env: ENABLE_DURATION_ADJUSTMENT; default: as each request says, and with "
        "adjustment where it says nothing]",
        show_default=False,
    ),
]
OverviewOption = Annotated[
    str | None,
    typer.Option(
        "--overview",
        metavar="WRITER",
        callback=_registered(OVERVIEW_WRITERS),
        help="Who writes the weekly overview: rules, anthropic or another package's writer; overrides the requests' "
        "own choice.",
    ),
]

RenewOption = Annotated[
    bool, typer.Option("--renew-overview", help="Have models write overviews anew although nothing has changed.")
]


def load_settings(ctx: typer.Context, *, data: Path | None = None, library: Path | None = None) -> Settings:
    """The settings of a command: its own options, then those before it, then the environment."""
    from plan_pipeline.settings import Settings

    given = {"data": data or ctx.find_object(Path), "library": library}
    return Settings(**{name: path for name, path in given.items() if path is not None})


def runner_named(threshold_pace: str | None) -> Runner | None:
    """The runner whose threshold pace was given. Raises ``typer.BadParameter`` for what is no pace."""
    from plan_pipeline.services.workout_files.reading_files import runner_of

    try:
        return None if threshold_pace is None else runner_of(threshold_pace)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--threshold-pace") from None


def tell_unread_variables(settings: Settings) -> None:
    """Say on stderr which variables of the environment look as if they set how plans are made, and do not."""
    from plan_pipeline.settings import unread_variables

    for sentence in unread_variables(settings):
        typer.echo(f"plan-pipeline: {sentence}", err=True)


def data_folder(ctx: typer.Context, data: Path | None) -> DataFolder:
    """The data folder of a command that needs no other setting."""
    from plan_pipeline.storage.data_folder import DataFolder

    return DataFolder(load_settings(ctx, data=data).data)


def rows_format(form: RowsFormat | None, *, as_json: bool) -> RowsFormat:
    """The format that --format and --json ask for together."""
    if as_json and form not in (None, RowsFormat.JSON):
        raise typer.BadParameter(f"--json and --format {form} ask for two formats; leave out one")
    return form or (RowsFormat.JSON if as_json else RowsFormat.TABLE)


def check_knowledge(settings: Settings, sports: Iterable[Sport]) -> None:
    """Raises ``ConfigError`` or ``LibraryError`` with everything that is wrong with the first of some sports that is
    not good, before anything is made of it.
    """
    from plan_pipeline.services.sources import ConfigSource, LibrarySource

    configs, libraries = ConfigSource(settings.config), LibrarySource.of(settings)
    for sport in sports:
        configs.load(sport)
        libraries.load(sport)
