"""Which plans are as files of other programs, as the metadata of an asset."""

import datetime as dt
from typing import Final

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.formats.extras import MissingExtraError
from plan_pipeline.orchestration.reporting.markdown import markdown_list
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.workout_files.plan_exports import SETTING, UnknownFormatError, chosen_formats, keep_exports

EXPORTS: Final = dg.AssetKey("exports")


def bring_exports_up_to_date(pipeline: Pipeline) -> Metadata:
    """Write what has changed since; returns what there is now.

    Raises ``dagster.Failure`` for a format that there is not, or whose library is not installed.
    """
    try:
        formats = chosen_formats(pipeline.settings.exports)
        if not formats:
            return {"formats": MetadataValue.text(f"none: set {SETTING} to those wanted, such as zwo,ics")}
        done = keep_exports(pipeline.plans, formats, today=dt.datetime.now(dt.UTC).date())
    except (UnknownFormatError, MissingExtraError) as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    metadata: dict[str, MetadataValue] = {
        "formats": MetadataValue.text(", ".join(formats)),
        "folder": MetadataValue.path(str(pipeline.data.root / "exports")),
        "plans": MetadataValue.int(done.plans),
        "plans_written": MetadataValue.int(len(done.written)),
    }
    if done.failed:
        lines = [f"{plan_id}: {reason}" for plan_id, reason in done.failed.items()]
        metadata["not_possible"] = MetadataValue.md(markdown_list(lines))
    return metadata


def refresh_exports(context: dg.OpExecutionContext, pipeline: Pipeline) -> None:
    """The same at the end of a step of another job, where formats are chosen."""
    if pipeline.settings.exports:
        metadata = bring_exports_up_to_date(pipeline)
        context.log_event(dg.AssetMaterialization(EXPORTS, metadata=metadata))
