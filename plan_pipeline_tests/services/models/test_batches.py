"""Questions are handed in together, each paid once and none lost, whatever is killed, refused or cut off in between."""

from __future__ import annotations

import datetime as dt
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.core.overview.writer import OverviewError, OverviewUnavailableError
from plan_pipeline.services.models.batches import not_in_batches
from plan_pipeline.services.models.overviews import OpenQuestion
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.model_calls.batch_files import BatchesBusyError
from plan_pipeline_tests.llm.messages_api import MessagesApi, messages_api
from plan_pipeline_tests.services.models import batch_process
from plan_pipeline_tests.services.models.batch_desk import BatchDesk, Fuse, Killed, answers_by_name, question_of

NAMES = tuple(f"rider-{number:02}" for number in range(12))
MIXED = ("rider", "expires", "overloaded", "never", "invalid", "canceled")

ON_RECORD, SENT = 6, 7
"""Steps of handing in: just before the batch is sent, and just after."""

OpenDesk = Callable[..., BatchDesk]


@pytest.fixture
def api() -> Iterator[MessagesApi]:
    with messages_api(answers_by_name(), batch_polls=0) as api:
        yield api


@pytest.fixture
def desk(data: DataFolder, api: MessagesApi) -> OpenDesk:
    def open_desk(*names: str, **fields: Any) -> BatchDesk:
        return BatchDesk(data, api, names or NAMES, **fields)

    return open_desk


def outcomes(desk: BatchDesk) -> Counter[tuple[str, str]]:
    return Counter((call.plan_id, call.outcome.value) for call in desk.calls())


def assert_the_ledgers_agree(desk: BatchDesk) -> None:
    calls = desk.calls()
    assert sum(call.input_tokens for call in calls) == desk.api.billed("input_tokens")
    assert sum(call.output_tokens for call in calls) == desk.api.billed("output_tokens")
    assert sum(call.cache_write_tokens for call in calls) == desk.api.billed("cache_creation_input_tokens")
    assert sum(call.cache_read_tokens for call in calls) == desk.api.billed("cache_read_input_tokens")


class TestANight:
    def test_every_answer_is_found_by_its_question_in_whatever_order_it_came(self, desk: OpenDesk) -> None:
        night = desk()
        night.submit()
        night.api.end_batches()
        order = [line["custom_id"].partition("-")[2] for line in night.api.batches[0].lines()]
        night.collect()

        assert order != [night.hash(name) for name in NAMES]
        for name in NAMES:
            found = night.answers.find(night.hash(name))
            assert found is not None
            assert name in found.reply["text"]
        assert_the_ledgers_agree(night)

    def test_a_call_says_what_it_was_for_and_what_it_cost_at_half_the_price(self, desk: OpenDesk) -> None:
        night = desk("rider")
        night.night()

        (call,) = night.calls()
        assert (call.plan_id, call.run_id, call.batch_id) == ("rider", "run-1", "msgbatch_0001")
        assert call.outcome is CallOutcome.ANSWERED
        assert call.cost_usd == call.output_tokens / 2000
        assert call.latency_ms is None

    def test_expired_and_overloaded_ones_are_handed_in_once_more_and_no_others(self, desk: OpenDesk) -> None:
        night = desk(*MIXED)
        night.night()

        assert outcomes(night) == {
            ("rider", "answered"): 1,
            ("expires", "expired"): 1,
            ("expires", "answered"): 1,
            ("overloaded", "overloaded"): 1,
            ("overloaded", "answered"): 1,
            ("never", "expired"): 2,
            ("invalid", "invalid_request"): 1,
            ("canceled", "expired"): 1,
        }
        assert night.paid_for() == {"rider": 1, "expires": 1, "overloaded": 1}
        assert [again.batches for again in night.retry()] == [[]]
        assert_the_ledgers_agree(night)

    def test_athletes_who_ask_for_the_same_share_an_answer(self, desk: OpenDesk) -> None:
        night = desk("rider")
        same = [OpenQuestion(plan_id, "r1", question_of("rider"), 1) for plan_id in ("one", "two")]
        with night.files.lock(0):
            (record,) = night.submission.submit(same).batches
        assert record.plan_ids == ("one", "two")
        assert len(record.questions) == 1

    def test_what_is_in_flight_is_not_handed_in_again(self, desk: OpenDesk) -> None:
        night = desk()
        night.submit()
        again = night.submit()
        assert (again.batches, sorted(again.waiting)) == ([], list(NAMES))
        assert len(night.api.batches) == 1

    def test_what_is_in_flight_is_not_asked_live_either(self, desk: OpenDesk) -> None:
        night = desk("rider")
        night.submit()
        live = not_in_batches(night.answers, night.data)

        with pytest.raises(OverviewUnavailableError, match=r"batch msgbatch_0001, submitted at 20.* UTC"):
            live.find(night.hash("rider"))
        assert live.find(night.hash("other")) is None

        night.api.end_batches()
        night.collect()
        assert live.find(night.hash("rider")) is not None

    def test_a_plan_that_another_run_is_making_is_left_to_it(self, desk: OpenDesk) -> None:
        night = desk(busy={"rider-03"})
        done = night.submit()
        assert done.busy == ["rider-03"]
        assert "rider-03" not in done.batches[0].plan_ids

    def test_many_questions_are_several_batches(self, desk: OpenDesk) -> None:
        night = desk(options={"most_questions": 5})
        assert [len(record.questions) for record in night.submit().batches] == [5, 5, 2]

    def test_large_questions_are_several_batches(self, desk: OpenDesk) -> None:
        night = desk(options={"most_bytes": 2 * len(question_of("rider-00").model_dump_json())})
        assert [len(record.questions) for record in night.submit().batches] == [2] * 6

    def test_only_one_process_submits_or_collects(self, desk: OpenDesk) -> None:
        night = desk()
        night.submit()
        with night.files.lock(0), pytest.raises(BatchesBusyError, match="another run is submitting or collecting"):
            night.collect()


class TestTheBudget:
    WORST_USD = 10.0  # 20,000 tokens of output at half a dollar a thousand

    def test_it_is_committed_as_a_whole_and_the_difference_is_given_back(self, desk: OpenDesk) -> None:
        night = desk()
        night.submit()
        assert night.purse.left_usd == 10_000 - len(NAMES) * self.WORST_USD
        night.api.end_batches()
        night.collect()
        assert night.purse.left_usd == pytest.approx(10_000 - sum(call.cost_usd or 0 for call in night.calls()))

    def test_as_many_as_it_allows_are_handed_in_and_the_others_named(self, desk: OpenDesk) -> None:
        night = desk()
        night.purse.left_usd = 7.5 * self.WORST_USD
        done = night.submit()
        assert done.batches[0].plan_ids == NAMES[:7]
        assert (tuple(done.left), done.why_left) == (NAMES[7:], "$75.00 are left")

    def test_none_is_handed_in_where_it_is_spent(self, desk: OpenDesk) -> None:
        night = desk()
        night.purse.left_usd = 1.0
        done = night.submit()
        assert (done.batches, tuple(done.left)) == ([], NAMES)
        assert night.api.batches == [] and night.files.open() == ()

    def test_a_batch_that_is_refused_costs_nothing(self, data: DataFolder, api: MessagesApi) -> None:
        api.key = "another"
        night = BatchDesk(data, api, NAMES)
        with pytest.raises(OverviewError, match="does not accept the API key"):
            night.submit()
        assert night.purse.left_usd == 10_000
        assert night.files.open() == ()


class TestFailures:
    @pytest.mark.parametrize("lines", [0, 1, 7, 11])
    def test_results_that_break_off_are_read_again(self, desk: OpenDesk, lines: int) -> None:
        night = desk()
        night.submit()
        night.api.end_batches()
        night.api.results_cut_after = lines
        (message,) = night.collect()
        assert "is not collected yet: The connection" in message
        assert len(night.calls()) in (lines, lines - 1)  # the last line may not be known to be whole

        night.api.results_cut_after = None
        assert "is collected: 12 answered" in night.collect()[0]
        assert_the_ledgers_agree(night)

    def test_answers_beyond_a_ticks_time_are_left_to_the_next(self, desk: OpenDesk) -> None:
        night = desk(stores_for_s=0.0)
        night.submit()
        night.api.end_batches()
        assert night.collect() == ["12 answers of batch msgbatch_0001 are left to the next tick"]
        assert night.restarted().files.in_flight()

    def test_reading_a_batch_again_leaves_what_became_of_its_answers(self, desk: OpenDesk) -> None:
        night = desk("rider", "other")
        night.submit()
        night.api.end_batches()
        night.fuse.at = night.fuse.steps + 5
        with pytest.raises(Killed):
            night.collect()
        night.fuse.at = None
        (call,) = night.calls()
        night.answers.settle(call, CallOutcome.ACCEPTED, 0)
        night.api.results_cut_after = None
        night.collect()
        assert Counter(call.outcome for call in night.calls()) == {CallOutcome.ACCEPTED: 1, CallOutcome.ANSWERED: 1}

    def test_a_batch_that_has_not_ended_says_how_far_it_is(self, data: DataFolder) -> None:
        with messages_api(answers_by_name(), batch_polls=5) as api:
            night = BatchDesk(data, api, NAMES)
            night.submit()
            assert night.collect() == ["batch msgbatch_0001 is being answered, 12 questions of 12 left"]

    def test_a_batch_that_the_provider_does_not_know_is_given_up_after_a_day(self, desk: OpenDesk) -> None:
        night = desk()
        night.submit()
        night.api.batches.clear()
        assert "check whether the API key" in night.collect()[0]
        night.late = dt.timedelta(hours=26)
        assert night.collect() == ["batch msgbatch_0001 is given up: the provider no longer has it"]
        assert night.files.open() == ()
        assert night.submit().batches

    def test_a_batch_whose_results_are_gone_is_given_up(self, desk: OpenDesk) -> None:
        night = desk()
        night.submit()
        night.late = dt.timedelta(days=30)
        assert "its results are kept for 29 days only" in night.collect()[0]


class TestKills:
    @pytest.mark.parametrize(
        ("names", "every"),
        [
            pytest.param(("one", "two", "three"), 1, id="good"),
            pytest.param(MIXED, 9, id="mixed"),
            pytest.param(MIXED, 1, id="mixed, every step", marks=pytest.mark.slow),
        ],
    )
    def test_killed_between_any_two_steps_nothing_is_lost_and_nothing_paid_twice(
        self, tmp_path_factory: pytest.TempPathFactory, names: tuple[str, ...], every: int
    ) -> None:
        kills = 0
        for step in range(0, 200, every):
            with messages_api(answers_by_name(), batch_polls=0) as api:
                night = BatchDesk(DataFolder(tmp_path_factory.mktemp("killed")), api, names, Fuse(at=step))
                try:
                    night.night()
                    break
                except Killed:
                    kills += 1
                for _ in range(3):
                    night = night.restarted()
                    night.night()

                answered = {"one", "two", "three", "rider", "expires", "overloaded"} & set(names)
                assert night.paid_for() == dict.fromkeys(answered, 1), f"killed at step {step}"
                assert all(night.is_answered(name) for name in answered)
                assert_the_ledgers_agree(night)
                assert not night.files.in_flight()
        assert kills * every > 20

    @pytest.mark.slow
    def test_kill_9_at_any_moment_loses_nothing_and_pays_nothing_twice(self, data: DataFolder) -> None:
        """Some die while they hand in, most while they collect: storing 60 answers takes most of the time."""
        names = (*(f"rider-{number:02}" for number in range(60)), "expires", "overloaded")
        chance, unfinished = random.Random(9), 0
        with messages_api(answers_by_name(), batch_polls=2) as api:
            for kill in range(20):
                process = batch_process.start(data, api, 30 * kill, names)
                time.sleep(chance.uniform(0, 0.6))
                process.kill()
                assert process.wait() == -signal.SIGKILL
                assert process.stdout is not None
                process.stdout.close()
                unfinished += bool(BatchDesk(data, api, names).files.in_flight())
                api.end_batches()
            night = BatchDesk(data, api, names, late=dt.timedelta(days=1))
            night.night()

            assert unfinished > 2
            assert night.paid_for() == dict.fromkeys(names, 1)
            assert all(night.is_answered(name) for name in names)
            assert_the_ledgers_agree(night)

    def test_a_submission_that_was_never_sent_is_free_again_after_a_while(self, desk: OpenDesk) -> None:
        night = desk(fuse=Fuse(at=ON_RECORD))
        with pytest.raises(Killed):
            night.submit()
        assert night.api.batches == []

        again = night.restarted()
        assert sorted(again.submit().waiting) == list(NAMES)
        assert again.restarted().submit().batches

    def test_while_it_is_in_doubt_its_questions_count_as_asked(self, desk: OpenDesk) -> None:
        night = desk(fuse=Fuse(at=SENT))
        with pytest.raises(Killed):
            night.submit()
        assert len(night.api.batches) == 1

        again = night.restarted()
        assert sorted(again.submit().waiting) == list(NAMES)
        assert "not known yet" in again.collect()[0]

        night.api.end_batches()
        assert "is collected: 12 answered" in again.restarted().collect()[0]
        assert len(night.api.batches) == 1

    def test_a_batch_of_somebody_else_is_not_taken_for_ones_own(self, desk: OpenDesk) -> None:
        night = desk()
        other = {f"other-{number}": question_of(name) for number, name in enumerate(NAMES)}
        night.batches.inner.submit(other)
        night.api.end_batches()
        night.fuse.at = night.fuse.steps + ON_RECORD
        with pytest.raises(Killed):
            night.submit()

        again = night.restarted()
        again.collect()
        assert again.files.in_flight()
        later = again.restarted()
        later.collect()
        assert not later.files.in_flight()
        assert later.calls() == []
