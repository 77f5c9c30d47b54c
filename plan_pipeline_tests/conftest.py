"""What holds for every test: signals and environment, and which files take longest."""

from __future__ import annotations

import os
import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pathlib import Path

    from plan_pipeline.core.config.planning_config import PlanningConfig
    from plan_pipeline.core.model.workout import Library
    from plan_pipeline.storage.data_folder import DataFolder

settings.register_profile("short", max_examples=25, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=200, deadline=None, derandomize=True)
settings.load_profile("short")

SLOWEST = 10


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A data folder in which nothing is yet."""
    from plan_pipeline.storage.data_folder import DataFolder  # after coverage has begun to count

    return DataFolder(tmp_path / "data")


@pytest.fixture(scope="session")
def library() -> Library:
    """The library that the product comes with."""
    from plan_pipeline.library import load_library
    from plan_pipeline.shipped import shipped

    return load_library(shipped("workout_library"))


@pytest.fixture(scope="session")
def config() -> PlanningConfig:
    """The planning configuration that the product comes with."""
    from plan_pipeline.config import load_config
    from plan_pipeline.shipped import shipped

    return load_config(shipped("config"))


def pytest_configure() -> None:
    """A script's background job ignores SIGINT, and so do all processes that it starts: tests interrupt some.

    Dagster's state is to be in the data folder of a test, wherever it is kept otherwise.
    """
    os.environ.pop("DAGSTER_HOME", None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the files that took longest, all their tests together."""
    seconds: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[report.nodeid.partition("::")[0]] += report.duration
    if len(seconds) > 1:
        terminalreporter.section(f"slowest {min(SLOWEST, len(seconds))} files")
        for file, took in seconds.most_common(SLOWEST):
            terminalreporter.write_line(f"{took:7.1f} s  {file}")
