"""The bar for plans of runners: synthetic ones of every distance, tier, length and number of days, in both units.

Forty of them in the usual tests, six hundred in the slow ones: ``make runners``.
"""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.vocabulary import PlanStatus, VolumeTier
from plan_pipeline.core.paces.text import Units
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline_tests.core.running import running_config
from plan_pipeline_tests.core.whole_plans.runner_cohort import faults, measured

FEW, ALL = 40, 600
pytestmark = [
    pytest.mark.no_cover,  # other tests reach all lines; counting them here takes as long again
    pytest.mark.parametrize("athletes", [FEW, pytest.param(ALL, marks=pytest.mark.slow)]),
]

MOST_INFEASIBLE_SHARE = 0.05
"""Three to five of a hundred runners want more than their capped days hold."""

MOST_WARNED_SHARE = 0.20
"""Published plans break the rule on single runs in 53 of 75 cases, that on the long run's share in 22 of 27."""

MOST_STRONGLY_WARNED_SHARE = 0.03

STRONG_WARNING = "is a strong warning"


def few(athletes: int, share: float) -> int:
    """A share of the plans; of few plans one more, since they are few."""
    return round(share * athletes) + (athletes < ALL)


def test_every_distance_tier_length_and_number_of_days_is_among_them(athletes: int) -> None:
    requests = [each.request for each in measured(athletes)]
    profiles = [request.athlete_profile for request in requests]
    assert {request.event.type for request in requests if request.event} == set(running_config().events)
    assert {profile.units for profile in profiles} >= {Units.KM, Units.MILE}
    assert {request.counts_km for request in requests} == {True, False}
    assert {len(profile.training_availability.week_days) for profile in profiles} == {3, 4, 5, 6, 7}
    assert {tier.by_volume for r in requests if (tier := purpose_of(r, running_config()).tier)} == set(VolumeTier)
    assert {request.total_weeks for request in requests} <= set(range(4, 25))


def test_few_requests_cannot_be_met(athletes: int) -> None:
    refused = [each.request.plan_id for each in measured(athletes) if each.status is PlanStatus.INFEASIBLE]
    assert len(refused) <= few(athletes, MOST_INFEASIBLE_SHARE)


def test_no_plan_is_rejected(athletes: int) -> None:
    assert faults(athletes, "rejected") == []


def test_no_rule_is_broken_whose_breach_is_an_error(athletes: int) -> None:
    assert faults(athletes, "error rule") == []


def test_every_feasible_week_has_its_minutes_or_kilometres(athletes: int) -> None:
    assert faults(athletes, "exact") == []


def test_nearly_every_week_is_feasible(athletes: int) -> None:
    weeks, exact = (sum(getattr(each, name) for each in measured(athletes)) for name in ("weeks", "exact_weeks"))
    assert exact >= 0.995 * weeks > 0


def test_no_two_weeks_of_a_plan_are_alike(athletes: int) -> None:
    assert faults(athletes, "alike") == []


def test_the_easy_runs_of_a_week_differ_where_there_are_three_or_more(athletes: int) -> None:
    assert faults(athletes, "easy runs") == []


def test_hardly_any_run_is_so_much_longer_than_the_longest_of_late_that_the_warning_is_strong(athletes: int) -> None:
    """Two of 32 published plans have such a run."""
    strong = [fault for fault in faults(athletes, "single-run-spike") if STRONG_WARNING in fault]
    assert len(strong) <= few(athletes, MOST_STRONGLY_WARNED_SHARE)


@pytest.mark.parametrize("rule", ["single-run-spike", "long-run-share"])
def test_most_plans_keep_the_rules_on_long_runs_that_only_warn(athletes: int, rule: str) -> None:
    assert len(faults(athletes, rule)) <= few(athletes, MOST_WARNED_SHARE)


def test_hardly_any_long_run_lasts_longer_than_it_is_good_for(athletes: int) -> None:
    """Two and a half hours, three before a marathon."""
    too_long = [fault for fault in faults(athletes, "long-run-share") if "min on" in fault]
    assert len(too_long) <= few(athletes, 0.01)


def test_every_plan_is_read_as_it_was_written(athletes: int) -> None:
    assert faults(athletes, "written") == []
