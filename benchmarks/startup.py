"""How long commands take that only read, beside the interpreter doing nothing: the start-up figures in README.md.

python benchmarks/startup.py [--runs 11] [--data DIR]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

EXAMPLES = sorted((Path(__file__).resolve().parents[1] / "examples" / "requests").glob("*.yaml"))
PLAN = "rider-042-century"
PROGRAM = [sys.executable, "-c", "from plan_pipeline.cli import main; main()"]
NOTHING = [sys.executable, "-c", "pass"]
COMMANDS = (
    ("--help",),
    ("sql", "SELECT 1"),
    ("show", PLAN),
    ("plans",),
    ("doctor",),
)


class Taken(NamedTuple):
    """How long a command took: by the clock, which other work on the machine adds to, and of processors."""

    wall_s: float
    processor_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--data", type=Path, help=f"a data folder with {PLAN}; made of the examples by default")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        data = asked.data or _with_the_examples(Path(temporary) / "data")
        timed = {
            "python -c pass": NOTHING,
            **{f"plan-pipeline {command[0]}": [*PROGRAM, "--data", str(data), *command] for command in COMMANDS},
        }
        taken = {name: _median(command, asked.runs) for name, command in timed.items()}
    nothing = taken["python -c pass"]
    print("| command | s | in starts of the bare interpreter | s of a processor |")
    print("|---|---:|---:|---:|")
    for name, (wall_s, processor_s) in taken.items():
        print(f"| `{name}` | {wall_s:.2f} | {wall_s / nothing.wall_s:.0f} | {processor_s:.2f} |")


def _with_the_examples(data: Path) -> Path:
    subprocess.run([*PROGRAM, "--data", str(data), "generate", *map(str, EXAMPLES)], check=True, capture_output=True)
    return data


def _median(command: list[str], runs: int) -> Taken:
    _time(command)
    taken = [_time(command) for _ in range(runs)]
    return Taken(*map(statistics.median, zip(*taken, strict=True)))


def _time(command: list[str]) -> Taken:
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(time.perf_counter() - started, processor_s)


if __name__ == "__main__":
    main()
