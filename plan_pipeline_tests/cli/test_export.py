"""`export`: a published plan for other programs, on stdout or in a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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
