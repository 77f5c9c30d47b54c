"""Single legacy workouts and what becomes of them, by hand: the specification of the migration."""

from __future__ import annotations

import json
from typing import Any

import pytest

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.workout import LibraryWorkout
from plan_pipeline.library.files import LibraryFile
from plan_pipeline.library.migration.migrate import LegacyLibraryError, Migration, migrate_library
from plan_pipeline.library.migration.ranges import range_of
from plan_pipeline.library.migration.report import MigrationReport
from plan_pipeline.strict_input.strict_yaml import parse_yaml
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.library.migration.legacy_libraries import a_set, endurance, flat, library, workout


def migrated(*entries: Any, config: PlanningConfig | None = None, **changes: Any) -> Migration:
    content = json.dumps(library(*entries, **changes)).encode()
    return migrate_library(content, "old.json", config or real_config())


def workouts_of(migration: Migration) -> dict[str, LibraryWorkout]:
    files = [LibraryFile.model_validate(parse_yaml(t)) for f, t in migration.files.items() if f.endswith(".yaml")]
    return {each.id: each for file in files for each in file.workouts}


def only(*entries: Any) -> LibraryWorkout:
    (found,) = workouts_of(migrated(*entries)).values()
    return found


def reason(entry: Any) -> str:
    (rejected,) = migrated(entry, endurance("end_kept")).report.rejected
    return rejected.reason


def inferred(report: MigrationReport) -> dict[str, Any]:
    return {each.field: each.value for each in report.inferred}


# --- what is stated ----------------------------------------------------------------------------------------------


def test_a_workout_that_states_everything_is_carried_over() -> None:
    found = only(workout())

    assert found.model_dump(mode="json", exclude_none=True, exclude={"parts"}) == {
        "id": "thr_classic",
        "name": "Classic threshold",
        "type": "threshold",
        "sport": "cycling",
        "purpose": "Three blocks at threshold.",
        "description": "Warm up well, hold each block evenly, and spin between them.",
        "suitable_phases": ["build", "peak"],
        "suitable_days": ["weekday"],
        "min_level": "intermediate",
        "extensible": True,
        "duration_scaling_strategy": "add_sets",
        "duration_min": 70.0,
        "tss": 76.8,
    }
    assert [*map(range_of, found.parts)] == [(10, 20), (2, 4), (5, 30)]


def test_stated_figures_that_the_segments_do_not_give_are_reported_and_recomputed() -> None:
    migration = migrated(workout(base_duration_min=80, base_tss=75))

    assert [each.model_dump() for each in migration.report.differences] == [
        {"id": "thr_classic", "field": "base_duration_min", "stated": 80.0, "computed": 70.0},
        {"id": "thr_classic", "field": "base_tss", "stated": 75.0, "computed": 76.8},
    ]
    assert workouts_of(migration)["thr_classic"].duration_min == 70


def test_fields_without_a_place_are_named_and_what_the_library_said_of_itself_is_kept() -> None:
    report = migrated(workout(source_file="a.zwo", mood="good"), exported="2024").report
    assert [each.fields for each in report.left_behind] == [("mood", "source_file")]
    assert report.metadata == {"version": "1.2", "description": "An old library", "exported": "2024"}


# --- what may change ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "extensible", "strategy"),
    [
        (workout(), True, "add_sets"),
        (workout(variable_components=None), False, "fixed"),
        (workout(variable_components={}), False, "fixed"),
        (workout(variable_components={"adjustable_field": "duration"}), True, "proportional"),
        (endurance(minutes=30), True, "extend_main"),
        (endurance(minutes=29), False, "fixed"),
        (endurance(minutes=60, type="mixed"), True, "proportional"),
        (endurance(minutes=60, type="tempo"), False, "fixed"),
        (endurance(variable_components={"adjustable_field": "duration"}), True, "proportional"),
    ],
)
def test_extensible_and_strategy_are_by_the_rules_of_the_old_format(
    entry: Any, extensible: bool, strategy: str
) -> None:
    found = only(entry)
    assert (found.extensible, found.duration_scaling_strategy.value) == (extensible, strategy)


def test_the_limits_of_a_ride_are_those_of_its_main_block_and_the_rest() -> None:
    limits = {"adjustable_field": "duration", "min_value": 60, "max_value": 120}
    found = only(endurance(minutes=70, variable_components=limits))
    assert [*map(range_of, found.parts)] == [None, (40, 100), None]


def test_limits_that_hold_the_main_block_alone_are_the_blocks() -> None:
    limits = {"adjustable_field": "duration", "min_value": 60, "max_value": 80}
    found = only(endurance(minutes=70, variable_components=limits))
    assert [*map(range_of, found.parts)] == [None, (60, 80), None]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"min_value": None, "max_value": None}, (2, 4)),
        ({"min_value": 5, "max_value": 2}, (2, 4)),
        ({"min_value": "1", "max_value": "4"}, (1, 4)),
        ({"min_value": 4, "max_value": 4}, (3, 4)),
        ({"min_value": 1, "max_value": 3, "tss_per_unit": None, "duration_per_unit_min": None}, (1, 3)),
    ],
)
def test_sets_have_the_stated_limits_or_one_more_and_less(limits: dict[str, Any], expected: tuple[int, int]) -> None:
    found = only(workout(variable_components={"adjustable_field": "sets", **limits}))
    assert range_of(found.parts[1]) == expected


def test_no_more_sets_are_declared_than_riders_can_ride() -> None:
    migration = migrated(workout(variable_components={"adjustable_field": "sets", "min_value": 1, "max_value": 40}))
    (found,) = workouts_of(migration).values()
    assert range_of(found.parts[1]) == (1, 4)
    assert "40 sets are more than riders can ride; at most 4" in [each.what for each in migration.report.repaired]


def test_a_request_for_sets_without_any_changes_easy_blocks_instead() -> None:
    found = only(endurance(variable_components={"adjustable_field": "sets", "min_value": 1, "max_value": 4}))
    assert (found.extensible, found.duration_scaling_strategy.value) == (True, "proportional")


def test_what_cannot_change_is_fixed_whatever_was_asked_for() -> None:
    segments = [flat("tempo", 40, 80, 85)]
    migration = migrated(workout(type="tempo", segments=segments))
    (found,) = workouts_of(migration).values()
    assert (found.extensible, inferred(migration.report)["extensible"]) == (False, False)


def test_flat_repeats_are_a_set_that_can_be_added_to() -> None:
    work, rest = flat("interval", 4, 110, 110), flat("recovery", 4, 50, 50)
    segments = [flat("warmup", 15, 50, 70), *[work, rest] * 3, flat("cooldown", 10, 45, 55)]
    found = only(workout(type="vo2max", segments=segments))
    assert [(part.repeat, part.repeat_range) for part in found.parts if hasattr(part, "repeat")] == [(3, (2, 4))]


# --- what is missing ---------------------------------------------------------------------------------------------


def test_phases_and_days_are_inferred_and_said_to_be() -> None:
    entry = workout(suitable_phases=None, suitable_weekdays=None)
    migration = migrated(entry)
    found = workouts_of(migration)["thr_classic"]
    assert ([*found.suitable_phases], [*found.suitable_days]) == (["build", "peak"], ["weekday", "weekend"])
    noted = inferred(migration.report)
    assert (noted["suitable_phases"], noted["suitable_days"]) == (("build", "peak"), ("weekday", "weekend"))


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"weekday": "Sunday"}, ["weekend"]),
        ({"suitable_weekdays": ["Tue", "sat"]}, ["weekday", "weekend"]),
        ({"suitable_weekdays": "weekends"}, ["weekend"]),
        ({"suitable_weekdays": ["Someday"], "weekday": "Monday"}, ["weekday"]),
        ({}, ["weekday", "weekend"]),
        ({"segments": [flat("steady", 150, 65, 65)]}, ["weekend"]),
    ],
)
def test_days_come_from_what_is_stated_or_from_the_length(changes: dict[str, Any], days: list[str]) -> None:
    assert [*only(endurance(**changes)).suitable_days] == days


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"type": "over-under"}, "threshold"),
        ({"type": "FTP test"}, "test"),
        ({"type": "brick"}, "threshold"),
        ({"type": None}, "threshold"),
        ({"type": 7, "segments": [flat("steady", 60, 65, 65)]}, "endurance"),
        ({"type": "rest", "segments": [flat("steady", 30, 50, 50)]}, "recovery"),
        ({"type": "kettlebells", "segments": [{"type": "strength", "duration_min": 30}]}, "strength"),
    ],
)
def test_a_type_of_another_vocabulary_is_translated_or_told_from_the_content(
    changes: dict[str, Any], kind: str
) -> None:
    migration = migrated(workout(**changes))
    (found,) = workouts_of(migration).values()
    assert (found.type.value, inferred(migration.report)["type"]) == (kind, kind)


def test_texts_that_are_missing_are_made_of_what_is_there() -> None:
    found = only(workout(name=None, description=None, detailed_description=None))
    assert found.name == "Thr classic"
    assert found.purpose == "Raise the power that can be held for long."
    assert "3 × (10 min @ 97 % / 5 min @ 55 %)" in found.description


def test_a_type_that_is_only_spelled_differently_needs_no_note() -> None:
    migration = migrated(workout(type="Sweet-Spot"))
    assert (migration.report.by_type, "type" in inferred(migration.report)) == ({"sweet_spot": 1}, False)


# --- what is written differently ---------------------------------------------------------------------------------


def test_reversed_power_is_put_in_order_and_reported() -> None:
    migration = migrated(endurance(segments=[flat("warmup", 10, 65, 45), flat("steady", 60, 65, 65)]))
    (found,) = workouts_of(migration).values()
    assert (found.segments[0].intensity_low_pct, found.segments[0].intensity_high_pct) == (45, 65)
    assert [each.field for each in migration.report.repaired] == ["segments[0].power"]


def test_numbers_in_text_are_read() -> None:
    found = only(endurance(segments=[flat("steady", "62,5 min", "60%", " 66 ")]))  # type: ignore[arg-type]
    assert (found.duration_min, found.segments[0].intensity_high_pct) == (62.5, 66)


def test_a_recovery_ride_that_is_a_little_too_hard_is_lowered() -> None:
    found = only(endurance(type="recovery", segments=[flat("warmup", 10, 45, 64), flat("recovery", 30, 50, 50)]))
    assert (found.type.value, found.segments[0].intensity_high_pct) == ("recovery", 60)


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        (17, "workout_17"),
        ("Ünïcode – Ride #1!", "unicode_ride_1"),
        ("../../etc/passwd", "etc_passwd"),
        (None, "steady_ride"),
        ("", "steady_ride"),
        (["a"], "steady_ride"),
        ("x" * 300, "x" * 64),
    ],
)
def test_ids_that_cannot_stay_are_renamed(given: Any, becomes: str) -> None:
    migration = migrated(endurance(id=given))
    assert [*workouts_of(migration)] == [each.new_id for each in migration.report.renamed] == [becomes]


def test_an_id_that_is_used_twice_stays_with_the_first() -> None:
    migration = migrated(endurance("same", power=60), endurance("same", power=70), endurance("SAME", power=65))
    assert [*workouts_of(migration)] == ["same", "same_2", "same_3"]
    assert [(each.id, each.new_id) for each in migration.report.renamed] == [("same", "same_2"), ("SAME", "same_3")]


# --- twins -------------------------------------------------------------------------------------------------------


def test_a_workout_that_the_planner_makes_of_another_is_merged_into_it() -> None:
    first = endurance("end_short", minutes=60, suitable_phases=["Base"], weekday="Tuesday")
    twin = endurance("end_long", minutes=180, suitable_phases=["Peak"], weekday="Sunday")
    migration = migrated(first, twin)

    (kept,) = workouts_of(migration).values()
    assert range_of(kept.parts[1]) == (20, 340)
    assert ([*kept.suitable_phases], [*kept.suitable_days]) == (["base", "peak"], ["weekday", "weekend"])
    assert [(each.id, each.same_as) for each in migration.report.duplicates] == [("end_long", "end_short")]
    assert [each.id for each in migration.report.rejected] == ["end_long"]


def test_a_count_that_the_twin_may_not_have_stays_a_workout_of_its_own() -> None:
    few = {"adjustable_field": "sets", "min_value": 2, "max_value": 3}
    segments = workout()["segments"]
    more = [segments[0], {**segments[1], "sets": 4}, segments[2]]
    found = workouts_of(migrated(workout(variable_components=few), workout("thr_four", segments=more)))
    assert [part.repeat for part in found["thr_four"].parts if hasattr(part, "repeat")] == [4]


# --- what cannot be kept -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (None, "None is not a workout"),
        ("ride", "'ride' is not a workout"),
        ({}, "segments: is missing"),
        (workout(segments=[]), "segments: is empty"),
        (workout(segments="warmup"), "segments: is not a list"),
        (workout(segments=[7]), "segments[0]: 7 is not a segment"),
        (workout(segments=[flat("steady", -5, 60, 60)]), "segments[0].duration_min: -5 is no length"),
        (workout(segments=[{"type": "steady", "power_low_pct": 60}]), "segments[0].duration_min: is missing"),
        (workout(segments=[{"type": "interval", "duration_min": 5}]), "segments[0]: has no power"),
        (workout(segments=[flat("steady", 60, 60, 900)]), "segments[0].power_high_pct: 900 is outside 0 to 400"),
        (workout(segments=[flat("steady", 60, 0.6, 0.7)]), "as if it were a fraction"),
        (workout(segments=[a_set(0, flat("interval", 5, 95, 95), None)]), "segments[0].sets: 0 is not a count"),
        (workout(segments=[a_set(3, {}, None)]), "segments[0].work: is missing"),
        (workout(segments=[flat("interval", 60, 140, 140)]), "W′ balance"),
        (workout(sport="running"), "sport: 'running' is not cycling"),
    ],
)
def test_what_cannot_be_ridden_is_named_with_its_reason(entry: Any, says: str) -> None:
    assert says in reason(entry)


def test_what_nobody_can_ride_is_in_a_list_of_its_own_as_well() -> None:
    report = migrated(workout("too_hard", segments=[flat("interval", 60, 140, 140)]), endurance()).report
    assert report.unrideable == ("too_hard",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not valid JSON"),
        (b'{"version": "1.0", "workouts": [', "not valid JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "is not a JSON object"),
        (b'{"version": "2.0", "workouts": [{}]}', "version: '2.0' is not one that can be migrated"),
        (b'{"version": 3, "workouts": [{}]}', "version: 3 is not"),
        (b'{"version": true, "workouts": [{}]}', "version: True is not"),
        (b'{"version": "1.0"}', "workouts: is missing"),
        (b'{"version": "1.0", "workouts": {}}', "workouts: is not a list"),
        (b'{"version": "1.0", "workouts": []}', "workouts: is empty"),
        (b'{"version": "1.0", "version": "1.1", "workouts": []}', "a second time"),
        (b" " * 5_000_001, "is larger than 5 MB"),
        (b"[" * 100_000, "nested"),
    ],
)
def test_what_is_no_legacy_library_is_refused_as_a_whole(content: bytes, says: str) -> None:
    with pytest.raises(LegacyLibraryError, match=says):
        migrate_library(content, "old.json", real_config())


@pytest.mark.parametrize("version", [1, 1.0, "1", "1.0", "v1.3.2", " 1.1 ", None])
def test_every_spelling_of_version_one_is_read(version: Any) -> None:
    assert migrated(endurance(), version=version).report.workouts_out == 1
