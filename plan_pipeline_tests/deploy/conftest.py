"""The set-ups that these tests run on, started once for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plan_pipeline_tests.deploy.set_ups import SetUp, missing_for_workers, one_machine, workers


@pytest.fixture(scope="session", params=["one machine", "workers"])
def set_up(request: pytest.FixtureRequest) -> Iterator[SetUp]:
    if request.param == "workers" and (missing := missing_for_workers()):
        pytest.skip(missing)
    with one_machine() if request.param == "one machine" else workers() as running:
        yield running
