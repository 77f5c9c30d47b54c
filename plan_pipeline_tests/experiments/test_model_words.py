"""What an arm's overviews cost is told with what they bring, and what is not known is said to be."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.experiments.model import ExtraCost
from plan_pipeline.experiments.model_words import cost_sentences, model_rows
from plan_pipeline_tests.experiments.made_up import measures, report, same_weeks

NOTHING_BROUGHT = {
    "baseline": "rules",
    "candidate": "claude",
    "plans": 40,
    "cost_usd_per_plan": 0.02,
    "cost_ci_low": 0.015,
    "cost_ci_high": 0.025,
    "published_difference": 0.0,
    "published_ci_low": -0.05,
    "published_ci_high": 0.05,
    "cost_usd_per_additional_plan": None,
    "additional_ci_low": None,
    "additional_ci_high": None,
}


def _told(**changes: Any) -> str:
    found = report(measures({"legacy": same_weeks(3), "adjusted": same_weeks(3)}))
    extra = ExtraCost.model_validate({**NOTHING_BROUGHT, **changes})
    (sentence,) = cost_sentences(found.model_copy(update={"extra_costs": (extra,)}))
    return sentence.removeprefix("claude against rules, over 40 plans of both: ")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {},
            "costs 0.0200 USD a plan more, 95 % interval 0.0150 USD to 0.0250 USD; no difference in plans published, "
            "95 % interval −5.0 to +5.0 pp",
        ),
        (
            {"cost_usd_per_plan": -0.02, "cost_ci_low": -0.025, "cost_ci_high": -0.015},
            "costs 0.0200 USD a plan less, 95 % interval 0.0150 USD to 0.0250 USD; no difference in plans published, "
            "95 % interval −5.0 to +5.0 pp",
        ),
        (
            {"cost_usd_per_plan": None, "published_difference": 0.025},
            "what it costs more is not known; no difference shown in plans published: +2.5 pp, "
            "95 % interval −5.0 to +5.0 pp",
        ),
        (
            {
                "published_difference": 0.1,
                "published_ci_low": 0.02,
                "published_ci_high": 0.18,
                "cost_usd_per_additional_plan": 0.2,
                "additional_ci_low": 0.11,
                "additional_ci_high": 0.9,
            },
            "costs 0.0200 USD a plan more, 95 % interval 0.0150 USD to 0.0250 USD; 0.2000 USD for each additional "
            "published plan, 95 % interval 0.1100 USD to 0.9000 USD",
        ),
        (
            {"published_difference": -0.1, "published_ci_low": -0.18, "published_ci_high": -0.02},
            "costs 0.0200 USD a plan more, 95 % interval 0.0150 USD to 0.0250 USD; 10.0 pp fewer plans are published, "
            "95 % interval −18.0 to −2.0 pp",
        ),
    ],
)
def test_a_cost_is_told_with_what_it_brings(changes: dict[str, Any], told: str) -> None:
    assert _told(**changes) == told


def test_where_no_model_was_asked_nothing_is_told_of_any() -> None:
    found = report(measures({"legacy": same_weeks(3), "adjusted": same_weeks(3)}))
    assert (found.model_use, found.extra_costs, model_rows(found), cost_sentences(found)) == ((), (), (), ())
