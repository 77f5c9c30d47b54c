"""A library that is activated while an installation runs is planned from by its next run, without a restart."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library
from plan_pipeline.library import load_library
from plan_pipeline.library.writing import library_files
from plan_pipeline.services.libraries.activation import activate_library
from plan_pipeline.services.libraries.new_folders import write_folder
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline_tests.chaos.installation import CODE_SERVER, DAEMON, PROJECT, WEBSERVER, Installation
from plan_pipeline_tests.core.builders import real_config, real_library
from plan_pipeline_tests.deploy.dagster_api import ENDED, DagsterApi, wait_until
from plan_pipeline_tests.deploy.set_ups import free_port
from plan_pipeline_tests.orchestration.world import World, request, temporary_instance

PLAN = "rider"
WITHIN_S = 240


def published(data: DataFolder) -> Plan:
    plan = PlanStore(data).load_plan(PLAN)
    assert plan is not None
    return plan


def with_another_name(plan: Plan, folder: Path) -> Library:
    """The shipped library in a folder, the workout that a plan begins with under another name."""
    first = plan.training_plan.weekly_plan[0].workouts[0].library_workout_id
    workouts = [
        workout.model_copy(update={"name": "Renamed"}) if workout.id == first else workout
        for workout in real_library().workouts
    ]
    write_folder(folder, {name: text.encode() for name, text in library_files(workouts).items()})
    return load_library(folder)


def test_the_next_run_of_a_running_process_plans_from_what_was_activated(tmp_path: Path) -> None:
    with temporary_instance(tmp_path) as instance:
        world = World(instance, Pipeline.of(Settings(data=tmp_path / "data")), [])
        data = world.pipeline.data
        assert world.run_plan(request(PLAN, weeks=4)).success
        assert published(data).ai_metadata.library_version == real_library().version

        other = with_another_name(published(data), tmp_path / "other")
        activate_library(
            data, tmp_path / "other", {Sport.CYCLING: real_config()}, now=dt.datetime.now(dt.UTC), by="coach@desk"
        )

        assert world.run(f"{PLAN}|01", f"{PLAN}|04").success
        assert published(data).ai_metadata.library_version == other.version


@pytest.mark.slow
def test_an_installation_takes_up_an_activated_library_without_a_restart(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    PlanStore(data).save_request(request(PLAN, weeks=4))
    installation = Installation(data, free_port(), tmp_path / "ui.log")
    with installation.running():
        services = {command: installation.members(command) for command in (CODE_SERVER, DAEMON, WEBSERVER)}
        installation.api.register(PLAN)
        planned(installation.api)
        assert published(data).ai_metadata.library_version == real_library().version

        other = with_another_name(published(data), tmp_path / "other")
        command = [sys.executable, "-c", "from plan_pipeline.cli import main; main()", "library", "activate"]
        subprocess.run([*command, tmp_path / "other", "--data", data.root], cwd=PROJECT, check=True)

        planned(installation.api)
        assert published(data).ai_metadata.library_version == other.version
        assert {command: installation.members(command) for command in services} == services
        assert all(services.values()) and installation.starts == 1


def planned(api: DagsterApi) -> None:
    """Have the installation make the plan, and wait for it."""
    run_id = api.launch_bulk([PLAN])
    wait_until(lambda: api.status(run_id) in ENDED, WITHIN_S, lambda: api.status(run_id))
    assert api.status(run_id) == "SUCCESS"
