"""`plans`: which plans there are, and finding some of them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL, PlanStatus
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.plans.retirement import retire
from plan_pipeline_tests.cli.conftest import Run
from plan_pipeline_tests.storage import samples

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
LONG_AGO = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
CONTRACT = {"plan_id", "status", "arm", "goal", "event_type", "weeks", "generation_id", "generated_at"} | {
    "stale",
    "reasons",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plans of every status, of two athletes and three arms. Not to be changed."""
    store = PlanStore(DataFolder(tmp_path_factory.mktemp("plans") / "data"))
    _keep(store, "anna-good", PlanStatus.PUBLISHED, goals=["Climb better", "Have fun"])
    _keep(store, "anna-late", PlanStatus.PUBLISHED, at=LONG_AGO, arm=LEGACY)
    _keep(store, "anna-over", PlanStatus.PUBLISHED, at=LONG_AGO)
    _keep(store, "berta-far", PlanStatus.INFEASIBLE, reasons=("12 h do not fit into 2 h",))
    _keep(store, "berta-hard", PlanStatus.REJECTED, reasons=("Week 3: too long",), arm=ADJUSTED)
    _keep(store, "berta-broken", PlanStatus.ERROR, reasons=("the model did not answer",))
    store.save_request(samples.request("berta-new"))
    store.save_request(samples.request("berta-torn"))
    (store.data.plan_folder("berta-torn") / "request.json").write_text('{"plan_id":')
    retire(store, "anna-over", at=NOW, timeout_s=1)
    return store.data.root


def _keep(
    store: PlanStore,
    plan_id: str,
    status: PlanStatus,
    *,
    at: dt.datetime = NOW,
    arm: str = OPTIMAL,
    goals: list[str] | None = None,
    reasons: tuple[str, ...] = (),
) -> None:
    raw = samples.raw_request(plan_id, duration=arm)
    raw["athlete_profile"] |= {"athlete_id": plan_id.partition("-")[0], "goals": goals or []}  # type: ignore[operator]
    store.save_request(PlanRequest.model_validate(raw))
    if status is PlanStatus.PUBLISHED:
        (store.data.plan_folder(plan_id) / "plan.json").write_text("{}")  # not read, as the record is newer
    record = PlanRecord(
        plan_id=plan_id,
        status=status,
        arm=arm,
        generation_id=f"{at:%Y%m%dT%H%M%S}000Z-1a2b3c4d",
        weeks=12,
        reasons=reasons,
    )
    store.save_generation_record(plan_id, record)


def found(run: Run, data: Path, *conditions: str) -> list[str]:
    ended = run("--data", data, "plans", *conditions, "--json")
    assert ended.exit_code == 0
    return [state["plan_id"] for state in ended.json_lines]


def test_all_plans_are_listed_those_that_need_someone_first_and_the_retired_ones_last(run: Run, data: Path) -> None:
    assert found(run, data) == [
        "berta-torn",
        "berta-broken",
        "berta-hard",
        "berta-far",
        "anna-late",
        "berta-new",
        "anna-good",
        "anna-over",
    ]


def test_a_plan_as_json_has_the_fields_that_are_promised(run: Run, data: Path) -> None:
    states = run("--data", data, "plans", "--json").json_lines
    assert all(state.keys() >= CONTRACT for state in states)
    hard = next(state for state in states if state["plan_id"] == "berta-hard")
    assert (hard["status"], hard["arm"], hard["weeks"], hard["stale"]) == ("rejected", "adjusted", 12, False)
    assert hard["reasons"] == ["Week 3: too long"]
    assert hard["generated_at"].startswith(f"{NOW:%Y-%m-%dT%H:%M:%S}")


@pytest.mark.parametrize(
    ("conditions", "plans"),
    [
        (("--status", "rejected"), ["berta-hard"]),
        (("--status", "Never made"), ["berta-new"]),
        (("--status", "rejected", "--status", "infeasible"), ["berta-hard", "berta-far"]),
        (("--status", "rejected, infeasible"), ["berta-hard", "berta-far"]),
        (("--status", "retired"), ["anna-over"]),
        (("--stale",), ["anna-late"]),
        (("--arm", "legacy"), ["anna-late"]),
        (("--athlete", "anna", "--status", "published"), ["anna-late", "anna-good"]),
        (("--goal", "climb"), ["anna-good"]),
        (("model",), ["berta-broken"]),
        (("BERTA-H",), ["berta-hard"]),
        (("--athlete", "anna", "--since", "2026-06-01"), ["anna-good", "anna-over"]),
        (("--athlete", "anna", "--since", "9999-01-01"), []),
        (("no such plan",), []),
    ],
)
def test_conditions_are_taken_together(conditions: tuple[str, ...], plans: list[str], run: Run, data: Path) -> None:
    assert found(run, data, *conditions) == plans


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--status", "lost"), "never_made, rejected, infeasible, rolled_back, withheld, published, retired"),
        (("--status", "stale"), "use --stale"),
        (("--since", "yesterday"), "--since"),
        (("--arm", "bestest"), "adjusted"),
        (("--json", "--format", "csv"), "two formats"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(
    arguments: tuple[str, ...], said: str, run: Run, data: Path
) -> None:
    ended = run("--data", data, "plans", *arguments)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert said in ended.stderr


def test_csv_has_a_line_a_plan(run: Run, data: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("--data", data, "plans", "--format", "csv").stdout)))
    assert len(rows) == 8
    assert rows[0].keys() >= CONTRACT
    assert [row["reasons"] for row in rows if row["plan_id"] == "berta-far"] == ["12 h do not fit into 2 h"]


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_people_get_a_line_a_plan_that_fits_the_terminal(columns: str, run: Run, data: Path) -> None:
    *lines, sums = run("--data", data, "plans", COLUMNS=columns).stdout.splitlines()
    assert all(len(line) <= int(columns) for line in lines)
    assert len(lines) == 2 + 8
    assert "anna-late     published, stale" in lines[6]
    counts = "1 damaged, 1 error, 1 never made, 1 rejected, 1 infeasible, 2 published, 1 retired"
    assert sums == f"8 plans: {counts}; 1 stale"


def test_a_plan_in_trouble_says_why_and_any_other_what_it_is_for(run: Run, data: Path) -> None:
    shown = run("--data", data, "plans").stdout
    assert "the model did not answer" in shown
    assert "Climb better; Have fun" in shown


def test_an_empty_folder_has_no_plans(run: Run, tmp_path: Path) -> None:
    ended = run("--data", tmp_path / "none", "plans")
    assert (ended.exit_code, ended.stdout) == (0, "0 plans\n")
    assert not (tmp_path / "none").exists()
