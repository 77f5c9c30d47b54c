"""A published plan that is not what was published is never taken for it, and what is said of it works."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.model_files import DamagedArtefactError
from plan_pipeline.storage.plans.integrity import published_stamp
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.plans.rollbacks import roll_back
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.samples import NOON

PLAN = "rider-1"


@pytest.fixture
def store(data: DataFolder) -> PlanStore:
    """A plan that was published twice."""
    store = PlanStore(data)
    for generation_id in ("gen-1", "gen-2"):
        store.publish(samples.plan(PLAN, generation_id, notes=generation_id))
    return store


def plan_file(store: PlanStore) -> Path:
    return store.data.plan_folder(PLAN) / "plan.json"


def edit(path: Path, change: Callable[[Any], object]) -> None:
    """Change a plan as an editor does that writes into the file itself."""
    content = json.loads(path.read_text())
    change(content)
    rewrite(path, json.dumps(content, indent=2))


def rewrite(path: Path, text: str) -> None:
    path.chmod(0o644)
    path.write_text(text)


def longer_ride(plan: Any) -> None:
    plan["training_plan"]["weekly_plan"][2]["workouts"][0]["duration_min"] += 10


CHANGES: dict[str, Callable[[Any], object]] = {
    "a ride": longer_ride,
    "a week left out": lambda plan: plan["training_plan"]["weekly_plan"].pop(),
    "a field of nobody": lambda plan: plan["training_plan"].update(note="me"),
    "its code": lambda plan: plan["generation"].update(code_version="9"),
    "its seed": lambda plan: plan["generation"].update(seed=7),
    "its rules": lambda plan: plan["rule_results"].clear(),
    "its library": lambda plan: plan["ai_metadata"].update(library_version="lib-9"),
    "its hash": lambda plan: plan["generation"].update(content_hash="0" * 64),
    "no stamp": lambda plan: plan.pop("generation"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_plan_that_was_changed_in_place_is_refused_and_the_version_before_it_is_the_remedy(
    store: PlanStore, change: Callable[[Any], object]
) -> None:
    edit(plan_file(store), change)

    with pytest.raises(DamagedArtefactError, match=r"plan\.json is damaged") as refused:
        store.load_plan(PLAN)
    assert "`plan-pipeline rollback rider-1` puts gen-1 in its place" in str(refused.value)
    assert published_stamp(store.versions(PLAN)[0]) is None
    assert roll_back(store, PLAN, now=NOON).to_generation == "gen-1"
    assert store.load_plan(PLAN) is not None


def test_where_no_version_is_sound_the_remedy_is_to_make_the_plan_again_which_repairs_it(store: PlanStore) -> None:
    for path in store.versions(PLAN):
        edit(path, longer_ride)

    with pytest.raises(DamagedArtefactError, match=r"\); `plan-pipeline generate .+/rider-1/request.json` makes the"):
        store.load_plan(PLAN)
    assert store.publish(samples.plan(PLAN, "gen-3", notes="gen-2")).changed
    assert store.load_plan(PLAN) is not None


@pytest.mark.parametrize("other", ["truncated", "empty", "of another plan", "of another generation"])
def test_a_file_with_another_content_is_refused(store: PlanStore, other: str) -> None:
    content = plan_file(store).read_text()
    store.publish(samples.plan("rider-2", "gen-9"))
    path = store.versions(PLAN)[0] if other == "of another generation" else plan_file(store)
    rewrite(
        path,
        {
            "truncated": content[: len(content) // 2],
            "empty": "",
            "of another plan": (store.data.plan_folder("rider-2") / "plan.json").read_text(),
            "of another generation": store.versions(PLAN)[1].read_text(),
        }[other],
    )
    assert published_stamp(path) is None


def test_a_plan_that_was_only_laid_out_differently_is_the_same(store: PlanStore) -> None:
    before = store.load_plan(PLAN)
    rewrite(plan_file(store), json.dumps(json.loads(plan_file(store).read_text())))
    assert store.load_plan(PLAN) == before


@pytest.mark.parametrize("status", [PlanStatus.PUBLISHED, PlanStatus.REJECTED])
def test_a_change_after_the_last_generation_is_found_although_the_time_of_the_file_was_set_back(
    store: PlanStore, status: PlanStatus
) -> None:
    record = PlanRecord(plan_id=PLAN, status=status, arm="optimal", generation_id="gen-2", weeks=12)
    store.save_generation_record(PLAN, record)
    store.check_published(PLAN, record)
    before = plan_file(store).stat()
    edit(plan_file(store), longer_ride)
    os.utime(plan_file(store), ns=(before.st_atime_ns, before.st_mtime_ns))
    if status is PlanStatus.REJECTED:  # a generation that was not published has not looked
        store.save_generation_record(PLAN, record.model_copy(update={"weeks": 11}))

    with pytest.raises(DamagedArtefactError, match="training_plan was changed after it was published"):
        store.check_published(PLAN, record)
