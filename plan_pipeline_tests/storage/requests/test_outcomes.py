"""The outcome of a file has a line for each of its plans, however many runs make them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.records import PlanRecord
from plan_pipeline.storage.requests.outcomes import add_outcomes
from plan_pipeline.storage.requests.request_files import RequestFileError, read_all

FIRST, SECOND = "20270104T030000000Z-11111111", "20270104T040000000Z-22222222"


def record(plan_id: str, generation: str = FIRST) -> PlanRecord:
    return PlanRecord(
        plan_id=plan_id,
        status=PlanStatus.REJECTED,
        arm="optimal",
        generation_id=generation,
        generated_at=dt.datetime(2027, 1, 4, tzinfo=dt.UTC),
        weeks=4,
        reasons=("too short \u202e",),
    )


def path(data: DataFolder) -> Path:
    return data.requests_accepted / "many.jsonl.outcome.json"


def lines(data: DataFolder) -> list[dict[str, object]]:
    return [json.loads(line) for line in path(data).read_text().splitlines()]


def test_batches_add_to_it_and_a_repeated_one_replaces_its_lines(data: DataFolder) -> None:
    add_outcomes(data, "many.jsonl", [record("a"), record("b")])
    add_outcomes(data, "many.jsonl", [record("c")])
    add_outcomes(data, "many.jsonl", [record("a", SECOND), record("b", SECOND)])

    found = lines(data)

    made = [(line["plan_id"], line["generation_id"]) for line in found]
    assert made == [("a", SECOND), ("b", SECOND), ("c", FIRST)]
    assert found[2] == record("c").outcome()
    assert path(data).read_bytes().isascii()


@pytest.mark.parametrize("spoilt", ["{\n", "[]\n", "3\n", '{"plan": 1}\n'])
def test_what_others_wrote_into_it_keeps_no_plan_out(data: DataFolder, spoilt: str) -> None:
    add_outcomes(data, "many.jsonl", [record("a")])
    path(data).write_text(path(data).read_text() + spoilt)
    add_outcomes(data, "many.jsonl", [record("b")])
    assert [line["plan_id"] for line in lines(data)] == ["a", "b"]


def test_it_is_never_taken_for_requests(data: DataFolder) -> None:
    add_outcomes(data, "many.jsonl", [record("a")])
    with pytest.raises(RequestFileError, match="is the outcome of a request file; leave it out"):
        read_all([path(data)])
