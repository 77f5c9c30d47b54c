"""``plan-pipeline cohort``: synthetic requests as JSON lines."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from plan_pipeline.cli.options import SportOption, load_settings
from plan_pipeline.core.model.vocabulary import Sport

MOST_ATHLETES = 1_000_000


def cohort(
    ctx: typer.Context,
    athletes: Annotated[int, typer.Option("--athletes", min=1, max=MOST_ATHLETES, help="How many athletes.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same athletes.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.jsonl", help="Where to; stdout unless given.")
    ] = None,
    sport: SportOption = Sport.CYCLING,
) -> None:
    """Write plausible made-up requests, one JSON object a line; a few of them cannot be met.

    They are over all goals and event types of the sport's planning configuration.
    """
    from plan_pipeline.config import load_config
    from plan_pipeline.core.cohort import synthetic_requests

    requests = synthetic_requests(athletes, seed, load_config(load_settings(ctx).config, sport))
    lines = (request.model_dump_json(exclude_none=True) + "\n" for request in requests)
    if output is None:
        sys.stdout.writelines(lines)
        return
    from plan_pipeline.storage.data_folder import write_atomically

    write_atomically(output.absolute(), "".join(lines).encode())
    typer.echo(f"{athletes} requests written to {output}", err=True)
