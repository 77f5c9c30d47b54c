"""A simulated experiment's name stands for the same athletes, whoever runs it and how often."""

from __future__ import annotations

import json

import pytest

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.registries import ARMS
from plan_pipeline.experiments.design import ArmSettings, Design, DesignError, claim, designs, load_design
from plan_pipeline.storage.data_folder import DataFolder, StorageError


def design(**changes: object) -> Design:
    settings = {"name": "demo", "athletes": 4, "arms": ["legacy", "adjusted"], "seed": 7, **changes}
    return Design.of(**settings)  # type: ignore[arg-type]


def test_without_a_name_it_is_called_after_its_settings() -> None:
    assert design(name=None).name == "legacy-adjusted-4-seed-7"


def test_the_longest_name_of_settings_is_a_usable_one() -> None:
    assert design(name=None, arms=list(ARMS.names()), athletes=100_000, seed=2**63 - 1).name.startswith(
        "legacy-adjusted-optimal"
    )


def test_a_name_of_who_writes_overviews_is_the_usual_arm_with_that_writer() -> None:
    found = design(name=None, arms=["rules", "claude", "legacy"])
    assert found.name == "rules-claude-legacy-4-seed-7"
    assert found.settings_of("rules") == ArmSettings(duration="optimal", overview="rules")
    assert found.settings_of("claude") == ArmSettings(duration="optimal", overview="anthropic")
    assert found.settings_of("legacy") == ArmSettings(duration="legacy")


def test_a_design_of_arms_that_no_model_writes_is_kept_as_before_there_were_any(data: DataFolder) -> None:
    claim(data, design(made_with={"legacy": ArmSettings(duration="legacy", flags={"plan.tests": False})}), live=())
    assert json.loads((data.experiments / "demo.json").read_text()) == {
        "name": "demo",
        "athletes": 4,
        "arms": ["legacy", "adjusted"],
        "seed": 7,
        "made_with": {
            "legacy": {"duration": "legacy", "flags": {"plan.tests": False}, "config": None, "config_version": None}
        },
    }


def test_who_writes_the_overviews_is_kept_with_the_design(data: DataFolder) -> None:
    asked = design(arms=["optimal", "claude"])
    claim(data, asked, live=())
    assert load_design(data, "demo") == asked
    assert json.loads((data.experiments / "demo.json").read_text())["made_with"]["claude"]["overview"] == "anthropic"


def test_a_design_for_runners_is_kept_with_its_sport_and_called_after_it(data: DataFolder) -> None:
    asked = design(name=None, sport=Sport.RUNNING)
    assert asked.name == "running-legacy-adjusted-4-seed-7"
    claim(data, asked, live=())
    assert load_design(data, asked.name) == asked
    assert json.loads((data.experiments / f"{asked.name}.json").read_text())["sport"] == "running"


def test_a_claimed_design_is_kept_and_found_by_name(data: DataFolder) -> None:
    claim(data, design(), live=())
    claim(data, design(name="another"), live=())
    assert load_design(data, "demo") == design()
    assert [each.name for each in designs(data)] == ["another", "demo"]


def test_the_same_plans_with_another_baseline_are_the_same_experiment(data: DataFolder) -> None:
    claim(data, design(), live=())
    claim(data, design(arms=["adjusted", "legacy"]), live=())
    assert load_design(data, "demo") == design(arms=["adjusted", "legacy"])


@pytest.mark.parametrize(
    "change", [{"athletes": 5}, {"seed": 8}, {"arms": ["legacy", "adjusted", "optimal"]}, {"sport": Sport.RUNNING}]
)
def test_other_plans_under_the_same_name_are_refused(data: DataFolder, change: dict[str, object]) -> None:
    claim(data, design(), live=())
    with pytest.raises(DesignError, match="could not be told apart: choose another name"):
        claim(data, design(**change), live=())
    assert load_design(data, "demo") == design()


def test_the_name_of_a_live_experiment_is_refused(data: DataFolder) -> None:
    with pytest.raises(DesignError, match="'demo' is a live experiment"):
        claim(data, design(), live={"demo"})
    assert load_design(data, "demo") is None


def test_a_damaged_record_says_which_file_and_what_to_do(data: DataFolder) -> None:
    claim(data, design(), live=())
    path = data.experiments / "demo.json"
    path.write_text('{"name": "demo", "athletes": "many"}')
    with pytest.raises(StorageError, match=r"demo\.json is damaged \(athletes: .*remove it"):
        load_design(data, "demo")


def test_what_is_not_there_has_no_design(data: DataFolder) -> None:
    assert load_design(data, "demo") is None
    assert list(designs(data)) == []


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"athletes": 0}, "athletes", "0 is not between 1 and 100000"),
        ({"athletes": 100_001}, "athletes", "100001 is not between"),
        ({"seed": 2**63}, "seed", "is not between 0 and"),
        ({"arms": []}, "arms", "no arm cannot be compared"),
        ({"arms": ["legacy", "adjusted", "legacy"]}, "arms", "'legacy' is named twice"),
        (
            {"arms": ["Legacy", "adjusted"]},
            "arms",
            "an overview writer; did you mean legacy?",
        ),
        (
            {"arms": ["rules", "clade"]},
            "arms",
            "an overview writer; did you mean claude?",
        ),
        ({"name": "a|b"}, "name", "'a|b' is not a usable id"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(change: dict[str, object], field: str, problem: str) -> None:
    with pytest.raises(DesignError) as raised:
        design(**change)
    assert raised.value.field == field
    assert problem in raised.value.problem
