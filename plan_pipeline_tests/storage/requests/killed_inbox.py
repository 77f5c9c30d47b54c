"""A program that takes requests from an inbox and kills itself before the n-th change of a file, for every n.

Usage: ``python -m …killed_inbox FOLDER``; makes data folders ``FOLDER/0``, ``FOLDER/1`` and so on, each as it was left,
and prints their number. The last one was not killed.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from plan_pipeline.services.requests import receipt_now
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.requests.inbox import Inbox
from plan_pipeline_tests.storage import samples
from plan_pipeline_tests.storage.file_events import before_changes_below

PLANS = ("rider-1", "rider-2", "rider-3")


def main(root: Path) -> None:
    number = 0
    while _taken_and_killed(DataFolder(root / str(number)), number):
        number += 1
    print(number + 1)


def fill(data: DataFolder) -> None:
    """Two plans of their own file, one twice, one in lines of which one is bad, and a file that is no request.

    Then somebody gives a command, whose place in the order of requests is kept in ``order``.
    """
    data.requests_inbox.mkdir(parents=True)
    for name, plan_id in (("one.json", "rider-1"), ("two.json", "rider-2"), ("two again.json", "rider-2")):
        (data.requests_inbox / name).write_text(samples.request(plan_id).model_dump_json())
    lines = [samples.request("rider-3").model_dump_json(), '{"plan_id": "rider-4"}']
    (data.requests_inbox / "lines.jsonl").write_text("\n".join(lines) + "\n")
    (data.requests_inbox / "bad.json").write_text("{}")
    (data.root / "order").write_text(receipt_now(data, "a command").order)


def _taken_and_killed(data: DataFolder, changes: int) -> bool:
    """Take requests in a process of its own that is killed before so many changes and one; whether it was."""
    fill(data)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            raise SystemExit("the process failed by itself")
        return os.WIFSIGNALED(status)
    left = changes

    def kill_at_the_end(change: str) -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    with before_changes_below(data.root, kill_at_the_end):
        Inbox(data, settle_s=0, give_up_s=600).take()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
