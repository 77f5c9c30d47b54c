"""Each arm of an experiment alone: means, counts, strata, and what makes its figures doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from plan_pipeline.core.experiment import Metric
from plan_pipeline.core.model.request import ArmName
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.registries import ARMS
from plan_pipeline.experiments.measures import Measures
from plan_pipeline.experiments.model import ArmSummary, FailureCount, ModelUse, Stratum

if TYPE_CHECKING:
    import pandas as pd

HOURS_BANDS: Final = {"<5": 0.0, "5–8": 5.0, "8–11": 8.0, "11–14": 11.0, "≥14": 14.0}
"""Bands of a week's target hours by where they begin; the warehouse's view ``strata`` has the same."""

SMALL_SAMPLE: Final = 20
"""Plans an arm below which intervals rest on few independent observations."""


class MetricColumn(NamedTuple):
    """Where a metric is measured: once a week or once a plan, in which column, and whether it is a share of 1."""

    weekly: bool
    column: str
    is_share: bool

    @property
    def unit(self) -> str:
        return "week" if self.weekly else "plan"


METRIC_COLUMNS: Final = {
    Metric.PASS_RATE_BEFORE_FIX: MetricColumn(True, "passed_before_fix", True),
    Metric.PASS_RATE: MetricColumn(True, "passed", True),
    Metric.MEAN_ABS_TIME_ERROR_PCT: MetricColumn(True, "abs_time_error_pct", False),
    Metric.AUTO_FIX_RATE: MetricColumn(True, "auto_fixed", True),
    Metric.MS_PER_WEEK: MetricColumn(False, "ms_per_week", False),
    Metric.STRUCTURE_PRESERVED_RATE: MetricColumn(True, "structure_preserved", True),
    Metric.VARIETY: MetricColumn(False, "variety", True),
    Metric.RULES_BROKEN_PER_PLAN: MetricColumn(False, "rules_broken", False),
    Metric.PLANS_BREAKING_RULES_RATE: MetricColumn(False, "breaks_rules", True),
    Metric.GOAL_MINUTES_RATE: MetricColumn(True, "has_goal_minutes", True),
}


def arms_of(measures: Measures) -> tuple[ArmName, ...]:
    """The arms that plans were made in, in the order of the registry, those it no longer has last."""
    made = set(measures.plans.arm)
    return tuple(sorted(made, key=_place_of))


def values_of(measures: Measures, metric: Metric, arm: ArmName) -> pd.DataFrame:
    """What was measured of a metric in an arm: ``plan_id, week`` (0 where a plan is measured as a whole), ``value``."""
    source = METRIC_COLUMNS[metric]
    frame = measures.weeks if source.weekly else measures.plans.assign(week=0)
    chosen = frame.loc[(frame.arm == arm) & frame[source.column].notna(), ["plan_id", "week", source.column]]
    return chosen.set_axis(["plan_id", "week", "value"], axis="columns")


def plans_of(measures: Measures, arm: ArmName) -> frozenset[str]:
    """The ids of an arm's plans, however their generation ended."""
    return frozenset(measures.plans.plan_id[measures.plans.arm == arm])


def left_undone(measures: Measures, athletes: Mapping[ArmName, int]) -> dict[ArmName, int]:
    """How many athletes each arm has no plan of, of those that it was to have; an arm may have none at all."""
    return {arm: max(0, wanted - len(plans_of(measures, arm))) for arm, wanted in athletes.items()}


def summarise(measures: Measures, arm: ArmName, undone: int | None = None) -> ArmSummary:
    """An arm's means: rates and errors over its feasible weeks, the rest over its plans."""
    plans = measures.plans[measures.plans.arm == arm]
    statuses = plans.status.value_counts()
    means = {metric.value: _mean(values_of(measures, metric, arm).value) for metric in Metric}
    return ArmSummary(
        arm=arm,
        plans=len(plans),
        weeks_asked=int(plans.weeks.sum()),
        weeks=int((measures.weeks.arm == arm).sum()),
        infeasible_weeks=int(plans.infeasible_weeks.sum()),
        athletes_left_undone=undone,
        **means,
        **{f"plans_{status.value}": int(statuses.get(status.value, 0)) for status in PlanStatus},
    )


def failure_counts(measures: Measures) -> tuple[FailureCount, ...]:
    """How many weeks failed by which cause, arm by arm, the most frequent first."""
    counts = [FailureCount.model_validate(row) for row in measures.failures.to_dict("records")]
    return tuple(sorted(counts, key=lambda count: (_place_of(count.arm), -count.weeks, count.cause)))


def strata(measures: Measures) -> tuple[Stratum, ...]:
    """Each arm's feasible weeks by hours wanted and training days, in this order.

    A week that wants no hours has no error, and is left out.
    """
    import pandas as pd

    weeks = measures.weeks[measures.weeks.abs_time_error_pct.notna()]
    bands = pd.cut(weeks.target_hours, [*HOURS_BANDS.values(), float("inf")], right=False, labels=list(HOURS_BANDS))
    arms = pd.Categorical(weeks.arm, categories=arms_of(measures))
    cells = weeks.assign(hours_band=bands, arm=arms).groupby(["hours_band", "training_days", "arm"], observed=True)
    found = cells.agg(
        weeks=("week", "size"),
        pass_rate_before_fix=("passed_before_fix", "mean"),
        mean_abs_time_error_pct=("abs_time_error_pct", "mean"),
    )
    return tuple(Stratum.model_validate(row) for row in found.reset_index().to_dict("records"))


def doubts(
    measures: Measures, *, paired: bool, undone: Mapping[ArmName, int] = MappingProxyType({})
) -> tuple[str, ...]:
    """What makes the figures less than they seem, a sentence each, with what to do about it."""
    arms = arms_of(measures)
    found = [
        f"{arm} has {len(plans_of(measures, arm))} plans, fewer than {SMALL_SAMPLE}: its intervals rest on few "
        "independent observations; make more plans"
        for arm in arms
        if len(plans_of(measures, arm)) < SMALL_SAMPLE
    ]
    found += [
        f"{arm} has no feasible week, so its rates and errors are unknown; find out why its plans are infeasible"
        for arm in arms
        if not (measures.weeks.arm == arm).any()
    ]
    if len(arms) == 1:
        found.append(f"{arms[0]} is the only arm with plans, so nothing is compared; run another arm")
    found += [
        f"{arm}: {many} of {many + len(plans_of(measures, arm))} athletes are left undone, and no comparison counts "
        "them; run the experiment again for the rest, with more to spend where the budget ended it"
        for arm, many in undone.items()
        if many
    ]
    complete = tuple(arm for arm in arms if not undone.get(arm))
    return (*found, *_version_doubts(measures, arms), *_membership_doubts(measures, complete, paired=paired))


def price_doubts(use: Sequence[ModelUse]) -> tuple[str, ...]:
    """Which arms' costs are not known, and what to do about it."""
    return tuple(
        f"{arm.arm}: {arm.unpriced_calls} calls of {', '.join(arm.models)} have no known cost, so that of the arm is "
        "not known; add the model to the file that PLAN_PIPELINE_LLM_PRICES names, before the next run"
        for arm in use
        if arm.unpriced_calls
    )


def _place_of(arm: ArmName) -> tuple[int, str]:
    known = ARMS.names()
    return (known.index(arm) if arm in known else len(known), arm)


def _version_doubts(measures: Measures, arms: tuple[ArmName, ...]) -> list[str]:
    found = []
    for column, what in (("library_version", "the library"), ("code_version", "the code")):
        versions = {arm: sorted(set(measures.plans[column][measures.plans.arm == arm])) for arm in arms}
        if any(each != versions[arms[0]] for each in versions.values()):
            listed = "; ".join(f"{arm} {', '.join(versions[arm])}" for arm in arms)
            found.append(
                f"arms were made with different versions of {what} ({listed}): a difference may come from that; "
                "run all arms again"
            )
    return found


def _membership_doubts(measures: Measures, arms: tuple[ArmName, ...], *, paired: bool) -> list[str]:
    plans = {arm: plans_of(measures, arm) for arm in arms}
    everyone = frozenset().union(*plans.values())
    if paired:
        return [
            f"{arm} lacks {len(everyone - plans[arm])} of the {len(everyone)} plans, which are left out of its "
            "comparisons; run it for all of them"
            for arm in arms
            if plans[arm] != everyone
        ]
    shared = sum(map(len, plans.values())) - len(everyone)
    if not shared:
        return []
    return [
        f"{shared} of {len(everyone)} plans were made in more than one arm, as when weights change while an "
        "experiment runs: they count in each, so start a new experiment with the new weights"
    ]


def _mean(values: pd.Series) -> float | None:
    return None if values.empty else float(values.mean())
