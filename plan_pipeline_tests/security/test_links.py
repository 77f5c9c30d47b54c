"""A link in the data folder is neither read nor written through; the data folder itself may be one."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.stages import Stage
from plan_pipeline.experiments.definitions import read_definitions
from plan_pipeline.experiments.design import Design, claim, load_design
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import active_plan_ids, retire
from plan_pipeline.storage.plans.rollbacks import roll_back, rollback_of
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.cli.conftest import EXAMPLES, Run
from plan_pipeline_tests.storage import samples

NOW = dt.datetime(2027, 1, 4, tzinfo=dt.UTC)
CANARY = "canary-51b0"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "file").write_text(f'{{"{CANARY}": 1}}')
    return folder


@pytest.fixture
def store(tmp_path: Path) -> PlanStore:
    store = PlanStore(DataFolder(tmp_path / "data"))
    store.save_request(samples.request("rider-1"))
    return store


ByLink = Callable[[PlanStore], object]

READS: dict[str, ByLink] = {
    "request.json": lambda store: store.load_request("rider-1"),
    "plan.json": lambda store: store.load_plan("rider-1"),
    "final_plan.json": lambda store: store.load_generation_record("rider-1"),
    "plan_overview.json": lambda store: store.load_overview("rider-1"),
    "week_selection.json": lambda store: store.load_weeks("rider-1", Stage.WEEK_SELECTION, Library),
    "rollback.json": lambda store: rollback_of(store, "rider-1"),
    "received.json": lambda store: store.load_receipt("rider-1"),
}


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe"])
def test_a_file_of_a_plan_that_is_no_file_is_an_error_that_names_it(
    name: str, kind: str, store: PlanStore, outside: Path
) -> None:
    path = store.data.plan_folder("rider-1") / name
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(outside / ("file" if kind == "link" else "nothing"))

    if kind != "link" and name == "week_selection.json":
        with pytest.raises(StorageError, match="has no week_selection"):
            READS[name](store)
        return
    with pytest.raises(StorageError) as error:
        READS[name](store)
    assert name in str(error.value)
    assert CANARY not in str(error.value)


def test_one_link_among_the_plans_does_not_keep_the_others(store: PlanStore, outside: Path) -> None:
    store.save_request(samples.request("rider-2"))
    (store.data.plans / "rider-3").symlink_to(store.data.plans / "rider-2")
    (store.data.plan_folder("rider-1") / "retired.json").symlink_to(outside / "file")
    assert active_plan_ids(store) == ("rider-1", "rider-2")


def test_a_plan_folder_that_is_a_link_is_neither_read_nor_written(store: PlanStore, outside: Path) -> None:
    (store.data.plans / "rider-2").symlink_to(outside)
    for act in (
        lambda: store.save_request(samples.request("rider-2")),
        lambda: store.load_plan("rider-2"),
        lambda: retire(store, "rider-2", at=NOW, timeout_s=1),
        lambda: roll_back(store, "rider-2", now=NOW),
    ):
        with pytest.raises(StorageError, match=r"rider-2 is a link to .*outside; .*put a folder in its place"):
            act()
    assert [path.name for path in outside.iterdir()] == ["file"]


@pytest.mark.parametrize("folder", ["plans", "facts", "reports", "experiments"])
def test_a_folder_of_the_data_folder_that_leads_elsewhere_is_refused_with_the_remedy(
    folder: str, tmp_path: Path, outside: Path, library: Library
) -> None:
    data = DataFolder(tmp_path / "data")
    data.root.mkdir()
    (data.root / folder).symlink_to(outside)
    acts: dict[str, Callable[[], object]] = {
        "plans": lambda: PlanStore(data).save_request(samples.request("rider-1")),
        "facts": lambda: FactStore(data).write_library(library),
        "reports": lambda: data.report("x"),
        "experiments": lambda: claim(data, Design.of(athletes=1, arms=["legacy", "optimal"], seed=1), live=()),
    }
    with pytest.raises(StorageError, match="the data folder must hold its files itself, so put a folder in its place"):
        acts[folder]()
    assert [path.name for path in outside.iterdir()] == ["file"]


def test_definitions_of_experiments_are_not_read_through_links(tmp_path: Path, outside: Path) -> None:
    folder = tmp_path / "data" / "experiments"
    folder.mkdir(parents=True)
    (folder / "one.yaml").symlink_to(outside / "file")
    os.mkfifo(folder / "two.yaml")
    (folder / "three.json").symlink_to(outside / "file")
    found = read_definitions(folder)
    assert [problem.partition(": ")[2] for problem in found.problems] == [
        "is a link, which is not followed; put the file itself there, or remove the link",
        "is not a file; put a definition there, or remove it",
    ]
    with pytest.raises(StorageError, match="is a link"):
        load_design(DataFolder(tmp_path / "data"), "three")


def test_facts_and_the_warehouse_are_not_read_through_links(tmp_path: Path, outside: Path, library: Library) -> None:
    data = DataFolder(tmp_path / "data")
    refresh_warehouse(data, library)
    warehouse = data.warehouse.rename(outside / "warehouse.duckdb")
    data.warehouse.symlink_to(warehouse)
    with pytest.raises(StorageError, match="is a link to"):
        query(data, "SELECT 1")
    with pytest.raises(StorageError, match="is a link to"):
        refresh_warehouse(data, library)
    data.warehouse.unlink()

    (part,) = (data.facts / "library_workouts").glob("part-*")
    moved = part.rename(outside / part.name)
    part.symlink_to(moved)
    with pytest.raises(StorageError, match="is a link"):
        refresh_warehouse(data, library)


def test_the_data_folder_itself_may_be_a_link(tmp_path: Path, run: Run) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "disk")
    ended = run("--data", tmp_path / "data", "generate", EXAMPLES / "rider-042-century.yaml", "--json")
    assert ended.json["status"] == "published"
    assert (tmp_path / "disk" / "plans" / "rider-042-century" / "plan.json").is_file()


def test_a_link_at_the_place_of_a_file_that_is_written_is_replaced_and_not_followed(
    store: PlanStore, outside: Path
) -> None:
    path = store.data.plan_folder("rider-1") / "request.json"
    path.unlink()
    path.symlink_to(outside / "file")
    store.save_request(samples.request("rider-1"))
    assert not path.is_symlink()
    assert CANARY in (outside / "file").read_text()
