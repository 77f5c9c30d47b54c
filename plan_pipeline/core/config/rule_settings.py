"""What is said about a plan rule in ``rules.yaml``: how much it weighs, on what it rests, and its numbers."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from plan_pipeline.core.config.values import Sentence
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.rule_result import Evidence, RuleSeverity
from plan_pipeline.core.model.written import Truth, WholeNumber, in_digits

Parameter = Annotated[float, Field(strict=True), BeforeValidator(in_digits)]


def _by_name(value: Any) -> Any:
    return {} if value is None else value


class RuleSettings(Frozen):
    """One rule. ``threshold`` is what is asked for in words, with names in braces: those of parameters, and such as
    ``week.days.days_between_hard`` and ``level.session_from_106`` for what is said elsewhere.

    ``severity`` is what a breach weighs at most; a small one of some rules weighs less. ``version`` is raised with
    every change of what is measured or of a parameter. A rule that is not ``waivable`` counts whatever a request says;
    one that is not ``enabled`` is not measured.
    """

    version: Annotated[WholeNumber, Field(ge=1)] = 1
    severity: RuleSeverity
    evidence: Evidence
    source: Sentence
    threshold: Sentence
    parameters: Annotated[dict[str, Parameter], BeforeValidator(_by_name)] = Field(default_factory=dict)
    waivable: Truth = True
    enabled: Truth = True

    @property
    def numbers(self) -> dict[str, float]:
        """The parameters as a measure is called with them: whole ones are whole numbers."""
        return {name: int(value) if value.is_integer() else value for name, value in self.parameters.items()}
