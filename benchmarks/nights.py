"""What nights cost in which nothing, or little, has changed: figures in docs/figures.md.

    python benchmarks/nights.py              5,000 plans, and ten nights of 100; half an hour
    python benchmarks/nights.py --quick      200 plans, and three nights of 20; minutes
    python benchmarks/nights.py --before DIR/.venv/bin/plan-pipeline    the same with an earlier release beside it

Everything goes through `plan-pipeline batch`, as cron starts it, each call a process of its own: the same plans a first
time, and once more with nothing changed, so that their ratio holds on any machine. Wall time is what people wait,
processor time what stays the same on a machine that does other things. Memory is the peak of the process, disk what
files take, each counted once however many names it has.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from plan_pipeline.storage.data_folder import bytes_used

HERE = [sys.executable, "-c", "from plan_pipeline.cli import main; main()"]


class Sizes(NamedTuple):
    """How much is measured."""

    plans: int = 5000
    nightly: int = 100
    nights: int = 10


QUICK = Sizes(plans=200, nightly=20, nights=3)


class Call(NamedTuple):
    """A process that has ended: seconds, seconds of the processor, and its peak of memory."""

    wall_s: float
    cpu_s: float
    peak_mb: float


class Disk(NamedTuple):
    """Megabytes of a data folder's parts."""

    plans_mb: float
    dagster_mb: float
    facts_mb: float

    @classmethod
    def of(cls, data: Path) -> Disk:
        return cls(*(bytes_used([data / name]) / 1e6 for name in ("plans", ".dagster", "facts")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small form of everything, in a few minutes")
    parser.add_argument("--plans", type=int, help="plans that are made, and then found unchanged")
    parser.add_argument("--nightly", type=int, help="plans of each of the nights; none for 0")
    parser.add_argument("--nights", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--before", type=Path, help="the program of an earlier release, to compare with")
    arguments = parser.parse_args()
    default = QUICK if arguments.quick else Sizes()
    given = {name: getattr(arguments, name) for name in Sizes._fields if getattr(arguments, name) is not None}
    sizes = default._replace(**given)
    os.environ.pop("DAGSTER_HOME", None)
    programs = {"before": [str(arguments.before)]} if arguments.before else {}
    programs["now"] = HERE
    for name, program in programs.items():
        print(f"\n## {name}" if arguments.before else "", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            twice(program, Path(folder), sizes.plans, arguments.seed)
        if sizes.nightly:
            with tempfile.TemporaryDirectory() as folder:
                night_after_night(program, Path(folder), sizes, arguments.seed)


def twice(program: Sequence[str], folder: Path, plans: int, seed: int) -> None:
    """The same plans made, and then again with nothing changed."""
    requests, data = cohort(program, folder, plans, seed), folder / "data"
    print(f"{plans:,} plans through `batch`, and again with nothing changed\n")
    print("| | s | processor s | peak MB | kB a plan in plans | in .dagster | in facts |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    calls = []
    for name in ("first", "again"):
        calls.append(batch(program, data, requests))
        disk = [f"{1000 * size / plans:.0f}" for size in Disk.of(data)]
        call = calls[-1]
        cells = (name, f"{call.wall_s:.0f}", f"{call.cpu_s:.0f}", f"{call.peak_mb:.0f}", *disk)
        print("| " + " | ".join(cells) + " |", flush=True)
    first, again = calls
    print(f"\nThe second run took {again.wall_s / first.wall_s:.1%} of the time of the first, ", end="")
    print(f"{again.cpu_s / first.cpu_s:.1%} of its processor time.\n", flush=True)


def night_after_night(program: Sequence[str], folder: Path, sizes: Sizes, seed: int) -> None:
    """The same plans every night, with nothing changed."""
    requests, data = cohort(program, folder, sizes.nightly, seed), folder / "data"
    batch(program, data, requests)
    first = Disk.of(data)
    for _ in range(sizes.nights - 1):
        batch(program, data, requests)
    last = Disk.of(data)
    growth = last.dagster_mb / first.dagster_mb - 1
    print(f"{sizes.nightly} plans, night after night: .dagster has {first.dagster_mb:.1f} MB after the first, ", end="")
    print(f"{last.dagster_mb:.1f} MB after {sizes.nights} ({growth:+.1%}); facts {first.facts_mb:.2f} MB and ", end="")
    print(f"{last.facts_mb:.2f} MB; plans {first.plans_mb:.1f} MB and {last.plans_mb:.1f} MB", flush=True)


def cohort(program: Sequence[str], folder: Path, plans: int, seed: int) -> Path:
    """A file of made-up requests."""
    file = folder / "requests.jsonl"
    words = [*program, "cohort", "--athletes", str(plans), "--seed", str(seed), "-o", str(file)]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return file


def batch(program: Sequence[str], data: Path, requests: Path) -> Call:
    """One night. Some of the requests cannot be met, so that the exit code is 1."""
    words = [*program, "--data", str(data), "batch", str(requests), "--json"]
    started = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}:\n{said.decode()}")
    return Call(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
