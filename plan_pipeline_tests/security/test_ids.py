"""No id reaches a place outside the data folder, through whichever door it comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plan_pipeline.orchestration.partitions import PLANS_NAME
from plan_pipeline.orchestration.run_tags import BATCH_TAG, SINGLE_TAG
from plan_pipeline.storage.data_folder import DataFolder, UnsafePathError
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.rollbacks import roll_back
from plan_pipeline.storage.plans.versions import PlanVersions
from plan_pipeline_tests.cli.conftest import Run
from plan_pipeline_tests.orchestration.intake.intake_world import submit
from plan_pipeline_tests.orchestration.world import World, failure_of
from plan_pipeline_tests.security.attacks import NAMES
from plan_pipeline_tests.storage import samples

SHELL_NAMES = [name for name in NAMES if name and "\0" not in name]
"""What a shell can pass on."""

SOME = ["../x", "/etc/passwd", "x|y", "x,y", "x\ny", "..", "x" * 64, "\uff0e\uff0e\uff0fx"]
"""A few of each kind, where every one costs a run."""


def tree(folder: Path) -> set[str]:
    """What lies below a folder, but for Dagster's own files and locks."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if "dagster" not in path.relative_to(folder).parts[0] and ".dagster" not in path.parts
    }


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[None]:
    """Checks that a test leaves nothing in the temporary folder but the data folder and Dagster's."""
    yield
    assert {name.split("/")[0] for name in tree(tmp_path)} <= {"data"}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_none_never_becomes_a_path(name: str, tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    for field, place in {"plan_id": data.plan_folder, "experiment": data.report}.items():
        with pytest.raises(UnsafePathError, match=f"{field}: .* is not a usable id: use 1 to 63 lower-case letters"):
            place(name)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("_x", "X", "x.json", "x" * 64)])
def test_a_generation_that_is_none_never_becomes_a_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnsafePathError):
        PlanVersions(DataFolder(tmp_path / "data"), "rider-1").path(name)


@pytest.mark.parametrize(
    "command",
    [
        ["show"],
        ["rollback"],
        ["retire"],
        ["retire", "--undo"],
        ["rollback", "rider-042-century", "--to"],
        ["experiment", "report"],
        ["experiment", "run", "--athletes", "1", "--name"],
    ],
    ids=" ".join,
)
def test_no_command_takes_a_name_that_is_none(command: list[str], run: Run, generated: Path) -> None:
    before = tree(generated.parent)
    for name in SHELL_NAMES:
        if name.startswith("-"):
            continue  # an option, which is refused as such
        ended = run("--data", generated, *command, name)
        assert ended.exit_code in (1, 2), (name, ended)
        assert ended.stdout == ""
        assert ended.stderr.removesuffix("\n").replace("\n", "").isprintable(), ended.stderr
    assert tree(generated.parent) - before <= {"data/.dagster"}


@pytest.mark.parametrize("name", SOME)
@pytest.mark.usefixtures("untouched")
def test_a_partition_that_someone_adds_through_the_api_makes_no_plan(name: str, world: World) -> None:
    world.instance.add_dynamic_partitions(PLANS_NAME, [name])
    result = world.run(f"{name}|01")
    assert not result.success
    assert not world.pipeline.data.plans.exists()


@pytest.mark.parametrize("name", SOME)
@pytest.mark.usefixtures("untouched")
def test_a_bulk_run_for_a_name_that_is_none_makes_no_plan(name: str, world: World) -> None:
    world.launch(
        "regenerate_plans", config={"ops": {"generate_in_bulk": {"config": {"plan_ids": [name], "chunk_size": 1}}}}
    )
    assert not world.pipeline.data.plans.exists() or list(world.pipeline.data.plans.iterdir()) == []
    assert world.instance.get_dynamic_partitions(PLANS_NAME) == []


@pytest.mark.usefixtures("untouched")
def test_requests_pasted_with_names_that_are_none_are_all_refused(world: World) -> None:
    result = submit(world, [samples.raw_request(name) for name in NAMES])
    assert not result.success
    assert failure_of(result).count("is not a usable id") >= len(NAMES)
    assert not world.pipeline.data.plans.exists()
    assert world.instance.get_dynamic_partitions(PLANS_NAME) == []


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "20270104T031500000000Z-0001/../x", "x"])
@pytest.mark.usefixtures("untouched")
def test_a_batch_that_a_run_names_is_only_looked_for_among_the_batches(name: str, world: World) -> None:
    result = world.launch("ingest_requests", config={"ops": {"ingest_batches": {"config": {"batches": [name]}}}})
    assert f"{name!r} is not the id of a batch" in failure_of(result)
    tagged = submit(world, [samples.raw_request("rider-1")], tags={BATCH_TAG: name})
    assert f"{name!r} is not the id of a batch" in failure_of(tagged)


@pytest.mark.usefixtures("untouched")
def test_tags_that_someone_sets_through_the_api_lead_nowhere(world: World) -> None:
    for name in SOME:
        tags = {"plan_id": name, "experiment": name, f"{SINGLE_TAG}/plan": name, "arm": name}
        assert not world.run(f"{name}|01", tags=tags).success
    assert not world.pipeline.data.plans.exists()


@pytest.mark.usefixtures("untouched")
def test_an_experiment_run_under_a_name_that_is_none_makes_nothing(world: World) -> None:
    for name in SOME:
        config = {"ops": {"simulate_arms": {"config": {"name": name, "athletes": 1, "arms": ["legacy", "optimal"]}}}}
        assert "is not a usable id" in failure_of(world.launch("run_experiment", config=config))
    assert not world.pipeline.data.experiments.exists()
    assert not world.pipeline.data.facts.exists()


def test_a_device_of_another_system_is_a_plan_like_any_other(tmp_path: Path) -> None:
    """``con`` and ``nul`` mean something to Windows alone, on which nothing of this runs."""
    store = PlanStore(DataFolder(tmp_path / "data"))
    for name in ("con", "nul", "aux", "com1"):
        store.save_request(samples.request(name))
    assert store.plan_ids() == ("aux", "com1", "con", "nul")


def test_a_rollback_finds_no_version_outside(tmp_path: Path) -> None:
    import datetime as dt

    store = PlanStore(DataFolder(tmp_path / "data"))
    store.save_request(samples.request("rider-1"))
    for to in ("../plan", "../../other/versions/g1", "/etc/passwd"):
        with pytest.raises(UnsafePathError):
            roll_back(store, "rider-1", to=to, now=dt.datetime.now(dt.UTC))
