"""Whoever may drop files into the inbox can make the pipeline read and write nothing else, and cannot stop it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.storage.data_folder import DataFolder, UnsafePathError
from plan_pipeline.storage.requests.inbox import Inbox
from plan_pipeline_tests.security.attacks import NAMES
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.requests.batched import batched

CANARY = "canary-8e1f"


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    data = DataFolder(tmp_path / "data")
    data.requests_inbox.mkdir(parents=True)
    return data


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file outside that could pass for a request, and must not be read."""
    path = tmp_path / "outside.json"
    path.write_text(samples.request(CANARY).model_dump_json())
    return path


@pytest.fixture
def inbox(data: DataFolder) -> Inbox:
    return Inbox(data, settle_s=0, give_up_s=0)


def whole(folder: Path) -> str:
    """Everything that is kept below a folder, names and contents, but for what still lies in the inbox."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "inbox"]
    return "\n".join(f"{path.relative_to(folder)}\n{path.read_text(errors='replace')}" for path in files)


def test_no_id_that_is_none_becomes_a_plan(data: DataFolder, inbox: Inbox) -> None:
    for number, name in enumerate(NAMES):
        (data.requests_inbox / f"{number}.json").write_text(json.dumps(samples.raw_request(name)))
    lines = "\n".join(json.dumps(samples.raw_request(name)) for name in NAMES)
    (data.requests_inbox / "many.jsonl").write_text(lines)

    taken = inbox.take()

    assert taken.plans == 0
    assert len(taken.rejected) == len(NAMES) + 1
    assert all("is not a usable id" in note.what for note in taken.rejected)


def test_a_name_of_an_experiment_is_held_to_the_same_form(data: DataFolder, inbox: Inbox) -> None:
    for number, name in enumerate(NAMES):
        changed = samples.raw_request("rider-1") | {"options": {"experiment": name}}
        (data.requests_inbox / f"{number}.json").write_text(json.dumps(changed))
    assert inbox.take().plans == 0


FILE_NAMES: tuple[str | bytes, ...] = (
    "-rf.json",
    "--help.json",
    "two\nlines.json",
    "\x1b[2J.json",
    "'; rm -rf ~ #.json",
    "$(touch owned).json",
    "x" * 250 + ".json",
    b"\xff\xfe.json",
    "con.json",
    "größer.json",
    "\u202enosj.json",
    "a|b,c.json",
    "C:\\x.json",
)


@pytest.mark.parametrize("name", FILE_NAMES)
def test_a_file_of_any_name_ends_up_under_a_plain_one_in_its_place(
    data: DataFolder, inbox: Inbox, name: str | bytes
) -> None:
    (data.requests_inbox / os.fsdecode(name)).write_text(samples.request("rider-1").model_dump_json())

    taken = inbox.take()

    (kept,) = data.requests_accepted.iterdir()
    assert taken.accepted == (kept.name,)
    assert kept.name.isascii()
    assert kept.name.isprintable()
    assert not set(kept.name) & set("/\\|,:;$'\"` \n")
    assert len(kept.name) <= 120
    assert kept.suffix == ".json"


def test_what_is_said_of_a_file_fits_on_a_line_of_any_terminal(data: DataFolder, inbox: Inbox) -> None:
    for name in FILE_NAMES:
        (data.requests_inbox / os.fsdecode(name)).write_text("{}")
    taken = inbox.take()
    said = [text for note in (*taken.rejected, *taken.skipped) for text in note]
    assert len(said) >= len(FILE_NAMES)
    assert [text for text in said if not text.isprintable()] == []


@pytest.mark.parametrize("ending", [".json", ".jsonl", ".yaml"])
def test_a_link_of_either_kind_to_a_file_elsewhere_is_not_read(
    data: DataFolder, inbox: Inbox, outside: Path, ending: str
) -> None:
    (data.requests_inbox / f"soft{ending}").symlink_to(outside)
    (data.requests_inbox / f"dangling{ending}").symlink_to(outside.with_name("nothing"))
    (data.requests_inbox / f"loop{ending}").symlink_to(f"loop{ending}")
    (data.requests_inbox / f"hard{ending}").hardlink_to(outside)

    taken = inbox.take()

    link = "is a link, which is not followed; put the file itself there"
    hard = "is a file with another name elsewhere, a hard link; put a copy of it there instead"
    found = {note.file.partition(".")[0]: note.what for note in taken.skipped}
    assert found == {"soft": link, "dangling": link, "loop": link, "hard": hard}
    assert taken.plans == 0
    assert CANARY not in whole(data.root)
    assert outside.exists()


def test_what_is_no_file_neither_holds_the_inbox_up_nor_is_read(data: DataFolder, inbox: Inbox) -> None:
    import socket

    os.mkfifo(data.requests_inbox / "pipe.json")
    (data.requests_inbox / "folder.json").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(data.requests_inbox)
        try:
            listening.bind("socket.json")
        finally:
            os.chdir(here)
    (data.requests_inbox / "good.json").write_text(samples.request("rider-1").model_dump_json())

    taken = inbox.take()

    assert [each.plan_id for each in batched(inbox)] == ["rider-1"]
    assert len(taken.skipped) == 3


@contextmanager
def just_before(event: str, path: Path, act: Any) -> Iterator[None]:
    """Have ``act`` called once, when the process is about to do something with a path, as an attacker who waits for it.

    An audit hook stays for the life of the interpreter, so it goes quiet afterwards.
    """
    waiting = [True]

    def hear(heard: str, arguments: tuple[Any, ...]) -> None:
        if waiting and heard == event and arguments and str(arguments[0]) == str(path):
            waiting.clear()
            act()

    sys.addaudithook(hear)
    try:
        yield
    finally:
        assert not waiting, f"nothing did {event} with {path}"


@pytest.mark.parametrize("event", ["open", "os.rename"])
@pytest.mark.parametrize("ending", [".json", ".jsonl", ".yaml"])
def test_a_file_that_is_swapped_for_a_link_meanwhile_gives_the_link_away_to_nobody(
    data: DataFolder, inbox: Inbox, outside: Path, ending: str, event: str
) -> None:
    path = data.requests_inbox / f"x{ending}"
    path.write_text(samples.request("rider-1").model_dump_json())

    def swap() -> None:
        path.unlink()
        path.symlink_to(outside)

    with just_before(event, path, swap):
        inbox.take()
    inbox.take()

    assert list(batched(inbox)) == []
    assert CANARY not in "\n".join(
        kept.read_text() for kept in data.root.rglob("*") if kept.is_file() and not kept.is_symlink()
    )
    assert outside.read_text()


@pytest.mark.parametrize("folder", ["accepted", "rejected", "in_progress", "inbox", ""])
def test_a_folder_of_requests_that_leads_elsewhere_is_not_written_to(tmp_path: Path, folder: str) -> None:
    data, elsewhere = DataFolder(tmp_path / "data"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = data.root / "requests" / folder if folder else data.root / "requests"
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere)
    if folder not in ("inbox", ""):
        data.requests_inbox.mkdir()
        (data.requests_inbox / "good.json").write_text(samples.request("rider-1").model_dump_json())
        (data.requests_inbox / "bad.json").write_text("{}")

    with pytest.raises(UnsafePathError, match=r"is a link to .*elsewhere"):
        Inbox(data, settle_s=0, give_up_s=0).take()

    assert list(elsewhere.iterdir()) == []
