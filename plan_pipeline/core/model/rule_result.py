"""What a rule found in a plan: part of the plan, and of the verdict on one that is not published."""

from enum import StrEnum

from plan_pipeline.core.model.frozen import Frozen


class RuleSeverity(StrEnum):
    """What becomes of a plan that breaks a rule: rejected, shown with a warning, or only reported on."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Evidence(StrEnum):
    """What a rule's threshold rests on: controlled trials, observation of many, agreement among experts or by
    definition, habit."""

    TRIAL = "trial"
    COHORT = "cohort"
    CONSENSUS = "consensus"
    CONVENTION = "convention"


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
        """Whether readers of a plan with this result are to be warned."""
        return self.severity is RuleSeverity.WARNING and self.counts

    @property
    def counts(self) -> bool:
        """Whether the rule is broken, and not waived."""
        return not self.passed and not self.waived

    @property
    def statement(self) -> str:
        """The message behind the rule's id, by which a request waives the rule."""
        return f"{self.rule_id}: {self.message}"
