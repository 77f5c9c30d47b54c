"""A folder of YAML becomes a library under the hash of its content, or an error that names every problem."""

import copy
import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml

from plan_pipeline.core.model.vocabulary import ExperienceLevel, Requirement, Sport, WorkoutType
from plan_pipeline.library.files import LibraryFile, load_library
from plan_pipeline.library.problems import LibraryError
from plan_pipeline.strict_input.data_folders import VERSION_LENGTH
from plan_pipeline_tests.library.samples import easy_step, file_of, intervals, workout, write


def errors_of(folder: Path) -> list[str]:
    with pytest.raises(LibraryError) as caught:
        load_library(folder)
    heading, *lines = str(caught.value).splitlines()
    assert heading.startswith(f"the workout library has {len(lines)} problem")
    assert [line.strip() for line in lines] == [str(problem) for problem in caught.value.problems]
    return [line.strip() for line in lines]


def version_of(folder: Path, *files: Any) -> str:
    for kind, data in files:
        write(folder, data, f"cycling/{kind}.yaml")
    return load_library(folder).version


# --- what is read ----------------------------------------------------------------------------------------------


def test_a_workout_has_the_type_and_sport_of_its_files_header(tmp_path: Path) -> None:
    write(tmp_path, file_of(workout("tmp_one"), kind="tempo"), "cycling/tempo.yaml")

    (found,) = load_library(tmp_path).workouts

    assert (found.type, found.sport) == (WorkoutType.TEMPO, Sport.CYCLING)


def test_a_file_is_read_again_only_when_its_content_has_changed(tmp_path: Path) -> None:
    write(tmp_path / "one", file_of(workout("tmp_one")))
    write(tmp_path / "two", file_of(workout("tmp_one")))
    (first,), (same,) = load_library(tmp_path / "one").workouts, load_library(tmp_path / "two").workouts
    write(tmp_path / "one", file_of(workout("tmp_two")))

    assert same is first
    assert [found.id for found in load_library(tmp_path / "one").workouts] == ["tmp_two"]


def test_workouts_of_all_files_are_ordered_by_id(tmp_path: Path) -> None:
    write(tmp_path, file_of(workout("b_one"), intervals("c_one")))
    write(tmp_path, file_of(workout("a_one"), kind="tempo"), "cycling/tempo.yaml")

    assert [found.id for found in load_library(tmp_path).workouts] == ["a_one", "b_one", "c_one"]


def test_other_files_beside_the_workouts_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, file_of(workout()))
    for name in ("README.md", "schema.json", "cycling/.threshold.yaml.swp", "cycling/.#threshold.yaml"):
        write(tmp_path, "not: [yaml", name)

    assert len(load_library(tmp_path).workouts) == 1


# --- the version -----------------------------------------------------------------------------------------------


def test_the_version_is_a_short_hash(tmp_path: Path) -> None:
    version = version_of(tmp_path, ("threshold", file_of(workout())))
    assert len(version) == VERSION_LENGTH == 12
    assert set(version) <= set("0123456789abcdef")


def test_comments_layout_key_order_and_number_style_do_not_change_the_version(tmp_path: Path) -> None:
    plain = file_of(workout())
    turned = {key: plain[key] for key in reversed(plain)}
    turned["workouts"] = [{key: plain["workouts"][0][key] for key in reversed(plain["workouts"][0])}]
    turned["workouts"][0]["duration_min"] = 60.0
    text = "# a comment\n" + yaml.safe_dump(turned, sort_keys=False, default_flow_style=True, width=40)

    assert version_of(tmp_path / "a", ("threshold", plain)) == version_of(tmp_path / "b", ("threshold", text))


def test_the_order_of_workouts_does_not_change_the_version(tmp_path: Path) -> None:
    workouts = [workout("a_one"), intervals("b_two"), workout("c_three", parts=[easy_step(60, type="steady")])]
    versions = {
        version_of(tmp_path / str(i), ("threshold", file_of(*order)))
        for i, order in enumerate(itertools.permutations(workouts))
    }
    assert len(versions) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Another"},
        {"tss": 36.1},
        {"suitable_phases": ["base", "build"]},
        {"series": {"id": "hours", "level": 1}},
        {"min_level": "advanced"},
        {"requires": ["hills"]},
        {"events": ["criterium"]},
        {"parts": [easy_step(60, power_high_pct=61)]},
        {"parts": [easy_step(60, description="Easy")]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_of_content_changes_the_version(tmp_path: Path, change: dict[str, Any]) -> None:
    before = version_of(tmp_path / "a", ("threshold", file_of(workout())))
    after = version_of(tmp_path / "b", ("threshold", file_of(workout(**change))))
    assert before != after


def test_what_says_nothing_about_level_needs_and_events_is_for_everybody(tmp_path: Path) -> None:
    said = workout(min_level="beginner", requires=[], events=[])

    (read,) = load_library(write(tmp_path, file_of(said))).workouts

    assert (read.min_level, read.requires, read.events) == (ExperienceLevel.BEGINNER, (), ())
    assert not {"min_level", "requires", "events"} & set(read.model_dump())
    assert version_of(tmp_path / "a", ("threshold", file_of(said))) == version_of(
        tmp_path / "b", ("threshold", file_of(workout()))
    )


def test_level_needs_and_events_are_read_in_the_words_they_are_written_in(tmp_path: Path) -> None:
    said = workout(min_level="Advanced", requires=["hills", "outdoors"], events=["hill_climb"])

    (read,) = load_library(write(tmp_path, file_of(said))).workouts

    assert read.min_level is ExperienceLevel.ADVANCED
    assert read.requires == (Requirement.HILLS, Requirement.OUTDOORS)
    assert read.events == ("hill_climb",)
    assert read.model_dump(mode="json")["min_level"] == "advanced"


def test_moving_a_workout_to_another_type_changes_the_version(tmp_path: Path) -> None:
    before = version_of(tmp_path / "a", ("threshold", file_of(workout())))
    after = version_of(tmp_path / "b", ("tempo", file_of(workout(), kind="tempo")))
    assert before != after


# --- what is refused -------------------------------------------------------------------------------------------


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    assert errors_of(folder) == [f"{folder}: is not a folder; name the workout library's folder"]


def test_a_folder_without_workouts_says_where_they_go(tmp_path: Path) -> None:
    expected = f"{tmp_path}: holds no workouts; put them in <sport>/<type>.yaml, such as cycling/endurance.yaml"
    assert errors_of(tmp_path) == [expected]


def test_broken_yaml_is_told_with_its_file_and_line(tmp_path: Path) -> None:
    (line,) = errors_of(write(tmp_path, "workouts: [\n  {id: x"))
    assert line.startswith("cycling/threshold.yaml: is not valid YAML: ")
    assert "line" in line


def test_an_alias_is_refused_in_a_library_file(tmp_path: Path) -> None:
    text = "schema_version: '2.0'\nsport: &s cycling\ntype: *s\nworkouts: []\n"
    expected = "cycling/threshold.yaml: line 3 uses the alias *s; write the value out instead"
    assert errors_of(write(tmp_path, text)) == [expected]


def test_a_file_that_is_a_list_or_empty_says_how_to_start_it(tmp_path: Path) -> None:
    write(tmp_path, "- a\n- b\n")
    write(tmp_path, "", "cycling/vo2max.yaml")
    message = "is not a mapping; start it with schema_version, sport, type"
    assert errors_of(tmp_path) == [f"cycling/threshold.yaml: {message}", f"cycling/vo2max.yaml: {message}"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"schema_version": "1.0"}, "schema_version: must be '2.0', not '1.0'; correct it"),
        ({"sport": "swimming"}, "sport: 'swimming' is not known; use one of cycling, running"),
        ({"workouts": []}, "workouts: is empty; give at least one"),
        ({"workouts": "none"}, "workouts: must be a list, not 'none'; write it like [one, two]"),
        (
            {"author": "me"},
            "author: is not a known field; remove it; the fields here are schema_version, sport, type, workouts",
        ),
        ({"workout": []}, "workout: is not a known field; did you mean workouts?"),
        ({"type": "rest"}, "type: a rest day has no workouts; name a type that is trained"),
        ({"type": "tempo"}, "holds cycling tempo; move it to cycling/tempo.yaml"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_wrong_header_is_told_with_its_field(tmp_path: Path, change: dict[str, Any], expected: str) -> None:
    write(tmp_path, file_of(**{"workouts": [workout()], **change}))
    assert errors_of(tmp_path) == [f"cycling/threshold.yaml: {expected}"]


def test_a_missing_header_field_is_told(tmp_path: Path) -> None:
    data = file_of(workout())
    del data["schema_version"]
    assert errors_of(write(tmp_path, data)) == ["cycling/threshold.yaml: schema_version: is missing; add it"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"duration_mins": 60}, "duration_mins: is not a known field; did you mean duration_min?"),
        ({"colour": "red"}, "colour: is not a known field; remove it"),
        (
            {"id": "Bad Id"},
            "id: 'Bad Id' does not match ^[a-z0-9][a-z0-9_]{2,63}$; use lower-case letters, digits and _",
        ),
        ({"extensible": "yes"}, "extensible: must be true or false, not 'yes'; write one of them"),
        ({"tss": True}, "tss: must be a number, not true; write it in digits"),
        ({"duration_min": "1:30"}, "duration_min: must be a number, not '1:30'; write it in digits"),
        ({"name": 2027}, "name: must be text, not 2027; put it in quotes"),
        ({"extensible": "maybe"}, "extensible: must be true or false, not 'maybe'; write one of them"),
        ({"suitable_days": []}, "suitable_days: is empty; give at least one"),
        (
            {"suitable_phases": ["base", "bild"]},
            "suitable_phases[1]: 'bild' is not known; did you mean build?",
        ),
        ({"min_level": "pro"}, "min_level: 'pro' is not known; use one of beginner, intermediate, advanced"),
        ({"requires": ["hill"]}, "requires[0]: 'hill' is not known; did you mean hills?"),
        ({"tss": -1}, "tss: must be at least 0, not -1; correct it"),
        ({"series": {"id": "x", "level": 0}}, "series.level: must be at least 1, not 0; give a number from 1 to 20"),
        (
            {"parts": ["warm up"]},
            "parts[0]: must be a mapping of fields, not 'warm up'; write its fields as name: value",
        ),
        ({"parts": [{"repeat": 2, "steps": []}]}, "parts[0].steps: is empty; give at least one"),
        ({"parts": [easy_step(0)]}, "parts[0].duration_min: must be more than 0, not 0; give a number above 0 to 1440"),
        (
            {"parts": [{"repeat": 3, "repeat_range": [4, 5], "steps": [easy_step()]}]},
            "parts[0]: repeat_range [4, 5] must hold repeat 3",
        ),
        (
            {"parts": [{"repeat": 3, "repeat_range": [2], "steps": [easy_step()]}]},
            "parts[0].repeat_range[1]: is missing; add it",
        ),
        (
            {"parts": [easy_step(10, duration_range_min=[12, 20])]},
            "parts[0]: duration_range_min [12, 20] must hold duration_min 10",
        ),
        (
            {"parts": [easy_step(10, power_high_pct=90, duration_range_min=[5, 20])]},
            "parts[0]: duration_range_min is only for blocks up to 75 % of threshold, not 90 %; "
            "remove it or use a set with repeat_range",
        ),
        (
            {"parts": [{"repeat": 3, "steps": [easy_step(10, duration_range_min=[5, 20])]}]},
            "parts[0]: duration_range_min inside a set would change the stimulus; declare repeat_range instead",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_wrong_field_is_told_with_workout_field_and_remedy(
    tmp_path: Path, change: dict[str, Any], expected: str
) -> None:
    write(tmp_path, file_of(workout(**change)))
    workout_id = change.get("id", "thr_one")
    assert errors_of(tmp_path) == [f"cycling/threshold.yaml: {workout_id}: {expected}"]


def test_a_workout_without_an_id_is_named_by_its_position(tmp_path: Path) -> None:
    nameless = workout()
    del nameless["id"]
    write(tmp_path, file_of(workout(), nameless, 17))
    assert errors_of(tmp_path) == [
        "cycling/threshold.yaml: workouts[1]: id: is missing; add it",
        "cycling/threshold.yaml: workouts[2]: must be a mapping of fields, not 17; write its fields as name: value",
    ]


def test_a_workout_of_another_type_than_its_file_is_refused(tmp_path: Path) -> None:
    (line,) = errors_of(write(tmp_path, file_of({**workout(), "type": "tempo"})))
    assert "thr_one is cycling tempo in a file of cycling threshold; remove its type and sport" in line


def test_an_id_used_twice_is_told_even_across_files(tmp_path: Path) -> None:
    write(tmp_path, file_of(workout("same")), "cycling/threshold.yaml")
    write(tmp_path, file_of(workout("same"), kind="vo2max"), "cycling/vo2max.yaml")
    expected = "cycling/vo2max.yaml: same: id: is already the id of a workout in cycling/threshold.yaml; choose another"
    assert errors_of(tmp_path) == [expected]


@pytest.mark.parametrize("name", ["tempo.yaml", "cycling/tempo.yml", "cycling/old/tempo.yaml"])
def test_a_workout_file_in_the_wrong_place_is_not_silently_ignored(tmp_path: Path, name: str) -> None:
    write(tmp_path, file_of(workout()))
    write(tmp_path, file_of(workout("tmp_one"), kind="tempo"), name)
    (line,) = errors_of(tmp_path)
    assert line.startswith(f"{name}: is not where workouts are read from; name it <sport>/<type>.yaml")


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, file_of(workout("thr_a", tss="x"), workout("thr_b", extensible=None), workout("thr_c")))
    write(tmp_path, "[", "cycling/tempo.yaml")
    write(tmp_path, file_of(workout("thr_c"), kind="vo2max"), "cycling/vo2max.yaml")

    lines = errors_of(tmp_path)

    assert [line.split(": ")[:2] for line in lines] == [
        ["cycling/tempo.yaml", "is not valid YAML"],
        ["cycling/threshold.yaml", "thr_a"],
        ["cycling/threshold.yaml", "thr_b"],
        ["cycling/vo2max.yaml", "thr_c"],
    ]


def test_validating_raw_data_leaves_it_as_it_was() -> None:
    data = file_of(workout())
    before = copy.deepcopy(data)

    LibraryFile.model_validate(data)
    assert data == before
