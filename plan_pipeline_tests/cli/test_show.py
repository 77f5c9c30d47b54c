"""`show`: reading what was published."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

from plan_pipeline.cli.tables import monday_of
from plan_pipeline.core.model.plan import Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Phase, PlanStatus, WeekType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.core.registries import RULES
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline_tests.cli.conftest import EXAMPLES, Run, kept
from plan_pipeline_tests.core.builders import STAMP, real_config
from plan_pipeline_tests.core.rules.overviews import changed, with_days_swapped

PLAN = "rider-042-century"


def test_a_plan_is_shown_week_by_week(run: Run, generated: Path) -> None:
    ended = run("--data", generated, "show", PLAN)
    assert ended.exit_code == 0
    assert all(f" {week} " in ended.stdout for week in range(1, 13))
    assert "2027-01-04" in ended.stdout


@pytest.fixture
def without_a_taper(tmp_path: Path, library: Library) -> DataFolder:
    """A plan whose last weeks a model calls load weeks, and that has hard days in a row, which is waived."""
    content = yaml.safe_load((EXAMPLES / f"{PLAN}.yaml").read_text())
    content["options"] = {"waivers": ["hard-day-spacing"]}
    request = PlanRequest.model_validate(content)
    overview = plan_overview(request, library, real_config())
    assert isinstance(overview, Overview)
    weeks = tuple(
        changed(week, week_type=WeekType.LOAD) if week.phase is Phase.TAPER else week for week in overview.weeks
    )
    overview = overview.model_copy(update={"weeks": weeks})
    result = generate_plan(
        request, library, real_config(), stamp=STAMP, overview=with_days_swapped(overview, "Wednesday", "Thursday")
    )
    data = DataFolder(tmp_path / "data")
    kept(PlanStore(data), result, library, STAMP)
    return data


def _told(shown: str) -> dict[str, str]:
    """The second word of every line that begins with a rule's id, by the id."""
    rows = [line.split() for line in shown.splitlines()]
    return {row[0]: row[1] for row in rows if row and row[0] in RULES.names()}


def test_a_plan_is_shown_with_the_rules_it_breaks(run: Run, without_a_taper: DataFolder) -> None:
    shown = run("--data", without_a_taper.root, "show", PLAN).stdout
    assert _told(shown).items() >= {"hard-day-spacing": "waived", "taper-volume": "warning"}.items()
    assert "There is no taper before the event on 2027-03-28" in shown


def test_a_rule_waived_since_the_plan_was_published_is_shown_as_waived(run: Run, without_a_taper: DataFolder) -> None:
    store = PlanStore(without_a_taper)
    verdict = store.load_generation_record(PLAN)
    assert verdict is not None
    waived = tuple(result.model_copy(update={"waived": True}) for result in verdict.rule_results)
    store.save_generation_record(PLAN, verdict.model_copy(update={"rule_results": waived}))

    shown = run("--data", without_a_taper.root, "show", PLAN).stdout
    assert _told(shown)["taper-volume"] == "waived"


def test_a_later_generation_that_was_rejected_does_not_change_what_is_said_of_the_published_plan(
    run: Run, without_a_taper: DataFolder
) -> None:
    store = PlanStore(without_a_taper)
    verdict = store.load_generation_record(PLAN)
    assert verdict is not None
    rejected = {"status": PlanStatus.REJECTED, "content_hash": None, "rule_results": (), "reasons": ("too long",)}
    store.save_generation_record(PLAN, verdict.model_copy(update=rejected))

    assert _told(run("--data", without_a_taper.root, "show", PLAN).stdout)["taper-volume"] == "warning"


@pytest.mark.parametrize("columns", ["80", "100", "120"])
def test_a_terminal_shows_dates_focus_and_figures_of_every_week_without_cutting_any(
    columns: str, run: Run, generated: Path
) -> None:
    shown = run("--data", generated, "show", PLAN, COLUMNS=columns).stdout.split("Days:")[0]
    weeks = [line.split() for line in shown.splitlines() if re.match(r" +\d+  2027-", line)]
    assert [week[:2] for week in weeks] == [[str(n), str(monday_of(dt.date(2027, 1, 4), n))] for n in range(1, 13)]
    assert all(week[-1] in ("passed", "fixed") for week in weeks)
    plan = PlanStore(DataFolder(generated)).load_plan(PLAN)
    assert plan is not None
    assert all(word in shown for week in plan.training_plan.weekly_plan for word in week.focus.split())
    assert "…" not in shown and max(map(len, shown.splitlines())) <= int(columns)
    assert ("error" in shown) == (columns == "120")


def test_in_a_pipe_every_column_is_there(run: Run, generated: Path) -> None:
    shown = run("--data", generated, "show", PLAN).stdout
    (heading,) = [" ".join(line.split()) for line in shown.splitlines() if line.startswith(" week ")]
    assert heading == "week begins phase focus M T W T F S S wanted plan error wanted plan verdict"


def test_the_event_is_in_the_calendar_and_no_rest_day(run: Run, generated: Path) -> None:
    shown = run("--data", generated, "show", PLAN).stdout
    assert re.search(r"^Event +Spring Century \(century\), Sunday 2027-03-28 *$", shown, re.MULTILINE)
    (last,) = [line for line in shown.splitlines() if line.startswith("   12  ")]
    assert re.search(r" ·? ?(\S ){5,6}★ ", last)
    assert "★ event" in shown
    assert "★" not in run("--data", generated, "show", "rider-108-first-season").stdout


def test_the_week_of_the_event_ends_with_it(run: Run, generated: Path) -> None:
    shown = run("--data", generated, "show", PLAN, "--week", "12").stdout
    assert re.search(r"^ Sunday +★ Spring Century \(century\)  event", shown, re.MULTILINE)
    assert "★" not in run("--data", generated, "show", PLAN, "--week", "11").stdout


def test_texts_of_strangers_do_not_break_the_tables(run: Run, library: Library, tmp_path: Path) -> None:
    content = yaml.safe_load((EXAMPLES / f"{PLAN}.yaml").read_text())
    content["event"]["name"] = "Spring\n| *Century*\t[x](http://e)\x07" + " and very long" * 10
    content["athlete_profile"]["goals"] = ["Finish\nwell\ttwice\u2028or more"]
    data = DataFolder(tmp_path / "data")
    kept(
        PlanStore(data),
        generate_plan(PlanRequest.model_validate(content), library, real_config(), stamp=STAMP),
        library,
        STAMP,
    )

    shown = run("--data", data.root, "show", PLAN, COLUMNS="80").stdout
    assert shown.splitlines()[2].startswith("Goal     Finish well twice or more; FTP")
    event, rest = shown.split("Event    ")[1].split("Length")
    assert event.startswith("Spring | *Century* [x](http://e)\\x07 and very long")
    assert all(line.startswith(" " * 9) for line in event.splitlines()[1:])
    weeks = [line for line in rest.splitlines() if re.match(r" +\d+  2027-", line)]
    assert len(weeks) == 12 and len({len(line) for line in weeks}) == 1


def test_a_week_is_shown_workout_by_workout_with_its_sets(run: Run, generated: Path) -> None:
    weeks = [run("--data", generated, "show", PLAN, "--week", str(week)).stdout for week in range(1, 13)]
    assert all("Saturday" in week for week in weeks[:-1])
    assert any(" × (" in week for week in weeks)


def test_a_plan_as_json_is_the_published_file(run: Run, generated: Path) -> None:
    published = json.loads((generated / "plans" / PLAN / "plan.json").read_text())
    assert run("--data", generated, "show", PLAN, "--json").json == published


def test_a_week_as_json_is_the_published_week(run: Run, generated: Path) -> None:
    published = json.loads((generated / "plans" / PLAN / "plan.json").read_text())
    shown = run("--data", generated, "show", PLAN, "--week", "8", "--json").json
    assert shown == published["training_plan"]["weekly_plan"][7]


def test_a_week_beyond_the_plan_is_refused(run: Run, generated: Path) -> None:
    ended = run("--data", generated, "show", PLAN, "--week", "13")
    assert ended.exit_code == 2
    assert f"{PLAN} has 12 weeks" in ended.stderr


def test_a_misspelt_plan_is_answered_with_the_nearest_names(run: Run, generated: Path) -> None:
    ended = run("--data", generated, "show", "rider-42-century")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert f"there is no plan 'rider-42-century'; did you mean {PLAN}" in ended.stderr


def test_a_plan_in_an_empty_folder_is_answered_with_the_way_to_make_one(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path / "none", "show", PLAN)
    assert ended.exit_code == 2
    assert "plan-pipeline generate" in ended.stderr


def test_a_plan_that_was_not_published_is_answered_with_the_reasons(run: Run, generated: Path) -> None:
    ended = run("--data", generated, "show", "rider-900-too-much")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "rider-900-too-much: infeasible" in ended.stderr
    assert "Tuesday" in ended.stderr


def test_a_damaged_plan_is_named_without_a_traceback(run: Run, tmp_path: Path) -> None:
    plan = tmp_path / "plans" / PLAN / "plan.json"
    plan.parent.mkdir(parents=True)
    plan.write_text('{"training_plan":')
    ended = run("--data", tmp_path, "show", PLAN)
    assert ended.exit_code == 1
    assert f"{plan} is damaged" in ended.stderr


def test_a_plan_that_was_edited_is_shown_and_exported_to_nobody_and_doctor_names_it(
    run: Run, generated: Path, tmp_path: Path
) -> None:
    shutil.copytree(generated / "plans" / PLAN, tmp_path / "plans" / PLAN)
    plan = tmp_path / "plans" / PLAN / "plan.json"
    plan.chmod(0o644)
    plan.write_text(plan.read_text().replace('"duration_min": 1', '"duration_min": 2', 1))
    for command in (["show", PLAN], ["show", PLAN, "--week", "2", "--json"], ["export", PLAN, "--format", "csv"]):
        ended = run("--data", tmp_path, *command)
        assert (ended.exit_code, ended.stdout) == (1, "")
        assert f"{plan} is damaged (training_plan was changed after it was published" in ended.stderr
        assert "`plan-pipeline " in ended.stderr
    found = {check["name"]: check for check in run("--data", tmp_path, "doctor", "--json").json["checks"]}["plans"]
    assert not found["ok"]
    assert f"{plan} is damaged" in found["detail"]
    assert "makes the plan again" in found["remedy"]


@pytest.mark.parametrize("before", [True, False])
def test_the_data_folder_can_be_named_before_and_after_the_command(before: bool, run: Run, generated: Path) -> None:
    arguments = ["--data", generated, "show", PLAN] if before else ["show", PLAN, "--data", generated]
    assert run(*arguments).exit_code == 0


def test_the_data_folder_named_last_counts(run: Run, generated: Path, tmp_path: Path) -> None:
    assert run("--data", tmp_path, "show", PLAN, "--data", generated).exit_code == 0


def test_the_data_folder_can_come_from_the_environment(run: Run, generated: Path) -> None:
    assert run("show", PLAN, PLAN_PIPELINE_DATA=str(generated)).exit_code == 0


def test_an_option_counts_more_than_the_environment(run: Run, generated: Path, tmp_path: Path) -> None:
    assert run("--data", generated, "show", PLAN, PLAN_PIPELINE_DATA=str(tmp_path)).exit_code == 0


def test_output_into_a_pipe_has_no_colour(run_process: Run, generated: Path) -> None:
    ended = run_process("--data", generated, "show", PLAN)
    assert ended.exit_code == 0
    assert "\x1b" not in ended.stdout + ended.stderr


def test_no_color_is_honoured_even_where_colour_is_forced(run_process: Run, generated: Path) -> None:
    ended = run_process("--data", generated, "show", PLAN, NO_COLOR="1", FORCE_COLOR="1")
    assert "\x1b[3" not in ended.stdout
