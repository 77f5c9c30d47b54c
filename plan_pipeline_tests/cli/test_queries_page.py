"""The page of ready queries: each says what it answers, and runs as it stands in `plan-pipeline sql`."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.core.model.vocabulary import LEGACY, OPTIMAL
from plan_pipeline.core.pipeline import PlanFacts
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.model_calls.answer_files import AnswerFiles
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.cli.conftest import Run
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.model_calls.calls import REPLY, call

PAGE = Path(__file__).parents[2] / "docs" / "queries.md"
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


TOMORROW = samples.NOON + dt.timedelta(days=1)


FIXED_AND_SHORT = {
    "auto_fixed": True,
    "fix_minutes": 10.0,
    "goal_bands": "96-105",
    "goal_min": 20.0,
    "goal_min_least": 24.0,
    "goal_min_wanted": 30.0,
    "target_km": 40.0,
    "actual_km": 41.5,
}


def _a_day_later(facts: PlanFacts) -> PlanFacts:
    return facts.model_copy(update={"generation": facts.generation.model_copy(update={"generated_at": TOMORROW})})


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Plans that were published, failed, fixed, waived and tried out: something for every query to find."""
    data = DataFolder(tmp_path_factory.mktemp("queries") / "data")
    changed = samples.facts("rider-1", "g2", generated_at=TOMORROW)
    easy = samples.facts("rider-5", "g5", rules=[samples.rule_result("monotony", 3)])
    hard = easy.model_copy(
        update={
            "workouts": tuple(row.model_copy(update={"library_workout_id": "ride_easy"}) for row in easy.workouts),
            "weeks": tuple(row.model_copy(update=FIXED_AND_SHORT) for row in easy.weeks),
            "generation": easy.generation.model_copy(
                update={"event_type": "century", "longest_ride_min": 150.0, "long_ride_target_min": 220.0}
            ),
        }
    )
    to_come = samples.instance_state(start=dt.date(2060, 1, 5))
    FactStore(data).write(FactTable.INSTANCE_STATES, to_come.change_id, [to_come])
    FactStore(data).write_all(
        "run-1",
        [
            samples.facts("rider-1", "g1"),
            changed.model_copy(update={"generation": changed.generation.model_copy(update={"content_hash": "other"})}),
            samples.facts("rider-2", "g3", failed=[2, 3], failed_ride_min=60, generated_at=TOMORROW),
            samples.infeasible_facts("rider-3"),
            _a_day_later(samples.broken_off_facts("rider-4")),
            hard,
            *(
                samples.facts("rider-6", f"e-{arm}", arm=arm, experiment="exp", failed=failed, simulated=True, weeks=24)
                for arm, failed in ((LEGACY, range(1, 5)), (OPTIMAL, ()))
            ),
        ],
    )
    AnswerFiles(data).keep(call(outcome=CallOutcome.SENT_BACK, problems=2), REPLY)
    refresh_warehouse(data, samples.library())
    return data


def test_the_page_has_enough_queries_and_none_twice() -> None:
    titles = [ready.title for ready in ready_queries()]

    assert len(titles) >= ASKED_FOR
    assert len(set(titles)) == len(titles)


@pytest.fixture(scope="module")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    data = DataFolder(tmp_path_factory.mktemp("empty") / "data")
    refresh_warehouse(data, samples.library())
    return data


each_ready_query = pytest.mark.parametrize("ready", ready_queries(), ids=lambda ready: ready.title)


@each_ready_query
def test_a_query_finds_something_in_a_warehouse_that_has_it(run: Run, warehouse: DataFolder, ready: ReadyQuery) -> None:
    found = run("--data", warehouse.root, "sql", ready.sql, "--json").json
    shown = run("--data", warehouse.root, "sql", ready.sql, COLUMNS="80").stdout

    assert found
    assert all(name.split("_")[0] in shown for name in found[0])
    assert max(map(len, shown.splitlines())) <= 80


@each_ready_query
def test_a_query_runs_in_a_warehouse_that_has_nothing_yet(
    run: Run, empty_warehouse: DataFolder, ready: ReadyQuery
) -> None:
    ended = run("--data", empty_warehouse.root, "sql", ready.sql)
    assert (ended.exit_code, ended.stderr) == (0, "")


def test_what_failed_last_night_names_weeks_and_plans_that_have_none(run: Run, warehouse: DataFolder) -> None:
    asked = next(ready.sql for ready in ready_queries() if ready.title.startswith("What failed last night"))

    rows = run("--data", warehouse.root, "sql", asked, "--json").json
    weeks = {(row["plan_id"], row["status"], row["week"]) for row in rows}
    assert weeks >= {("rider-2", "rejected", 2), ("rider-4", "error", None)}
    table = run("--data", warehouse.root, "sql", asked).stdout.splitlines()
    assert len(table) == len(rows) + 3
    assert [line.split()[:5] for line in table if "rider-4" in line] == [
        ["rider-4", "adjusted", "error", "NULL", "error"]
    ]


@each_ready_query
def test_a_query_says_in_a_sentence_what_it_answers(ready: ReadyQuery) -> None:
    assert ready.answers.endswith(".")
    assert ready.sql.endswith(";\n")
