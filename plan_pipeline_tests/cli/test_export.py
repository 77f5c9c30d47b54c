"""`export`: a published plan for other programs, on stdout or in a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plan_pipeline.formats.extras import MissingExtraError, of_extra
from plan_pipeline_tests.cli.conftest import Run

PLAN = "rider-042-century"


def test_json_on_stdout_is_the_published_plan(run: Run, generated: Path) -> None:
    published = (generated / "plans" / PLAN / "plan.json").read_text()
    assert run("--data", generated, "export", PLAN, "--format", "json").stdout == published


def test_a_week_of_json_is_the_published_week(run: Run, generated: Path) -> None:
    published = json.loads((generated / "plans" / PLAN / "plan.json").read_text())
    week = run("--data", generated, "export", PLAN, "--format", "json", "--week", "8").json
    assert week == published["training_plan"]["weekly_plan"][7]


def test_with_a_folder_the_file_is_written_there_and_stdout_stays_empty(
    run: Run, generated: Path, tmp_path: Path
) -> None:
    ended = run("--data", generated, "export", PLAN, "--format", "csv", "--output", tmp_path / "new")
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert [path.name for path in (tmp_path / "new").iterdir()] == [f"{PLAN}.csv"]
    assert str(tmp_path / "new" / f"{PLAN}.csv") in ended.stderr


def test_an_unknown_format_is_answered_with_those_there_are(run: Run, generated: Path) -> None:
    ended = run("--data", generated, "export", PLAN, "--format", "pdf")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "--format: 'pdf' is not a known format; use one of json, csv" in ended.stderr


@pytest.mark.parametrize(
    ("plan", "week", "message"),
    [
        ("rider-42-century", "1", f"there is no plan 'rider-42-century'; did you mean {PLAN}"),
        ("rider-900-too-much", "1", "rider-900-too-much is not published yet; `plan-pipeline show rider-900-too-much`"),
        (PLAN, "13", f"--week: 13 is beyond the plan; {PLAN} has 12 weeks"),
    ],
)
def test_what_cannot_be_exported_is_answered_with_the_reason(
    run: Run, generated: Path, plan: str, week: str, message: str
) -> None:
    ended = run("--data", generated, "export", plan, "--format", "csv", "--week", week)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert message in ended.stderr


# --- workout files and calendars -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["zwo", "erg", "mrc", "fit", "icu"])
def test_a_plan_becomes_a_file_for_every_workout(run: Run, generated: Path, tmp_path: Path, form: str) -> None:
    ended = run("--data", generated, "export", PLAN, "--format", form, "--output", tmp_path)
    plan = json.loads((generated / "plans" / PLAN / "plan.json").read_text())["training_plan"]
    assert ended.exit_code == 0
    assert len(list(tmp_path.iterdir())) == sum(len(week["workouts"]) for week in plan["weekly_plan"])
    assert {path.name[:4] for path in tmp_path.iterdir()} == {f"W{week:02}-" for week in range(1, 13)}


def test_several_files_need_a_folder(run: Run, generated: Path) -> None:
    ended = run("--data", generated, "export", PLAN, "--format", "zwo", "--week", "2")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "--output: is missing; zwo makes" in ended.stderr


def test_a_calendar_goes_to_stdout(run: Run, generated: Path) -> None:
    assert run("--data", generated, "export", PLAN, "--format", "ics").stdout.startswith("BEGIN:VCALENDAR")


def test_every_active_plan_has_a_folder_of_its_own(run: Run, generated: Path, tmp_path: Path) -> None:
    ended = run("--data", generated, "export", "--all-active", "--format", "zwo", "--week", "1", "--output", tmp_path)
    published = {path.parent.name for path in (generated / "plans").glob("*/plan.json")}
    assert {path.name for path in tmp_path.iterdir()} == published
    assert all(path.suffix == ".zwo" for folder in tmp_path.iterdir() for path in folder.iterdir())
    assert (ended.exit_code, ended.stderr) == (0, f"{len(published)} plans written to {tmp_path}, 1 not published\n")


def test_a_plan_that_cannot_be_written_is_told_and_does_not_stop_the_others(
    run: Run, generated: Path, tmp_path: Path
) -> None:
    ended = run("--data", generated, "export", "--all-active", "--format", "csv", "--week", "9", "--output", tmp_path)
    assert ended.exit_code == 1
    assert "--week: 9 is beyond the plan" in ended.stderr
    assert (tmp_path / PLAN / f"{PLAN}-week-09.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "name one plan, or give --all-active for every one"),
        ([PLAN, "--all-active"], "name one plan, or give --all-active for every one"),
        (["--all-active"], "--output: is missing; name a folder for the plans of --all-active"),
    ],
)
def test_which_plans_are_meant_has_to_be_said(run: Run, generated: Path, arguments: list[str], says: str) -> None:
    ended = run("--data", generated, "export", *arguments, "--format", "zwo")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert says in ended.stderr


def test_a_format_whose_library_is_not_installed_names_the_extra() -> None:
    with pytest.raises(MissingExtraError, match=r"needs no_such_module, which is not installed; install .*\[files\]"):
        of_extra("no_such_module.inner", "zwo")
