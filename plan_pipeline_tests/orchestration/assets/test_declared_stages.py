"""The assets follow the declaration of the stages, and nothing else says which stages there are and in what order."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import dagster as dg
import pytest

import plan_pipeline
from plan_pipeline.core.stages import WEEK_STAGES, Stage
from plan_pipeline.orchestration.assets import ALL, STAGES
from plan_pipeline.orchestration.reporting.week_lines import week_line

PACKAGE = Path(plan_pipeline.__file__).parent


def test_the_assets_of_stages_are_those_declared_in_their_order() -> None:
    assert [asset.key for asset in STAGES] == [dg.AssetKey(stage.value) for stage in Stage]


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_has_an_asset_in_the_module_of_its_name(stage: Stage) -> None:
    module = import_module(f"plan_pipeline.orchestration.assets.{stage}")
    assert getattr(module, stage) in STAGES


@pytest.mark.parametrize("stage", Stage)
def test_an_asset_comes_after_everything_that_its_stage_takes(stage: Stage) -> None:
    upstream = {asset.key.to_user_string(): asset.dependency_keys for asset in ALL}
    reached: set[str] = set()
    waiting = [stage.value]
    while waiting:
        above = {key.to_user_string() for key in upstream[waiting.pop()]}
        waiting += above - reached
        reached |= above
    assert {name for name in stage.takes if name in upstream} <= reached


@pytest.mark.parametrize("stage", WEEK_STAGES)
def test_the_asset_of_a_stage_on_weeks_registers_what_it_shows_of_a_week(stage: Stage) -> None:
    assert week_line.dispatch(stage.makes) is not week_line.dispatch(object)


def test_only_the_declaration_lists_the_stages() -> None:
    names = {stage.value for stage in Stage}
    lists = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef | ast.Tuple | ast.List | ast.Set | ast.Dict | ast.Match)
        if names <= {word.lower() for word in re.findall(r"\w+", ast.unparse(node))}
    ]
    assert lists == ["core/stages.py"]
