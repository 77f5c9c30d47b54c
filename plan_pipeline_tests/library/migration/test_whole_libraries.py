"""Legacy libraries by the hundred: nothing is lost, and what comes out is a library that validates."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.library import validate_library
from plan_pipeline.library.files import LibraryFile
from plan_pipeline.library.migration.migrate import LegacyLibraryError, Migration, migrate_library
from plan_pipeline.library.validation import LibraryReport
from plan_pipeline.strict_input.strict_yaml import parse_yaml
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.library.migration.legacy_libraries import endurance, legacy_library, library, workout


def migrated(old: Any) -> Migration:
    return migrate_library(json.dumps(old).encode(), "old.json", real_config())


def validated(migration: Migration, folder: Path) -> LibraryReport:
    for name, text in migration.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return validate_library(folder, {Sport.CYCLING: real_config()})


def test_a_library_with_every_gap_is_accounted_for_and_validates(tmp_path: Path) -> None:
    old = legacy_library(1)
    migration = migrated(old)
    report = migration.report

    checked = validated(migration, tmp_path)
    assert (checked.errors, checked.version, checked.workout_count) == ((), report.library_version, report.workouts_out)
    assert report.workouts_in == len(old["workouts"]) == report.workouts_out + len(report.rejected)
    assert report.extensible_share >= 0.6
    assert all(each.reason for each in report.rejected)


def test_the_same_library_comes_out_the_same() -> None:
    old = legacy_library(3, workouts=30, gaps=False)
    assert migrated(old) == migrated(old)


def test_every_workout_without_a_gap_is_kept_or_made_by_another() -> None:
    report = migrated(legacy_library(4, workouts=80, gaps=False)).report
    assert {each.id for each in report.rejected} == {each.id for each in report.duplicates} | {*report.unrideable}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from([*workout(), "weekday", "sport", "tss", "version"])
SEGMENT_FIELDS = st.sampled_from(
    ["type", "duration_min", "power_low_pct", "power_high_pct", "sets", "work", "recovery"]
)


@given(st.dictionaries(FIELDS, VALUES, max_size=4), st.dictionaries(SEGMENT_FIELDS, VALUES, max_size=3))
def test_whatever_a_workout_holds_it_is_accounted_for(fields: dict[str, Any], of_segment: dict[str, Any]) -> None:
    broken = {**workout(), **fields}
    segments = [{**workout()["segments"][1], **of_segment}, *workout()["segments"]]
    report = migrated(library(broken, workout(segments=segments), endurance())).report
    assert report.workouts_in == report.workouts_out + len(report.rejected) == 3


@given(VALUES, VALUES)
def test_whatever_a_file_holds_it_is_migrated_or_refused(version: Any, workouts: Any) -> None:
    with suppress(LegacyLibraryError):
        report = migrated({"version": version, "workouts": workouts}).report
        assert report.workouts_in == len(workouts) == report.workouts_out + len(report.rejected)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_any_text_comes_through_the_files(name: str, description: str, of_step: str) -> None:
    entry = endurance(
        name=name, description=description, segments=[{**endurance()["segments"][1], "description": of_step}]
    )
    migration = migrated(library(entry))

    (file,) = [text for path, text in migration.files.items() if path.endswith(".yaml")]
    file.encode()
    (found,) = LibraryFile.model_validate(parse_yaml(file)).workouts
    assert found.name
