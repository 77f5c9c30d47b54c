"""A budget is never passed, however many processes ask at once and whatever dies on the way."""

from __future__ import annotations

import datetime as dt
import multiprocessing as mp
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.llm.desk import Budget, BudgetError
from plan_pipeline.services.models.budget import SharedBudget
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.model_calls.answer_files import AnswerFiles
from plan_pipeline.storage.model_calls.spending import Spending, SpendingLedger
from plan_pipeline_tests.storage.file_events import before_changes_below
from plan_pipeline_tests.storage.model_calls.calls import REPLY, call, question

PROJECT = Path(__file__).parents[3]


def budget(
    data: DataFolder,
    *,
    run_usd: float | None = None,
    day_usd: float | None = None,
    timezone: str = "UTC",
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> SharedBudget:
    return SharedBudget(SpendingLedger(data, ZoneInfo(timezone)), run_usd, day_usd, now)


def spend(of: SharedBudget, usd: float | None, *, run_id: str = "run-1", at_most: float | None = None) -> None:
    with of.reserve(run_id, usd if at_most is None else at_most) as spent:
        spent(usd)


def spending(data: DataFolder) -> Spending:
    return Spending.model_validate_json((data.root / "llm" / "spending.json").read_bytes())


def keep(data: DataFolder, call_id: str, cost_usd: float, run_id: str = "run-1", **values: Any) -> None:
    values = {"asked_at": dt.datetime.now(dt.UTC), "outcome": CallOutcome.ACCEPTED, **values}
    kept = call(call_id, question=question(call_id), run_id=run_id, cost_usd=cost_usd, **values)
    AnswerFiles(data).keep(kept, REPLY)


def reservations(data: DataFolder) -> list[str]:
    folder = data.root / "llm" / "reservations"
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def test_it_is_a_budget_as_the_desk_wants_one_and_as_settings_name_it(data: DataFolder) -> None:
    settings = Settings(llm_run_budget_usd=1, llm_day_budget_usd=5, timezone="Europe/Berlin")
    wanted: Budget = (made := SharedBudget.of(settings, data))

    with wanted.reserve("run-1", 0.5) as spent:
        spent(0.25)

    assert (made.run_usd, made.day_usd) == (1, 5)
    assert spending(data).runs["run-1"].usd == Decimal("0.25")


def test_without_a_budget_nothing_is_counted_and_nothing_written(data: DataFolder) -> None:
    with budget(data).reserve("run-1", None) as spent:
        spent(3.0)

    assert not data.root.exists()


class TestLimits:
    def test_the_run_ends_where_its_budget_could_be_passed(self, data: DataFolder) -> None:
        of_run = budget(data, run_usd=0.3)
        spend(of_run, 0.1)
        spend(of_run, 0.2)

        with pytest.raises(BudgetError) as refused:
            spend(of_run, 0.0001)

        assert str(refused.value) == (
            "the budget of a run, 0.3 USD, does not allow another call: 0.3000 USD are spent, and the call could cost "
            "0.0001 USD; raise PLAN_PIPELINE_LLM_RUN_BUDGET_USD, or launch what is left in another run"
        )
        spend(of_run, 0.3, run_id="run-2")

    def test_all_runs_share_the_budget_of_the_day(self, data: DataFolder) -> None:
        now = dt.datetime(2027, 1, 4, 12, tzinfo=dt.UTC)
        of_day = budget(data, day_usd=0.5, now=lambda: now)
        spend(of_day, 0.2, run_id="run-1")
        spend(of_day, 0.1, run_id="run-2")

        with of_day.reserve("run-3", 0.15), pytest.raises(BudgetError) as refused:
            spend(of_day, 0.1, run_id="run-4")

        assert str(refused.value) == (
            "the budget of a day, 0.5 USD, does not allow another call on 2027-01-04: 0.3000 USD are spent, 0.1500 USD "
            "are set aside for calls that are going, and the call could cost 0.1000 USD; raise "
            "PLAN_PIPELINE_LLM_DAY_BUDGET_USD, or launch what is left on another day"
        )

    def test_what_a_call_did_not_take_is_free_again(self, data: DataFolder) -> None:
        of_run = budget(data, run_usd=1.0)
        for _ in range(10):
            spend(of_run, 0.05, at_most=0.5)

        assert spending(data).runs["run-1"].usd == Decimal("0.5")
        assert reservations(data) == []

    def test_a_call_that_fails_gives_back_what_was_set_aside(self, data: DataFolder) -> None:
        of_run = budget(data, run_usd=1.0)
        with pytest.raises(TimeoutError), of_run.reserve("run-1", 1.0):
            raise TimeoutError

        spend(of_run, 1.0)

    def test_a_call_that_cost_more_than_it_could_is_counted_as_it_is(self, data: DataFolder) -> None:
        of_run = budget(data, run_usd=1.0)
        spend(of_run, 2.0, at_most=0.5)

        with pytest.raises(BudgetError, match=r"2\.0000 USD are spent"):
            spend(of_run, 0.1)

    @pytest.mark.parametrize(("limit", "variable"), [("run_usd", "RUN_BUDGET"), ("day_usd", "DAY_BUDGET")])
    def test_a_model_without_a_price_is_refused_with_what_to_do(
        self, data: DataFolder, limit: str, variable: str
    ) -> None:
        with pytest.raises(BudgetError, match=f"has no price.*PLAN_PIPELINE_LLM_PRICES.*unset .*{variable}"):
            spend(budget(data, **{limit: 5.0}), None)

    def test_a_model_at_home_is_never_refused(self, data: DataFolder) -> None:
        of_run = budget(data, run_usd=0.1)
        spend(of_run, 0.1)

        spend(of_run, 0.0)

    def test_sums_are_exact(self, data: DataFolder) -> None:
        of_run = budget(data, run_usd=1.0, day_usd=1.0)
        for _ in range(10):
            spend(of_run, 0.1)

        (day,) = spending(data).days.values()
        assert (spending(data).runs["run-1"].usd, day) == (Decimal(1), Decimal(1))


class TestDays:
    def test_the_day_is_the_installations(self, data: DataFolder) -> None:
        at = [dt.datetime(2027, 1, 4, 22, 59, tzinfo=dt.UTC)]
        of_day = budget(data, day_usd=1.0, timezone="Europe/Berlin", now=lambda: at[0])
        spend(of_day, 1.0)
        with pytest.raises(BudgetError):
            spend(of_day, 1.0)

        at[0] += dt.timedelta(minutes=1)
        spend(of_day, 1.0)

        assert sorted(spending(data).days) == [dt.date(2027, 1, 4), dt.date(2027, 1, 5)]

    def test_a_call_over_midnight_is_spent_on_the_day_it_was_set_aside_for(self, data: DataFolder) -> None:
        at = [dt.datetime(2027, 1, 4, 23, 59, tzinfo=dt.UTC)]
        of_day = budget(data, day_usd=1.0, now=lambda: at[0])
        with of_day.reserve("run-1", 1.0) as spent:
            at[0] += dt.timedelta(minutes=2)
            spend(of_day, 1.0)
            spent(1.0)

        assert set(spending(data).days.values()) == {Decimal(1)}

    def test_what_is_long_over_is_forgotten(self, data: DataFolder) -> None:
        at = [dt.datetime(2027, 1, 4, tzinfo=dt.UTC)]
        of_day = budget(data, day_usd=1.0, now=lambda: at[0])
        for number in range(30):
            spend(of_day, 1.0, run_id=f"run-{number}")
            at[0] += dt.timedelta(days=1)

        assert len(spending(data).days) == len(spending(data).runs) == 8

    def test_a_budget_that_is_set_in_the_middle_of_a_day_counts_what_was_spent(self, data: DataFolder) -> None:
        keep(data, "today", 0.75)
        keep(data, "yesterday", 0.5, asked_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=1))

        with pytest.raises(BudgetError, match=r"0\.7500 USD are spent"):
            spend(budget(data, day_usd=1.0), 0.5)
        spend(budget(data, day_usd=1.0), 0.25)

    def test_once_there_was_a_budget_spending_without_one_counts_too(self, data: DataFolder) -> None:
        spend(budget(data, day_usd=1.0), 0.25)
        spend(budget(data), 0.5)
        spend(budget(data), None)

        with pytest.raises(BudgetError, match=r"0\.7500 USD are spent"):
            spend(budget(data, day_usd=1.0), 0.5)


class TestManyAtOnce:
    def test_threads_never_pass_it(self, data: DataFolder) -> None:
        of_day = budget(data, day_usd=1.0)
        together = threading.Barrier(8)

        def ask(number: int) -> float:
            together.wait()
            return ask_often(of_day, f"run-{number}", 5)

        with ThreadPoolExecutor(8) as pool:
            paid = sum(pool.map(ask, range(8)))

        assert paid == pytest.approx(1.0)
        assert reservations(data) == []

    def test_processes_never_pass_it_and_spend_all_that_is_allowed(self, data: DataFolder) -> None:
        with mp.get_context("spawn").Pool(3) as pool:
            paid = sum(pool.map(ask_in_process, [(str(data.root), number) for number in range(3)]))

        assert paid == pytest.approx(1.0)
        assert sum(spending(data).days.values()) == Decimal(1)


class TestDeaths:
    @pytest.mark.parametrize("stored", [False, True])
    def test_what_a_killed_process_set_aside_is_free_again_and_its_call_counts_if_stored(
        self, data: DataFolder, stored: bool
    ) -> None:
        of_day = budget(data, run_usd=1.0, day_usd=1.0)
        spend(of_day, 0.1)
        keep(data, "before", 0.1)
        killed(data, "call-1" if stored else "")
        assert len(reservations(data)) == 1

        spent = 0.1 + (0.25 if stored else 0)
        with pytest.raises(BudgetError, match=f"{spent:.4f} USD are spent, and"):
            spend(of_day, 1.0)

        assert reservations(data) == []
        spend(of_day, 1.0 - spent)
        assert spending(data).runs["run-1"].usd == sum(spending(data).days.values()) == Decimal(1)

    def test_a_living_process_keeps_what_it_set_aside(self, data: DataFolder) -> None:
        with Asking(data), pytest.raises(BudgetError, match=r"0\.9000 USD are set aside"):
            spend(budget(data, day_usd=1.0), 0.2)
        spend(budget(data, day_usd=1.0), 0.2)

    @pytest.mark.parametrize("keeps_first", [True, False], ids=["kept, counted", "counted, kept"])
    def test_stopped_before_any_change_the_sum_is_that_of_the_stored_calls(
        self, data: DataFolder, keeps_first: bool
    ) -> None:
        for step in range(100):
            copy = DataFolder(data.root / str(step))
            of_run = budget(copy, run_usd=10.0)
            spend(of_run, 0.5)
            keep(copy, "first", 0.5)
            left = [step]

            def stop(change: str, left: list[int] = left) -> None:
                left[0] -= 1
                if left[0] < 0:
                    raise SystemError(change)

            stopped = counted = False
            try:
                with before_changes_below(copy.root, stop), of_run.reserve("run-1", 1.0) as spent:
                    if keeps_first:
                        keep(copy, "second", 0.25)
                    spent(0.25)
                    counted = True
                    if not keeps_first:
                        keep(copy, "second", 0.25)
            except SystemError:
                stopped = True
            is_stored = len(list(AnswerFiles(copy).files())) == 2

            with of_run.reserve("run-1", 0.0):
                pass

            paid = spending(copy).runs["run-1"].usd
            assert paid == (Decimal("0.75") if counted or is_stored else Decimal("0.5"))
            assert sum(spending(copy).days.values()) == paid
            if not stopped:
                return
        raise AssertionError("the call never ended")

    def test_a_reservation_that_was_never_finished_is_cleared_away(self, data: DataFolder) -> None:
        spend(budget(data, day_usd=1.0), 0.5)
        (data.root / "llm" / "reservations" / "abc.json").write_text("")

        spend(budget(data, day_usd=1.0), 0.5)

        assert reservations(data) == []


class TestDamage:
    def test_sums_that_were_removed_are_those_of_the_stored_calls(self, data: DataFolder) -> None:
        keep(data, "call-1", 0.5)
        spend(budget(data, run_usd=1.0), 0.5)
        (data.root / "llm" / "spending.json").unlink()

        with pytest.raises(BudgetError, match=r"0\.5000 USD are spent"):
            spend(budget(data, run_usd=1.0), 0.6)

    def test_damaged_sums_are_named_with_what_to_do(self, data: DataFolder) -> None:
        spend(budget(data, run_usd=1.0), 0.5)
        (data.root / "llm" / "spending.json").write_text("{")

        with pytest.raises(StorageError, match=r"spending\.json is damaged .*; remove it: what is spent today"):
            spend(budget(data, run_usd=1.0), 0.1)

    def test_links_are_refused(self, data: DataFolder, tmp_path: Path) -> None:
        (tmp_path / "outside").mkdir()
        (data.root / "llm").mkdir(parents=True)
        (data.root / "llm" / "reservations").symlink_to(tmp_path / "outside")

        with pytest.raises(StorageError, match="is a link"):
            spend(budget(data, run_usd=1.0), 0.1)


def ask_often(of: SharedBudget, run_id: str, times: int) -> float:
    """Ask until refused, each call for 0.1 of what may be 0.1; what was paid."""
    paid = 0.0
    for _ in range(times):
        try:
            with of.reserve(run_id, 0.1) as spent:
                spent(0.1)
                paid += 0.1
        except BudgetError:
            continue
    return paid


def ask_in_process(given: tuple[str, int]) -> float:
    root, number = given
    return ask_often(budget(DataFolder(Path(root)), day_usd=1.0), f"run-{number}", 8)


ASKING = """
import sys, time
from pathlib import Path
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline_tests.services.models.test_budget import budget, keep

data = DataFolder(Path(sys.argv[1]))
with budget(data, day_usd=1.0).reserve("run-1", 0.9):
    if sys.argv[2]:
        keep(data, sys.argv[2], 0.25)
    print("asking", flush=True)
    sys.stdin.read()
"""


class Asking:
    """A process that has set 0.9 USD aside and is asking, until the end of the block."""

    def __init__(self, data: DataFolder, call_id: str = "") -> None:
        command = [sys.executable, "-c", ASKING, str(data.root), call_id]
        self.process = subprocess.Popen(
            command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )

    def __enter__(self) -> subprocess.Popen[str]:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "asking\n"
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.communicate("")


def killed(data: DataFolder, call_id: str) -> None:
    """Have a process set something aside, store a call if it has an id, and die of SIGKILL."""
    with Asking(data, call_id) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()


class TestCorrecting:
    def test_what_was_counted_too_much_is_given_back_on_the_day_it_was_counted(self, data: DataFolder) -> None:
        yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
        spend(budget(data, day_usd=10, now=lambda: yesterday), 8.0)
        of = budget(data, day_usd=10)
        spend(of, 1.0, run_id="run-2")

        of.correct("run-1", -6.5, at=yesterday)

        found = spending(data)
        assert found.days == {yesterday.date(): Decimal("1.5"), dt.datetime.now(dt.UTC).date(): Decimal("1.0")}
        assert found.runs["run-1"].usd == Decimal("1.5")

    def test_no_more_is_given_back_than_was_counted(self, data: DataFolder) -> None:
        of = budget(data, day_usd=10)
        spend(of, 1.0)
        of.correct("run-1", -6.5, at=dt.datetime.now(dt.UTC))
        of.correct("run-unknown", -6.5, at=dt.datetime.now(dt.UTC))
        assert set(spending(data).days.values()) == {Decimal(0)}

    def test_nothing_is_counted_where_there_was_never_a_budget(self, data: DataFolder) -> None:
        of = budget(data)
        assert not of.is_counted
        of.correct("run-1", 1.0, at=dt.datetime.now(dt.UTC))
        assert not (data.root / "llm" / "spending.json").exists()
