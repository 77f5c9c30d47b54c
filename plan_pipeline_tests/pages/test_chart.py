"""Charts: round numbers on the axis, bars and marks where their values are."""

from __future__ import annotations

import pytest

from plan_pipeline.pages.chart import Scale, ticks
from plan_pipeline.pages.season import season_of
from plan_pipeline_tests.pages.plans import edited, example


@pytest.mark.parametrize(
    ("lowest", "highest", "expected"),
    [
        (0, 8, (0, 2, 4, 6, 8)),
        (0, 10.2, (0, 5, 10, 15)),
        (-23, 81, (-50, 0, 50, 100)),
        (0, 0, (0, 1e-9)),
        (0, 510, (0, 200, 400, 600)),
    ],
)
def test_ticks_are_round_and_hold_all_values(lowest: float, highest: float, expected: tuple[float, ...]) -> None:
    assert ticks(lowest, highest)[0] <= lowest and ticks(lowest, highest)[-1] >= highest
    if highest:
        assert ticks(lowest, highest) == expected


def test_a_bar_ends_where_a_mark_of_its_value_lies() -> None:
    scale = Scale(12, 8.0)
    assert scale.bar(3, 5.0, "base", "").y == scale.mark(3, 5.0).y


def test_a_bar_on_top_of_another_begins_where_that_ends() -> None:
    scale = Scale(12, 60.0)
    lower, upper = scale.bar(0, 20.0, "z3", ""), scale.bar(0, 10.0, "z4", "", base=20.0)
    assert float(upper.y) + float(upper.height) == pytest.approx(float(lower.y))


def test_a_chart_of_many_weeks_names_some_of_them() -> None:
    assert [label.text for label in Scale(24, 1.0).week_labels] == [str(week) for week in range(1, 25, 2)]


def test_fitness_begins_with_what_the_athlete_says_and_otherwise_with_an_even_training() -> None:
    plan = example()
    stated = season_of(plan.training_plan)
    assert (stated.start_ctl, stated.start_is_assumed) == (55.0, False)
    assumed = season_of(edited(plan, lambda c: c["training_plan"]["athlete_profile"].pop("start_ctl")).training_plan)
    first = plan.training_plan.weekly_plan[0]
    assert assumed.start_is_assumed
    assert assumed.start_ctl == pytest.approx(sum(workout.tss for workout in first.workouts) / 7)


def test_an_optional_workout_counts_in_no_figure() -> None:
    plan = example().training_plan
    first = plan.weekly_plan[0]
    without = first.model_copy(
        update={"workouts": tuple(w.model_copy(update={"optional": True}) for w in first.workouts)}
    )
    season = season_of(plan.model_copy(update={"weekly_plan": (without, *plan.weekly_plan[1:])}))
    assert season.weeks[0].long_ride_min == 0
    assert [day.tss for day in season.days[:7]] == [0.0] * 7
