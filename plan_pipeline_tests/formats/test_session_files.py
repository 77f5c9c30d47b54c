"""Plans as workout files: a file a workout, under a name that every file system takes."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.plan import Plan
from plan_pipeline.formats import EXPORTERS
from plan_pipeline.formats.file_names import slug
from plan_pipeline_tests.core.builders import planned, rider


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = planned(rider(5, "tue, thu, sat", weeks=4, start_date="2027-01-04")).plan
    assert found is not None
    return found


def test_a_file_is_called_after_week_day_and_workout(plan: Plan) -> None:
    week = plan.training_plan.weekly_plan[1]
    assert [file.name for file in EXPORTERS.get("zwo")(plan, 2)] == [
        f"W02-{workout.weekday.position + 1}-{workout.weekday}-{slug(workout.name)}.zwo" for workout in week.workouts
    ]


def test_the_whole_plan_has_a_file_for_every_workout(plan: Plan) -> None:
    names = [file.name for file in EXPORTERS.get("mrc")(plan)]
    assert len(set(names)) == sum(len(week.workouts) for week in plan.training_plan.weekly_plan)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\temp\\x.zwo", "c-temp-x-zwo"),
        ("30/15s, Rønnestad style", "30-15s-ronnestad-style"),
        ("Sweet Spot 3×10", "sweet-spot-3x10"),
        ("CON", "con-workout"),
        ("日本", "workout"),
        ("", "workout"),
        ("x" * 300, "x" * 60),
        ("a\nb\0c", "a-b-c"),
    ],
)
def test_names_become_letters_digits_and_dashes(name: str, safe: str) -> None:
    assert slug(name) == safe
