"""A whole installation in a temporary folder: data folder, real Dagster instance, the project's own settings of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import yaml

from plan_pipeline.core.model.request import PlanRequest, WriterName
from plan_pipeline.core.stages import WEEK_STAGES, Stage
from plan_pipeline.orchestration.build import build_defs
from plan_pipeline.orchestration.dagster_internals.instances import OF_THIS_PROCESS
from plan_pipeline.orchestration.partitions import cell_key, register_plans
from plan_pipeline.orchestration.run_tags import RANGE_END_TAG, RANGE_START_TAG, SINGLE_TAG
from plan_pipeline.services.models.overviews import WriterFactory
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.settings import Settings
from plan_pipeline.storage.plans.records import PlanRecord

ROOT = Path(__file__).resolve().parents[2]
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def request(
    plan_id: str = "rider",
    *,
    weeks: int = 6,
    hours: float = 8,
    days: str = "Tuesday, Wednesday, Thursday, Saturday, Sunday",
    max_minutes: Mapping[str, int] | None = None,
    **options: Any,
) -> PlanRequest:
    """A request that can be met, unless its arguments say otherwise."""
    availability = {"hours_per_week": hours, "week_days": days, "max_minutes": max_minutes or {}}
    profile = {"athlete_id": plan_id, "ftp": 250, "training_availability": availability}
    return PlanRequest.model_validate(
        {"plan_id": plan_id, "athlete_profile": profile, "weeks": weeks, "options": options}
    )


def run_request(plan_id: str = "runner") -> PlanRequest:
    """A request of running that can be met."""
    availability = {"hours_per_week": 5, "week_days": "Tuesday, Thursday, Saturday, Sunday"}
    profile = {"athlete_id": plan_id, "threshold_pace": "4:15/km", "training_availability": availability}
    return PlanRequest.model_validate({"plan_id": plan_id, "sport": "running", "athlete_profile": profile, "weeks": 4})


def rejected_request(plan_id: str = "rider") -> PlanRequest:
    """12 h on three days, at library lengths: some weeks fall far short, so the plan is rejected."""
    return request(plan_id, hours=12, days="Tuesday, Thursday, Saturday", duration="legacy")


def infeasible_request(plan_id: str = "rider") -> PlanRequest:
    """12 h on two capped days."""
    return request(plan_id, hours=12, days="Tuesday, Saturday", max_minutes={"tuesday": 60, "saturday": 120})


@dataclass(frozen=True)
class World:
    instance: dg.DagsterInstance
    pipeline: Pipeline
    records: list[PlanRecord]

    @property
    def defs(self) -> dg.Definitions:
        return build_defs(pipeline=self.pipeline)

    def ask(self, *requests: PlanRequest) -> None:
        """Hand requests in and register their plans, in this order."""
        for each in requests:
            self.pipeline.plans.save_request(each)
        register_plans(self.instance, [each.plan_id for each in requests])

    def run(
        self,
        start: str,
        end: str | None = None,
        *,
        stages: Iterable[Stage] = (),
        tags: Mapping[str, str] | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> dg.ExecuteInProcessResult:
        """Run ``generate_plan`` for the cell ``start``, or the range to ``end``; only ``stages`` of it if given."""
        cells = {SINGLE_TAG: start} if end is None else {RANGE_START_TAG: start, RANGE_END_TAG: end}
        selection = [dg.AssetKey(stage.value) for stage in stages]
        return self.launch("generate_plan", tags={**cells, **(tags or {})}, selection=selection, config=config)

    def run_cell(self, plan_id: str, week: int, *, stages: Iterable[Stage] = ()) -> dg.ExecuteInProcessResult:
        """The same for one cell, with the tags that the UI sets."""
        dimensions = {f"{SINGLE_TAG}/plan": plan_id, f"{SINGLE_TAG}/week": f"{week:02}"}
        return self.run(str(cell_key(plan_id, week)), stages=stages, tags=dimensions)

    def run_plan(self, each: PlanRequest, **extra: Any) -> dg.ExecuteInProcessResult:
        """Hand a request in and run all its weeks."""
        self.ask(each)
        return self.run(f"{each.plan_id}|01", f"{each.plan_id}|{each.total_weeks:02}", **extra)

    def launch(
        self,
        job: str,
        *,
        tags: Mapping[str, str] | None = None,
        selection: Sequence[dg.AssetKey] = (),
        config: Mapping[str, Any] | None = None,
    ) -> dg.ExecuteInProcessResult:
        """Execute a job in this process, on the real instance."""
        return self.defs.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            tags=dict(tags or {}),
            asset_selection=list(selection) or None,
            run_config={**QUIET, **(config or {})},
            raise_on_error=False,
        )

    def file(self, plan_id: str, name: str) -> Path:
        return self.pipeline.data.plan_folder(plan_id) / name

    def artefacts(self, plan_id: str) -> dict[str, bytes]:
        """The bytes of what makes a plan: the same for the same inputs, whoever made it and when."""
        names = [f"{stage}.json" for stage in (Stage.PLAN_OVERVIEW, *WEEK_STAGES)]
        return {name: self.file(plan_id, name).read_bytes() for name in names}

    def marked(self, asset: str) -> set[str]:
        return set(self.instance.get_materialized_partitions(dg.AssetKey(asset)))

    def marked_by(self, result: dg.ExecuteInProcessResult, stage: Stage) -> list[str]:
        """The cells of a stage that a run has marked, each as often as it did."""
        marks = self.instance.get_records_for_run(result.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
        events = [mark.event_log_entry.get_dagster_event() for mark in marks.records]
        return sorted(str(event.partition) for event in events if event.asset_key == dg.AssetKey(stage.value))

    def cell(self, stage: Stage, partition: str) -> Mapping[str, dg.MetadataValue[Any]]:
        """The metadata of the latest materialization of a cell."""
        wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(stage.value), asset_partitions=[partition])
        (event,) = self.instance.fetch_materializations(wanted, limit=1).records
        assert event.asset_materialization is not None
        return event.asset_materialization.metadata

    def data_version(self, stage: Stage, partition: str) -> str | None:
        """The data version that the page of a cell shows; ``None`` where it has none."""
        wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(stage.value), asset_partitions=[partition])
        (event,) = self.instance.fetch_materializations(wanted, limit=1).records
        assert event.asset_materialization is not None
        return (event.asset_materialization.tags or {}).get("dagster/data_version")

    def content_hash(self, plan_id: str) -> str:
        plan = self.pipeline.plans.load_plan(plan_id)
        assert plan is not None
        return plan.generation.content_hash

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a fact table, read from its files."""
        files = [str(path) for path in (self.pipeline.data.facts / table).glob("part-*.parquet")]
        if not files:
            return []
        with duckdb.connect(":memory:") as db:
            answer = db.execute("SELECT * FROM read_parquet($files, union_by_name = true)", {"files": files})
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def failure_of(result: dg.ExecuteInProcessResult) -> str:
    """What the first failed step of a run says, and what caused it; empty where none failed."""
    failures = [event for event in result.all_events if event.is_step_failure]
    messages = []
    error = failures[0].step_failure_data.error if failures else None
    while error is not None:
        messages.append(error.message)
        error = error.cause
    return "\n".join(messages)


def check_of(result: dg.ExecuteInProcessResult, name: str) -> dg.AssetCheckEvaluation:
    """The one evaluation of a check in a run."""
    (found,) = (e for e in result.get_asset_check_evaluations() if e.check_name == name)
    return found


def metadata_of(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    """The report of an asset's step on a run, as plain values."""
    (output,) = (e for e in result.all_events if e.is_successful_output and e.step_key == asset)
    return {name: value.value for name, value in output.step_output_data.metadata.items()}


def make_world(
    folder: Path,
    instance: dg.DagsterInstance,
    *,
    writers: dict[WriterName, WriterFactory] | None = None,
    **settings: Any,
) -> World:
    records: list[PlanRecord] = []
    values = {"data": folder / "data", "library": ROOT / "workout_library", **settings}
    pipeline = Pipeline.of(Settings(**values), writers=writers, on_record=records.append)
    return World(instance, pipeline, records)


@contextmanager
def temporary_instance(folder: Path, *, collects_output: bool = False) -> Iterator[dg.DagsterInstance]:
    """A real instance in a folder, with the settings of the project's ``dagster.yaml``.

    What a run prints goes where pytest looks for it, unless it is to be collected as an installation does.
    """
    home = folder / "dagster"
    shutil.copytree(_new_home().name, home)
    settings = _project_settings() | ({} if collects_output else OF_THIS_PROCESS)
    with dg.DagsterInstance.local_temp(str(home), overrides=settings) as instance:
        yield instance


@cache
def _new_home() -> tempfile.TemporaryDirectory[str]:
    """The files of an instance in which nothing has happened yet: making them takes longer than most tests."""
    home: tempfile.TemporaryDirectory[str] = tempfile.TemporaryDirectory()
    with dg.DagsterInstance.local_temp(home.name, overrides=_project_settings()):
        pass
    return home


def _project_settings() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "dagster.yaml").read_text())
    return content
