"""Old answers go once the facts have their calls, and no call is lost or doubled by it."""

from __future__ import annotations

import datetime as dt
import os
import threading

import pytest

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.model_calls.answer_files import AnswerFiles
from plan_pipeline.storage.model_calls.collection import collect_calls, collected_calls
from plan_pipeline.storage.model_calls.old_answers import ClearedAnswers, clear_answers
from plan_pipeline_tests.storage.file_events import before_changes_below
from plan_pipeline_tests.storage.model_calls.calls import ASKED_AT, REPLY, call, question

NOW = ASKED_AT + dt.timedelta(days=365)


@pytest.fixture
def facts(data: DataFolder) -> FactStore:
    """Of a folder with an old call, whose question was asked again lately, and another old call."""
    answers = AnswerFiles(data)
    answers.keep(call("old", outcome=CallOutcome.ACCEPTED), REPLY)
    answers.keep(call("new", outcome=CallOutcome.ACCEPTED, asked_at=NOW), REPLY)
    answers.keep(call("old-2", question=question("another"), outcome=CallOutcome.ACCEPTED), REPLY)
    return FactStore(data)


def left(facts: FactStore) -> list[str]:
    return sorted(found.call_id for found in AnswerFiles(facts.data).files())


def test_where_no_model_was_asked_nothing_is_made(data: DataFolder) -> None:
    assert clear_answers(FactStore(data), before=NOW) == ClearedAnswers()
    assert not data.root.exists()


def test_old_calls_that_are_in_the_facts_go_with_their_folder(facts: FactStore) -> None:
    collect_calls(facts, now=NOW)

    assert clear_answers(facts, before=NOW) == ClearedAnswers(removed=2)
    assert left(facts) == ["new"]
    assert [name for _, name in AnswerFiles(facts.data).questions()] == [question()]
    assert clear_answers(facts, before=NOW) == ClearedAnswers()


def test_a_call_that_is_not_in_the_facts_stays_however_old_it_is(facts: FactStore) -> None:
    assert clear_answers(facts, before=dt.datetime(2100, 1, 1, tzinfo=dt.UTC)) == ClearedAnswers(waiting=3)
    assert left(facts) == ["new", "old", "old-2"]


def test_what_was_cleared_away_is_neither_collected_again_nor_lost(facts: FactStore) -> None:
    collect_calls(facts, now=NOW)
    clear_answers(facts, before=NOW)

    assert collect_calls(facts, now=NOW).calls == 0
    assert collected_calls(facts) == {"old", "new", "old-2"}


def test_while_facts_are_damaged_nothing_goes(facts: FactStore) -> None:
    collect_calls(facts, now=NOW)
    (part,) = facts.files(FactTable.LLM_CALLS)
    part.write_bytes(part.read_bytes()[:-20])

    with pytest.raises(StorageError, match="not cleared away while a part of llm_calls is damaged"):
        clear_answers(facts, before=NOW)

    assert left(facts) == ["new", "old", "old-2"]


def test_what_killed_writers_left_goes_when_it_is_old(facts: FactStore) -> None:
    folders = [folder for folder, _ in AnswerFiles(facts.data).questions()]
    for folder in folders:
        (folder / ".call-9.json.1-ab.tmp").write_text("{")
        os.utime(folder / ".call-9.json.1-ab.tmp", (0, 0))

    clear_answers(facts, before=NOW)

    assert [path.name for folder in folders for path in folder.glob(".*")] == []


def test_stopped_before_any_change_the_next_time_clears_the_rest(facts: FactStore) -> None:
    collect_calls(facts, now=NOW)

    def stop(change: str) -> None:
        if "os.rmdir" in change:
            raise SystemError(change)

    with pytest.raises(SystemError), before_changes_below(facts.data.root, stop):
        clear_answers(facts, before=NOW)
    clear_answers(facts, before=NOW)

    assert left(facts) == ["new"]
    assert [name for _, name in AnswerFiles(facts.data).questions()] == [question()]


def test_an_answer_that_is_kept_while_its_folder_is_cleared_away_is_there(data: DataFolder) -> None:
    answers, facts = AnswerFiles(data), FactStore(data)
    stop = threading.Event()

    def clear() -> None:
        while not stop.is_set():
            for folder, _ in answers.questions():
                try:
                    folder.rmdir()
                except OSError:
                    continue

    cleaner = threading.Thread(target=clear)
    cleaner.start()
    try:
        for number in range(20):
            answers.keep(call(f"call-{number}"), REPLY)
            for found in answers.of(question()):
                found.path.unlink()
        answers.keep(call("last", outcome=CallOutcome.ACCEPTED), REPLY)
    finally:
        stop.set()
        cleaner.join()

    assert collect_calls(facts, now=NOW).calls == 1
