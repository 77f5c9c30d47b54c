"""What people do in Dagster's pages, through the same API: launching, watching and ending runs."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
POLL_S = 0.2

_LAUNCH = """mutation($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }"""
_LAUNCH_RANGE = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
_ADD = """mutation($key: String!, $selector: RepositorySelector!) { addDynamicPartition(
  partitionsDefName: "plans", partitionKey: $key, repositorySelector: $selector) { __typename } }"""
_RUNS = "{ runsOrError { ... on Runs { results { runId status jobName parentRunId tags { key value } } } } }"
_OF_JOB = """query($job: PipelineSelector!) { assetNodes(pipeline: $job) { assetKey { path }
  assetChecksOrError { ... on AssetChecks { checks { name jobNames } } } } }"""
_EVENTS = """query($id: ID!) { logsForRun(runId: $id) { ... on EventConnection { events {
  ... on MessageEvent { message }
  ... on ExecutionStepFailureEvent { error { message causes { message } } } } } } }"""
_CELLS = """query($asset: AssetKeyInput!) { assetNodeOrError(assetKey: $asset) {
  ... on AssetNode { partitionStats { numMaterialized numFailed } } } }"""


@dataclass(frozen=True)
class Run:
    run_id: str
    status: str
    job: str
    parent: str | None
    tags: dict[str, str]


@dataclass(frozen=True)
class DagsterApi:
    """Dagster's webserver on a port of this machine."""

    port: int

    def ask(self, query: str, **variables: Any) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            data=json.dumps({"query": query, "variables": variables}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            found = json.load(answer)
        assert not found.get("errors"), found["errors"]
        return found["data"]

    def repository(self) -> dict[str, str]:
        found = self.ask("{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }")
        node = found["repositoriesOrError"]["nodes"][0]
        return {"repositoryName": node["name"], "repositoryLocationName": node["location"]["name"]}

    def register(self, plan_id: str) -> None:
        self.ask(_ADD, key=plan_id, selector=self.repository())

    def launch(
        self,
        job: str,
        *,
        config: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
        selection: Mapping[str, Any] | None = None,
    ) -> str:
        parameters = {
            "mode": "default",
            "selector": {**self.repository(), "jobName": job, **(selection or {})},
            "runConfigData": config or {},
            "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in (tags or {}).items()]},
        }
        found = self.ask(_LAUNCH, params=parameters)["launchPipelineExecution"]
        assert found["__typename"] == "LaunchRunSuccess", found
        return str(found["run"]["runId"])

    def selection(self, job: str) -> dict[str, Any]:
        """All assets and checks of a job by name, which the dialog of its assets sends along."""
        found = self.ask(_OF_JOB, job={**self.repository(), "pipelineName": job})["assetNodes"]
        checks = [
            {"assetKey": node["assetKey"], "name": check["name"]}
            for node in found
            for check in node["assetChecksOrError"].get("checks", ())
            if job in check["jobNames"]
        ]
        return {"assetSelection": [node["assetKey"] for node in found], "assetCheckSelection": checks}

    def launch_plan(self, plan_id: str, weeks: int, selection: Mapping[str, Any] | None = None) -> str:
        """Launch all weeks of a plan as a single run, as programs do."""
        start, end = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
        return self.launch(
            "generate_plan",
            tags={start: f"{plan_id}|01", end: f"{plan_id}|{weeks:02}"},
            selection=selection or self.selection("generate_plan"),
        )

    def launch_range(self, plan_id: str, weeks: int) -> str:
        """Launch all weeks of a plan as the dialog of the job ``generate_plan`` does; gives the backfill."""
        repository = self.repository()
        parameters = {
            "tags": [],
            "assetSelection": self.selection("generate_plan")["assetSelection"],
            "partitionNames": [f"{plan_id}|{week:02}" for week in range(1, weeks + 1)],
            "fromFailure": False,
            "selector": {"partitionSetName": "generate_plan_partition_set", "repositorySelector": repository},
        }
        found = self.ask(_LAUNCH_RANGE, params=parameters)["launchPartitionBackfill"]
        assert found["__typename"] == "LaunchBackfillSuccess", found
        return str(found["backfillId"])

    def launch_bulk(self, plan_ids: list[str], **config: Any) -> str:
        settings = {"config": {"plan_ids": plan_ids, **config}}
        return self.launch("regenerate_plans", config={"ops": {"generate_in_bulk": settings}})

    def terminate(self, run_id: str) -> None:
        query = "mutation($id: String!) { terminateRun(runId: $id) { __typename } }"
        assert self.ask(query, id=run_id)["terminateRun"]["__typename"] == "TerminateRunSuccess"

    def runs(self) -> list[Run]:
        """All runs, the latest first."""
        return [
            Run(
                run_id=found["runId"],
                status=found["status"],
                job=found["jobName"],
                parent=found["parentRunId"],
                tags={tag["key"]: tag["value"] for tag in found["tags"]},
            )
            for found in self.ask(_RUNS)["runsOrError"]["results"]
        ]

    def status(self, run_id: str) -> str:
        return next(run.status for run in self.runs() if run.run_id == run_id)

    def retries_of(self, run_id: str) -> list[Run]:
        return [run for run in self.runs() if run.parent == run_id]

    def messages(self, run_id: str) -> str:
        """What a run's log says, with the errors of its failed steps."""
        said = []
        for event in self.ask(_EVENTS, id=run_id)["logsForRun"]["events"]:
            error = event.get("error") or {"message": "", "causes": []}
            said += [event.get("message", ""), error["message"], *(cause["message"] for cause in error["causes"])]
        return "\n".join(filter(None, said))

    def process_of(self, run_id: str) -> int | None:
        """The id of the process that executes a run, if it has started."""
        found = re.search(r"Started process for run \(pid: (\d+)\)", self.messages(run_id))
        return int(found[1]) if found else None

    def cells(self, asset: str) -> int:
        """How many cells of an asset are materialized."""
        found = self.ask(_CELLS, asset={"path": [asset]})["assetNodeOrError"]["partitionStats"]
        return int(found["numMaterialized"])

    def wait(self, run_id: str, within_s: float) -> str:
        """The status a run ends with."""
        wait_until(lambda: self.status(run_id) in ENDED, within_s, lambda: f"run {run_id} is {self.status(run_id)}")
        return self.status(run_id)


def wait_until(condition: Callable[[], object], within_s: float, otherwise: Callable[[], str]) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"after {within_s:g} s: {otherwise()}"
        time.sleep(POLL_S)
