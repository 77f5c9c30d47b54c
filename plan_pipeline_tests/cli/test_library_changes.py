"""`library migrate|activate|rollback|history`: an old library taken up by the pipeline, and left again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from plan_pipeline_tests.cli.conftest import Run
from plan_pipeline_tests.library.migration.legacy_libraries import legacy_library


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("old") / "old.json"
    path.write_text(json.dumps(legacy_library(5, workouts=60, gaps=False)))
    return path


@pytest.fixture
def new(run: Run, old: Path, tmp_path: Path) -> Path:
    assert run("library", "migrate", old, "--output", tmp_path / "new").exit_code == 0
    return tmp_path / "new"


def test_a_library_is_migrated_validated_activated_and_planned_from(
    run: Run, old: Path, tmp_path: Path, request_file: Callable[..., Path]
) -> None:
    flags = ("--add-extensible-flag", "--add-scaling-strategy")
    migrated = run("library", "migrate", old, "--output", tmp_path / "new", *flags, "--report", tmp_path / "r.json")
    report = json.loads((tmp_path / "r.json").read_text())
    assert migrated.exit_code == 0
    assert f"{report['workouts_in']} workouts read, {report['workouts_out']} kept" in migrated.stdout
    assert run("library", "validate", "--library", tmp_path / "new").exit_code == 0

    data = ("--data", tmp_path / "data")
    assert run(*data, "library", "activate", tmp_path / "new").exit_code == 0
    assert run(*data, "library", "stats", "--json").json["version"] == report["library_version"]
    assert run(*data, "library", "validate", "--json").json["chosen_by"] == "activation"
    checks = {check["name"]: check for check in run(*data, "doctor", "--json").json["checks"]}
    assert "activated from" in checks["library"]["detail"]

    made = run(*data, "generate", request_file(), "--json")
    plan = json.loads(next((tmp_path / "data" / "plans").glob("*/plan.json")).read_text())
    assert (made.exit_code, plan["ai_metadata"]["library_version"]) == (0, report["library_version"])


def test_the_history_shows_every_change_newest_first(run: Run, new: Path, tmp_path: Path) -> None:
    data = ("--data", tmp_path / "data")
    version = run(*data, "library", "activate", new, "--json").json["version"]
    run(*data, "library", "rollback")

    shown = run(*data, "library", "history", "--json").json
    assert [(change["action"], change["version"]) for change in shown["history"]] == [
        ("rollback", None),
        ("activate", version),
    ]
    assert shown["in_force"]["chosen_by"] == "default"
    lines = run(*data, "library", "history").stdout.splitlines()
    assert (len(lines), version in lines[1], "comes with plan-pipeline" in lines[2]) == (3, True, True)


def test_a_setting_that_goes_before_the_activated_library_is_spoken_of(run: Run, new: Path, tmp_path: Path) -> None:
    done = run("--data", tmp_path / "data", "library", "activate", new, PLAN_PIPELINE_LIBRARY=str(new))
    assert (done.exit_code, "goes before it" in done.stderr) == (0, True)


def test_a_library_with_errors_is_not_activated(run: Run, new: Path, tmp_path: Path) -> None:
    file = new / "cycling" / "endurance.yaml"
    file.write_text(file.read_text().replace("tss: ", "tss: 9", 1))
    done = run("--data", tmp_path / "data", "library", "activate", new)
    assert (done.exit_code, "cycling/endurance.yaml" in done.stderr) == (2, True)
    assert not (tmp_path / "data").exists()


def test_nothing_to_roll_back_is_bad_usage(run: Run, tmp_path: Path) -> None:
    done = run("--data", tmp_path / "data", "library", "rollback")
    assert (done.exit_code, "no library was activated" in done.stderr) == (2, True)


def test_a_file_that_is_no_legacy_library_is_bad_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text("{")
    done = run("library", "migrate", tmp_path / "old.json", "--output", tmp_path / "new")
    assert (done.exit_code, done.stdout, "old.json: is not valid JSON" in done.stderr) == (2, "", True)


def test_a_library_of_which_nothing_can_be_kept_fails_with_the_reasons(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text('{"version": "1.0", "workouts": [{"id": "a_ride"}]}')
    done = run("library", "migrate", tmp_path / "old.json", "--output", tmp_path / "new")
    assert (done.exit_code, "not kept: a_ride: segments: is missing" in done.stdout) == (1, True)


def test_the_report_can_be_printed_for_programs(run: Run, old: Path, tmp_path: Path) -> None:
    report = run("library", "migrate", old, "--output", tmp_path / "new", "--json").json
    assert report["workouts_in"] == report["workouts_out"] + len(report["rejected"])


def test_a_damaged_record_is_what_the_doctor_finds_and_what_stops_plans(run: Run, new: Path, tmp_path: Path) -> None:
    data = ("--data", tmp_path / "data")
    run(*data, "library", "activate", new)
    (tmp_path / "data" / "library" / "history.json").write_text("{")
    checks = {check["name"]: check for check in run(*data, "doctor", "--json").json["checks"]}
    assert checks["library"]["remedy"].startswith("put an earlier copy of the file back")
    stopped = run(*data, "library", "stats")
    assert (stopped.exit_code, "history.json is damaged" in stopped.stderr) == (1, True)


def test_a_report_that_is_a_folder_is_bad_usage_and_nothing_is_written(run: Run, old: Path, tmp_path: Path) -> None:
    done = run("library", "migrate", old, "--output", tmp_path / "new", "--report", tmp_path)
    assert (done.exit_code, "--report" in done.stderr, (tmp_path / "new").exists()) == (2, True, False)
