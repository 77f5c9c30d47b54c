"""Plan requests with whichever plan_pipeline is on the path, for ``purpose.py``: today's, or that of release 0.1.

Reads a request a line and writes a plan a line: how it ended, its weeks as JSON, and the milliseconds it took.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.library import load_library

AT = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
WARM_UP = 5
"""Plans that are made first and not counted: they build the tables that all others use."""


def planner(checkout: Path) -> Callable[[dict[str, Any]], Any]:
    """What makes a plan of a request in the release that is on the path."""
    library = load_library(checkout / "workout_library")
    try:
        from plan_pipeline.core.final_plan import Stamp
    except ImportError:  # release 0.1
        from plan_pipeline.core.finalize import Stamp
        from plan_pipeline.core.request import PlanRequest

        before = Stamp(generation_id="g", generated_at=AT, code_version="0")
        return lambda request: generate_plan(PlanRequest.model_validate(request), library, stamp=before)
    from plan_pipeline.config import load_config
    from plan_pipeline.core.model.request import PlanRequest

    config, stamp = load_config(checkout / "config"), Stamp(generation_id="g", generated_at=AT, code_version="0")
    return lambda request: generate_plan(PlanRequest.model_validate(request), library, config, stamp=stamp)


def made(plan: Callable[[dict[str, Any]], Any], request: dict[str, Any]) -> dict[str, Any]:
    """A plan as far as it is measured."""
    started = time.process_time()
    result = plan(request)
    ms = 1000 * (time.process_time() - started)
    weeks = result.plan.model_dump(mode="json")["training_plan"]["weekly_plan"] if result.plan else []
    return {"plan_id": request["plan_id"], "status": str(result.verdict.status.value), "weeks": weeks, "ms": ms}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, help="the checkout whose package is on the path")
    plan = planner(parser.parse_args().checkout)
    requests = [json.loads(line) for line in sys.stdin]
    for request in requests[:WARM_UP]:
        plan(request)
    for request in requests:
        sys.stdout.write(json.dumps(made(plan, request)) + "\n")


if __name__ == "__main__":
    main()
