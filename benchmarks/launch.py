"""How long somebody waits for one plan, from *Launch run* in Dagster's pages to the published file: docs/figures.md.

    python benchmarks/launch.py                                        both set-ups, 15 launches each
    python benchmarks/launch.py --set-ups workers --launches 5 --steps

``one machine`` is ``plan-pipeline ui``, with a process a run; ``workers`` is ``deploy/local/start.sh``, which needs
PostgreSQL, Redis and the extra ``cluster``. What is sent is the mutation of the page's dialog, at moments that lie
evenly between two looks of the daemon. The unit of the ratios is importing the definitions in a fresh
interpreter, measured between the launches, as any process that has them pays it. ``--steps`` says where the time went.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, NamedTuple

from plan_pipeline.orchestration.dagster_internals.daemon import INTERVAL_S
from plan_pipeline_tests.deploy.set_ups import SetUp, missing_for_workers, one_machine, workers
from plan_pipeline_tests.orchestration.world import request

SET_UPS: Final = {"one machine": one_machine, "workers": workers}
BARS_S: Final = {"one machine": 8.0, "workers": 3.0}
"""What somebody waits for without turning to something else, on two cores that do nothing else."""

WARM_UP: Final = 4
"""Launches that are not counted: each of the four slots has had a run then, most likely."""

POLL_S: Final = 0.005
PUBLISHED_WITHIN_S: Final = 120.0
IMPORT: Final = [sys.executable, "-c", "import plan_pipeline.definitions"]
MOMENTS: Final = {
    "RUN_ENQUEUED": "found by the daemon and queued",
    "RUN_STARTING": "taken off the queue by the daemon",
    "RUN_START": "begun by a process or worker",
    "STEP_START": "its first step",
}

_EVENTS = """query($id: ID!) { logsForRun(runId: $id) { ... on EventConnection { events {
  ... on MessageEvent { eventType timestamp } } } } }"""


class Launch(NamedTuple):
    """Seconds from the request being sent: until it was answered, until the plan was there, until the run had ended."""

    answered_s: float
    published_s: float
    ended_s: float
    moments_s: Mapping[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set-ups", nargs="+", choices=SET_UPS, default=list(SET_UPS))
    parser.add_argument("--launches", type=int, default=15)
    parser.add_argument("--weeks", type=int, default=12)
    parser.add_argument("--steps", action="store_true", help="say where the time went")
    arguments = parser.parse_args()
    if "workers" in arguments.set_ups and (missing := missing_for_workers()):
        sys.exit(f"benchmarks/launch.py: {missing}; or leave them out: --set-ups 'one machine'")
    measured, imports = {}, []
    for name in arguments.set_ups:
        measured[name] = measure(SET_UPS[name](), arguments.launches, arguments.weeks)
        imports += [wall_s(IMPORT) for _ in range(3)]
    report(measured, statistics.median(imports))
    if arguments.steps:
        report_moments(measured)


def measure(set_up: AbstractContextManager[SetUp], launches: int, weeks: int) -> list[Launch]:
    with set_up as running:
        for number in range(WARM_UP):
            launch(running, f"warm-up-{number}", weeks)
        found = []
        for number in range(launches):
            time.sleep(1 + INTERVAL_S * number / launches)
            found.append(launch(running, f"measured-{number:03}", weeks))
        return found


def launch(running: SetUp, plan_id: str, weeks: int) -> Launch:
    running.plans.save_request(request(plan_id, weeks=weeks))
    running.api.register(plan_id)
    plan = running.data.plans / plan_id / "plan.json"
    sent_at, sent = time.time(), time.perf_counter()
    backfill_id = running.api.launch_range(plan_id, weeks)
    answered_s = time.perf_counter() - sent
    published_s = seconds_until(plan, sent)
    (run_id,) = (run.run_id for run in running.api.runs() if run.tags.get("dagster/backfill") == backfill_id)
    status = running.api.wait(run_id, PUBLISHED_WITHIN_S)
    ended_s = time.perf_counter() - sent
    assert status == "SUCCESS", running.api.messages(run_id)
    moments: dict[str, float] = {}
    for event in running.api.ask(_EVENTS, id=run_id)["logsForRun"]["events"]:
        if event.get("eventType") in MOMENTS:
            moments.setdefault(event["eventType"], float(event["timestamp"]) / 1000 - sent_at)
    return Launch(answered_s, published_s, ended_s, moments)


def seconds_until(path: Path, started: float) -> float:
    while not path.exists():
        passed = time.perf_counter() - started
        assert passed < PUBLISHED_WITHIN_S, f"{path} is not there after {passed:.0f} s"
        time.sleep(POLL_S)
    return time.perf_counter() - started


def wall_s(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "DAGSTER_HOME": ""})
    return time.perf_counter() - started


def report(measured: Mapping[str, list[Launch]], import_s: float) -> None:
    print(f"importing the definitions: {import_s:.2f} s; load average {os.getloadavg()[1]:.1f}\n")
    print("| one plan, launched in the UI | launches | median | least | 9 of 10 | most | within the bar | in imports |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name, launches in measured.items():
        waited = [each.published_s for each in launches]
        row(f"{name}, to published (bar {BARS_S[name]:g} s)", waited, import_s, BARS_S[name])
        row(f"{name}, to the run's end", [each.ended_s for each in launches], import_s, None)


def row(what: str, seconds: list[float], import_s: float, bar_s: float | None) -> None:
    ordered, median = sorted(seconds), statistics.median(seconds)
    nine_of_ten = ordered[min(len(ordered) - 1, round(0.9 * (len(ordered) - 1)))]
    within = "" if bar_s is None else f"{sum(each <= bar_s for each in seconds)} of {len(seconds)}"
    figures = " | ".join(f"{each:.2f} s" for each in (median, ordered[0], nine_of_ten, ordered[-1]))
    print(f"| {what} | {len(seconds)} | {figures} | {within} | {median / import_s:.1f} |")


def report_moments(measured: Mapping[str, list[Launch]]) -> None:
    print("\n| median seconds after sending |" + "".join(f" {name} |" for name in measured))
    print("|---|" + "---:|" * len(measured))
    for event, words in MOMENTS.items():
        found = [statistics.median(each.moments_s[event] for each in launches) for launches in measured.values()]
        print(f"| {words} |" + "".join(f" {each:.2f} |" for each in found))


if __name__ == "__main__":
    main()
