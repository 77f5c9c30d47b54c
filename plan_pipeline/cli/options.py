"""Options that several commands share, and the settings they end in.

Belongs here: option types and their resolution against the environment. Does not belong here: options of one
command.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.core.model.vocabulary import Arm, OverviewSource

if TYPE_CHECKING:
    from plan_pipeline.settings import Settings

DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Data folder.  [env: PLAN_PIPELINE_DATA; default: ./data]"),
]
LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="DIR",
        help="Workout library.  [env: PLAN_PIPELINE_LIBRARY; default: the one that comes with plan-pipeline]",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of tables.")]
ArmOption = Annotated[
    Arm | None,
    typer.Option("--arm", help="How workouts are brought to the week's hours; overrides the requests' own choice."),
]
AdjustmentOption = Annotated[
    bool | None,
    typer.Option(
        "--duration-adjustment/--no-duration-adjustment",
        help="Without adjustment the arm is legacy.  [env: ENABLE_DURATION_ADJUSTMENT]",
        show_default=False,
    ),
]
OverviewOption = Annotated[
    OverviewSource | None,
    typer.Option("--overview", help="Who writes the weekly overview; overrides the requests' own choice."),
]

RenewOption = Annotated[
    bool, typer.Option("--renew-overview", help="Have models write overviews anew although nothing has changed.")
]


@dataclass(frozen=True)
class GlobalOptions:
    """What was said before the command."""

    data: Path | None = None


def load_settings(ctx: typer.Context, *, data: Path | None = None, library: Path | None = None) -> Settings:
    """The settings of a command: what it was told itself, then what came before it, then the environment."""
    from plan_pipeline.settings import Settings

    before = ctx.find_object(GlobalOptions) or GlobalOptions()
    told = {"data": data or before.data, "library": library}
    return Settings(**{name: path for name, path in told.items() if path is not None})
