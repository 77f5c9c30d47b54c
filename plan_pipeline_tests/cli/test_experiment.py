"""`experiment run|report|list|check`, and `generate` and `batch` while an experiment is running."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline_tests.cli.conftest import EXAMPLES, Ended, Run, contents
from plan_pipeline_tests.config.folders import a_copy, replace
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.experiments.reports import ARM_FIELDS, COMPARISON_FIELDS, REPORT_FIELDS
from plan_pipeline_tests.llm.coach import Coach
from plan_pipeline_tests.llm.messages_api import messages_api

TODAY = dt.datetime.now(dt.UTC).date()
SHORT = EXAMPLES / "rider-108-first-season.yaml"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("experiment") / "data"


@pytest.fixture(scope="module")
def ran(data: Path, run: Run) -> Ended:
    """Six athletes in two arms, adjusted as the baseline."""
    return run("--data", data, "experiment", "run", *_settings())


def _settings(**changes: object) -> list[str]:
    settings = {"athletes": 6, "arms": "adjusted,legacy", "seed": 3, "name": "demo", **changes}
    return [text for name, value in settings.items() for text in (f"--{name}", str(value))]


def _define(folder: Path, name: str, **fields: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    values = {"name": name, "arms": {"legacy": 1_000_000, "adjusted": 0.001}, **fields}
    path.write_text(yaml.safe_dump(values, sort_keys=False))
    return path


# --- run ----------------------------------------------------------------------------------------------------


def test_a_run_ends_with_the_comparison_and_how_to_read_it_again(ran: Ended, data: Path) -> None:
    assert ran.exit_code == 0, ran.stderr
    assert "mean time error" in ran.stdout
    assert "legacy − adjusted" in ran.stdout
    assert f"--data {data} experiment report demo --format html" in ran.stdout


def test_a_run_publishes_nothing(ran: Ended, data: Path) -> None:
    assert not (data / "plans").exists()


def test_arms_of_a_design_plan_with_configurations_and_flags_of_their_own(run: Run, tmp_path: Path) -> None:
    folder = a_copy(tmp_path / "my-config")
    replace(folder / "cycling/week.yaml", "recovery: 0.60", "recovery: 0.70")
    file = tmp_path / "design.yaml"
    file.write_text(
        "name: coach\nathletes: 3\narms:\n"
        "  - {name: today, flags: {plan.tests: false}}\n  - {name: coach, config: my-config}\n"
    )
    ended = run("--data", tmp_path / "data", "experiment", "run", file, "--json")
    assert ended.exit_code == 0, ended.stderr
    assert [(arm["arm"], arm["plans"]) for arm in ended.json["arms"]] == [("today", 3), ("coach", 3)]
    versions = run(
        "--data", tmp_path / "data", "sql", "SELECT DISTINCT arm, config_version FROM plan_generations", "--json"
    ).json
    assert len({row["config_version"] for row in versions}) == len(versions) == 2
    page = run("--data", tmp_path / "data", "experiment", "report", "coach", "--format", "html")
    assert "coach" in page.stdout
    replace(folder / "cycling/week.yaml", "recovery: 0.70", "recovery: 0.80")
    again = run("--data", tmp_path / "data", "experiment", "run", file)
    assert again.exit_code == 2
    assert "choose another name" in again.stderr


@pytest.mark.parametrize("sport", ["cycling", "running"])
def test_variation_is_held_against_none_in_every_sport(run: Run, tmp_path: Path, sport: str) -> None:
    file = tmp_path / "design.yaml"
    file.write_text(
        f"name: variation\nsport: {sport}\nathletes: 3\narms:\n"
        "  - {name: fixed, flags: {plan.variation_engine: false}}\n"
        "  - {name: varied, flags: {plan.variation_engine: true}}\n"
    )
    ended = run("--data", tmp_path / "data", "experiment", "run", file, "--json")
    assert ended.exit_code == 0, ended.stderr
    assert ended.json["sports"] == [sport]
    assert [(arm["arm"], arm["plans"]) for arm in ended.json["arms"]] == [("fixed", 3), ("varied", 3)]
    made = run(
        *("--data", tmp_path / "data", "sql", "--json"),
        "SELECT DISTINCT arm, sport, list_contains(flags, 'plan.variation_engine') AS varied FROM plan_generations "
        "WHERE status <> 'infeasible' ORDER BY arm",
    ).json
    assert made == [
        {"arm": "fixed", "sport": sport, "varied": False},
        {"arm": "varied", "sport": sport, "varied": True},
    ]


def test_an_experiment_on_runners_says_so_and_is_called_after_the_sport(run: Run, tmp_path: Path) -> None:
    ended = run(
        *("--data", tmp_path / "data", "experiment", "run"),
        *("--sport", "running", "--athletes", "2", "--arms", "adjusted,optimal", "--seed", "1"),
    )
    assert ended.exit_code == 0, ended.stderr
    assert "Experiment running-adjusted-optimal-2-seed-1" in ended.stdout
    assert "feasible weeks of running in all" in " ".join(ended.stdout.split())


def test_another_sport_under_the_same_name_is_refused(data: Path, ran: Ended, run: Run) -> None:
    ended = run("--data", data, "experiment", "run", *_settings(sport="running"))
    assert ended.exit_code == 2
    assert "in the arms adjusted, legacy, in cycling, and this run is" in " ".join(ended.stderr.split())


def test_a_design_with_a_mistake_is_bad_usage(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "design.yaml"
    file.write_text("arms: [{name: coach, confg: my-config}, legacy]\n")
    ended = run("--data", tmp_path / "data", "experiment", "run", file)
    assert ended.exit_code == 2
    assert "design.yaml: cannot be used:" in ended.stderr
    assert "arms.0.confg: is not a known field; did you mean config?" in ended.stderr


def test_run_prints_the_report_as_json(data: Path, ran: Ended, run: Run) -> None:
    ended = run("--data", data, "experiment", "run", *_settings(), "--json")
    assert ended.exit_code == 0, ended.stderr
    assert (ended.json["experiment"], [arm["plans"] for arm in ended.json["arms"]]) == ("demo", [6, 6])


@pytest.mark.slow
def test_without_a_name_it_is_called_after_its_settings(run: Run, tmp_path: Path) -> None:
    ended = run(
        *("--data", tmp_path, "experiment", "run", "--athletes", "2", "--arms", "legacy,optimal", "--seed", "1"),
        "--json",
    )
    assert ended.json["experiment"] == "legacy-optimal-2-seed-1"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"arms": "legacy,best"}, "--arms: 'best' is neither an arm nor an overview writer; use one of legacy,"),
        ({"arms": "legacy,legacy"}, "--arms: 'legacy' is named twice; name each arm once"),
        ({"arms": "legacy"}, "--arms: 'legacy' alone cannot be compared; name two or more"),
        ({"arms": ""}, "--arms: no arm cannot be compared; name two or more"),
        ({"athletes": 0}, "--athletes: 0 is not between 1 and 100000"),
        ({"athletes": 100_001}, "--athletes: 100001 is not between 1 and 100000"),
        ({"seed": -1}, "--seed: -1 is not between 0 and"),
        ({"budget-usd": 0}, "--budget-usd: 0 is not above 0; say how many US dollars the run may spend"),
        ({"arms": "rules,cluade"}, "--arms: 'cluade' is neither an arm nor an overview writer; did you mean claude?"),
        ({"name": "../x"}, "--name: '../x' is not a usable id"),
        ({"name": "half"}, "--name: 'half' is a live experiment"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_the_remedy_and_nothing_is_made(
    changes: dict[str, object], complaint: str, run: Run, tmp_path: Path
) -> None:
    _define(tmp_path / "experiments", "half")
    before = contents(tmp_path)
    ended = run("--data", tmp_path, "experiment", "run", *_settings(**changes))
    assert ended.exit_code == 2
    assert complaint in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert contents(tmp_path) == before


def test_a_model_is_compared_with_rules_within_a_budget_and_what_is_left_undone_is_said(
    run: Run, tmp_path: Path
) -> None:
    athletes = list(synthetic_requests(6, 14, real_config()))
    with messages_api(Coach(athletes)) as api:
        model = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": api.base_url}
        asked = ["--data", tmp_path, "experiment", "run", *_settings(arms="rules,claude", seed=14, name="worth")]
        cut_short = run(*asked, "--budget-usd", "0.3", "--json", **model)
        whole = run(*asked, **model)
        again = run(*asked, "--json", **model)

    undone = {arm["arm"]: arm["athletes_left_undone"] for arm in cut_short.json["arms"]}
    assert cut_short.exit_code == 1
    assert undone["rules"] == 0 and 0 < undone["claude"] < 6
    assert f"{undone['claude']} of 6 athletes were left undone in arm claude" in cut_short.stderr
    assert "the budget of a run, 0.3 USD, does not allow another call" in cut_short.stderr
    assert "The same command makes the rest" in cut_short.stderr
    assert whole.exit_code == 0, whole.stderr
    assert "Who wrote the overviews, and what it cost" in whole.stdout
    assert "claude against rules, over 6 plans of both" in " ".join(whole.stdout.split())
    assert "This run paid 0.0000 USD for models" in again.stderr
    assert again.json["model_use"][1]["cost_usd"] > 0


def test_other_athletes_under_the_same_name_are_refused(ran: Ended, data: Path, run: Run) -> None:
    ended = run("--data", data, "experiment", "run", *_settings(seed=4))
    assert ended.exit_code == 2
    assert "--name: 'demo' was 6 athletes of seed 3 in the arms adjusted, legacy" in ended.stderr
    assert "choose another name" in ended.stderr


# --- report -------------------------------------------------------------------------------------------------


def test_the_report_in_json_has_the_contracts_fields(ran: Ended, data: Path, run: Run) -> None:
    ended = run("--data", data, "experiment", "report", "demo", "--format", "json")
    assert ended.exit_code == 0, ended.stderr
    report = ended.json
    assert report.keys() >= REPORT_FIELDS
    assert all(arm.keys() >= ARM_FIELDS for arm in report["arms"])
    assert all(comparison.keys() >= COMPARISON_FIELDS for comparison in report["comparisons"])
    assert {(each["baseline"], each["candidate"]) for each in report["comparisons"]} == {("adjusted", "legacy")}


def test_the_report_is_a_table_unless_said_otherwise(ran: Ended, data: Path, run: Run) -> None:
    ended = run("--data", data, "experiment", "report", "demo")
    assert ended.exit_code == 0, ended.stderr
    assert "validation pass rate before the fix" in ended.stdout


@pytest.mark.parametrize(("form", "beginning"), [("html", "<!doctype html>"), ("json", "{"), ("table", "- ")])
def test_the_report_goes_to_a_file_or_to_stdout(
    form: str, beginning: str, ran: Ended, data: Path, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "report"
    written = run("--data", data, "experiment", "report", "demo", "--format", form, "-o", file)
    assert (written.exit_code, written.stdout) == (0, "")
    assert str(file) in written.stderr
    assert file.read_text().lower().startswith(beginning)


def test_the_page_on_stdout_is_one_document(ran: Ended, data: Path, run: Run) -> None:
    ended = run("--data", data, "experiment", "report", "demo", "--format", "html")
    assert ended.stdout.lower().startswith("<!doctype html>")
    assert ended.stdout.rstrip().endswith("</html>")


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("demi", "did you mean demo?"), ("A/B", "NAME: 'A/B' is not a usable id"), ("x", "which knows demo")],
)
def test_an_experiment_that_is_not_there_is_bad_input(
    name: str, complaint: str, ran: Ended, data: Path, run: Run
) -> None:
    ended = run("--data", data, "experiment", "report", name)
    assert ended.exit_code == 2
    assert complaint in ended.stderr
    assert ended.stdout == ""


def test_without_a_warehouse_there_is_nothing_to_report(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path, "experiment", "report", "demo")
    assert ended.exit_code == 2
    assert "there is no warehouse" in ended.stderr


# --- list and check -----------------------------------------------------------------------------------------


def test_the_list_has_what_was_simulated_and_what_is_defined(ran: Ended, data: Path, run: Run) -> None:
    path = _define(data / "experiments", "half", end=TODAY + dt.timedelta(days=9))
    try:
        listed = {each["name"]: each for each in run("--data", data, "experiment", "list", "--json").json}
        table = run("--data", data, "experiment", "list").stdout
    finally:
        path.unlink()
    assert (listed["demo"]["kind"], listed["demo"]["state"], listed["demo"]["running"]) == (
        "simulated",
        "complete",
        False,
    )
    assert listed["demo"]["plans"] == {"adjusted": 6, "legacy": 6}
    assert listed["demo"]["last_generation"].startswith(str(TODAY)[:4])
    assert (listed["half"]["kind"], listed["half"]["running"]) == ("live", True)
    assert listed["half"]["plans"] == {"legacy": 0, "adjusted": 0}
    assert "6 adjusted, 6 legacy" in table
    assert "running" in table


def test_an_empty_list_says_how_to_begin(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path, "experiment", "list")
    assert ended.exit_code == 0
    assert "experiment run" in ended.stdout


def test_the_list_mentions_definitions_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    _define(tmp_path / "experiments", "half", traffic=[50, 20])
    ended = run("--data", tmp_path, "experiment", "list")
    assert ended.exit_code == 0
    assert "experiment check" in ended.stderr


def test_sound_definitions_pass_the_check(run: Run, tmp_path: Path) -> None:
    _define(tmp_path / "experiments", "half")
    ended = run("--data", tmp_path, "experiment", "check")
    assert ended.exit_code == 0
    assert "1 usable definition, no problem" in ended.stdout


def test_the_check_names_every_file_field_and_remedy(run: Run, tmp_path: Path) -> None:
    _define(tmp_path / "experiments", "backwards", traffic=[50, 20])
    _define(tmp_path / "experiments", "unknown", arms={"legacy": 1, "best": 1})
    ended = run("--data", tmp_path, "experiment", "check")
    assert ended.exit_code == 1
    assert f"{tmp_path}/experiments/backwards.yaml: traffic: " in ended.stdout
    assert f"{tmp_path}/experiments/unknown.yaml: arms" in ended.stdout
    assert run("--data", tmp_path, "experiment", "check", "--json").json["ok"] is False


# --- live traffic -------------------------------------------------------------------------------------------


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A data folder in which an experiment gives every plan the arm legacy."""
    _define(tmp_path / "data" / "experiments", "all-legacy")
    return tmp_path / "data"


def test_generate_says_which_arm_an_experiment_gave_the_plan(live: Path, run: Run) -> None:
    ended = run("--data", live, "generate", SHORT)
    assert "Arm legacy." in ended.stdout
    assert "Experiment all-legacy: 1 plan, 1 legacy" in ended.stdout


def test_generate_json_has_arm_and_experiment_as_used(live: Path, run: Run) -> None:
    (plan,) = run("--data", live, "generate", SHORT, "--json").json_lines
    assert (plan["arm"], plan["experiment"]) == ("legacy", "all-legacy")


@pytest.mark.parametrize("flags", [["--arm", "adjusted"], ["--duration-adjustment"]])
def test_an_arm_that_is_named_for_the_call_is_used(flags: list[str], live: Path, run: Run) -> None:
    (plan,) = run("--data", live, "generate", SHORT, *flags, "--json").json_lines
    assert plan["arm"] == (flags[1] if len(flags) > 1 else "optimal")
    assert plan["experiment"] is None


def test_batch_says_how_an_experiment_split_the_plans(live: Path, run: Run, tmp_path: Path) -> None:
    _define(live / "experiments", "all-legacy", arms={"legacy": 50, "adjusted": 50})
    run("cohort", "--athletes", "5", "--seed", "1", "-o", tmp_path / "cohort.jsonl")
    ended = run("--data", live, "batch", tmp_path / "cohort.jsonl", "--json")
    used = [plan["arm"] for plan in ended.json_lines]
    again = run("--data", live, "batch", tmp_path / "cohort.jsonl")
    split = f"{used.count('adjusted')} adjusted, {used.count('legacy')} legacy"
    assert set(used) == {"adjusted", "legacy"}
    assert f"Experiment all-legacy: 5 plans, {split}" in again.stdout
    rows = run("--data", live, "sql", "SELECT DISTINCT experiment FROM plan_generations", "--json").json
    assert rows == [{"experiment": "all-legacy"}]


def test_a_broken_definition_stops_no_plan(live: Path, run: Run) -> None:
    (live / "experiments" / "all-legacy.yaml").write_text("name: [")
    ended = run("--data", live, "generate", SHORT, "--json")
    assert ended.exit_code == 0, ended.stderr
    assert json.loads(ended.stdout)["arm"] == "optimal"
