"""A program that reads every attack through every door, within the memory and time that a door is given.

Usage: ``python -m …limited``. Each door has a process of its own, which the system kills where it needs more than
``MEMORY_BYTES`` of addresses or ``CPU_S`` seconds of a processor. Prints ``DOOR ATTACK LONGEST_LINE FIRST_LINE`` for
what a door said to an attack, separated by tabs.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.experiments.definitions import read_definitions
from plan_pipeline.library.files import read_folder
from plan_pipeline.services.week_files import WeekFileError, read_overview_week, read_workouts
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.requests.claims import PLANS_A_BATCH
from plan_pipeline.storage.requests.inbox import Inbox
from plan_pipeline.storage.requests.pasted import read_text
from plan_pipeline.storage.requests.request_files import RequestFileError, read_all
from plan_pipeline_tests.security import attacks

MEMORY_BYTES: Final = 2 * 1024**3
"""Addresses, of which an idle interpreter with these imports takes a part; what is in use is a fraction of them."""

CPU_S: Final = 60


def yaml_request(folder: Path, text: str) -> str:
    return _request(folder / "x.yaml", text)


def json_request(folder: Path, text: str) -> str:
    return _request(folder / "x.json", text)


def inbox(folder: Path, text: str, ending: str) -> str:
    data = DataFolder(folder / "data")
    data.requests_inbox.mkdir(parents=True)
    (data.requests_inbox / f"x{ending}").write_text(text)
    taken = Inbox(data, settle_s=0, give_up_s=0).take()
    assert (taken.plans, taken.waiting, taken.skipped) == (0, (), ())
    (note,) = taken.rejected
    (kept,) = data.requests_rejected.glob("*.reason.json")
    assert kept.stat().st_size < 200_000
    return note.what


def pasted(folder: Path, text: str) -> str:
    del folder
    return _told(lambda: read_text(text, most=PLANS_A_BATCH), RequestFileError)


def library(folder: Path, text: str) -> str:
    (folder / "cycling").mkdir()
    (folder / "cycling" / "endurance.yaml").write_text(text)
    return str(read_folder(folder, Sport.CYCLING).problems[0])


def experiment(folder: Path, text: str) -> str:
    (folder / "x.yaml").write_text(text)
    return read_definitions(folder).problems[0]


def week(folder: Path, text: str) -> str:
    (folder / "x.json").write_text(text)
    return _told(lambda: read_overview_week(folder / "x.json"), WeekFileError)


def workouts(folder: Path, text: str) -> str:
    (folder / "x.json").write_text(text)
    return _told(lambda: read_workouts(folder / "x.json"), WeekFileError)


def _request(path: Path, text: str) -> str:
    path.write_text(text)
    return _told(lambda: read_all([path]), RequestFileError)


def _told(read: Callable[[], object], expected: type[ValueError]) -> str:
    try:
        read()
    except expected as error:
        return str(error)
    raise AssertionError("was taken")


Door = Callable[[Path, str], str]

DOORS: Final[dict[str, tuple[dict[str, Callable[[], str]], Door]]] = {
    "yaml": (attacks.YAML, yaml_request),
    "json": (attacks.JSON, json_request),
    "inbox-yaml": (attacks.YAML, lambda folder, text: inbox(folder, text, ".yaml")),
    "inbox-json": (attacks.JSON, lambda folder, text: inbox(folder, text, ".json")),
    "inbox-lines": (attacks.LINES, lambda folder, text: inbox(folder, text, ".jsonl")),
    "pasted-yaml": (attacks.YAML, pasted),
    "pasted-json": (attacks.JSON, pasted),
    "pasted": (attacks.PASTED, pasted),
    "library": (attacks.YAML, library),
    "experiment": (attacks.YAML, experiment),
    "week": (attacks.JSON, week),
    "workouts": (attacks.JSON, workouts),
}
"""By door: the attacks that it is tried with, and going through it."""


def main() -> None:
    for door in DOORS:
        process = multiprocessing.get_context("fork").Process(target=try_door, args=(door,))
        process.start()
        process.join()
        if process.exitcode:
            print(f"the door {door} ended with {process.exitcode}", file=sys.stderr)


def try_door(door: str) -> None:
    known, go = DOORS[door]
    texts = {name: attack() for name, attack in known.items()}
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    for name, text in texts.items():
        with tempfile.TemporaryDirectory() as folder:
            said = go(Path(folder), text).encode(errors="replace").decode()
        print(f"{door}\t{name}\t{max(map(len, said.splitlines()))}\t{said.splitlines()[0][:200]}", flush=True)


if __name__ == "__main__":
    main()
