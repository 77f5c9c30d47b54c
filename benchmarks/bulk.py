"""What bulk regeneration costs, and what of it is bookkeeping: figures in docs/figures.md.

    python benchmarks/bulk.py            100, 1,000 and 5,000 plans of 12 weeks; half an hour
    python benchmarks/bulk.py --quick    30 to 120 plans, which says little of growth; minutes

Everything is measured in one go, so that its ratios hold on any machine: a cell's bookkeeping in Dagster's own event
logs and in this project's (on PostgreSQL where it is installed), and the job ``regenerate_plans`` beside the same plans
planned only, and planned and stored, for each number of plans in a process of its own. Wall time is what people wait;
processor time is what stays the same on a machine that does other things and waits for its disk.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from bookkeeping import RUN_ID, Cost, cost_of, table
from synthetic import CONFIG

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import generate_plan, origin_of, plan_facts
from plan_pipeline.orchestration.assets.metrics_warehouse import refresh
from plan_pipeline.orchestration.build import build_defs
from plan_pipeline.orchestration.bulk.bulk_run import long_lived
from plan_pipeline.orchestration.bulk.config import CHUNK_SIZE
from plan_pipeline.orchestration.launch import dagster_instance
from plan_pipeline.orchestration.partitions import register_plans
from plan_pipeline.orchestration.reporting.materializations import PlanMaterializations
from plan_pipeline.services.generation import GenerationService, RunInfo
from plan_pipeline.services.pipeline import FinishedGeneration, Pipeline
from plan_pipeline.services.recording import record_facts
from plan_pipeline.services.sources import Knowledge
from plan_pipeline.settings import Settings
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.warehouse.queries import query

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
WEEKS = 12
WARM_UP = 20
MARKED_PLANS = 50
"""Plans whose cells are marked in a round by this project's logs: 3,600 cells, several batches."""


class Sizes(NamedTuple):
    """How much is measured."""

    plans: tuple[int, ...] = (100, 1000, 5000)
    alone: int = 1000
    rounds: int = 3


HEADINGS = f"""
Plans of {WEEKS} weeks through `regenerate_plans`, from its start to the refreshed warehouse

| plans | s | processor s | ms a week | processor ms a week | of it planning | by planning and storage \
| by the first row | peak MB | of them before the run |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"""

QUICK = Sizes(plans=(30, 60, 120), alone=60, rounds=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small form of everything, in a few minutes")
    parser.add_argument("--plans", type=int, nargs="+", help="numbers of plans to take through the job")
    parser.add_argument("--alone", type=int, help="plans that are planned, and stored, without Dagster")
    parser.add_argument("--rounds", type=int, help="rounds of a cell's bookkeeping, none for 0")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chunk-size", type=int, default=CHUNK_SIZE)
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    os.environ.pop("DAGSTER_HOME", None)
    default = QUICK if arguments.quick else Sizes()
    given = {name: getattr(arguments, name) for name in Sizes._fields if getattr(arguments, name) is not None}
    sizes = default._replace(**given)
    if arguments.child is not None:
        print(json.dumps(measured(arguments.child, sizes.alone, arguments.seed, arguments.chunk_size)))
        return
    if sizes.rounds:
        print(table(list(real_marks(MARKED_PLANS, arguments.seed)), rounds=sizes.rounds), flush=True)
    print(HEADINGS)
    first: Measured | None = None
    for plans in sizes.plans:
        row = in_a_process(plans, sizes.alone, arguments)
        first = first or row
        print(line(row, first), flush=True)
    print("\nPairs of ratios are of wall time and of processor time.")


def real_marks(plans: int, seed: int) -> Iterator[PlanMaterializations]:
    """What bulk runs have to say of the cells of so many plans."""
    library = Pipeline.of(Settings()).library.load(Sport.CYCLING)
    for request in _requests(plans, seed):
        made = generate_plan(request, library, CONFIG, stamp=_stamp("marks"))
        of_plan = plan_facts(made, CONFIG, origin_of(request, library.version, CONFIG.version, _stamp("marks")), RUN_ID)
        record = PlanRecord.of(of_plan.generation, verdict=made.verdict, weeks=of_plan.weeks, publication=None)
        path = f"/srv/plans/{request.plan_id}/plan.json" if made.plan else None
        yield PlanMaterializations.of(made, record.model_copy(update={"path": path}))


class Measured(NamedTuple):
    """One process: the job for so many plans, and some of them planned alone, and planned and stored; megabytes."""

    plans: int
    weeks: int
    job: Cost
    alone: int
    planned: Cost
    stored: Cost
    peak_mb: float
    before_mb: float

    @classmethod
    def read(cls, text: str) -> Self:
        plans, weeks, job, alone, planned, stored, peak_mb, before_mb = json.loads(text)
        return cls(plans, weeks, Cost(*job), alone, Cost(*planned), Cost(*stored), peak_mb, before_mb)


def in_a_process(plans: int, alone: int, arguments: argparse.Namespace) -> Measured:
    """``measured``, in a process that has done nothing else."""
    options = {"child": plans, "alone": alone, "seed": arguments.seed, "chunk-size": arguments.chunk_size}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    done = subprocess.run([sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True, check=True)
    return Measured.read(done.stdout.splitlines()[-1])


def measured(plans: int, alone: int, seed: int, chunk_size: int) -> Measured:
    """All figures for one number of plans. The job comes first, so that the memory is its own."""
    library_folder = Settings().library
    with tempfile.TemporaryDirectory() as folder:
        pipeline = Pipeline.of(Settings(data=Path(folder) / "data", library=library_folder))
        library = pipeline.library.load(Sport.CYCLING)
        warm_up(library, seed)
        hand_in(pipeline, list(_requests(plans, seed)))
        before_mb = _peak_mb()
        job = through_dagster(pipeline, chunk_size)
        peak_mb = _peak_mb()
        weeks = int(query(pipeline.data, "SELECT count(*) AS weeks FROM plan_weeks")["weeks"][0])
        some = list(_requests(min(plans, alone), seed))
        planned = cost_of(lambda: plan(some, library))
        other = Pipeline.of(Settings(data=Path(folder) / "alone", library=library_folder))
        hand_in(other, some)
        stored = cost_of(lambda: plan_and_store(other, [request.plan_id for request in some], library, chunk_size))
    return Measured(plans, weeks, job, len(some), planned, stored, peak_mb, before_mb)


def hand_in(pipeline: Pipeline, requests: Sequence[PlanRequest]) -> None:
    """Put requests where the job finds them, without waiting for the disk."""
    for request in requests:
        folder = pipeline.data.plan_folder(request.plan_id)
        folder.mkdir(parents=True)
        (folder / "request.json").write_text(request.model_dump_json())


def through_dagster(pipeline: Pipeline, chunk_size: int) -> Cost:
    """From the start of the run to its end: plans, files, facts, marks, warehouse."""
    config = {"ops": {"generate_in_bulk": {"config": {"chunk_size": chunk_size}}}, **QUIET}
    with dagster_instance(pipeline.data) as instance:
        register_plans(instance, pipeline.plans.plan_ids())
        job = build_defs(pipeline=pipeline).resolve_job_def("regenerate_plans")
        return cost_of(lambda: job.execute_in_process(instance=instance, run_config=config))


def plan(requests: Sequence[PlanRequest], library: Library) -> None:
    """Planning alone."""
    with long_lived():
        for request in requests:
            generate_plan(request, library, CONFIG, stamp=_stamp("planned"))


def plan_and_store(pipeline: Pipeline, plan_ids: Sequence[str], library: Library, chunk_size: int) -> None:
    """Planning and everything that is kept on disk, apart from what Dagster is told."""
    stamp = _stamp("20270101T000000000Z-stored")
    run = RunInfo(RUN_ID, stamp)
    service = GenerationService(pipeline, Knowledge.fixed(library, CONFIG), run)
    with long_lived() as settle:
        for first in range(0, len(plan_ids), chunk_size):
            chunk = plan_ids[first : first + chunk_size]
            record_facts(pipeline, run, f"{stamp.generation_id}-{first}", [_stored(service, each) for each in chunk])
            settle()
        refresh(pipeline)


def _stored(service: GenerationService, plan_id: str) -> FinishedGeneration:
    with service.pipeline.plans.lock(plan_id):
        return service.persist(service.make(service.pipeline.request(plan_id, service.run.stamp)))


def warm_up(library: Library, seed: int) -> None:
    """Make plans that count for nothing: the first ones of a process write the library's workouts out."""
    for request in synthetic_requests(WARM_UP, seed ^ 1, CONFIG):
        generate_plan(request, library, CONFIG, stamp=_stamp("warm-up"))


def line(row: Measured, first: Measured) -> str:
    """A process as a row of the table, compared with the first one's."""
    a_week, a_week_at_first = row.job.ms_each(row.weeks), first.job.ms_each(first.weeks)
    a_plan = row.job.ms_each(row.plans)
    planned, stored = row.planned.ms_each(row.alone), row.stored.ms_each(row.alone)
    return (
        f"| {row.plans:,} | {row.job.wall_s:.1f} | {row.job.cpu_s:.1f} | {a_week.wall_s:.2f} | {a_week.cpu_s:.2f} "
        f"| {_both(planned, a_plan, '.0%')} | {_both(a_plan, stored, '.2f')} | {_both(a_week, a_week_at_first, '.2f')} "
        f"| {row.peak_mb:.0f} | {row.before_mb:.0f} |"
    )


def _both(cost: Cost, by: Cost, form: str) -> str:
    return f"{format(cost.wall_s / by.wall_s, form)}, {format(cost.cpu_s / by.cpu_s, form)}"


def _requests(plans: int, seed: int) -> Iterator[PlanRequest]:
    for request in synthetic_requests(plans, seed, CONFIG):
        yield request.model_copy(update={"weeks": WEEKS, "event": None})


def _stamp(name: str) -> Stamp:
    return Stamp(generation_id=name, generated_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC), code_version="0")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
