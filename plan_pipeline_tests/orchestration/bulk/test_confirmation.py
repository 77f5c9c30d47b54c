"""A bulk run confirms what has not changed, and makes again what may come out differently, or is not as it was left."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg
import pytest

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.plan import Infeasible, Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import BY_ANTHROPIC, PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.writer import RulesOverviewWriter
from plan_pipeline.core.stages import Stage
from plan_pipeline.orchestration.bulk.config import RegenerateConfig
from plan_pipeline.plugins import planning_version
from plan_pipeline.services.confirmation import ConfirmationService
from plan_pipeline.services.generation import GenerationService, RunInfo
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.plans.retirement import retire
from plan_pipeline.storage.plans.rollbacks import roll_back
from plan_pipeline.storage.warehouse.queries import query
from plan_pipeline_tests.orchestration.world import (
    ROOT,
    World,
    failure_of,
    infeasible_request,
    make_world,
    rejected_request,
    request,
    temporary_instance,
)

SAME = ("good", "never", "other", "short")
"""Plans that nothing happens to: two published ones, an infeasible and a rejected one."""


def _replaced(world: World, plan_id: str, name: str, old: str, new: str) -> None:
    path = world.file(plan_id, name)
    changed = path.read_text().replace(old, new, 1)
    path.unlink()
    path.write_text(changed)


def _roll_back(world: World, plan_id: str) -> None:
    """To the published version itself, so that nothing but the note of it says so."""
    (version,) = world.pipeline.plans.versions(plan_id)
    roll_back(world.pipeline.plans, plan_id, to=version.stem, now=dt.datetime.now(dt.UTC))


def _ask(**changes: Any) -> Callable[[World, str], None]:
    return lambda world, plan_id: world.ask(request(plan_id, weeks=4, **changes))


CHANGES: dict[str, Callable[[World, str], None]] = {
    "hours": _ask(hours=7),
    "seed": _ask(seed=5),
    "arm": _ask(duration="adjusted"),
    "option": _ask(auto_fix=False),
    "experiment": _ask(experiment="spring"),
    "waiver": _ask(waivers=("monotony",)),
    "altered": lambda world, plan_id: _replaced(world, plan_id, "plan.json", '"focus": "', '"focus": "X'),
    "missing": lambda world, plan_id: world.file(plan_id, "plan.json").unlink(),
    "overview": lambda world, plan_id: _replaced(world, plan_id, "plan_overview.json", '"focus": "', '"focus": "X'),
    "unread": lambda world, plan_id: world.file(plan_id, "final_plan.json").write_text("{"),
    "rolled": _roll_back,
    "retired": lambda world, plan_id: (
        retire(world.pipeline.plans, plan_id, at=dt.datetime.now(dt.UTC), timeout_s=1) and None
    ),
}
"""What happens to a plan, by its id, between two nights."""


class Nights(NamedTuple):
    """The records of each night, the run of the second, and how the plans lay on disk before and after it."""

    world: World
    first: dict[str, PlanRecord]
    second: dict[str, PlanRecord]
    result: dg.ExecuteInProcessResult
    files: tuple[dict[str, bytes], dict[str, bytes]]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    folder = tmp_path_factory.mktemp("nights")
    with temporary_instance(folder) as instance:
        world = make_world(folder, instance)
        good = (request("good", weeks=4), request("other", weeks=5, experiment="spring"))
        changing = (request(plan_id, weeks=4) for plan_id in CHANGES)
        world.ask(*good, infeasible_request("never"), rejected_request("short"), *changing)
        first = _night(world)
        before = _files(world)
        for plan_id, change in CHANGES.items():
            change(world, plan_id)
        world.records.clear()
        result = world.launch("regenerate_plans", config=_config(plan_ids=[*SAME, *CHANGES]))
        assert result.success, failure_of(result)
        yield Nights(world, first, {r.plan_id: r for r in world.records}, result, (before, _files(world)))


def _files(world: World) -> dict[str, bytes]:
    """What a plan that is confirmed keeps as it is."""
    files = (path for plan_id in SAME for path in world.pipeline.data.plan_folder(plan_id).rglob("*.json"))
    return {str(path): path.read_bytes() for path in files if path.name != "final_plan.json"}


def _night(world: World, **config: Any) -> dict[str, PlanRecord]:
    world.records.clear()
    result = world.launch("regenerate_plans", config=_config(**config))
    assert result.success, failure_of(result)
    return {record.plan_id: record for record in world.records}


def _config(**values: Any) -> dict[str, Any]:
    return {"ops": {"generate_in_bulk": {"config": values}}}


def _confirmed(records: dict[str, PlanRecord]) -> set[str]:
    return {plan_id for plan_id, record in records.items() if record.confirmed}


def test_plans_of_which_nothing_has_changed_are_confirmed_however_they_ended(nights: Nights) -> None:
    assert not _confirmed(nights.first)
    assert _confirmed(nights.second) == set(SAME)
    for plan_id in SAME:
        was, now = nights.first[plan_id], nights.second[plan_id]
        assert (now.generation_id, now.status, now.reasons) == (was.generation_id, was.status, was.reasons)
        assert nights.world.pipeline.plans.load_generation_record(plan_id) == now


@pytest.mark.parametrize("change", CHANGES)
def test_a_plan_that_something_happened_to_is_made_again(nights: Nights, change: str) -> None:
    assert nights.second[change].generation_id != nights.first[change].generation_id
    assert nights.world.pipeline.plans.load_plan(change) is not None


def test_a_confirmed_plan_leaves_one_fact_and_no_mark_and_is_not_stored(nights: Nights) -> None:
    world, run_id = nights.world, nights.result.run_id
    facts = {row["plan_id"]: row for row in world.rows("plan_confirmations")}
    assert facts.keys() == set(SAME)
    assert {row["run_id"] for row in facts.values()} == {run_id}
    assert facts["short"]["status"] == "rejected"
    assert facts["good"]["inputs_hash"] == nights.first["good"].inputs_hash
    assert nights.files[0] == nights.files[1]
    for stage in Stage:
        marks = world.instance.fetch_materializations(dg.AssetKey(stage.value), limit=1000).records
        assert not [mark for mark in marks if mark.run_id == run_id and str(mark.partition_key).split("|")[0] in SAME]


def test_the_run_says_how_many_it_confirmed_and_the_warehouse_when(nights: Nights) -> None:
    (output,) = (event for event in nights.result.all_events if event.event_type_value == "STEP_OUTPUT")
    metadata = output.step_output_data.metadata
    assert (metadata["plans"].value, metadata["plans_confirmed"].value) == (len(SAME) + len(CHANGES), len(SAME))
    assert metadata["plans_rejected"].value == 1
    confirmed_at = {plan_id: nights.second[plan_id].confirmed_at for plan_id in SAME}
    rows = query(nights.world.pipeline.data, "SELECT plan_id, confirmed_at FROM plan_confirmations")
    assert {row["plan_id"]: row["confirmed_at"] for row in rows.records()} == confirmed_at


def test_what_was_made_again_is_confirmed_the_next_time(nights: Nights) -> None:
    again = _night(nights.world, plan_ids=["seed", "altered", "rolled", "retired"])
    assert _confirmed(again) == set(again)


class Changing(NamedTuple):
    world: World
    folder: Path


@pytest.fixture
def changing(tmp_path: Path, instance: dg.DagsterInstance) -> Changing:
    """An installation whose library and settings may change, with one plan that was made."""
    shutil.copytree(ROOT / "workout_library", tmp_path / "library")
    shutil.copytree(ROOT / "config", tmp_path / "config")
    world = make_world(tmp_path, instance, library=tmp_path / "library", config=tmp_path / "config")
    world.ask(request(weeks=4))
    _night(world)
    return Changing(world, tmp_path)


def test_another_arm_library_or_setting_has_plans_made_again(changing: Changing) -> None:
    world, folder = changing
    assert not _confirmed(_night(world, arm="adjusted"))

    without = make_world(folder, world.instance, library=folder / "library", enable_duration_adjustment=False)
    assert not _confirmed(_night(without))

    file = folder / "library" / "cycling" / "endurance.yaml"
    file.write_text(file.read_text().replace("name: ", "name: New ", 1))
    assert not _confirmed(_night(without))


def test_another_configuration_has_plans_made_again(changing: Changing) -> None:
    world, folder = changing
    file = folder / "config" / "cycling" / "week.yaml"
    file.write_text(file.read_text().replace("usual_min: 90", "usual_min: 85", 1))
    assert not _confirmed(_night(world))
    assert _confirmed(_night(world))


def test_another_version_of_the_code_or_of_a_plug_in_has_plans_made_again(changing: Changing) -> None:
    pipeline = changing.world.pipeline
    now = dt.datetime.now(dt.UTC)

    def confirmed(code_version: str) -> PlanRecord | None:
        run = RunInfo("12345678", Stamp(generation_id="1-12345678", generated_at=now, code_version=code_version))
        service = ConfirmationService(GenerationService(pipeline, pipeline.knowledge(), run))
        return service.confirm("rider", None, now)

    assert confirmed(f"{planning_version()}; steady-plans 1.0.0") is None
    assert confirmed(planning_version()) is not None


def test_a_plan_without_facts_or_without_marks_is_made_again(changing: Changing, tmp_path: Path) -> None:
    world = changing.world
    shutil.rmtree(world.pipeline.data.facts / "plan_generations")
    assert not _confirmed(_night(world))

    with temporary_instance(tmp_path / "new") as another:
        elsewhere = make_world(tmp_path, another, library=tmp_path / "library")
        assert not _confirmed(_night(elsewhere))
        assert elsewhere.marked("final_plan") == {f"rider|{week:02}" for week in range(1, 5)}


@pytest.mark.parametrize(("word", "means"), [("skip", "verify"), ("verify", "verify"), ("confirm", "confirm")])
def test_the_word_of_earlier_releases_is_still_read(word: str, means: str) -> None:
    assert RegenerateConfig(unchanged=word).for_unchanged() == means


def test_to_verify_a_plan_is_to_make_it_again_and_compare(changing: Changing) -> None:
    world = changing.world
    before = world.file("rider", "plan.json").read_bytes()

    (record,) = _night(world, unchanged="verify").values()

    assert (record.confirmed, record.changed) == (False, False)
    assert world.file("rider", "plan.json").read_bytes() == before


class MoodyWriter:
    """A writer of overviews that is asked again where a person wants it, and has counted how often."""

    asked = 0

    def write(self, request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
        MoodyWriter.asked += 1
        return RulesOverviewWriter().write(request, library, config)


def test_an_overview_of_a_model_is_renewed_only_where_that_is_asked_for(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    world = make_world(tmp_path, instance, writers={BY_ANTHROPIC: MoodyWriter})
    world.ask(request(weeks=4, overview="anthropic"))
    _night(world)

    assert _confirmed(_night(world)) == {"rider"}
    assert not _confirmed(_night(world, renew_overviews=True))
    assert MoodyWriter.asked == 2


def test_another_plan_from_the_same_inputs_is_said_loudly(changing: Changing) -> None:
    world = changing.world
    store = world.pipeline.plans
    record = store.load_generation_record("rider")
    assert record is not None
    store.save_generation_record("rider", record.model_copy(update={"content_hash": "of another plan"}))

    result = world.launch("regenerate_plans", config=_config(unchanged="verify"))

    (output,) = (event for event in result.all_events if event.event_type_value == "STEP_OUTPUT")
    assert output.step_output_data.metadata["plans_differing"].value == 1
    assert "rider" in output.step_output_data.metadata["differing"].value
    logged = [entry for entry in world.instance.all_logs(result.run_id) if entry.level >= 40]
    assert ["came out differently from the same inputs" in entry.user_message for entry in logged] == [True]


def test_a_plan_that_ended_in_an_error_is_made_again(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    world = make_world(tmp_path, instance)
    world.ask(request(weeks=4))
    world.file("rider", "plan_overview.json").mkdir()
    assert _night(world, retries=0)["rider"].status is PlanStatus.ERROR
    world.file("rider", "plan_overview.json").rmdir()

    assert _night(world)["rider"].status is PlanStatus.PUBLISHED


def test_the_cell_of_a_plan_says_by_its_data_version_what_it_was_made_from(nights: Nights, generated: World) -> None:
    shown = {plan_id: nights.world.data_version(Stage.FINAL_PLAN, f"{plan_id}|02") for plan_id in (*SAME, "seed")}
    assert shown == {plan_id: nights.second[plan_id].inputs_hash for plan_id in (*SAME, "seed")}
    assert shown["seed"] != nights.first["seed"].inputs_hash

    record = generated.pipeline.plans.load_generation_record("rider")
    assert record is not None
    assert generated.data_version(Stage.FINAL_PLAN, "rider|03") == record.inputs_hash


def test_an_asset_run_makes_a_plan_again_and_its_generation_is_confirmed(generated: World) -> None:
    (before,) = {record["generation_id"] for record in generated.rows("plan_generations")}

    assert _confirmed(_night(generated)) == {"rider"}
    assert _night(generated)["rider"].generation_id == before
