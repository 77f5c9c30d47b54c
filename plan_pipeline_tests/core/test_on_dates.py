"""Putting a plan on dates: all that is dated moves by the same whole weeks, and what that means is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.final_plan import content_hash, sealed
from plan_pipeline.core.model.instance import InstanceStatus, PlanInstance, check_instance_id
from plan_pipeline.core.model.plan import Plan, PlanMetadata
from plan_pipeline.core.on_dates import as_instance, put_on_dates, with_remarks
from plan_pipeline_tests.core.builders import planned, rider
from plan_pipeline_tests.core.running_plans import running_plan

START, LATER = dt.date(2027, 1, 4), dt.date(2027, 3, 29)
TWELVE_WEEKS = dt.timedelta(weeks=12)
NOON = dt.datetime(2027, 1, 1, 12, tzinfo=dt.UTC)
EVENT = {"date": "2027-02-28", "name": "Spring Century", "type": "century"}
RACE = {"date": "2027-01-30", "name": "Club race", "type": "criterium"}
OFF = {"from": "2027-02-08", "to": "2027-02-10", "reason": "travel"}


def made(**asked: Any) -> Plan:
    found = planned(rider(6, "tue, thu, sat, sun", weeks=8, **asked)).plan
    assert found is not None
    return found


@pytest.fixture(scope="module")
def dated() -> Plan:
    """Eight weeks from 2027-01-04 with an event, a race on the way and time off."""
    return made(start_date=START.isoformat(), event=EVENT, events=[RACE], time_off=[OFF])


@pytest.fixture(scope="module")
def undated() -> Plan:
    return made()


def with_notes(plan: Plan, text: str) -> Plan:
    meta = plan.training_plan.plan_metadata.model_copy(update={"coaching_notes": text})
    return plan.model_copy(update={"training_plan": plan.training_plan.model_copy(update={"plan_metadata": meta})})


def meta_of(plan: Plan) -> PlanMetadata:
    return plan.training_plan.plan_metadata


def instance(plan: Plan, start: dt.date, athlete: str = "anna") -> PlanInstance:
    plan_id = plan.training_plan.plan_id
    return PlanInstance(
        instance_id=f"{plan_id}@0a1b2c",
        plan_id=plan_id,
        athlete_id=athlete,
        start_date=start,
        weeks=8,
        created_at=NOON,
        changed_at=NOON,
    )


def test_start_event_races_and_time_off_move_by_the_same_days(dated: Plan) -> None:
    before, after = meta_of(dated), meta_of(put_on_dates(dated, LATER))
    assert after.start_date == LATER
    assert before.event is not None and after.event is not None
    assert after.event.date - before.event.date == TWELVE_WEEKS
    assert [each.date for each in after.events] == [each.date + TWELVE_WEEKS for each in before.events]
    assert [(each.first_day, each.last_day) for each in after.time_off] == [
        (each.first_day + TWELVE_WEEKS, each.last_day + TWELVE_WEEKS) for each in before.time_off
    ]


def test_weeks_and_workouts_stay_as_they_are(dated: Plan) -> None:
    assert put_on_dates(dated, LATER).training_plan.weekly_plan == dated.training_plan.weekly_plan


def test_a_plan_over_new_year_has_its_event_in_the_year_after(dated: Plan) -> None:
    event = meta_of(put_on_dates(dated, dt.date(2027, 12, 6))).event
    assert event is not None and event.date == dt.date(2028, 1, 30)


def test_a_plan_without_dates_gets_them_and_nothing_else(undated: Plan) -> None:
    placed = put_on_dates(undated, LATER)
    assert meta_of(placed) == meta_of(undated).model_copy(update={"start_date": LATER})


def test_on_its_own_dates_a_plan_is_what_it_was(dated: Plan) -> None:
    assert put_on_dates(dated, START) == dated


@given(weeks=st.integers(-200, 1000))
def test_there_and_back_again_is_the_same_plan(dated: Plan, weeks: int) -> None:
    assert put_on_dates(put_on_dates(dated, START + dt.timedelta(weeks=weeks)), START) == dated


def test_any_other_day_than_a_monday_is_an_error(dated: Plan) -> None:
    with pytest.raises(ValueError, match="start 2027-03-30 is a Tuesday"):
        put_on_dates(dated, dt.date(2027, 3, 30))


def test_its_hashes_are_those_of_what_it_says(dated: Plan) -> None:
    placed = as_instance(dated, instance(dated, LATER))
    assert placed.generation.content_hash == content_hash(placed.training_plan) != dated.generation.content_hash
    assert sealed(placed) == placed


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ("up to it on 28 February 2027", "up to it on 23 May 2027"),
        ("off from 08 February to 10 February", "off from 03 May to 05 May"),
        ("on 3 February", "on 28 April"),
        ("on February 28, 2027", "on May 23, 2027"),
        ("by February 1st", "by April 26th"),
        ("the event on 2027-02-28 itself", "the event on 2027-05-23 itself"),
        ("as on 28 February 2019", "as on 28 February 2019"),
        ("3 × 10 min @ 97 %, 30 February, 28 Marchers", "3 × 10 min @ 97 %, 30 February, 28 Marchers"),
    ],
)
def test_days_of_the_plan_that_notes_name_move_and_all_else_stays(dated: Plan, written: str, moved: str) -> None:
    assert meta_of(put_on_dates(with_notes(dated, written), LATER)).coaching_notes == moved


def test_the_notes_of_a_plan_lead_up_to_the_day_that_its_event_has_now(dated: Plan) -> None:
    notes = meta_of(put_on_dates(dated, LATER)).coaching_notes
    assert "23 May 2027" in notes and "28 February" not in notes


def test_the_athlete_is_told_where_the_event_races_and_time_off_are_now(dated: Plan) -> None:
    plan_for = dated.training_plan.athlete_profile.athlete_id
    assert with_remarks(instance(dated, LATER, plan_for), dated).remarks == (
        "The plan leads up to Spring Century (century), planned for 2027-02-28: on these dates that is 2027-05-23, so "
        "it fits an event on that day.",
        "Club race (criterium, B), planned for 2027-01-30, is on 2027-04-24 on these dates; nothing goes around "
        "2027-01-30 itself.",
        "Time off from 2027-02-08 to 2027-02-10 (travel) is from 2027-05-03 to 2027-05-05 on these dates; nothing goes "
        "around 2027-02-08 to 2027-02-10 itself.",
    )


def test_another_athlete_is_told_whose_watts_they_are_and_the_plan_is_theirs(dated: Plan) -> None:
    placed = as_instance(dated, instance(dated, START, "anna"))
    assert placed.training_plan.athlete_profile.athlete_id == "anna"
    assert placed.instance is not None
    (remark,) = placed.instance.remarks
    assert remark.startswith(
        f"Hours, days and watts are those of {dated.training_plan.athlete_profile.athlete_id}, FTP"
    )


def test_there_is_nothing_to_tell_where_nothing_is_dated_and_the_athlete_is_the_same(undated: Plan) -> None:
    own = instance(undated, LATER, undated.training_plan.athlete_profile.athlete_id)
    assert with_remarks(own, undated).remarks == ()


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (LATER - dt.timedelta(days=1), InstanceStatus.PLANNED),
        (LATER, InstanceStatus.ACTIVE),
        (LATER + dt.timedelta(days=55), InstanceStatus.ACTIVE),
        (LATER + dt.timedelta(days=56), InstanceStatus.FINISHED),
    ],
)
def test_what_an_instance_is_follows_from_the_day_unless_it_is_cancelled(
    undated: Plan, day: dt.date, status: InstanceStatus
) -> None:
    found = instance(undated, LATER)
    assert found.status_on(day) is status
    assert found.model_copy(update={"cancelled_at": NOON}).status_on(day) is InstanceStatus.CANCELLED


@pytest.mark.parametrize("name", ["rider", "rider@", "rider@12345g", "../x@123456", "r@123456@123456", "@123456"])
def test_what_is_no_id_of_an_instance_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="id"):
        check_instance_id(name)


def test_a_runner_is_told_whose_paces_a_plan_is_made_for() -> None:
    plan = running_plan()
    told = with_remarks(instance(plan, dt.date(2027, 3, 1)), plan).remarks
    assert any("Hours, days and paces are those of runner-7, threshold pace 4:15/km" in remark for remark in told)
    assert not any("watts" in remark for remark in told)
