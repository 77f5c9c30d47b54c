"""No secret stands in logs, events, metadata or artefacts afterwards, however things fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from plan_pipeline.redaction import SECRET, without_secrets
from plan_pipeline_tests.llm.messages_answers import calls, fails, gives, says
from plan_pipeline_tests.llm.messages_api import messages_api
from plan_pipeline_tests.security import planted

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = "127.0.0.1:9"
"""The port of `discard`, on which nothing listens."""

ECHOES = [
    fails(401, "authentication_error", f"invalid x-api-key: {planted.KEY}"),
    fails(400, "invalid_request_error", f"bad header {planted.KEY} from {planted.PROXY_PASSWORD}"),
    fails(403, "permission_error", f"{planted.KEY} may not"),
    says(f"I was asked with {planted.KEY}"),
    gives({"weeks": planted.KEY}),
    calls((planted.KEY, {planted.KEY: planted.KEY})),
    *[fails(529, "overloaded_error", f"too much for {planted.KEY}")] * 40,
]


def run(arguments: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
    )


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    import base64
    import gzip

    (tmp_path / "plain.log").write_text(f"x{planted.KEY}x")
    (tmp_path / "packed.gz").write_bytes(gzip.compress(planted.TOKEN.encode()))
    (tmp_path / "header").write_bytes(base64.b64encode(planted.USER_PASSWORD.encode()))
    (tmp_path / "tail").write_bytes(base64.b64encode(b"ab" + planted.REDIS_PASSWORD.encode() + b"cd"))
    found = planted.found_in([tmp_path], [planted.DATABASE_PASSWORD])
    assert [each.split(" in ")[0] for each in found] == sorted(
        [planted.KEY, planted.TOKEN, planted.USER_PASSWORD, planted.DATABASE_PASSWORD, planted.REDIS_PASSWORD]
    )


@pytest.mark.parametrize(
    "failures",
    [
        ["unexpected"],
        pytest.param(["refused", "real", "away", "system"], marks=pytest.mark.slow),  # with waits before retries
    ],
    ids=" ".join,
)
def test_runs_that_fail_give_no_secret_away(failures: list[str], tmp_path: Path) -> None:
    """Asset runs, bulk runs, the inbox, the launchpad and alerts, with errors that hold the secrets."""
    with messages_api(ECHOES) as model:
        environment = planted.environment(model=model.base_url.removeprefix("http://"), webhook=NOWHERE)
        program = ["-m", "plan_pipeline_tests.security.leaky_flows", str(tmp_path / "all"), *failures]
        done = run(program, tmp_path, **environment)
    assert done.returncode == 0, done.stderr[-4000:]
    assert len(done.stdout.splitlines()) == 4 * len(failures)
    assert SECRET in done.stderr
    assert len(model.asked) >= (5 if "real" in failures else 0)
    assert planted.found_in([tmp_path], [done.stdout, done.stderr]) == []


@pytest.mark.parametrize("command", ["generate", "batch"])
def test_commands_that_fail_give_no_secret_away(command: str, tmp_path: Path) -> None:
    text = (ROOT / "examples" / "requests" / "rider-042-century.yaml").read_text()
    (tmp_path / "request.yaml").write_text(f"{text}\noptions: {{overview: anthropic}}\n")
    with messages_api(ECHOES[1:3] * 4) as model:
        environment = planted.environment(model=model.base_url.removeprefix("http://"), webhook=NOWHERE)
        done = run(
            ["-c", "from plan_pipeline.cli import main; main()", command, "request.yaml", "--json"],
            tmp_path,
            **environment,
        )
    assert done.returncode == 1, done.stderr
    assert "Anthropic" in done.stdout
    assert len(model.asked) == 1
    assert planted.found_in([tmp_path], [done.stdout, done.stderr]) == []


def test_the_doctor_gives_no_secret_away(tmp_path: Path) -> None:
    done = run(
        ["-c", "from plan_pipeline.cli import main; main()", "doctor"],
        tmp_path,
        **planted.environment(model=NOWHERE, webhook=NOWHERE),
    )
    assert "models of anthropic" in done.stdout
    assert planted.found_in([tmp_path], [done.stdout, done.stderr]) == []


def test_a_fault_of_the_program_is_printed_without_secrets(tmp_path: Path) -> None:
    program = (
        "import sys, plan_pipeline.cli.app as app\n"
        "def broken():\n    import os\n    raise RuntimeError(' '.join(os.environ.values()))\n"
        "app.app.command('broken')(broken)\nsys.argv = ['x', 'broken']\napp.main()\n"
    )
    done = run(["-c", program], tmp_path, **planted.environment(model=NOWHERE, webhook=NOWHERE))
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert planted.found_in([], [done.stdout, done.stderr]) == []


def test_a_setting_that_is_wrong_is_told_without_its_value(tmp_path: Path) -> None:
    environment = planted.environment(model=NOWHERE, webhook=NOWHERE)
    environment["PLAN_PIPELINE_ALERT_URL"] = f"ftp://hooks/{planted.TOKEN}"
    environment["ANTHROPIC_BASE_URL"] = f"ftp://proxy:{planted.PROXY_PASSWORD}@proxy"
    done = run(["-c", "from plan_pipeline.cli import main; main()", "doctor"], tmp_path, **environment)
    assert "PLAN_PIPELINE_ALERT_URL" in done.stdout + done.stderr
    assert planted.found_in([tmp_path], [done.stdout, done.stderr]) == []


@pytest.mark.parametrize(
    ("name", "value", "text", "left"),
    [
        ("ANTHROPIC_API_KEY", "sk-abc/def+1", "key sk-abc/def+1.", f"key {SECRET}."),
        ("ANTHROPIC_API_KEY", "sk-abc/def+1", "k=sk-abc%2Fdef%2B1&x", f"k={SECRET}&x"),
        ("MY_DB_PASSWORD", 'a"b\\cdef', r'{"p": "a\"b\\cdef"}', f'{{"p": "{SECRET}"}}'),
        ("DAGSTER_POSTGRES_URL", "postgresql://u:s%40cret9@h/d", "FATAL: s@cret9", f"FATAL: {SECRET}"),
        ("PLAN_PIPELINE_ALERT_URL", "https://h.example/services/T0/Xy12345", "to Xy12345", f"to {SECRET}"),
        ("PLAN_PIPELINE_ALERT_URL", "https://h.example/services/T0/Xy12345", "all services of h", "all services of h"),
        ("SOME_TOKEN", "on", "the fan is on", "the fan is on"),
        ("LANG", "en_US.UTF-8", "in en_US.UTF-8", "in en_US.UTF-8"),
    ],
)
def test_a_secret_is_left_out_however_it_is_written_and_nothing_else_is(
    name: str, value: str, text: str, left: str, tmp_path: Path
) -> None:
    program = f"from plan_pipeline.redaction import without_secrets; print(without_secrets({text!r}))"
    assert run(["-c", program], tmp_path, **{name: value}).stdout == f"{left}\n"


def test_a_text_without_secrets_stays_as_it_is() -> None:
    assert without_secrets("week 3: 8.0 h of 8 h wanted") == "week 3: 8.0 h of 8 h wanted"
