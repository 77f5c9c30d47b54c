"""The command line as a function, and a data folder as the pipeline leaves it, made without Dagster."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from typer.testing import CliRunner

from plan_pipeline.cli import app
from plan_pipeline.config import load_config
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import PlanFacts, PlanResult, generate_plan, origin_of, plan_facts
from plan_pipeline.library import load_library
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "requests"

OURS_IN_THE_ENVIRONMENT = dict.fromkeys(
    (
        "PLAN_PIPELINE_DATA",
        "PLAN_PIPELINE_LIBRARY",
        "PLAN_PIPELINE_CONFIG",
        "ENABLE_DURATION_ADJUSTMENT",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
        "DAGSTER_HOME",
        "COLUMNS",
    )
)


class Ended(NamedTuple):
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)

    @property
    def json_lines(self) -> list[Any]:
        return [json.loads(line) for line in self.stdout.splitlines()]


Run = Callable[..., Ended]


def _run(*arguments: str | Path, **environment: str) -> Ended:
    """Run a command in this process; what is not foreseen is raised."""
    result = CliRunner(env=OURS_IN_THE_ENVIRONMENT | environment).invoke(
        app, [str(argument) for argument in arguments], catch_exceptions=False
    )
    return Ended(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a command in this process; what is not foreseen is raised."""
    return _run


@pytest.fixture
def run_process(tmp_path: Path) -> Run:
    """Run a command in a process of its own, as a shell would, in ``tmp_path``."""

    def run_command(*arguments: str | Path, **environment: str) -> Ended:
        done = subprocess.run(
            [sys.executable, "-c", "from plan_pipeline.cli import main; main()", *map(str, arguments)],
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run_command


@pytest.fixture
def request_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a sound request, changed by ``edit``, to a YAML file."""

    def write(edit: Callable[[dict[str, Any]], object] = dict, name: str = "request.yaml") -> Path:
        content = yaml.safe_load((EXAMPLES / "rider-042-century.yaml").read_text())
        edit(content)
        path = tmp_path / name
        path.write_text(yaml.safe_dump(content))
        return path

    return write


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the examples published, one request that cannot be met, and a warehouse. Not to be changed."""
    data = DataFolder(tmp_path_factory.mktemp("generated") / "data")
    store, facts = PlanStore(data), []
    requests = [PlanRequest.model_validate(yaml.safe_load(p.read_text())) for p in sorted(EXAMPLES.glob("*.yaml"))]
    for number, request in enumerate([*requests, _unmeetable(requests[-1])]):
        stamp = Stamp(
            generation_id=f"g{number}", generated_at=dt.datetime(2027, 1, 2, tzinfo=dt.UTC), code_version="0.1.0"
        )
        library, config = in_force(request.sport)
        facts.append(kept(store, generate_plan(request, library, config, stamp=stamp), library, stamp))
    FactStore(data).write_all("test", facts)
    refresh_warehouse(data, *(in_force(sport)[0] for sport in Sport))
    return data.root


@lru_cache
def in_force(sport: Sport) -> tuple[Library, PlanningConfig]:
    """The library and the configuration of a sport that the product comes with."""
    return load_library(ROOT / "workout_library", sport), load_config(ROOT / "config", sport)


def kept(store: PlanStore, result: PlanResult, library: Library, stamp: Stamp) -> PlanFacts:
    """Store a generation as the pipeline does, and return what was measured of it."""
    store.save_request(result.request)
    publication = store.publish(result.plan) if result.plan else None
    config = in_force(result.request.sport)[1]
    facts = plan_facts(result, config, origin_of(result.request, library.version, config.version, stamp))
    record = PlanRecord.of(facts.generation, verdict=result.verdict, weeks=facts.weeks, publication=publication)
    store.save_generation_record(result.request.plan_id, record)
    return facts


def _unmeetable(request: PlanRequest) -> PlanRequest:
    athlete = request.athlete_profile
    availability = athlete.training_availability.model_validate(
        {"hours_per_week": 12, "week_days": "Tuesday, Thursday", "max_minutes": {"Tuesday": 60, "Thursday": 60}}
    )
    return request.model_copy(
        update={
            "plan_id": "rider-900-too-much",
            "athlete_profile": athlete.model_copy(update={"training_availability": availability}),
        }
    )


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder with its bytes and time of change: equal exactly when nothing was written."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }
