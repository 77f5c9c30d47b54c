"""``workout_library``: the workouts that plans are built from, read and counted."""

from typing import Final

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.core.model.workout import Library
from plan_pipeline.library import library_stats, load_library
from plan_pipeline.orchestration.assets.shared import COACHING, RELEASE
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.reporting.markdown import markdown_table
from plan_pipeline.services.pages.page_files import LIBRARY, write_library_page
from plan_pipeline.services.pipeline import Pipeline

_DATA_VERSION_TAG: Final = "dagster/data_version"
"""Dagster's tag of a materialization with the version of what was made."""


@dg.asset(
    group_name="library",
    owners=[COACHING],
    kinds={"python", "yaml"},
    tags={"domain": "workouts"},
    code_version=RELEASE,
)
def workout_library(pipeline: dg.ResourceParam[Pipeline]) -> dg.MaterializeResult[None]:
    """The workout library as it lies on disk, under a version that is a hash of its content.

    Stages read the files themselves; launch this to see what is in them and whether they are sound.
    """
    with translate_failures():
        library = load_library(pipeline.library.folder)
        pipeline.facts.write_library(library)
        _write_page(pipeline, library)
    return dg.MaterializeResult(
        metadata=library_metadata(library, pipeline), data_version=dg.DataVersion(library.version)
    )


def record_library(instance: dg.DagsterInstance, pipeline: Pipeline) -> None:
    """Report the library that plans are made from, unless it was: Dagster warns where an asset has missing inputs.

    Raises ``LibraryError`` where the library is not good.
    """
    library = pipeline.library.load()
    is_recorded = recorded_library_version(instance) == library.version
    if not is_recorded or not pipeline.data.page(LIBRARY).is_file():
        _write_page(pipeline, library)
    if is_recorded:
        return
    library_asset = dg.AssetMaterialization(
        workout_library.key,
        metadata=library_metadata(library, pipeline),
        tags={_DATA_VERSION_TAG: library.version},
    )
    instance.report_runless_asset_event(library_asset)


def recorded_library_version(instance: dg.DagsterInstance) -> str | None:
    """The version that the asset was last reported with; ``None`` where it never was."""
    event = instance.get_latest_materialization_event(workout_library.key)
    if event is None or event.asset_materialization is None:
        return None
    version = event.asset_materialization.metadata.get("library_version")
    return None if version is None else str(version.value)


def _write_page(pipeline: Pipeline, library: Library) -> None:
    """Bring the library's page up to date, where there is one or is to be one."""
    if pipeline.settings.pages or pipeline.data.page(LIBRARY).is_file():
        write_library_page(pipeline.data, library, pipeline.config.load())


def library_metadata(library: Library, pipeline: Pipeline) -> dict[str, MetadataValue]:
    """Counts of a library and where it lies."""
    stats, page = library_stats(library), pipeline.data.page(LIBRARY)
    rows = [
        {
            "type": kind,
            "workouts": str(of_type.workouts),
            "structures": str(of_type.structures),
            "extensible": str(of_type.extensible),
            "minutes": f"{of_type.shortest_min}–{of_type.longest_min}",
        }
        for kind, of_type in stats.by_type.items()
    ]
    return {
        "library_version": MetadataValue.text(stats.version),
        "workouts": MetadataValue.int(stats.workouts),
        "structures": MetadataValue.int(stats.structures),
        "extensible_share": MetadataValue.float(stats.extensible_share),
        "folder": MetadataValue.path(str(pipeline.library.folder)),
        "by_type": MetadataValue.md(markdown_table(rows)),
        **({"page": MetadataValue.path(str(page))} if page.is_file() else {}),
    }
