"""Answers of models are kept with the record of their calls, found by question, and never outside the data folder."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.llm.desk import AnswerStore
from plan_pipeline.storage.data_folder import DataFolder, StorageError, UnsafePathError
from plan_pipeline.storage.model_calls.answer_files import AnswerFiles
from plan_pipeline_tests.storage.file_events import before_changes_below
from plan_pipeline_tests.storage.model_calls.calls import ASKED_AT, REPLY, call, question

LATER = ASKED_AT + dt.timedelta(minutes=5)


@pytest.fixture
def answers(data: DataFolder) -> AnswerFiles:
    return AnswerFiles(data)


def path_of(answers: AnswerFiles, call_id: str = "call-1") -> Path:
    return answers.data.root / "llm" / "calls" / question()[:2] / question() / f"{call_id}.json"


def test_it_is_a_store_as_the_desk_wants_one(answers: AnswerFiles) -> None:
    store: AnswerStore = answers
    store.keep(call(), REPLY)
    found = store.find(question())
    assert found == (call(), REPLY)


class TestFind:
    def test_nothing_is_found_and_nothing_made_where_nobody_asked(self, answers: AnswerFiles) -> None:
        assert answers.find(question()) is None
        assert not answers.data.root.exists()

    def test_the_latest_answer_is_found_whatever_its_file_is_called(self, answers: AnswerFiles) -> None:
        answers.keep(call("z", asked_at=ASKED_AT), REPLY)
        answers.keep(call("a", asked_at=LATER), REPLY | {"text": "A later one."})

        found = answers.find(question())

        assert found is not None
        assert (found.call.call_id, found.reply["text"]) == ("a", "A later one.")

    @pytest.mark.parametrize("outcome", CallOutcome)
    def test_only_what_may_be_used_is_found(self, answers: AnswerFiles, outcome: CallOutcome) -> None:
        answers.keep(call(outcome=outcome), REPLY)

        assert (answers.find(question()) is not None) == outcome.has_answer

    def test_a_later_call_without_an_answer_does_not_hide_one_with(self, answers: AnswerFiles) -> None:
        answers.keep(call("answered"), REPLY)
        answers.keep(call("limited", outcome=CallOutcome.RATE_LIMITED, asked_at=LATER), None)

        found = answers.find(question())

        assert found is not None
        assert found.call.call_id == "answered"

    def test_a_refusal_is_an_answer_that_nobody_pays_for_again(self, answers: AnswerFiles) -> None:
        answers.keep(call("refused", outcome=CallOutcome.REFUSED), REPLY)

        found = answers.find(question())

        assert found is not None
        assert found.call.call_id == "refused"

    def test_a_run_finds_its_own_answer_alone_where_it_asks_for_it(self, answers: AnswerFiles) -> None:
        answers.keep(call("mine", run_id="run-1"), REPLY)
        answers.keep(call("theirs", run_id="run-2", asked_at=LATER), REPLY)

        mine, nobodys = answers.find(question(), of_run="run-1"), answers.find(question(), of_run="run-3")

        assert mine is not None
        assert mine.call.call_id == "mine"
        assert nobodys is None

    def test_another_question_has_another_answer(self, answers: AnswerFiles) -> None:
        answers.keep(call(), REPLY)

        assert answers.find(question("another")) is None


class TestSettle:
    def test_the_outcome_is_kept_with_the_answer(self, answers: AnswerFiles) -> None:
        answers.keep(call(), REPLY)

        answers.settle(call(), CallOutcome.SENT_BACK, 3)

        assert answers.find(question()) == (call(outcome=CallOutcome.SENT_BACK, problems=3), REPLY)

    def test_the_same_again_writes_nothing(self, answers: AnswerFiles) -> None:
        answers.keep(call(), REPLY)
        answers.settle(call(), CallOutcome.ACCEPTED, 0)
        written: list[str] = []

        with before_changes_below(answers.data.root, written.append):
            answers.settle(call(), CallOutcome.ACCEPTED, 0)

        assert written == []

    def test_a_call_that_was_removed_meanwhile_stays_removed(
        self, answers: AnswerFiles, caplog: pytest.LogCaptureFixture
    ) -> None:
        answers.settle(call(), CallOutcome.ACCEPTED, 0)

        assert list(answers.files()) == []
        assert "call-1 is no longer stored" in caplog.text


class TestWhole:
    @pytest.mark.parametrize("settles", [False, True])
    def test_a_writer_that_is_stopped_before_any_change_leaves_the_old_file_or_the_new_one(
        self, answers: AnswerFiles, settles: bool
    ) -> None:
        settled = call(outcome=CallOutcome.ACCEPTED, problems=0)
        stops = 0
        for step in range(100):
            store = AnswerFiles(DataFolder(answers.data.root / str(step)))
            if settles:
                store.keep(call(), REPLY)

            def stop(change: str, left: list[int] = [step]) -> None:  # noqa: B006
                left[0] -= 1
                if left[0] == -1:
                    raise SystemError(change)

            try:
                with before_changes_below(store.data.root, stop):
                    if settles:
                        store.settle(call(), CallOutcome.ACCEPTED, 0)
                    else:
                        store.keep(call(), REPLY)
            except SystemError:
                stops += 1
                assert store.find(question()) == ((call(), REPLY) if settles else None)
            else:
                assert store.find(question()) == ((settled if settles else call()), REPLY)
                break
        assert stops == (2 if settles else 7)

    def test_writers_and_readers_at_once_see_whole_files(self, answers: AnswerFiles) -> None:
        answers.keep(call("first"), REPLY)
        problems: list[Exception] = []

        def work(name: str) -> None:
            try:
                for number in range(10):
                    answers.keep(call(f"{name}-{number}"), REPLY)
                    answers.settle(call(f"{name}-{number}"), CallOutcome.ACCEPTED, 0)
                    found = answers.find(question())
                    assert found is not None
                    assert found.reply == REPLY
            except Exception as error:
                problems.append(error)

        threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", "c")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert problems == []
        assert len(list(answers.files())) == 31

    @pytest.mark.parametrize(
        "text", ["Łódź – 峠", "half a character: \ud83d", "\0 and \x7f", "</script>", float("nan"), 10**30]
    )
    def test_whatever_a_model_answers_is_kept(self, answers: AnswerFiles, text: Any) -> None:
        answers.keep(call(), {"text": text})

        found = answers.find(question())

        assert found is not None
        expected = text.replace("\ud83d", "?") if isinstance(text, str) else text
        assert found.reply["text"] == expected or found.reply["text"] != found.reply["text"]


class TestHostileFiles:
    @pytest.mark.parametrize("call_id", ["", ".", "..", "../x", "a/b", "a\0b", "a.json", "x" * 129, "-x", "ö"])
    def test_an_id_that_is_no_plain_name_is_refused(self, answers: AnswerFiles, call_id: str) -> None:
        with pytest.raises(UnsafePathError, match="not usable as the id of a call"):
            answers.keep(call(call_id), REPLY)

        assert not answers.data.root.exists()

    @pytest.mark.parametrize("bad", ["", "..", "../../etc", "A" * 32, "0" * 31, "0" * 33, "0" * 31 + "\n"])
    def test_a_question_that_is_no_hash_is_refused(self, answers: AnswerFiles, bad: str) -> None:
        with pytest.raises(UnsafePathError, match="no hash of a question"):
            answers.find(bad)
        with pytest.raises(UnsafePathError, match="no hash of a question"):
            answers.keep(call(question=bad), REPLY)

    def test_a_time_without_a_zone_is_refused(self, answers: AnswerFiles) -> None:
        with pytest.raises(ValidationError, match="asked_at has no time zone"):
            answers.keep(call(asked_at=dt.datetime(2026, 11, 20)), REPLY)

    @pytest.mark.parametrize("place", ["llm", "llm/calls", f"llm/calls/{question()[:2]}"])
    def test_a_folder_that_is_a_link_is_refused(self, answers: AnswerFiles, tmp_path: Path, place: str) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        link = answers.data.root / place
        link.parent.mkdir(parents=True)
        link.symlink_to(outside)

        with pytest.raises(UnsafePathError, match="is a link"):
            answers.keep(call(), REPLY)

        assert list(outside.iterdir()) == []

    def test_a_file_that_is_a_link_is_not_read(self, answers: AnswerFiles, tmp_path: Path) -> None:
        answers.keep(call(), REPLY)
        outside = tmp_path / "outside.json"
        path_of(answers).rename(outside)
        path_of(answers).symlink_to(outside)

        with pytest.raises(StorageError, match="is a link"):
            answers.find(question())

    @pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"version": 2, "call": {}, "reply": null}'])
    def test_a_damaged_file_is_named_with_what_to_do(self, answers: AnswerFiles, content: str) -> None:
        answers.keep(call(), REPLY)
        path_of(answers).write_text(content)

        with pytest.raises(StorageError, match=r"call-1\.json is damaged .*; restore it, or remove it: the model is"):
            answers.find(question())
        with pytest.raises(StorageError, match=r"call-1\.json is damaged"):
            answers.settle(call(), CallOutcome.ACCEPTED, 0)

    def test_a_damaged_file_is_passed_over_where_another_answers(
        self, answers: AnswerFiles, caplog: pytest.LogCaptureFixture
    ) -> None:
        answers.keep(call("whole"), REPLY)
        path_of(answers, "damaged").write_text("{")

        found = answers.find(question())

        assert found is not None
        assert "damaged.json" in caplog.text

    def test_a_file_of_another_question_is_not_taken_for_an_answer(self, answers: AnswerFiles) -> None:
        answers.keep(call(question=question("another")), REPLY)
        (other,) = [found.path for found in answers.files()]
        path_of(answers).parent.mkdir(parents=True)
        other.rename(path_of(answers))

        with pytest.raises(StorageError, match="holds call call-1 of question"):
            answers.find(question())

    def test_foreign_files_are_passed_over_with_a_warning(
        self, answers: AnswerFiles, caplog: pytest.LogCaptureFixture
    ) -> None:
        answers.keep(call(), REPLY)
        folder = path_of(answers).parent
        (folder / "call-1 (copy).json").write_text(json.dumps({}))
        (folder / "notes.txt").write_text("")
        (folder / "folder.json").mkdir()
        (folder.parent / ("f" * 32)).symlink_to(folder)
        (folder.parent.parent / "notes").mkdir()
        (folder.parent / ".hidden.tmp").write_text("")

        with caplog.at_level(logging.WARNING):
            found = list(answers.files())

        assert [each.call_id for each in found] == ["call-1"]
        assert len(caplog.records) == 5
        assert answers.find(question()) == (call(), REPLY)
