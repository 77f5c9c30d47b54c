"""A user's mistake: exit code 2, one message that names file and field, nothing on stdout, nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline_tests.cli.conftest import EXAMPLES, Run, contents

Edit = Callable[[dict[str, Any]], object]

BAD_REQUESTS: dict[str, tuple[Edit, str]] = {
    "an unknown field": (lambda r: r.update(trainer="x"), "trainer"),
    "an unknown field inside": (lambda r: r["athlete_profile"].update(ftpp=200), "athlete_profile.ftpp"),
    "an id that climbs": (lambda r: r.update(plan_id="../x"), "plan_id"),
    "an id with a bar": (lambda r: r.update(plan_id="a|b"), "plan_id"),
    "an id with a comma": (lambda r: r.update(plan_id="a,b"), "plan_id"),
    "an empty id": (lambda r: r.update(plan_id=""), "plan_id"),
    "no id": (lambda r: r.pop("plan_id"), "plan_id"),
    "too many weeks": (lambda r: r.update(weeks=30), "weeks"),
    "too few weeks": (lambda r: r.update(weeks=3), "weeks"),
    "an FTP of zero": (lambda r: r["athlete_profile"].update(ftp=0), "athlete_profile.ftp"),
    "no training days": (
        lambda r: r["athlete_profile"]["training_availability"].update(week_days=[]),
        "athlete_profile.training_availability.week_days",
    ),
    "an unknown day": (
        lambda r: r["athlete_profile"]["training_availability"].update(week_days=["tuesday", "funday"]),
        "athlete_profile.training_availability.week_days.1",
    ),
    "an unknown arm": (lambda r: r.update(options={"duration": "best"}), "options.duration"),
    "an event before the start": (lambda r: r["event"].update(date="2026-01-01"), "event.date"),
}


@pytest.mark.parametrize("mistake", BAD_REQUESTS)
def test_a_bad_request_ends_in_one_message_and_nothing_written(
    mistake: str, run: Run, request_file: Callable[..., Path], tmp_path: Path
) -> None:
    edit, field = BAD_REQUESTS[mistake]
    path = request_file(edit)
    ended = run("--data", tmp_path / "data", "generate", path)
    assert ended.exit_code == 2
    assert f"{path}: {field}: " in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stdout == ""
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("broken.yaml", "plan_id: [unclosed", "broken.yaml"),
        ("broken.json", '{"plan_id": ', "broken.json"),
        ("tabs.yaml", "plan_id:\tx\n\tweeks: 4", "tabs.yaml"),
        ("empty.yaml", "", "is empty"),
        ("list.yaml", "- a\n- b\n", "list.yaml"),
        ("lines.jsonl", "{}\nnot json\n", "lines.jsonl:2"),
        ("binary.yaml", "\x00\x01", "binary.yaml"),
        ("request.txt", "plan_id: x", "is not a request file"),
    ],
)
def test_a_file_that_is_no_request_is_named(name: str, text: str, complaint: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    ended = run("--data", tmp_path / "data", "generate", tmp_path / name)
    assert ended.exit_code == 2
    assert complaint in ended.stderr
    assert not (tmp_path / "data").exists()


def test_a_missing_file_is_named(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path / "data", "generate", tmp_path / "nowhere.yaml")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert f"{tmp_path / 'nowhere.yaml'}: does not exist" in ended.stderr


def test_one_bad_file_keeps_the_good_ones_from_being_generated(
    run: Run, request_file: Callable[..., Path], tmp_path: Path
) -> None:
    bad = request_file(lambda r: r.update(weeks=30), "bad.yaml")
    ended = run("--data", tmp_path / "data", "generate", EXAMPLES / "rider-042-century.yaml", bad)
    assert ended.exit_code == 2
    assert not (tmp_path / "data").exists()


def test_problems_of_several_files_are_listed_together(
    run: Run, request_file: Callable[..., Path], tmp_path: Path
) -> None:
    one = request_file(lambda r: r.update(weeks=30), "one.yaml")
    two = request_file(lambda r: r.update(plan_id="a|b", trainer="x"), "two.yaml")
    lines = run("--data", tmp_path / "data", "generate", one, two).stderr.splitlines()
    assert lines[0] == "plan-pipeline: the requests have 3 problems, so nothing was generated:"
    assert len(lines) == 4


@pytest.mark.parametrize("command", ["generate", "batch"])
def test_a_goal_that_nobody_knows_is_refused_with_those_there_are(
    command: str, run: Run, request_file: Callable[..., Path], tmp_path: Path
) -> None:
    path = request_file(lambda r: r.update(goal="raise_ftpp"), "goal.yaml")
    ended = run("--data", tmp_path / "data", command, path)
    assert ended.exit_code == 2
    said = "goal.yaml: goal: 'raise_ftpp' is not a known goal; did you mean raise_ftp? known: base_season, "
    assert said in ended.stderr
    assert not (tmp_path / "data").exists()


def test_two_requests_with_one_id_are_refused(run: Run, request_file: Callable[..., Path], tmp_path: Path) -> None:
    one, two = request_file(name="one.yaml"), request_file(name="two.yaml")
    ended = run("--data", tmp_path / "data", "generate", one, two)
    assert ended.exit_code == 2
    assert f"{two}: plan_id: 'rider-042-century' is already the id of the request in {one}" in ended.stderr


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["--arm", "adjusted", "--no-duration-adjustment"], "--no-duration-adjustment"),
        (["--arm", "optimal", "--no-duration-adjustment"], "--arm optimal"),
        (["--arm", "legacy", "--duration-adjustment"], "--arm legacy"),
        (["--arm", "best"], "--arm"),
        (["--overview", "someone"], "--overview"),
        (["--weeks", "9"], "--weeks"),
    ],
)
def test_flags_that_cannot_be_meant_are_refused(flags: list[str], named: str, run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path / "data", "generate", EXAMPLES / "rider-042-century.yaml", *flags)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert named in ended.stderr
    assert not (tmp_path / "data").exists()


def test_an_arm_cannot_be_asked_for_that_the_installation_has_switched_off(run: Run, tmp_path: Path) -> None:
    ended = run(
        *("--data", tmp_path / "data", "generate", EXAMPLES / "rider-042-century.yaml", "--arm", "adjusted"),
        ENABLE_DURATION_ADJUSTMENT="false",
    )
    assert ended.exit_code == 2
    assert "--arm adjusted contradicts ENABLE_DURATION_ADJUSTMENT=false" in ended.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [("ENABLE_DURATION_ADJUSTMENT", "perhaps"), ("PLAN_PIPELINE_LLM_TIMEOUT_S", "soon"), ("PLAN_PIPELINE_DATTA", "x")],
)
def test_a_setting_that_cannot_be_used_is_named(variable: str, value: str, run: Run, tmp_path: Path) -> None:
    ended = run("generate", EXAMPLES / "rider-042-century.yaml", **{variable: value})
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert variable in ended.stderr


def test_a_library_that_is_none_is_named_before_anything_is_written(run: Run, tmp_path: Path) -> None:
    ended = run(
        *("--data", tmp_path / "data", "generate", EXAMPLES / "rider-042-century.yaml"),
        *("--library", tmp_path / "shelf"),
    )
    assert ended.exit_code == 2
    assert str(tmp_path / "shelf") in ended.stderr
    assert not (tmp_path / "data").exists()


def test_a_bad_request_leaves_an_existing_data_folder_untouched(
    run: Run, generated: Path, request_file: Callable[..., Path]
) -> None:
    before = contents(generated)
    run("--data", generated, "generate", request_file(lambda r: r["athlete_profile"].update(ftp=0)))
    assert contents(generated) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "../x"],
        ["show", "a|b"],
        ["show", ""],
        ["sql", "SELECT * FROM nowhere"],
        ["sql", "DROP TABLE plan_weeks"],
    ],
)
def test_what_cannot_be_looked_up_is_said_in_one_line(arguments: list[str], run: Run, generated: Path) -> None:
    ended = run("--data", generated, *arguments)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("plan-pipeline: ")


def test_a_mistake_shows_no_traceback_in_a_shell(run_process: Run, request_file: Callable[..., Path]) -> None:
    ended = run_process("generate", request_file(lambda r: r.update(plan_id="../x")), "--json")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_an_output_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    ended = run("cohort", "--athletes", "1", "--seed", "1", "-o", tmp_path / "taken" / "x.jsonl")
    assert ended.exit_code == 2
    assert str(tmp_path / "taken") in ended.stderr


@pytest.mark.parametrize(
    "arguments", [["--athletes", "0", "--seed", "1"], ["--athletes", "5", "--seed", "-1"], ["--athletes", "five"]]
)
def test_a_cohort_that_cannot_be_is_refused(arguments: list[str], run: Run) -> None:
    assert run("cohort", *arguments).exit_code == 2
