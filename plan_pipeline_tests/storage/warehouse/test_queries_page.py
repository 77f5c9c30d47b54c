"""The page of ready queries: each says what it answers, and runs as it stands against a real warehouse."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from plan_pipeline.core.model.vocabulary import LEGACY, OPTIMAL
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.storage import samples

PAGE = Path(__file__).parents[3] / "docs" / "queries.md"
ASKED_FOR = 15


class ReadyQuery(NamedTuple):
    title: str
    answers: str
    sql: str


def ready_queries() -> list[ReadyQuery]:
    sections = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    found = [re.fullmatch(r"([^\n]+)\n\n([^\n]+)\n\n```sql\n(.+?)```\n*", section, re.DOTALL) for section in sections]
    assert all(found), "a section is a title, one line and one query"
    return [ReadyQuery(*match.groups()) for match in found if match]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Plans that were published, failed, fixed, waived and tried out: something for every query to find."""
    data = DataFolder(tmp_path_factory.mktemp("queries") / "data")
    tomorrow = samples.NOON + dt.timedelta(days=1)
    changed = samples.facts("rider-1", "g2", generated_at=tomorrow)
    easy = samples.facts("rider-5", "g5", rules=[samples.rule_result("monotony", 3)])
    hard = easy.model_copy(
        update={
            "workouts": tuple(row.model_copy(update={"library_workout_id": "ride_easy"}) for row in easy.workouts),
            "weeks": tuple(row.model_copy(update={"auto_fixed": True, "fix_minutes": 10.0}) for row in easy.weeks),
        }
    )
    FactStore(data).write_all(
        "run-1",
        [
            samples.facts("rider-1", "g1"),
            changed.model_copy(update={"generation": changed.generation.model_copy(update={"content_hash": "other"})}),
            samples.facts("rider-2", "g3", failed=[2, 3], failed_ride_min=60, generated_at=tomorrow),
            samples.infeasible_facts("rider-3"),
            samples.broken_off_facts("rider-4"),
            hard,
            *(
                samples.facts("rider-6", f"e-{arm}", arm=arm, experiment="exp", failed=failed, simulated=True, weeks=24)
                for arm, failed in ((LEGACY, range(1, 5)), (OPTIMAL, ()))
            ),
        ],
    )
    refresh_warehouse(data, samples.library())
    return data


def test_the_page_has_enough_queries_and_none_twice() -> None:
    titles = [ready.title for ready in ready_queries()]

    assert len(titles) >= ASKED_FOR
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("ready", ready_queries(), ids=lambda ready: ready.title)
def test_a_query_finds_something_in_a_warehouse_that_has_it(warehouse: DataFolder, ready: ReadyQuery) -> None:
    assert not query(warehouse, ready.sql).empty


@pytest.mark.parametrize("ready", ready_queries(), ids=lambda ready: ready.title)
def test_a_query_runs_in_a_warehouse_that_has_nothing_yet(tmp_path: Path, ready: ReadyQuery) -> None:
    data = DataFolder(tmp_path / "data")
    refresh_warehouse(data, samples.library())

    query(data, ready.sql)


@pytest.mark.parametrize("ready", ready_queries(), ids=lambda ready: ready.title)
def test_a_query_says_in_a_sentence_what_it_answers(ready: ReadyQuery) -> None:
    assert ready.answers.endswith(".")
    assert ready.sql.endswith(";\n")
