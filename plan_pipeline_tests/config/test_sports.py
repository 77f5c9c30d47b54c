"""A configuration holds several sports: each is read, versioned and checked by itself."""

import datetime as dt
from pathlib import Path

import pytest

from plan_pipeline.config import ConfigError, load_config, load_configs, sports_of, validate_config
from plan_pipeline.config.differences import differences
from plan_pipeline.core.config.flags import FeatureFlag
from plan_pipeline.core.model.vocabulary import ExperienceLevel, Sport
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.strict_input.strict_yaml import read_yaml
from plan_pipeline_tests.config.folders import a_copy, replace, write

WEEK = "running/week.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_copy(tmp_path / "config")


def found(folder: Path, sport: Sport = Sport.RUNNING) -> list[str]:
    return [str(each) for each in validate_config(folder, sport).errors]


def test_a_configuration_says_which_sport_it_is_of(folder: Path) -> None:
    configs = load_configs(folder)

    assert {sport: config.sport for sport, config in configs.items()} == {sport: sport for sport in Sport}
    assert set(configs[Sport.RUNNING].week.sessions) == set(record_of(Sport.RUNNING).trained_types)
    assert sports_of(folder) == tuple(Sport)


def test_what_is_said_of_running_leaves_the_version_of_cycling(tmp_path: Path, folder: Path) -> None:
    alone = load_config(a_copy(tmp_path / "alone"))
    assert load_config(folder).version == alone.version == "99be89b8b209"
    assert load_config(folder, Sport.RUNNING).version != alone.version
    assert "sport" not in alone.model_dump()


def test_a_broken_sport_keeps_nobody_from_another(folder: Path) -> None:
    (folder / WEEK).write_text("[")
    (folder / "running/wek.yaml").write_text("a: 1")

    assert load_config(folder).version
    with pytest.raises(ConfigError, match=r"running/week\.yaml"):
        load_config(folder, Sport.RUNNING)


def test_a_sport_without_a_configuration_is_told_what_it_takes(folder: Path) -> None:
    (folder / "running").rename(folder.parent / "elsewhere")
    assert found(folder) == [
        "running: holds no configuration of running; put defaults.yaml, levels.yaml, week.yaml, content.yaml, "
        "rules.yaml, goals and events there, or ask for another sport"
    ]
    assert list(load_configs(folder)) == [Sport.CYCLING]


def test_every_type_that_the_sport_trains_has_lengths(folder: Path) -> None:
    week = read_yaml(folder / WEEK)
    del week["sessions"]["hills"]
    write(folder / WEEK, week)
    message = (
        "running/week.yaml: sessions lack lengths of hills on a weekday, hills on a weekend; give ordinary and outer "
        "minutes of each"
    )
    assert message in found(folder)
    assert found(folder, Sport.CYCLING) == []


def test_a_type_of_another_sport_has_none(folder: Path) -> None:
    week = read_yaml(folder / WEEK)
    week["sessions"]["tempo"] = week["sessions"].pop("easy")
    write(folder / WEEK, week)
    problems = "\n".join(found(folder))
    assert "sessions lack lengths of easy on a weekday, easy on a weekend" in problems
    assert "sessions.tempo: tempo is no session of running; use one of recovery, easy, long" in problems


def test_key_sessions_are_types_of_the_sport(folder: Path) -> None:
    path = folder / "running/goals/general_fitness.yaml"
    goal = read_yaml(path)
    goal["phases"][0]["sessions"] = [["sweet_spot"]]
    write(path, goal)
    problems = "\n".join(found(folder))
    assert "phases[0].sessions[0][0]: sweet_spot is no session of running; use one of recovery, easy" in problems


def test_sessions_that_sharpen_are_types_of_the_sport(folder: Path) -> None:
    path = folder / "running/events/5k.yaml"
    event = read_yaml(path)
    event["taper"]["sharpen_types"] = ["openers"]
    write(path, event)
    assert "taper.sharpen_types[0]: openers is no session of running" in "\n".join(found(folder))


def test_what_a_type_holds_is_told_by_the_record_of_the_sport(folder: Path) -> None:
    path = folder / "running/events/5k.yaml"
    event = read_yaml(path)
    for phase in event["phases"]:
        phase["sessions"], phase["for_level"] = [["threshold"]], {}
    few = {level.value: 1 for level in ExperienceLevel}
    event["minutes"] = [{"bands": ["106-120"], "weekly": {level: [1, 2] for level in few}, "least": few}]
    write(path, event)
    warnings = [each for each in map(str, validate_config(folder, Sport.RUNNING).warnings) if "runner holds" in each]
    assert warnings[0].endswith(
        "for an intermediate runner holds work at 106-120; add one of hills, race_pace, repetition, vo2max, or begin "
        "the minutes later"
    )


def test_two_sports_differ_in_what_they_know_alone(folder: Path) -> None:
    riding = load_config(folder)
    assert differences(riding, riding) == ()
    assert not any(change.where == "sport" for change in differences(riding, load_config(folder, Sport.RUNNING)))


# --- flags -----------------------------------------------------------------------------------------------------


def test_a_flag_with_sports_only_holds_in_those() -> None:
    flag = FeatureFlag(description="Runs differ.", enabled=True, always=("anna",), sports=(Sport.RUNNING,))
    for athlete in ("anna", "ben"):
        assert flag.holds("plan.x", athlete, None, Sport.RUNNING)
        assert not flag.holds("plan.x", athlete, None, Sport.CYCLING)


def test_a_flag_without_sports_holds_in_every_one_and_does_not_say_so() -> None:
    flag = FeatureFlag(description="All.", enabled=True, since=dt.date(2027, 1, 4))
    assert all(flag.holds("plan.x", "anna", dt.date(2027, 1, 4), sport) for sport in Sport)
    assert "sports" not in flag.model_dump()
    assert FeatureFlag(description="Runs.", enabled=True, sports=(Sport.RUNNING,)).model_dump(mode="json")[
        "sports"
    ] == ["running"]


def test_a_sport_that_there_is_not_is_named(folder: Path) -> None:
    replace(folder / "feature_flags.yaml", "enabled: true", "enabled: true\n    sports: [rowing]")
    assert any("flags.plan.long_ride.sports[0]: 'rowing' is not known" in each for each in found(folder))
