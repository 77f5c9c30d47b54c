"""What happens on time: in which time zone, on or off from the start, and one run a tick for any number of plans."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.storage.runs import SqlRunStorage
from dagster._core.storage.runs.schema import RunsTable
from dagster._utils.schedules import schedule_execution_time_iterator

from plan_pipeline.orchestration import jobs
from plan_pipeline.orchestration.bulk.batches import RETRY_WITHIN_S, UNDECIDED_WITHIN_S, open_batches
from plan_pipeline.orchestration.run_tags import OPEN_TAG, PART_TAG, REFRESH_TAG, SPLIT_TAG, TRIGGER_TAG, WILL_RETRY_TAG
from plan_pipeline.orchestration.schedules import (
    refresh_after_batch,
    schedules,
    sensors,
)
from plan_pipeline.settings import Settings, SettingsError
from plan_pipeline_tests.orchestration.world import World, request

RUNNING, STOPPED = dg.DefaultScheduleStatus.RUNNING, dg.DefaultScheduleStatus.STOPPED
BATCH = "00000000-0000-4000-8000-000000000001"


def by_name(settings: Settings) -> dict[str, dg.ScheduleDefinition]:
    return {schedule.name: schedule for schedule in schedules(settings)}


def ticks(schedule: dg.ScheduleDefinition, after: dt.datetime, number: int) -> list[dt.datetime]:
    """When the daemon evaluates a schedule next."""
    cron, zone = schedule.cron_schedule, schedule.execution_timezone
    return list(islice(schedule_execution_time_iterator(after.timestamp(), cron, zone, ascending=True), number))


def ticked(schedule: dg.ScheduleDefinition, instance: dg.DagsterInstance) -> tuple[Sequence[dg.RunRequest], str]:
    """The runs a tick asks for, and why it asks for none."""
    at = dt.datetime(2027, 1, 5, 3, tzinfo=dt.UTC)
    data = schedule.evaluate_tick(dg.build_schedule_context(instance=instance, scheduled_execution_time=at))
    return data.run_requests or [], data.skip_message or ""


def sensed(instance: dg.DagsterInstance) -> tuple[Sequence[dg.RunRequest], str]:
    with dg.build_sensor_context(instance=instance) as context:
        data = refresh_after_batch.evaluate_tick(context)
    return data.run_requests or [], data.skip_message or ""


def run(
    instance: dg.DagsterInstance,
    status: dg.DagsterRunStatus,
    tags: Mapping[str, str] | None = None,
    *,
    name: str = jobs.REGENERATE_PLANS,
    is_decided: bool = True,
) -> str:
    """Have a run of a job in the history, as it stands; one that failed has failed for good unless ``tags`` say not, or
    it is not decided yet.
    """

    @dg.job(name=name)
    def of_that_name() -> None:
        pass

    decided = {WILL_RETRY_TAG: "false"} if status is FAILURE and is_decided else {}
    return instance.create_run_for_job(of_that_name, status=status, tags={**decided, **(tags or {})}).run_id


def ended(instance: dg.DagsterInstance, run_id: str, *, ago_s: float) -> None:
    """Have a run in the history as ended so long ago."""
    storage = instance.run_storage
    assert isinstance(storage, SqlRunStorage)
    with storage.connect() as connection:
        at = time.time() - ago_s
        connection.execute(RunsTable.update().where(RunsTable.c.run_id == run_id).values(end_time=at))


def batch(
    instance: dg.DagsterInstance, *parts: dg.DagsterRunStatus, split: dg.DagsterRunStatus, batch_id: str = BATCH
) -> None:
    """Have a batch in the history: the run that was split, and its parts."""
    run(instance, split, {SPLIT_TAG: batch_id, OPEN_TAG: "true"})
    for status in parts:
        run(instance, status, {SPLIT_TAG: batch_id, PART_TAG: "1 of 2"})


SUCCESS, STARTED, STARTING = dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING
FAILURE = dg.DagsterRunStatus.FAILURE


class TestTimes:
    def test_the_night_in_order(self) -> None:
        times = {name: schedule.cron_schedule for name, schedule in by_name(Settings()).items()}
        assert times == {
            "nightly_retirement": "30 0 * * *",
            "nightly_overview_questions": "45 0 * * *",
            "nightly_batch": "0 3 * * *",
            "nightly_refresh": "0 5 * * *",
            "nightly_plan_health": "0 6 * * *",
            "nightly_retention": "30 6 * * *",
        }

    def test_all_hold_in_the_time_zone_of_the_settings(self) -> None:
        zones = {schedule.execution_timezone for schedule in schedules(Settings(timezone="Europe/Berlin"))}
        assert zones == {"Europe/Berlin"}

    @pytest.mark.parametrize("night", [dt.date(2027, 3, 28), dt.date(2027, 10, 31)], ids=["spring", "autumn"])
    @pytest.mark.parametrize("name", sorted(by_name(Settings())))
    def test_on_the_nights_when_the_clocks_change_each_comes_once_at_its_time(self, night: dt.date, name: str) -> None:
        schedule = by_name(Settings(timezone="Europe/Berlin"))[name]
        first, second = ticks(schedule, dt.datetime.combine(night, dt.time(), ZoneInfo("Europe/Berlin")), 2)

        minute, hour = str(schedule.cron_schedule).split()[:2]
        assert (first.date(), first.hour, first.minute) == (night, int(hour), int(minute))
        assert second.date() == night + dt.timedelta(days=1)

    def test_a_time_that_a_change_night_does_not_have_comes_right_after_the_gap(self) -> None:
        schedule = by_name(Settings(timezone="Europe/Berlin", batch_cron="30 2 * * *"))["nightly_batch"]
        (tick,) = ticks(schedule, dt.datetime(2027, 3, 28, tzinfo=ZoneInfo("Europe/Berlin")), 1)
        assert tick.isoformat() == "2027-03-28T03:00:00+02:00"

    def test_a_time_that_a_change_night_has_twice_comes_once(self) -> None:
        schedule = by_name(Settings(timezone="Europe/Berlin", batch_cron="30 2 * * *"))["nightly_batch"]
        found = ticks(schedule, dt.datetime(2027, 10, 31, tzinfo=ZoneInfo("Europe/Berlin")), 2)
        assert [tick.date().isoformat() for tick in found] == ["2027-10-31", "2027-11-01"]

    def test_a_time_can_be_set(self) -> None:
        assert by_name(Settings(batch_cron="15 1 * * 1-5"))["nightly_batch"].cron_schedule == "15 1 * * 1-5"

    def test_what_changes_plans_is_off_and_what_only_looks_or_clears_away_is_on(self) -> None:
        status = {name: schedule.default_status for name, schedule in by_name(Settings()).items()}
        assert {status.pop("nightly_retention"), status.pop("nightly_plan_health")} == {RUNNING}
        assert set(status.values()) == {STOPPED}

    def test_one_setting_turns_the_night_on(self) -> None:
        assert {schedule.default_status for schedule in schedules(Settings(nightly=True))} == {RUNNING}

    def test_sensors_that_react_are_on(self) -> None:
        found = {sensor.name: sensor.default_status for sensor in sensors(Settings())}
        assert found == dict.fromkeys(
            ("refresh_after_batch", "overview_answers", "overview_retries", "lost_runs", "alert_on_failure"),
            dg.DefaultSensorStatus.RUNNING,
        )

    def test_every_schedule_and_sensor_is_described_and_has_a_job_that_exists(self, world: World) -> None:
        for each in [*schedules(Settings()), *sensors(Settings())]:
            assert each.description
        for schedule in schedules(Settings()):
            assert world.defs.resolve_job_def(schedule.job_name)


SOUND = [
    "0 3 * * *",
    "*/15 1-3,22 1,15 1-6 1-5",
    "59 23 31 12 7",
    "0 0 29 2 *",
    "0-30/10 0 * * 0",
    "0 3 * * mon-fri",
    "  0 3  * * *",
]
UNSOUND = [
    "nightly",
    "0 3 * *",
    "0 3 * * * *",
    "@daily",
    "60 3 * * *",
    "0 24 * * *",
    "0 3 0 * *",
    "0 3 * 13 *",
    "0 3 * * 8",
    "*/0 3 * * *",
    "0 3 30 2 *",
    "0 3 30,31 2 *",
]


class TestCron:
    @pytest.mark.parametrize("expression", SOUND)
    def test_what_the_settings_take_dagster_takes(self, expression: str) -> None:
        settings = Settings(batch_cron=expression)
        assert by_name(settings)["nightly_batch"].cron_schedule == " ".join(expression.split())

    @pytest.mark.parametrize("expression", UNSOUND)
    def test_what_is_no_time_or_never_comes_is_named_with_what_to_write(self, expression: str) -> None:
        message = f"PLAN_PIPELINE_BATCH_CRON: {expression!r} is not a time that cron knows; use minute, hour"
        with pytest.raises(SettingsError, match=re.escape(message)):
            Settings(batch_cron=expression)

    def test_commands_load_dagster_for_a_time_only_where_one_is_set(self) -> None:
        loaded = "import sys; from plan_pipeline.settings import Settings; Settings(); print('dagster' in sys.modules)"
        found = [
            subprocess.run(
                [sys.executable, "-c", loaded],
                env={**os.environ, "PLAN_PIPELINE_BATCH_CRON": cron},
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
            for cron in ("", "0 2 * * *")
        ]
        assert found == ["False", "True"]

    @pytest.mark.parametrize("zone", ["Berlin", "", "../etc/passwd", "Europe/"])
    def test_a_time_zone_that_does_not_exist_is_an_error(self, zone: str) -> None:
        with pytest.raises(
            SettingsError, match=r"PLAN_PIPELINE_TIMEZONE: '.*' is not a time zone; use .* Europe/Berlin"
        ):
            Settings(timezone=zone)


class TestTheBatch:
    def test_a_tick_asks_for_one_run_however_many_plans_there_are(self, world: World) -> None:
        world.ask(*(request(f"rider-{number}", weeks=4) for number in range(300)))

        (asked,), _ = ticked(by_name(Settings())["nightly_batch"], world.instance)

        assert asked.run_config == {}
        assert asked.tags[TRIGGER_TAG] == "nightly_batch"

    @pytest.mark.parametrize("status", [STARTING, STARTED])
    def test_none_while_last_nights_run_is_not_done(
        self, instance: dg.DagsterInstance, status: dg.DagsterRunStatus
    ) -> None:
        run_id = run(instance, status, {TRIGGER_TAG: "nightly_batch"})
        assert ticked(by_name(Settings())["nightly_batch"], instance) == ([], f"the last batch is not done: {run_id}")

    def test_none_while_a_batch_that_was_split_is_not_done(self, instance: dg.DagsterInstance) -> None:
        batch(instance, STARTING, split=SUCCESS)
        assert ticked(by_name(Settings())["nightly_batch"], instance) == ([], f"the last batch is not done: {BATCH}")

    def test_none_while_last_nights_run_is_about_to_be_tried_again(self, instance: dg.DagsterInstance) -> None:
        run_id = run(instance, FAILURE, {TRIGGER_TAG: "nightly_batch", WILL_RETRY_TAG: "true"})
        assert ticked(by_name(Settings())["nightly_batch"], instance) == ([], f"the last batch is not done: {run_id}")

        ended(instance, run_id, ago_s=RETRY_WITHIN_S + 1)

        assert len(ticked(by_name(Settings())["nightly_batch"], instance)[0]) == 1

    def test_one_after_a_run_that_failed_for_good(self, instance: dg.DagsterInstance) -> None:
        run(instance, FAILURE, {TRIGGER_TAG: "nightly_batch", WILL_RETRY_TAG: "false"})
        assert len(ticked(by_name(Settings())["nightly_batch"], instance)[0]) == 1

    def test_a_run_that_somebody_launched_for_some_plans_is_not_in_its_way(self, instance: dg.DagsterInstance) -> None:
        run(instance, STARTED)
        assert len(ticked(by_name(Settings())["nightly_batch"], instance)[0]) == 1


class TestTheRefresh:
    def test_a_tick_asks_for_one_run(self, instance: dg.DagsterInstance) -> None:
        assert len(ticked(by_name(Settings())["nightly_refresh"], instance)[0]) == 1

    def test_none_while_a_batch_is_going_whose_end_brings_one(self, instance: dg.DagsterInstance) -> None:
        batch(instance, STARTED, split=SUCCESS)
        asked, why = ticked(by_name(Settings())["nightly_refresh"], instance)
        assert (asked, BATCH in why) == ([], True)


class TestAfterABatch:
    def test_it_waits_for_the_last_part(self, instance: dg.DagsterInstance) -> None:
        batch(instance, SUCCESS, STARTED, split=SUCCESS)
        assert sensed(instance) == ([], "1 batches are going")

    def test_it_waits_while_the_run_still_splits(self, instance: dg.DagsterInstance) -> None:
        batch(instance, SUCCESS, split=STARTED)
        assert sensed(instance)[0] == []

    def test_then_it_asks_for_one_refresh_under_a_key_of_the_batch(self, instance: dg.DagsterInstance) -> None:
        batch(instance, SUCCESS, FAILURE, split=SUCCESS)

        (asked,), _ = sensed(instance)

        assert asked.run_key == f"refresh-{BATCH}"
        assert asked.tags[SPLIT_TAG] == BATCH

    def test_it_waits_for_a_part_that_is_about_to_be_tried_again(self, instance: dg.DagsterInstance) -> None:
        batch(instance, SUCCESS, split=SUCCESS)
        failed = run(instance, FAILURE, {SPLIT_TAG: BATCH, PART_TAG: "2 of 2", WILL_RETRY_TAG: "true"})
        assert sensed(instance)[0] == []

        instance.add_run_tags(failed, {"dagster/auto_retry_run_id": "its-retry"})

        assert len(sensed(instance)[0]) == 1

    def test_it_waits_for_a_part_of_which_it_is_not_known_yet_whether_it_is_tried_again(
        self, instance: dg.DagsterInstance
    ) -> None:
        batch(instance, SUCCESS, split=SUCCESS)
        failed = run(instance, FAILURE, {SPLIT_TAG: BATCH, PART_TAG: "2 of 2"}, is_decided=False)
        assert sensed(instance)[0] == []

        ended(instance, failed, ago_s=UNDECIDED_WITHIN_S + 1)

        assert len(sensed(instance)[0]) == 1

    def test_the_batch_is_closed_when_its_refresh_is_there(self, instance: dg.DagsterInstance) -> None:
        batch(instance, SUCCESS, split=SUCCESS)
        (asked,), _ = sensed(instance)
        run(instance, STARTING, asked.tags, name=jobs.REFRESH_WAREHOUSE)

        assert sensed(instance)[0] == []

        assert open_batches(instance) == ()
        assert sensed(instance) == ([], "no batch waits for its refresh")

    def test_a_tick_asks_for_one_refresh_however_many_batches_have_ended(self, instance: dg.DagsterInstance) -> None:
        for number in range(9):
            batch(instance, split=SUCCESS, batch_id=f"batch-{number}")
        assert [asked.run_key for asked in sensed(instance)[0]] == ["refresh-batch-0"]

    def test_batches_that_are_going_hold_up_no_other(self, instance: dg.DagsterInstance) -> None:
        for number in range(9):
            batch(instance, STARTED, split=SUCCESS, batch_id=f"going-{number}")
        batch(instance, SUCCESS, split=SUCCESS)
        assert [asked.run_key for asked in sensed(instance)[0]] == [f"refresh-{BATCH}"]

    def test_a_retry_that_never_comes_is_not_waited_for_for_ever(self, instance: dg.DagsterInstance) -> None:
        batch(instance, SUCCESS, split=SUCCESS)
        failed = run(instance, FAILURE, {SPLIT_TAG: BATCH, PART_TAG: "2 of 2", WILL_RETRY_TAG: "true"})

        ended(instance, failed, ago_s=RETRY_WITHIN_S + 1)

        assert len(sensed(instance)[0]) == 1

    def test_a_batch_whose_parts_were_all_deleted_is_refreshed_and_closed(self, instance: dg.DagsterInstance) -> None:
        batch(instance, split=SUCCESS)
        part = run(instance, STARTED, {SPLIT_TAG: BATCH, PART_TAG: "1 of 1"})
        assert sensed(instance)[0] == []

        instance.delete_run(part)

        assert len(sensed(instance)[0]) == 1


def test_the_tags_of_a_batch_are_as_they_are_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text()
    for tag in (SPLIT_TAG, PART_TAG, OPEN_TAG, REFRESH_TAG, TRIGGER_TAG):
        assert f"`{tag}`" in page
