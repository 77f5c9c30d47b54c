"""What the analysis of an experiment finds: arms, comparisons, checks. The JSON report is this, field for field."""

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from plan_pipeline.core.experiment import Metric as Metric
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import Sport


class ArmSummary(Frozen):
    """One arm's means. ``None`` where the arm has nothing to measure.

    ``weeks_asked`` are all weeks that its requests asked for, ``weeks`` the feasible ones of them, which rates and
    errors are over; ``variety`` is distinct structures by rides over four weeks on end, recovery rides left out.
    ``athletes_left_undone`` are those of the design that the arm has no plan of, ``None`` without a design.
    """

    arm: str
    plans: int
    weeks_asked: int
    weeks: int
    pass_rate: float | None
    pass_rate_before_fix: float | None
    mean_abs_time_error_pct: float | None
    auto_fix_rate: float | None
    ms_per_week: float | None
    structure_preserved_rate: float | None
    variety: float | None
    rules_broken_per_plan: float | None
    plans_breaking_rules_rate: float | None
    goal_minutes_rate: float | None
    infeasible_weeks: int
    plans_published: int
    plans_rejected: int
    plans_infeasible: int
    plans_error: int
    athletes_left_undone: int | None = None


class PlanMean(Frozen):
    """A mean over plans with its interval; ``None`` for the bounds where there is no spread to judge by."""

    mean: float
    ci_low: float | None
    ci_high: float | None
    plans: int


class ModelUse(Frozen):
    """What an arm's overviews took, in an experiment in which a model writes some.

    ``plans_asked`` are those that a model was to write the overview of; infeasible ones need none. Of these
    ``attempts`` is over those that it wrote, and ``first_attempt`` the share whose first answer was right.
    ``fallbacks`` are written by rules in its place, and ``failures`` ended in an error. Calls, tokens (all of the
    prompt, all of the answer) and cost are of the answers that the plans rest on, whoever paid for them; a call counts
    once in the arm's sums.
    ``cost_usd`` is ``None`` where the cost of any of the ``unpriced_calls`` is not known.
    """

    arm: str
    writers: tuple[str, ...]
    models: tuple[str, ...]
    plans: int
    published: PlanMean | None
    errors_broken: PlanMean | None
    warnings_broken: PlanMean | None
    plans_asked: int
    attempts: PlanMean | None
    first_attempt: PlanMean | None
    fallbacks: int
    failures: int
    calls: int
    prompt_tokens: int
    output_tokens: int
    prompt_tokens_per_plan: PlanMean | None
    output_tokens_per_plan: PlanMean | None
    unpriced_calls: int
    cost_usd: float | None
    cost_usd_per_plan: PlanMean | None


class ExtraCost(Frozen):
    """What a candidate's plans cost beyond the baseline's, and whether more of them are published, with intervals.

    Over the ``plans`` that both arms have, each alone and not corrected for many comparisons. Costs are US dollars a
    plan, ``None`` where one is not known. ``cost_usd_per_additional_plan`` is there where the candidate is shown to
    publish more.
    """

    baseline: str
    candidate: str
    plans: int
    cost_usd_per_plan: float | None
    cost_ci_low: float | None
    cost_ci_high: float | None
    published_difference: float | None
    published_ci_low: float | None
    published_ci_high: float | None
    cost_usd_per_additional_plan: float | None
    additional_ci_low: float | None
    additional_ci_high: float | None


class ComparisonOutcome(StrEnum):
    """What a comparison shows of the candidate, after the correction for many comparisons.

    ``SAME`` is shown as well: the whole interval lies within the margin. ``UNDECIDED`` is neither.
    """

    BETTER = "better"
    WORSE = "worse"
    UNDECIDED = "undecided"
    SAME = "same"


class Pair(NamedTuple):
    """Two arms that are compared."""

    baseline: str
    candidate: str

    def __str__(self) -> str:
        return f"{self.candidate} − {self.baseline}"


class Comparison(Frozen):
    """One metric, two arms: ``difference`` is candidate minus baseline, with its 95 % interval.

    Both are over what both arms measured where ``paired`` (``plans`` are then pairs), so means can differ from the
    arms' own; otherwise over all of either arm (``plans`` are those of both). ``p_value`` is of ``test`` alone,
    ``p_adjusted`` after Holm's correction over the report's comparisons, but for those in which nothing differs.
    ``minimum_detectable_effect`` is what this experiment would find with 80 % power at 5 %; ``plans_needed`` how many
    plans an arm (or pairs) would find the difference seen. ``None`` where there is nothing to compute it from.
    ``margin`` is the difference, either way, within which arms count as the same, and ``within_margin`` whether the
    interval lies within it; ``None`` without an interval. ``better`` says whether the candidate is shown to be better,
    worse or the same.
    """

    metric: Metric
    baseline: str
    candidate: str
    baseline_mean: float | None
    candidate_mean: float | None
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    p_adjusted: float | None
    test: str
    paired: bool
    plans: int
    minimum_detectable_effect: float | None
    plans_needed: int | None
    margin: float
    within_margin: bool | None
    better: ComparisonOutcome

    @property
    def pair(self) -> Pair:
        return Pair(self.baseline, self.candidate)


class GuardrailOutcome(StrEnum):
    """What is shown of a guardrail: more harm than its limit is ruled out, is there, or neither."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_SHOWN = "not_shown"


class GuardrailResult(Frozen):
    """Whether an arm stays within a limit that an experiment must not break.

    ``value`` is by how much the arm is worse than the baseline, in the metric's unit, negative where it is better;
    ``None`` where it cannot be measured. ``least`` and ``most`` are the ends of its interval; ``None`` without one.
    ``kept`` is whether ``outcome`` is.
    """

    metric: Metric
    arm: str
    baseline: str
    limit: float
    value: float | None
    least: float | None
    most: float | None
    outcome: GuardrailOutcome
    kept: bool
    message: str


class FailureCount(Frozen):
    """Weeks of an arm that failed by one cause; a week with several causes counts under each."""

    arm: str
    cause: str
    weeks: int


class Stratum(Frozen):
    """An arm's weeks in one band of hours and number of training days."""

    arm: str
    hours_band: str
    training_days: int
    weeks: int
    pass_rate_before_fix: float
    mean_abs_time_error_pct: float


class ExperimentReport(Frozen):
    """The whole analysis.

    ``srm_p_value`` tests whether plans are split as designed; ``None`` with one arm, and where athletes are known to be
    left undone. ``model_use`` and ``extra_costs`` are empty where no model was asked, and ``sports`` those that plans
    were made for.
    """

    experiment: str
    generated_at: dt.datetime
    first_generation: dt.datetime
    last_generation: dt.datetime
    confidence: float = 0.95
    paired: bool
    arms: tuple[ArmSummary, ...]
    comparisons: tuple[Comparison, ...]
    srm_p_value: float | None
    guardrails: tuple[GuardrailResult, ...]
    failures: tuple[FailureCount, ...]
    strata: tuple[Stratum, ...]
    warnings: tuple[str, ...]
    sports: tuple[Sport, ...] = (Sport.CYCLING,)
    model_use: tuple[ModelUse, ...] = ()
    extra_costs: tuple[ExtraCost, ...] = ()

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs of arms that are compared, in the order of the comparisons."""
        return tuple(dict.fromkeys(each.pair for each in self.comparisons))

    def of_pair(self, pair: Pair) -> tuple[Comparison, ...]:
        """The comparisons of a pair of arms. The first is what the experiment is about."""
        return tuple(each for each in self.comparisons if each.pair == pair)
