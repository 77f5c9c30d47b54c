"""Instances: made once however often they are asked for, moved and cancelled under one id, and there whatever becomes
of their plan.
"""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from plan_pipeline.core.model.instance import InstanceStatus, PlanInstance
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library
from plan_pipeline.services.instances.facts import settle_instances
from plan_pipeline.services.instances.placed import placed_plan
from plan_pipeline.services.instances.scheduling import (
    Done,
    ScheduleError,
    cancel_instance,
    move_instance,
    schedule_plan,
)
from plan_pipeline.services.pages.page_files import write_plan_page, write_start_page
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.plan_changes import roll_back_plan
from plan_pipeline.services.plan_states import plan_states
from plan_pipeline.services.retirement import Change, foreseen, plans_over, retire_plans
from plan_pipeline.services.workout_files.plan_exports import keep_exports
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.instances import InstanceStore
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import retire
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.core.builders import in_force
from plan_pipeline_tests.orchestration.world import request
from plan_pipeline_tests.services.runs import make_plan, run_at
from plan_pipeline_tests.services.test_retirement import Registry
from plan_pipeline_tests.storage import samples

NIGHT = dt.datetime(2027, 1, 1, 3, tzinfo=dt.UTC)
NOW = NIGHT + dt.timedelta(hours=9)
MONDAY, NEXT = dt.date(2027, 1, 4), dt.date(2027, 1, 11)
PLAN = "rider"


@pytest.fixture
def pipeline(data: DataFolder, library: Library) -> Pipeline:
    """A plan of four weeks without dates, published."""
    pipeline = Pipeline.of(Settings(data=data.root))
    make_plan(pipeline, library, run_at(NIGHT), request(PLAN, weeks=4))
    return pipeline


@pytest.fixture
def store(pipeline: Pipeline) -> PlanStore:
    return pipeline.plans


def made(store: PlanStore, start: dt.date = MONDAY, athlete: str = "anna") -> PlanInstance:
    (done,) = schedule_plan(store, PLAN, start, [athlete], in_force=in_force, now=NOW)
    return done.instance


def kept(store: PlanStore) -> list[PlanInstance]:
    return list(InstanceStore(store.data).of_plan(PLAN))


def mark(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_ino


def made_again(pipeline: Pipeline, library: Library, nights: int, *, weeks: int = 4, hours: float = 8) -> None:
    made_by = run_at(NIGHT + dt.timedelta(days=nights), f"{nights:08}")
    make_plan(pipeline, library, made_by, request(PLAN, weeks=weeks, hours=hours))


# --- making, moving, cancelling -----------------------------------------------------------------------------------


def test_an_instance_has_dates_an_athlete_and_an_id_of_its_own(store: PlanStore) -> None:
    (done,) = schedule_plan(store, PLAN, MONDAY, ["anna"], in_force=in_force, now=NOW)
    found = done.instance
    assert (done.done, found.plan_id, found.athlete_id) == (Done.CREATED, PLAN, "anna")
    assert (found.start_date, found.end_date, found.created_at) == (MONDAY, dt.date(2027, 1, 31), NOW)
    assert found.instance_id.startswith(f"{PLAN}@")
    assert kept(store) == [found.model_copy(update={"remarks": ()})]


def test_without_an_athlete_it_is_for_the_one_of_the_plan(store: PlanStore) -> None:
    (done,) = schedule_plan(store, PLAN, MONDAY, in_force=in_force, now=NOW)
    assert done.instance.athlete_id == store.load_request(PLAN).athlete_profile.athlete_id
    assert done.instance.remarks == ()


def test_the_same_plan_start_and_athlete_are_the_same_instance(store: PlanStore) -> None:
    first = made(store)
    (again,) = schedule_plan(store, PLAN, MONDAY, ["anna"], in_force=in_force, now=NOW + dt.timedelta(days=1))
    assert (again.done, again.instance) == (Done.UNCHANGED, first)
    assert len(kept(store)) == 1


def test_another_start_or_athlete_is_another_instance(store: PlanStore) -> None:
    found = [made(store), made(store, NEXT), made(store, athlete="ben")]
    assert len({each.instance_id for each in found}) == 3


def test_many_who_ask_for_the_same_at_once_get_one_instance(store: PlanStore) -> None:
    def ask(_: int) -> list[str]:
        done = schedule_plan(PlanStore(store.data), PLAN, MONDAY, ["anna", "ben"], in_force=in_force, now=NOW)
        return [each.instance.instance_id for each in done]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(16)))
    assert len(set(map(tuple, found))) == 1
    assert len(kept(store)) == 2


def test_a_move_keeps_the_id_and_counts(store: PlanStore) -> None:
    first = made(store)
    done = move_instance(store, first.instance_id, NEXT, in_force=in_force, now=NOW)
    assert (done.done, done.instance.instance_id) == (Done.MOVED, first.instance_id)
    assert (done.instance.start_date, done.instance.changes) == (NEXT, first.changes + 1)


def test_a_move_to_where_it_is_changes_nothing(store: PlanStore) -> None:
    first = made(store)
    before = mark(store.data.instance(first.instance_id))
    assert move_instance(store, first.instance_id, MONDAY, in_force=in_force, now=NOW).done is Done.UNCHANGED
    assert mark(store.data.instance(first.instance_id)) == before


def test_the_dates_that_an_instance_was_moved_from_are_free_for_another_one(store: PlanStore) -> None:
    first = made(store)
    move_instance(store, first.instance_id, NEXT, in_force=in_force, now=NOW)
    second = made(store)
    assert second.instance_id != first.instance_id
    assert made(store).instance_id == second.instance_id
    assert [each.start_date for each in kept(store)] == [MONDAY, NEXT]


def test_two_instances_of_one_athlete_cannot_be_moved_onto_each_other(store: PlanStore) -> None:
    first, second = made(store), made(store, NEXT)
    with pytest.raises(ScheduleError, match=f"{first.instance_id} has plan 'rider' begin on {MONDAY} for 'anna'"):
        move_instance(store, second.instance_id, MONDAY, in_force=in_force, now=NOW)
    cancel_instance(store, first.instance_id, in_force=in_force, now=NOW)
    assert move_instance(store, second.instance_id, MONDAY, in_force=in_force, now=NOW).done is Done.MOVED


def test_cancelling_twice_is_cancelling_once(store: PlanStore) -> None:
    first = made(store)
    done = [
        cancel_instance(store, first.instance_id, in_force=in_force, now=NOW + dt.timedelta(hours=n)) for n in (1, 2)
    ]
    assert [each.done for each in done] == [Done.CANCELLED, Done.UNCHANGED]
    assert done[0].instance == done[1].instance
    assert done[0].instance.status_on(MONDAY) is InstanceStatus.CANCELLED


@pytest.mark.parametrize("by_id", [True, False])
def test_what_was_cancelled_is_put_on_dates_again(store: PlanStore, by_id: bool) -> None:
    first = made(store)
    cancel_instance(store, first.instance_id, in_force=in_force, now=NOW)
    if by_id:
        done = move_instance(store, first.instance_id, MONDAY, in_force=in_force, now=NOW)
    else:
        (done,) = schedule_plan(store, PLAN, MONDAY, ["anna"], in_force=in_force, now=NOW)
    assert (done.done, done.instance.instance_id, done.instance.changes) == (Done.REINSTATED, first.instance_id, 2)
    assert not done.instance.is_cancelled


def test_any_other_day_than_a_monday_is_refused_with_the_nearest_ones(store: PlanStore) -> None:
    with pytest.raises(ScheduleError, match=r"start: 2027-01-07 is a Thursday, .* give 2027-01-04 or 2027-01-11"):
        made(store, dt.date(2027, 1, 7))
    assert kept(store) == []


@pytest.mark.parametrize("start", [dt.date(1999, 12, 27), dt.date(2068, 12, 24), dt.date(9999, 12, 27)])
def test_days_that_no_plan_is_made_for_are_refused(store: PlanStore, start: dt.date) -> None:
    with pytest.raises(ScheduleError, match="stay from 2000-01-01 to 2068-12-31"):
        made(store, start)


@pytest.mark.parametrize("athlete", ["", "   ", "x" * 129])
def test_an_athlete_without_an_id_is_refused(store: PlanStore, athlete: str) -> None:
    with pytest.raises(ScheduleError, match=r"athlete: .* give 1 to 128 characters"):
        made(store, athlete=athlete)


def test_what_cannot_be_put_on_dates_is_refused_with_what_to_do(store: PlanStore) -> None:
    store.save_request(request("asked"))
    retire(store, PLAN, at=NOW, timeout_s=0)
    for plan_id, said in (
        ("asked", "plan 'asked' is not published yet; `plan-pipeline show asked` says why"),
        (PLAN, "plan 'rider' is retired, so it is put on no dates; `plan-pipeline retire --undo rider`"),
        ("nobody", "there is no plan 'nobody'"),
    ):
        with pytest.raises(ScheduleError, match=said):
            schedule_plan(store, plan_id, MONDAY, in_force=in_force, now=NOW)
    assert not store.data.plan_folder("nobody").exists()
    with pytest.raises(
        ScheduleError, match=r"there is no instance 'rider@000000'; `plan-pipeline schedule --list rider`"
    ):
        cancel_instance(store, "rider@000000", in_force=in_force, now=NOW)


# --- what becomes of the plan --------------------------------------------------------------------------------------


def test_a_plan_made_again_leaves_its_instances_and_they_show_it(
    pipeline: Pipeline, store: PlanStore, library: Library
) -> None:
    first = made(store)
    made_again(pipeline, library, 1, hours=5)
    assert kept(store) == [first.model_copy(update={"remarks": ()})]
    placed, published = placed_plan(store, first.instance_id), store.load_plan(PLAN)
    assert placed is not None and published is not None
    assert placed.training_plan.weekly_plan == published.training_plan.weekly_plan
    assert placed.generation.generation_id == published.generation.generation_id


def test_an_instance_ends_when_its_plan_does_also_after_a_rollback(
    pipeline: Pipeline, store: PlanStore, library: Library
) -> None:
    first = made(store)
    made_again(pipeline, library, 1, weeks=6)
    assert [each.end_date - each.start_date for each in kept(store)] == [dt.timedelta(days=41)]
    roll_back_plan(store, PLAN, to=None, now=NOW, in_force=in_force)
    (found,) = kept(store)
    assert (found.instance_id, found.weeks, found.changes) == (first.instance_id, 4, 0)


def test_a_damaged_instance_never_stands_in_the_way_of_its_plan(
    pipeline: Pipeline, store: PlanStore, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    store.data.instance(made(store).instance_id).write_text("{")
    made_again(pipeline, library, 1, hours=5)
    published = store.load_plan(PLAN)
    assert published is not None and published.generation.generation_id.endswith("-00000001")
    assert "instances of plan rider are not up to date with it" in caplog.text


def test_a_plan_with_an_instance_to_come_is_not_retired_until_it_is_over(store: PlanStore) -> None:
    first, registry = made(store), Registry(PLAN)
    end = first.end_date

    def retired_on(day: dt.date) -> Change:
        at = dt.datetime.combine(day, dt.time(), dt.UTC)
        (foretold,) = foreseen(store, [PLAN], today=day)
        (found,) = retire_plans(store, registry, [PLAN], at=at)
        assert foretold.change is found.change
        return found.change

    assert [retired_on(day) for day in (NOW.date(), MONDAY, end)] == [Change.ON_DATES] * 3
    assert registry.plan_ids == [PLAN]
    assert retired_on(end + dt.timedelta(days=1)) is Change.RETIRED


def test_a_plan_is_over_when_its_instances_are_too(pipeline: Pipeline, store: PlanStore, library: Library) -> None:
    raw = request(PLAN, weeks=4).model_dump(mode="json") | {"start_date": "2026-11-02"}
    make_plan(pipeline, library, run_at(NIGHT, "00000001"), type(store.load_request(PLAN)).model_validate(raw))
    assert plans_over(store, before=NOW.date()) == [PLAN]
    first = made(store)
    assert plans_over(store, before=NOW.date()) == []
    assert plans_over(store, before=first.end_date + dt.timedelta(days=1)) == [PLAN]
    cancel_instance(store, first.instance_id, in_force=in_force, now=NOW)
    assert plans_over(store, before=NOW.date()) == [PLAN]
    store.data.instance(first.instance_id).write_text("{")
    assert plans_over(store, before=NOW.date()) == []


# --- pages and exports ---------------------------------------------------------------------------------------------


def test_a_page_of_an_instance_follows_plan_and_dates_and_is_left_alone_otherwise(
    pipeline: Pipeline, store: PlanStore, library: Library
) -> None:
    first = made(store, athlete="<b>anna</b>")
    page = store.data.plan_page(first.instance_id)
    assert not page.exists()
    placed = placed_plan(store, first.instance_id)
    assert placed is not None
    write_plan_page(store, placed, *in_force(Sport.CYCLING))
    assert "4 Jan" in page.read_text() and "<b>anna" not in page.read_text()

    before = mark(page)
    made(store, athlete="<b>anna</b>")
    made_again(pipeline, library, 1)
    assert mark(page) == before

    move_instance(store, first.instance_id, NEXT, in_force=in_force, now=NOW)
    assert "11 Jan" in page.read_text()
    made_again(pipeline, library, 2, hours=5)
    assert "-00000002" in page.read_text()
    cancel_instance(store, first.instance_id, in_force=in_force, now=NOW)
    assert "Cancelled" in page.read_text()


def test_where_every_plan_has_a_page_an_instance_gets_one_at_once(store: PlanStore) -> None:
    (done,) = schedule_plan(store, PLAN, MONDAY, in_force=in_force, now=NOW, with_page=True)
    assert store.data.plan_page(done.instance.instance_id).is_file()


def test_the_list_of_plans_has_instances_with_what_they_are_today(store: PlanStore) -> None:
    first = made(store, athlete="<i>anna")
    page = write_start_page(store.data, [], today=NOW.date()).path
    assert first.instance_id not in page.read_text()  # without any plan there is nothing to list

    states = list(plan_states(store, oldest=NIGHT))
    for day, status in (
        (NOW.date(), "planned"),
        (MONDAY, "active"),
        (first.end_date + dt.timedelta(days=1), "finished"),
    ):
        assert write_start_page(store.data, states, today=day).changed
        text = page.read_text()
        assert f'<span class="status">{status}</span>' in text and "&lt;i&gt;anna" in text
        assert not write_start_page(store.data, states, today=day).changed


def test_exports_of_an_instance_are_kept_until_it_is_over_and_told_when_it_is_cancelled(store: PlanStore) -> None:
    first, today = made(store), NOW.date()
    calendar = store.data.exports(first.instance_id, "ics", f"{first.instance_id}.ics")

    def written(day: dt.date = today) -> tuple[str, ...]:
        return keep_exports(store, ["ics"], today=day).written

    assert written() == (PLAN, first.instance_id)
    assert b"DTSTART;VALUE=DATE:202701" in calendar.read_bytes()
    assert written() == ()
    move_instance(store, first.instance_id, NEXT, in_force=in_force, now=NOW)
    assert written() == (first.instance_id,)
    cancel_instance(store, first.instance_id, in_force=in_force, now=NOW)
    assert written() == (first.instance_id,)
    assert b"STATUS:CANCELLED" in calendar.read_bytes()
    assert written() == ()
    assert keep_exports(store, ["ics", "json"], today=today).written == (PLAN,)


def test_an_instance_that_is_finished_keeps_the_files_that_it_has(store: PlanStore) -> None:
    first = made(store)
    after = first.end_date + dt.timedelta(days=1)
    assert keep_exports(store, ["csv"], today=after).written == (PLAN,)
    assert not store.data.exports(first.instance_id).exists()


# --- facts ---------------------------------------------------------------------------------------------------------


def told(data: DataFolder) -> list[tuple[object, ...]]:
    return [tuple(row) for row in query(data, "SELECT start_date, changes FROM plan_instances").rows]


def test_the_facts_are_told_of_what_is_new_and_of_nothing_twice(store: PlanStore) -> None:
    data = store.data

    def refreshed() -> list[str]:
        refresh_warehouse(data, samples.library())
        settled = settle_instances(data, now=NOW)
        refresh_warehouse(data, samples.library())
        return settled

    assert refreshed() == []
    first = made(store)
    assert refreshed() == [first.instance_id]
    assert refreshed() == []
    move_instance(store, first.instance_id, NEXT, in_force=in_force, now=NOW)
    assert refreshed() == [first.instance_id]
    assert told(data) == [(NEXT, 1)]
