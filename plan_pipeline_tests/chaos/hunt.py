"""Batches under fire: one after the other until enough was killed, and then until the queue is empty by itself.

Belongs here: choosing victims and moments from a seed, launching batches, waiting for quiet. Does not belong here: how
a process is killed (see ``installation``), what has to hold afterwards (see ``accounts``).
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from plan_pipeline.orchestration.run_tags import OPEN_TAG, WILL_RETRY_TAG
from plan_pipeline_tests.chaos.installation import CODE_SERVER, DAEMON, Installation
from plan_pipeline_tests.deploy.dagster_api import ENDED, Run, wait_until

PLAN_S = 0.06
"""What a plan takes in a run, so that kills fall into all of it: one in six comes too late, and is tried again."""

PARTS_SHARE = 0.9
"""How often only runs that make plans may be killed, and not the one that splits the batch."""

LONGEST_PAUSE_S = 6.0

TRIES_LEFT_ALONE = 4
"""A run is tried again five times: whoever is killed more often is given up, as the manual says."""

QUIET_WITHIN_S = 1500
RUN, DAEMON_KIND, CODE_KIND, REFRESH, EVERYTHING = "run", "daemon", "code server", "refresh", "everything"
REGENERATE, REFRESH_JOB = "regenerate_plans", "refresh_warehouse"


@dataclass
class Hunt:
    """``kills`` victims of ``kinds`` in a row drawn from ``seed``; ``arms`` are what batches are made with in turn."""

    installation: Installation
    plan_ids: Sequence[str]
    kinds: Sequence[str]
    seed: int
    chunk_size: int
    arms: Sequence[str] = ("adjusted", "optimal")
    batches: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    wounds: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Kill all there is to kill while batches run."""
        choose = random.Random(self.seed)
        self._until(self._launch)
        for kind in self.kinds:
            while not self._kill(kind, choose):
                time.sleep(0.3)
            self.killed[kind] += 1

    def wait_for_quiet(self) -> None:
        """Nobody helps: what was killed is tried again by the installation itself."""
        wait_until(lambda: self._asked(self._is_quiet), QUIET_WITHIN_S, lambda: repr(self._runs()))

    def _kill(self, kind: str, choose: random.Random) -> bool:
        """Wait for a victim of a kind and then for a random while; whether it was still there to be killed."""
        if self._asked(self._is_quiet):
            self._until(self._launch)
        if kind == REFRESH and not any(run.job == REFRESH_JOB and run.status not in ENDED for run in self._runs()):
            self._asked(lambda: self.installation.api.launch(REFRESH_JOB))
        if kind in (RUN, REFRESH):
            return self._kill_a_run(REGENERATE if kind == RUN else REFRESH_JOB, choose)
        if not self._of(REGENERATE):
            return False
        time.sleep(choose.uniform(0, LONGEST_PAUSE_S))
        if kind == EVERYTHING:
            self.installation.kill_everything()
            return True
        return self.installation.kill_service({DAEMON_KIND: DAEMON, CODE_KIND: CODE_SERVER}[kind])

    def _kill_a_run(self, job: str, choose: random.Random) -> bool:
        victims = [run for run in self._of(job) if self.wounds[self._root(run)] < TRIES_LEFT_ALONE]
        if job == REGENERATE and choose.random() < PARTS_SHARE:
            victims = [run for run in victims if "plan_pipeline/split_part" in run.tags]
        if not victims:
            return False
        victim = choose.choice(sorted(victims, key=lambda run: run.run_id))
        time.sleep(choose.uniform(0, 1.2 * PLAN_S * self.chunk_size if job == REGENERATE else 2.0))
        if all(run.run_id != victim.run_id for run in self._of(job)) or not self.installation.kill_run(victim):
            return False
        self.wounds[self._root(victim)] += 1
        return True

    def _launch(self) -> None:
        arm = self.arms[self.batches % len(self.arms)]
        self.installation.api.launch_bulk(list(self.plan_ids), chunk_size=self.chunk_size, arm=arm)
        self.batches += 1

    def _of(self, job: str) -> list[Run]:
        """Runs of a job that a process executes."""
        return [run for run in self._runs() if run.job == job and run.status == "STARTED"]

    def _root(self, run: Run) -> str:
        return run.tags.get("dagster/root_run_id", run.run_id)

    def _runs(self) -> list[Run]:
        found: list[Run] = []
        self._asked(lambda: found.extend(self.installation.api.runs()))
        return found

    def _is_quiet(self) -> bool:
        """Nothing queued or going, nothing about to be tried again, no batch that waits for its refresh.

        A run that has failed may be tried again until it says that it will not be, which it does a moment later.
        """
        runs = self.installation.api.runs()
        retried = {run.parent for run in runs}
        return all(run.status in ENDED for run in runs) and not any(
            (run.status == "FAILURE" and run.tags.get(WILL_RETRY_TAG) != "false" and run.run_id not in retried)
            or run.tags.get(OPEN_TAG) == "true"
            for run in runs
        )

    def _asked(self, question: Callable[[], object]) -> bool:
        """The answer of a webserver that may be away just now, which counts as no."""
        try:
            return bool(question())
        except (OSError, AssertionError, LookupError):
            return False

    def _until(self, work: Callable[[], None]) -> None:
        wait_until(lambda: self._done(work), QUIET_WITHIN_S, lambda: "the webserver does not take a run")

    def _done(self, work: Callable[[], None]) -> bool:
        try:
            work()
        except (OSError, AssertionError, LookupError):
            return False
        return True
