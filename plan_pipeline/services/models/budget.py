"""The budgets of an installation: what a run, and what all runs on a day, may spend on models."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Self
from zoneinfo import ZoneInfo

from plan_pipeline.llm.desk import BudgetError
from plan_pipeline.llm.prices import PRICES_VARIABLE
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.model_calls.spending import Committed, SpendingLedger

RUN_VARIABLE = "PLAN_PIPELINE_LLM_RUN_BUDGET_USD"
DAY_VARIABLE = "PLAN_PIPELINE_LLM_DAY_BUDGET_USD"
"""The environment variables that messages name."""


def _clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class SharedBudget:
    """Budgets over all processes of a data folder, US dollars; ``None`` for no limit.

    Spending is counted while there is a limit, and once there was one: a limit that is set again counts all of the day.
    """

    ledger: SpendingLedger
    run_usd: float | None = None
    day_usd: float | None = None
    now: Callable[[], dt.datetime] = _clock

    @classmethod
    def of(cls, settings: Settings, data: DataFolder) -> Self:
        """The budgets that settings name."""
        ledger = SpendingLedger(data, ZoneInfo(settings.timezone))
        return cls(ledger, settings.llm_run_budget_usd, settings.llm_day_budget_usd)

    @contextmanager
    def reserve(self, run_id: str, at_most_usd: float | None) -> Iterator[Callable[[float | None], None]]:
        """Set aside what a call can cost at most; within it, the given function is called with what it did cost.

        Raises ``BudgetError`` where that would pass a budget, and where it is not known although there is one. Raises
        ``StorageError`` where what is spent cannot be read or counted.
        """
        is_limited = self.run_usd is not None or self.day_usd is not None
        if is_limited and at_most_usd is None:
            variable = DAY_VARIABLE if self.run_usd is None else RUN_VARIABLE
            raise BudgetError(
                "the model has no price, so no budget can be kept with it: add it to the file that "
                f"{PRICES_VARIABLE} names, choose a model with a price, or unset {variable}"
            )
        if not is_limited and not self.ledger.is_kept:
            yield lambda _: None
            return
        most = at_most_usd or 0.0
        with self.ledger.set_aside(run_id, most, lambda found: self._check(found, most), now=self.now) as spent:
            yield spent

    @property
    def is_counted(self) -> bool:
        """Whether what is spent is counted."""
        return self.run_usd is not None or self.day_usd is not None or self.ledger.is_kept

    def correct(self, run_id: str, usd: float, *, at: dt.datetime) -> None:
        """Count what a run spent at a time beyond what was counted then; less than nothing gives something back."""
        self.ledger.correct(run_id, usd, at=at)

    def _check(self, found: Committed, at_most_usd: float) -> None:
        most = Decimal(str(at_most_usd))
        run, day = (found.run_spent_usd, found.run_set_aside_usd), (found.day_spent_usd, found.day_set_aside_usd)
        if _is_passed(self.run_usd, *run, most):
            raise BudgetError(
                f"the budget of a run, {self.run_usd:g} USD, does not allow another call: {_told(*run, most)}; "
                f"raise {RUN_VARIABLE}, or launch what is left in another run"
            )
        if _is_passed(self.day_usd, *day, most):
            raise BudgetError(
                f"the budget of a day, {self.day_usd:g} USD, does not allow another call on {found.day}: "
                f"{_told(*day, most)}; raise {DAY_VARIABLE}, or launch what is left on another day"
            )


def _is_passed(limit_usd: float | None, spent: Decimal, set_aside: Decimal, most: Decimal) -> bool:
    return limit_usd is not None and spent + set_aside + most > Decimal(str(limit_usd))


def _told(spent: Decimal, set_aside: Decimal, most: Decimal) -> str:
    going = f", {set_aside:.4f} USD are set aside for calls that are going" if set_aside else ""
    return f"{spent:.4f} USD are spent{going}, and the call could cost {most:.4f} USD"
