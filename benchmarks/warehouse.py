"""What the warehouse achieves at a million weeks: building, adding to it, every ready query, reading meanwhile.

    python benchmarks/warehouse.py [--rows 1000000] [--increment 10000] [--reads 500] [--athletes 235] [--folder DIR]

Prints Markdown. The facts are the real engine's for a cohort, multiplied into nights and experiments (see ``ledger``).
Times are also given as ratios to something measured in the same run: building anew, or one scan of ``plan_weeks``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from ledger import Base, fill

from plan_pipeline.core.model.workout import Library
from plan_pipeline.library import load_library
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.compaction import compact
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline.storage.warehouse.refresh import Refresh, WarehouseReport, refresh_warehouse

ROOT = Path(__file__).parents[1]
REFERENCE = "SELECT avg(abs(time_error_pct)), avg(final_hours), count(*) FROM plan_weeks"
REPEATS = 3
PUBLISHES = 5
FIRST_NEW_GROUP = 100_001
READS = ("SELECT count(*) FROM plan_weeks", "FROM pass_rates", "SELECT count(*) FROM current_plans")


class Read(NamedTuple):
    """One read of a reader: how long it took, and what went wrong."""

    seconds: float
    failure: str | None


def main() -> None:
    arguments = _arguments()
    library = load_library(ROOT / "workout_library")
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        data = DataFolder(folder / "data")
        base = Base(folder / "base", arguments.athletes, 1, library)
        fill(FactStore(data), base, arguments.rows)
        built = refresh_warehouse(data, library)
        assert built.how is Refresh.REBUILT, built.reason
        unchanged = refresh_warehouse(data, library)
        added = [_added(data, base, library, arguments.increment, number) for number in range(PUBLISHES)]
        print(_publishing(data, built, unchanged, added))
        print(_queries(data))
        print(_reading(data, base, library, arguments))
        print(_compacting(data, built))


def _added(data: DataFolder, base: Base, library: Library, weeks: int, number: int) -> tuple[int, WarehouseReport]:
    """Write new facts and publish them; the weeks there were, and the report."""
    written = fill(FactStore(data), base, weeks, first_group=FIRST_NEW_GROUP + 1000 * number)
    report = refresh_warehouse(data, library)
    assert report.how is Refresh.EXTENDED, report.reason
    return written, report


def _publishing(
    data: DataFolder, built: WarehouseReport, unchanged: WarehouseReport, added: Sequence[tuple[int, WarehouseReport]]
) -> str:
    typical = statistics.median(report.seconds for _, report in added)
    slowest = max(report.seconds for _, report in added)
    rows = ", ".join(f"{count:,} {table}" for table, count in built.rows.items())
    size_mb = data.warehouse.stat().st_size / 2**20
    return (
        f"### Publishing\n\n{rows}; {size_mb:.0f} MiB.\n\n"
        "| refresh | seconds | by building anew |\n|---|---|---|\n"
        f"| built anew | {built.seconds:.2f} | 1 |\n"
        f"| {added[0][0]:,} weeks added, median of {len(added)} | {typical:.2f} | {typical / built.seconds:.3f} |\n"
        f"| the slowest of them | {slowest:.2f} | {slowest / built.seconds:.3f} |\n"
        f"| nothing new | {unchanged.seconds:.2f} | {unchanged.seconds / built.seconds:.3f} |\n"
    )


def _queries(data: DataFolder) -> str:
    reference = _seconds(lambda: query(data, REFERENCE))
    page = (ROOT / "docs" / "queries.md").read_text(encoding="utf-8")
    found = re.findall(r"^## ([^\n]+)\n\n[^\n]+\n\n```sql\n(.*?)```", page, re.MULTILINE | re.DOTALL)
    lines = []
    for title, sql in found:
        seconds = _seconds(lambda sql=sql: query(data, sql))  # type: ignore[misc]
        lines.append((seconds, f"| {title} | {seconds:.3f} | {seconds / reference:.1f} |"))
    slowest = max(seconds for seconds, _ in lines)
    return (
        f"### Ready queries\n\nMedian of {REPEATS}, opening the file included; the slowest takes {slowest:.2f} s.\n\n"
        "| query | seconds | by one scan of plan_weeks |\n|---|---|---|\n"
        f"| (one scan of plan_weeks) | {reference:.3f} | 1 |\n" + "\n".join(line for _, line in lines) + "\n"
    )


def _seconds(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _reading(data: DataFolder, base: Base, library: Library, arguments: argparse.Namespace) -> str:
    """Publish again and again while another process reads, until it has read often enough."""
    alone = [_read(data, number) for number in range(REPEATS * len(READS))]
    ours, theirs = multiprocessing.Pipe()
    reader = multiprocessing.get_context("spawn").Process(target=_keep_reading, args=(data.root, theirs))
    reader.start()
    ours.recv()
    publishes: list[float] = []
    reads: list[Read] = []
    while len(reads) < arguments.reads:
        reads += _reads_during(ours, lambda: publishes.append(_publish_next(data, base, library, len(publishes))))
    ours.send("stop")
    reader.join()
    failures = [read.failure for read in reads if read.failure]
    typical, usual = statistics.median(r.seconds for r in reads), statistics.median(r.seconds for r in alone)
    return (
        "### Reading while publishing\n\n"
        "| publishes | reads meanwhile | failures | median read, s | slowest, s | by a read with nothing else on |\n"
        "|---|---|---|---|---|---|\n"
        f"| {len(publishes)} | {len(reads)} | {len(failures)} | {typical:.3f} | {max(r.seconds for r in reads):.3f} "
        f"| {typical / usual:.1f} |\n" + "".join(f"\n- {failure}" for failure in failures)
    )


def _publish_next(data: DataFolder, base: Base, library: Library, number: int) -> float:
    _, report = _added(data, base, library, 1, PUBLISHES + number)
    return report.seconds


def _reads_during(reader: Connection, act: Callable[[], object]) -> list[Read]:
    """The reads that another process made from before ``act`` until after it."""
    reader.send("begin")
    act()
    reader.send("end")
    reads: list[Read] = reader.recv()
    return reads


def _keep_reading(root: Path, asked: Connection) -> None:
    """Read whenever told to, until told to stop; a process of its own."""
    data = DataFolder(root)
    _read(data, 0)
    asked.send("ready")
    while asked.recv() == "begin":
        reads: list[Read] = []
        while not asked.poll():
            reads.append(_read(data, len(reads)))
        asked.recv()
        asked.send(reads)


def _read(data: DataFolder, number: int) -> Read:
    started = time.perf_counter()
    try:
        query(data, READS[number % len(READS)])
    except Exception as error:
        return Read(time.perf_counter() - started, f"{type(error).__name__}: {error}")
    return Read(time.perf_counter() - started, None)


def _compacting(data: DataFolder, built: WarehouseReport) -> str:
    started = time.perf_counter()
    done = compact(FactStore(data), now=dt.datetime.now(dt.UTC), grace_s=0)
    seconds = time.perf_counter() - started
    before, after = (sum(getattr(table, name) for table in done.values()) for name in ("files_before", "files_after"))
    return (
        "### Compaction\n\n"
        f"{before:,} files became {after:,} in {seconds:.1f} s, {seconds / built.seconds:.2f} of building anew.\n"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of plan_weeks to build from")
    parser.add_argument("--increment", type=int, default=10_000, help="rows of plan_weeks to add at once")
    parser.add_argument("--reads", type=int, default=500, help="reads while publishing")
    parser.add_argument("--athletes", type=int, default=235, help="size of the cohort that is multiplied")
    parser.add_argument("--folder", type=Path, help="where to keep facts and warehouse; a temporary folder otherwise")
    return parser.parse_args()


if __name__ == "__main__":
    main()
