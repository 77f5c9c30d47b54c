"""A request with a goal or event type that the configuration has not is refused by every reader of new requests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.requests.inbox import Inbox
from plan_pipeline.storage.requests.pasted import read_text
from plan_pipeline.storage.requests.request_files import RequestFileError, read_all
from plan_pipeline_tests.orchestration.world import run_request
from plan_pipeline_tests.storage import samples

UNKNOWN = "goal: 'raise_ftpp' is not a known goal; did you mean raise_ftp? known: "


def raw(plan_id: str, goal: str) -> dict[str, Any]:
    return {**samples.raw_request(plan_id), "goal": goal}


def lines(*requests: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(each)}\n" for each in requests)


def test_a_file_is_refused_with_line_and_field(tmp_path: Path, config: PlanningConfig) -> None:
    path = tmp_path / "two.jsonl"
    path.write_text(lines(raw("good", "Raise FTP"), raw("bad", "raise_ftpp")))

    with pytest.raises(RequestFileError) as error:
        read_all([path], {Sport.CYCLING: config})

    (problem,) = error.value.problems
    assert problem.startswith(f"{path}:2: {UNKNOWN}")


def test_what_is_known_is_read_as_it_was_written(tmp_path: Path, config: PlanningConfig) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(raw("good", "Raise FTP")))

    (request,) = read_all([path], {Sport.CYCLING: config})
    assert request.goal == "Raise FTP"


def test_what_was_stored_is_read_whatever_its_goal_is_called(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(raw("old", "raise_ftpp")))

    assert len(read_all([path])) == 1


def test_a_pasted_request_is_refused(config: PlanningConfig) -> None:
    with pytest.raises(RequestFileError) as error:
        read_text(json.dumps(raw("bad", "raise_ftpp")), 10, {Sport.CYCLING: config})
    assert str(error.value).startswith(f"request: {UNKNOWN}")


def test_the_inbox_takes_the_good_lines_and_rejects_the_others(data: DataFolder, config: PlanningConfig) -> None:
    data.requests_inbox.mkdir(parents=True)
    (data.requests_inbox / "two.jsonl").write_text(lines(raw("good", "raise_ftp"), raw("bad", "raise_ftpp")))

    taken = Inbox(data, settle_s=0, give_up_s=0, configs={Sport.CYCLING: config}).take()

    assert (taken.plans, taken.accepted) == (1, ("two.jsonl",))
    (note,) = taken.rejected
    assert UNKNOWN in note.what
    reason = json.loads((data.requests_rejected / "two.jsonl.reason.json").read_text())
    (problem,) = reason["problems"]
    assert (problem["line"], problem["field"]) == (2, "goal")
    assert problem["problem"] == "'raise_ftpp' is not a known goal"
    assert problem["remedy"].startswith("did you mean raise_ftp? known: ")


def test_a_goal_is_looked_for_in_the_configuration_of_its_own_sport(tmp_path: Path, config: PlanningConfig) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(raw("rider", "raise_ftpp")))
    assert len(read_all([path], {Sport.RUNNING: config})) == 1
    with pytest.raises(RequestFileError, match="'raise_ftpp' is not a known goal"):
        read_all([path], {Sport.RUNNING: config, Sport.CYCLING: config})


def test_a_request_of_running_is_read_without_an_ftp(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(run_request().model_dump_json())

    assert read_all([path]) == (run_request(),)
