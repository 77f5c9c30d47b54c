"""A configuration is read whole or refused with every problem: file, line, field, what is wrong and what to do."""

from pathlib import Path

import pytest

from plan_pipeline.config import ConfigError, load_config, validate_config
from plan_pipeline.strict_input.input_limits import MAX_CONFIG_BYTES
from plan_pipeline_tests.config.folders import a_copy, replace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_copy(tmp_path / "config")


def problems(folder: Path) -> list[str]:
    return list(map(str, validate_config(folder).problems))


CENTURY = "cycling/events/century.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (CENTURY, "speed_km_h: 26", "speed_kmh: 26", "speed_kmh: is not a known field; did you mean speed_km_h?"),
        (CENTURY, "share: 0.4", "share: 0.5", "phases: their shares add up to 1.1; let them add up to 1"),
        (
            CENTURY,
            "[[sweet_spot], [tempo]]",
            "[[sweetspots], [tempo]]",
            "phases[0].sessions[0][0]: 'sweetspots' is not known; did you mean sweet_spot?",
        ),
        (CENTURY, "id: century", "id: centry", "id: 'centry' is not the name of the file; write century, or rename it"),
        (CENTURY, "longest_min: 300", "longest_min: long", "long_ride.longest_min: must be a number, not 'long'"),
        (CENTURY, "openers_on: -1", "openers_on: 1", "taper.openers_on: must be at most -1, not 1"),
        (CENTURY, "days: [8, 14]", "days: [14, 8]", "taper.days: 14 is more than 8; write the least first"),
        ("cycling/levels.yaml", "84-95: 45", "84-96: 45", "beginner.weekly_minutes.84-96: '84-96' is not known"),
        (
            "cycling/levels.yaml",
            "{from_week: 1, at_most: 0}",
            "{from_week: 2, at_most: 0}",
            "beginner.hard_days: none",
        ),
        ("cycling/defaults.yaml", "event: other", "event: othr", "event: 'othr' is not known; did you mean other?"),
        (
            "feature_flags.yaml",
            "enabled: true",
            "enabled: maybe",
            "flags.plan.long_ride.enabled: must be true or false",
        ),
    ],
)
def test_a_mistake_is_named_with_file_line_and_field(folder: Path, file: str, old: str, new: str, problem: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    replace(folder / file, old, new)
    found = next(each for each in validate_config(folder).problems if problem in str(each))
    assert found.file == file
    assert found.line is not None
    assert abs(found.line - text[: text.index(old)].count("\n") - 1) <= 3


def test_every_problem_is_named_at_once(folder: Path) -> None:
    replace(folder / CENTURY, "id: century", "id: centry")
    replace(folder / "cycling/week.yaml", "usual_min", "usual_minutes")
    with pytest.raises(ConfigError, match="the planning configuration has 3 problems") as raised:
        load_config(folder)
    files = [problem.file for problem in raised.value.problems]
    assert sorted(files) == [CENTURY, "cycling/week.yaml", "cycling/week.yaml"]


def test_broken_yaml_is_named_with_its_line(folder: Path) -> None:
    replace(folder / CENTURY, "name: Century", "name: : Century")
    assert any(each.startswith(f"{CENTURY}:3: is not valid YAML") for each in problems(folder))


@pytest.mark.parametrize(
    ("file", "remedy"),
    [
        ("cycling/level.yaml", "name it cycling/levels.yaml"),
        ("cycling/events/tour.yml", "name it cycling/events/tour.yaml"),
        ("feature_flag.yaml", "name it feature_flags.yaml"),
        ("cycling/races/tour.yaml", "goals and event types are in <sport>/goals and <sport>/events"),
    ],
)
def test_a_file_that_nobody_would_read_is_named(folder: Path, file: str, remedy: str) -> None:
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text("id: tour\n")
    assert f"{file}: is not a file that is read; {remedy}" in "\n".join(problems(folder))


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "cycling/levels.yaml").unlink()
    assert "cycling/levels.yaml: does not exist; check the path" in problems(folder)


def test_without_flags_nothing_is_switched(folder: Path) -> None:
    (folder / "feature_flags.yaml").unlink()
    assert load_config(folder).flags == {}


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / CENTURY).rename(tmp_path / "elsewhere.yaml")
    (folder / CENTURY).symlink_to(tmp_path / "elsewhere.yaml")
    assert f"{CENTURY}: is a link that leads out of the folder; put the file itself there" in problems(folder)


def test_a_link_within_the_folder_is_followed_as_mounted_folders_have_them(folder: Path) -> None:
    data = folder / ".data"
    data.mkdir()
    (folder / CENTURY).rename(data / "century.yaml")
    (folder / CENTURY).symlink_to(data / "century.yaml")
    assert "century" in load_config(folder).events


def test_a_huge_file_is_refused(folder: Path) -> None:
    (folder / CENTURY).write_text("#" * (MAX_CONFIG_BYTES + 1))
    assert f"{CENTURY}: is larger than 500 kB; make it smaller" in problems(folder)


def test_what_is_no_folder_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path / "none")[0].endswith(
        "is not a folder; name the folder that holds the planning configuration"
    )


def test_the_version_is_of_the_content_alone(folder: Path) -> None:
    before = load_config(folder)
    replace(folder / CENTURY, "id: century", "# a remark\nid: century")
    assert load_config(folder) == before
    replace(folder / CENTURY, "longest_min: 300", "longest_min: 310")
    assert load_config(folder).version != before.version
