"""`library validate|stats` and `validate-week`: checks from the shell."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from plan_pipeline.settings import Settings
from plan_pipeline_tests.cli.conftest import Run


@pytest.fixture
def damaged_library(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    shutil.copytree(Settings().library, folder)
    file = folder / "cycling" / "endurance.yaml"
    lines = file.read_text().splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if line.strip().startswith("tss:"))
    lines[at] = lines[at].replace("tss:", "tss: 9").replace("9 ", "9")
    file.write_text("".join(lines))
    return folder


def test_the_library_that_comes_with_the_project_is_valid(run: Run) -> None:
    ended = run("library", "validate")
    assert ended.exit_code == 0
    assert " 0 errors" in ended.stdout


def test_a_library_with_a_wrong_figure_fails_and_names_it(run: Run, damaged_library: Path) -> None:
    ended = run("library", "validate", "--library", damaged_library)
    assert ended.exit_code == 1
    assert "error: cycling/endurance.yaml: " in ended.stdout
    assert ": tss: states 9" in ended.stdout


def test_the_report_as_json_says_whether_the_library_passed(run: Run, damaged_library: Path) -> None:
    report = run("library", "validate", "--library", damaged_library, "--json").json
    assert report["passed"] is False
    assert [problem["field"] for problem in report["problems"]] == ["tss"]


def test_a_library_that_asks_more_than_its_riders_have_fails_and_says_at_which_length(run: Run, tmp_path: Path) -> None:
    shutil.copytree(Settings().config, tmp_path / "config")
    levels = tmp_path / "config" / "cycling" / "levels.yaml"
    levels.write_text(levels.read_text().replace("w_prime_s: 50", "w_prime_s: 20"))

    ended = run("library", "validate", PLAN_PIPELINE_CONFIG=str(tmp_path / "config"))

    assert ended.exit_code == 1
    assert "more than the W′ of a beginner rider allows" in ended.stdout


def test_a_library_that_is_no_folder_is_bad_usage(run: Run, tmp_path: Path) -> None:
    ended = run("library", "validate", "--library", tmp_path / "none")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "--library" in ended.stderr


def test_the_library_can_come_from_the_environment(run: Run, damaged_library: Path) -> None:
    assert run("library", "validate", PLAN_PIPELINE_LIBRARY=str(damaged_library)).exit_code == 1


def test_the_numbers_add_up_over_the_types(run: Run) -> None:
    stats = run("library", "stats", "--json").json
    assert stats["workouts"] == sum(of_type["workouts"] for of_type in stats["by_type"].values())


def test_the_numbers_are_a_table_for_people(run: Run) -> None:
    assert "sweet_spot" in run("library", "stats").stdout


def test_a_library_that_cannot_be_read_has_no_numbers(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cycling").mkdir()
    (tmp_path / "cycling" / "tempo.yaml").write_text("schema_version: [")
    ended = run("library", "stats", "--library", tmp_path)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "cycling/tempo.yaml" in ended.stderr


@pytest.fixture
def week(run: Run, generated: Path, tmp_path: Path) -> list[str | Path]:
    """The arguments that judge week 2 of a published plan."""
    published = run("--data", generated, "show", "rider-042-century", "--week", "2", "--json").json
    overview = {k: published[k] for k in ("week_number", "phase", "target_hours", "target_tss", "training_days")}
    (tmp_path / "week.json").write_text(json.dumps(overview))
    (tmp_path / "workouts.json").write_text(json.dumps(published["workouts"]))
    return ["validate-week", "--overview", tmp_path / "week.json", "--workouts", tmp_path / "workouts.json"]


def test_a_published_week_passes_when_judged_alone(run: Run, week: list[str]) -> None:
    ended = run(*week, "--json")
    assert ended.exit_code == 0
    assert ended.json["validation"]["passed"] is True


def test_a_week_that_is_far_too_long_fails(run: Run, week: list[str], tmp_path: Path) -> None:
    overview = json.loads((tmp_path / "week.json").read_text())
    (tmp_path / "week.json").write_text(json.dumps(overview | {"target_hours": 2.0, "target_tss": 80}))
    ended = run(*week, "--no-auto-fix", "--json")
    assert ended.exit_code == 1
    assert ended.json["validation"]["errors"]


def test_people_are_told_what_to_do_about_a_week_that_fails(run: Run, week: list[str], tmp_path: Path) -> None:
    overview = json.loads((tmp_path / "week.json").read_text())
    (tmp_path / "week.json").write_text(json.dumps(overview | {"target_hours": 2.0, "target_tss": 80}))
    ended = run(*week, "--no-auto-fix")
    assert ended.exit_code == 1
    assert "Week 2 validation failed. Please adjust workouts:" in ended.stderr
    assert "- To reduce time: Shorten segment durations or remove recovery segments" in ended.stderr


def test_a_week_is_judged_in_words_for_people(run: Run, week: list[str]) -> None:
    ended = run(*week)
    assert "passed" in ended.stdout
    assert "Saturday" in ended.stdout


def test_seven_days_can_be_asked_for(run: Run, week: list[str], tmp_path: Path) -> None:
    workouts = json.loads((tmp_path / "workouts.json").read_text())
    trained = {workout["weekday"] for workout in workouts}
    ended = run(*week, "--all-days")
    assert ended.exit_code == 1
    assert "Monday is missing; give it a workout, or an entry of type rest" in " ".join(ended.stderr.split())

    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    rest = [{"weekday": day, "type": "rest", "segments": [], "duration_min": 0} for day in days if day not in trained]
    (tmp_path / "workouts.json").write_text(json.dumps([*rest, *workouts]))
    ended = run(*week, "--all-days")
    assert ended.exit_code == 0
    assert "Rest" in ended.stdout


def test_an_ftp_adds_watts(run: Run, week: list[str]) -> None:
    assert "NP W" not in run(*week).stdout
    assert "NP W" in run(*week, "--ftp", "265").stdout


def test_a_week_file_that_cannot_be_used_is_named(run: Run, week: list[str], tmp_path: Path) -> None:
    (tmp_path / "week.json").write_text('{"week_number": 1}')
    ended = run(*week)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert str(tmp_path / "week.json") in ended.stderr
    assert "phase" in ended.stderr


def test_both_files_are_needed(run: Run) -> None:
    ended = run("validate-week")
    assert ended.exit_code == 2
    assert "--overview" in ended.stderr
