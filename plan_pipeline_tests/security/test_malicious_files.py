"""A file that costs more to read than to write is refused, in bounded time and memory, at every door."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from plan_pipeline.strict_input import input_limits as handed_in
from plan_pipeline_tests.security.limited import DOORS

ROOT = Path(__file__).resolve().parents[2]
LONGEST_LINE = 2_000


@pytest.fixture(scope="module")
def tried() -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "plan_pipeline_tests.security.limited"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)


@pytest.mark.parametrize("door", DOORS)
def test_every_attack_is_refused_in_bounded_time_and_memory(door: str, tried: subprocess.CompletedProcess[str]) -> None:
    assert f"the door {door} ended" not in tried.stderr, tried.stderr[-3000:]
    answers = [line.split("\t") for line in tried.stdout.splitlines()]
    refused = {name: (int(longest), said) for at, name, longest, said in answers if at == door}
    assert refused.keys() == DOORS[door][0].keys()
    assert {name: said for name, (longest, said) in refused.items() if longest > LONGEST_LINE} == {}
    assert [name for name, (_, said) in refused.items() if not said.strip()] == []


def test_nothing_that_a_file_names_is_executed() -> None:
    assert not Path("/tmp/owned").exists()


def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    """The same through a command, which would otherwise hang for ever."""
    import os

    os.mkfifo(tmp_path / "x.yaml")
    os.mkfifo(tmp_path / "x.json")
    for arguments, said in (
        (["generate", tmp_path / "x.yaml"], "x.yaml: is neither a file nor a folder"),
        (["batch", tmp_path / "x.json"], "x.json: is neither a file nor a folder"),
        (
            ["validate-week", "--overview", tmp_path / "x.json", "--workouts", tmp_path / "x.json"],
            "it is no plain file",
        ),
    ):
        done = subprocess.run(
            [sys.executable, "-c", "from plan_pipeline.cli import main; main()", *map(str, arguments)],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_an_endless_device_in_place_of_a_file_is_not_read() -> None:
    with pytest.raises(OSError, match="it is no plain file"):
        handed_in.read_plain_file(Path("/dev/zero"), 10)


def test_no_more_is_read_than_is_needed_to_tell_that_it_is_too_much(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(10**12)
    assert len(handed_in.read_plain_file(path, 1000)) == 1001


def test_the_manual_has_every_limit() -> None:
    manual = (ROOT / "docs" / "security.md").read_text()
    limits = {name: value for name, value in vars(handed_in).items() if name.startswith("MAX_")}
    assert len(limits) > 5
    assert {name: f"{value:,}" for name, value in limits.items() if f"{value:,}" not in manual} == {}


def test_a_small_file_of_the_same_kind_is_taken(tmp_path: Path) -> None:
    """So that the attacks are refused for what they are, and not for where they lie."""
    from plan_pipeline.storage.requests.request_files import read_all
    from plan_pipeline_tests.storage import samples

    (tmp_path / "x.json").write_text(json.dumps(samples.raw_request()))
    assert len(read_all([tmp_path / "x.json"])) == 1
