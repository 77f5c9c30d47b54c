"""`doctor`, `--help`, `--version`: what is installed, and that the answer comes at once."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline_tests.cli.conftest import Ended, Run

COMMANDS = (
    "generate",
    "batch",
    "cohort",
    "plans",
    "show",
    "explain",
    "versions",
    "diff",
    "sql",
    "validate-week",
    "experiment",
    "library",
    "models",
    "doctor",
    "ui",
)


def _check(ended: Ended, name: str) -> Any:
    return next(check for check in ended.json["checks"] if check["name"] == name)


def test_a_sound_installation_is_healthy(run: Run, generated: Path) -> None:
    ended = run("--data", generated, "doctor", "--json")
    assert ended.exit_code == 0, ended.stdout
    assert ended.json["ok"] is True
    plans = len(list(generated.glob("plans/*/plan.json")))
    assert f"{plans} plans" in _check(ended, "warehouse")["detail"]
    assert "goals" in _check(ended, "configuration")["detail"]


def test_looking_writes_nothing(run: Run, tmp_path: Path) -> None:
    run("--data", tmp_path / "data", "doctor")
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_never_shown(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path, "doctor", "--json", ANTHROPIC_API_KEY="sk-ant-very-secret")
    assert "very-secret" not in ended.stdout + ended.stderr
    assert _check(ended, "models of anthropic")["detail"].endswith("`plan-pipeline models try anthropic` asks it")


def test_settings_of_other_planners_that_do_nothing_are_shown(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path, "doctor", "--json", AI_TEMPERATURE="0.7")
    assert ended.exit_code == 0
    assert _check(ended, "settings not read")["detail"].startswith("AI_TEMPERATURE=0.7 is not read: no model is sent")


def test_a_provider_that_is_not_set_up_is_healthy_and_says_what_to_set(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path, "doctor", "--json")
    assert ended.exit_code == 0
    for name in ("anthropic", "openai", "gemini", "ollama"):
        assert "set " in _check(ended, f"models of {name}")["detail"]


def test_a_provider_that_requests_are_to_use_has_to_be_set_up(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path, "doctor", "--json", AI_PROVIDER="anthropic")
    assert ended.exit_code == 1
    assert _check(ended, "models of anthropic")["remedy"] == "set ANTHROPIC_API_KEY; or unset AI_PROVIDER"


def test_that_publishing_is_switched_off_is_shown(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path, "doctor", "--json", PLAN_PIPELINE_PUBLISH="false")
    assert ended.exit_code == 0
    assert _check(ended, "publishing")["detail"].startswith("switched off by PLAN_PIPELINE_PUBLISH")


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"DAGSTER_HOME": "somewhere/relative"}, "DAGSTER_HOME"),
        ({"DAGSTER_HOME": "/nowhere/at/all"}, "DAGSTER_HOME"),
        ({"PLAN_PIPELINE_LIBRARY": "/nowhere/at/all"}, "library"),
        ({"PLAN_PIPELINE_CONFIG": "/nowhere/at/all"}, "configuration"),
        ({"PLAN_PIPELINE_KEEP_VERSIONS": "0"}, "settings"),
    ],
)
def test_what_is_wrong_is_said_with_a_remedy(environment: dict[str, str], name: str, run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path, "doctor", "--json", **environment)
    assert ended.exit_code == 1
    assert [check["name"] for check in ended.json["checks"] if not check["ok"]] == [name]
    assert _check(ended, name)["remedy"]


def test_a_home_with_the_settings_of_an_earlier_release_is_wrong(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text("run_launcher: {module: plan_pipeline.orchestration.celery_launcher}\n")
    ended = run("--data", tmp_path / "data", "doctor", "--json", DAGSTER_HOME=str(tmp_path))
    assert ended.exit_code == 1
    assert _check(ended, "DAGSTER_HOME")["detail"].endswith("names plan_pipeline.orchestration.celery_launcher")
    assert "deploy/dagster.yaml" in _check(ended, "DAGSTER_HOME")["remedy"]


def test_a_data_folder_that_is_a_file_is_wrong(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    ended = run("--data", tmp_path / "data", "doctor", "--json")
    assert ended.exit_code == 1
    assert not _check(ended, "data folder")["ok"]


def test_a_warehouse_that_is_none_is_wrong(run: Run, tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").write_text("not a database")
    ended = run("--data", tmp_path, "doctor", "--json")
    assert ended.exit_code == 1
    assert not _check(ended, "warehouse")["ok"]


def test_a_damaged_state_of_dagster_is_wrong(run: Run, tmp_path: Path) -> None:
    state = tmp_path / ".dagster" / "history" / "runs.db"
    state.parent.mkdir(parents=True)
    state.write_text("not a database")
    found = _check(run("doctor", "--data", tmp_path, "--json"), "Dagster's state")
    assert found["detail"] == f"{state} is damaged (file is not a database)"
    assert f"mv '{state}' '{state}.damaged'" in found["remedy"]


def test_a_data_folder_whose_path_is_too_long_is_wrong(run: Run, tmp_path: Path) -> None:
    found = _check(run("doctor", "--data", tmp_path / ("x" * 300), "--json"), "data folder")
    assert "File name too long" in found["detail"]
    assert "name another with --data" in found["remedy"]


def test_an_experiments_definition_that_cannot_be_used_is_wrong(run: Run, tmp_path: Path) -> None:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "half.yaml").write_text("name: half\narms: {legacy: 50, best: 50}\n")
    ended = run("--data", tmp_path, "doctor", "--json")
    assert ended.exit_code == 1
    assert "half.yaml: arms" in _check(ended, "experiments")["detail"]
    assert "experiment check" in _check(ended, "experiments")["remedy"]


def test_the_remedy_is_in_the_table_for_people(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path, "doctor", DAGSTER_HOME="/nowhere/at/all")
    assert "wrong" in ended.stdout
    assert "unset it" in ended.stdout


def test_help_names_every_command(run: Run) -> None:
    ended = run("--help")
    assert ended.exit_code == 0
    assert all(command in ended.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, run: Run) -> None:
    assert run(command, "--help").exit_code == 0


@pytest.mark.parametrize("group", [(), ("experiment",), ("library",), ("models",)])
def test_the_list_of_commands_has_whole_sentences(group: tuple[str, ...], run: Run) -> None:
    listed = run(*group, "--help", COLUMNS="80").stdout.partition("Commands:")[2]
    assert listed and "..." not in listed
    sentences = re.split(r"\n  (?=\S)", listed)[1:]
    assert all(re.search(r"[.:]\s*$", sentence) for sentence in sentences)
    assert max(map(len, listed.splitlines())) <= 80


@pytest.mark.parametrize("command", ["generate", "batch"])
def test_help_says_what_is_the_default_for_the_adjustment(command: str, run: Run) -> None:
    told = " ".join(run(command, "--help", COLUMNS="80").stdout.split())
    assert "default: as each request says, and with adjustment where it says nothing]" in told


@pytest.mark.slow
def test_help_answers_within_half_a_second(run_process: Run) -> None:
    run_process("--help")
    durations = []
    for _ in range(5):
        started = time.perf_counter()
        run_process("--help")
        durations.append(time.perf_counter() - started)
    assert min(durations) <= 0.5


READING = (
    "import sys\n"
    "from plan_pipeline.cli import app\n"
    "plan = 'rider-042-century'\n"
    "for command in (['sql', 'FROM plan_weeks'], ['show', plan], ['plans'], ['versions', plan], ['diff', plan]):\n"
    "    app(['--data', sys.argv[1], *command], standalone_mode=False)\n"
    "heavy = ('dagster', 'pandas', 'numpy', 'scipy', 'anthropic', 'pydantic_ai')\n"
    "print([name for name in heavy if name in sys.modules])\n"
)


def test_what_only_reads_waits_for_nothing_that_plans_or_runs(generated: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READING, str(generated)], capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version_is_the_packages(run: Run) -> None:
    assert run("--version").stdout == f"plan-pipeline {version('plan-pipeline')}\n"


def test_an_unknown_command_is_bad_usage(run: Run) -> None:
    ended = run("generat")
    assert ended.exit_code == 2
    assert "generat" in ended.stderr
