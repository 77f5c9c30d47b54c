"""A program that writes facts, publishes the warehouse and compacts without end, to be killed at any moment.

Usage: ``python -m plan_pipeline_tests.storage.restless_publisher DATA_FOLDER NAME SEED``. It prints ``writing PLAN``
before it writes the facts of a plan, for the first time or again, ``wrote PLAN`` when they are kept, and ``publishing``
before each refresh. No two of them alive write the same facts.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import sys
from pathlib import Path

from plan_pipeline.storage.data_folder import DataFolder, LockedError, StorageError
from plan_pipeline.storage.facts.compaction import compact
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.storage import samples

WEEKS = 4
WORKOUTS_A_WEEK = 3
COMPACTS_EVERY = 4
REWRITES_EVERY = 5
"""Now and then a part is written again, so that the next warehouse is built anew."""


def main(root: str, name: str, seed: str) -> None:
    choose = random.Random(int(seed))
    data = DataFolder(Path(root))
    facts = FactStore(data)
    for turn in itertools.count():
        write(facts, f"{name}-{turn}")
        if turn and choose.randrange(REWRITES_EVERY) == 0:
            write(facts, f"{name}-{choose.randrange(turn)}")
        if choose.randrange(COMPACTS_EVERY) == 0:
            compact_facts(facts)
        say("publishing")
        refresh(data)


def write(facts: FactStore, plan_id: str) -> None:
    say(f"writing {plan_id}")
    facts.write_all(plan_id, [samples.facts(plan_id, f"gen-{plan_id}", weeks=WEEKS)])
    say(f"wrote {plan_id}")


def compact_facts(facts: FactStore) -> None:
    """Merge everything and leave nothing for those who may still be reading: the worst case for them."""
    try:
        compact(facts, now=dt.datetime.now(dt.UTC), grace_s=0)
    except LockedError:
        say("another one is compacting")


def refresh(data: DataFolder) -> None:
    """Leave it to the next turn where the other one removes files of one table after the other meanwhile."""
    try:
        refresh_warehouse(data, samples.library())
    except StorageError as error:
        if "refresh it again" not in str(error):
            raise
        say("its facts were replaced too often")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
