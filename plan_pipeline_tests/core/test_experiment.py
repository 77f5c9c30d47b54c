"""What an experiment is and whom it reaches: assignments that never change, and that no other experiment touches."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import chi2_contingency, chisquare

from plan_pipeline.core.experiment import (
    Experiment,
    Guardrail,
    Metric,
    assigned_arm,
    assigned_request,
    is_running,
    overlaps,
    traffic_hundredth,
)
from plan_pipeline.core.model.request import ArmName
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL
from plan_pipeline.core.registries import ARMS
from plan_pipeline_tests.core.rules.overviews import a_request

HALVES = {LEGACY: 50.0, ADJUSTED: 50.0}
PLANS = [f"rider-{number}" for number in range(20_000)]
DAY = dt.date(2027, 3, 1)
UNLIKELY = 1e-4
"""A p-value that a sound hash does not reach; the plans are always the same, so neither does the outcome change."""


def experiment(name: str = "warm-ups", arms: Mapping[ArmName, float] = HALVES, **fields: Any) -> Experiment:
    return Experiment.model_validate({"name": name, "arms": dict(arms), **fields})


def arms_of(found: Experiment) -> list[ArmName | None]:
    return [assigned_arm(found, plan_id) for plan_id in PLANS]


def complaint(**fields: Any) -> str:
    """What is said about a definition with something wrong in it."""
    with pytest.raises(ValidationError) as error:
        Experiment.model_validate({"name": "warm-ups", "arms": {"legacy": 50, "adjusted": 50}, **fields})
    return str(error.value)


class TestDefinition:
    def test_a_name_and_arms_suffice(self) -> None:
        found = Experiment.model_validate({"name": "warm-ups", "arms": {"legacy": 50, "adjusted": 50}})

        assert found.traffic == (0, 100)
        assert (found.start, found.end) == (None, None)
        assert found.metrics == tuple(Metric)
        assert {guardrail.metric for guardrail in found.guardrails} == {
            Metric.STRUCTURE_PRESERVED_RATE,
            Metric.RULES_BROKEN_PER_PLAN,
            Metric.MS_PER_WEEK,
        }
        assert found.assignment_salt == "warm-ups"

    def test_everything_can_be_said(self) -> None:
        found = Experiment.model_validate(
            {
                "name": "warm-ups",
                "arms": {"Legacy": 80, "optimal": 20},
                "salt": "spring",
                "traffic": [10, 30],
                "start": "2027-01-04",
                "end": "2027-04-05",
                "metrics": ["variety", "pass_rate", "variety"],
                "guardrails": [{"metric": "ms_per_week", "max_worse": 5}],
            }
        )

        assert found.arms == {LEGACY: 80, OPTIMAL: 20}
        assert found.assignment_salt == "spring"
        assert found.traffic == (10, 30)
        assert found.metrics == (Metric.VARIETY, Metric.PASS_RATE)
        assert found.guardrails == (Guardrail(metric=Metric.MS_PER_WEEK, max_worse=5),)

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"name": "Warm Ups"}, "'Warm Ups' is not a usable id: use 1 to 63 lower-case letters"),
            ({"arms": {"legacy": 100}}, "an experiment compares 2 arms or more, not 1; add one, such as legacy: 50"),
            ({"arms": {}}, "an experiment compares 2 arms or more, not 0"),
            (
                {"arms": {"legacy": 50, "Legacy": 50}},
                "names an arm twice (legacy, Legacy); give each arm one weight",
            ),
            ({"arms": {"legacy": 50, "fast": 50}}, "'fast' is not a known arm; use one of legacy, adjusted, optimal"),
            (
                {"arms": {"rules": 50, "claude": 50}},
                "rules: who writes overviews is no part of a live experiment, whose arms are legacy, adjusted, optimal",
            ),
            (
                {"arms": {"optimal": 50, "written": {"overview": "anthropic"}}},
                "compare writers on made-up athletes (plan-pipeline experiment run --arms rules,claude)",
            ),
            ({"arms": {"legacy": 50, "adjusted": 0}}, "greater than or equal to 0.001"),
            ({"arms": {"legacy": 50, "adjusted": True}}, "Input should be a valid number"),
            (
                {"traffic": [50, 50]},
                "traffic: [50, 50] holds no plan; give the first hundredth and the one after the last",
            ),
            ({"traffic": [0, 101]}, "less than or equal to 100"),
            ({"traffic": [0.5, 1]}, "Input should be a valid integer"),
            (
                {"start": "2027-04-05", "end": "2027-04-05"},
                "end: 2027-04-05 is not after start 2027-04-05; the experiment runs up to the day before its end",
            ),
            ({"metrics": []}, "at least 1 item"),
            ({"guardrails": [{"metric": "variety", "max_worse": -1}]}, "greater than or equal to 0"),
            ({"colour": "red"}, "Extra inputs are not permitted"),
        ],
    )
    def test_a_mistake_is_explained(self, fields: dict[str, Any], said: str) -> None:
        assert said in complaint(**fields)

    def test_guardrails_can_be_done_without(self) -> None:
        assert experiment(guardrails=[]).guardrails == ()

    def test_faults_and_costs_are_better_when_lower(self) -> None:
        assert {metric for metric in Metric if not metric.higher_is_better} == {
            Metric.MEAN_ABS_TIME_ERROR_PCT,
            Metric.AUTO_FIX_RATE,
            Metric.MS_PER_WEEK,
            Metric.RULES_BROKEN_PER_PLAN,
            Metric.PLANS_BREAKING_RULES_RATE,
        }


class TestAssignment:
    @pytest.mark.parametrize(
        ("plan_id", "hundredth", "of_two", "of_three"),
        [
            ("rider-042-century", 45, ADJUSTED, LEGACY),
            ("rider-1", 76, ADJUSTED, LEGACY),
            ("rider-2", 43, LEGACY, OPTIMAL),
            ("rider-3", 99, LEGACY, LEGACY),
            ("cohort-s7-00001", 51, LEGACY, LEGACY),
            ("cohort-s7-00002", 2, ADJUSTED, LEGACY),
            ("a", 82, ADJUSTED, LEGACY),
            ("0", 65, LEGACY, LEGACY),
            ("plan_with-both", 82, ADJUSTED, LEGACY),
            ("z" * 63, 27, LEGACY, OPTIMAL),
        ],
    )
    def test_these_assignments_hold_for_ever(self, plan_id: str, hundredth: int, of_two: str, of_three: str) -> None:
        two = experiment("shorter-warm-ups")
        three = experiment("shorter-warm-ups", {LEGACY: 50, ADJUSTED: 30, OPTIMAL: 20}, salt="spring")

        assert traffic_hundredth(plan_id) == hundredth
        assert assigned_arm(two, plan_id) is of_two
        assert assigned_arm(three, plan_id) is of_three

    @pytest.mark.parametrize("weights", [{LEGACY: 1, ADJUSTED: 1}, {LEGACY: 70, ADJUSTED: 20, OPTIMAL: 10}])
    def test_arms_get_the_share_of_their_weight(self, weights: dict[ArmName, float]) -> None:
        counts = Counter(arms_of(experiment(arms=weights)))

        expected = [len(PLANS) * weight / sum(weights.values()) for weight in weights.values()]
        assert chisquare([counts[arm] for arm in weights], expected).pvalue > UNLIKELY

    def test_the_hundredths_of_the_population_are_of_equal_size(self) -> None:
        counts = Counter(map(traffic_hundredth, PLANS))

        assert set(counts) == set(range(100))
        assert chisquare(list(counts.values())).pvalue > UNLIKELY

    def test_experiments_with_different_salts_are_independent(self) -> None:
        first, second = arms_of(experiment("first")), arms_of(experiment("second"))

        assert independent(first, second)

    def test_experiments_with_the_same_salt_are_not_which_the_test_of_independence_sees(self) -> None:
        first, second = arms_of(experiment("first", salt="s")), arms_of(experiment("second", salt="s"))

        assert first == second
        assert not independent(first, second)

    def test_the_arm_does_not_depend_on_the_place_in_the_traffic(self) -> None:
        assert independent(arms_of(experiment()), [traffic_hundredth(plan_id) // 10 for plan_id in PLANS])

    def test_a_plan_outside_the_traffic_has_no_arm(self) -> None:
        part = experiment(traffic=[10, 30])

        for plan_id in PLANS[:1000]:
            assert (assigned_arm(part, plan_id) is None) is not (10 <= traffic_hundredth(plan_id) < 30)

    def test_widening_the_traffic_moves_nobody_who_was_in_it(self) -> None:
        narrow, wide = experiment(traffic=[10, 30]), experiment(traffic=[0, 60])

        assert all(
            before is after for before, after in zip(arms_of(narrow), arms_of(wide), strict=True) if before is not None
        )

    def test_the_order_and_the_scale_of_the_weights_make_no_difference(self) -> None:
        one = experiment(arms={LEGACY: 30, OPTIMAL: 10})
        other = experiment(arms={OPTIMAL: 0.25, LEGACY: 0.75})

        assert arms_of(one) == arms_of(other)

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(
        weights=st.fixed_dictionaries({arm: st.integers(1, 100) for arm in ARMS.names()}),
        changed=st.sampled_from(list(ARMS.names())),
        to=st.integers(1, 100),
    )
    def test_changing_a_weight_moves_plans_to_or_from_that_arm_alone(
        self, weights: dict[ArmName, int], changed: ArmName, to: int
    ) -> None:
        before = experiment(arms=weights)
        after = experiment(arms={**weights, changed: to})

        for plan_id in PLANS[:500]:
            was, now = assigned_arm(before, plan_id), assigned_arm(after, plan_id)
            assert was is now or (now if to > weights[changed] else was) is changed

    def test_a_changed_weight_moves_no_more_plans_than_it_must(self) -> None:
        before = arms_of(experiment(arms={LEGACY: 50, ADJUSTED: 30, OPTIMAL: 20}))
        after = arms_of(experiment(arms={LEGACY: 50, ADJUSTED: 30, OPTIMAL: 40}))

        moved = sum(was is not now for was, now in zip(before, after, strict=True))
        must = len(PLANS) * (40 / 120 - 20 / 100)
        assert moved == pytest.approx(must, rel=0.05)

    def test_a_new_arm_takes_its_plans_from_all_others(self) -> None:
        before, after = arms_of(experiment()), arms_of(experiment(arms={**HALVES, OPTIMAL: 50}))

        given_up = Counter(was for was, now in zip(before, after, strict=True) if was is not now)
        assert {now for was, now in zip(before, after, strict=True) if was is not now} == {OPTIMAL}
        assert chisquare([given_up[LEGACY], given_up[ADJUSTED]]).pvalue > UNLIKELY


def independent(first: list[Any], second: list[Any]) -> bool:
    rows, columns = sorted(set(first)), sorted(set(second))
    counts = Counter(zip(first, second, strict=True))
    return bool(chi2_contingency([[counts[row, column] for column in columns] for row in rows]).pvalue > UNLIKELY)


class TestPeriod:
    @pytest.mark.parametrize(
        ("start", "end", "running"),
        [
            (None, None, True),
            ("2027-03-01", None, True),
            ("2027-03-02", None, False),
            (None, "2027-03-02", True),
            (None, "2027-03-01", False),
            ("2027-02-01", "2027-04-01", True),
        ],
    )
    def test_an_experiment_runs_from_its_start_to_the_day_before_its_end(
        self, start: str | None, end: str | None, running: bool
    ) -> None:
        assert is_running(experiment(start=start, end=end), DAY) is running


class TestRequests:
    def test_a_plan_is_made_with_its_arm_and_carries_the_name(self) -> None:
        running = experiment(arms={LEGACY: 1, OPTIMAL: 1})
        request = a_request(options={"duration": "adjusted"})

        found = assigned_request(request, [running], DAY)

        assert found.options.experiment == "warm-ups"
        assert found.options.duration == assigned_arm(running, request.plan_id)
        assert found.options.duration != request.options.duration

    def test_nothing_else_of_the_request_changes(self) -> None:
        request = a_request()

        found = assigned_request(request, [experiment()], DAY)

        options = found.options.model_copy(
            update={"duration": request.options.duration, "experiment": request.options.experiment}
        )
        assert found.model_copy(update={"options": options}) == request

    def test_a_request_that_names_an_experiment_keeps_its_arm(self) -> None:
        request = a_request(options={"duration": "optimal", "experiment": "my-own"})

        assert assigned_request(request, [experiment()], DAY) is request

    def test_without_a_running_experiment_a_request_is_unchanged(self) -> None:
        request = a_request()
        ended = experiment(end=DAY)
        elsewhere = experiment("elsewhere", traffic=without(traffic_hundredth(request.plan_id)))

        assert assigned_request(request, [], DAY) is request
        assert assigned_request(request, [ended, elsewhere], DAY) is request

    def test_starting_or_stopping_an_experiment_moves_no_plan_of_another(self) -> None:
        lasting = experiment("lasting", traffic=[0, 60])
        others = [experiment("other", traffic=[60, 100]), experiment("before", traffic=[0, 60], end=DAY)]
        requests = [a_request(plan_id=plan_id) for plan_id in PLANS[:200]]

        alone = [assigned_request(request, [lasting], DAY) for request in requests]
        together = [assigned_request(request, [*others, lasting], DAY) for request in requests]

        inside = [request.options.experiment == "lasting" for request in alone]
        assert any(inside)
        assert [r for r, kept in zip(together, inside, strict=True) if kept] == [
            r for r, kept in zip(alone, inside, strict=True) if kept
        ]

    def test_the_order_in_which_experiments_are_given_makes_no_difference(self) -> None:
        both = [experiment("one"), experiment("two")]

        assert assigned_request(a_request(), both, DAY) == assigned_request(a_request(), both[::-1], DAY)


def without(hundredth: int) -> list[int]:
    return [0, hundredth] if hundredth else [1, 100]


class TestOverlaps:
    def test_experiments_that_share_hundredths_and_days_overlap(self) -> None:
        one, other = experiment("one", traffic=[0, 50]), experiment("other", traffic=[49, 100])

        assert overlaps([one, other]) == ((one, other),)

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ({"traffic": [0, 50]}, {"traffic": [50, 100]}),
            ({"end": "2027-02-01"}, {"start": "2027-02-01"}),
            ({"start": "2027-02-01"}, {"end": "2027-02-01"}),
        ],
    )
    def test_experiments_that_follow_each_other_do_not(self, first: dict[str, Any], second: dict[str, Any]) -> None:
        assert overlaps([experiment("one", **first), experiment("other", **second)]) == ()

    def test_every_pair_is_found(self) -> None:
        three = [experiment(name) for name in ("one", "two", "three")]

        assert [(a.name, b.name) for a, b in overlaps(three)] == [("one", "two"), ("one", "three"), ("two", "three")]

    def test_no_plan_is_in_two_experiments_that_do_not_overlap(self) -> None:
        one, other = experiment("one", traffic=[0, 40]), experiment("other", traffic=[40, 100])

        for plan_id in PLANS[:1000]:
            assert (assigned_arm(one, plan_id) is None) is not (assigned_arm(other, plan_id) is None)
