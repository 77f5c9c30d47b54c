"""A week in two files from elsewhere: read leniently, judged, and answered in the plan's form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.core.model.plan import Workout
from plan_pipeline.core.model.vocabulary import Phase, WorkoutType
from plan_pipeline.services.week_files import (
    WeekFileError,
    judge_week_files,
    read_overview_week,
    read_workouts,
    week_as_json,
)
from plan_pipeline.strict_input.input_limits import MAX_WEEK_BYTES

Json = dict[str, Any]


def steady(minutes: float = 60, **more: Any) -> Json:
    return {"type": "steady", "duration_min": minutes, "power_low_pct": 60, "power_high_pct": 60} | more


def ride(weekday: str = "Saturday", *segments: Json, **more: Any) -> Json:
    return {"weekday": weekday, "segments": list(segments) or [steady()]} | more


def week(**more: Any) -> Json:
    return {
        "week_number": 3,
        "phase": "build",
        "target_hours": 1,
        "target_tss": None,
        "training_days": [{"weekday": "Saturday", "workout_type": "endurance"}],
    } | more


def written(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def overview_of(folder: Path, **more: Any) -> Path:
    return written(folder, "week.json", week(**more))


def workouts_of(folder: Path, *workouts: Any) -> Path:
    return written(folder, "workouts.json", list(workouts))


def fault(reading: Any, path: Path) -> str:
    with pytest.raises(WeekFileError) as raised:
        reading(path)
    return str(raised.value)


def validate_week_files(overview: Path, workouts: Path, *, auto_fix: bool) -> Json:
    return week_as_json(judge_week_files(overview, workouts, auto_fix=auto_fix))


# --- the answer ----------------------------------------------------------------------------------------------


def test_a_week_that_passes_is_answered_in_the_form_of_the_plan(tmp_path: Path) -> None:
    answer = validate_week_files(overview_of(tmp_path), workouts_of(tmp_path, ride()), auto_fix=True)

    assert answer == {
        "validation": {
            "scenario_used": "all_workouts",
            "auto_fixed": False,
            "fix_log": None,
            "target_hours": 1.0,
            "actual_hours": 1.0,
            "target_tss": None,
            "actual_tss": 36.0,
            "warnings": [],
            "errors": [],
            "within_tolerance": True,
            "passed": True,
            "passed_before_fix": True,
        },
        "workouts": [
            {
                "weekday": "Saturday",
                "name": "Saturday workout",
                "type": "endurance",
                "description": "",
                "duration_min": 60.0,
                "tss": 36.0,
                "tss_method": "tss_np30",
                "tss_if2": 36.0,
                "intensity_factor": 0.6,
                "segments": [
                    {
                        "type": "steady",
                        "duration_min": 60.0,
                        "power_low_pct": 60.0,
                        "power_high_pct": 60.0,
                        "description": "",
                    }
                ],
                "source": "llm",
                "library_workout_id": None,
                "base_duration_min": None,
                "rationale": "",
            }
        ],
    }
    assert json.loads(json.dumps(answer)) == answer


def test_workouts_are_answered_as_they_stand_after_a_fix_with_all_their_unknown_keys(tmp_path: Path) -> None:
    warmup = {"type": "warmup", "duration_min": 20, "power_low_pct": 50, "power_high_pct": 65}
    workouts = workouts_of(tmp_path, ride("Saturday", warmup, steady(100, cadence=90), coach={"name": "Ann"}))

    answer = validate_week_files(overview_of(tmp_path, target_hours=1.5), workouts, auto_fix=True)

    (fixed,) = answer["workouts"]
    assert answer["validation"]["auto_fixed"] is True
    assert [(s["type"], s["duration_min"], s["cadence"]) for s in fixed["segments"]] == [("steady", 85.0, 90)]
    assert (fixed["duration_min"], fixed["coach"]) == (85.0, {"name": "Ann"})


def test_without_auto_fix_the_workouts_come_back_as_they_were(tmp_path: Path) -> None:
    workouts = workouts_of(tmp_path, ride("Saturday", steady(180)))

    answer = validate_week_files(overview_of(tmp_path), workouts, auto_fix=False)

    assert answer["validation"]["passed"] is False
    assert answer["workouts"][0]["duration_min"] == 180


def test_the_recovery_workout_of_a_six_day_week_is_answered_as_optional(tmp_path: Path) -> None:
    names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Saturday", "Sunday"]
    kinds = [{"weekday": day, "workout_type": "recovery" if day == "Monday" else "endurance"} for day in names]
    overview = overview_of(tmp_path, target_hours=5, training_days=kinds, phase="Taper")

    answer = validate_week_files(overview, workouts_of(tmp_path, *(ride(day) for day in names)), auto_fix=True)

    assert answer["validation"]["scenario_used"] == "without_recovery"
    assert answer["workouts"][0]["optional"] is True
    assert answer["workouts"][0]["optional_reason"] == "Recovery workout in 6-day week"
    assert all("optional" not in workout for workout in answer["workouts"][1:])


def test_the_answer_can_be_judged_again(tmp_path: Path) -> None:
    overview = overview_of(tmp_path, target_hours=1.5)
    first = validate_week_files(overview, workouts_of(tmp_path, ride("Saturday", steady(180))), auto_fix=True)

    again = validate_week_files(overview, written(tmp_path, "again.json", first), auto_fix=True)

    assert again["workouts"] == first["workouts"]
    assert again["validation"]["scenario_used"] == "all_workouts"


def test_the_verdict_is_there_as_a_model_too(tmp_path: Path) -> None:
    judged = judge_week_files(overview_of(tmp_path), workouts_of(tmp_path, ride()), auto_fix=True)

    assert judged.week_number == 3
    assert judged.validation.passed


# --- reading the overview ------------------------------------------------------------------------------------


def test_days_that_are_not_listed_are_rest(tmp_path: Path) -> None:
    days = read_overview_week(overview_of(tmp_path)).seven_days

    assert [day.workout_type for day in days] == [WorkoutType.REST] * 5 + [WorkoutType.ENDURANCE, WorkoutType.REST]


@pytest.mark.parametrize(("text", "phase"), [("Foundation", Phase.BASE), ("RECOVERY", Phase.RECOVERY)])
def test_the_phase_is_read_in_any_case_and_by_its_older_name(tmp_path: Path, text: str, phase: Phase) -> None:
    assert read_overview_week(overview_of(tmp_path, phase=text)).phase is phase


def test_total_hours_is_read_where_there_are_no_target_hours(tmp_path: Path) -> None:
    assert read_overview_week(overview_of(tmp_path, target_hours=None, total_hours=7.5)).target_hours == 7.5
    assert read_overview_week(overview_of(tmp_path, target_hours=6, total_hours=7.5)).target_hours == 6


def test_targets_may_be_missing(tmp_path: Path) -> None:
    content = week()
    del content["target_hours"], content["target_tss"]

    read = read_overview_week(written(tmp_path, "week.json", content))

    assert (read.target_hours, read.target_tss) == (None, None)


def test_what_else_a_week_of_a_plan_carries_is_passed_over(tmp_path: Path) -> None:
    assert read_overview_week(overview_of(tmp_path, focus="Climbing", workouts=[1])).week_number == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"week_number": 0}, "week_number: must be at least 1, not 0; number weeks 1, 2, 3 …"),
        ({"week_number": True}, "week_number: must be a whole number, not true; number weeks 1, 2, 3 …"),
        ({"week_number": 1.5}, "week_number: must be a whole number, not 1.5; number weeks 1, 2, 3 …"),
        ({"phase": "party"}, "phase: 'party' is not known; use one of base, build, peak, recovery, taper"),
        ({"phase": None}, "phase: null is not known; use one of base, build, peak, recovery, taper"),
        (
            {"target_hours": -1},
            "target_hours: must be at least 0, not -1; give hours as a number, or null for no check",
        ),
        ({"target_tss": "x"}, "target_tss: must be a number, not 'x'; give TSS as a number, or null for no check"),
        (
            {"target_tss": "NaN"},
            "target_tss: must be a number, not 'NaN'; give TSS as a number, or null for no check",
        ),
        (
            {"training_days": None},
            "training_days: must be a list, not null; list objects with weekday and workout_type",
        ),
        (
            {"training_days": ["Monday"]},
            "training_days[0]: must be a mapping of fields, not 'Monday'; write its fields as name: value",
        ),
        ({"training_days": [{"weekday": "Monday"}]}, "training_days[0].workout_type: is missing; add it"),
        (
            {"training_days": [{"weekday": "Monday", "workout_type": "rest"}] * 2},
            "training_days lists Monday 2 times; give each weekday once",
        ),
    ],
)
def test_a_fault_in_the_overview_names_its_field_and_the_remedy(tmp_path: Path, changes: Json, message: str) -> None:
    path = overview_of(tmp_path, **changes)

    assert fault(read_overview_week, path) == f"{path}: {message}"


def test_an_overview_must_be_one_week(tmp_path: Path) -> None:
    path = written(tmp_path, "week.json", [week()])

    assert "week.json: must be one JSON object, the week of an overview" in fault(read_overview_week, path)


def test_several_faults_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path, "week.json", {})

    assert fault(read_overview_week, path) == f"{path}: week_number: is missing; add it (and 2 more)"


# --- reading the workouts ------------------------------------------------------------------------------------


def only(folder: Path, **more: Any) -> Workout:
    (workout,) = read_workouts(workouts_of(folder, ride(**more)))
    return workout


def test_workouts_may_be_an_object_with_the_array_under_workouts(tmp_path: Path) -> None:
    assert len(read_workouts(written(tmp_path, "w.json", {"workouts": [ride(), ride()], "week_number": 3}))) == 2


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    assert len(read_workouts(written(tmp_path, "w.json", "\ufeff" + json.dumps([ride()])))) == 1


def test_weekdays_and_types_are_read_in_their_usual_spellings(tmp_path: Path) -> None:
    workout = only(tmp_path, weekday="sat", type="SweetSpot", segments=[steady(type="Warm-up")])

    assert (workout.weekday, workout.type, workout.segments[0].type) == ("Saturday", "sweet_spot", "warmup")


@pytest.mark.parametrize(
    ("workout", "kind"),
    [
        ({}, "endurance"),
        ({"name": "Easy spin", "segments": [steady(type="recovery")]}, "endurance"),
        ({"type": None, "segments": [steady(type="interval", power_low_pct=100, power_high_pct=100)]}, "mixed"),
        (
            {
                "description": "easy spinning between",
                "segments": [steady(type="interval", power_low_pct=100, power_high_pct=100)],
            },
            "mixed",
        ),
        ({"segments": [{"type": "strength", "duration_min": 40}]}, "strength"),
        ({"type": "tempo"}, "tempo"),
    ],
)
def test_a_missing_type_follows_from_the_segments_and_the_words(tmp_path: Path, workout: Json, kind: str) -> None:
    assert only(tmp_path, **workout).type == kind


def test_power_may_be_left_out_off_the_bike(tmp_path: Path) -> None:
    workout = only(tmp_path, segments=[{"type": "strength", "duration_min": 40, "description": None}])

    assert (workout.segments[0].intensity_low_pct, workout.tss) == (None, 0.0)


def test_power_may_run_downwards(tmp_path: Path) -> None:
    segment = only(tmp_path, segments=[steady(power_low_pct=75, power_high_pct=55)]).segments[0]

    assert (segment.intensity_low_pct, segment.intensity_high_pct) == (75, 55)


def test_a_stated_load_is_replaced_by_that_of_the_segments(tmp_path: Path) -> None:
    assert only(tmp_path, tss=999, tss_method="guess", intensity_factor="high").tss == 36.0


@pytest.mark.parametrize(("stated", "kept"), [(61, 60), (59, 60), (62, 62)])
def test_a_stated_duration_may_be_a_minute_off(tmp_path: Path, stated: float, kept: float) -> None:
    assert only(tmp_path, duration_min=stated).duration_min == kept


def test_a_stated_duration_that_is_further_off_fails_the_week(tmp_path: Path) -> None:
    answer = validate_week_files(overview_of(tmp_path), workouts_of(tmp_path, ride(duration_min=90)), auto_fix=True)

    assert answer["validation"]["errors"] == [
        "Week 3: 'Saturday workout' on Saturday states 90 min, but its segments add up to 60 min"
    ]


def test_a_library_workout_is_told_by_its_id(tmp_path: Path) -> None:
    assert only(tmp_path, library_workout_id="endurance_90").source == "library"
    assert only(tmp_path, library_workout_id="endurance_90", source="llm").source == "llm"


@pytest.mark.parametrize(
    ("workout", "message"),
    [
        (
            {"weekday": "Funday"},
            "workouts[1].weekday: 'Funday' is not known; did you mean Sunday?",
        ),
        ({"type": "hiking"}, "workouts[1].type: 'hiking' is not known; use one of rest, recovery, endurance"),
        ({"segments": []}, "workouts[1].segments: is empty; give at least one"),
        ({"segments": 5}, "workouts[1].segments: must be a list, not 5; write it like [one, two]"),
        (
            {"segments": [steady(-5)]},
            "workouts[1].segments[0].duration_min: must be more than 0, not -5; give a number above 0 to 1440",
        ),
        ({"segments": [steady(1441)]}, "workouts[1].segments[0].duration_min: must be at most 1440, not 1441"),
        ({"segments": [steady(duration_min=True)]}, "workouts[1].segments[0].duration_min: must be a number, not true"),
        ({"segments": [steady(), {"type": "steady"}]}, "workouts[1].segments[1].duration_min: is missing"),
        (
            {"segments": [steady(type="stedy")]},
            "workouts[1].segments[0].type: 'stedy' is not known; did you mean steady?",
        ),
        (
            {"segments": [steady(power_low_pct=-1)]},
            "workouts[1].segments[0].power_low_pct: must be at least 0, not -1",
        ),
        (
            {"segments": [steady(power_low_pct=None)]},
            "workouts[1].segments[0]: has one of power_low_pct and power_high_pct; give both, or neither off the bike",
        ),
        ({"name": 7}, "workouts[1].name: must be text, not 7; put it in quotes"),
    ],
)
def test_a_fault_in_a_workout_names_its_place_and_the_remedy(tmp_path: Path, workout: Json, message: str) -> None:
    path = workouts_of(tmp_path, ride(), ride(**workout))

    assert fault(read_workouts, path).startswith(f"{path}: {message}")


def test_a_workout_must_be_an_object(tmp_path: Path) -> None:
    assert fault(read_workouts, workouts_of(tmp_path, 1)).endswith(
        "workouts.json: workouts[0]: must be a mapping of fields, not 1; write its fields as name: value"
    )


def test_a_long_value_is_shown_shortened(tmp_path: Path) -> None:
    message = fault(read_workouts, workouts_of(tmp_path, ride(name=["x" * 500])))

    assert len(message) < 200 + len(str(tmp_path))


@pytest.mark.parametrize("content", [{"weeks": []}, {"workouts": None}, "text", 3, None])
def test_what_holds_no_array_of_workouts_is_refused(tmp_path: Path, content: Any) -> None:
    path = written(tmp_path, "w.json", json.dumps(content))

    assert "w.json: must be an array of workouts, or an object with such an array" in fault(read_workouts, path)


def test_a_day_has_no_more_than_a_day_of_training(tmp_path: Path) -> None:
    path = workouts_of(tmp_path, ride("Friday", steady(1440)), ride("Saturday"), ride("Friday"))

    assert fault(read_workouts, path) == (
        f"{path}: workouts[2].segments: with them Friday has 1500 min of training, and a day has 1440; shorten them"
    )


# --- files that are none -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not valid JSON: Expecting value (line 1, column 1); correct the syntax there"),
        ('[{"weekday": }]', "is not valid JSON: Expecting value (line 1, column 14); correct the syntax there"),
        ("[NaN]", "holds NaN, which is no number in JSON; write a number, or null for none"),
        ("[" * 100_000, "is nested more than 100 deep"),
    ],
)
def test_what_is_not_json_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, "w.json", text)

    assert fault(read_workouts, path).startswith(f"{path}: {message}")


def test_unknown_keys_may_be_nested_as_deep_as_they_can_be_written_again(tmp_path: Path) -> None:
    def nested(levels: int) -> Path:
        return written(
            tmp_path,
            "w.json",
            '[{"weekday": "Saturday", "segments": ['
            + json.dumps(steady())
            + '], "x": '
            + "[" * levels
            + "]" * levels
            + "}]",
        )

    answer = validate_week_files(overview_of(tmp_path), nested(98), auto_fix=True)

    assert json.dumps(answer["workouts"][0]["x"]) == "[" * 98 + "]" * 98
    assert "w.json: is nested more than 100 deep" in fault(read_workouts, nested(99))


@pytest.mark.parametrize("key", ["model_dump", "is_easy", "self", "__class__", "_x", "copy"])
def test_an_unknown_key_may_have_any_name(tmp_path: Path, key: str) -> None:
    workouts = workouts_of(tmp_path, ride("Saturday", steady(**{key: 1}), **{key: 2}))

    (answered,) = validate_week_files(overview_of(tmp_path), workouts, auto_fix=True)["workouts"]

    assert (answered["segments"][0][key], answered[key]) == (1, 2)


def test_what_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    path.write_bytes(b"\xff\xfe[]")

    assert fault(read_workouts, path) == f"{path}: is not UTF-8 text (at byte 0); save it as UTF-8"


# --- days of rest --------------------------------------------------------------------------------------------

REST_DAYS = [
    {"weekday": "monday", "type": "rest"},
    {"weekday": "Tue", "type": "rest", "segments": [], "duration_min": 0},
    {"weekday": "Wednesday", "type": "Rest Day", "segments": None, "note": "sleep in"},
    {"weekday": "Thursday", "name": "Rest day", "duration_min": None},
    {"weekday": "Friday", "type": "off", "tss": 0, "segments": []},
    {"weekday": "Sunday", "duration_min": 0, "segments": []},
]
ALL_DAYS = [{"weekday": entry["weekday"], "workout_type": "rest"} for entry in REST_DAYS]
ALL_DAYS.append({"weekday": "Saturday", "workout_type": "endurance"})


def test_seven_days_with_rest_are_judged_by_their_workouts(tmp_path: Path) -> None:
    overview = overview_of(tmp_path, training_days=ALL_DAYS)
    workouts = workouts_of(tmp_path, *REST_DAYS[:5], ride(), REST_DAYS[5])

    answer = week_as_json(judge_week_files(overview, workouts, auto_fix=True, all_days=True))

    assert answer["validation"]["passed"] and answer["validation"]["within_tolerance"]
    assert [(each["weekday"][:3], each["type"], each["duration_min"]) for each in answer["workouts"]] == [
        *((day, "rest", 0.0) for day in ("Mon", "Tue", "Wed", "Thu", "Fri")),
        ("Sat", "endurance", 60.0),
        ("Sun", "rest", 0.0),
    ]
    assert {frozenset(answer["workouts"][5])} == {frozenset(each) - {"note"} for each in answer["workouts"]}
    assert answer["workouts"][2]["note"] == "sleep in"
    again = written(tmp_path, "again.json", answer["workouts"])
    assert week_as_json(judge_week_files(overview, again, auto_fix=True, all_days=True)) == answer


def test_rest_entries_stay_in_their_places_through_a_fix(tmp_path: Path) -> None:
    workouts = workouts_of(tmp_path, ride("Saturday", steady(100)), REST_DAYS[0])
    answer = validate_week_files(overview_of(tmp_path, target_hours=1.25), workouts, auto_fix=True)
    assert answer["validation"]["auto_fixed"]
    assert [each["duration_min"] for each in answer["workouts"]] == [70.0, 0.0]


def test_rest_on_a_training_day_is_a_training_day_without_a_workout(tmp_path: Path) -> None:
    workouts = workouts_of(tmp_path, {"weekday": "Saturday", "type": "rest"})
    verdict = validate_week_files(overview_of(tmp_path, target_hours=None), workouts, auto_fix=True)["validation"]
    assert verdict["warnings"] == ["Week 3: Saturday is a training day (endurance) without a workout"]
    assert (verdict["passed"], verdict["actual_hours"]) == (True, 0.0)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            {"type": "rest", "duration_min": 60},
            "workouts[1].duration_min: is 60 on a day of rest; set it to 0, or give the day its type and segments",
        ),
        ({"type": "endurance", "segments": []}, "workouts[1].segments: is empty; give at least one"),
        ({"type": "endurance"}, "workouts[1].segments: is missing; add it"),
        ({"name": "Long ride"}, "workouts[1].segments: is missing; add it"),
    ],
)
def test_what_is_neither_a_workout_nor_rest_is_refused(tmp_path: Path, entry: Json, message: str) -> None:
    path = workouts_of(tmp_path, ride(), {"weekday": "Monday"} | entry)
    assert fault(read_workouts, path) == f"{path}: {message}"


def test_a_day_of_both_rest_and_training_is_refused(tmp_path: Path) -> None:
    path = workouts_of(tmp_path, {"weekday": "Saturday", "type": "rest"}, ride())
    assert (
        fault(read_workouts, path)
        == f"{path}: workouts[1].weekday: Saturday is a day of rest in another entry; remove one"
    )


def test_a_weekday_that_is_missing_is_named_where_all_are_asked_for(tmp_path: Path) -> None:
    overview = overview_of(tmp_path, training_days=[day for day in ALL_DAYS if day["weekday"] != "Sunday"])
    workouts = workouts_of(tmp_path, ride(), *REST_DAYS[1:])

    lenient = judge_week_files(overview, workouts, auto_fix=True).validation
    strict = judge_week_files(overview, workouts, auto_fix=True, all_days=True).validation

    assert lenient.passed
    assert not strict.passed
    assert strict.errors == (
        "Week 3: Monday is missing; give it a workout, or an entry of type rest",
        "Week 3: Sunday is missing in the overview; say what the day is for, or rest",
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.json"

    assert fault(read_overview_week, path) == f"{path}: does not exist; check the path"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert (
        fault(read_workouts, tmp_path)
        == f"{tmp_path}: cannot be read (Is a directory); check that it is a file you may read"
    )


def test_a_file_above_the_size_limit_is_not_read(tmp_path: Path) -> None:
    exact = written(tmp_path, "exact.json", "[]" + " " * (MAX_WEEK_BYTES - 2))
    larger = written(tmp_path, "larger.json", "[]" + " " * (MAX_WEEK_BYTES - 1))

    assert read_workouts(exact) == ()
    assert fault(read_workouts, larger) == f"{larger}: is larger than 10 MB; give the file of a single week"


def test_a_run_without_a_type_has_the_one_that_an_imported_run_would_have(tmp_path: Path) -> None:
    intervals = {"type": "interval", "duration_min": 4, "distance_m": 1000, "speed_low_pct": 108, "speed_high_pct": 108}
    jog = {"type": "recovery", "duration_min": 2.5, "speed_low_pct": 66, "speed_high_pct": 66}
    easy = {"type": "steady", "duration_min": 20, "speed_low_pct": 76, "speed_high_pct": 76}
    listed = [
        {"weekday": "Tuesday", "segments": [easy, *[intervals, jog] * 5, easy]},
        {"weekday": "Saturday", "segments": [{**easy, "duration_min": 100}]},
    ]
    path = tmp_path / "workouts.json"
    path.write_text(json.dumps(listed))

    assert [workout.type for workout in read_workouts(path)] == [WorkoutType.VO2MAX, WorkoutType.LONG]
