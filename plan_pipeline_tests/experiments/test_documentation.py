"""What the documentation shows can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from plan_pipeline.config import load_config
from plan_pipeline.core.model.vocabulary import Sport, WorkoutSource
from plan_pipeline.experiments.definitions import read_definitions
from plan_pipeline.experiments.design import ArmSettings
from plan_pipeline.experiments.design_files import read_design
from plan_pipeline.services.arm_configs import arm_configs, with_versions
from plan_pipeline.shipped import shipped
from plan_pipeline_tests.config.folders import a_copy

DOCUMENTATION = Path(__file__).resolve().parents[2] / "docs" / "experiments.md"


def examples() -> list[str]:
    """Three designs of simulated experiments, the last its arms alone, and the definition of a live one."""
    return re.findall(r"```yaml\n(.*?)```", DOCUMENTATION.read_text(), flags=re.DOTALL)


def test_the_definition_in_the_documentation_is_a_sound_one(tmp_path: Path) -> None:
    *_, example = examples()
    (tmp_path / "example.yaml").write_text(example)
    found = read_definitions(tmp_path)
    assert found.problems == ()
    assert [each.name for each in found.experiments] == ["longer-rides-spring"]


def test_the_design_in_the_documentation_is_a_sound_one(tmp_path: Path) -> None:
    example, *_ = examples()
    (tmp_path / "example.yaml").write_text(example)
    a_copy(tmp_path / "my-config")
    design = with_versions(read_design(tmp_path / "example.yaml"))
    in_force = load_config(shipped("config"))
    assert arm_configs(design, in_force)["today"] == in_force


def test_the_design_that_switches_variation_is_of_runners_and_each_arm_has_its_own_flags(tmp_path: Path) -> None:
    _, example, _, _ = examples()
    (tmp_path / "example.yaml").write_text(example)
    design = read_design(tmp_path / "example.yaml")
    configs = arm_configs(design, load_config(shipped("config"), design.sport))
    assert design.sport is Sport.RUNNING
    assert {arm: config.flags["plan.variation_engine"].enabled for arm, config in configs.items()} == {
        "fixed": False,
        "varied": True,
    }


def test_the_arms_by_models_in_the_documentation_are_what_it_says_of_them(tmp_path: Path) -> None:
    _, _, example, _ = examples()
    (tmp_path / "example.yaml").write_text(example)
    design = read_design(tmp_path / "example.yaml")
    assert design.settings_of("rules") == ArmSettings()
    assert design.settings_of("claude") == ArmSettings(overview="anthropic")
    assert design.settings_of("all-claude") == ArmSettings(overview="anthropic", workouts=WorkoutSource.LLM)
    assert design.settings_of("legacy-claude") == ArmSettings(overview="anthropic", duration="legacy")
