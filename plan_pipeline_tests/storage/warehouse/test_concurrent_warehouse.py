"""Analysts never block the pipeline and the pipeline never breaks them, whoever is killed and whenever.

Real processes: publishers that are killed in the middle of a publish, readers that hold their connections open, readers
that crash, sessions that opened the file for writing by mistake. Afterwards every fact is there, exactly once.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from plan_pipeline.storage.data_folder import DataFolder, entries
from plan_pipeline.storage.facts.compaction import compact
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.restless_publisher import WEEKS, WORKOUTS_A_WEEK

PROJECT = Path(__file__).parents[3]
LONGEST_PUBLISH_S = 0.3
"""A publish of these few facts takes about 0.1 s, twice that on a busy machine: kills fall into every part of it."""

MOST_PUBLISHES_BEFORE_A_KILL = 2


class IssueKind(NamedTuple):
    """How much a test does: publishers killed, reads wanted, readers that crash."""

    kills: int
    reads: int
    crashes: int


SHORT = IssueKind(kills=5, reads=100, crashes=3)
LONG = IssueKind(kills=20, reads=500, crashes=10)


@contextmanager
def program(name: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A program of this folder, killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"plan_pipeline_tests.storage.{name}", *arguments],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line.strip()


class Publisher:
    """A publisher and the plans whose facts it is known to have kept."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.kept: set[str] = set()

    def until_it_publishes(self, times: int) -> None:
        """Read on until it is about to publish for the nth time from now."""
        for line in lines(self.process):
            self._note(line)
            times -= line == "publishing"
            if times == 0:
                return
        raise AssertionError(f"the publisher ended by itself with {self.process.wait()}")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        for line in lines(self.process):
            self._note(line)
        assert self.process.wait() == -signal.SIGKILL

    def _note(self, line: str) -> None:
        """A part that is being written has no generation until it is written; its run is then repeated as a whole."""
        said, _, plan_id = line.partition(" ")
        if said == "writing":
            self.kept.discard(plan_id)
        elif said == "wrote":
            self.kept.add(plan_id)


def crash_while_reading(data: DataFolder) -> None:
    """A reader with an open connection and a result it has not fetched, killed."""
    crash(
        data, "db = duckdb.connect(sys.argv[1], read_only=True); db.execute('SELECT * FROM plan_workouts').fetchone()"
    )


def crash_after_writing_by_mistake(data: DataFolder) -> None:
    """A session that opened the published file for writing, deleted everything, and was killed: it leaves a log."""
    data.warehouse.chmod(0o644)
    crash(data, "db = duckdb.connect(sys.argv[1]); db.execute('DELETE FROM plan_generations')")
    assert data.warehouse.with_name("warehouse.duckdb.wal").exists()


def crash(data: DataFolder, work: str) -> None:
    """Have a process do some work on the published file, and kill it before it closes anything."""
    script = f"import os, signal, sys, duckdb\n{work}\nos.kill(os.getpid(), signal.SIGKILL)"
    killed = subprocess.run([sys.executable, "-c", script, str(data.warehouse)], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr


def told_by(reader: subprocess.Popen[str]) -> list[str]:
    """End a reader, and what it told of its reads."""
    assert reader.stdin is not None
    reader.stdin.close()
    return list(lines(reader))


def read_while_publishers_are_killed(data: DataFolder, trouble: IssueKind) -> tuple[set[str], list[str]]:
    """What was surely kept, and what readers told of each read."""
    choose = random.Random(trouble.kills)
    kept: set[str] = set()
    crashes = [choose.randrange(trouble.kills) for _ in range(trouble.crashes)]
    with ExitStack() as running:
        readers = [
            running.enter_context(program("steady_reader", str(data.root), manner)) for manner in ("holding", "fresh")
        ]
        publishers = [start_publisher(running, data, 0)]
        for number in range(trouble.kills):
            publishers.append(start_publisher(running, data, number + 1))  # starts while the other works
            publishers[0].until_it_publishes(choose.randint(1, MOST_PUBLISHES_BEFORE_A_KILL))
            for _ in range(crashes.count(number)):
                crash_while_reading(data)
            time.sleep(choose.uniform(0, LONGEST_PUBLISH_S))
            kept |= ended(publishers.pop(0))
        told = read_until(readers, publishers[0], trouble.reads)
        kept |= ended(publishers.pop(0))
    return kept, told


def start_publisher(running: ExitStack, data: DataFolder, number: int) -> Publisher:
    return Publisher(running.enter_context(program("restless_publisher", str(data.root), f"p{number}", str(number))))


def ended(publisher: Publisher) -> set[str]:
    publisher.kill()
    return publisher.kept


def read_until(readers: list[subprocess.Popen[str]], publisher: Publisher, reads: int) -> list[str]:
    """Let a publisher go on until the readers have read so often together; what they told."""
    told: list[str] = []
    for reader in readers:
        for line in lines(reader):
            told.append(line)
            if len(told) >= reads // len(readers) * (readers.index(reader) + 1):
                break
        publisher.until_it_publishes(1)
    return told + [line for reader in readers for line in told_by(reader)]


def check_every_fact_is_there_once(data: DataFolder, kept: set[str]) -> None:
    """In the warehouse and in the fact files: each plan that was kept, with each of its rows, once."""
    rows_a_plan = {
        "plan_generations": 1,
        "plan_weeks": WEEKS,
        "plan_workouts": WEEKS * WORKOUTS_A_WEEK,
        "rule_results": 1,
        "stage_timings": 1,
    }
    generations = set(query(data, "SELECT plan_id FROM plan_generations")["plan_id"])
    assert generations >= kept
    for table, rows in rows_a_plan.items():
        counted = query(data, f"SELECT plan_id, count(*) AS n FROM {table} GROUP BY plan_id")
        counts = dict(zip(counted["plan_id"], counted["n"], strict=True))
        assert {plan_id: counts.get(plan_id, 0) for plan_id in generations} == dict.fromkeys(generations, rows), table
        assert set(counts.values()) == {rows}, f"{table} has rows twice"


def check_nothing_is_left(data: DataFolder) -> None:
    """No temporary file, no log, no merged file that nobody knows: a refresh and a compaction clear them away."""
    assert sorted(path.name for path in data.root.iterdir()) == [".warehouse.lock", "facts", "warehouse.duckdb"]
    for table in FactTable:
        known = {"manifest.json", *(path.name for path in FactStore(data).files(table))}
        assert {path.name for path in entries(FactStore(data).folder(table))} <= known, table


def stress(data: DataFolder, trouble: IssueKind) -> None:
    FactStore(data).write_all("first", [samples.facts("first", "gen-first", weeks=WEEKS)])
    refresh_warehouse(data, samples.library())
    kept, told = read_while_publishers_are_killed(data, trouble)
    outcomes = Counter(line.split()[0] for line in told)
    assert [line for line in told if not line.startswith("ok ")] == []
    assert outcomes["ok"] >= trouble.reads
    seen = {int(line.split()[1]) for line in told}
    assert len(seen) > trouble.kills, "the readers saw too few publishes"

    crash_after_writing_by_mistake(data)
    age_leftovers(data)
    compact(FactStore(data), now=samples.NOON.replace(year=2100), grace_s=0)
    refresh_warehouse(data, samples.library())
    check_every_fact_is_there_once(data, {"first", *kept})
    check_nothing_is_left(data)


def age_leftovers(data: DataFolder) -> None:
    """Make what killed writers left look old: fact files that are being written are only swept after an hour."""
    for path in data.facts.rglob(".*.tmp"):
        os.utime(path, (0, 0))


@pytest.mark.slow
def test_readers_go_on_and_every_fact_is_there_once_after_five_kills(tmp_path: Path) -> None:
    stress(DataFolder(tmp_path / "data"), SHORT)


@pytest.mark.slow
def test_readers_go_on_and_every_fact_is_there_once_after_twenty_kills(tmp_path: Path) -> None:
    stress(DataFolder(tmp_path / "data"), LONG)


def test_a_reader_keeps_what_it_opened_however_often_the_file_is_replaced(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    FactStore(data).write_all("run-0", [samples.facts("rider-0", weeks=4)])
    refresh_warehouse(data, samples.library())
    with duckdb.connect(str(data.warehouse), read_only=True) as held:
        for number in range(1, 6):
            FactStore(data).write_all(f"run-{number}", [samples.facts(f"rider-{number}", weeks=4)])
            refresh_warehouse(data, samples.library())

            assert held.execute("SELECT count(*) FROM plan_weeks").fetchall() == [(4,)]
            assert len(query(data, "FROM plan_weeks")) == 4 * (number + 1)
