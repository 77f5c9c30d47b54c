"""``plan-pipeline maintain``: what the nightly retention does, for installations without the daemon."""

import datetime as dt

import typer

from plan_pipeline.cli.exits import finish
from plan_pipeline.cli.options import DataOption, JsonOption, load_settings


def maintain(ctx: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Clear away what the settings no longer keep, as the job `retain` does, and say what that freed.

    Run it after `batch` where no daemon does it at night. Safe at any time. Exit code 1 if something could not be
    cleared away.
    """
    from plan_pipeline.cli import output
    from plan_pipeline.orchestration.launch import dagster_instance
    from plan_pipeline.orchestration.maintenance.retention import clear
    from plan_pipeline.services.pipeline import Pipeline
    from plan_pipeline.storage.data_folder import DataFolder, bytes_used

    settings = load_settings(ctx, data=data)
    folder = DataFolder(settings.data)
    with dagster_instance(folder) as instance:
        places = {folder.root, folder.root / instance.root_directory}
        before = bytes_used(places)
        counts, errors = clear(Pipeline.of(settings), instance, now=dt.datetime.now(dt.UTC))
    freed = max(0, before - bytes_used(places))
    if as_json:
        output.print_json({**counts, "bytes_freed": freed, "errors": [str(error) for error in errors]})
    else:
        console = output.stdout()
        for name, count in counts.items():
            output.line(console, f"{name.replace('_', ' ')}: {count}")
        output.line(console, f"freed: {freed / 1e6:.1f} MB")
        for error in errors:
            output.line(output.stderr(), f"could not be cleared away: {error}")
    finish(not errors)
