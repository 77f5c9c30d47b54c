"""What came of the models that write overviews in an experiment, and what it cost against the other arms.

Belongs here: reading it from the warehouse, and its figures. Does not belong here: how they are written (see
``model_words``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from plan_pipeline.core.model.request import ArmName
from plan_pipeline.core.model.vocabulary import BY_RULES, PlanStatus
from plan_pipeline.experiments.inference import paired_estimate, ratio_interval
from plan_pipeline.experiments.model import ExtraCost, ModelUse, PlanMean

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_GENERATIONS = """
WITH generations AS ( -- older warehouses do not know of calls, nor of who wrote in whose place
    FROM latest_generations
    UNION ALL BY NAME
    SELECT
        NULL::VARCHAR[] AS call_ids, NULL::VARCHAR AS overview_instead_of, NULL::VARCHAR AS overview_model,
        NULL::BIGINT AS overview_attempts
    WHERE false
),
rules AS (
    SELECT
        plan_id, generation_id, arm,
        count(*) FILTER (NOT passed AND severity = 'error')::DOUBLE AS errors_broken,
        count(*) FILTER (NOT passed AND severity = 'warning')::DOUBLE AS warnings_broken
    FROM rule_results
    WHERE experiment = $experiment
    GROUP BY ALL
)
SELECT
    plan_id, arm, g.status,
    coalesce(g.overview_instead_of, g.overview_source) AS writer,
    g.overview_instead_of IS NOT NULL AS is_fallback,
    g.overview_attempts::DOUBLE AS attempts,
    g.overview_model AS model,
    coalesce(g.call_ids, []) AS call_ids,
    rules.errors_broken, rules.warnings_broken
FROM generations AS g
LEFT JOIN rules USING (plan_id, generation_id, arm)
WHERE experiment = $experiment
ORDER BY arm, plan_id
"""

_CALLS = """
SELECT
    call_id, model,
    input_tokens + cache_write_tokens + cache_read_tokens AS prompt_tokens,
    output_tokens,
    CASE WHEN input_tokens + cache_write_tokens + cache_read_tokens + output_tokens > 0 THEN cost_usd ELSE 0 END
        AS cost_usd
FROM llm_calls
WHERE list_contains($call_ids, call_id)
ORDER BY call_id
"""

_HAS_CALLS = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'llm_calls'"

CALL_COLUMNS: Final = ("call_id", "model", "prompt_tokens", "output_tokens", "cost_usd")


def read_model_use(db: duckdb.DuckDBPyConnection, experiment: str) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Plans and calls of an experiment, ``None`` where no plan was to have an overview by a model.

    Plans: ``plan_id, arm, status, writer`` (who was to write), ``is_fallback, attempts, model, call_ids, errors_broken,
    warnings_broken``. Calls: ``call_id, model, prompt_tokens, output_tokens, cost_usd`` (US dollars; NaN where it is
    not known, 0 where there was nothing to pay).
    """
    import pandas as pd

    plans = db.execute(_GENERATIONS, {"experiment": experiment}).df()
    if not (plans.writer != BY_RULES).any():
        return None
    ids = sorted({call_id for each in plans.call_ids for call_id in each})
    has_calls = db.execute(_HAS_CALLS).fetchall()[0][0]
    calls = db.execute(_CALLS, {"call_ids": ids}).df() if ids and has_calls else pd.DataFrame(columns=[*CALL_COLUMNS])
    return plans, calls


def model_use(plans: pd.DataFrame, calls: pd.DataFrame, arms: Sequence[ArmName]) -> tuple[ModelUse, ...]:
    """Each arm's use of models, in the order of ``arms``; frames as of ``read_model_use``."""
    return tuple(_use(arm, plans[plans.arm == arm], calls) for arm in arms)


def extra_costs(
    plans: pd.DataFrame, calls: pd.DataFrame, pairs: Sequence[tuple[ArmName, ArmName]], *, confidence: float
) -> tuple[ExtraCost, ...]:
    """What each candidate's plans cost beyond its baseline's, over the athletes that both arms have plans of.

    Pairs in which no model was asked are left out.
    """
    costs = _with_costs(plans, calls)
    asking = set(costs.arm[costs.asked])
    return tuple(_extra(costs, *pair, confidence) for pair in pairs if asking & set(pair))


def _use(arm: ArmName, plans: pd.DataFrame, calls: pd.DataFrame) -> ModelUse:
    costs = _with_costs(plans, calls)
    asked = costs[costs.asked]
    of_arm = calls[calls.call_id.isin({call_id for each in plans.call_ids for call_id in each})]
    unpriced = int(asked.unpriced.sum())
    first = asked.assign(first=((asked.attempts == 1) & ~asked.is_fallback).astype(float))
    return ModelUse(
        arm=arm,
        writers=tuple(sorted(set(plans.writer))),
        models=tuple(sorted({*plans.model.dropna(), *of_arm.model.dropna()})),
        plans=len(plans),
        published=_mean(costs, "published", is_share=True),
        errors_broken=_mean(costs, "errors_broken"),
        warnings_broken=_mean(costs, "warnings_broken"),
        plans_asked=len(asked),
        attempts=_mean(asked, "attempts"),
        first_attempt=_mean(first, "first", is_share=True),
        fallbacks=int(asked.is_fallback.sum()),
        failures=int((asked.status == PlanStatus.ERROR.value).sum()),
        calls=len(of_arm),
        prompt_tokens=int(of_arm.prompt_tokens.sum()),
        output_tokens=int(of_arm.output_tokens.sum()),
        prompt_tokens_per_plan=_mean(asked, "prompt_tokens"),
        output_tokens_per_plan=_mean(asked, "output_tokens"),
        unpriced_calls=unpriced,
        cost_usd=None if unpriced else float(of_arm.cost_usd.sum()),
        cost_usd_per_plan=None if unpriced else _mean(asked, "cost_usd"),
    )


def _with_costs(plans: pd.DataFrame, calls: pd.DataFrame) -> pd.DataFrame:
    """The plans with what each rests on, whoever paid: ``prompt_tokens, output_tokens, cost_usd, unpriced`` (calls
    whose cost is not known, or of which there is no record), ``asked`` and ``published``.
    """
    known = calls.set_index("call_id")
    rows: list[dict[str, Any]] = []
    for call_ids in plans.call_ids:
        mine = known.reindex(list(call_ids))
        sums = mine[["prompt_tokens", "output_tokens", "cost_usd"]].astype(float).sum()
        rows.append({**sums, "unpriced": int(mine.cost_usd.isna().sum())})
    columns = {name: [row[name] for row in rows] for name in ("prompt_tokens", "output_tokens", "cost_usd", "unpriced")}
    met = plans.status != PlanStatus.INFEASIBLE.value
    return plans.assign(
        **columns,
        asked=(plans.writer != BY_RULES) & met,
        published=(plans.status == PlanStatus.PUBLISHED.value).astype(float),
    )


def _mean(plans: pd.DataFrame, column: str, *, is_share: bool = False, confidence: float = 0.95) -> PlanMean | None:
    """The mean of a column over the plans that have it: its difference from nothing, judged as differences are."""
    values = plans.loc[plans[column].notna(), ["plan_id", column]]
    if values.empty:
        return None
    against_nothing = values.assign(baseline=0.0, candidate=values[column].astype(float))
    found = paired_estimate(against_nothing, confidence=confidence, is_share=is_share, unit="plan")
    low, high = found.ci_low, found.ci_high
    if is_share and low is not None and high is not None:
        low, high = max(low, 0.0), min(high, 1.0)
    return PlanMean(mean=float(against_nothing.candidate.mean()), ci_low=low, ci_high=high, plans=found.plans)


def _extra(costs: pd.DataFrame, baseline: ArmName, candidate: ArmName, confidence: float) -> ExtraCost:
    both = costs[costs.arm == baseline].merge(
        costs[costs.arm == candidate], on="plan_id", suffixes=("_baseline", "_candidate")
    )

    def difference(column: str, *, is_share: bool) -> Any:
        named = {f"{column}_{side}": side for side in ("baseline", "candidate")}
        pairs = both[["plan_id", *named]].rename(columns=named)
        return paired_estimate(pairs, confidence=confidence, is_share=is_share, unit="plan")

    is_known = not (both.unpriced_baseline.sum() or both.unpriced_candidate.sum())
    cost, published = difference("cost_usd", is_share=False), difference("published", is_share=True)
    more_cost = both.cost_usd_candidate - both.cost_usd_baseline
    more_published = both.published_candidate - both.published_baseline
    interval = ratio_interval(more_cost.to_numpy(), more_published.to_numpy(), confidence=confidence)
    is_shown = is_known and interval is not None and more_published.mean() > 0
    return ExtraCost(
        baseline=baseline,
        candidate=candidate,
        plans=len(both),
        cost_usd_per_plan=cost.difference if is_known else None,
        cost_ci_low=cost.ci_low if is_known else None,
        cost_ci_high=cost.ci_high if is_known else None,
        published_difference=published.difference,
        published_ci_low=published.ci_low,
        published_ci_high=published.ci_high,
        cost_usd_per_additional_plan=float(more_cost.mean() / more_published.mean()) if is_shown else None,
        additional_ci_low=interval[0] if is_shown and interval else None,
        additional_ci_high=interval[1] if is_shown and interval else None,
    )
