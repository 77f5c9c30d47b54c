"""``workout_library``: the workouts that plans are built from, read and counted."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library
from plan_pipeline.library import folder_version, library_stats, load_library
from plan_pipeline.orchestration.assets.shared import COACHING, RELEASE
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.reporting.markdown import markdown_table
from plan_pipeline.services.pages.page_files import library_page_name, write_library_page
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.sources import usable

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
    """The workout library of every sport as it lies on disk, under a version that is a hash of its content.

    Stages read the files themselves; launch this to see what is in them and whether they are sound. A sport that cannot
    be read is left out, and its checks tell why.
    """
    with translate_failures():
        libraries = readable_libraries(pipeline)
        for library in libraries.values():
            pipeline.facts.write_library(library)
        _write_pages(pipeline, libraries)
    return dg.MaterializeResult(
        metadata=library_metadata(libraries, pipeline), data_version=dg.DataVersion(version_of(libraries))
    )


def readable_libraries(pipeline: Pipeline) -> dict[Sport, Library]:
    """The libraries that can be read, good or not, by sport. Raises ``LibraryError`` where none can."""
    return usable(partial(load_library, pipeline.library.folder), pipeline.library.sports)


def record_library(instance: dg.DagsterInstance, pipeline: Pipeline) -> None:
    """Report the library that plans are made from, unless it was: Dagster warns where an asset has missing inputs.

    Raises ``LibraryError`` where the library of no sport is good.
    """
    libraries = pipeline.library.load_all()
    is_recorded = recorded_library_version(instance) == version_of(libraries)
    if not is_recorded or not all(_page(pipeline, sport).is_file() for sport in libraries):
        _write_pages(pipeline, libraries)
    if is_recorded:
        return
    library_asset = dg.AssetMaterialization(
        workout_library.key,
        metadata=library_metadata(libraries, pipeline),
        tags={_DATA_VERSION_TAG: version_of(libraries)},
    )
    instance.report_runless_asset_event(library_asset)


def version_of(libraries: Mapping[Sport, Library]) -> str:
    """The version of the libraries of all sports together; of one alone, its own."""
    return folder_version({sport: library.version for sport, library in libraries.items()})


def recorded_library_version(instance: dg.DagsterInstance) -> str | None:
    """The version that the asset was last reported with; ``None`` where it never was."""
    event = instance.get_latest_materialization_event(workout_library.key)
    if event is None or event.asset_materialization is None:
        return None
    version = event.asset_materialization.metadata.get("library_version")
    return None if version is None else str(version.value)


def _page(pipeline: Pipeline, sport: Sport) -> Path:
    return pipeline.data.page(library_page_name(sport))


def _write_pages(pipeline: Pipeline, libraries: Mapping[Sport, Library]) -> None:
    """Bring the pages of libraries up to date, where there are some or are to be some."""
    wanted = [sport for sport in libraries if pipeline.settings.pages or _page(pipeline, sport).is_file()]
    configs = pipeline.config.load_all() if wanted else {}
    for sport in wanted:
        if sport in configs:
            write_library_page(pipeline.data, libraries[sport], configs[sport])


def library_metadata(libraries: Mapping[Sport, Library], pipeline: Pipeline) -> dict[str, MetadataValue]:
    """Counts of libraries, in all, by sport and by type, and where they lie."""
    by_sport = {sport: library_stats(library) for sport, library in libraries.items()}
    workouts = sum(stats.workouts for stats in by_sport.values())
    extensible = sum(workout.extensible for library in libraries.values() for workout in library.workouts)
    sports = [
        {
            "sport": sport.value,
            "version": stats.version,
            "workouts": str(stats.workouts),
            "structures": str(stats.structures),
            "extensible": f"{stats.extensible_share:.0%}",
        }
        for sport, stats in by_sport.items()
    ]
    types = [
        {
            "sport": sport.value if len(by_sport) > 1 else "",
            "type": kind,
            "workouts": str(of_type.workouts),
            "structures": str(of_type.structures),
            "extensible": str(of_type.extensible),
            "minutes": f"{of_type.shortest_min}–{of_type.longest_min}",
        }
        for sport, stats in by_sport.items()
        for kind, of_type in stats.by_type.items()
    ]
    pages = {sport: page for sport in libraries if (page := _page(pipeline, sport)).is_file()}
    return {
        "library_version": MetadataValue.text(version_of(libraries)),
        "workouts": MetadataValue.int(workouts),
        "structures": MetadataValue.int(sum(stats.structures for stats in by_sport.values())),
        "extensible_share": MetadataValue.float(round(extensible / workouts, 4)),
        "folder": MetadataValue.path(str(pipeline.library.folder)),
        "by_sport": MetadataValue.md(markdown_table(sports)),
        "by_type": MetadataValue.md(markdown_table(types)),
        **{
            "page" if sport is Sport.CYCLING else f"page_{sport}": MetadataValue.path(str(page))
            for sport, page in pages.items()
        },
    }
