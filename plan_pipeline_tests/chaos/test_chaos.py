"""Nothing is lost, doubled or unreadable, whatever is killed while batches are made."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.orchestration.launch import batch_plans, dagster_instance
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline_tests.chaos.accounts import faults, faults_of_marks, shown
from plan_pipeline_tests.chaos.hunt import CODE_KIND, DAEMON_KIND, EVERYTHING, REFRESH, RUN, Hunt
from plan_pipeline_tests.chaos.installation import PROJECT, Installation
from plan_pipeline_tests.core.builders import in_arm, planned, real_config, real_library
from plan_pipeline_tests.deploy.set_ups import free_port

SEED = int(os.environ.get("CHAOS_SEED", "1"))
KILLS = int(os.environ.get("CHAOS_KILLS", "24"))
PLANS = int(os.environ.get("CHAOS_PLANS", "320"))

SHORT = (RUN, DAEMON_KIND, CODE_KIND, REFRESH)
MIX = (RUN, RUN, RUN, DAEMON_KIND, RUN, CODE_KIND, RUN, REFRESH, RUN, EVERYTHING)
"""What is killed, over and over, in an order drawn from the seed."""


def publishes_in_every_arm(request: PlanRequest) -> bool:
    """Whether every batch of the hunt comes to a plan."""
    return all(planned(in_arm(request, arm), real_library()).plan is not None for arm in Hunt.arms)


def published_before(data: DataFolder, plans: int) -> list[str]:
    """Plans of a cohort that have a published version already; those that cannot be met are left out."""
    made_up = synthetic_requests(2 * plans, SEED, real_config())
    requests = list(islice(filter(publishes_in_every_arm, made_up), plans))
    with dagster_instance(data) as instance:
        records = batch_plans(requests, data=data, library=Settings().library, instance=instance)
    return [record.plan_id for record in records if record.status is PlanStatus.PUBLISHED][:plans]


@contextmanager
def watched(data: DataFolder, report: Path) -> Iterator[None]:
    """Have another process read everything all the while."""
    reader = subprocess.Popen(
        [sys.executable, "-m", "plan_pipeline_tests.chaos.watchful_reader", str(data.root), str(report)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    try:
        assert reader.stdout.readline() == "ready\n"
        yield
        assert reader.poll() is None, "the reader died"
    finally:
        reader.send_signal(signal.SIGTERM)
        reader.wait(60)
        reader.stdout.close()


def survive(folder: Path, plans: int, kinds: Sequence[str], chunk_size: int) -> None:
    data = DataFolder(folder / "data")
    plan_ids = published_before(data, plans)
    installation = Installation(data, free_port(), folder / "log")
    hunt = Hunt(installation, plan_ids, kinds, SEED, chunk_size)
    print(f"seed {SEED}: {len(plan_ids)} plans, kills {kinds}")

    with watched(data, folder / "reads.json"), installation.running():
        hunt.run()
        hunt.wait_for_quiet()
        unmarked = list(faults_of_marks(installation.api, data, plan_ids))

    reads = json.loads((folder / "reads.json").read_text())
    print(f"killed {dict(hunt.killed)} in {hunt.batches} batches; {installation.starts} starts; read {reads}")
    assert reads["failures"] == []
    assert min(reads["plans"], reads["versions"], reads["questions"]) > 0
    found = [*unmarked, *faults(data, plan_ids, generations=1 + hunt.batches)]
    assert found == [], shown(found)


def test_forty_plans_survive_a_kill_of_each_kind(tmp_path: Path) -> None:
    survive(tmp_path, 40, SHORT, chunk_size=14)


@pytest.mark.slow
def test_hundreds_of_plans_survive_many_kills(tmp_path: Path) -> None:
    kinds = [MIX[number % len(MIX)] for number in range(KILLS)]
    random.Random(SEED).shuffle(kinds)
    survive(tmp_path, PLANS, kinds, chunk_size=55)
