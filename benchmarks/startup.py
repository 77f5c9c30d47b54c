"""How long commands take that only read, beside the interpreter doing nothing: the start-up figures in README.md.

python benchmarks/startup.py [--runs 11] [--data DIR]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
        seconds = {name: _median_seconds(command, asked.runs) for name, command in timed.items()}
    nothing = seconds["python -c pass"]
    print("| command | s | in starts of the bare interpreter |")
    print("|---|---:|---:|")
    for name, taken in seconds.items():
        print(f"| `{name}` | {taken:.2f} | {taken / nothing:.0f} |")


def _with_the_examples(data: Path) -> Path:
    subprocess.run([*PROGRAM, "--data", str(data), "generate", *map(str, EXAMPLES)], check=True, capture_output=True)
    return data


def _median_seconds(command: list[str], runs: int) -> float:
    _wall_seconds(command)
    return statistics.median(_wall_seconds(command) for _ in range(runs))


def _wall_seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
