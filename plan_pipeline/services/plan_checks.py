"""What the checks find wrong with plans, by their records: with those of a run, and with all others that are active.

What is wrong with plans is kept between runs, so that a run has to look at its own plans and the bad ones alone, and a
good run hides nothing of what an earlier one left.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.rule_result import RuleResult
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.stages import Stage
from plan_pipeline.storage.data_folder import DataFolder, Mark, StorageError, file_lock, read_file, write_atomically
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.plans.retirement import active_plan_ids, is_retired

MAX_TIME_ERROR_PCT: Final = 5.0
"""How far a week's hours may be from those wanted, %; the promise made to athletes."""

MAX_PROBLEMS: Final = 3
MAX_LENGTH: Final = 300
"""Problems of a plan that are kept for later runs, and characters of each; the plan's record has all."""

MAX_BROKEN: Final = 200
MAX_NOTED: Final = 20
"""Results of rules that are kept of a run, broken ones and others: Dagster stores what a check says three times."""

_NAME: Final = ".plan_checks.json"
_LOCK: Final = ".plan_checks.lock"
_LOCK_TIMEOUT_S: Final = 60.0


class PlanCheck(StrEnum):
    """A check of plans, by its name in Dagster."""

    WEEKS_PASS = "weeks_pass"  # noqa: S105
    PLAN_IS_PUBLISHED = "plan_is_published"
    PLAN_RULES_ARE_KEPT = "plan_rules_are_kept"
    TIME_ERROR_WITHIN_5_PCT = "time_error_within_5_pct"

    @property
    def stage(self) -> Stage:
        """The stage whose asset it is a check of."""
        return _STAGES[self]


_STAGES: Final = {
    PlanCheck.WEEKS_PASS: Stage.WEEK_VALIDATION,
    PlanCheck.PLAN_IS_PUBLISHED: Stage.FINAL_PLAN,
    PlanCheck.PLAN_RULES_ARE_KEPT: Stage.FINAL_PLAN,
    PlanCheck.TIME_ERROR_WITHIN_5_PCT: Stage.WEEK_METRICS,
}

Problems = Mapping[str, tuple[str, ...]]
"""What is wrong with plans, by their ids; a good plan has none."""


class Verdict(NamedTuple):
    """What a check finds: problems of the run's own plans, and of others that are active."""

    run: Problems
    earlier: Problems

    @property
    def passed(self) -> bool:
        return not self.run and not self.earlier


@dataclass
class PlansOfRun:
    """What a run's plans are like, in a space that hardly grows with their number.

    ``problems`` has every plan of the run by check. ``other_weeks`` are problems with weeks that the run was not asked
    for, where it was asked for some of a plan.
    """

    problems: dict[PlanCheck, dict[str, tuple[str, ...]]] = field(
        default_factory=lambda: {check: {} for check in PlanCheck}
    )
    other_weeks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    by_status: Counter[PlanStatus] = field(default_factory=Counter)
    withheld: int = 0
    weeks: int = 0
    weeks_passed: int = 0
    weeks_passed_before_fix: int = 0
    max_abs_time_error_pct: float = 0.0
    _broken: list[tuple[str, RuleResult]] = field(default_factory=list)
    _noted: list[tuple[str, RuleResult]] = field(default_factory=list)

    def add(self, record: PlanRecord) -> None:
        """Count in a plan by how its generation ended, weeks and all."""
        for check, problems in problems_of(record).items():
            self.problems[check][record.plan_id] = problems
        self.by_status[record.status] += 1
        self.withheld += record.withheld
        for week in record.week_summaries:
            self.add_week(passed=week.passed, passed_before_fix=week.passed_before_fix)
            self.max_abs_time_error_pct = max(self.max_abs_time_error_pct, abs(week.time_error_pct or 0.0))
        for result in record.rule_results:
            kept, most = (self._broken, MAX_BROKEN) if _is_broken(result) else (self._noted, MAX_NOTED)
            if result.message and len(kept) < most:
                kept.append((record.plan_id, result))

    def add_week(self, *, passed: bool, passed_before_fix: bool) -> None:
        self.weeks += 1
        self.weeks_passed += passed
        self.weeks_passed_before_fix += passed_before_fix

    @property
    def rule_results(self) -> list[tuple[str, RuleResult]]:
        """The first results of rules that are broken, and of others that say something."""
        return [*self._broken, *self._noted]


def problems_of(record: PlanRecord) -> dict[PlanCheck, tuple[str, ...]]:
    """What is wrong with a plan by each check, by how its last generation ended."""
    weeks = record.week_summaries
    is_published = record.status is PlanStatus.PUBLISHED
    return {
        PlanCheck.WEEKS_PASS: tuple(week.errors or f"Week {week.week} failed" for week in weeks if not week.passed),
        PlanCheck.PLAN_IS_PUBLISHED: ()
        if is_published
        else tuple(f"{record.status}: {reason}" for reason in record.reasons or ("no reason was recorded",)),
        PlanCheck.PLAN_RULES_ARE_KEPT: tuple(result.statement for result in record.rule_results if _is_broken(result)),
        PlanCheck.TIME_ERROR_WITHIN_5_PCT: tuple(
            f"week {week.week}: {week.final_hours:.2f} h planned, {week.target_hours:.2f} h wanted "
            f"({week.time_error_pct:+.1f} %)"
            for week in weeks
            if week.time_error_pct is not None and abs(week.time_error_pct) > MAX_TIME_ERROR_PCT
        ),
    }


def evaluate(
    plans: PlanStore, run: PlansOfRun, checks: Iterable[PlanCheck] = tuple(PlanCheck), *, anew: bool = False
) -> dict[PlanCheck, Verdict]:
    """What each of the checks finds after a run, and keep that for the next.

    Of other plans only those are looked at that were bad before: all active ones where that is not known, or ``anew``.
    Raises ``LockedError`` where other runs evaluate checks for a minute.
    """
    checks = tuple(checks)
    data = plans.data
    path = data.root / _LOCK
    with file_lock(path, timeout_s=_LOCK_TIMEOUT_S, holder="another run is evaluating the checks of plans"):
        before = None if anew else _load(data)
        found = _Others(plans, run, checks).all() if before is None else _Others(plans, run, checks).of(before)
        verdicts = {}
        for check in checks:
            own = run.problems[check]
            beside = run.other_weeks if check is PlanCheck.WEEKS_PASS else {}
            earlier = {plan_id: noted.problems for plan_id, noted in found[check].items()} | beside
            verdicts[check] = Verdict({plan_id: problems for plan_id, problems in own.items() if problems}, earlier)
            for plan_id, problems in own.items():
                if both := (*problems, *beside.get(plan_id, ())):
                    found[check][plan_id] = _note(plans, plan_id, both)
        kept = {**(before.checks if before else {}), **found}
        write_atomically(data.root / _NAME, _Kept(checks=kept).model_dump_json().encode(), durable=False)
    return verdicts


class _Noted(Frozen):
    """What was wrong with a plan when its record was the file of this mark; ``None`` where there was none."""

    mark: Mark | None
    problems: tuple[str, ...]


class _Kept(Frozen):
    checks: dict[PlanCheck, dict[str, _Noted]]


class _Others(NamedTuple):
    """The active plans that are not the run's."""

    plans: PlanStore
    run: PlansOfRun
    checks: tuple[PlanCheck, ...]

    def all(self) -> dict[PlanCheck, dict[str, _Noted]]:
        found: dict[PlanCheck, dict[str, _Noted]] = {check: {} for check in PlanCheck}
        for plan_id in active_plan_ids(self.plans):
            for check, problems in _stored_problems(self.plans, plan_id).items():
                if problems and not (check in self.checks and plan_id in self.run.problems[check]):
                    found[check][plan_id] = _note(self.plans, plan_id, problems)
        return found

    def of(self, before: _Kept) -> dict[PlanCheck, dict[str, _Noted]]:
        """Those that were bad before, as they are now."""
        found: dict[PlanCheck, dict[str, _Noted]] = {}
        seen: dict[str, dict[PlanCheck, tuple[str, ...]]] = {}
        for check in self.checks:
            found[check] = {}
            for plan_id, noted in before.checks.get(check, {}).items():
                if plan_id in self.run.problems[check] or is_retired(self.plans, plan_id):
                    continue
                if _is_as_noted(self.plans, plan_id, noted):
                    found[check][plan_id] = noted
                    continue
                if plan_id not in seen:
                    seen[plan_id] = _stored_problems(self.plans, plan_id)
                if problems := seen[plan_id].get(check, ()):
                    found[check][plan_id] = _note(self.plans, plan_id, problems)
        return found


def _stored_problems(plans: PlanStore, plan_id: str) -> dict[PlanCheck, tuple[str, ...]]:
    """What is wrong with a plan on disk; nothing yet with one that was never made."""
    try:
        record = plans.load_generation_record(plan_id)
    except StorageError as error:
        return {PlanCheck.PLAN_IS_PUBLISHED: (f"damaged: {error}",)}
    return {} if record is None else problems_of(record)


def _note(plans: PlanStore, plan_id: str, problems: tuple[str, ...]) -> _Noted:
    more = len(problems) - MAX_PROBLEMS
    shown = [each if len(each) <= MAX_LENGTH else each[: MAX_LENGTH - 1] + "…" for each in problems[:MAX_PROBLEMS]]
    try:
        mark = Mark.of(_record_path(plans, plan_id))
    except (OSError, StorageError):
        mark = None
    return _Noted(mark=mark, problems=(*shown, *([f"… and {more} more"] if more > 0 else [])))


def _is_as_noted(plans: PlanStore, plan_id: str, noted: _Noted) -> bool:
    try:
        return noted.mark is not None and noted.mark.is_of(_record_path(plans, plan_id))
    except StorageError:
        return False


def _record_path(plans: PlanStore, plan_id: str) -> Path:
    return plans.data.plan_folder(plan_id) / f"{Stage.FINAL_PLAN}.json"


def _load(data: DataFolder) -> _Kept | None:
    """What was kept; ``None`` where that was nothing, or cannot be read."""
    try:
        return _Kept.model_validate_json(read_file(data.root / _NAME) or b"")
    except (StorageError, ValidationError):
        return None


def _is_broken(result: RuleResult) -> bool:
    return result.rejects or result.warns
