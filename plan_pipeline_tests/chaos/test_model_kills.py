"""A process that is killed once an answer is stored pays for nothing again, and its plan is made all the same."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from plan_pipeline.core.model.vocabulary import WorkoutSource
from plan_pipeline_tests.llm.coach import Coach
from plan_pipeline_tests.llm.messages_api import messages_api
from plan_pipeline_tests.orchestration.model_world import KEY, athletes, billed

ROOT = Path(__file__).resolve().parents[2]
KILLS = 20


def command(folder: Path, file: Path, address: str) -> subprocess.Popen[bytes]:
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "PYTHONPATH": str(ROOT),
        "PLAN_PIPELINE_DATA": str(folder / "data"),
        "DAGSTER_HOME": str(folder / "dagster"),
        "ANTHROPIC_API_KEY": KEY,
        "ANTHROPIC_BASE_URL": address,
    }
    program = [sys.executable, "-c", "from plan_pipeline.cli import main; main()", "generate", str(file), "--json"]
    with (folder / "out.json").open("wb") as out, (folder / "err.txt").open("wb") as err:
        return subprocess.Popen(program, env=environment, stdout=out, stderr=err, cwd=folder, start_new_session=True)


def stored(folder: Path) -> int:
    return sum(1 for _ in (folder / "data" / "llm" / "calls").rglob("*.json"))


@pytest.mark.slow  # stops between any two writes are tested without processes, in services and storage
def test_what_was_answered_is_never_paid_again(tmp_path: Path) -> None:
    (request,) = athletes(1, workouts=WorkoutSource.LLM)
    (tmp_path / "dagster").mkdir()
    file = tmp_path / "request.json"
    file.write_text(request.model_dump_json())
    chance = random.Random(KILLS)
    with messages_api(Coach([request])) as api:
        killed = 0
        for _ in range(KILLS):
            before = stored(tmp_path)
            process = command(tmp_path, file, api.base_url)
            while process.poll() is None and stored(tmp_path) == before:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.05))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
            process.wait()
        process = command(tmp_path, file, api.base_url)
        assert process.wait(timeout=300) == 0, (tmp_path / "err.txt").read_text()

        outcome = json.loads((tmp_path / "out.json").read_text().splitlines()[0])
        assert outcome["status"] == "published"
        assert killed
        asked = [json.dumps(each.body["messages"]) for each in api.asked]
        again = len(asked) - len(set(asked))
        assert again <= killed  # only a call that was under way when its process was killed can be asked again
        assert stored(tmp_path) == len(set(asked))
        assert sum(billed(api)) > 0
