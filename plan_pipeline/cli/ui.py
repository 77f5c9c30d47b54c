"""``plan-pipeline ui``: Dagster's webserver and daemon on the data folder's state."""

from __future__ import annotations

import ipaddress
import os
import signal
import sys
from typing import Annotated

import typer

from plan_pipeline.cli.options import DataOption, LibraryOption, load_settings

DEFAULT_PORT = 3000
LOOPBACK = "127.0.0.1"

WARNINGS = ("-W", "ignore::FutureWarning:click.core")
"""`dagster dev` recommends `dg dev`, which is for projects of another layout, and does the same."""


def ui(
    ctx: typer.Context,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port of the webserver.")] = DEFAULT_PORT,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = LOOPBACK,
    data: DataOption = None,
    library: LibraryOption = None,
) -> None:
    """Start Dagster's webserver and daemon; Ctrl-C ends both."""
    from plan_pipeline.orchestration import launch
    from plan_pipeline.storage.data_folder import DataFolder

    settings = load_settings(ctx, data=data, library=library)
    folder = DataFolder(settings.data)
    home = launch.dagster_home(folder)
    if not is_loopback(host):
        typer.echo(
            f"plan-pipeline: {host} can be reached from other machines, and Dagster's webserver asks nobody for a "
            "password; put a proxy that does in front of it, or leave --host out",
            err=True,
        )
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "PLAN_PIPELINE_DATA": str(folder.root),
        "PLAN_PIPELINE_LIBRARY": str(settings.library.absolute()),
    }
    typer.echo(f"Dagster on http://{host}:{port}, data in {folder.root}", err=True)
    dagster = [sys.executable, *WARNINGS, "-m", "dagster", "dev", "-m", "plan_pipeline.definitions"]
    # A shell that starts a job in the background has it ignore SIGINT; Dagster would then ignore SIGTERM as well.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.chdir(home)
    os.execve(sys.executable, [*dagster, "-h", host, "-p", str(port)], environment)  # noqa: S606


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
