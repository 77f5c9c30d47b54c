from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from plan_pipeline_tests.orchestration.world import World, make_world, request, temporary_instance


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with temporary_instance(tmp_path) as instance:
        yield instance


@pytest.fixture
def world(tmp_path: Path, instance: dg.DagsterInstance) -> World:
    return make_world(tmp_path, instance)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which the plan ``rider`` of six weeks was generated; shared, so leave it as it is."""
    folder = tmp_path_factory.mktemp("generated")
    with temporary_instance(folder) as instance:
        world = make_world(folder, instance)
        assert world.run_plan(request()).success
        yield world
