"""`config validate|show|diff`: what coaches know, from the shell."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plan_pipeline.shipped import shipped
from plan_pipeline_tests.cli.conftest import Run
from plan_pipeline_tests.config.folders import a_copy, replace

CENTURY = "cycling/events/century.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_copy(tmp_path / "config")


def test_the_configuration_that_comes_with_the_project_is_sound(run: Run) -> None:
    ended = run("config", "validate")
    assert ended.exit_code == 0
    assert ": 0 errors, 0 warnings; version " in ended.stdout


def test_a_mistake_fails_and_is_named_with_file_line_field_and_remedy(run: Run, folder: Path) -> None:
    replace(folder / CENTURY, "speed_km_h: 26", "speed_kmh: 26")
    ended = run("config", "validate", folder)
    assert ended.exit_code == 1
    assert f"error: {CENTURY}:12: speed_kmh: is not a known field; did you mean speed_km_h?" in ended.stdout
    assert "cannot be used until the errors are gone" in ended.stdout
    report = run("config", "validate", folder, "--json").json
    assert (report["passed"], report["version"]) == (False, None)
    assert {"file": CENTURY, "line": 12, "field": "speed_kmh"}.items() <= report["problems"][1].items()


def test_a_test_that_the_library_lacks_is_a_warning(run: Run, folder: Path) -> None:
    replace(folder / "cycling/goals/vo2max.yaml", "test_5min", "test_5mins")
    ended = run("config", "validate", folder)
    assert ended.exit_code == 0
    assert "tests[1]: the library has no workout 'test_5mins'; did you mean test_5min?" in ended.stdout


def test_the_folder_in_force_comes_from_the_environment(run: Run, folder: Path) -> None:
    replace(folder / CENTURY, "id: century", "id: centuries")
    assert run("config", "validate", PLAN_PIPELINE_CONFIG=str(folder)).exit_code == 1
    ended = run("config", "show", PLAN_PIPELINE_CONFIG=str(folder))
    assert ended.exit_code == 2
    assert "'centuries' is not the name of the file" in ended.stderr


def test_what_is_no_folder_is_bad_usage(run: Run, tmp_path: Path) -> None:
    ended = run("config", "validate", tmp_path / "none")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "none is not a folder; name the folder of a planning configuration" in ended.stderr


def test_what_there_is_can_be_listed(run: Run) -> None:
    ended = run("config", "show")
    assert "goals: base_season, first_plan," in ended.stdout
    assert "where a request says nothing that can be read: goal general_fitness, event other" in ended.stdout


@pytest.mark.parametrize("part", ["events", "goals", "levels", "week", "rules", "flags"])
def test_every_part_can_be_shown(run: Run, part: str) -> None:
    assert run("config", "show", part).exit_code == 0
    assert isinstance(run("config", "show", part, "--json").json, dict)


def test_one_event_is_shown_with_every_field_under_any_of_its_names(run: Run) -> None:
    ended = run("config", "show", "events", "Sportive")
    assert "long_ride.hours_share" in ended.stdout
    assert run("config", "show", "events", "sportive", "--json").json["id"] == "century"


def test_what_is_not_there_is_bad_usage_with_what_is(run: Run) -> None:
    ended = run("config", "show", "events", "centry")
    assert ended.exit_code == 2
    assert "'centry' is not a known event; did you mean century?" in ended.stderr
    assert (
        "'levles' is not a part of the configuration; use one of events, goals"
        in run("config", "show", "levles").stderr
    )
    assert "'novice' is not one of levels; use one of beginner" in run("config", "show", "levels", "novice").stderr


def test_an_edit_is_told_from_the_configuration_in_force(run: Run, folder: Path) -> None:
    replace(folder / CENTURY, "hours_share: 0.45", "hours_share: 0.5")
    ended = run("config", "diff", folder)
    assert ended.exit_code == 0
    assert "events.century.long_ride.hours_share: 0.45 → 0.5" in ended.stdout
    found = run("config", "diff", folder, "config", "--json").json
    assert found["changed"] is True
    where = "events.century.long_ride.hours_share"
    assert found["changes"] == [{"sport": "cycling", "kind": "changed", "where": where, "before": 0.5, "after": 0.45}]


def test_an_edit_of_another_sport_is_told_as_well_and_a_sport_that_one_lacks(run: Run, folder: Path) -> None:
    replace(folder / "running/events/marathon.yaml", "longest_min: 180", "longest_min: 170")
    ended = run("config", "diff", folder)
    assert "running: events.marathon.long_ride.longest_min: 180 → 170" in ended.stdout
    assert "0 differences" in run("config", "diff", folder, "--sport", "cycling").stdout

    shutil.rmtree(folder / "running")
    assert f"running: is in {shipped('config')} alone" in run("config", "diff", folder).stdout
    assert run("config", "diff", folder, "--json").json["changed"] is True
