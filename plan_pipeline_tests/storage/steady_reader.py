"""A program that reads the warehouse without end, as analysts do, and tells of every read that went wrong.

Usage: ``python -m plan_pipeline_tests.storage.steady_reader DATA_FOLDER holding|fresh``. ``holding`` keeps a connection
of its own open for several reads, ``fresh`` asks through the product each time. It prints a line for each read, ``ok
GENERATIONS`` or ``failed WHY``, until its standard input is closed.
"""

from __future__ import annotations

import select
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.storage.restless_publisher import WEEKS, WORKOUTS_A_WEEK

READS_A_CONNECTION = 5
PAUSE_S = 0.02

COUNTS = """
SELECT
    (SELECT count(*) FROM plan_generations) AS generations,
    (SELECT count(DISTINCT plan_id) FROM plan_generations) AS plans,
    (SELECT count(*) FROM plan_weeks SEMI JOIN plan_generations USING (plan_id, generation_id)) AS weeks,
    (SELECT count(*) FROM plan_workouts SEMI JOIN plan_generations USING (plan_id, generation_id)) AS workouts
"""
Counts = tuple[int, int, int, int]


def main(root: str, manner: str) -> None:
    data = DataFolder(Path(root))
    opened = holding if manner == "holding" else fresh
    while True:
        try:
            with opened(data) as read:
                for _ in range(READS_A_CONNECTION):
                    tell(read())
                    time.sleep(PAUSE_S)
        except Exception as error:
            say(f"failed {type(error).__name__}: {error!s}".replace("\n", " "))
        if select.select([sys.stdin], [], [], 0)[0]:
            return


@contextmanager
def holding(data: DataFolder) -> Iterator[Callable[[], Counts]]:
    with duckdb.connect(str(data.warehouse), read_only=True) as db:

        def read() -> Counts:
            (row,) = db.execute(COUNTS).fetchall()
            generations, plans, weeks, workouts = row
            return generations, plans, weeks, workouts

        yield read


@contextmanager
def fresh(data: DataFolder) -> Iterator[Callable[[], Counts]]:
    def read() -> Counts:
        ((generations, plans, weeks, workouts),) = query(data, COUNTS).rows
        return generations, plans, weeks, workouts

    yield read


def tell(counts: Counts) -> None:
    """A generation is there once and with all its rows, or not at all."""
    generations, plans, weeks, workouts = counts
    whole = (generations, generations * WEEKS, generations * WEEKS * WORKOUTS_A_WEEK)
    say(f"ok {generations}" if (plans, weeks, workouts) == whole else f"failed a torn state: {counts}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
