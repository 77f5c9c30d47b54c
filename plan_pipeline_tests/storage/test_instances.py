"""Instances on disk: one small file each, beside the plans, whole or told to be damaged."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from plan_pipeline.storage.data_folder import DataFolder, UnsafePathError
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.instances import InstanceStore
from plan_pipeline.storage.model_files import DamagedArtefactError
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.storage import samples

MONDAY, NEXT = dt.date(2027, 1, 4), dt.date(2027, 1, 11)


def test_what_was_saved_is_read_back(data: DataFolder) -> None:
    saved = samples.instance(cancelled_at=samples.NOON, changes=3)
    InstanceStore(data).save(saved)
    assert InstanceStore(data).load(saved.instance_id) == saved


def test_instances_of_a_plan_are_in_the_order_of_their_days(data: DataFolder) -> None:
    store = InstanceStore(data)
    for start in (NEXT, MONDAY):
        store.save(samples.instance(start=start))
    store.save(samples.instance("rider-2"))
    assert [each.start_date for each in store.of_plan("rider-1")] == [MONDAY, NEXT]
    assert store.plan_ids() == ("rider-1", "rider-2")
    assert len(store.ids()) == 3


def test_there_are_none_before_one_is_made(data: DataFolder) -> None:
    store = InstanceStore(data)
    assert (store.ids(), store.of_plan("rider-1"), store.load("rider-1@270104")) == ((), (), None)
    assert not data.root.exists()


def test_other_files_are_left_out(data: DataFolder) -> None:
    store = InstanceStore(data)
    path = store.save(samples.instance())
    for name in ("notes.json", "rider-2@270104.json", "rider-1@270104.bak"):
        path.with_name(name).write_text("{}")
    assert store.ids() == ("rider-1@270104",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is damaged"),
        (samples.instance("rider-2").model_dump_json(), "it is the instance 'rider-2@270104' of plan 'rider-2'"),
        (samples.instance().model_dump_json().replace("2027-01-04", "2027-01-05", 1), "2027-01-05 is no Monday"),
    ],
)
def test_a_file_that_is_not_the_instance_is_damaged_and_says_what_to_do(
    data: DataFolder, content: str, said: str
) -> None:
    store = InstanceStore(data)
    store.save(samples.instance()).write_text(content)
    with pytest.raises(DamagedArtefactError, match=said) as error:
        store.of_plan("rider-1")
    assert "put an earlier copy of the file back, or remove it" in str(error.value)


@pytest.mark.parametrize("name", ["rider-1", "../rider@123456", "rider/../x@123456", "rider@12345/", "rider@"])
def test_no_id_leads_out_of_the_data_folder(data: DataFolder, name: str) -> None:
    with pytest.raises(UnsafePathError):
        InstanceStore(data).load(name)


def test_a_folder_that_is_a_link_is_not_followed(data: DataFolder, tmp_path: Path) -> None:
    data.root.mkdir()
    (data.root / "instances").symlink_to(tmp_path)
    with pytest.raises(UnsafePathError, match="is a link"):
        InstanceStore(data).save(samples.instance())


def test_the_warehouse_has_every_instance_as_it_is_last_with_its_status_today(data: DataFolder) -> None:
    today = dt.datetime.now(dt.UTC).date()
    monday = today - dt.timedelta(days=today.weekday())
    weeks = {name: monday + dt.timedelta(weeks=away) for name, away in (("over", -8), ("now", -1), ("soon", 2))}
    states = [samples.instance_state("c1", plan_id=name, start=start) for name, start in weeks.items()]
    off = samples.instance_state("c2", plan_id="now", start=weeks["now"], instance_id="now@ffffff")
    again = off.model_copy(update={"change_id": "c3", "cancelled_at": samples.NOON, "changes": 1})
    for state in (*states, off, again):
        FactStore(data).write(FactTable.INSTANCE_STATES, f"{state.change_id}-{state.plan_id}", [state])
    refresh_warehouse(data, samples.library())

    found = query(data, "SELECT plan_id, status, changes, end_date - start_date FROM plan_instances ORDER BY ALL").rows
    assert [tuple(row) for row in found] == [
        ("now", "active", 0, 27),
        ("now", "cancelled", 1, 27),
        ("over", "finished", 0, 27),
        ("soon", "planned", 0, 27),
    ]
