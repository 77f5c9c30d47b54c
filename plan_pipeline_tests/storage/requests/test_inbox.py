"""Files in the inbox are taken once each, whole, and nothing is lost wherever the process is killed."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.storage.data_folder import DataFolder, LockedError
from plan_pipeline.storage.requests.claims import PLANS_A_BATCH
from plan_pipeline.storage.requests.inbox import MAX_FILES, Inbox, Note, Taken
from plan_pipeline.strict_input.input_limits import MAX_LINES_BYTES, MAX_REQUEST_BYTES
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.file_events import before_changes_below
from plan_pipeline_tests.storage.requests.batched import batched, orders

PROJECT = Path(__file__).parents[3]
SETTLE_S, GIVE_UP_S = 5.0, 600.0


class Clock:
    """The time of the inbox: that of the file system, and as much later as a test says."""

    def __init__(self) -> None:
        self.later_s = 0.0

    def __call__(self) -> float:
        return dt.datetime.now(dt.UTC).timestamp() + self.later_s


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    data = DataFolder(tmp_path / "data")
    data.requests_inbox.mkdir(parents=True)
    return data


@pytest.fixture
def inbox(data: DataFolder) -> Inbox:
    """An inbox for which every file has been left alone for long enough."""
    return Inbox(data, settle_s=0, give_up_s=GIVE_UP_S)


def drop(data: DataFolder, name: str, content: str | bytes | PlanRequest) -> Path:
    path = data.requests_inbox / name
    if isinstance(content, PlanRequest):
        content = content.model_dump_json()
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def names(folder: Path) -> list[str]:
    """What lies in a folder, but for dot-names: a killed writer's are swept when they are old."""
    return sorted(path.name for path in folder.glob("[!.]*")) if folder.exists() else []


def reason(data: DataFolder, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((data.requests_rejected / f"{name}.reason.json").read_text())
    return content


# --- good files ---------------------------------------------------------------------------------------------------


def test_an_empty_inbox_is_made_and_nothing_is_taken(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    assert Inbox(data, settle_s=SETTLE_S, give_up_s=GIVE_UP_S).take() == Taken()
    assert data.requests_inbox.is_dir()


def test_a_good_file_moves_to_accepted_and_its_request_waits_in_a_batch(data: DataFolder, inbox: Inbox) -> None:
    drop(data, "one.yaml", samples.request("rider-1"))

    taken = inbox.take()

    assert (taken.plans, taken.accepted, len(taken.batches)) == (1, ("one.yaml",), 1)
    assert names(data.requests_inbox) == []
    assert names(data.requests_accepted) == ["one.yaml"]
    assert list(batched(inbox)) == [samples.request("rider-1")]


def test_many_requests_in_lines_are_taken_from_one_file(data: DataFolder, inbox: Inbox) -> None:
    requests = [samples.request(f"rider-{number}") for number in range(5)]
    drop(data, "many.jsonl", "\n".join(each.model_dump_json() for each in requests))

    assert inbox.take().plans == 5
    assert list(batched(inbox)) == requests


def test_a_batch_says_where_each_request_came_from(data: DataFolder, inbox: Inbox) -> None:
    drop(data, "a.json", samples.request("rider-1"))
    drop(data, "b.jsonl", f"\n{samples.request('rider-2').model_dump_json()}\n")

    (batch_id,) = inbox.take().batches

    with inbox.claims.batch(batch_id) as batch:
        assert batch is not None
        assert [each.source for each in batch.requests] == ["a.json", "b.jsonl:2"]
        assert [each.file for each in batch.requests] == ["a.json", "b.jsonl"]


def test_every_batch_of_a_file_says_in_which_accepted_file_its_requests_are(data: DataFolder, inbox: Inbox) -> None:
    data.requests_accepted.mkdir(parents=True)
    (data.requests_accepted / "many.jsonl").touch()
    lines = [samples.request(f"rider-{number}").model_dump_json() for number in range(PLANS_A_BATCH + 1)]
    drop(data, "many.jsonl", "\n".join(lines) + "\n")

    taken = inbox.take()

    found = set()
    for batch_id in taken.batches:
        with inbox.claims.batch(batch_id) as batch:
            assert batch is not None
            found |= {each.file for each in batch.requests}
    assert (len(taken.batches), found) == (2, set(taken.accepted))
    assert found != {"many.jsonl"}


def test_a_thousand_files_at_once_become_a_few_batches(data: DataFolder, inbox: Inbox) -> None:
    for number in range(1000):
        drop(data, f"{number}.json", samples.request(f"rider-{number}"))

    taken = inbox.take()

    assert (taken.plans, len(taken.batches)) == (1000, 1000 // PLANS_A_BATCH)
    assert len({each.plan_id for each in batched(inbox)}) == 1000


def test_more_files_than_one_look_takes_are_left_for_the_next_the_oldest_first(data: DataFolder, inbox: Inbox) -> None:
    for number in range(MAX_FILES + 1):
        drop(data, f"{number:05}.json", "{}")

    assert inbox.take().left == 1
    assert names(data.requests_inbox) == [f"{MAX_FILES:05}.json"]
    assert inbox.take().left == 0


def test_nothing_is_taken_twice(data: DataFolder, inbox: Inbox) -> None:
    drop(data, "one.json", samples.request("rider-1"))
    inbox.take()
    assert inbox.take() == Taken()
    assert len(list(batched(inbox))) == 1


# --- the same plan more than once ---------------------------------------------------------------------------------


def test_the_same_file_twice_in_one_look_is_one_plan_and_both_files_are_kept(data: DataFolder, inbox: Inbox) -> None:
    drop(data, "one.json", samples.request("rider-1"))
    drop(data, "copy of one.json", samples.request("rider-1"))

    assert inbox.take().plans == 1
    assert len(names(data.requests_accepted)) == 2


def test_of_two_files_for_a_plan_the_one_that_came_later_counts_and_the_other_is_named(
    data: DataFolder, inbox: Inbox
) -> None:
    first, second = samples.request("rider-1", weeks=8), samples.request("rider-1", weeks=12)
    drop(data, "z.json", first)
    drop(data, "a.json", second)
    os.utime(data.requests_inbox / "a.json", (0, 0))

    taken = inbox.take()

    assert list(batched(inbox)) == [second]
    assert taken.superseded == (Note("z.json", "asks for plan 'rider-1', as a.json does, which is newer"),)
    assert names(data.requests_accepted) == ["a.json", "z.json"]


def test_a_later_file_of_the_same_name_is_kept_beside_the_earlier(data: DataFolder, inbox: Inbox) -> None:
    for weeks in (8, 12):
        drop(data, "rider.v1.json", samples.request("rider-1", weeks=weeks))
        inbox.take()

    kept = [PlanRequest.model_validate_json(path.read_bytes()) for path in data.requests_accepted.iterdir()]
    assert {each.weeks for each in kept} == {8, 12}
    assert all(name.startswith("rider.v1.") and name.endswith(".json") for name in names(data.requests_accepted))


def test_a_line_repeated_in_a_file_is_one_plan_but_another_request_for_the_plan_is_rejected(
    data: DataFolder, inbox: Inbox
) -> None:
    first, other = samples.request("rider-1", weeks=8), samples.request("rider-1", weeks=12)
    drop(data, "many.jsonl", "\n".join(each.model_dump_json() for each in (first, first, other)) + "\n")

    inbox.take()

    assert list(batched(inbox)) == [first]
    (problem,) = reason(data, "many.jsonl")["problems"]
    assert (problem["line"], problem["field"]) == (3, "plan_id")
    assert problem["problem"] == "'rider-1' is already the id of another request in many.jsonl:1"


# --- bad files ----------------------------------------------------------------------------------------------------


def test_a_bad_file_moves_to_rejected_with_the_reason_beside_it(data: DataFolder, inbox: Inbox) -> None:
    drop(data, "bad.json", json.dumps(samples.raw_request("rider-1", weeks=99) | {"coach": "Ann"}))

    taken = inbox.take()

    assert names(data.requests_inbox) == names(data.requests_accepted) == []
    assert names(data.requests_rejected) == ["bad.json", "bad.json.reason.json"]
    assert [note.file for note in taken.rejected] == ["bad.json"]
    found = reason(data, "bad.json")
    assert found["file"] == "bad.json"
    assert dt.datetime.fromisoformat(found["rejected_at"]).tzinfo is not None
    assert found["problems"] == [
        {
            "line": None,
            "field": "weeks",
            "problem": "must be at most 24, not 99",
            "remedy": "give a number from 4 to 24",
        },
        {
            "line": None,
            "field": "coach",
            "problem": "is not a known field",
            "remedy": "remove it; the fields here are plan_id, sport, athlete_profile, goal, constraints, weeks, "
            "start_date, event, events, time_off, target_ftp, options",
        },
    ]
    assert found["remedy"] == "Correct the file and put it into the inbox again."


def test_a_bad_file_does_not_keep_the_others(data: DataFolder, inbox: Inbox) -> None:
    drop(data, "a.json", "{}")
    drop(data, "b.json", samples.request("rider-1"))
    assert inbox.take().plans == 1


def test_good_lines_are_accepted_and_bad_ones_become_a_file_to_correct(data: DataFolder, inbox: Inbox) -> None:
    good = samples.request("rider-1").model_dump_json()
    drop(data, "many.jsonl", f'{good}\n{{"plan_id": "x"}}\nnonsense\n')

    inbox.take()

    assert [each.plan_id for each in batched(inbox)] == ["rider-1"]
    assert names(data.requests_accepted) == ["many.jsonl"]
    assert (data.requests_rejected / "many.jsonl").read_text() == '{"plan_id": "x"}\nnonsense\n'
    found = reason(data, "many.jsonl")
    assert {problem["line"] for problem in found["problems"]} == {2, 3}
    assert found["remedy"].startswith("The other lines of the file were accepted. Correct these 2 here")


def test_corrected_lines_are_taken_under_the_same_name(data: DataFolder, inbox: Inbox) -> None:
    drop(data, "many.jsonl", f"{samples.request('rider-1').model_dump_json()}\n{{}}\n")
    inbox.take()
    corrected = data.requests_rejected / "many.jsonl"
    corrected.write_text(samples.request("rider-2").model_dump_json())
    corrected.rename(data.requests_inbox / "many.jsonl")

    inbox.take()

    assert [each.plan_id for each in batched(inbox)] == ["rider-1", "rider-2"]
    assert len(names(data.requests_accepted)) == 2


def test_a_file_of_bad_lines_alone_is_rejected_whole(data: DataFolder, inbox: Inbox) -> None:
    drop(data, "many.jsonl", "{}\n[]\n")
    inbox.take()
    assert names(data.requests_accepted) == []
    assert (data.requests_rejected / "many.jsonl").read_text() == "{}\n[]\n"


def test_a_file_of_another_kind_is_rejected_at_once(data: DataFolder, inbox: Inbox) -> None:
    drop(data, "plan.docx", b"PK\x03\x04")
    inbox.take()
    (problem,) = reason(data, "plan.docx")["problems"]
    assert problem["problem"] == "is not a request file"
    assert problem["remedy"] == "its name must end in .yaml, .yml, .json or .jsonl"


@pytest.mark.parametrize(
    ("name", "limit"), [("a.json", MAX_REQUEST_BYTES), ("a.yaml", MAX_REQUEST_BYTES), ("a.jsonl", MAX_LINES_BYTES)]
)
@pytest.mark.parametrize("terabytes", [0, 1])
def test_a_huge_file_is_rejected_unread(data: DataFolder, inbox: Inbox, name: str, limit: int, terabytes: int) -> None:
    with drop(data, name, "{").open("r+b") as file:
        file.truncate(limit + 1 + terabytes * 10**12)
    inbox.take()
    (problem,) = reason(data, name)["problems"]
    assert problem["problem"] == f"is larger than {limit // 1_000_000} MB"


def test_a_bad_file_with_an_odd_name_is_rejected_under_a_plain_one_and_its_reason_names_it(
    data: DataFolder, inbox: Inbox
) -> None:
    drop(data, "\\" + "é" * 100 + ".json", "{}")
    inbox.take()
    (kept,) = (name for name in names(data.requests_rejected) if not name.endswith(".reason.json"))
    assert reason(data, kept)["file"] == "\\" + "é" * 100 + ".json"


# --- files that are not whole yet ---------------------------------------------------------------------------------


def test_a_file_waits_until_it_has_been_left_alone_for_a_while(data: DataFolder) -> None:
    clock = Clock()
    inbox = Inbox(data, settle_s=SETTLE_S, give_up_s=GIVE_UP_S, clock=clock)
    drop(data, "one.json", samples.request("rider-1"))

    early = inbox.take()
    clock.later_s = SETTLE_S
    late = inbox.take()

    assert early.waiting == (Note("one.json", "changed just now"),)
    assert late.plans == 1


def test_a_copy_that_keeps_the_time_of_its_original_waits_all_the_same(data: DataFolder) -> None:
    os.utime(drop(data, "one.json", samples.request("rider-1")), (0, 0))
    assert [note.file for note in Inbox(data, settle_s=SETTLE_S, give_up_s=GIVE_UP_S).take().waiting] == ["one.json"]


@pytest.mark.parametrize("rest", ["", "\0" * 300], ids=["cut", "room for the rest"])
@pytest.mark.parametrize("name", ["half.json", "half.yaml", "half.jsonl"])
def test_a_half_written_file_waits_and_is_taken_when_it_is_whole(
    data: DataFolder, inbox: Inbox, name: str, rest: str
) -> None:
    whole = samples.request("rider-1").model_dump_json()
    path = drop(data, name, whole[:100] + rest)

    half = inbox.take()
    path.write_text(whole)
    taken = inbox.take()

    assert [note.file for note in half.waiting] == [name]
    assert half.waiting[0].what.startswith("is not whole yet: ")
    assert (half.plans, half.rejected) == (0, ())
    assert taken.plans == 1


def test_a_file_of_lines_waits_while_its_last_line_is_broken_off(data: DataFolder, inbox: Inbox) -> None:
    lines = [samples.request(f"rider-{number}").model_dump_json() for number in range(3)]
    path = drop(data, "many.jsonl", "\n".join(lines)[:-5])

    assert inbox.take().plans == 0
    path.write_text("\n".join(lines))
    assert inbox.take().plans == 3


@pytest.mark.parametrize(
    ("name", "content"), [("a.json", b'{"plan_id": '), ("a.yaml", b"plan_id: [caf\xc3"), ("e.yml", b"")]
)
def test_a_file_that_stays_broken_off_is_rejected_in_the_end(data: DataFolder, name: str, content: bytes) -> None:
    clock = Clock()
    inbox = Inbox(data, settle_s=0, give_up_s=GIVE_UP_S, clock=clock)
    drop(data, name, content)

    clock.later_s = GIVE_UP_S - 10
    early = inbox.take()
    clock.later_s = GIVE_UP_S
    late = inbox.take()

    assert [note.file for note in early.waiting] == [name]
    assert [note.file for note in late.rejected] == [name]
    assert (data.requests_rejected / name).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.yaml", b"plan_id: a\nathlete_profile:\n  goals: [x\nweeks: 12\n", 4),
        ("a.yaml", b"plan_id: a\nweeks 12\nevent:\n  name: x\n", 2),
        ("a.yml", b"plan_id: a\nweeks: 12\nevent:\n\tname: x\n", 4),
        ("a.yaml", b"plan_id: a\nweeks: 12\nname: caf\xe9\nx: 1\n", 3),
        ("a.yaml", b"plan_id: a\nweeks: \x07 12\nx: 1\n", 2),
        ("a.yaml", b"plan_id: a\nweeks: 12\nplan_id: b\nevent: {date: 2027", 3),
        ("a.json", b'{"plan_id": "a",\n "weeks" 12,\n "event": {}}\n', 2),
        ("a.json", b'{"plan_id": "a",\n "weeks": 12}\n}\n', 3),
        ("a.json", b'{"plan_id": "caf\xe9",\n "weeks": 12}\n', 1),
        ("a.jsonl", b'{"plan_id": oops}\n{"plan_id": "b"}\n', 1),
        ("a.jsonl", b'{"plan_id": "b"}\n{"plan_id": oops, "weeks": 12', 2),
    ],
)
def test_a_file_that_more_text_cannot_mend_is_rejected_at_once_with_the_line(
    data: DataFolder, inbox: Inbox, name: str, content: bytes, line: int
) -> None:
    drop(data, name, content)

    taken = inbox.take()

    assert (taken.waiting, [note.file for note in taken.rejected]) == ((), [name])
    assert line in [problem["line"] for problem in reason(data, name)["problems"]]


def test_a_line_broken_off_for_good_is_rejected_and_the_others_accepted(data: DataFolder) -> None:
    clock = Clock()
    clock.later_s = GIVE_UP_S
    inbox = Inbox(data, settle_s=0, give_up_s=GIVE_UP_S, clock=clock)
    drop(data, "many.jsonl", samples.request("rider-1").model_dump_json() + '\n{"plan')

    assert inbox.take().plans == 1
    assert (data.requests_rejected / "many.jsonl").read_text() == '{"plan\n'


def test_a_file_replaced_while_it_is_taken_is_read_as_it_is_by_then(data: DataFolder, inbox: Inbox) -> None:
    path = drop(data, "one.json", samples.request("rider-1", weeks=8))

    def replace(change: str) -> None:
        if change.startswith("os.rename") and str(path) in change and "staged" in change:
            path.write_text(samples.request("rider-1", weeks=12).model_dump_json())

    with before_changes_below(data.root, replace):
        during = inbox.take()
    inbox.take()

    assert (during.plans, during.waiting) == (0, (Note("one.json", "changed while it was taken"),))
    assert [each.weeks for each in batched(inbox)] == [12]
    assert names(data.requests_accepted) == ["one.json"]


def test_a_file_removed_while_it_is_taken_is_forgotten(data: DataFolder, inbox: Inbox) -> None:
    path = drop(data, "one.json", samples.request("rider-1"))

    def remove(change: str) -> None:
        if change.startswith("os.rename") and "staged" in change and path.exists():
            path.unlink()

    with before_changes_below(data.root, remove):
        taken = inbox.take()

    assert taken == Taken()


# --- what is no request file --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [".one.json", ".~lock.one.json#"])
def test_dot_names_are_not_even_mentioned(data: DataFolder, inbox: Inbox, name: str) -> None:
    drop(data, name, samples.request("rider-1"))
    assert inbox.take() == Taken()


@pytest.mark.parametrize("name", ["one.json.tmp", "one.json.part", "one.yaml~", "one.json.filepart", "ONE.JSON.TMP"])
def test_temporary_names_are_left_alone(data: DataFolder, inbox: Inbox, name: str) -> None:
    drop(data, name, samples.request("rider-1"))
    assert inbox.take().skipped == (Note(name, "has the name of a temporary file; rename it when it is whole"),)
    assert names(data.requests_inbox) == [name]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("bad.json.reason.json", "the reason of an earlier rejection"),
        ("one.json.outcome.json", "the outcome of an earlier file"),
    ],
)
def test_what_was_put_beside_a_file_is_left_alone_where_it_comes_back_with_it(
    data: DataFolder, inbox: Inbox, name: str, what: str
) -> None:
    drop(data, name, "{}")
    assert inbox.take().skipped == (Note(name, f"is {what}; delete it"),)


def test_a_file_has_no_name_under_which_the_outcome_of_another_lies(data: DataFolder, inbox: Inbox) -> None:
    data.requests_accepted.mkdir(parents=True)
    (data.requests_accepted / "one.json.outcome.json").write_text("{}")
    drop(data, "one.json", samples.request("rider-1"))
    (name,) = inbox.take().accepted
    assert name != "one.json"


# --- one at a time, and killed anywhere ---------------------------------------------------------------------------


def test_two_processes_do_not_take_at_once(data: DataFolder, inbox: Inbox) -> None:
    with (
        inbox.claims.lock(timeout_s=0),
        pytest.raises(LockedError, match="another process is ingesting requests"),
    ):
        inbox.take()


def test_killed_before_any_change_of_a_file_nothing_is_lost_and_nothing_is_done_twice(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "plan_pipeline_tests.storage.requests.killed_inbox", str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    folders = int(done.stdout)
    assert folders > 20
    for number in range(folders):
        data = DataFolder(tmp_path / str(number))
        inbox = Inbox(data, settle_s=0, give_up_s=600)
        inbox.take()
        where = f"killed before change {number}"
        assert sorted(each.plan_id for each in batched(inbox)) == ["rider-1", "rider-2", "rider-3"], where
        assert max(orders(inbox)) < (data.root / "order").read_text(), where
        accepted = names(data.requests_accepted)
        assert accepted[0].startswith("lines") and accepted[-1].startswith("two_again"), where
        assert len(accepted) == 4, where
        assert names(data.requests_rejected) == [
            "bad.json",
            "bad.json.reason.json",
            "lines.jsonl",
            "lines.jsonl.reason.json",
        ], where
        assert names(data.requests_inbox) == [], where
        assert names(inbox.claims.staged) == [], where
        assert inbox.take() == Taken(), where
