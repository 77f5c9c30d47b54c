"""What a plan rule is, and what it says about a plan.

Belongs here: the record of a rule, its finding, and the result that a plan carries. Does not belong here: any
rule (see ``plan_rules`` and the modules it gathers) or what is measured of a plan (see ``plan_view``).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from plan_pipeline.core.model.frozen import Frozen

if TYPE_CHECKING:
    from plan_pipeline.core.rules.plan_view import PlanView


class RuleSeverity(StrEnum):
    """What becomes of a plan that breaks a rule: rejected, shown with a warning, or only reported on."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Evidence(StrEnum):
    """What a rule's threshold rests on: controlled trials, agreement among experts or by definition, habit."""

    TRIAL = "trial"
    CONSENSUS = "consensus"
    CONVENTION = "convention"


class Finding(NamedTuple):
    """What a rule found. ``value`` is the worst measured value, ``None`` where there was nothing to measure.

    ``severity`` is set where a breach weighs otherwise than the rule usually does.
    """

    passed: bool
    value: float | None
    weeks: tuple[int, ...] = ()
    message: str = ""
    severity: RuleSeverity | None = None


class PlanRule(NamedTuple):
    """A rule by name. ``version`` is raised with every change of what it measures or of its threshold."""

    rule_id: str
    version: int
    severity: RuleSeverity
    evidence: Evidence
    threshold: str
    check: Callable[[PlanView], Finding]


class RuleResult(Frozen):
    """One rule's verdict on one plan.

    ``value`` is the worst value measured in the rule's own unit, which ``threshold`` names. ``weeks`` are those
    that break the rule. ``message`` is empty where the rule is kept, except that a note always reports.
    ``waived`` says that the request asked for the rule not to count; ``passed`` is what was found all the same.
    """

    rule_id: str
    rule_version: int
    severity: RuleSeverity
    evidence: Evidence
    threshold: str
    value: float | None
    passed: bool
    waived: bool
    weeks: tuple[int, ...]
    message: str

    @property
    def rejects(self) -> bool:
        """Whether a plan with this result is not to be published."""
        return self.severity is RuleSeverity.ERROR and self.counts

    @property
    def warns(self) -> bool:
        """Whether whoever reads a plan with this result is to be warned."""
        return self.severity is RuleSeverity.WARNING and self.counts

    @property
    def counts(self) -> bool:
        """Whether the rule is broken, and not waived."""
        return not self.passed and not self.waived

    @property
    def statement(self) -> str:
        """The message behind the rule's id, by which a request waives the rule."""
        return f"{self.rule_id}: {self.message}"


def kept(value: float | None) -> Finding:
    """The finding of a rule that holds."""
    return Finding(passed=True, value=value)


def broken(value: float, weeks: tuple[int, ...], message: str) -> Finding:
    """The finding of a rule that does not."""
    return Finding(passed=False, value=value, weeks=weeks, message=message)
