"""Ids of generations grow, whatever the clock does, and whatever became of the file that says which was the last."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.generation_ids import LAST, new_generation_id, time_of_id
from plan_pipeline_tests.storage import samples

NOON = dt.datetime(2027, 1, 4, 12, 0, 0, 123_456, tzinfo=dt.UTC)


def test_an_id_begins_with_the_time_in_milliseconds_and_ends_with_the_run(data: DataFolder) -> None:
    made = new_generation_id(data, NOON, "0a1b2c3d")
    assert made == "20270104T120000123Z-0a1b2c3d"
    assert time_of_id(made) == NOON.replace(microsecond=123_000)


@pytest.mark.parametrize("step", [dt.timedelta(0), dt.timedelta(minutes=-10), dt.timedelta(days=-3650)])
def test_it_is_greater_than_the_last_where_the_clock_stands_still_or_steps_back(
    data: DataFolder, step: dt.timedelta
) -> None:
    ids = [new_generation_id(data, at, run) for at, run in ((NOON, "ffffffff"), (NOON + step, "00000000"))]
    assert ids == sorted(set(ids))


def test_it_is_greater_than_a_named_one_and_so_are_those_that_follow(data: DataFolder) -> None:
    elsewhere = "20311231T235959999Z-ffffffff"
    ids = [new_generation_id(data, NOON, "1", after=elsewhere), new_generation_id(data, NOON, "0")]
    assert [elsewhere, *ids] == sorted({elsewhere, *ids})


@pytest.mark.parametrize("content", [None, b"", b"\xff\x00", b"some day"])
def test_without_the_last_id_the_facts_say_it(data: DataFolder, content: bytes | None) -> None:
    last = new_generation_id(data, NOON, "ffffffff")
    FactStore(data).write_all(last, [samples.facts(generation_id=last)])
    FactStore(data).write_all("zebra", [samples.facts("rider-2", "zebra")])
    (data.root / LAST).unlink()
    if content is not None:
        (data.root / LAST).write_bytes(content)

    assert new_generation_id(data, NOON - dt.timedelta(minutes=10), "00000000") > last


def test_no_two_writers_get_one_time(data: DataFolder) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: new_generation_id(data, NOON, "0a1b2c3d"), range(40)))
    assert len(set(ids)) == 40
