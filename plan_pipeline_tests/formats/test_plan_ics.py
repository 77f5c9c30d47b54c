"""Calendars: an entry a workout on its day, under a name that stays and a number that rises."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from icalendar import Calendar, Event

from plan_pipeline.core.coach_texts.texts import texts_of
from plan_pipeline.core.model.events import EventOnTheWay
from plan_pipeline.core.model.instance import PlanInstance
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.on_dates import as_instance
from plan_pipeline.formats import EXPORTERS, ExportError
from plan_pipeline_tests.core.builders import planned, rider

EVENT = {"date": "2027-02-28", "name": "Frühling; 100, rund", "type": "century", "distance_km": 160}


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = planned(rider(6, "tue, thu, sat, sun", weeks=8, start_date="2027-01-04", event=EVENT)).plan
    assert found is not None
    race = EventOnTheWay.model_validate({"date": "2027-01-29", "name": "Club race", "type": "criterium"})
    meta = found.training_plan.plan_metadata.model_copy(update={"events": (race,)})
    return found.model_copy(update={"training_plan": found.training_plan.model_copy(update={"plan_metadata": meta})})


def entries(plan: Plan, week: int | None = None) -> list[Event]:
    (file,) = EXPORTERS.get("ics")(plan, week)
    return list(Calendar.from_ical(file.content).events)


def made(plan: Plan, generation_id: str, **stamp: Any) -> Plan:
    generation = plan.generation.model_copy(update={"generation_id": generation_id})
    metadata = plan.ai_metadata.model_copy(update=stamp)
    return plan.model_copy(update={"generation": generation, "ai_metadata": metadata})


def test_there_is_an_entry_for_every_workout_on_its_date_and_for_every_event(plan: Plan) -> None:
    body = plan.training_plan
    start = dt.date(2027, 1, 4)
    days = [
        start + dt.timedelta(weeks=week.week_number - 1, days=workout.weekday.position)
        for week in body.weekly_plan
        for workout in week.workouts
    ]
    found = entries(plan)
    assert sorted(e.start for e in found) == sorted([*days, dt.date(2027, 2, 28), dt.date(2027, 1, 29)])
    assert all(entry.end - entry.start == dt.timedelta(days=1) for entry in found)
    assert len({entry.uid for entry in found}) == len(found)


def test_key_workouts_say_what_they_are_for_and_the_first_of_a_week_what_is_coming(plan: Plan) -> None:
    coach = texts_of(plan)
    said = [str(entry["description"]) for entry in entries(plan, 1)]
    assert said[0].startswith(f"This week: {coach.week(1).preview}")
    assert sum(text.startswith("This week: ") for text in said) == 1
    for purpose in filter(None, coach.week(1).purposes):
        assert any(purpose in text for text in said)


def test_events_and_tests_are_entries_of_their_own(plan: Plan) -> None:
    first, *weeks = plan.training_plan.weekly_plan
    test = first.workouts[0].model_copy(update={"type": WorkoutType.TEST, "name": "Twenty minutes"})
    first = first.model_copy(update={"workouts": (test, *first.workouts[1:])})
    body = plan.training_plan.model_copy(update={"weekly_plan": (first, *weeks)})
    found = entries(plan.model_copy(update={"training_plan": body}))
    kinds = {entry.uid: entry.categories for entry in found}
    plan_id = body.plan_id
    assert kinds[f"{plan_id}-event-a@plan-pipeline"] == ["EVENT"]
    assert kinds[f"{plan_id}-event-b1@plan-pipeline"] == ["EVENT"]
    assert [entry.summary.split(" (")[0] for entry in found if entry.categories == ["TEST"]] == ["Test: Twenty minutes"]


def test_an_entry_says_what_is_ridden_whatever_characters_are_in_it(plan: Plan) -> None:
    aim = next(entry for entry in entries(plan) if "event-a" in entry.uid)
    assert aim.summary == "Frühling; 100, rund (century)"
    assert aim.description == "Priority A, 160 km"
    workout = plan.training_plan.weekly_plan[0].workouts[0]
    first = entries(plan)[0]
    assert first.summary.startswith(f"{workout.name} (")
    assert f"{workout.tss:g} TSS" in first.description
    assert workout.description in first.description


def test_a_week_has_its_own_entries_under_the_same_names(plan: Plan) -> None:
    week = {entry.uid for entry in entries(plan, 4)}
    assert week < {entry.uid for entry in entries(plan)}
    assert len(week) == len(plan.training_plan.weekly_plan[3].workouts) + 1


def test_another_generation_has_the_same_names_and_a_higher_sequence(plan: Plan) -> None:
    before, after = (entries(made(plan, f"{time}Z-abc")) for time in ("20270104T060000000", "20270104T060001000"))
    assert [entry.uid for entry in before] == [entry.uid for entry in after]
    assert {entry.sequence for entry in after} == {before[0].sequence + 1}


def test_the_sequence_follows_the_id_where_the_clock_was_set_back(plan: Plan) -> None:
    late = entries(made(plan, "20270104T060000000Z-a", generated_at=dt.datetime(2027, 1, 4, tzinfo=dt.UTC)))
    later = entries(made(plan, "20270104T070000000Z-b", generated_at=dt.datetime(2026, 1, 4, tzinfo=dt.UTC)))
    assert later[0].sequence > late[0].sequence


def test_the_same_plan_is_the_same_bytes_in_lines_that_calendars_take(plan: Plan) -> None:
    (file,) = EXPORTERS.get("ics")(plan)
    assert EXPORTERS.get("ics")(plan) == (file,)
    assert file.name == f"{plan.training_plan.plan_id}.ics"
    assert max(len(line) for line in file.content.split(b"\r\n")) <= 75


def test_a_plan_without_dates_is_refused_with_what_to_do() -> None:
    undated = planned(rider(5, "tue, thu, sat", weeks=4)).plan
    assert undated is not None
    with pytest.raises(ExportError, match="put start_date, or the date of an event, into its request"):
        EXPORTERS.get("ics")(undated)


@pytest.mark.parametrize("dates", [{"event": {"date": "9999-12-31"}}, {"start_date": "0001-01-01"}])
def test_a_plan_at_either_end_of_the_calendar_has_entries_as_well(dates: dict[str, Any]) -> None:
    found = planned(rider(5, "tue, thu, sat", weeks=4, **dates)).plan
    assert found is not None
    assert len(entries(found)) >= 10


# --- instances ----------------------------------------------------------------------------------------------------


CREATED = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)


def on_dates(plan: Plan, start: str, **changed: Any) -> Plan:
    """The plan as an instance from a day on, after so many changes."""
    plan_id = plan.training_plan.plan_id
    found = PlanInstance(
        instance_id=f"{plan_id}@0a1b2c",
        plan_id=plan_id,
        athlete_id="anna",
        start_date=dt.date.fromisoformat(start),
        weeks=8,
        created_at=CREATED,
        changed_at=CREATED,
    )
    return as_instance(plan, found.model_copy(update=changed))


def test_an_instance_has_the_entries_of_its_plan_on_its_dates_under_names_of_its_own(plan: Plan) -> None:
    own, found = entries(plan), entries(on_dates(plan, "2027-12-06"))
    moved = dt.date(2027, 12, 6) - dt.date(2027, 1, 4)
    assert [(e.start, e.summary) for e in found] == [(e.start + moved, e.summary) for e in own]
    assert found[-1].start == dt.date(2028, 1, 30)
    plan_id = plan.training_plan.plan_id
    assert [e.uid for e in found] == [e.uid.replace(plan_id, f"{plan_id}@0a1b2c", 1) for e in own]


def test_a_moved_instance_keeps_its_names_and_its_sequence_rises(plan: Plan) -> None:
    changed_at = CREATED + dt.timedelta(days=2)
    before = entries(on_dates(plan, "2027-12-06"))
    after = entries(on_dates(plan, "2027-12-13", changes=1, changed_at=changed_at))
    assert [e.uid for e in after] == [e.uid for e in before]
    assert [e["SEQUENCE"] for e in after] == [e["SEQUENCE"] + 1 for e in before]
    assert {e.start - f.start for e, f in zip(after, before, strict=True)} == {dt.timedelta(days=7)}


def test_the_sequence_rises_with_a_later_generation_of_the_plan_of_a_moved_instance_too(plan: Plan) -> None:
    numbers = [
        entries(on_dates(made(plan, f"2027010{day}T030000000Z-11111111"), "2027-12-06", changes=3))[0]["SEQUENCE"]
        for day in (4, 5)
    ]
    assert numbers[1] - numbers[0] == 86_400


def test_the_entries_of_a_cancelled_instance_say_so_and_no_others_do(plan: Plan) -> None:
    cancelled = entries(on_dates(plan, "2027-12-06", changes=1, cancelled_at=CREATED, changed_at=CREATED))
    assert {str(e["STATUS"]) for e in cancelled} == {"CANCELLED"}
    for running in (plan, on_dates(plan, "2027-12-06")):
        assert not any("STATUS" in e for e in entries(running))


def test_an_entry_of_an_instance_is_as_new_as_the_last_change_of_plan_or_dates(plan: Plan) -> None:
    made_at = plan.ai_metadata.generated_at
    for changed_at in (made_at - dt.timedelta(days=3), made_at + dt.timedelta(days=3)):
        first = entries(on_dates(plan, "2027-12-06", changed_at=changed_at))[0]
        assert first.last_modified == max(made_at, changed_at).replace(microsecond=0)


def test_a_plan_without_dates_has_a_calendar_once_it_is_put_on_them() -> None:
    undated = planned(rider(6, "tue, thu, sat, sun", weeks=8)).plan
    assert undated is not None
    assert entries(on_dates(undated, "2027-12-06"))[0].start == dt.date(2027, 12, 7)
