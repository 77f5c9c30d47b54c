"""A program that hands in and collects over and over, for tests that kill it.

Usage: ``python -m …batch_process DATA URL MINUTES NAME…``; ``MINUTES`` is how late its clock is. Prints ``ready``
before it begins.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline_tests.llm.messages_api import MessagesApi
from plan_pipeline_tests.services.models.batch_desk import BatchDesk

PROJECT = Path(__file__).parents[3]


def start(data: DataFolder, api: MessagesApi, minutes: int, names: tuple[str, ...]) -> subprocess.Popen[str]:
    """Start this program, and wait until it is about to begin."""
    command = [sys.executable, "-m", __spec__.name, str(data.root), api.base_url, str(minutes), *names]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def main(root: str, url: str, minutes: str, *names: str) -> None:
    server = MessagesApi((), base_url=url)
    desk = BatchDesk(DataFolder(Path(root)), server, names, late=dt.timedelta(minutes=int(minutes)))
    print("ready", flush=True)
    while True:
        desk.submit()
        desk.collect()
        desk.retry()


if __name__ == "__main__":
    main(*sys.argv[1:])
