"""``PLAN_PIPELINE_PAGES=true``: plans get their pages as they are published; a night without changes writes none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import dagster as dg
import pytest

from plan_pipeline.core.stages import Stage
from plan_pipeline.services.instances.scheduling import schedule_plan
from plan_pipeline_tests.core.builders import in_force
from plan_pipeline_tests.orchestration.world import World, make_world, rejected_request, request, temporary_instance


def files_of(world: World) -> dict[str, tuple[int, int]]:
    """Every page with its time of change and the file that it is."""
    folder = world.pipeline.data.root / "pages"
    found = ((path, path.stat()) for path in folder.rglob("*.html"))
    return {str(path.relative_to(folder)): (status.st_mtime_ns, status.st_ino) for path, status in found}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("pages")
    with temporary_instance(folder) as instance:
        world = make_world(folder, instance, pages=True)
        world.ask(request("one", weeks=4), request("two", weeks=4), rejected_request("short"))
        assert world.launch("regenerate_plans").success
        yield world


def test_every_published_plan_has_a_page_and_a_list_has_all_plans(world: World) -> None:
    libraries = {"library.html", "library-running.html"}
    assert set(files_of(world)) == {"index.html", *libraries, "plans/one.html", "plans/two.html"}
    start = world.pipeline.data.page("index").read_text()
    assert all(f'<a href="plans/{name}.html">' in start for name in ("one", "two")) and "short" in start


def test_cells_of_the_plan_and_the_board_link_the_pages(world: World) -> None:
    assert world.cell(Stage.FINAL_PLAN, "one|02")["page"].value == str(world.pipeline.data.plan_page("one"))
    assert "page" not in world.cell(Stage.FINAL_PLAN, "short|01")
    event = world.instance.get_latest_materialization_event(dg.AssetKey("plan_status"))
    assert event is not None and event.asset_materialization is not None
    assert event.asset_materialization.metadata["page"].value == str(world.pipeline.data.page("index"))


def test_a_night_in_which_nothing_has_changed_writes_no_page(world: World) -> None:
    before = files_of(world)
    assert world.launch("regenerate_plans").success
    assert files_of(world) == before


def test_a_changed_plan_alone_has_its_page_written(world: World) -> None:
    before = files_of(world)
    world.ask(request("two", weeks=4, hours=6))
    assert world.launch("regenerate_plans").success
    changed = {name for name, mark in files_of(world).items() if before[name] != mark}
    assert changed - {"index.html"} == {"plans/two.html"}


def test_the_page_of_an_instance_is_written_with_its_plan_alone(world: World) -> None:
    now = dt.datetime.now(dt.UTC)
    monday = now.date() + dt.timedelta(days=7 - now.weekday())
    (done,) = schedule_plan(world.pipeline.plans, "one", monday, in_force=in_force, now=now, with_page=True)
    name = f"plans/{done.instance.instance_id}.html"
    assert world.launch("refresh_warehouse").success
    before = files_of(world)
    assert name in before
    assert world.launch("regenerate_plans").success
    assert files_of(world) == before
    world.ask(request("one", weeks=4, hours=6))
    assert world.launch("regenerate_plans").success
    changed = {each for each, mark in files_of(world).items() if before[each] != mark}
    assert changed - {"index.html"} == {"plans/one.html", name}
    assert f'<a href="{name}">' in world.pipeline.data.page("index").read_text()


def test_an_asset_run_writes_and_links_the_page_too(world: World) -> None:
    assert world.run_plan(request("three", weeks=4)).success
    assert "plans/three.html" in files_of(world)
    assert world.cell(Stage.FINAL_PLAN, "three|01")["page"].value.endswith("plans/three.html")
