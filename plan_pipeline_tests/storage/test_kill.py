"""``kill -9`` at any moment leaves every published plan, every fact and the warehouse whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from plan_pipeline.core.final_plan import content_hash
from plan_pipeline.core.model.plan import Plan, ValidatedWeek
from plan_pipeline.core.stages import Stage
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.plans.plan_store import PlanLockedError, PlanStore
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.restless_writer import KEPT_VERSIONS, PLANS, WEEKS

PROJECT = Path(__file__).parents[2]
LONGEST_LIFE_S = 0.5
"""A turn of the writer takes about 0.2 s: kills fall into every part of it."""


def start_writer(data: DataFolder, number: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "plan_pipeline_tests.storage.restless_writer",
            str(data.root),
            f"w{number}",
            str(number),
        ],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_until_ready(writer: subprocess.Popen[str]) -> None:
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"


def kill(writer: subprocess.Popen[str]) -> None:
    assert writer.poll() is None, "the writer ended by itself"
    writer.send_signal(signal.SIGKILL)
    assert writer.wait() == -signal.SIGKILL
    assert writer.stdout is not None
    writer.stdout.close()


def check_everything_is_whole(data: DataFolder) -> int:
    """Read all there is; returns the number of published plans."""
    store = PlanStore(data)
    published = 0
    for plan_id in store.plan_ids():
        plan = store.load_plan(plan_id)
        if plan is not None:
            published += 1
            assert content_hash(plan.training_plan) == plan.generation.content_hash
        for version in store.versions(plan_id):
            try:
                content = version.read_bytes()
            except FileNotFoundError:  # retired by the other writer since it was listed
                continue
            held = Plan.model_validate_json(content)
            assert content_hash(held.training_plan) == held.generation.content_hash
        store.load_request(plan_id)
        store.load_overview(plan_id)
        store.load_generation_record(plan_id)
        if (data.plan_folder(plan_id) / "week_validation.json").exists():
            assert len(store.load_weeks(plan_id, Stage.WEEK_VALIDATION, ValidatedWeek)) == WEEKS
    check_facts(data)
    check_warehouse(data)
    return published


def check_facts(data: DataFolder) -> None:
    copy = data.root.parent / "copy.parquet"
    with duckdb.connect() as db:
        for table in FactTable:
            for path in FactStore(data).files(table):
                try:
                    copy.write_bytes(path.read_bytes())
                except FileNotFoundError:  # another writer is replacing it
                    continue
                described = db.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(copy)]).fetchall()
                assert [row[0] for row in described] == [*table.columns, "schema_version"]
                assert db.execute("SELECT count(COLUMNS(*)) FROM read_parquet(?)", [str(copy)]).fetchall()


def check_warehouse(data: DataFolder) -> None:
    """Readable, and no generation without its weeks: facts are written in an order that never shows that."""
    if not data.warehouse.exists():
        return
    torn = """
        SELECT generation_id FROM plan_generations AS g
        WHERE weeks > (SELECT count(DISTINCT week) FROM plan_weeks AS w WHERE w.generation_id = g.generation_id)
    """
    assert not query(data, torn).rows
    assert query(data, "FROM library_workouts").rows


def kill_writers(data: DataFolder, kills: int, seed: int) -> None:
    """Keep two writers at work, killing one of them ``kills`` times; the next is started before the kill."""
    choose = random.Random(seed)
    writers = [start_writer(data, number) for number in range(2)]
    published = 0
    try:
        for number in range(2, kills + 2):
            writers.append(start_writer(data, number))
            wait_until_ready(writers[0])
            time.sleep(choose.uniform(0, LONGEST_LIFE_S))
            kill(writers.pop(0))
            now = check_everything_is_whole(data)
            assert now >= published, "a published plan was lost"
            published = now
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
            assert writer.stdout is not None
            writer.stdout.close()
    assert published == len(PLANS)


@pytest.mark.slow
def test_ten_kills_leave_everything_whole_and_the_next_writer_at_work(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    kill_writers(data, kills=10, seed=1)

    store = PlanStore(data, keep_versions=KEPT_VERSIONS)
    for plan_id in PLANS:
        assert store.publish(samples.plan(plan_id, "after-all", weeks=WEEKS, notes="after all")).changed
        assert len(store.versions(plan_id)) <= KEPT_VERSIONS
    refresh_warehouse(data, samples.library())
    check_everything_is_whole(data)
    assert [path.name for path in data.root.glob(".warehouse.duckdb*")] == []


@pytest.mark.slow
def test_a_hundred_kills_leave_everything_whole(tmp_path: Path) -> None:
    kill_writers(DataFolder(tmp_path / "data"), kills=100, seed=2)


def test_what_killed_writers_leave_is_swept_when_it_is_old(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    store = PlanStore(data)
    store.publish(samples.plan())
    FactStore(data).write_all("run-1", [samples.facts()])
    folders = [data.plan_folder("rider-1"), data.plan_folder("rider-1") / "versions", data.facts / "plan_weeks"]
    for folder in folders:
        leftover = folder / ".something.json.1-dead.tmp"
        leftover.write_bytes(b"{")
        os.utime(leftover, (0, 0))

    store.publish(samples.plan(generation_id="gen-2", notes="other"))
    refresh_warehouse(data, samples.library())

    assert list(data.root.rglob("*.tmp")) == []


def test_a_killed_process_gives_its_lock_back(tmp_path: Path) -> None:
    hold = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from plan_pipeline.storage.data_folder import DataFolder\n"
        "from plan_pipeline.storage.plans.plan_store import PlanStore\n"
        "with PlanStore(DataFolder(Path(sys.argv[1]))).lock('rider-1'):\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(600)\n"
    )
    store = PlanStore(DataFolder(tmp_path / "data"))
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(store.data.root)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    wait_until_ready(holder)
    with pytest.raises(PlanLockedError), store.lock("rider-1", timeout_s=0.1):
        pass

    kill(holder)

    with store.lock("rider-1", timeout_s=5):
        pass
