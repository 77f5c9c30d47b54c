"""`explain`: why a week of a published plan has its workouts."""

from __future__ import annotations

import shutil
from pathlib import Path

from plan_pipeline.shipped import shipped
from plan_pipeline_tests.cli.conftest import Run

PLAN = "rider-042-century"


def test_a_week_is_explained_day_by_day_as_json(run: Run, generated: Path) -> None:
    found = run("--data", generated, "explain", PLAN, "--week", "5", "--json").json
    assert (found["plan_id"], found["week"], found["arm"]) == (PLAN, 5, "optimal")
    assert found["is_of_what_was_made"] is True
    assert found["remarks"] == []
    assert [day["weekday"] for day in found["days"]] == ["Tuesday", "Wednesday", "Thursday", "Saturday", "Sunday"]
    for day in found["days"]:
        assert day["slot"]["phase"] == "build"
        assert sum(day["chosen"]["criteria"].values()) > 0
        assert [other["behind"] >= 0 for other in day["alternatives"]] == [True, True, True]
    assert found["days"][0]["slot"]["cap_min"] == 75


def test_a_day_is_explained_in_words_that_fit_a_narrow_terminal(run: Run, generated: Path) -> None:
    day = run("--data", generated, "explain", PLAN, "--week", "5", "--json").json["days"][0]
    chosen, other, length = day["chosen"], day["alternatives"][0], day["length"]

    ended = run("--data", generated, "explain", PLAN, "--week", "5", "--day", "tue", COLUMNS="80")
    assert ended.exit_code == 0
    assert all(len(line) <= 80 for line in ended.stdout.splitlines())
    assert "Wednesday:" not in ended.stdout
    words = " ".join(ended.stdout.split())
    assert f"Tuesday: {chosen['name']}, {chosen['duration_min']:g} min" in words
    assert "75 min the athlete's limit" in words
    assert f"{length['base_min']:g} min as written, then {length['final_min']:g} min to fit the week: " in words
    assert all(change in words for change in length["changes"])
    assert f"made for the phase +{chosen['criteria']['phase']:.1f}" in words
    less = f"-{other['behind']:.1f}" if other["behind"] else "as good"
    assert f"instead {other['name']}, {other['duration_min']:g} min, {other['tss']:.0f} TSS: {less}" in words
    assert "chosen together" in words


def test_a_day_without_a_workout_is_refused_with_those_that_have_one(run: Run, generated: Path) -> None:
    for day in ("Monday", "someday"):
        ended = run("--data", generated, "explain", PLAN, "--week", "5", "--day", day)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert "Tuesday, Wednesday" in ended.stderr
    assert run("--data", generated, "explain", PLAN, "--week", "13").exit_code == 2


def test_the_day_of_the_event_is_no_rest_day(run: Run, generated: Path) -> None:
    told = {
        day: run("--data", generated, "explain", PLAN, "--week", "12", "--day", day).stderr
        for day in ("Monday", "Sunday")
    }
    assert "Monday is a rest day" in told["Monday"]
    assert "Sunday is the day of the event" in told["Sunday"]


def test_a_plan_that_was_not_published_is_answered_with_the_reason(run: Run, generated: Path) -> None:
    ended = run("--data", generated, "explain", "rider-900-too-much", "--week", "1")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "infeasible" in ended.stderr


def test_another_library_is_told_before_what_it_says(run: Run, generated: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    shutil.copytree(shipped("workout_library"), library)
    chosen = run("--data", generated, "explain", PLAN, "--week", "5", "--json").json["days"][0]["chosen"]
    name, workout_id = (f"{field}: {chosen[key]}\n" for field, key in (("name", "name"), ("id", "library_workout_id")))
    (file,) = (path for path in library.glob("cycling/*.yaml") if workout_id in path.read_text())
    text = file.read_text()
    file.write_text(text.replace(name, "name: Another name\n", 1))

    found = run("--data", generated, "explain", PLAN, "--week", "5", "--library", library, "--json").json
    assert "the plan was made from library" in found["remarks"][0]
    assert found["is_of_what_was_made"] is True
    assert found["days"][0]["chosen"]["name"] == chosen["name"]

    file.write_text(text.replace(workout_id, "id: a_new_id\n", 1))
    shown = run("--data", generated, "explain", PLAN, "--week", "5", "--library", library).stdout
    assert "the week would come out otherwise today" in shown
    assert "Tuesday would be" in shown


def test_another_configuration_is_told_before_what_it_says(run: Run, generated: Path, tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(shipped("config"), config)
    file = config / "cycling" / "week.yaml"
    file.write_text(file.read_text().replace("usual_min: 90", "usual_min: 85", 1))
    environment = {"PLAN_PIPELINE_CONFIG": str(config)}
    found = run("--data", generated, "explain", PLAN, "--week", "5", "--json", **environment).json
    assert "the plan was made from configuration" in found["remarks"][0]


def test_the_purpose_of_a_plan_is_told_first(run: Run, generated: Path) -> None:
    found = run("--data", generated, "explain", PLAN, "--week", "5", "--json").json
    assert found["purpose"][0].startswith("the plan is for ")
    shown = run("--data", generated, "explain", PLAN, "--week", "5", COLUMNS="200").stdout
    assert found["purpose"][0] in shown


def test_an_altered_plan_is_not_explained(run: Run, generated: Path, tmp_path: Path) -> None:
    shutil.copytree(generated, tmp_path / "data")
    path = tmp_path / "data" / "plans" / PLAN / "plan.json"
    content = path.read_text()
    path.unlink()
    path.write_text(content.replace('"ftp": 265', '"ftp": 266', 1))
    ended = run("--data", tmp_path / "data", "explain", PLAN, "--week", "5")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert f"plan-pipeline rollback {PLAN}" in ended.stderr
