"""``plan-pipeline ui``: Dagster's webserver, daemon and code server on the data folder's state."""

import ipaddress
import os
from pathlib import Path
from typing import Annotated

import typer

from plan_pipeline.cli.options import DataOption, LibraryOption, load_settings, tell_unread_variables

DEFAULT_PORT = 3000
LOOPBACK = "127.0.0.1"


def ui(
    ctx: typer.Context,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port of the webserver.")] = DEFAULT_PORT,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = LOOPBACK,
    data: DataOption = None,
    library: LibraryOption = None,
) -> None:
    """Start Dagster's webserver, daemon and code server, each again if it dies; Ctrl-C ends all."""
    from tempfile import TemporaryDirectory

    from plan_pipeline.cli.one_ui import check_port, only_one
    from plan_pipeline.cli.processes import ServiceError, dagster_services, keep_running
    from plan_pipeline.orchestration import launch
    from plan_pipeline.storage.data_folder import DataFolder

    settings = load_settings(ctx, data=data, library=library)
    tell_unread_variables(settings)
    folder = DataFolder(settings.data)
    home = launch.dagster_home(folder)
    if not is_loopback(host):
        report(
            f"{host} can be reached from other machines, and Dagster's webserver asks nobody for a password; "
            "put a proxy that does in front of it, or leave --host out"
        )
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "PLAN_PIPELINE_DATA": str(folder.root),
        "PLAN_PIPELINE_CONFIG": str(settings.config.absolute()),
    }
    if named := settings.named_library:
        environment["PLAN_PIPELINE_LIBRARY"] = str(named.absolute())
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    with only_one({home, folder.root}, address), TemporaryDirectory(prefix="plan-pipeline-") as scratch:
        check_port(host, port)
        typer.echo(f"Dagster on {address}, data in {folder.root}", err=True)
        os.chdir(home)
        try:
            keep_running(dagster_services(host, port, Path(scratch)), environment, report)
        except ServiceError as error:
            report(str(error))
            raise typer.Exit(1) from None


def report(text: str) -> None:
    """A line on stderr, for the terminal or the journal."""
    typer.echo(f"plan-pipeline: {text}", err=True)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
