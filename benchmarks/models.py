"""What plans by a model come to: the figures of docs/models.md, against a local server that speaks the Messages API.

python benchmarks/models.py [--plans 50] [--share 0.4]

The server's model plans as the rules do and breaks them in a share of its first answers. Its tokens are counted by a
rule of thumb, so that they say how long answers are and not what an account is billed.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from plan_pipeline.core.model.vocabulary import WorkoutSource
from plan_pipeline_tests.llm.coach import Coach
from plan_pipeline_tests.orchestration.model_world import athletes, billed, installation, spent
from plan_pipeline_tests.orchestration.world import World

STUBBORN = 3
"""Athletes for whom the model never gives an answer that can be used."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=50)
    parser.add_argument("--share", type=float, default=0.4)
    arguments = parser.parse_args()
    for workouts in WorkoutSource:
        measure(arguments.plans, arguments.share, workouts)


def measure(plans: int, share: float, workouts: WorkoutSource) -> None:
    """Make plans by one strategy and print how they ended and what they took."""
    requests = athletes(plans, workouts=workouts)
    coach = Coach(requests, share=share, stubborn=[round(each.athlete_profile.ftp) for each in requests[:STUBBORN]])
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        instance = held.enter_context(dg.instance_for_test(temp_dir=str(folder)))
        world, api = held.enter_context(installation(folder, instance, coach))
        world.ask(*requests)
        started = time.perf_counter()
        assert world.launch("regenerate_plans").success
        took_s = time.perf_counter() - started
        ends = Counter(record.status.value for record in world.records)
        sums = spent(world)
        usage = [each.usage for each in api.ledger]
        output = sum(each["output_tokens"] - each["output_tokens_details"]["thinking_tokens"] for each in usage)
        later = usage[1:]
        read = sum(each["cache_read_input_tokens"] for each in later)
        whole = read + sum(each["input_tokens"] + each["cache_creation_input_tokens"] for each in later)
        print(f"strategy {workouts}: {plans} plans in {took_s:.0f} s, {dict(ends)}, {invalid(world)} invalid published")
        print(f"  {len(usage)} answers, {sum(coach.spoiled.values())} of them spoiled on purpose")
        print(f"  llm_calls equals the server's ledger: {sums[:4] == billed(api)}; cost {sums[4]:.2f} USD")
        print(f"  {output / plans:,.0f} tokens of output a plan beside thinking")
        print(f"  {100 * read / whole:.1f} % of the input from the second answer on was read from the cache")


def invalid(world: World) -> int:
    """Published plans with a week that does not pass."""
    with duckdb.connect(str(world.pipeline.data.warehouse), read_only=True) as db:
        found: Any = db.execute("SELECT count(*) FROM current_plan_weeks WHERE NOT passed").fetchone()
    return int(found[0])


if __name__ == "__main__":
    main()
