"""A bulk run with more plans than a chunk becomes several, in the queue, each plan in one of them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

import dagster as dg
import pytest
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteRepositoryOrigin

from plan_pipeline.orchestration.bulk.batches import (
    can_split,
    has_begun_to_split,
    is_followed_by_refresh,
    open_batches,
    split,
)
from plan_pipeline.orchestration.bulk.regenerate_plans import regenerate_plans
from plan_pipeline.orchestration.run_tags import PART_TAG, REFRESH_TAG, RETRY_NUMBER_TAG, SPLIT_TAG
from plan_pipeline_tests.orchestration.world import (
    World,
    failure_of,
    request,
)


class TestSplitting:
    """A run for more plans than a chunk, on an instance with a queue; nothing takes the runs out of it here."""

    PLANS = tuple(f"rider-{number}" for number in range(5))

    @pytest.fixture
    def big(self, instance: dg.DagsterInstance) -> dg.DagsterRun:
        """A run as the UI launches it: with the place its code comes from."""
        return queued(instance, regenerate_plans, tags={"kind": "bulk", "dagster/schedule_name": "nightly_batch"})

    def parts(self, instance: dg.DagsterInstance, big: dg.DagsterRun) -> list[dg.DagsterRun]:
        runs = instance.get_runs(dg.RunsFilter(tags={SPLIT_TAG: big.run_id}))
        return [run for run in reversed(runs) if PART_TAG in run.tags]

    def plans_of(self, run: dg.DagsterRun) -> list[str]:
        config: list[str] = run.run_config["ops"]["generate_in_bulk"]["config"]["plan_ids"]
        return config

    def split(self, instance: dg.DagsterInstance, run: dg.DagsterRun, *plan_ids: str) -> tuple[str, ...]:
        config = {"refresh_warehouse": False}
        return split(run, instance, plan_ids or self.PLANS, 2, config, "generate_in_bulk")

    def test_every_plan_is_in_one_part_and_every_part_is_in_the_queue(
        self, instance: dg.DagsterInstance, big: dg.DagsterRun
    ) -> None:
        self.split(instance, big)

        parts = self.parts(instance, big)

        assert [self.plans_of(part) for part in parts] == [["rider-0", "rider-1"], ["rider-2", "rider-3"], ["rider-4"]]
        assert {part.status for part in parts} == {dg.DagsterRunStatus.QUEUED}

    def test_a_part_is_tagged_as_one_and_has_nothing_of_who_asked_for_the_batch(
        self, instance: dg.DagsterInstance, big: dg.DagsterRun
    ) -> None:
        self.split(instance, big)
        last = self.parts(instance, big)[-1]
        assert last.tags[PART_TAG] == "3 of 3"
        assert last.tags["kind"] == "bulk"
        assert "dagster/schedule_name" not in last.tags

    def test_a_part_leaves_the_refresh_to_the_end_of_the_batch(
        self, instance: dg.DagsterInstance, big: dg.DagsterRun
    ) -> None:
        self.split(instance, big)
        config = self.parts(instance, big)[0].run_config["ops"]["generate_in_bulk"]["config"]
        assert config["refresh_warehouse"] is False
        assert open_batches(instance) == (big.run_id,)

    def test_a_part_can_be_run(self, instance: dg.DagsterInstance, big: dg.DagsterRun, world: World) -> None:
        world.ask(*(request(plan_id, weeks=4) for plan_id in self.PLANS))
        self.split(instance, big)
        part = self.parts(instance, big)[0]

        result = world.launch("regenerate_plans", config=dict(part.run_config), tags={SPLIT_TAG: big.run_id})

        assert result.success, failure_of(result)
        assert [record.plan_id for record in world.records] == ["rider-0", "rider-1"]
        assert not world.pipeline.data.warehouse.exists()

    def test_split_again_after_a_crash_it_goes_on_where_it_was(
        self, instance: dg.DagsterInstance, big: dg.DagsterRun
    ) -> None:
        self.split(instance, big, "rider-0", "rider-1")

        self.split(instance, big)

        named = [plan_id for part in self.parts(instance, big) for plan_id in self.plans_of(part)]
        assert named == list(self.PLANS)

    def test_a_part_that_was_made_and_not_queued_is_queued_then(
        self, instance: dg.DagsterInstance, big: dg.DagsterRun
    ) -> None:
        self.split(instance, big)
        whole = self.parts(instance, big)[0]
        lost = whole._replace(run_id=str(uuid4()), status=dg.DagsterRunStatus.NOT_STARTED)
        instance.add_run(lost)

        self.split(instance, big)

        assert {part.status for part in self.parts(instance, big)} == {dg.DagsterRunStatus.QUEUED}

    def test_launched_anew_by_a_person_it_is_another_batch(
        self, instance: dg.DagsterInstance, big: dg.DagsterRun
    ) -> None:
        self.split(instance, big)
        again = queued(instance, regenerate_plans, tags={"kind": "bulk"}, parent=big)

        assert len(self.split(instance, again)) == 3
        assert len(self.parts(instance, again)) == 3

    def test_a_repetition_of_what_was_launched_anew_goes_on_with_that_batch(
        self, instance: dg.DagsterInstance, big: dg.DagsterRun
    ) -> None:
        self.split(instance, big)
        anew = queued(instance, regenerate_plans, tags={"kind": "bulk"}, parent=big)
        self.split(instance, anew, "rider-0", "rider-1")
        retry = queued(instance, regenerate_plans, tags={"kind": "bulk", RETRY_NUMBER_TAG: "1"}, parent=anew, root=big)

        self.split(instance, retry)

        named = [plan_id for part in self.parts(instance, anew) for plan_id in self.plans_of(part)]
        assert named == list(self.PLANS)

    def test_tried_again_it_leaves_plans_to_the_parts_that_it_had_queued_before_it_was_killed(
        self, instance: dg.DagsterInstance, big: dg.DagsterRun
    ) -> None:
        """However few are left: made here as well, they would be made twice."""
        retry = queued(instance, regenerate_plans, tags={"kind": "bulk", RETRY_NUMBER_TAG: "1"}, parent=big)
        assert not has_begun_to_split(retry, instance)

        self.split(instance, big)

        assert has_begun_to_split(retry, instance)
        assert len(self.split(instance, retry, "rider-4")) == len(self.parts(instance, big)) == 3

    def test_neither_a_part_that_is_tried_again_nor_what_a_person_launches_anew_has_parts(
        self, instance: dg.DagsterInstance, big: dg.DagsterRun
    ) -> None:
        self.split(instance, big)
        part = self.parts(instance, big)[0]
        retried = queued(instance, regenerate_plans, tags={**part.tags, RETRY_NUMBER_TAG: "1"}, parent=part)
        anew = queued(instance, regenerate_plans, tags={"kind": "bulk"}, parent=big)
        assert [has_begun_to_split(run, instance) for run in (big, retried, anew)] == [False, False, False]

    def test_a_part_that_is_launched_anew_in_smaller_chunks_is_a_batch_of_its_own(
        self, instance: dg.DagsterInstance, big: dg.DagsterRun
    ) -> None:
        config = {"ops": {"generate_in_bulk": {"config": {"plan_ids": list(self.PLANS), "chunk_size": 2}}}}
        part = queued(instance, regenerate_plans, tags={SPLIT_TAG: "a-batch", PART_TAG: "1 of 1"}, config=config)

        self.split(instance, part)

        named = [self.plans_of(each) for each in self.parts(instance, part) if each.run_id != part.run_id]
        assert named == [["rider-0", "rider-1"], ["rider-2", "rider-3"], ["rider-4"]]

    def test_a_part_that_ends_after_the_refresh_was_asked_for_refreshes_itself(
        self, instance: dg.DagsterInstance, big: dg.DagsterRun
    ) -> None:
        self.split(instance, big)
        part = self.parts(instance, big)[0]
        assert is_followed_by_refresh(part, instance)

        queued(instance, regenerate_plans, tags={SPLIT_TAG: big.run_id, REFRESH_TAG: big.run_id})

        assert not is_followed_by_refresh(part, instance)

    def test_a_run_that_a_program_executes_itself_is_not_split(self, world: World) -> None:
        world.ask(*(request(plan_id, weeks=4) for plan_id in self.PLANS))

        result = world.launch("regenerate_plans", config=_config(chunk_size=2))

        assert not can_split(result.dagster_run, world.instance)
        assert len(world.records) == 5


def queued(
    instance: dg.DagsterInstance,
    job: dg.JobDefinition,
    *,
    tags: dict[str, str],
    parent: dg.DagsterRun | None = None,
    root: dg.DagsterRun | None = None,
    config: Mapping[str, object] | None = None,
) -> dg.DagsterRun:
    """A run with the origin that runs have which come out of the queue."""
    location = RegisteredCodeLocationOrigin("plan_pipeline.definitions")
    origin = RemoteRepositoryOrigin(location, "__repository__").get_job_origin(job.name)
    code = dg.reconstructable(module_job).get_python_origin()
    run = instance.create_run_for_job(job, tags=tags, run_config=config)
    ids = {"root_run_id": (root or parent).run_id, "parent_run_id": parent.run_id} if parent else {}
    placed = run._replace(run_id=str(uuid4()), remote_job_origin=origin, job_code_origin=code, **ids)
    instance.delete_run(run.run_id)
    return instance.add_run(placed)


def module_job() -> dg.JobDefinition:
    """Where ``reconstructable`` finds the job."""
    return regenerate_plans


def _config(**values: object) -> dict[str, object]:
    return {"ops": {"generate_in_bulk": {"config": values}}}
