"""An installation whose models are on a server of the tests, athletes for it, and what was paid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from pydantic import SecretStr

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.model.plan import Infeasible
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.overview.soundness import overview_breaches
from plan_pipeline_tests.core.builders import real_config, real_library
from plan_pipeline_tests.llm.coach import with_own_ftp
from plan_pipeline_tests.llm.messages_api import MessagesApi, messages_api
from plan_pipeline_tests.orchestration.world import World, make_world

KEY = "sk-ant-a-key-that-nobody-may-see"


def athletes(count: int, seed: int = 5, **options: Any) -> list[PlanRequest]:
    """Requests that rules could meet, as the coach does."""
    found: list[PlanRequest] = []
    for request in synthetic_requests(3 * count, seed, real_config()):
        overview = plan_overview(request, real_library(), real_config())
        if isinstance(overview, Infeasible) or overview_breaches(request, overview.weeks, real_config()):
            continue
        found.append(request)
    return with_own_ftp(found[:count], overview="anthropic", **options)


@contextmanager
def installation(
    folder: Path, instance: dg.DagsterInstance, coach: Any, *, batch_polls: int = 1, **settings: Any
) -> Iterator[tuple[World, MessagesApi]]:
    """A world and its models; a batch ends when it was asked for ``batch_polls`` times."""
    with messages_api(coach, batch_polls=batch_polls) as api:
        known = {"anthropic_api_key": SecretStr(KEY), "anthropic_base_url": api.base_url}
        yield make_world(folder, instance, **{**known, **settings}), api


def ledger(world: World, query: str) -> list[tuple[Any, ...]]:
    """Rows of the warehouse, refreshed."""
    assert world.launch("refresh_warehouse").success
    with duckdb.connect(str(world.pipeline.data.warehouse), read_only=True) as db:
        return db.execute(query).fetchall()


def spent(world: World) -> tuple[Any, ...]:
    """The sums of ``llm_calls``: input, cache writes and reads, output, cost."""
    (row,) = ledger(
        world,
        "SELECT sum(input_tokens), sum(cache_write_tokens), sum(cache_read_tokens), sum(output_tokens), sum(cost_usd) "
        "FROM llm_calls",
    )
    return row


def billed(api: MessagesApi) -> tuple[int, ...]:
    kinds = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
    return tuple(map(api.billed, kinds))
