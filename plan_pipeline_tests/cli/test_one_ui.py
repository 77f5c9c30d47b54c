"""A second ``ui`` on one state is refused, and a port that is taken, before anything is started."""

import os
import socket
from pathlib import Path

import pytest

from plan_pipeline.cli.exits import InputError
from plan_pipeline.cli.one_ui import check_port, only_one
from plan_pipeline_tests.cli.conftest import Run


def test_a_second_ui_is_refused_with_the_address_of_the_first(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "data" / ".dagster"
    with only_one({home, tmp_path / "data"}, "http://127.0.0.1:3123"):
        done = run("ui", "--data", tmp_path / "data", "--port", "3124")
    assert done.exit_code == 2
    assert f"plan-pipeline ui is running already, on http://127.0.0.1:3123 in process {os.getpid()}" in done.stderr
    assert "Dagster on" not in done.stderr


def test_two_data_folders_with_one_state_are_one_too_many(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "dagster.yaml").touch()
    with only_one({home, tmp_path / "one"}, "http://127.0.0.1:3123"):
        done = run("ui", "--data", tmp_path / "another", DAGSTER_HOME=str(home))
    assert done.exit_code == 2
    assert f"{home}: plan-pipeline ui is running already" in done.stderr


def test_the_next_ui_may_start_once_the_first_has_ended(tmp_path: Path) -> None:
    with only_one({tmp_path}, "http://127.0.0.1:3123"):
        pass
    with only_one({tmp_path}, "http://127.0.0.1:3124"):
        pass


def test_a_port_that_is_taken_is_refused_before_anything_is_started(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run("ui", "--data", tmp_path / "data", "--port", str(port))
    assert done.exit_code == 2
    assert f"--port: another program listens on {port}; end it, or choose another port" in done.stderr
    assert "Dagster on" not in done.stderr


@pytest.mark.parametrize("host", ["no such host", "192.0.2.1"])
def test_an_address_that_is_not_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises(InputError, match=r"^--host: .*; use 127\.0\.0\.1$"):
        check_port(host, 3123)
