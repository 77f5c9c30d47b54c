"""How long `plan-pipeline --help` takes, beside the interpreter doing nothing: the start-up figure in README.md.

python benchmarks/startup.py [--runs 11]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

HELP = [sys.executable, "-c", "from plan_pipeline.cli import main; main()", "--help"]
NOTHING = [sys.executable, "-c", "pass"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    runs = parser.parse_args().runs
    helps, nothings = [], []
    wall_ms(HELP)
    for _ in range(runs):
        helps.append(wall_ms(HELP))
        nothings.append(wall_ms(NOTHING))
    help_ms, nothing_ms = statistics.median(helps), statistics.median(nothings)
    print("| figure | ms | in starts of the bare interpreter |")
    print("|---|---:|---:|")
    print(f"| `plan-pipeline --help` | {help_ms:.0f} | {help_ms / nothing_ms:.1f} |")
    print(f"| `python -c pass` | {nothing_ms:.0f} | 1.0 |")


def wall_ms(command: list[str]) -> float:
    """Wall time of a command, milliseconds."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
