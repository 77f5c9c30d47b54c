"""Commands about libraries and configurations say what they find for each sport, or for the one that is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline_tests.cli.conftest import Run
from plan_pipeline_tests.config.folders import a_copy, replace
from plan_pipeline_tests.library.samples import file_of, run_file_of, workout, write
from plan_pipeline_tests.library.samples import run as running

EASY = "running/easy.yaml"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of one workout of cycling and one of running."""
    write(tmp_path / "library", file_of(workout()))
    return write(tmp_path / "library", run_file_of(running()), EASY)


# --- the library -----------------------------------------------------------------------------------------------


def test_a_valid_library_tells_the_version_and_the_number_of_workouts_of_each_sport(run: Run, library: Path) -> None:
    ended = run("library", "validate", "--library", library)

    report = run("library", "validate", "--library", library, "--json").json
    assert ended.exit_code == 0
    for sport in Sport:
        assert f"{sport}: 1 workouts; version {report['versions'][sport]}" in ended.stdout
    assert f"{library}: 2 workouts, 0 errors, 0 warnings" in ended.stdout
    assert report["version"] == report["versions"]["cycling"]
    assert report["workout_counts"] == {"cycling": 1, "running": 1}


def test_an_error_of_one_sport_is_told_beside_the_version_of_the_other(run: Run, library: Path) -> None:
    write(library, "[", EASY)
    ended = run("library", "validate", "--library", library)
    assert ended.exit_code == 1
    assert "cycling: 1 workouts; version " in ended.stdout
    assert "running: 0 workouts; cannot be loaded until the errors are gone" in ended.stdout


def test_numbers_are_of_each_sport_or_of_one(run: Run, library: Path) -> None:
    numbers = run("library", "stats", "--library", library, "--json").json
    assert (numbers["sport"], list(numbers["by_sport"])) == ("cycling", ["cycling", "running"])
    alone = run("library", "stats", "--library", library, "--sport", "running", "--json").json
    assert (alone["sport"], alone["version"]) == ("running", numbers["by_sport"]["running"]["version"])

    shown = run("library", "stats", "--library", library).stdout
    assert "of cycling: 1 workouts" in shown and "of running: 1 workouts" in shown


def test_numbers_of_a_sport_that_the_library_lacks_are_bad_usage(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path / "library", file_of(workout()))
    ended = run("library", "stats", "--library", folder, "--sport", "running")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "the library has no workouts of running" in ended.stderr


def test_the_doctor_tells_the_version_of_each_sport(run: Run, library: Path) -> None:
    found = run("doctor", "--library", library, "--json").stdout
    assert "cycling: 1 workouts, version " in found
    assert "running: 1 workouts, version " in found
    assert all(f"{sport}: " in found for sport in Sport)


# --- the configuration -----------------------------------------------------------------------------------------


def test_every_sport_of_a_configuration_is_validated_or_the_one_that_is_named(run: Run, tmp_path: Path) -> None:
    folder = a_copy(tmp_path / "config")
    (folder / "running" / "week.yaml").write_text("[")

    ended = run("config", "validate", folder)

    assert ended.exit_code == 1
    assert f"{folder} for cycling: 0 errors" in ended.stdout
    assert f"{folder} for running: 1 error, " in ended.stdout
    assert "error: running/week.yaml" in ended.stdout
    assert run("config", "validate", folder, "--sport", "cycling").exit_code == 0
    report = run("config", "validate", folder, "--json").json
    assert (report["passed"], report["versions"]["running"]) == (False, None)
    assert report["version"] == report["versions"]["cycling"]


def test_a_sport_is_shown_and_compared_by_itself(run: Run, tmp_path: Path) -> None:
    folder = a_copy(tmp_path / "config")
    replace(folder / "running" / "events" / "5k.yaml", "longest_min: 95", "longest_min: 90")

    assert "marathon" in run("config", "show", "events", "--sport", "running").stdout
    assert "century" in run("config", "show", "events").stdout
    assert run("config", "diff", folder, "--sport", "cycling", "--json").json["changed"] is False
    assert run("config", "diff", folder, "--json").json["changed"] is True
    changes = run("config", "diff", folder, "--sport", "running", "--json").json["changes"]
    assert [change["where"] for change in changes] == ["events.5k.long_ride.longest_min"]


def test_a_sport_that_there_is_not_is_bad_usage(run: Run) -> None:
    ended = run("config", "show", "--sport", "rowing")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "rowing" in ended.stderr


# --- requests and plans ----------------------------------------------------------------------------------------


def test_a_cohort_is_of_a_sport(run: Run) -> None:
    requests = run("cohort", "--athletes", "3", "--seed", "7", "--sport", "running").json_lines
    assert {each["sport"] for each in requests} == {"running"}
    assert not any("sport" in each for each in run("cohort", "--athletes", "3", "--seed", "7").json_lines)


def test_a_sport_that_the_configuration_lacks_is_told_before_anything_is_made(run: Run, tmp_path: Path) -> None:
    folder = a_copy(tmp_path / "config")
    (folder / "running").rename(tmp_path / "elsewhere")
    requests = tmp_path / "requests.jsonl"
    requests.write_text(run("cohort", "--athletes", "1", "--seed", "7", "--sport", "running").stdout)

    ended = run("--data", tmp_path / "data", "generate", requests, PLAN_PIPELINE_CONFIG=str(folder))

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "running: holds no configuration of running; put defaults.yaml" in ended.stderr


def test_a_plan_of_a_sport_that_there_is_not_is_refused(run: Run, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"training_plan": {"sport": "rowing", "weekly_plan": [{"workouts": []}] * 4}}))
    ended = run("check-plan", plan)
    assert ended.exit_code == 2
    assert f"{plan}: sport: 'rowing' is not known; use one of cycling, running" in ended.stderr
