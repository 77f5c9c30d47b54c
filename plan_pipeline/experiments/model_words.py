"""What models were asked for in an experiment and what it cost, in words and figures, the same in every report."""

from collections.abc import Callable, Iterator
from typing import Final

from plan_pipeline.experiments.model import ExperimentReport, ExtraCost, ModelUse, PlanMean
from plan_pipeline.experiments.rendering import Row
from plan_pipeline.experiments.wording import MINUS, NOTHING, interval_of, share

MODELS_TITLE: Final = "Who wrote the overviews, and what it cost"

MODELS_NOTE: Final = (
    "Intervals are 95 %, over plans. Tokens and cost are of the answers that the plans rest on, whoever paid for them "
    "and when; the arm's sum counts an answer once. Differences in cost are of the comparison alone."
)

Figure = Callable[[ModelUse], str]

_ROWS: Final[tuple[tuple[str, str, Figure], ...]] = (
    ("written by", "models that answered", lambda use: _written_by(use)),
    ("plans published", "of all plans", lambda use: _share(use.published)),
    ("errors broken per plan", "over plans made", lambda use: _number(use.errors_broken)),
    ("warnings broken per plan", "over plans made", lambda use: _number(use.warnings_broken)),
    ("plans that a model was asked for", "infeasible ones need none", lambda use: f"{use.plans_asked:,}"),
    ("attempts", "over overviews that the model wrote", lambda use: _number(use.attempts)),
    ("right at the first attempt", "of plans asked for", lambda use: _share(use.first_attempt)),
    ("fallbacks to rules", "of plans asked for", lambda use: _count(use, use.fallbacks)),
    ("failures", "of plans asked for", lambda use: _count(use, use.failures)),
    ("tokens of prompts per plan", "over plans asked for", lambda use: _number(use.prompt_tokens_per_plan, 0)),
    ("tokens of answers per plan", "over plans asked for", lambda use: _number(use.output_tokens_per_plan, 0)),
    ("tokens in all", "prompts + answers", lambda use: _tokens(use)),
    ("cost per plan", "over plans asked for", lambda use: _cost_per_plan(use)),
    ("cost in all", "US dollars", lambda use: _cost(use)),
)


def model_rows(report: ExperimentReport) -> tuple[Row, ...]:
    """The table of the arms' use of models; empty where none was asked."""
    if not report.model_use:
        return ()
    return tuple(Row(label, over, tuple(map(figure, report.model_use)), ()) for label, over, figure in _ROWS)


def cost_sentences(report: ExperimentReport) -> tuple[str, ...]:
    """For each pair of arms with a model in it, what one costs beyond the other, and what it brings."""
    return tuple(" ".join(_sentence(each, report.confidence)) for each in report.extra_costs)


def _sentence(extra: ExtraCost, confidence: float) -> Iterator[str]:
    pair = f"{extra.candidate} against {extra.baseline}, over {extra.plans:,} plans of both:"
    if extra.cost_usd_per_plan is None:
        yield f"{pair} what it costs more is not known;"
    else:
        amount, usd = abs(extra.cost_usd_per_plan), extra.cost_usd_per_plan
        more = "more" if usd > 0 else "less"
        low, high = extra.cost_ci_low, extra.cost_ci_high
        around = ""
        if low is not None and high is not None:
            low, high = (low, high) if usd > 0 else (-high, -low)
            around = f", {interval_of(confidence)} {_usd(low)} to {_usd(high)}"
        yield f"{pair} costs {_usd(amount)} a plan {more}{around};" if usd else f"{pair} costs the same;"
    yield _brought(extra, confidence)


def _brought(extra: ExtraCost, confidence: float) -> str:
    difference, low, high = extra.published_difference, extra.published_ci_low, extra.published_ci_high
    if difference is None:
        return "no plan of both to compare by"
    interval = (
        "" if low is None or high is None else f", {interval_of(confidence)} {_points(low)} to {_points(high)} pp"
    )
    if extra.cost_usd_per_additional_plan is not None:
        bounds = (extra.additional_ci_low, extra.additional_ci_high)
        around = ""
        if bounds[0] is not None and bounds[1] is not None:
            around = f", {interval_of(confidence)} {_usd(bounds[0])} to {_usd(bounds[1])}"
        return f"{_usd(extra.cost_usd_per_additional_plan)} for each additional published plan{around}"
    if low is not None and high is not None and (low > 0 or high < 0):
        more = "more" if difference > 0 else "fewer"
        return f"{_points(abs(difference)).removeprefix('+')} pp {more} plans are published{interval}"
    if not difference:
        return f"no difference in plans published{interval}"
    return f"no difference shown in plans published: {_points(difference)} pp{interval}"


def _written_by(use: ModelUse) -> str:
    writers = ", ".join(use.writers)
    return f"{writers} ({', '.join(use.models)})" if use.models else writers


def _share(mean: PlanMean | None) -> str:
    if mean is None:
        return NOTHING
    if mean.ci_low is None or mean.ci_high is None:
        return share(mean.mean)
    return f"{share(mean.mean)} ({100 * mean.ci_low:.1f} to {100 * mean.ci_high:.1f})"


def _number(mean: PlanMean | None, decimals: int = 2) -> str:
    if mean is None:
        return NOTHING
    text = f"{mean.mean:,.{decimals}f}"
    if mean.ci_low is None or mean.ci_high is None:
        return text
    return f"{text} ({max(mean.ci_low, 0):,.{decimals}f} to {mean.ci_high:,.{decimals}f})"


def _count(use: ModelUse, number: int) -> str:
    return f"{number:,}" if use.plans_asked else NOTHING


def _tokens(use: ModelUse) -> str:
    return f"{use.prompt_tokens:,} + {use.output_tokens:,}" if use.plans_asked else NOTHING


def _cost_per_plan(use: ModelUse) -> str:
    mean = use.cost_usd_per_plan
    if mean is None:
        return "not known" if use.unpriced_calls else NOTHING
    if mean.ci_low is None or mean.ci_high is None:
        return _usd(mean.mean)
    return f"{_usd(mean.mean)} ({max(mean.ci_low, 0):.4f} to {mean.ci_high:.4f})"


def _cost(use: ModelUse) -> str:
    if not use.plans_asked:
        return NOTHING
    return "not known" if use.cost_usd is None else _usd(use.cost_usd)


def _usd(amount: float) -> str:
    """US dollars to a hundredth of a cent, of which a plan takes some."""
    return f"{MINUS if amount < 0 else ''}{abs(amount):.4f} USD"


def _points(share_of_plans: float) -> str:
    points = f"{abs(100 * share_of_plans):.1f}"
    sign = "" if not float(points) else MINUS if share_of_plans < 0 else "+"
    return f"{sign}{points}"
