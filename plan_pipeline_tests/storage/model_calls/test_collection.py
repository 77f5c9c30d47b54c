"""Every call of a model is in the facts and the warehouse once, to the token, whatever is killed on the way."""

from __future__ import annotations

import datetime as dt
import multiprocessing as mp
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from plan_pipeline.core.model.model_call import CallOutcome, CallPurpose, ModelCall
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.compaction import compact
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.facts.migrations import fact_queries
from plan_pipeline.storage.model_calls.answer_files import AnswerFiles
from plan_pipeline.storage.model_calls.collection import READ_WITHIN_S, Collected, collect_calls, collected_calls
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import Refresh, refresh_warehouse
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.file_events import before_changes_below
from plan_pipeline_tests.storage.model_calls.calls import ASKED_AT, REPLY, call, question

NOW = ASKED_AT + dt.timedelta(days=365)
"""Later than any file of a test was written."""


@pytest.fixture
def answers(data: DataFolder) -> AnswerFiles:
    return AnswerFiles(data)


def accepted(number: int) -> ModelCall:
    return call(
        f"call-{number}",
        question=question(str(number)),
        input_tokens=number,
        cache_write_tokens=10 * number,
        cost_usd=0.1 * number,
        outcome=CallOutcome.ACCEPTED,
        problems=0,
    )


def keep(data: DataFolder, *numbers: int) -> None:
    for number in numbers:
        AnswerFiles(data).keep(accepted(number), REPLY)


def in_facts(data: DataFolder) -> list[tuple[object, ...]]:
    """The calls of all parts that count, doubled ones too."""
    facts, table = FactStore(data), FactTable.LLM_CALLS
    with duckdb.connect() as db:
        queries = fact_queries(db, table, facts.parts(table).values())
        rows = " UNION ALL BY NAME ".join(f"({query})" for query in queries)
        return db.execute(f"SELECT call_id FROM ({rows}) ORDER BY ALL").fetchall()


def in_warehouse(data: DataFolder) -> list[tuple[object, ...]]:
    refresh_warehouse(data, samples.library())
    return query(data, "SELECT call_id FROM llm_calls ORDER BY ALL").rows


def ids(*numbers: int) -> list[tuple[object, ...]]:
    return sorted((f"call-{number}",) for number in numbers)


def test_a_refresh_where_no_model_was_asked_makes_nothing_for_it(data: DataFolder) -> None:
    refresh_warehouse(data, samples.library())
    written: list[str] = []

    with before_changes_below(data.root, written.append):
        collected = collect_calls(FactStore(data), now=NOW)

    assert (collected, written) == (Collected(), [])
    assert not (data.root / "llm").exists()
    assert not FactStore(data).folder(FactTable.LLM_CALLS).exists()
    assert query(data, "FROM llm_calls").rows == query(data, "FROM llm_spending").rows == []


def test_all_columns_of_a_call_are_in_the_warehouse(data: DataFolder, answers: AnswerFiles) -> None:
    kept = call(
        purpose=CallPurpose.WEEKS,
        batch_id="batch-1",
        cache_write_tokens=9,
        cache_write_1h_tokens=8,
        thinking_tokens=3,
        latency_ms=812.5,
        stop_reason="end_turn",
        outcome=CallOutcome.SENT_BACK,
        problems=2,
        request_id="req-1",
        http_status=200,
    )
    answers.keep(kept, REPLY)

    refresh_warehouse(data, samples.library())

    found = query(data, "FROM llm_calls")
    row = dict(zip(found.columns, found.rows[0], strict=True))
    assert list(row) == list(ModelCall.model_fields)
    assert ModelCall.model_validate(row) == kept


def test_sums_are_those_of_the_files_to_the_token_and_the_cent(data: DataFolder, answers: AnswerFiles) -> None:
    numbers = range(1, 31)
    keep(data, *numbers)
    answers.keep(call("free", model="local", cost_usd=0.0, outcome=CallOutcome.ACCEPTED), REPLY)
    answers.keep(call("unpriced", model="new", cost_usd=None, outcome=CallOutcome.REFUSED), REPLY)
    nothing = {"input_tokens": 0, "cache_read_tokens": 0, "output_tokens": 0, "cost_usd": None}
    answers.keep(call("limited", outcome=CallOutcome.RATE_LIMITED, **nothing), None)

    refresh_warehouse(data, samples.library())

    sql = """
        SELECT day::VARCHAR, purpose, model, calls, answers, input_tokens, cache_write_tokens, cache_read_tokens,
            output_tokens, cache_read_pct, cost_usd, unpriced_calls
        FROM llm_spending ORDER BY calls DESC, model
    """
    read_pct = 100 * 150_000 / (150_000 + 465 + 4650)
    assert query(data, sql).rows == [
        ("2026-11-20", "overview", "claude-haiku-5-5", 31, 30, 465, 4650, 150_000, 30_000, read_pct, 46.5, 0),
        ("2026-11-20", "overview", "local", 1, 1, 100, 0, 5000, 1000, 100 * 5000 / 5100, 0.0, 0),
        ("2026-11-20", "overview", "new", 1, 1, 100, 0, 5000, 1000, 100 * 5000 / 5100, None, 1),
    ]


class TestFinalOutcomes:
    def test_an_answer_that_is_being_read_waits_for_its_outcome(self, data: DataFolder, answers: AnswerFiles) -> None:
        answers.keep(call(asked_at=NOW - dt.timedelta(seconds=READ_WITHIN_S - 1)), REPLY)

        assert collect_calls(FactStore(data), now=NOW).calls == 0
        answers.settle(call(), CallOutcome.ACCEPTED, 0)
        assert collect_calls(FactStore(data), now=NOW).calls == 1

    def test_an_answer_of_a_batch_waits_from_when_it_came(self, data: DataFolder, answers: AnswerFiles) -> None:
        answers.keep(call(), REPLY)
        (file,) = answers.files()
        os.utime(file.path, (NOW.timestamp() - READ_WITHIN_S + 1,) * 2)

        assert collect_calls(FactStore(data), now=NOW).calls == 0

    def test_an_answer_that_nobody_read_is_recorded_as_such(self, data: DataFolder, answers: AnswerFiles) -> None:
        answers.keep(call(), REPLY)

        assert collect_calls(FactStore(data), now=NOW).calls == 1

    @pytest.mark.parametrize("outcome", [each for each in CallOutcome if each is not CallOutcome.ANSWERED])
    def test_every_other_outcome_is_final_at_once(
        self, data: DataFolder, answers: AnswerFiles, outcome: CallOutcome
    ) -> None:
        answers.keep(call(outcome=outcome, asked_at=NOW), None)

        assert collect_calls(FactStore(data), now=NOW).calls == 1


class TestExactlyOnce:
    def test_a_call_is_added_once_and_new_ones_beside_it(self, data: DataFolder) -> None:
        keep(data, 1, 2)
        facts = FactStore(data)

        assert [collect_calls(facts, now=NOW).calls for _ in range(2)] == [2, 0]
        keep(data, 3)
        assert collect_calls(facts, now=NOW).calls == 1
        assert in_warehouse(data) == ids(1, 2, 3)
        assert refresh_warehouse(data, samples.library()).how is Refresh.UNCHANGED

    def test_a_call_that_is_settled_otherwise_later_stays_as_it_was_counted(
        self, data: DataFolder, answers: AnswerFiles
    ) -> None:
        keep(data, 1)
        collect_calls(FactStore(data), now=NOW)
        answers.settle(accepted(1), CallOutcome.SENT_BACK, 4)

        assert collect_calls(FactStore(data), now=NOW).calls == 0
        assert in_facts(data) == ids(1)

    def test_compaction_and_the_removal_of_files_leave_each_once(self, data: DataFolder, answers: AnswerFiles) -> None:
        facts = FactStore(data)
        for number in (1, 2, 3):
            keep(data, number)
            collect_calls(facts, now=NOW + dt.timedelta(seconds=number))
        for days in (1, 2):
            compact(facts, now=NOW + dt.timedelta(days=days))
        assert len(facts.files(FactTable.LLM_CALLS)) == 1

        keep(data, 4)
        for file in answers.files():
            if file.call_id == "call-1":
                file.path.unlink()

        assert collect_calls(facts, now=NOW).calls == 1
        assert in_facts(data) == ids(1, 2, 3, 4)

    def test_stopped_before_any_change_no_call_is_lost_or_doubled(self, data: DataFolder) -> None:
        for number in (1, 2):
            keep(data, number)
            collect_calls(FactStore(data), now=NOW + dt.timedelta(seconds=number))
        keep(data, 3)

        def collect_and_merge(copy: DataFolder) -> None:
            collect_calls(FactStore(copy), now=NOW)
            compact(FactStore(copy), [FactTable.LLM_CALLS], now=NOW)
            compact(FactStore(copy), [FactTable.LLM_CALLS], now=NOW + dt.timedelta(days=1))

        def all_are_there_once(copy: DataFolder) -> bool:
            collect_calls(FactStore(copy), now=NOW)
            return in_facts(copy) == ids(1, 2, 3)

        assert stopped_everywhere(data, collect_and_merge, all_are_there_once) >= 5

    def test_processes_that_collect_at_once_add_each_call_once(self, data: DataFolder) -> None:
        keep(data, *range(1, 21))
        with mp.get_context("spawn").Pool(3) as pool:
            added = pool.map(collect_in_process, [str(data.root)] * 3)

        assert sum(added) == 20
        assert in_facts(data) == ids(*range(1, 21))


class TestDamage:
    def test_a_damaged_call_is_told_and_does_not_hold_up_the_others(self, data: DataFolder) -> None:
        keep(data, 1, 2)
        damaged = next(file.path for file in AnswerFiles(data).files() if file.call_id == "call-2")
        content = damaged.read_bytes()
        damaged.write_bytes(content[:40])

        report = refresh_warehouse(data, samples.library())

        assert report.rows["llm_calls"] == 1
        (problem,) = report.left_out
        assert "call-2.json is damaged" in problem
        damaged.write_bytes(content)
        assert in_warehouse(data) == ids(1, 2)

    def test_while_a_part_is_damaged_nothing_is_added_that_it_may_hold(self, data: DataFolder) -> None:
        keep(data, 1)
        refresh_warehouse(data, samples.library())
        (part,) = FactStore(data).files(FactTable.LLM_CALLS)
        content = part.read_bytes()
        part.write_bytes(content[:-20])
        keep(data, 2)

        report = refresh_warehouse(data, samples.library())

        assert report.rows["llm_calls"] == 0
        assert any("calls of models are not added while a part of llm_calls is damaged" in x for x in report.left_out)
        part.write_bytes(content)
        assert in_warehouse(data) == ids(1, 2)

    def test_a_damaged_part_that_was_moved_away_is_made_up_for_from_the_files(
        self, data: DataFolder, tmp_path: Path
    ) -> None:
        keep(data, 1)
        refresh_warehouse(data, samples.library())
        (part,) = FactStore(data).files(FactTable.LLM_CALLS)
        part.rename(tmp_path / "away.parquet")

        assert in_warehouse(data) == ids(1)

    def test_a_copy_of_a_part_is_not_counted(self, data: DataFolder) -> None:
        keep(data, 1)
        refresh_warehouse(data, samples.library())
        (part,) = FactStore(data).files(FactTable.LLM_CALLS)
        shutil.copy(part, part.with_name(f"{part.stem}-copy.parquet"))

        assert in_warehouse(data) == ids(1)


def test_calls_are_known_by_when_they_were_asked(data: DataFolder, answers: AnswerFiles) -> None:
    answers.keep(call("old", outcome=CallOutcome.ACCEPTED), REPLY)
    answers.keep(call("new", outcome=CallOutcome.ACCEPTED, asked_at=NOW), REPLY)
    collect_calls(FactStore(data), now=NOW)

    assert collected_calls(FactStore(data)) == {"old", "new"}
    assert collected_calls(FactStore(data), asked_before=NOW) == {"old"}


def stopped_everywhere(
    data: DataFolder, work: Callable[[DataFolder], None], holds: Callable[[DataFolder], bool]
) -> int:
    """Stop ``work`` on copies of a folder, before its first change of a file, its second and so on; how often it was.

    What is to hold has to after the stop and once the work was done again.
    """
    for step in range(200):
        copy = DataFolder(data.root.with_name(f"copy-{step}"))
        shutil.copytree(data.root, copy.root, symlinks=True)
        left = [step]

        def stop(change: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == -1:
                raise SystemError(change)

        stopped_before = None
        try:
            with before_changes_below(copy.root, stop):
                work(copy)
        except SystemError as error:
            stopped_before = str(error)
        again = DataFolder(copy.root.with_name(f"again-{step}"))
        shutil.copytree(copy.root, again.root, symlinks=True)
        assert holds(copy), f"stopped before {stopped_before}"
        if stopped_before is None:
            return step
        work(again)
        assert holds(again), f"done again after a stop before {stopped_before}"
        for folder in (copy, again):
            shutil.rmtree(folder.root)
    raise AssertionError("the work never ended")


def collect_in_process(root: str) -> int:
    return collect_calls(FactStore(DataFolder(Path(root))), now=NOW).calls
