"""`ui`: where its webserver listens. ``test_wheel.py`` starts it."""

from __future__ import annotations

import pytest

from plan_pipeline.cli.commands.ui import is_loopback
from plan_pipeline_tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.0.0.53", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("box", False)],
)
def test_only_loopback_addresses_count_as_local(host: str, local: bool) -> None:
    assert is_loopback(host) is local


def test_a_port_that_is_none_is_bad_usage(run: Run) -> None:
    assert run("ui", "--port", "70000").exit_code == 2
