"""Facts at scale: what the real engine leaves of a cohort, multiplied by SQL into nights and experiments.

Belongs here: made-up history for the warehouse's benchmark, the same in every run. Does not belong here: measuring.
Every row was once written by the engine; copies differ in plan, generation, time, library version and experiment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import duckdb
from synthetic import CONFIG

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.request import ArmName
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import PlanFacts, generate_plan, origin_of, plan_facts
from plan_pipeline.core.registries import ARMS
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import BESIDE_GENERATIONS, FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable

FIRST_NIGHT = dt.datetime(2027, 1, 1, 2, 0, tzinfo=dt.UTC)
PLANNED = (FactTable.PLAN_GENERATIONS, *BESIDE_GENERATIONS)
NIGHTS = 10
"""Generations of a real plan before its group gives way to the next."""

NIGHTS_A_LIBRARY = 4
EXPERIMENT_EVERY = 3
"""Every so many groups of athletes are an experiment: the same athletes in each arm."""

SIMULATED_EVERY = 2
"""Every so many experiments are simulated."""


class Night(NamedTuple):
    """One run: a group of athletes in one arm. ``experiment`` is ``None`` for a night of real plans."""

    group: int
    night: int
    arm: ArmName
    experiment: str | None
    simulated: bool

    @property
    def part(self) -> str:
        return f"g{self.group:04d}-n{self.night:02d}-{self.arm}"


def cohort_facts(athletes: int, seed: int, library: Library) -> dict[ArmName, list[PlanFacts]]:
    """What the engine leaves of ``athletes`` synthetic athletes in each arm."""
    stamp = Stamp(generation_id="g", generated_at=FIRST_NIGHT, code_version="0.1.0")
    made: dict[ArmName, list[PlanFacts]] = {}
    for arm in ARMS.names():
        made[arm] = []
        for request in synthetic_requests(athletes, seed, CONFIG):
            asked = request.with_options(duration=arm)
            result = generate_plan(asked, library, CONFIG, stamp=stamp)
            made[arm].append(plan_facts(result, CONFIG, origin_of(asked, library.version, CONFIG.version, stamp)))
    return made


def nights(first_group: int = 1) -> Iterator[Night]:
    """Runs without end: groups of real plans, generated night after night, and experiments in between."""
    for group in count(first_group):
        if group % EXPERIMENT_EVERY:
            for night in range(NIGHTS):
                yield Night(group, night, OPTIMAL, None, simulated=False)
            continue
        simulated = group % (EXPERIMENT_EVERY * SIMULATED_EVERY) == 0
        for arm in (LEGACY, ADJUSTED, OPTIMAL):
            yield Night(group, group % NIGHTS, arm, f"experiment-{group}", simulated)


def fill(facts: FactStore, base: Base, weeks: int, *, first_group: int = 1) -> int:
    """Write nights until there are at least ``weeks`` rows of ``plan_weeks``; returns how many there are."""
    written = 0
    with duckdb.connect(":memory:") as db:
        base.load(db)
        for run in nights(first_group):
            if written >= weeks:
                break
            written += _write_night(db, facts, run)
    return written


class Base:
    """What the engine left of a cohort in every arm, as fact files to be multiplied."""

    def __init__(self, folder: Path, athletes: int, seed: int, library: Library) -> None:
        self._facts = FactStore(DataFolder(folder))
        for arm, made in cohort_facts(athletes, seed, library).items():
            self._facts.write_all(arm, made)
        self._facts.write_library(library)

    def load(self, db: duckdb.DuckDBPyConnection) -> None:
        """Its rows as tables ``base_<table>`` of a database."""
        for table in (*PLANNED, FactTable.LIBRARY_WORKOUTS):
            files = [str(path) for path in self._facts.files(table)]
            db.execute(f"CREATE TABLE base_{table} AS FROM read_parquet($files)", {"files": files})


def _write_night(db: duckdb.DuckDBPyConnection, facts: FactStore, run: Night) -> int:
    at = FIRST_NIGHT + dt.timedelta(days=run.night, minutes=run.group)
    version = f"{run.night // NIGHTS_A_LIBRARY:064x}"
    replaced = {
        "plan_id": f"plan_id || '-g{run.group}'",
        "generation_id": f"'{at:%Y%m%dT%H%M%S}000Z-{run.group:08x}'",
        "experiment": f"'{run.experiment}'" if run.experiment else "NULL",
        "library_version": f"'{version}'",
        "generated_at": f"TIMESTAMPTZ '{at.isoformat()}'",
    }
    for table in PLANNED:
        own = dict(replaced)
        if table is FactTable.PLAN_GENERATIONS:
            own |= {"simulated": str(run.simulated).lower(), "run_id": f"'{run.part}'"}
        _write_part(db, facts, table, run.part, own, f"arm = '{run.arm}'")
    if version not in facts.parts(FactTable.LIBRARY_WORKOUTS):
        _write_part(db, facts, FactTable.LIBRARY_WORKOUTS, version, {"library_version": f"'{version}'"}, "true")
    (weeks,) = db.execute("SELECT count(*) FROM base_plan_weeks WHERE arm = $arm", {"arm": run.arm}).fetchall()[0]
    return int(weeks)


def _write_part(
    db: duckdb.DuckDBPyConnection, facts: FactStore, table: FactTable, part: str, own: dict[str, str], where: str
) -> None:
    listed = ", ".join(f"({sql})::{table.columns[name]} AS {name}" for name, sql in own.items())
    path = facts.folder(table) / f"part-{part}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    db.execute(f"COPY (SELECT * REPLACE ({listed}) FROM base_{table} WHERE {where}) TO '{path}' (FORMAT parquet)")
