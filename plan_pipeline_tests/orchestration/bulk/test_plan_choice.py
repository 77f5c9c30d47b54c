"""Which plans a bulk run is for: all active ones, named ones, or those that meet every condition of a filter."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from plan_pipeline.orchestration.bulk.config import PlanFilter, RegenerateConfig
from plan_pipeline.services.plan_choice import choose_plans
from plan_pipeline.storage.plans.retirement import retire
from plan_pipeline.storage.plans.rollbacks import roll_back
from plan_pipeline_tests.orchestration.world import (
    ROOT,
    World,
    failure_of,
    make_world,
    request,
)


class TestTheChoice:
    """Which plans a run takes, of one with four weeks, one with six, and one of another arm."""

    @pytest.fixture
    def chosen(self, world: World) -> World:
        world.ask(request("four", weeks=4), request("six", weeks=6), request("legacy", weeks=6, duration="legacy"))
        return world

    @pytest.mark.parametrize(
        ("only", "expected"),
        [
            ({}, {"four", "six", "legacy"}),
            ({"arm": "legacy"}, {"legacy"}),
            ({"min_weeks": 5}, {"six", "legacy"}),
            ({"max_weeks": 5}, {"four"}),
            ({"min_weeks": 5, "arm": "optimal"}, {"six"}),
        ],
    )
    def test_a_filter_lets_through_what_meets_all_its_conditions(
        self, chosen: World, only: dict[str, object], expected: set[str]
    ) -> None:
        assert choice(chosen, only=only) == expected

    def test_named_plans_are_filtered_too(self, chosen: World) -> None:
        assert choice(chosen, plan_ids=["four", "six"], only={"min_weeks": 5}) == {"six"}

    def test_plans_that_were_never_made_count_as_made_before_any_moment(self, chosen: World) -> None:
        chosen.launch("regenerate_plans", config=_config(plan_ids=["six"]))
        assert choice(chosen, only={"generated_before": "2020-01-01"}) == {"four", "legacy"}
        assert choice(chosen, only={"generated_before": "2120-01-01T06:00+01:00"}) == {"four", "six", "legacy"}

    def test_plans_made_from_todays_library_are_not_made_from_another(self, chosen: World) -> None:
        chosen.launch("regenerate_plans", config=_config(plan_ids=["six"]))
        assert choice(chosen, only={"other_library": True}) == {"four", "legacy"}

    def test_after_the_library_has_changed_all_are(self, tmp_path: Path, instance: dg.DagsterInstance) -> None:
        library = tmp_path / "library"
        shutil.copytree(ROOT / "workout_library", library)
        world = make_world(tmp_path, instance, library=library)
        world.ask(request("six"))
        world.launch("regenerate_plans")
        tempo = library / "cycling" / "tempo.yaml"
        tempo.write_text(re.sub(r"name: (.*)", r"name: \1 anew", tempo.read_text(), count=1))

        assert choice(world, only={"other_library": True}) == {"six"}

    def test_a_plan_whose_files_are_damaged_passes_so_that_the_run_says_so(self, chosen: World) -> None:
        chosen.file("six", "request.json").write_text("{")
        assert choice(chosen, only={"max_weeks": 5}) == {"four", "six"}

    def test_retired_plans_are_left_out_unless_they_are_named(self, chosen: World) -> None:
        retire(chosen.pipeline.plans, "six", at=dt.datetime.now(dt.UTC), timeout_s=1)
        assert choice(chosen) == {"four", "legacy"}
        assert choice(chosen, plan_ids=["six"]) == {"six"}

    def test_a_plan_that_was_rolled_back_is_left_out_unless_it_is_named(self, chosen: World) -> None:
        chosen.launch("regenerate_plans", config=_config(plan_ids=["six"]))
        generation = chosen.pipeline.plans.versions("six")[0].stem
        roll_back(chosen.pipeline.plans, "six", to=generation, now=dt.datetime.now(dt.UTC))

        found = choose_plans(chosen.pipeline.plans)

        assert (set(found.plan_ids), found.on_hold) == ({"four", "legacy"}, ("six",))
        assert choice(chosen, plan_ids=["six"]) == {"six"}

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"plan_ids": ["rider 1"]}, "plan_ids: 'rider 1' cannot be the id of a plan; name plans by their ids"),
            ({"only": {"arm": "fast"}}, "only.arm: 'fast' is not an arm; use legacy, adjusted, optimal"),
            ({"only": {"min_weeks": 9, "max_weeks": 5}}, "min_weeks: 9 is more than max_weeks, 5"),
            ({"only": {"generated_before": "yesterday"}}, "only.generated_before: 'yesterday' is not a date or time"),
            ({"arm": "fast"}, "arm: 'fast' is not an arm"),
            ({"unchanged": "keep"}, "unchanged: 'keep' is none of what can be done; use confirm, verify or rewrite"),
        ],
    )
    def test_a_setting_that_means_nothing_fails_the_run_and_is_named(
        self, chosen: World, values: dict[str, object], said: str
    ) -> None:
        result = chosen.launch("regenerate_plans", config=_config(**values))

        assert f"configuration of generate_in_bulk: {said}" in failure_of(result)
        assert chosen.records == []


def choice(world: World, plan_ids: Sequence[str] = (), only: dict[str, Any] | None = None) -> set[str]:
    config = RegenerateConfig(plan_ids=list(plan_ids), only=PlanFilter(**(only or {})))
    return set(config.choice(world.pipeline).plan_ids)


def _config(**values: object) -> dict[str, object]:
    return {"ops": {"generate_in_bulk": {"config": values}}}
