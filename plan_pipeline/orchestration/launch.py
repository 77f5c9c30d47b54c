"""Launching runs from a program: the same jobs that people launch in the UI, executed in the calling process.

No daemon is needed. Dagster's console log is off; everything is in the run's event log.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import dagster as dg

from plan_pipeline.config import ConfigError
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.experiments.design import Design
from plan_pipeline.library.problems import LibraryError
from plan_pipeline.orchestration.assets import STAGES
from plan_pipeline.orchestration.assets.metrics_warehouse import metrics_warehouse, refresh
from plan_pipeline.orchestration.assets.workout_library import recorded_library_version, version_of
from plan_pipeline.orchestration.build import build_defs
from plan_pipeline.orchestration.bulk.config import CHUNK_SIZE
from plan_pipeline.orchestration.bulk.experiment_outcome import SimulatedExperiment
from plan_pipeline.orchestration.bulk.regenerate_plans import generate_in_bulk
from plan_pipeline.orchestration.bulk.run_experiment import CHUNK_ATHLETES, simulate_arms
from plan_pipeline.orchestration.dagster_internals.instances import REMEDY, former_module, open_instance
from plan_pipeline.orchestration.dagster_internals.interrupts import interruptible
from plan_pipeline.orchestration.dagster_internals.lost_runs import end_lost_runs
from plan_pipeline.orchestration.dagster_internals.own_process import execute_here
from plan_pipeline.orchestration.dagster_internals.state_files import check_home, problem_of
from plan_pipeline.orchestration.jobs import (
    CHECK_LIBRARY,
    GENERATE_PLAN,
    GENERATE_STANDARD_PLANS,
    REGENERATE_PLANS,
    RUN_EXPERIMENT,
)
from plan_pipeline.orchestration.partitions import range_tags, register_plans
from plan_pipeline.orchestration.reporting.alerts import step_failure_message
from plan_pipeline.orchestration.reporting.plan_board import report_board
from plan_pipeline.orchestration.run_tags import EXPERIMENT_TAG, RETRIES_TAG, SINGLE_TAG
from plan_pipeline.services.generation import failure_record
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.requests import receipt_now, submit_request, superseded_message
from plan_pipeline.settings import Settings
from plan_pipeline.shipped import shipped
from plan_pipeline.storage.data_folder import DataFolder, StorageError, file_lock, make_folder, write_atomically
from plan_pipeline.storage.plans.plan_store import LOCK_TIMEOUT_S, PlanLockedError
from plan_pipeline.storage.plans.records import PlanRecord, Receipt

HOME_VARIABLE: Final = "DAGSTER_HOME"
CONFIG_NAME: Final = "dagster.yaml"
SETUP_TIMEOUT_S = 60.0
_COMMAND: Final = "plan-pipeline"
OnProgress = Callable[[str, PlanRecord], None]
OnProblem = Callable[[str, bool], None]
"""Called with what is wrong with the warehouse after plans were made, and whether that kept it from being refreshed."""

_QUIET: Final = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class LaunchError(RuntimeError):
    """A run ended for a reason that is no plan's own; the message is the failed step's."""


def ignore_progress(plan_id: str, record: PlanRecord) -> None:
    """The ``on_progress`` of a caller that waits for the end."""
    del plan_id, record


def raise_problem(message: str, failed: bool) -> None:
    """The ``on_problem`` of a caller that needs the warehouse. Raises ``LaunchError``."""
    if failed:
        raise LaunchError(message)


# --- the instance -------------------------------------------------------------------------------------------


def dagster_home(data: DataFolder) -> Path:
    """The folder Dagster keeps its state in: ``DAGSTER_HOME``, or ``.dagster`` in the data folder, made ready.

    A home in the data folder has the project's ``dagster.yaml``, copied anew where it differs. Raises ``LaunchError``
    where another home has that of an earlier release, and for one that is damaged or whose path is too long.
    """
    own = data.root / ".dagster"
    given = os.environ.get(HOME_VARIABLE)
    home = Path(given).expanduser().absolute() if given else own
    if trouble := check_home(home):
        raise LaunchError(str(trouble))
    if home.resolve() != own.resolve():
        if module := former_module(home / CONFIG_NAME):
            raise LaunchError(f"{home / CONFIG_NAME} is of an earlier release: it names {module}; {REMEDY}")
        return home
    make_folder(home)
    config = shipped(CONFIG_NAME).read_bytes()
    copy = home / CONFIG_NAME
    if not copy.is_file() or copy.read_bytes() != config:
        write_atomically(copy, config)
    return home


@contextmanager
def dagster_instance(data: DataFolder) -> Iterator[dg.DagsterInstance]:
    """The Dagster instance that goes with a data folder.

    Programs that start at the same time wait for the first of them to set it up. Raises ``LaunchError``, with file and
    remedy, where the state is damaged or cannot be used, whatever is done with the instance.
    """
    home = dagster_home(data)
    make_folder(home)
    try:
        with file_lock(home / ".setup.lock", timeout_s=SETUP_TIMEOUT_S, holder=f"{home} is being set up"):
            instance = open_instance(home)
        with instance:
            yield instance
    except Exception as error:
        if trouble := problem_of(error, home):
            raise LaunchError(str(trouble)) from error
        raise


# --- one run a plan -----------------------------------------------------------------------------------------


def generate_plans(
    requests: Iterable[PlanRequest],
    *,
    data: DataFolder,
    library: Path | None,
    instance: dg.DagsterInstance,
    on_progress: OnProgress = ignore_progress,
    on_problem: OnProblem = raise_problem,
    renew_overviews: bool = False,
    live_experiments: bool = True,
) -> list[PlanRecord]:
    """Generate each plan in an asset run of its own, then refresh the warehouse once.

    Somebody is waiting, so a failure is reported at once and not tried again after a while.
    ``renew_overviews`` has models write overviews anew although nothing has changed. Without ``live_experiments``
    every plan is made as its request says, whatever experiments are running. Returns a record for every
    request, in order, also where the warehouse cannot be refreshed. Raises ``LibraryError`` or ``ConfigError`` before
    anything is written where library or configuration are not good, ``KeyboardInterrupt`` when interrupted.
    """
    pipeline = Pipeline.of(_settings(data, library), live_experiments=live_experiments)
    job = _prepared(pipeline, instance, GENERATE_PLAN)
    receipt = receipt_now(data, f"{_COMMAND} generate")
    records = []
    for request in requests:
        record = _generate_plan(request, receipt, pipeline, job, instance, renew_overview=renew_overviews)
        records.append(record)
        on_progress(request.plan_id, record)
    if records:
        _try_to_refresh(pipeline, instance, on_problem)
    return records


def refresh_for_command(settings: Settings, instance: dg.DagsterInstance) -> str:
    """Refresh the board, and the warehouse if there is one, after a command has changed what they tell.

    Returns what kept the warehouse from it; empty where nothing has.
    """
    pipeline = Pipeline.of(settings)
    if not pipeline.data.warehouse.is_file():
        report_board(instance, pipeline)
        return ""
    problem = _refresh(pipeline, instance)
    return problem and f"the warehouse does not tell of it yet: {problem}"


def _try_to_refresh(pipeline: Pipeline, instance: dg.DagsterInstance, on_problem: OnProblem) -> None:
    if problem := _refresh(pipeline, instance):
        on_problem(f"the warehouse was not refreshed: {problem}", True)
    else:
        _tell_left_out(pipeline, on_problem)


def _tell_left_out(pipeline: Pipeline, on_problem: OnProblem) -> None:
    from plan_pipeline.storage.warehouse.refresh import fact_problems

    for problem in fact_problems(pipeline.data):
        on_problem(f"left out of the warehouse: {problem}", False)


def _refresh(pipeline: Pipeline, instance: dg.DagsterInstance) -> str:
    """Refresh board and warehouse, and mark them; returns what kept them from that, empty where nothing has."""
    try:
        report_board(instance, pipeline)
        metadata = refresh(pipeline)
        instance.report_runless_asset_event(dg.AssetMaterialization(metrics_warehouse.key, metadata=metadata))
    except (StorageError, LibraryError, ConfigError, OSError) as error:
        return str(error)
    return ""


def _generate_plan(
    request: PlanRequest,
    receipt: Receipt,
    pipeline: Pipeline,
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    *,
    renew_overview: bool,
) -> PlanRecord:
    plan_id = request.plan_id
    try:
        with pipeline.plans.lock(plan_id):
            if not submit_request(pipeline.plans, request, receipt, timeout_s=LOCK_TIMEOUT_S):
                return _superseded(request, pipeline)
            register_plans(instance, [plan_id])
            run = _execute(
                job,
                instance,
                tags={**range_tags(plan_id, 1, request.total_weeks), RETRIES_TAG: "0"},
                assets=[stage.key for stage in STAGES],
                ops={"plan_overview": {"config": {"renew": renew_overview}}},
            )
            verdict = pipeline.plans.load_generation_record(plan_id)
    except PlanLockedError as error:
        return failure_record(pipeline, plan_id, request, "none", str(error))
    if verdict is not None and verdict.generation_id.endswith(f"-{run.run_id[:8]}"):
        return verdict
    return failure_record(pipeline, plan_id, request, f"none-{run.run_id[:8]}", _failure_of(run))


def _superseded(request: PlanRequest, pipeline: Pipeline) -> PlanRecord:
    plan_id = request.plan_id
    return failure_record(pipeline, plan_id, request, "none", superseded_message(pipeline.plans, plan_id))


def generate_standard_plans(
    plan_ids: Iterable[str], *, data: DataFolder, library: Path | None, instance: dg.DagsterInstance
) -> Iterator[tuple[str, str]]:
    """Make standard plans, each in a run of its own: the id of each, and why it could not be made, empty if it was.

    Raises as ``generate_plans`` before anything is written.
    """
    job = _prepared(Pipeline.of(_settings(data, library)), instance, GENERATE_STANDARD_PLANS)
    for plan_id in plan_ids:
        run = _execute(job, instance, tags={SINGLE_TAG: plan_id, RETRIES_TAG: "0"})
        yield plan_id, "" if run.success else _failure_of(run)


# --- many plans a run ---------------------------------------------------------------------------------------


def batch_plans(
    requests: Iterable[PlanRequest],
    *,
    data: DataFolder,
    library: Path | None,
    instance: dg.DagsterInstance,
    on_progress: OnProgress = ignore_progress,
    on_problem: OnProblem = raise_problem,
    chunk_size: int = CHUNK_SIZE,
    renew_overviews: bool = False,
    live_experiments: bool = True,
) -> list[PlanRecord]:
    """Generate plans in bulk runs of ``chunk_size`` plans each; the last one refreshes the warehouse.

    ``renew_overviews`` and ``live_experiments`` are as in ``generate_plans``. Requests are taken a run's worth at a
    time, and records are returned without their details, in the order of the requests: there may be very many; also
    where a run fails after all its plans were finished. Raises ``LibraryError`` or ``ConfigError`` before anything is
    written where library or configuration are not good, ``LaunchError`` where a run fails before,
    ``KeyboardInterrupt`` when interrupted; plans that were finished are kept.
    """
    asked: list[str] = []
    records: dict[str, PlanRecord] = {}

    def keep(record: PlanRecord) -> None:
        records[record.plan_id] = record.without_details()
        on_progress(record.plan_id, record)

    settings = _settings(data, library)
    pipeline = Pipeline.of(settings, on_record=keep, live_experiments=live_experiments)
    job = _prepared(pipeline, instance, REGENERATE_PLANS)
    receipt = receipt_now(data, f"{_COMMAND} batch")
    remaining = iter(requests)
    following = list(islice(remaining, chunk_size))
    while following:
        of_run, following = following, list(islice(remaining, chunk_size))
        is_last = not following
        chunk = []
        for request in of_run:
            asked.append(request.plan_id)
            if submit_request(pipeline.plans, request, receipt, timeout_s=LOCK_TIMEOUT_S):
                chunk.append(request.plan_id)
            else:
                keep(_superseded(request, pipeline))
        if not chunk:  # a run of no plans would be one of all
            if is_last:
                _try_to_refresh(pipeline, instance, on_problem)
            continue
        register_plans(instance, chunk)
        config = {"plan_ids": chunk, "renew_overviews": renew_overviews, "refresh_warehouse": is_last}
        try:
            _execute_op(job, instance, generate_in_bulk, config)
        except LaunchError as error:
            if not records.keys() >= set(chunk):
                raise
            on_problem(f"the plans are finished, and then their run failed: {error}", True)
        else:
            if is_last:
                _tell_left_out(pipeline, on_problem)
    return [records[plan_id] for plan_id in asked]


# --- an experiment ------------------------------------------------------------------------------------------


def run_experiment(
    design: Design,
    *,
    data: DataFolder,
    library: Path | None,
    instance: dg.DagsterInstance,
    on_progress: OnProgress = ignore_progress,
    chunk_athletes: int = CHUNK_ATHLETES,
    budget_usd: float | None = None,
) -> SimulatedExperiment:
    """Make the plans of a simulated experiment in one run, and refresh the warehouse.

    The run spends at most ``budget_usd`` on models, US dollars; ``on_progress`` is called for all plans that are
    made. Raises ``LibraryError`` or ``ConfigError`` where library or configuration are not good, ``LaunchError`` where
    the run fails, ``KeyboardInterrupt`` when interrupted; facts of plans that were finished before are kept.
    """
    failed: list[PlanRecord] = []

    def keep(record: PlanRecord) -> None:
        if record.status is PlanStatus.ERROR:
            failed.append(record)
        on_progress(record.plan_id, record)

    job = _prepared(Pipeline.of(_settings(data, library), on_record=keep), instance, RUN_EXPERIMENT)
    config = {**design.model_dump(mode="json", exclude={"made_with"}), "chunk_athletes": chunk_athletes}
    if budget_usd is not None:
        config["budget_usd"] = budget_usd
    run = _execute_op(job, instance, simulate_arms, config, tags={EXPERIMENT_TAG: design.name})
    outputs = (event.step_output_data.metadata for event in run.all_events if event.is_successful_output)
    return SimulatedExperiment.of(failed, {name: value.value for each in outputs for name, value in each.items()})


# --- helpers ------------------------------------------------------------------------------------------------


def _settings(data: DataFolder, library: Path | None) -> Settings:
    """The settings of a launch; without a ``library`` that which is in force."""
    return Settings(data=data.root) if library is None else Settings(data=data.root, library=library)


def _prepared(pipeline: Pipeline, instance: dg.DagsterInstance, job_name: str) -> dg.JobDefinition:
    """The job, after library and configuration were found good, the library was recorded, and lost runs were ended."""
    libraries = pipeline.library.load_all()
    pipeline.config.load_all()
    defs = build_defs(pipeline=pipeline)
    end_lost_runs(instance)
    if recorded_library_version(instance) != version_of(libraries):
        _execute(defs.resolve_job_def(CHECK_LIBRARY), instance)
    return defs.resolve_job_def(job_name)


def _execute_op(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    op: dg.OpDefinition,
    config: Mapping[str, Any],
    tags: dict[str, str] | None = None,
) -> dg.JobExecutionResult:
    run = _execute(job, instance, tags=tags, ops={op.name: {"config": config}})
    if not run.success:
        raise LaunchError(_failure_of(run))
    return run


def _execute(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    *,
    ops: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    assets: Sequence[dg.AssetKey] = (),
) -> dg.JobExecutionResult:
    with interruptible():
        config = {**_QUIET, "ops": ops or {}}
        return execute_here(job, instance, run_config=config, tags=tags or {}, asset_selection=assets)


def _failure_of(run: dg.JobExecutionResult) -> str:
    messages = (step_failure_message(event) for event in run.all_events if event.is_step_failure)
    return next(filter(None, messages), f"run {run.run_id} failed; see its log in Dagster")
