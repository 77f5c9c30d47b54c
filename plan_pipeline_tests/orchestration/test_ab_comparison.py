"""``ab_comparison``: the newest experiments with verdict, table and plots, and a page for each."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import dagster as dg
import pytest
from PIL import Image

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, Sport
from plan_pipeline.core.pipeline import generate_plan, origin_of, plan_facts
from plan_pipeline.experiments.page import page
from plan_pipeline.experiments.plots import plots
from plan_pipeline.experiments.reporting import report_on
from plan_pipeline.orchestration.assets.ab_comparison import EXPERIMENTS_SHOWN, compare
from plan_pipeline.orchestration.assets.metrics_warehouse import refresh
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.orchestration.world import (
    World,
    failure_of,
    make_world,
    metadata_of,
    request,
    temporary_instance,
)

FIRST_DAY = dt.datetime(2027, 1, 4, 3, tzinfo=dt.UTC)
SMALL_ENOUGH_BYTES = 300_000
"""What a materialization may take of the event log, which keeps all of them."""


def experiment(world: World, name: str, *, day: int = 0, athletes: int = 3) -> None:
    """Leave the facts of an experiment with two arms, made on a day."""
    library = world.pipeline.library.load(Sport.CYCLING)
    made = []
    for asked in synthetic_requests(athletes, 7, real_config()):
        for arm in (LEGACY, ADJUSTED):
            options = asked.options.model_copy(update={"duration": arm, "experiment": name})
            one = asked.model_copy(update={"options": options})
            stamp = Stamp(
                generation_id=f"{name}-{arm}", generated_at=FIRST_DAY + dt.timedelta(days=day), code_version="0.1.0"
            )
            result = generate_plan(one, library, real_config(), stamp=stamp)
            made.append(
                plan_facts(
                    result, real_config(), origin_of(one, library.version, real_config().version, stamp), simulated=True
                )
            )
    world.pipeline.facts.write_all(name, made)


def values(metadata: dict[str, Any]) -> dict[str, Any]:
    return {key: value.value for key, value in metadata.items()}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, dict[str, Any]]]:
    """A world with one experiment, and what the asset says of it; shared, so leave it as it is."""
    folder = tmp_path_factory.mktemp("shown")
    with temporary_instance(folder) as instance:
        world = make_world(folder, instance)
        experiment(world, "lengths")
        result = world.launch("refresh_warehouse")
        assert result.success
        yield world, metadata_of(result, "ab_comparison")


@pytest.fixture
def metadata(shown: tuple[World, dict[str, Any]]) -> dict[str, Any]:
    return shown[1]


def test_an_experiment_has_its_verdict_where_people_look_first(metadata: dict[str, Any]) -> None:
    assert re.match(r"(no difference shown between )?adjusted .*legacy", metadata["lengths/verdict"])


def test_an_experiment_has_its_table(metadata: dict[str, Any]) -> None:
    assert "|  | legacy | adjusted | adjusted − legacy |" in metadata["lengths/report"]
    assert "| validation pass rate before the fix |" in metadata["lengths/report"]


def test_an_experiment_has_its_plots_as_pictures_that_the_ui_shows(metadata: dict[str, Any]) -> None:
    pictures = re.findall(r"!\[[^\[\]\n]+\]\(data:image/png;base64,([A-Za-z0-9+/=]+)\)", metadata["lengths/report"])
    opened = [Image.open(BytesIO(base64.b64decode(picture))) for picture in pictures]
    assert len(opened) >= 4
    assert {picture.format for picture in opened} == {"PNG"}


def test_an_experiment_has_a_page_whose_path_is_told(shown: tuple[World, dict[str, Any]]) -> None:
    world, metadata = shown
    path = world.pipeline.data.root / "reports" / "lengths.html"
    assert metadata["lengths/page"] == str(path)
    html = path.read_text(encoding="utf-8")
    dated = re.search(r'"generated_at":"([^"]+)"', html)
    assert dated is not None
    found = report_on(world.pipeline.data, "lengths", now=dt.datetime.fromisoformat(dated[1]))
    assert html == page(found.report, plots(found.report, found.measures.weeks))


def test_plans_of_experiments_are_not_compared_with_others(metadata: dict[str, Any]) -> None:
    assert metadata["experiments"] == 1
    assert "comparison" not in metadata


def test_plans_outside_of_experiments_are_compared_beside_them(world: World) -> None:
    experiment(world, "lengths")
    world.run_plan(request(weeks=4))
    world.run_plan(request(weeks=4, duration="legacy"))
    refresh(world.pipeline)

    found = values(compare(world.pipeline))

    assert "| adjusted | legacy |" in found["comparison"] or "| legacy | optimal |" in found["comparison"]
    assert "lengths" not in found["comparison"]
    assert "lengths/report" in found


def test_without_any_experiment_or_second_arm_it_says_so(world: World) -> None:
    refresh(world.pipeline)
    found = values(compare(world.pipeline))
    assert found == {"experiments": 0, "comparison": "no plan has been made by more than one arm yet", "rows": 0}


def test_the_newest_experiments_are_shown_the_newest_first_within_a_bound(world: World) -> None:
    for day in range(EXPERIMENTS_SHOWN + 1):
        experiment(world, f"e{day}", day=day, athletes=1)
    refresh(world.pipeline)

    found = compare(world.pipeline)

    newest = [f"e{day}" for day in range(EXPERIMENTS_SHOWN, 0, -1)]
    assert [key.removesuffix("/report") for key in found if key.endswith("/report")] == newest
    assert {path.stem for path in world.pipeline.data.reports.iterdir()} == set(newest)
    assert sum(len(str(value.value)) for value in found.values()) < SMALL_ENOUGH_BYTES
    assert "data:image/png" in values(found)[f"{newest[0]}/report"]


def test_plots_without_room_are_left_to_the_page(world: World) -> None:
    experiment(world, "lengths", athletes=1)
    refresh(world.pipeline)

    found = values(compare(world.pipeline, plots_max_bytes=10_000))

    assert "data:image" not in found["lengths/report"]
    assert found["lengths/report"].endswith("The plots are on the page.")
    assert "<svg" in world.pipeline.data.report("lengths").read_text(encoding="utf-8")


def test_a_page_is_replaced_and_a_link_in_its_place_is_not_followed(world: World) -> None:
    experiment(world, "lengths", athletes=1)
    refresh(world.pipeline)
    elsewhere = world.pipeline.data.root / "mine.html"
    elsewhere.write_text("mine")
    world.pipeline.data.reports.mkdir()
    (world.pipeline.data.reports / "lengths.html").symlink_to(elsewhere)

    result = world.launch("refresh_warehouse", selection=[dg.AssetKey("ab_comparison")])

    assert not result.success
    assert "lengths.html is a link" in failure_of(result)
    assert elsewhere.read_text() == "mine"
