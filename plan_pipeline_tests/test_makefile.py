"""The interpreter that ``make`` is told to use. Nothing is made: ``make -n`` prints what would be done."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[1] / "Makefile"


def interpreter(path: Path, *, answers: str) -> Path:
    """A program that answers as an interpreter with that base folder and version would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ncase \"$2\" in *sys.executable*) echo $0;; *) echo '{answers}';; esac\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder whose environment is of Python 3.11 and up to date."""
    shutil.copy(MAKEFILE, tmp_path / "Makefile")
    interpreter(tmp_path / ".venv" / "bin" / "python", answers="/usr (3, 11, 7)")
    (tmp_path / ".uv" / "bin").mkdir(parents=True)
    for name in ("uv.lock", "pyproject.toml", ".uv/bin/uv", ".venv/.synced"):
        (tmp_path / name).touch()
    return tmp_path


def would_do(project: Path, *arguments: str, **environment: str) -> str:
    command, env = ["make", "-n", *arguments], {"PATH": os.defpath, **environment}
    return subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=True).stdout


def refusal(*arguments: str) -> str:
    command = ["make", "-f", str(MAKEFILE), "python", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    return done.stderr


def test_an_environment_of_another_interpreter_is_made_anew_with_the_named_one(project: Path) -> None:
    other = interpreter(project / "other", answers="/opt/other (3, 12, 1)")
    assert f"uv sync --frozen --quiet --python {other}" in would_do(project, "demo", f"PYTHON={other}")


def test_the_interpreter_named_in_the_environment_is_used_as_well(project: Path) -> None:
    other = interpreter(project / "other", answers="/opt/other (3, 13, 0)")
    assert f"--python {other}" in would_do(project, "demo", PYTHON=str(other))


def test_an_environment_of_the_named_interpreter_is_left_alone(project: Path) -> None:
    same = interpreter(project / "same", answers="/usr (3, 11, 7)")
    assert "uv sync" not in would_do(project, "demo", f"PYTHON={same}")


def test_an_environment_is_left_alone_where_no_interpreter_is_named(project: Path) -> None:
    assert "uv sync" not in would_do(project, "demo")


def test_an_interpreter_that_cannot_be_run_is_named_with_the_remedy() -> None:
    assert "python3.99 cannot be run; name one that can" in refusal("PYTHON=python3.99")


def test_an_interpreter_of_another_version_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text('#!/bin/sh\n[ -z "$2" ]\n')
    old.chmod(0o755)
    assert f"{old} is not 3.11, 3.12 or 3.13" in refusal(f"PYTHON={old}")


def test_the_short_form_for_other_pythons_names_tests_that_exist() -> None:
    named = re.findall(r"^  (plan_pipeline_tests/\S+)$", (MAKEFILE.parent / ".ci" / "versions").read_text(), re.M)
    assert named
    assert [name for name in named if not (MAKEFILE.parent / name).exists()] == []
