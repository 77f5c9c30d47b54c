"""``plan-pipeline schedule``: plans on dates, moved and cancelled, and taken by the commands that take a plan."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from plan_pipeline.services.instances.scheduling import cancel_instance, schedule_plan
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline_tests.cli.conftest import Run, contents
from plan_pipeline_tests.core.builders import in_force

PLAN = "rider-042-century"
NOW = dt.datetime(2027, 1, 3, tzinfo=dt.UTC)


@pytest.fixture
def folder(generated: Path, tmp_path: Path) -> Path:
    """A data folder with some plans, to be changed."""
    for name in (PLAN, "rider-900-too-much"):
        shutil.copytree(generated / "plans" / name, tmp_path / "data" / "plans" / name)
    return tmp_path / "data"


def scheduled(run: Run, folder: Path, *arguments: str, **environment: str) -> dict[str, Any]:
    """What one instance became."""
    ended = run("--data", folder, "schedule", *arguments, "--json", **environment)
    assert (ended.exit_code, ended.stderr) == (0, "")
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def on_dates(folder: Path, start: str, athlete: str = "anna") -> str:
    """Put the plan on dates, which the command takes seconds for with Dagster, and return the instance's id."""
    store = PlanStore(DataFolder(folder))
    (done,) = schedule_plan(store, PLAN, dt.date.fromisoformat(start), [athlete], in_force=in_force, now=NOW)
    return done.instance.instance_id


def test_a_plan_is_put_on_dates_and_its_coach_is_told_what_moves(run: Run, folder: Path) -> None:
    ended = run("--data", folder, "schedule", PLAN, "--start", "2030-01-07", "--athlete", "anna", "--athlete", "ben")
    assert ended.exit_code == 0
    lines = ended.stdout.splitlines()
    assert ": put on dates; 2030-01-07 to 2030-03-31, planned, for anna" in lines[0]
    assert "planned for 2027-03-28: on these dates that is 2030-03-31" in lines[1]
    assert "watts are those of rider-042, FTP 265 W" in lines[2]
    assert "planned, for ben" in lines[3]


def test_asked_again_it_is_the_same_and_nothing_is_written(run: Run, folder: Path) -> None:
    first = scheduled(run, folder, PLAN, "--start", "2030-01-07")
    before = contents(folder / "instances")
    again = scheduled(run, folder, PLAN, "--start", "2030-01-07")
    assert (first["done"], again["done"]) == ("created", "unchanged")
    assert {**first, "done": None} == {**again, "done": None}
    assert contents(folder / "instances") == before


def test_it_is_moved_cancelled_and_put_on_dates_again_under_its_id(run: Run, folder: Path) -> None:
    name = scheduled(run, folder, PLAN, "--start", "2030-01-07")["instance_id"]
    steps = (["--start", "2030-02-04"], ["--cancel"], ["--cancel"], ["--start", "2030-02-04"])
    found = [scheduled(run, folder, name, *step) for step in steps]
    assert [each["done"] for each in found] == ["moved", "cancelled", "unchanged", "reinstated"]
    assert [each["status"] for each in found] == ["planned", "cancelled", "cancelled", "planned"]
    assert {(each["instance_id"], each["end_date"]) for each in found} == {(name, "2030-04-28")}


def test_instances_are_listed_of_all_plans_of_one_and_of_an_athlete(run: Run, folder: Path) -> None:
    name = on_dates(folder, "2030-01-07")
    for narrowed in ((), (PLAN,), (name,), ("--athlete", "anna")):
        ended = run("--data", folder, "schedule", "--list", *narrowed, "--json")
        (found,) = ended.json_lines
        assert (found["instance_id"], found["status"]) == (name, "planned")
    assert run("--data", folder, "schedule", "--list", "--athlete", "ben", "--json").stdout == ""
    table = run("--data", folder, "schedule", "--list").stdout
    assert all(word in table for word in (name, "anna", "2030-01-07", "2030-03-31", "planned"))


def test_a_damaged_instance_is_told_and_the_others_are_listed(run: Run, folder: Path) -> None:
    sound, damaged = on_dates(folder, "2030-01-07"), on_dates(folder, "2030-02-04")
    DataFolder(folder).instance(damaged).write_text("{")
    ended = run("--data", folder, "schedule", "--list", "--json")
    assert (ended.exit_code, [each["instance_id"] for each in ended.json_lines]) == (1, [sound])
    assert f"{damaged}.json is damaged" in ended.stderr and "put an earlier copy of the file back" in ended.stderr


def test_show_page_and_export_take_its_id(run: Run, folder: Path) -> None:
    name = on_dates(folder, "2030-01-07")
    shown = run("--data", folder, "show", name)
    assert shown.exit_code == 0
    assert "2030-01-07 to 2030-03-31, plan rider-042-century" in shown.stdout
    assert run("--data", folder, "page", name).stdout == f"{folder}/pages/plans/{name}.html\n"
    calendar = Calendar.from_ical(run("--data", folder, "export", name, "--format", "ics").stdout)
    assert {entry.start.year for entry in calendar.events} == {2030}
    exported = run("--data", folder, "export", name, "--format", "json").json
    assert exported["instance"]["instance_id"] == name
    assert exported["training_plan"]["plan_metadata"]["event"]["date"] == "2030-03-31"


def test_an_exported_instance_is_held_against_the_rules_like_any_plan(run: Run, folder: Path, tmp_path: Path) -> None:
    name = on_dates(folder, "2030-01-07")
    run("--data", folder, "export", name, "--format", "json", "--output", tmp_path)
    assert run("--data", folder, "check-plan", tmp_path / f"{name}.json").exit_code == 0


def test_all_active_has_instances_that_are_not_over(run: Run, folder: Path, tmp_path: Path) -> None:
    soon = on_dates(folder, "2030-01-07")
    over = on_dates(folder, "2020-01-06")
    off = on_dates(folder, "2030-02-04")
    cancel_instance(PlanStore(DataFolder(folder)), off, in_force=in_force, now=NOW)
    run("--data", folder, "export", "--all-active", "--format", "csv", "--output", tmp_path / "out")
    run("--data", folder, "page", "--all-active")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {PLAN, soon}
    assert {path.stem for path in (folder / "pages" / "plans").iterdir()} == {PLAN, soon}
    start = (folder / "pages" / "index.html").read_text()
    assert all(name in start for name in (soon, over, off))


def test_where_every_plan_has_a_page_it_gets_one(run: Run, folder: Path) -> None:
    name = scheduled(run, folder, PLAN, "--start", "2030-01-07", PLAN_PIPELINE_PAGES="true")["instance_id"]
    assert (folder / "pages" / "plans" / f"{name}.html").is_file()


def test_the_warehouse_tells_at_once(run: Run, folder: Path, generated: Path) -> None:
    shutil.copytree(generated / "facts", folder / "facts")
    shutil.copy2(generated / "warehouse.duckdb", folder)
    name = scheduled(run, folder, PLAN, "--start", "2030-01-07")["instance_id"]
    scheduled(run, folder, name, "--cancel")
    sql = "SELECT instance_id, plan_id, start_date, end_date, status FROM plan_instances"
    assert run("--data", folder, "sql", sql, "--json").json == [
        {
            "instance_id": name,
            "plan_id": PLAN,
            "start_date": "2030-01-07",
            "end_date": "2030-03-31",
            "status": "cancelled",
        }
    ]


def test_a_plan_with_an_instance_to_come_is_not_retired_and_says_why(run: Run, folder: Path) -> None:
    name = on_dates(folder, "2030-01-07")
    ended = run("--data", folder, "retire", PLAN)
    assert ended.exit_code == 1
    assert "kept: it has instances that are planned or active" in ended.stdout
    assert f"{PLAN} has 1 instance on dates, {name}; cancel them with `plan-pipeline schedule" in ended.stderr
    cancel_instance(PlanStore(DataFolder(folder)), name, in_force=in_force, now=NOW)
    assert run("--data", folder, "retire", PLAN).exit_code == 0
    refused = run("--data", folder, "schedule", name, "--start", "2030-01-07")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"plan '{PLAN}' is retired" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rider-42-century", "--start", "2030-01-07"], f"there is no plan 'rider-42-century'; did you mean {PLAN}"),
        (["rider-900-too-much", "--start", "2030-01-07"], "plan 'rider-900-too-much' is not published yet; `plan-pip"),
        (
            [f"{PLAN}@000000", "--cancel"],
            f"there is no instance '{PLAN}@000000'; `plan-pipeline schedule --list` lists",
        ),
        (
            [PLAN, "--start", "2030-01-09"],
            "start: 2030-01-09 is a Wednesday, and weeks run from Monday to Sunday; give",
        ),
        ([PLAN, "--start", "7.1.2030"], "'7.1.2030' does not match the formats '%Y-%m-%d'"),
        ([PLAN], "--start: is missing; give the Monday to begin on"),
        ([], "PLAN: is missing; name a plan or an instance, or use --list"),
        (
            [PLAN, "--cancel"],
            f"--cancel: '{PLAN}' is a plan, and instances are cancelled; `plan-pipeline schedule --list",
        ),
        ([f"{PLAN}@000000", "--cancel", "--start", "2030-01-07"], "--cancel: takes the instance off its dates"),
        ([f"{PLAN}@000000", "--start", "2030-01-07", "--athlete", "x"], "--athlete: an instance keeps its athlete"),
        (["--list", "--cancel"], "--list: changes nothing; leave --cancel out"),
        ([PLAN, "--start", "2030-01-07", "--athlete", ""], "athlete: '' is no id; give 1 to 128 characters"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(run: Run, folder: Path, arguments: list[str], message: str) -> None:
    ended = run("--data", folder, "schedule", *arguments)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert message in " ".join(ended.stderr.replace("│", " ").split())
    assert not (folder / "instances").exists()


def test_a_command_that_takes_no_instance_says_which_plan_it_is_of(run: Run, folder: Path) -> None:
    name = on_dates(folder, "2030-01-07")
    ended = run("--data", folder, "versions", name)
    assert ended.exit_code == 2
    assert f"'{name}' is an instance of plan '{PLAN}'; name the plan" in ended.stderr


def test_today_is_what_an_instance_is_judged_by(run: Run, folder: Path) -> None:
    today = dt.datetime.now(dt.UTC).date()
    monday = today - dt.timedelta(days=today.weekday())
    for start in (monday.isoformat(), "2020-01-06"):
        on_dates(folder, start)
    listed = run("--data", folder, "schedule", "--list", "--json").json_lines
    assert [each["status"] for each in listed] == ["finished", "active"]
