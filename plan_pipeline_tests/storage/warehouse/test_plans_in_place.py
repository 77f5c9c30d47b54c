"""``current_plans`` is what lies in ``plan.json``, after whatever came to a plan in whatever order."""

from __future__ import annotations

import pytest

from plan_pipeline.core.pipeline import PlanFacts
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.facts.fact_store import FactStore
from plan_pipeline.storage.facts.fact_tables import FactTable, PlanChange
from plan_pipeline.storage.warehouse.queries import reader
from plan_pipeline.storage.warehouse.refresh import refresh_warehouse
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.samples import NOON

Event = PlanFacts | PlanChange


def made(generation_id: str, content: str = "a", *, in_place: str | None = None, failed: bool = False) -> PlanFacts:
    """A generation of a content; ``in_place`` is what it says is published after it, ``None`` in release 0.1.0."""
    facts = samples.facts(generation_id=generation_id, weeks=4, failed=[2] if failed else ())
    told = {"content_hash": None if failed else content, "published_generation": in_place}
    return facts.model_copy(update={"generation": facts.generation.model_copy(update=told)})


def change(change_id: str, what: str, to: str | None = None) -> PlanChange:
    return PlanChange(
        plan_id="",
        change_id=change_id,
        changed_at=NOON,
        change=what,
        generation_id=to,
        rolled_back=True if to else None,
        retired=None if to else what == "retired",
    )


def of_plan(plan_id: str, event: Event) -> Event:
    named = {"plan_id": plan_id}
    if isinstance(event, PlanChange):
        return event.model_copy(update=named)
    weeks = tuple(week.model_copy(update=named) for week in event.weeks)
    return event.model_copy(update={"generation": event.generation.model_copy(update=named), "weeks": weeks})


TWICE = (made("g1", in_place="g1"), made("g2", "b", in_place="g2"))
BACK = change("g3", "rolled_back", "g1")

CASES: dict[str, tuple[tuple[Event, ...], tuple[str, bool] | None]] = {
    "published": (TWICE, ("g2", False)),
    "unchanged": ((*TWICE, made("g3", "b", in_place="g2")), ("g2", False)),
    "rejected": ((*TWICE, made("g3", failed=True)), ("g2", False)),
    "unchanged-0.1.0": ((made("g1"), made("g2"), made("g3", "b"), made("g4", "b"), made("g5", "b")), ("g3", False)),
    "as-once-before-0.1.0": ((made("g1"), made("g2", "b"), made("g3")), ("g3", False)),
    "rolled-back": ((*TWICE, BACK), ("g1", True)),
    "rejected-after-it": ((*TWICE, BACK, made("g4", failed=True)), ("g1", True)),
    "published-after-it": ((*TWICE, BACK, made("g4", "c", in_place="g4")), ("g4", False)),
    "unchanged-after-it": ((*TWICE, BACK, made("g4", in_place="g1")), ("g1", False)),
    "retired": ((*TWICE, change("g3", "retired")), None),
    "restored": ((*TWICE, change("g3", "retired"), change("g4", "restored")), ("g2", False)),
    "made-again": ((*TWICE, change("g3", "retired"), made("g4", failed=True)), ("g2", False)),
    "rolled-back-and-retired": ((*TWICE, BACK, change("g4", "retired")), None),
    "and-restored": ((*TWICE, BACK, change("g4", "retired"), change("g5", "restored")), ("g1", True)),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A warehouse with a plan for each case."""
    data = DataFolder(tmp_path_factory.mktemp("cases"))
    events = [of_plan(case, event) for case, (events, _) in CASES.items() for event in events]
    FactStore(data).write_all("generations", [event for event in events if isinstance(event, PlanFacts)])
    changes = [event for event in events if isinstance(event, PlanChange)]
    FactStore(data).write(FactTable.PLAN_CHANGES, "changes", changes)
    refresh_warehouse(data, samples.library())
    return data


@pytest.mark.parametrize("case", CASES)
def test_the_current_plan_is_the_one_in_place(data: DataFolder, case: str) -> None:
    _, current = CASES[case]
    by_weeks = "SELECT generation_id, count(*) FROM current_plan_weeks WHERE plan_id = ? GROUP BY ALL"
    with reader(data) as db:
        plans = db.execute("SELECT generation_id, rolled_back FROM current_plans WHERE plan_id = ?", [case]).fetchall()
        weeks = db.execute(by_weeks, [case]).fetchall()
        retired = db.execute("SELECT retired FROM plans_in_place WHERE plan_id = ?", [case]).fetchall()
    assert plans == ([] if current is None else [current])
    assert weeks == ([] if current is None else [(current[0], 4)])
    assert retired == [(current is None,)]
