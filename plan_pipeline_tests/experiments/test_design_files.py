"""A design as a file: an arm has a name, options, flags and, where wanted, a planning configuration of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from plan_pipeline.config import load_config
from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.model.vocabulary import Sport, WorkoutSource
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.experiments.design import ArmSettings, Design, DesignError, claim, load_design
from plan_pipeline.experiments.design_files import read_design
from plan_pipeline.services.arm_configs import arm_configs, known_to_all, with_flags, with_versions
from plan_pipeline.shipped import shipped
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline_tests.config.folders import a_copy, replace

TEXT = """
name: coach-onset
athletes: 200
arms:
  - today
  - {name: coach, config: config}
  - {name: untested, duration: adjusted, flags: {plan.tests: false}}
  - legacy
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    a_copy(tmp_path / "config")
    path = tmp_path / "design.yaml"
    path.write_text(TEXT.replace("- today", "- {name: today, duration: optimal}"))
    return path


def test_arms_are_names_or_say_what_their_plans_are_made_with(file: Path) -> None:
    design = read_design(file)
    assert (design.name, design.athletes, design.seed) == ("coach-onset", 200, 7)
    assert design.arms == ("today", "coach", "untested", "legacy")
    assert design.settings_of("coach") == ArmSettings(config=str(file.parent / "config"))
    assert design.settings_of("untested") == ArmSettings(duration="adjusted", flags={"plan.tests": False})
    assert design.settings_of("legacy") == ArmSettings(duration="legacy")


def test_a_design_names_its_sport_which_is_cycling_unless_it_does(file: Path) -> None:
    assert read_design(file).sport is Sport.CYCLING
    replace(file, "athletes: 200", "sport: Running\nathletes: 200")
    assert read_design(file).sport is Sport.RUNNING


def test_an_arm_says_who_writes_its_overviews_and_workouts_or_is_named_after_them(file: Path) -> None:
    replace(file, "- {name: coach, config: config}", "- {name: both, overview: Claude, workouts: llm}\n  - claude")
    replace(file, "- legacy", "- {name: anthropic, duration: adjusted}")
    design = read_design(file)
    assert design.settings_of("both") == ArmSettings(overview="anthropic", workouts=WorkoutSource.LLM)
    assert design.settings_of("claude") == ArmSettings(overview="anthropic")
    assert design.settings_of("anthropic") == ArmSettings(overview="anthropic", duration="adjusted")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("athletes: 200", "sport: rowing", "sport: 'rowing' is not"),
        ("athletes: 200", "athlets: 200", "athlets: is not a known field; did you mean athletes?"),
        ("duration: adjusted", "duration: adjustd", "'adjustd' is not a known arm; did you mean adjusted?"),
        ("- legacy", "- legcy", "arms: 'legcy' is neither an arm nor an overview writer; did you mean legacy?"),
        ("config: config", "overview: cluade", "'cluade' is not a known overview writer; did you mean anthropic?"),
        ("config: config", "workouts: llm", "coach: workouts: 'llm' needs an overview by a model"),
        ("name: coach,", "name: untested,", "arms: 'untested' is named twice"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(file: Path, old: str, new: str, problem: str) -> None:
    replace(file, old, new)
    with pytest.raises(DesignError) as raised:
        read_design(file)
    assert problem in str(raised.value)


def test_each_arm_plans_with_its_own_configuration_and_flags(file: Path) -> None:
    replace(file.parent / "config/cycling/week.yaml", "usual_min: 90", "usual_min: 75")
    in_force = load_config(shipped("config"))
    configs = arm_configs(read_design(file), in_force)
    assert configs["today"] == configs["legacy"] == in_force
    assert configs["coach"].week.days.usual_min == 75
    assert not configs["untested"].flags["plan.tests"].enabled
    assert len({config.version for config in configs.values()}) == 3


def test_athletes_train_for_goals_and_events_that_every_arm_knows(file: Path) -> None:
    in_force = load_config(shipped("config"))
    (file.parent / "config/cycling/goals/vo2max.yaml").unlink()
    (file.parent / "config/cycling/events/track.yaml").unlink()

    aims = known_to_all(arm_configs(read_design(file), in_force), in_force)

    assert set(in_force.goals) - set(aims.goals) == {"vo2max"}
    assert set(in_force.events) - set(aims.events) == {"track"}


def test_a_flag_that_there_is_not_is_refused(file: Path) -> None:
    replace(file, "plan.tests", "plan.test")
    with pytest.raises(DesignError, match=r"'plan.test' is not a feature flag; did you mean plan.tests\?"):
        arm_configs(read_design(file), load_config(shipped("config")))


def test_a_configuration_with_a_mistake_is_refused_with_its_line(file: Path) -> None:
    replace(file.parent / "config/cycling/week.yaml", "usual_min", "usual_minutes")
    with pytest.raises(DesignError, match=r"(?s)config of 'coach': .*week.yaml:\d+: days.usual_minutes: is not a"):
        with_versions(read_design(file))


def test_a_configuration_that_has_changed_is_not_mixed_in(file: Path) -> None:
    design = with_versions(read_design(file))
    replace(file.parent / "config/cycling/week.yaml", "usual_min: 90", "usual_min: 75")
    with pytest.raises(DesignError, match=r"has changed from .* choose another name"):
        arm_configs(design, load_config(shipped("config")))


def test_arms_made_otherwise_are_other_plans(data: DataFolder, file: Path) -> None:
    design = read_design(file)
    claim(data, design, live=())
    assert load_design(data, design.name) == design
    replace(file, "plan.tests: false", "plan.tests: true")
    with pytest.raises(DesignError, match="choose another name"):
        claim(data, read_design(file), live=())


def test_designs_of_named_arms_are_kept_as_release_0_1_kept_them() -> None:
    design = Design.of(name="demo", athletes=4, arms=["legacy", "adjusted"], seed=7)
    assert design.model_dump(mode="json") == {"name": "demo", "athletes": 4, "arms": ["legacy", "adjusted"], "seed": 7}


@pytest.mark.parametrize("sport", Sport)
def test_the_variation_engine_is_on_in_one_arm_and_off_in_the_other_in_every_sport(sport: Sport) -> None:
    in_force = load_config(shipped("config"), sport)
    request = next(synthetic_requests(1, 5, in_force))
    parts = [flag for flag in Flag if flag.is_of_variation]

    on, off = (with_flags(in_force, {Flag.VARIATION_ENGINE: is_on}) for is_on in (True, False))

    assert all(purpose_of(request, on).is_on(part) for part in parts)
    assert not any(purpose_of(request, off).is_on(part) for part in parts)
    assert len({on.version, off.version}) == 2


def test_a_part_of_the_variation_engine_that_an_arm_names_is_as_it_says() -> None:
    in_force = load_config(shipped("config"))
    request = next(synthetic_requests(1, 5, in_force))

    purpose = purpose_of(request, with_flags(in_force, {Flag.VARIATION_ENGINE: True, Flag.EASY_VARIATION: False}))

    assert purpose.is_on(Flag.VARIATION_TEMPLATES)
    assert not purpose.is_on(Flag.EASY_VARIATION)


def test_a_flag_that_no_sport_has_is_refused_with_the_nearest() -> None:
    with pytest.raises(DesignError, match=r"not a feature flag; did you mean plan\.variation_engine\?"):
        with_flags(load_config(shipped("config")), {"plan.variation_engin": True})
