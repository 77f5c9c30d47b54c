"""``check-plan``: any plan from a file held against every rule, read leniently, and refused with what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.rules.rule_sports import rules_of_sport
from plan_pipeline_tests.cli.conftest import EXAMPLES, Run

Json = dict[str, Any]

TYPES = ("load", "load", "load", "recovery", "load", "load", "taper", "event")


def session(weekday: str, *parts: tuple[float, float], **more: Any) -> Json:
    """A session of (minutes, % of threshold)."""
    segments = [
        {"type": "steady", "duration_min": minutes, "power_low_pct": pct, "power_high_pct": pct}
        for minutes, pct in parts
    ]
    return {"weekday": weekday, "segments": segments} | more


def weeks_of(*workouts: Json, count: int = 8, **more: Any) -> list[Json]:
    return [{"workouts": list(workouts)} | more for _ in range(count)]


@pytest.fixture
def plan_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a plan of weeks, with whatever else it says."""

    def write(weeks: Any, **said: Any) -> Path:
        path = tmp_path / "plan.json"
        path.write_text(json.dumps({"training_plan": {"weekly_plan": weeks, **said}}))
        return path

    return write


EASY = session("Tuesday", (60, 60))
LONG = session("Saturday", (120, 65))
UNRIDEABLE = session("Tuesday", (15, 60), *[(8, 111), (4, 50)] * 5)


def rules_in(answer: Any) -> dict[str, Json]:
    return {result["rule_id"]: result for result in answer["rule_results"]}


# --- what it says --------------------------------------------------------------------------------------------


def test_a_plan_of_ours_is_held_against_every_rule_and_has_the_results_it_was_published_with(
    run: Run, generated: Path
) -> None:
    plans = sorted((generated / "plans").glob("*/plan.json"))
    seen = set()
    for file in plans:
        asked = EXAMPLES / f"{file.parent.name}.yaml"
        ended = run("check-plan", file, "--request", asked, "--json")
        whole = json.loads(file.read_text())
        published, sport = whole["rule_results"], Sport(whole["training_plan"].get("sport", "cycling"))
        seen.add(sport)

        assert ended.exit_code == 0, ended.stderr
        assert set(rules_in(ended.json)) == set(rules_of_sport(sport))
        for result in published:
            measured = {"measured" if name == "value" else name: value for name, value in result.items()}
            assert rules_in(ended.json)[result["rule_id"]] == measured
    assert seen == set(Sport)


def test_a_plan_of_ours_says_all_that_the_rules_want_to_know(run: Run, generated: Path) -> None:
    for plan in ("rider-042-century", "runner-091-trail"):
        file, asked = generated / "plans" / plan / "plan.json", EXAMPLES / f"{plan}.yaml"

        assert run("check-plan", file, "--json").json == run("check-plan", file, "--request", asked, "--json").json


def test_a_request_of_another_sport_is_not_that_of_the_plan(run: Run, generated: Path) -> None:
    file = generated / "plans" / "rider-042-century" / "plan.json"
    asked = EXAMPLES / "runner-140-fitness.yaml"

    ended = run("check-plan", file, "--request", asked)

    assert (ended.exit_code, "is of cycling, and the request is for running" in ended.stderr) == (2, True)


def test_json_has_every_rule_with_what_was_measured_and_the_weeks_of_the_plan(
    run: Run, plan_file: Callable[..., Path]
) -> None:
    ended = run("check-plan", plan_file(weeks_of(EASY, LONG)), "--json")

    assert ended.exit_code == 0
    assert (ended.json["weeks"], len(ended.json["rule_results"])) == (8, len(rules_of_sport(Sport.CYCLING)))
    assert rules_in(ended.json)["rest-days"] | {"message": ""} == {
        "rule_id": "rest-days",
        "rule_version": 1,
        "severity": "error",
        "evidence": "convention",
        "threshold": "≥ 2 days, or one fewer with a recovery ride",
        "measured": 5.0,
        "passed": True,
        "waived": False,
        "weeks": [],
        "message": "",
    }


def test_a_session_that_nobody_can_ride_fails_the_plan_whoever_made_it(
    run: Run, plan_file: Callable[..., Path]
) -> None:
    ended = run("check-plan", plan_file([*weeks_of(EASY, LONG, count=7), *weeks_of(UNRIDEABLE, count=1)]))

    assert ended.exit_code == 1
    assert "rideable" in ended.stdout
    assert "8 weeks held against 32 rules; broken: 2 errors" in ended.stdout


def test_an_athlete_that_the_plan_leaves_open_is_told(run: Run, plan_file: Callable[..., Path]) -> None:
    ended = run("check-plan", plan_file(weeks_of(EASY, LONG)))

    assert (
        "athlete_profile is missing, so the plan is judged for an intermediate rider with 3 h on its own days"
        in ended.stderr
    )


def test_weeks_without_a_type_are_light_where_their_hours_are(run: Run, plan_file: Callable[..., Path]) -> None:
    light = {"workouts": [session("Tuesday", (40, 60)), session("Saturday", (50, 60))]}
    weeks = weeks_of(EASY, LONG, count=8)
    weeks[2] = weeks[5] = light

    ended = run("check-plan", plan_file(weeks), "--json")

    assert rules_in(ended.json)["recovery-count"]["weeks"] == [6]


def test_what_the_plan_says_of_its_athlete_and_event_counts(run: Run, plan_file: Callable[..., Path]) -> None:
    weeks = [{"week_type": kind, "workouts": [EASY, LONG]} for kind in TYPES]
    profile = {
        "athlete_id": "someone",
        "ftp": 240,
        "experience_level": "beginner",
        "training_availability": {"hours_per_week": 8, "week_days": "Tue, Sat"},
    }
    meta = {"event": {"date": "2027-03-28", "type": "century"}, "start_date": "2027-02-01"}

    ended = run("check-plan", plan_file(weeks, athlete_profile=profile, plan_metadata=meta), "--json")

    assert ended.exit_code == 1
    found = rules_in(ended.json)["long-ride-target"]
    assert (found["passed"], found["severity"], found["measured"]) == (False, "error", 48.0)


def test_a_request_says_what_the_plan_does_not(
    run: Run, plan_file: Callable[..., Path], request_file: Callable[..., Path]
) -> None:
    asked = request_file()
    count = 12
    weeks = weeks_of(EASY, LONG, count=count)

    of_request = run("check-plan", plan_file(weeks), "--request", asked, "--json")
    too_few = run("check-plan", plan_file(weeks[:8]), "--request", asked)

    assert rules_in(of_request.json)["long-ride-target"]["measured"] is not None
    assert too_few.exit_code == 2
    assert f"weekly_plan has 8 weeks, and the request asks for {_weeks(asked)}" in too_few.stderr


def _weeks(request: Path) -> int:
    return int(yaml.safe_load(request.read_text())["weeks"])


def test_a_plan_of_any_length_is_judged(run: Run, plan_file: Callable[..., Path]) -> None:
    assert [run("check-plan", plan_file(weeks_of(EASY, count=n)), "--json").json["weeks"] for n in (1, 30)] == [1, 30]


# --- running -------------------------------------------------------------------------------------------------


def a_run(weekday: str, km: float, pct: float = 78, **more: Any) -> Json:
    """A run of so many kilometres at 4:15/km."""
    minutes = km / (0.2353 * pct / 100)
    segment = {
        "type": "steady",
        "duration_min": minutes,
        "speed_low_pct": pct,
        "speed_high_pct": pct,
        "distance_m": km * 1000,
    }
    return {"weekday": weekday, "type": "easy", "segments": [segment]} | more


RUNNER = {
    "athlete_id": "runner-1",
    "threshold_pace": "4:15/km",
    "longest_run_km": 12,
    "training_availability": {"weekly_km": 40, "week_days": "Tue, Thu, Sun"},
}


def running_weeks(*long_km: float) -> list[Json]:
    return [{"workouts": [a_run("Tuesday", 8), a_run("Thursday", 10), a_run("Sunday", km)]} for km in long_km]


def test_a_running_plan_is_held_against_the_rules_of_running(run: Run, plan_file: Callable[..., Path]) -> None:
    ended = run(
        "check-plan", plan_file(running_weeks(12, 13, 14, 18), sport="running", athlete_profile=RUNNER), "--json"
    )

    assert ended.exit_code == 0, ended.stderr
    assert set(rules_in(ended.json)) == set(rules_of_sport(Sport.RUNNING))
    spike = rules_in(ended.json)["single-run-spike"]
    assert (spike["measured"], spike["weeks"], spike["severity"]) == (28.6, [4], "warning")


def test_kilometres_that_a_running_plan_states_are_checked(run: Run, plan_file: Callable[..., Path]) -> None:
    weeks = running_weeks(12, 13, 14, 15)
    weeks[1]["target_km"] = 40
    weeks[2]["workouts"][0]["distance_km"] = 9

    ended = run("check-plan", plan_file(weeks, sport="running", athlete_profile=RUNNER), "--json")

    assert ended.exit_code == 1
    stated = rules_in(ended.json)["stated-equals-delivered"]
    assert (stated["measured"], stated["weeks"]) == (2, [2, 3])
    assert "the week says 40 km and has 31" in stated["message"]


def test_a_speed_without_its_other_end_is_told(run: Run, plan_file: Callable[..., Path]) -> None:
    weeks = running_weeks(12, 13, 14, 15)
    del weeks[0]["workouts"][0]["segments"][0]["speed_high_pct"]

    ended = run("check-plan", plan_file(weeks, sport="running", athlete_profile=RUNNER))

    assert ended.exit_code == 2
    assert "has one of speed_low_pct and speed_high_pct; give both, or neither off the feet" in ended.stderr


PUBLISHED = """
name: 'Novice: a marathon'
units: mi
type: Marathon
schedule:
""" + "".join(
    f"""
- workouts:
  - title: Rest
  - title: '{{3:4.8}} run'
    distance: 3.0
  - title: '{{{miles / 2:g}}} run'
    distance: {miles / 2}
  - title: Cross
  - title: Rest
  - title: '{{{miles:g}}}'
    distance: {miles:.1f}
  - title: {"Marathon" if miles == 8 else "Rest"}
"""
    for miles in (6, 7, 8.5, 9, 12, 14, 10, 8)
)


@pytest.mark.parametrize("name", ["plan.yaml", "plan.json"])
def test_a_published_plan_is_judged_by_its_words_and_what_it_leaves_open_is_told(
    run: Run, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_text(PUBLISHED if name.endswith("yaml") else json.dumps(yaml.safe_load(PUBLISHED)))

    as_json, shown = run("check-plan", file, "--json"), run("check-plan", file)

    found = rules_in(as_json.json)
    assert as_json.json["weeks"] == 8
    assert (found["weeks-for-beginners"]["passed"], found["weeks-for-beginners"]["measured"]) == (False, 8)
    assert found["threshold-type"]["passed"]
    assert found["cutback"]["weeks"] == [4, 5, 6]
    assert "sessions are known by their words" in shown.stderr


# --- what it refuses -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"weekly_plan": []}, "weekly_plan must be a list of weeks, in training_plan or at the top, not "),
        ([1], "weekly_plan must be a list of weeks, in training_plan or at the top, not [1]"),
        ({"weekly_plan": [{"workouts": None}]}, "weekly_plan.0.workouts: must be a list of workouts, not "),
        (
            {"weekly_plan": [{"workouts": [{"weekday": "Someday", "segments": EASY["segments"]}]}]},
            "weekly_plan[0].workouts[0].weekday: ",
        ),
        (
            {"training_plan": {"weekly_plan": weeks_of(EASY), "athlete_profile": {"athlete_id": "x"}}},
            "athlete_profile.training_availability: is missing",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_file_field_and_remedy(
    run: Run, tmp_path: Path, content: Any, says: str
) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(content))

    ended = run("check-plan", file)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"plan-pipeline: {file}: ")
    assert says in ended.stderr


@pytest.mark.parametrize("name", ["", "plan.txt"])
def test_what_is_no_plan_file_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    ended = run("check-plan", tmp_path / name)

    assert ended.exit_code == 2
    assert "give the file of a plan, such as plan.json" in ended.stderr


# --- folders of workout files --------------------------------------------------------------------------------


def test_a_plan_that_was_exported_is_judged_as_it_was_published(run: Run, generated: Path, tmp_path: Path) -> None:
    plan = "rider-042-century"
    run("--data", generated, "export", plan, "--format", "zwo", "--output", tmp_path / "plan")

    ended = run("check-plan", tmp_path / "plan", "--request", EXAMPLES / f"{plan}.yaml", "--json")

    assert (ended.exit_code, ended.json["weeks"]) == (0, 12)
    published = json.loads((generated / "plans" / plan / "plan.json").read_text())["rule_results"]
    of_sessions = ("rideable", "hard-by-content", "rest-days", "ctl-ramp", "day-caps", "long-ride-target")
    measured = {result["rule_id"]: result["value"] for result in published if result["rule_id"] in of_sessions}
    found = {rule: result["measured"] for rule, result in rules_in(ended.json).items() if rule in measured}
    assert found == measured


def test_a_folder_of_somebody_s_files_is_judged_and_what_it_leaves_open_is_told(run: Run, tmp_path: Path) -> None:
    text = '<workout_file><workout><SteadyState Duration="{}" Power="0.6"/></workout></workout_file>'
    for week in range(1, 9):
        for day, seconds in (("Tuesday", 3600), ("Sat", 7200)):
            path = tmp_path / f"Week {week}" / f"{day} ride.zwo"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.format(seconds))

    ended = run("check-plan", tmp_path)

    assert ended.exit_code == 0
    assert "8 weeks held against 32 rules" in ended.stdout
    assert "athlete_profile is missing" in ended.stderr


def test_a_folder_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    ended = run("check-plan", tmp_path / "nowhere")
    assert (ended.exit_code, ended.stderr) == (
        2,
        f"plan-pipeline: {tmp_path / 'nowhere'}: does not exist; check the path\n",
    )


def test_files_in_watts_need_a_threshold(run: Run, tmp_path: Path) -> None:
    text = "[COURSE HEADER]\nMINUTES WATTS\n[END COURSE HEADER]\n[COURSE DATA]\n0 150\n60 150\n[END COURSE DATA]"
    (tmp_path / "W01_Tue.erg").write_text(text)

    without, with_ftp = run("check-plan", tmp_path), run("check-plan", tmp_path, "--ftp", "250", "--json")

    assert (without.exit_code, with_ftp.json["weeks"]) == (2, 1)
    assert "give the rider's with --ftp W" in without.stderr


def test_runs_in_paces_are_measured_by_the_runner_of_the_request_or_of_the_option(
    run: Run, generated: Path, tmp_path: Path
) -> None:
    plan, folder = "runner-017-marathon", tmp_path / "plan"
    run("--data", generated, "export", plan, "--format", "fit", "--output", folder)

    by_request = run("check-plan", folder, "--request", EXAMPLES / f"{plan}.yaml", "--json")
    by_pace = run("check-plan", folder, "--threshold-pace", "4:50/km", "--json")
    by_nothing = run("check-plan", folder)

    for ended in (by_request, by_pace):
        assert ended.exit_code == 0, ended.stderr
        assert (set(rules_in(ended.json)), ended.json["weeks"]) == (set(rules_of_sport(Sport.RUNNING)), 16)
    assert by_nothing.exit_code == 2
    assert "give the runner's with --threshold-pace 4:15/km" in by_nothing.stderr
