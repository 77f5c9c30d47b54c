"""What no file shows by itself is found all the same: names taken twice, and amounts that no level allows."""

from pathlib import Path

import pytest

from plan_pipeline.config import validate_config
from plan_pipeline.strict_input.data_folders import Severity
from plan_pipeline_tests.config.folders import a_copy, replace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_copy(tmp_path / "config")


def found(folder: Path, severity: Severity = Severity.ERROR) -> list[str]:
    return [str(each) for each in validate_config(folder).problems if each.severity is severity]


def test_the_shipped_configuration_has_no_problem_at_all(folder: Path) -> None:
    assert validate_config(folder).problems == ()


def test_an_alias_stands_for_one_event_type(folder: Path) -> None:
    replace(folder / "cycling/events/criterium.yaml", "aliases: [crit,", "aliases: [road-race,")
    assert found(folder) == [
        "cycling/events/criterium.yaml:5: aliases[0]: 'road-race' is already a name of road_race; choose another, or "
        "take it from events/road_race.yaml"
    ]


def test_words_mean_one_thing(folder: Path) -> None:
    replace(folder / "cycling/events/criterium.yaml", "words: [criterium,", "words: [Road  race,")
    [problem] = found(folder)
    assert "words[0]: 'Road race' is already in cycling/events/" in problem or "'road race' is already" in problem


def test_minutes_stay_within_what_levels_allow(folder: Path) -> None:
    replace(folder / "cycling/goals/vo2max.yaml", "intermediate: [15, 30]", "intermediate: [15, 70]")
    [problem] = found(folder)
    assert problem == (
        "cycling/goals/vo2max.yaml:22: minutes[0].weekly.intermediate: 70 min at 106-120 and over-120, above the 60 a "
        "week that levels.yaml allows an intermediate rider; write 60 or less"
    )


def test_minutes_that_count_are_minutes_that_a_week_may_have(folder: Path) -> None:
    replace(folder / "cycling/goals/vo2max.yaml", "least: {beginner: 4", "least: {beginner: 40")
    [problem] = found(folder)
    assert problem.endswith("least.beginner: 40 min count, but no week has more than 15; write 15 or less")


def test_sessions_that_cannot_hold_the_minutes_are_a_warning(folder: Path) -> None:
    replace(
        folder / "cycling/goals/vo2max.yaml", "sessions: [[vo2max], [vo2max, threshold]", "sessions: [[tempo], [tempo]"
    )
    problem = found(folder, Severity.WARNING)[0]
    assert "no key session of build for an intermediate rider holds work at 106-120 and over-120; add one of" in problem


def test_more_key_sessions_than_hard_days_are_refused(folder: Path) -> None:
    replace(folder / "cycling/goals/raise_ftp.yaml", "sessions_a_week: {beginner: 2", "sessions_a_week: {beginner: 3")
    [problem] = found(folder)
    assert problem.endswith(
        "sessions_a_week.beginner: 3 key sessions, but a beginner has at most 2 hard days a week; write 2"
    )


def test_a_test_is_no_key_session(folder: Path) -> None:
    replace(
        folder / "cycling/goals/maintain.yaml", "[[vo2max, threshold], [sweet_spot]]", "[[vo2max, test], [sweet_spot]]"
    )
    [problem] = found(folder)
    assert "phases[0].sessions[0][1]: test is no key session; name a type of training" in problem


def test_phases_are_in_the_order_of_a_season(folder: Path) -> None:
    replace(folder / "cycling/goals/sprint.yaml", "phase: base", "phase: peak")
    assert any("phases[1].phase: build comes after peak; list base, build, peak" in each for each in found(folder))


def test_a_higher_level_takes_as_much_or_more(folder: Path) -> None:
    replace(folder / "cycling/levels.yaml", "96-105: 90", "96-105: 70")
    problems = found(folder)
    assert problems[0].endswith(
        "advanced.weekly_minutes.96-105: 70 is less than the 75 of intermediate; a higher level takes as much or more"
    )


def test_a_flag_that_nothing_asks_for_is_named(folder: Path) -> None:
    replace(folder / "feature_flags.yaml", "plan.tests:", "plan.test:")
    [problem] = found(folder)
    assert problem.endswith("flags.plan.test: switches nothing; did you mean plan.tests?")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("\nmonotony:", "\nmonotomy:", "monotomy: 'monotomy' is not a known rule; did you mean monotony?"),
        ("{share: 0.75}", "{shares: 0.75}", "goal-emphasis.parameters.shares: is not a parameter of the rule; did you"),
        ("{share: 0.75}", "{}", "goal-emphasis.parameters.share: is missing; give it a number"),
        (
            "severity: error",
            "severity: note",
            "day-caps.severity: must be error: a plan that breaks it is not the plan",
        ),
    ],
)
def test_rules_are_known_and_have_the_parameters_that_their_measure_takes(
    folder: Path, old: str, new: str, says: str
) -> None:
    replace(folder / "cycling/rules.yaml", old, new)

    assert any(line.startswith("cycling/rules.yaml:") and says in line for line in found(folder))
