"""What changed between two versions of a plan is told in words, and all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from plan_pipeline.core.final_plan import content_hash
from plan_pipeline.core.model.plan import Plan, TrainingPlan
from plan_pipeline.core.plan_comparison import Difference, PlanDifference, WorkoutDifference, compare_plans
from plan_pipeline_tests.core.builders import planned, rider
from plan_pipeline_tests.core.running_plans import running_plan

WEEK = 3


@pytest.fixture(scope="module")
def plan() -> Plan:
    plan = planned(rider(6, "Tuesday, Thursday, Saturday", weeks=4)).plan
    assert plan is not None
    return plan


def edited(plan: Plan, edit: Callable[[dict[str, Any]], object]) -> Plan:
    """The plan with another content, and the hash of that."""
    content = plan.training_plan.model_dump(mode="json")
    edit(content)
    body = TrainingPlan.model_validate(content)
    stamp = plan.generation.model_copy(update={"content_hash": content_hash(body)})
    return plan.model_copy(update={"training_plan": body, "generation": stamp})


def workouts_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    workouts: list[dict[str, Any]] = content["weekly_plan"][WEEK - 1]["workouts"]
    return workouts


def told(plan: Plan, edit: Callable[[list[dict[str, Any]]], object]) -> list[WorkoutDifference]:
    """What is told of the workouts of one week that were edited."""
    found = compare_plans(plan, edited(plan, lambda content: edit(workouts_of(content))))
    assert [week.week for week in found.weeks] == [WEEK]
    return list(found.weeks[0].workouts)


def test_nothing_is_told_of_a_plan_and_itself(plan: Plan) -> None:
    found = compare_plans(plan, plan)
    assert (found, found.same_content, found.summary) == (PlanDifference(), True, "nothing changed")


def test_a_workout_in_place_of_another_is_told_with_both_names_and_lengths(plan: Plan) -> None:
    def edit(workouts: list[dict[str, Any]]) -> None:
        workouts[0] |= {"name": "Other", "library_workout_id": "other_1", "duration_min": 45.0}

    was = plan.training_plan.weekly_plan[WEEK - 1].workouts[0]
    (found,) = told(plan, edit)
    assert found.difference is Difference.REPLACED
    assert found.text == f"{was.name} {was.duration_min:g} min → Other 45 min"


def test_another_length_is_told_with_the_steps_that_gave_way(plan: Plan) -> None:
    def edit(workouts: list[dict[str, Any]]) -> None:
        workouts[0]["duration_min"] += 5
        workouts[0]["segments"][0]["duration_min"] += 5

    was = plan.training_plan.weekly_plan[WEEK - 1].workouts[0]
    (found,) = told(plan, edit)
    assert found.difference is Difference.LENGTH
    assert f"{was.duration_min:g} min → {was.duration_min + 5:g} min" in found.text
    assert f"{was.segments[0].duration_min:g} min @" in found.text


def test_another_intensity_is_told_with_its_percentages(plan: Plan) -> None:
    def edit(workouts: list[dict[str, Any]]) -> None:
        workouts[0]["segments"][0] |= {"power_low_pct": 66.0, "power_high_pct": 66.0}

    (found,) = told(plan, edit)
    assert (found.difference, "@ 66 %" in found.text) == (Difference.STEPS, True)


def test_two_workouts_that_changed_places_are_both_told_as_moved(plan: Plan) -> None:
    def edit(workouts: list[dict[str, Any]]) -> None:
        workouts[0]["weekday"], workouts[1]["weekday"] = workouts[1]["weekday"], workouts[0]["weekday"]

    found = told(plan, edit)
    assert [each.difference for each in found] == [Difference.MOVED, Difference.MOVED]
    assert found[0].text.endswith(f"moved here from {found[1].weekday}")


def test_a_workout_that_is_gone_and_one_that_is_new_are_told(plan: Plan) -> None:
    def edit(workouts: list[dict[str, Any]]) -> None:
        workouts[0] |= {"weekday": "Monday", "name": "Other", "library_workout_id": "other_1"}

    assert [(each.weekday, each.difference) for each in told(plan, edit)] == [
        ("Monday", Difference.ADDED),
        ("Tuesday", Difference.REMOVED),
    ]


def test_other_facts_of_the_request_are_told_by_field_and_in_words(plan: Plan) -> None:
    def edit(content: dict[str, Any]) -> None:
        content["athlete_profile"]["ftp"] = 300
        content["athlete_profile"]["training_availability"]["max_minutes"] = {"Tuesday": 75}

    found = compare_plans(plan, edited(plan, edit))
    assert [(fact.field.rpartition(".")[2], fact.text) for fact in found.request] == [
        ("ftp", f"FTP {plan.training_plan.athlete_profile.ftp:g} → 300"),
        ("Tuesday", "max minutes Tuesday none → 75"),
    ]
    assert found.weeks == ()


def test_an_event_that_is_new_is_told_by_its_fields(plan: Plan) -> None:
    event = {"date": "2027-03-28", "name": "Spring Century", "type": None}
    found = compare_plans(plan, edited(plan, lambda content: content["plan_metadata"].update(event=event)))

    assert [fact.field for fact in found.request] == ["plan_metadata.event.date", "plan_metadata.event.name"]
    assert "Spring Century" in found.request[1].text


def test_weeks_that_are_gone_and_hours_that_changed_are_told(plan: Plan) -> None:
    def edit(content: dict[str, Any]) -> None:
        content["weekly_plan"].pop()
        content["weekly_plan"][0]["validation"]["actual_hours"] = 5.25

    found = compare_plans(plan, edited(plan, edit))
    hours = plan.training_plan.weekly_plan[0].validation.actual_hours
    assert list(found.weeks[0].texts) == [f"week 1: {hours:g} h → 5.25 h"]
    assert "week 4: is gone" in found.weeks[1].texts


def test_a_summary_names_few_facts_and_counts_many(plan: Plan) -> None:
    def edit(content: dict[str, Any]) -> None:
        content["athlete_profile"] |= {"ftp": 300, "age": 50, "weight_kg": 80}
        workouts_of(content)[0]["name"] = "Other"

    assert compare_plans(plan, edited(plan, edit)).summary == "3 changes of the request; wording in week 3"


def _leaves(value: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, *path, key)
    else:
        yield path


def _another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else f"{value or ''} more"


def test_no_difference_of_content_goes_untold(plan: Plan) -> None:
    """Whatever is edited, wherever the result is a plan."""
    content = plan.training_plan.model_dump(mode="json")
    content["weekly_plan"] = content["weekly_plan"][:1]
    tried = 0
    for *path, last in _leaves(content):

        def edit(edited: dict[str, Any], path: list[Any] = path, last: Any = last) -> None:
            inside: Any = edited
            for key in path:
                inside = inside[key]
            inside[last] = _another(inside[last])

        try:
            changed = edited(plan, edit)
        except ValidationError:
            continue
        tried += 1
        found = compare_plans(plan, changed)
        assert not found.same_content, [*path, last]
        assert found.summary != "nothing changed"
    assert tried > 100


def as_stored(plan: Plan) -> Plan:
    """The plan as it is read from its file."""
    return Plan.model_validate_json(plan.model_dump_json())


def test_kilometres_of_a_week_are_told_as_wanted_and_as_planned() -> None:
    before = as_stored(running_plan())

    def edit(content: dict[str, Any]) -> None:
        week = content["weekly_plan"][WEEK - 1]
        week["target_km"] += 4
        week["workouts"][0]["distance_km"] += 2

    (week,) = compare_plans(before, edited(before, edit)).weeks
    assert [(fact.field, fact.after - fact.before) for fact in week.facts] == [
        ("actual_km", pytest.approx(2)),
        ("target_km", 4),
    ]
    assert " km → " in next(week.fact_texts) and next(week.fact_texts).endswith(" km wanted")


def test_an_option_that_changed_is_told_of_its_workout() -> None:
    before = as_stored(running_plan())
    number, place = next(
        (week.week_number, i)
        for week in before.training_plan.weekly_plan
        for i, workout in enumerate(week.workouts)
        if workout.options
    )

    def edit(content: dict[str, Any]) -> None:
        content["weekly_plan"][number - 1]["workouts"][place].pop("options")

    (week,) = compare_plans(before, edited(before, edit)).weeks
    assert [workout.text.endswith("rewritten (options)") for workout in week.workouts] == [True]
