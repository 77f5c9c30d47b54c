"""A command that is interrupted says what it leaves; the shell is told by which signal."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from plan_pipeline.cli.interrupts import interruptible, message_of
from plan_pipeline_tests.cli.conftest import Run

DEADLINE_S = 90.0


def interrupted(number: int) -> str:
    with pytest.raises(KeyboardInterrupt) as raised, interruptible(lambda: "2 of 3 plans are kept"):
        signal.raise_signal(number)
    return message_of(raised.value)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_a_command_is_named_with_what_is_left(number: signal.Signals) -> None:
    assert interrupted(number) == f"interrupted by {number.name}: 2 of 3 plans are kept"


def test_the_signals_mean_what_they_did_afterwards() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    interrupted(signal.SIGTERM)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


def test_a_hangup_that_is_ignored_as_under_nohup_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible(str):
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_batch_says_how_many_plans_are_finished_and_the_same_command_goes_on(
    run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    requests, plans = tmp_path / "requests.jsonl", tmp_path / "data" / "plans"
    run("cohort", "--athletes", "400", "--seed", "1", "-o", requests)
    arguments = ["--data", str(tmp_path / "data"), "batch", str(requests)]
    command = [sys.executable, "-c", "from plan_pipeline.cli import main; main()", *arguments]
    with subprocess.Popen(command, env={"PATH": os.defpath, "HOME": str(tmp_path)}) as program:
        until = time.monotonic() + DEADLINE_S
        while len(list(plans.glob("*/plan.json"))) < 3 and time.monotonic() < until:
            time.sleep(0.05)
        program.send_signal(signal.SIGTERM)
        assert program.wait(DEADLINE_S) == 128 + signal.SIGTERM
    said = capfd.readouterr().err
    assert said.startswith("plan-pipeline: interrupted by SIGTERM: ")
    assert said.endswith(" of 400 plans are finished and kept; the same command goes on with the others\n")
