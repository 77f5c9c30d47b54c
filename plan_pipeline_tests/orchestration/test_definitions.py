"""What Dagster is told: assets, dependencies, checks and jobs, and that it can be loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster._core.snap.snap_to_yaml import default_values_yaml_from_type_snap

from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.assets.workout_library import version_of
from plan_pipeline.orchestration.build import build_defs
from plan_pipeline.orchestration.partitions import plan_weeks
from plan_pipeline.settings import Settings
from plan_pipeline_tests.orchestration.world import ROOT, World, check_of, metadata_of, request

DEPENDENCIES = {
    "workout_library": set(),
    "plan_overview": {"workout_library"},
    "week_selection": {"plan_overview", "workout_library"},
    "week_duration": {"week_selection", "workout_library"},
    "week_validation": {"week_duration"},
    "final_plan": {"plan_overview", "week_validation"},
    "week_metrics": {"final_plan"},
    "metrics_warehouse": {"week_metrics", "workout_library"},
    "ab_comparison": {"metrics_warehouse"},
    "plan_status": {"final_plan"},
    "exports": {"final_plan"},
    "standard_plan": {"workout_library"},
}
STAGES = {stage.value for stage in Stage}
CHECKS = {
    "workout_library:library_is_valid",
    "workout_library:library_is_rich_enough",
    "plan_overview:live_experiments_are_sound",
    "week_validation:weeks_pass",
    "final_plan:plan_is_published",
    "final_plan:plan_rules_are_kept",
    "week_metrics:time_error_within_5_pct",
    "metrics_warehouse:nothing_is_left_failed_or_stale",
}
JOBS = {
    "generate_plan": STAGES | {"metrics_warehouse", "plan_status", "exports"},
    "generate_standard_plans": {"standard_plan"},
    "check_library": {"workout_library"},
    "refresh_warehouse": {"metrics_warehouse", "ab_comparison", "plan_status", "exports"},
    "regenerate_plans": set(),
    "submit_overviews": set(),
    "run_experiment": set(),
    "submit_plan_requests": set(),
    "ingest_requests": set(),
    "retire_finished_plans": set(),
    "retain": set(),
    "check_plan_health": {"plan_status"},
}
"""The assets that each job makes."""

SCHEDULES = {
    "nightly_retirement": ("retire_finished_plans", "30 0 * * *", "PLAN_PIPELINE_RETIRE_CRON"),
    "nightly_overview_questions": ("submit_overviews", "45 0 * * *", "PLAN_PIPELINE_LLM_BATCH_CRON"),
    "nightly_batch": ("regenerate_plans", "0 3 * * *", "PLAN_PIPELINE_BATCH_CRON"),
    "nightly_refresh": ("refresh_warehouse", "0 5 * * *", "PLAN_PIPELINE_REFRESH_CRON"),
    "nightly_plan_health": ("check_plan_health", "0 6 * * *", "PLAN_PIPELINE_STANDING_CRON"),
    "nightly_retention": ("retain", "30 6 * * *", "PLAN_PIPELINE_RETENTION_CRON"),
}
"""The job of each schedule, when it runs, and the setting that says so."""

ALWAYS_ON = {"nightly_plan_health", "nightly_retention"}
"""Schedules that are on from the start; the others are with ``PLAN_PIPELINE_NIGHTLY``."""

SENSORS = {
    "requests_inbox": "ingest_requests",
    "refresh_after_batch": "refresh_warehouse",
    "overview_answers": "regenerate_plans",
    "overview_retries": "submit_overviews",
    "lost_runs": None,
    "alert_on_failure": None,
}
"""The job that each sensor launches, if any; all of them are on from the start."""


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return build_defs(settings=Settings(data=tmp_path_factory.mktemp("data")))


def defs_with(folder: Path, **settings: Any) -> dg.Definitions:
    return build_defs(settings=Settings(data=folder, **settings))


def _key(name: str) -> dg.AssetKey:
    return dg.AssetKey(name)


def test_the_assets_and_what_they_are_made_from(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    found = {
        node.key.to_user_string(): {parent.to_user_string() for parent in node.parent_keys}
        for node in graph.asset_nodes
    }
    assert found == DEPENDENCIES


def test_the_checks(defs: dg.Definitions) -> None:
    keys = defs.resolve_asset_graph().asset_check_keys
    assert {f"{key.asset_key.to_user_string()}:{key.name}" for key in keys} == CHECKS


@pytest.mark.parametrize("job", JOBS)
def test_a_job_is_of_its_assets_described_and_tagged(defs: dg.Definitions, job: str) -> None:
    definition = defs.resolve_job_def(job)
    assert {key.to_user_string() for key in definition.asset_layer.executable_asset_keys} == JOBS[job]
    assert definition.description
    assert "kind" in definition.tags


def test_there_are_these_jobs_schedules_and_sensors_and_no_others(defs: dg.Definitions) -> None:
    repository = defs.get_repository_def()
    jobs = {name for name in repository.job_names if not name.startswith("__")}
    assert (jobs, {each.name for each in repository.schedule_defs}) == (set(JOBS), set(SCHEDULES))
    assert {each.name for each in repository.sensor_defs} == set(SENSORS)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_launches_its_job_at_its_time_and_is_described(defs: dg.Definitions, name: str) -> None:
    schedule = defs.resolve_schedule_def(name)
    job, cron, _ = SCHEDULES[name]
    assert (schedule.job_name, schedule.cron_schedule, schedule.execution_timezone) == (job, cron, "UTC")
    assert schedule.description


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("nightly", [False, True])
def test_schedules_that_change_plans_are_off_until_the_setting_turns_them_on(
    tmp_path: Path, name: str, nightly: bool
) -> None:
    schedule = defs_with(tmp_path, nightly=nightly).resolve_schedule_def(name)
    on = nightly or name in ALWAYS_ON
    assert schedule.default_status.name == ("RUNNING" if on else "STOPPED")


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_setting_says_when_a_schedule_runs_and_in_which_time_zone(tmp_path: Path, name: str) -> None:
    (field,) = (each for each, about in Settings.model_fields.items() if about.validation_alias == SCHEDULES[name][2])
    schedule = defs_with(tmp_path, **{field: "7 4 * * 1", "timezone": "Europe/Berlin"}).resolve_schedule_def(name)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("7 4 * * 1", "Europe/Berlin")


@pytest.mark.parametrize("name", SENSORS)
def test_a_sensor_is_on_from_the_start_described_and_launches_its_job(defs: dg.Definitions, name: str) -> None:
    sensor = defs.resolve_sensor_def(name)
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    assert sensor.description
    assert [target.job_name for target in sensor.targets] == ([SENSORS[name]] if SENSORS[name] else [])


def test_a_setting_says_how_often_the_inbox_is_looked_into(tmp_path: Path) -> None:
    sensor = defs_with(tmp_path, inbox_interval_s=77).resolve_sensor_def("requests_inbox")
    assert sensor.minimum_interval_seconds == 77


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_an_asset_is_described_owned_grouped_and_versioned(defs: dg.Definitions, name: str) -> None:
    node = defs.resolve_asset_graph().get(_key(name))
    assert node.description
    assert node.owners
    assert node.group_name in {"library", "plans", "standard_plans", "analytics"}
    assert node.kinds
    assert node.code_version


@pytest.mark.parametrize("name", sorted(STAGES))
def test_a_stage_is_partitioned_by_plan_and_week_and_takes_a_range_in_one_run(defs: dg.Definitions, name: str) -> None:
    node = defs.resolve_asset_graph().get(_key(name))
    assert node.partitions_def == plan_weeks
    assert node.backfill_policy == dg.BackfillPolicy.single_run()


def test_one_refresh_of_the_warehouse_at_a_time(defs: dg.Definitions) -> None:
    assert defs.resolve_asset_graph().get(_key("metrics_warehouse")).pools == {"warehouse_writer"}


def test_steps_run_in_the_process_of_their_run(defs: dg.Definitions) -> None:
    assert defs.resolve_job_def("generate_plan").executor_def is dg.in_process_executor


def test_a_job_runs_with_the_configuration_the_launchpad_shows(defs: dg.Definitions) -> None:
    for job in JOBS:
        assert dg.validate_run_config(defs.resolve_job_def(job), {}) is not None


def test_the_library_asset_tells_its_version_and_counts_and_its_checks_are_green(world: World) -> None:
    result = world.launch("check_library")

    assert result.success
    metadata = metadata_of(result, "workout_library")
    libraries = world.pipeline.library.load_all()
    workouts = sum(len(library.workouts) for library in libraries.values())
    assert (metadata["library_version"], metadata["workouts"]) == (version_of(libraries), workouts)
    assert all(f"| {sport} | {library.version} |" in metadata["by_sport"] for sport, library in libraries.items())
    assert "| vo2max |" in metadata["by_type"]
    assert check_of(result, "library_is_valid").passed
    assert check_of(result, "library_is_rich_enough").passed


def test_a_library_with_an_error_turns_its_check_red_and_generates_no_plan(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    import shutil

    from plan_pipeline_tests.orchestration.world import failure_of, make_world

    library = tmp_path / "library"
    shutil.copytree(ROOT / "workout_library" / "cycling", library / "cycling")
    tempo = library / "cycling" / "tempo.yaml"
    tempo.write_text(tempo.read_text().replace("tss: ", "tss: 9", 1))
    world = make_world(tmp_path, instance, library=library)

    checked = world.launch("check_library")
    generated = world.run_plan(request(weeks=4))

    assert not checked.success
    assert not check_of(checked, "library_is_valid").passed
    assert "tempo.yaml" in str(check_of(checked, "library_is_valid").metadata["errors"].value)
    assert "the workout library has 1 problem" in failure_of(generated)
    assert not world.file("rider", "plan_overview.json").exists()


@pytest.mark.parametrize(
    ("job", "shown"),
    [
        ("regenerate_plans", {"plan_ids", "only", "arm", "unchanged", "renew_overviews"}),
        ("run_experiment", {"name", "athletes", "arms", "seed", "sport"}),
    ],
)
def test_the_launchpad_shows_what_people_set_and_not_what_is_for_programs(job: str, shown: set[str]) -> None:
    snapshot = build_defs(settings=Settings()).resolve_job_def(job).get_job_snapshot()
    types = snapshot.config_schema_snapshot
    root = types.get_config_snap(snapshot.mode_def_snaps[0].root_config_key)
    ((op, settings),) = yaml.safe_load(default_values_yaml_from_type_snap(types, root))["ops"].items()
    without_default = {"arm", "name"}  # the page shows them as null, which this text leaves out
    assert settings["config"].keys() | (shown & without_default) == shown, op


@pytest.mark.parametrize("config", ["dagster.yaml", "deploy/dagster.yaml"])
def test_runs_print_no_event_that_is_only_of_use_in_the_log(config: str) -> None:
    assert yaml.safe_load((ROOT / config).read_text())["python_logs"] == {"python_log_level": "INFO"}


def test_a_poor_library_is_a_warning(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    import shutil

    from plan_pipeline_tests.orchestration.world import make_world

    library = tmp_path / "library"
    (library / "cycling").mkdir(parents=True)
    shutil.copy(ROOT / "workout_library" / "cycling" / "tempo.yaml", library / "cycling")
    world = make_world(tmp_path, instance, library=library)

    result = world.launch("check_library")

    check = check_of(result, "library_is_rich_enough")
    assert result.success
    assert not check.passed
    assert check.severity is dg.AssetCheckSeverity.WARN
    assert "below 120" in str(check.metadata["shortfalls"].value)


def test_the_comparison_of_the_arms_is_a_table(world: World) -> None:
    world.run_plan(request(weeks=4))
    world.run_plan(request(weeks=4, duration="legacy"))

    result = world.launch("refresh_warehouse")

    assert result.success
    metadata = metadata_of(result, "ab_comparison")
    assert metadata["rows"] > 0
    assert "| legacy | optimal |" in metadata["comparison"]


def test_the_warehouse_has_the_facts_of_a_run_when_the_run_has_ended(world: World) -> None:
    result = world.run_plan(request(weeks=4))
    assert "| plan_weeks | 4 |" in metadata_of(result, "metrics_warehouse")["rows"]


def test_loading_the_definitions_imports_no_client_and_no_database() -> None:
    code = (
        "import sys, plan_pipeline.definitions as d; d.defs.resolve_all_job_defs(); "
        "late = ('duckdb', 'pandas', 'anthropic', 'pydantic_ai', 'plan_pipeline.llm.overviews'); "
        "print([m for m in late if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_dagster_finds_the_definitions_valid_with_the_instance_of_the_project(tmp_path: Path) -> None:
    """`make lint` asks the same without a DAGSTER_HOME."""
    (tmp_path / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text())
    environment = os.environ | {"DAGSTER_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "-w", str(ROOT / "workspace.yaml")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Validation successful for code location plan_pipeline" in done.stderr + done.stdout
