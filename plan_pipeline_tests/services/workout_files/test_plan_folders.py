"""Folders of workout files as plans: each file on the day that its name says, however it says it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from plan_pipeline.services.week_files import WeekFileError
from plan_pipeline.services.workout_files.file_days import day_of_file
from plan_pipeline.services.workout_files.plan_folders import read_plan_folder

RIDE = '<workout_file><name>{}</name><workout><SteadyState Duration="3600" Power="0.65"/></workout></workout_file>'


def put(folder: Path, *names: str, content: str = RIDE) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.format(path.stem))
    return folder


@pytest.mark.parametrize(
    ("name", "week", "weekday"),
    [
        ("W01_Mon_Sprints.zwo", 1, "Monday"),
        ("W01-2-Tuesday-vo2max-threes.zwo", 1, "Tuesday"),
        ("w3d5 Threshold.zwo", 3, "Friday"),
        ("Week 12 - Day 7 - Long ride.zwo", 12, "Sunday"),
        ("Week 1/Tuesday.zwo", 1, "Tuesday"),
        ("week_02/thurs_tempo.ZWO", 2, "Thursday"),
        ("Plan/Week 4/Saturday/ride.zwo", 4, "Saturday"),
        ("Week 4/3 - Tempo.zwo", 4, "Wednesday"),
        ("W05-6 4x8.zwo", 5, "Saturday"),
        ("wk7.wed.zwo", 7, "Wednesday"),
        ("Day 9 Openers.zwo", 2, "Tuesday"),
        ("W02_Sun_Monday blues.zwo", 2, "Sunday"),
    ],
)
def test_week_and_day_are_read_from_common_names(name: str, week: int, weekday: str) -> None:
    found = day_of_file(name)
    assert found is not None
    assert (found.week, found.weekday, found.date) == (week, weekday, None)


@pytest.mark.parametrize("name", ["2027-01-05 Sprints.zwo", "20270105_sprints.zwo", "Plan 2027.01.05.zwo"])
def test_dates_are_read(name: str) -> None:
    found = day_of_file(name)
    assert found is not None
    assert (found.date, found.weekday) == (dt.date(2027, 1, 5), "Tuesday")


@pytest.mark.parametrize(
    "name", ["Sprints.zwo", "Week 1/Sprints.zwo", "Sunday ride.zwo", "2027-02-31 x.zwo", "W1 4x8.zwo"]
)
def test_a_name_without_week_or_day_says_none(name: str) -> None:
    assert day_of_file(name) is None


def test_a_folder_is_weeks_of_sessions_in_order(tmp_path: Path) -> None:
    put(tmp_path, "W02_Sat_b.zwo", "W01_Thu_a.zwo", "W01_Mon_c.zwo", "W04_Mon_d.zwo")
    found = read_plan_folder(tmp_path)
    assert [[workout.weekday for workout in week] for week in found.weeks] == [
        ["Monday", "Thursday"],
        ["Saturday"],
        [],
        ["Monday"],
    ]
    assert found.remarks == ("there are no files for week 3, which is taken as free",)
    assert {workout.type for week in found.weeks for workout in week} == {"endurance"}


def test_dates_begin_on_the_monday_of_the_first_week(tmp_path: Path) -> None:
    put(tmp_path, "2027-01-07 a.zwo", "2027-01-12 b.zwo")
    found = read_plan_folder(tmp_path)
    assert found.start_date == dt.date(2027, 1, 4)
    assert [[workout.weekday for workout in week] for week in found.weeks] == [["Thursday"], ["Tuesday"]]


def test_weeks_that_are_counted_from_nothing_are_counted_from_one(tmp_path: Path) -> None:
    put(tmp_path, "W00_Mon_a.zwo", "W01_Mon_b.zwo")
    assert [len(week) for week in read_plan_folder(tmp_path).weeks] == [1, 1]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([], "is a folder without workout files; give the file of a plan, such as plan.json, or a folder"),
        (["W01_Mon.zwo", "ride.zwo"], "1 file of 2 cannot be placed; name week and day, such as W01_Tue_name.zwo"),
        (["W01_Mon.zwo", "2027-01-05.zwo"], "some files are named by date, others by week"),
        (["2027-01-05.zwo", "2067-01-05.zwo"], "beyond 104; correct its name"),
    ],
)
def test_what_cannot_be_placed_is_told_with_what_to_do(tmp_path: Path, names: list[str], says: str) -> None:
    with pytest.raises(WeekFileError) as refused:
        read_plan_folder(put(tmp_path, *names))
    assert says in str(refused.value)


def test_files_that_cannot_be_read_are_told_by_name_and_reason(tmp_path: Path) -> None:
    put(tmp_path, "W01_Mon.zwo")
    put(tmp_path, "W01_Tue.zwo", content="<html/>")
    with pytest.raises(WeekFileError) as refused:
        read_plan_folder(tmp_path)
    assert "1 file of 2 cannot be read; repair or remove" in str(refused.value)
    assert "W01_Tue.zwo: is XML of <html>" in str(refused.value)


def test_notes_beside_the_workouts_are_passed_over_and_told(tmp_path: Path) -> None:
    put(tmp_path, "W01_Mon.zwo")
    put(tmp_path, "README.txt", content="Have fun")
    found = read_plan_folder(tmp_path)
    assert len(found.weeks) == 1
    assert found.remarks == ("README.txt says no day and holds no workout, and was passed over",)


def test_what_was_repaired_is_told(tmp_path: Path) -> None:
    put(tmp_path, "W01_Mon.zwo", content=RIDE.replace("name>", "n>"))
    assert read_plan_folder(tmp_path).remarks == ("W01_Mon.zwo: <n> was read as <name>",)
