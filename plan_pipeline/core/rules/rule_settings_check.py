"""Whether what the planning configuration says of rules can be used: known ids, the parameters of each, its words."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from string import Formatter
from typing import Any, NamedTuple

from plan_pipeline.core.config.rule_settings import RuleSettings
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.registries import ALWAYS_COUNT, RULES
from plan_pipeline.core.registry import Registry, UnknownNameError
from plan_pipeline.core.rules.rule import PlanRule
from plan_pipeline.core.rules.rule_sports import sports_of_rule
from plan_pipeline.core.wording import listed


class RuleProblem(NamedTuple):
    """One thing that is wrong with rules: where, as ``(rule, field, …)``, and what to do."""

    location: tuple[str, ...]
    message: str


def rule_problems(
    rules: Mapping[str, RuleSettings],
    said: Mapping[str, object] | None,
    registry: Registry[Any] = RULES,
    *,
    sport: Sport = Sport.CYCLING,
) -> Iterator[RuleProblem]:
    """Everything that is wrong with the settings of a sport's rules.

    ``said`` is the rest of the configuration that thresholds may name, by the first part of such names; without it,
    nothing is said of thresholds. Raises ``PluginError`` for a rule of another package that cannot be loaded.
    """
    for rule_id, settings in rules.items():
        try:
            name = registry.check(rule_id)
        except UnknownNameError as error:
            yield RuleProblem((rule_id,), str(error))
            continue
        if rule_id != name:
            yield RuleProblem((rule_id,), f"is another spelling of {name}; write that")
            continue
        if sport not in (sports := sports_of_rule(name)):
            yield RuleProblem((rule_id,), f"is a rule of {listed(sports)}; take it out, or write one for {sport}")
            continue
        if rule_id in ALWAYS_COUNT:
            yield from _weakened(rule_id, settings)
        known = registry.get(rule_id)
        measure = known.measure if isinstance(known, PlanRule) else known
        yield from _parameters(rule_id, settings, measure)
        if said is not None:
            yield from _words(rule_id, settings, said)
    for rule_id in registry.names():
        if rule_id not in rules and rule_id not in registry.plugins() and sport in sports_of_rule(rule_id):
            yield RuleProblem(
                (rule_id,),
                "is missing; copy it from the rules.yaml that comes with the program (enabled: false is possible)",
            )


def _weakened(rule_id: str, settings: RuleSettings) -> Iterator[RuleProblem]:
    why = "a plan that breaks it is not the plan that was asked for"
    if settings.waivable:
        yield RuleProblem((rule_id, "waivable"), f"must be false: {why}")
    if not settings.enabled:
        yield RuleProblem((rule_id, "enabled"), f"must be true: {why}")
    if settings.severity is not RuleSeverity.ERROR:
        yield RuleProblem((rule_id, "severity"), f"must be error: {why}")


def _parameters(rule_id: str, settings: RuleSettings, measure: Callable[..., object]) -> Iterator[RuleProblem]:
    _, *taken = inspect.signature(measure).parameters
    for name, parameter in inspect.signature(measure).parameters.items():
        if name in taken and name not in settings.parameters and parameter.default is parameter.empty:
            yield RuleProblem((rule_id, "parameters", name), "is missing; give it a number")
    for name in settings.parameters:
        if name not in taken:
            near = get_close_matches(name, taken, n=1)
            known = f"did you mean {near[0]}?" if near else f"it takes {', '.join(taken) or 'none'}"
            yield RuleProblem((rule_id, "parameters", name), f"is not a parameter of the rule; {known}")


def _words(rule_id: str, settings: RuleSettings, said: Mapping[str, object]) -> Iterator[RuleProblem]:
    """What is wrong with the names in braces; those that begin with ``_`` are not for words."""
    known = {**said, **settings.numbers}
    try:
        names = [name for _, name, _, _ in Formatter().parse(settings.threshold) if name is not None]
        if any(part.startswith("_") for name in names for part in name.replace("[", ".").split(".")):
            raise ValueError("names that begin with _ are none of the configuration")
        settings.threshold.format_map(known)
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        what = f"{error.args[0]!r} is unknown" if isinstance(error, LookupError) else str(error)
        yield RuleProblem(
            (rule_id, "threshold"),
            f"cannot be put into words ({what}); in braces stand {', '.join(known)}, or write {{{{ for a brace",
        )
