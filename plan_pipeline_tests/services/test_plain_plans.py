"""Published running plans: what the words of their days mean, and the plan that is made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.services.published.plans import is_plain, plain_plan
from plan_pipeline.services.published.words import Meaning, meaning_of
from plan_pipeline.services.week_files import WeekFileError

FILE = Path("plan.yaml")


def meant(title: str, description: str = "", *, is_measured: bool = True) -> Meaning:
    return meaning_of(title, description, miles=True, is_measured=is_measured)


# --- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["Rest", "Rest or cross-train", "Off Day", "REST", ""])
def test_rest_is_rest(title: str) -> None:
    assert meant(title, is_measured=False).kind is WorkoutType.REST


def test_rest_or_a_run_is_the_run_where_it_has_a_distance() -> None:
    assert meant("Rest or {3-4:5-7} very easy").kind is WorkoutType.RECOVERY
    assert meant("Rest or Easy Run", is_measured=False).kind is WorkoutType.REST


@pytest.mark.parametrize(
    "title",
    [
        "8K-15K tune-up race (total {9-13:14-21})",
        "5-K Race",
        "5K goal race {9:14}",
        "Half Marathon ({13.1:21.1})",
        "Marathon ({26.2:42.2})",
        "Race Day!",
        "Plan Ends",
        "Marathon race",
    ],
)
def test_races_are_known_by_their_words(title: str) -> None:
    assert meant(title).is_race


@pytest.mark.parametrize(
    "title",
    [
        "Race pace + speed {6:10}",
        "Marathon-pace run {13:21}",
        "Marathon Simulation",
        "VO2max with 5 x 800 m at 5K race pace",
    ],
)
def test_a_race_pace_is_no_race(title: str) -> None:
    assert not meant(title).is_race


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("{6:9.7} run", WorkoutType.EASY),
        ("{9:14.5} pace", WorkoutType.MARATHON_PACE),
        ("Cross", WorkoutType.CROSS_TRAINING),
        ("Cross Training or Strength Training", WorkoutType.CROSS_TRAINING),
        ("Recovery {5:8}", WorkoutType.RECOVERY),
        ("Gen-aerobic + speed {8:13} with 6 x 10 sec hill sprints + 8 x 100 m strides", WorkoutType.EASY),
        ("{5-7:8-12} easy with 5 × 20 sec strides", WorkoutType.EASY),
        ("LT {8:13} with {4:6} at LT pace", WorkoutType.THRESHOLD),
        ("VO₂max {8:13} with 5 x 600 m at 5K race pace; jog 50-90% interval time", WorkoutType.VO2MAX),
        ("6 x 800", WorkoutType.VO2MAX),
        ("3 x hill", WorkoutType.HILLS),
        ("30 tempo", WorkoutType.THRESHOLD),
        ("12 x 400m @ 5k-10k Pace w. 400m jog rest", WorkoutType.VO2MAX),
        ("{1} Warm Up, {5} Tempo @ Goal MP, {1} Cool Down, ({7})", WorkoutType.MARATHON_PACE),
        ("{1.5} Warm Up, {3} @ HMP, {1.5} Cool Down", WorkoutType.THRESHOLD),
        ("6 x (300m uphill at 10k Pace, 300m downhill at MP)", WorkoutType.HILLS),
        ("7 × 3 min at 90–92% 5k with 1 min jog", WorkoutType.THRESHOLD),
        ("{10-11:16-18} at 75–80% 5k", WorkoutType.STEADY),
        ("{18-19:30-32} at 90% MP", WorkoutType.STEADY),
        ("4 × 2 km at 108–110% MP with 4 min walk/jog", WorkoutType.RACE_PACE),
        ("{6:10} Kenyan-style progression run", WorkoutType.PROGRESSIVE),
    ],
)
def test_the_kind_of_a_session_is_known_by_its_words(title: str, kind: WorkoutType) -> None:
    assert meant(title).kind is kind


def test_strides_are_told_beside_the_kind_and_are_no_quality() -> None:
    found = meant("General aerobic + speed {6:10}", "6 × 12 sec uphill followed by 6 × 100 m strides")

    assert (found.kind, found.has_strides) == (WorkoutType.EASY, True)


@pytest.mark.parametrize(
    ("title", "km", "repeats"),
    [
        ("LT {8:13} with {4:6} at LT pace", 6.44, 1),
        ("6 x {1} @ MP - 10s w. 400m jog rest", 1.61, 6),
        ("VO2max {9} with 5 x 1,000 m at 5K race pace", 1.0, 5),
        ("2 x 3 miles at MP with 2 minutes rest", 4.83, 2),
    ],
)
def test_what_is_run_at_a_pace_is_read_where_it_is_said(title: str, km: float, repeats: int) -> None:
    found = meant(title)

    assert found.work_km == pytest.approx(km, abs=0.01)
    assert found.repeats == repeats


# --- plans -------------------------------------------------------------------------------------------------------


def a_plan(*weeks: list[dict[str, Any]], **said: Any) -> dict[str, Any]:
    return {"name": "A plan", "units": "mi", "type": "Marathon", "schedule": [{"workouts": w} for w in weeks], **said}


Json = dict[str, Any]

REST: Json = {"title": "Rest"}
WEEK: list[Json] = [
    REST,
    {"title": "{5} run", "distance": 5},
    REST,
    {"title": "{6} run", "distance": [5, 7]},
    REST,
    REST,
]
LONG: Json = {"title": "{10}", "distance": 10}
RACE: Json = {"title": "Marathon", "distance": 26.2}


def made(content: dict[str, Any]) -> dict[str, Any]:
    return plain_plan(FILE, content).content


def test_distances_are_kilometres_and_ranges_count_by_their_middle() -> None:
    (week,) = made(a_plan([*WEEK, LONG]))["weekly_plan"]

    km = [sum(s["distance_m"] for s in workout["segments"]) / 1609.344 for workout in week["workouts"]]
    assert km == pytest.approx([5, 6, 10])
    assert [(w["weekday"], w["type"]) for w in week["workouts"]] == [
        ("Tuesday", "easy"),
        ("Thursday", "easy"),
        ("Sunday", "long"),
    ]


def test_quality_is_within_the_day_s_distance() -> None:
    day: Json = {"title": "LT {8} with {4} at LT pace", "distance": 8}
    ((workout,),) = (list(week["workouts"]) for week in made(a_plan([day]))["weekly_plan"])

    metres = {pct: sum(s["distance_m"] for s in workout["segments"] if s["speed_low_pct"] == pct) for pct in (78, 98)}
    assert {pct: round(m / 1609.344, 2) for pct, m in metres.items()} == {78: 4, 98: 4}


def test_the_last_race_is_the_event_and_what_follows_it_is_left_out() -> None:
    race_week = [*WEEK, RACE]
    plan = plain_plan(FILE, a_plan(*[[*WEEK, LONG]] * 7, race_week, [*WEEK, LONG]))

    assert len(plan.content["weekly_plan"]) == 8
    assert plan.content["plan_metadata"]["event"] == {"date": "2027-02-28", "name": "Race", "type": "Marathon"}
    assert any("the race is in week 8" in sentence for sentence in plan.assumed)


def test_a_race_before_is_an_event_on_the_way_with_the_distance_of_its_day() -> None:
    tune_up: Json = {"title": "8K-15K tune-up race", "distance": [9, 13]}
    plan = made(a_plan(*[[*WEEK, LONG]] * 3, [*WEEK, tune_up], *[[*WEEK, LONG]] * 3, [*WEEK, RACE]))

    assert plan["plan_metadata"]["events"] == [
        {"date": "2027-01-31", "name": "8K-15K tune-up race", "distance_km": 17.7}
    ]


def test_weeks_that_fall_to_the_race_are_the_taper() -> None:
    def week(miles: float) -> list[dict[str, Any]]:
        return [*WEEK, {"title": "long", "distance": miles}]

    plan = made(a_plan(*[week(miles) for miles in (10, 12, 14, 10, 16, 12, 8)], [*WEEK, RACE]))

    assert [week.get("week_type") for week in plan["weekly_plan"]] == [None] * 5 + ["taper"] * 3


def test_a_novice_s_plan_is_for_a_beginner() -> None:
    levels = [made(a_plan(WEEK, name=name))["athlete_profile"]["experience_level"] for name in ("Novice 1", "Up to 55")]

    assert levels == ["beginner", "intermediate"]


def test_runs_that_say_nothing_are_told() -> None:
    plan = plain_plan(FILE, a_plan([REST, {"title": "Run 30 seconds, walk 30 seconds. Repeat 15 times"}, LONG]))

    assert plan.unmeasured == 1
    assert "1 run states neither distance nor minutes; each is taken to last 30 min" in plan.assumed


def test_minutes_stand_for_a_distance() -> None:
    ((workout,),) = (list(week["workouts"]) for week in made(a_plan([{"title": "Easy 40 min"}]))["weekly_plan"])

    assert sum(s["duration_min"] for s in workout["segments"]) == pytest.approx(40)


def test_weeks_of_days_are_read_like_a_schedule_of_workouts() -> None:
    plan = {"units": "km", "weeks": [{"days": [{"title": "Easy", "distance": 8}]}]}

    assert is_plain(plan)
    assert made(plan)["weekly_plan"][0]["workouts"][0]["segments"][0]["distance_m"] == 8000


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (a_plan([REST] * 8), "schedule[0].workouts: "),
        (a_plan([{"title": "Easy", "distance": "far"}]), "schedule[0].workouts[0].distance: "),
        (a_plan([REST], units="leagues"), "units: "),
        ({"schedule": []}, "schedule: "),
        ({"schedule": ["Monday"]}, "schedule[0]: "),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(content: dict[str, Any], says: str) -> None:
    with pytest.raises(WeekFileError) as refused:
        plain_plan(FILE, content)

    assert str(refused.value).startswith(f"plan.yaml: {says}")


@pytest.mark.parametrize("content", [{"weekly_plan": []}, [], "plan", {"schedule": 3}])
def test_other_files_are_no_plans_of_that_form(content: Any) -> None:
    assert not is_plain(content)
