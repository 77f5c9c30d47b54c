"""Pages follow what is published: written once, left alone where nothing changes, right after a rollback."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.final_plan import content_hash
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library
from plan_pipeline.services.pages.page_files import (
    keep_plan_page,
    write_library_page,
    write_plan_page,
    write_start_page,
)
from plan_pipeline.services.plan_changes import roll_back_plan
from plan_pipeline.services.plan_states import CurrentStatus, PlanState
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline_tests.core.builders import real_config, real_library
from plan_pipeline_tests.pages.plans import example

PLAN = example("rider-108-first-season")
PLAN_ID = PLAN.training_plan.plan_id
TODAY = dt.date(2027, 1, 4)
FIRST, SECOND = "20270104T030000000Z-11111111", "20270105T030000000Z-22222222"


def generation(generation_id: str, notes: str = "as it was") -> Plan:
    """The plan as a generation of its own, with notes that make it another one."""
    meta = PLAN.training_plan.plan_metadata.model_copy(update={"coaching_notes": notes})
    body = PLAN.training_plan.model_copy(update={"plan_metadata": meta})
    stamp = {"generation_id": generation_id, "content_hash": content_hash(body)}
    generation = PLAN.generation.model_copy(update=stamp)
    return PLAN.model_copy(update={"training_plan": body, "generation": generation})


def in_force(sport: Sport = Sport.CYCLING) -> tuple[Library, PlanningConfig]:
    return real_library(), real_config()


def published(store: PlanStore, plan: Plan, *, every: bool) -> str | None:
    """What publishing does."""
    publication = store.publish(plan)
    assert publication is not None
    return keep_plan_page(store, PLAN_ID, publication.generation_id, in_force, plan=plan, every=every)


def mark(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_ino


def test_where_no_page_is_asked_for_there_is_none(data: DataFolder) -> None:
    assert published(PlanStore(data), generation(FIRST), every=False) is None
    assert not (data.root / "pages").exists()


def test_where_every_plan_is_to_have_one_it_is_written_as_it_is_published(data: DataFolder) -> None:
    assert published(PlanStore(data), generation(FIRST), every=True) == str(data.plan_page(PLAN_ID))
    assert FIRST in data.plan_page(PLAN_ID).read_text()


def test_an_unchanged_plan_leaves_its_page_alone(data: DataFolder) -> None:
    store = PlanStore(data)
    published(store, generation(FIRST), every=True)
    before = mark(data.plan_page(PLAN_ID))
    published(store, generation(SECOND), every=True)
    assert mark(data.plan_page(PLAN_ID)) == before


def test_a_changed_plan_has_its_page_rewritten_also_where_no_other_is_to_have_one(data: DataFolder) -> None:
    store = PlanStore(data)
    published(store, generation(FIRST), every=True)
    published(store, generation(SECOND, "another"), every=False)
    page = data.plan_page(PLAN_ID).read_text()
    assert SECOND in page and FIRST not in page


def test_a_page_that_a_killed_run_did_not_write_is_written_by_the_next(data: DataFolder) -> None:
    store = PlanStore(data)
    published(store, generation(FIRST), every=True)
    store.publish(generation(SECOND, "another"))
    published(store, generation("20270106T030000000Z-33333333", "another"), every=True)
    assert SECOND in data.plan_page(PLAN_ID).read_text()


def test_a_rollback_puts_the_page_back_too(data: DataFolder) -> None:
    store = PlanStore(data)
    published(store, generation(FIRST), every=True)
    published(store, generation(SECOND, "another"), every=True)
    roll_back_plan(store, PLAN_ID, to=None, now=dt.datetime(2027, 1, 6, tzinfo=dt.UTC), in_force=in_force)
    assert FIRST in data.plan_page(PLAN_ID).read_text()


def test_a_page_that_cannot_be_written_leaves_the_plan_as_it_is_and_is_told_of(
    data: DataFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data.root.mkdir()
    (data.root / "pages").symlink_to(tmp_path)
    store = PlanStore(data)
    assert published(store, generation(FIRST), every=True) is None
    assert store.load_plan(PLAN_ID) is not None
    assert f"plan {PLAN_ID} has no page of what is published" in caplog.text


def test_a_page_is_only_written_where_it_would_be_another(data: DataFolder) -> None:
    library, config = real_library(), real_config()
    writes = (
        lambda: write_plan_page(PlanStore(data), PLAN, library, config),
        lambda: write_library_page(data, library, config),
        lambda: write_start_page(data, [PlanState(plan_id=PLAN_ID, status=CurrentStatus.PUBLISHED)], today=TODAY),
    )
    assert [write().changed for write in writes] == [True, True, True]
    assert [write().changed for write in writes] == [False, False, False]


def test_the_list_of_plans_does_not_change_with_a_confirmation(data: DataFolder) -> None:
    state = PlanState(plan_id=PLAN_ID, status=CurrentStatus.PUBLISHED, generated_at=dt.datetime(2027, 1, 4))
    write_start_page(data, [state], today=TODAY)
    confirmed = state.model_copy(update={"confirmed_at": dt.datetime(2027, 1, 5)})
    assert not write_start_page(data, [confirmed], today=TODAY).changed


def test_the_list_links_the_pages_that_there_are(data: DataFolder) -> None:
    write_plan_page(PlanStore(data), PLAN, *in_force(Sport.CYCLING))
    states = [PlanState(plan_id=each, status=CurrentStatus.PUBLISHED) for each in (PLAN_ID, "without-a-page")]
    page = write_start_page(data, states, today=TODAY).path.read_text()
    assert f'<a href="plans/{PLAN_ID}.html">' in page
    assert "plans/without-a-page.html" not in page
