"""Words from requests, models and libraries are shown; they do not act, on a terminal, in Markdown or in HTML."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from plan_pipeline.cli.output import for_terminal
from plan_pipeline.orchestration.reporting.markdown import escaped, markdown_list, markdown_table
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline_tests.cli.conftest import EXAMPLES, Run

TERMINAL = "\x1b[2J\x1b]0;owned\x07\x9b31mred\r\x08\u202etxt"
MARKDOWN = (
    "[click](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "`code`",
    "a | b | c",
    "**bold** _italic_ __bold__",
    "https://evil.example",
    "http://evil.example",
    "www.evil.example",
    "&lt;b&gt;",
    "line\nbreak",
    "back\\slash",
    "[x]: javascript:alert(1)",
)


@pytest.mark.parametrize("text", MARKDOWN)
def test_a_text_in_markdown_says_what_it_says_and_does_nothing(text: str) -> None:
    shown = escaped(text)
    assert "\n" not in shown
    for character in "|`<>[]*&":
        assert shown.count(character) == shown.count(f"\\{character}")
    assert "://" not in shown.replace("\\://", "")
    assert "www." not in shown
    assert shown.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\") == text.replace("\n", " ")


def test_a_row_of_a_table_stays_a_row_of_as_many_cells() -> None:
    for text in MARKDOWN:
        *_, row = markdown_table([{"plan": text, "status": "published"}]).split("\n")
        assert len(row.replace("\\\\", "").replace("\\|", "").split("|")) == 4
    assert len(markdown_list(MARKDOWN).split("\n")) == len(MARKDOWN)


def test_ids_and_file_names_stay_as_they_are() -> None:
    for text in ("rider_042-century", "20270104T031500000000Z-0001", "week_selection", "2.5 h of 3 h (−16.7 %)"):
        assert escaped(text) == text


@pytest.fixture
def armed(run: Run, tmp_path: Path) -> Path:
    """A data folder with a plan whose free texts are control codes and HTML."""
    content = (EXAMPLES / "rider-042-century.yaml").read_text()
    import yaml

    raw = yaml.safe_load(content)
    raw["athlete_profile"]["athlete_id"] = f"id{TERMINAL}"
    raw["athlete_profile"]["goals"] = [f"goal{TERMINAL}", "<script>alert(1)</script>"]
    raw["event"]["name"] = f"event{TERMINAL}"
    request = tmp_path / "armed.json"
    request.write_text(json.dumps(raw, default=str))
    ended = run("--data", tmp_path / "data", "generate", request)
    assert ended.exit_code == 0, ended.stderr
    return tmp_path / "data"


def acting(text: str) -> set[str]:
    return {ch for ch in text if not ch.isprintable() and ch not in "\n\t"}


def test_a_terminal_shows_what_a_request_says_and_does_not_do_it(armed: Path, run: Run) -> None:
    plan = PlanStore(DataFolder(armed)).load_plan("rider-042-century")
    assert plan is not None
    assert "\x1b" in plan.training_plan.athlete_profile.goals[0]
    for arguments in (
        ["show", "rider-042-century"],
        ["show", "rider-042-century", "--week", "1"],
        ["show", "rider-042-century", "--json"],
        ["sql", "SELECT '\x1b[31m' || chr(155) || chr(13) AS \"a\x1bb\""],
        ["sql", "SELECT '\x1b[31m' || chr(155) AS a", "--json"],
    ):
        ended = run("--data", armed, *arguments)
        assert ended.exit_code == 0
        assert acting(ended.stdout + ended.stderr) == set(), arguments


def test_json_for_programs_holds_the_very_text(armed: Path, run: Run) -> None:
    shown = run("--data", armed, "show", "rider-042-century", "--json").json
    assert shown["training_plan"]["athlete_profile"]["goals"][0] == f"goal{TERMINAL}"


def test_a_name_in_an_error_does_not_act_either(run: Run, tmp_path: Path) -> None:
    for arguments in (
        ["generate", tmp_path / f"x{TERMINAL}.yaml"],
        ["show", f"x{TERMINAL}"],
        ["sql", f"FROM {TERMINAL}"],
        ["library", "validate", "--library", tmp_path / f"x{TERMINAL}"],
        ["validate-week", "--overview", tmp_path / f"x{TERMINAL}", "--workouts", tmp_path / "x"],
    ):
        ended = run("--data", tmp_path / "data", *arguments)
        assert ended.exit_code != 0
        assert acting(ended.stdout + ended.stderr) == set(), arguments


def test_what_a_terminal_needs_is_left() -> None:
    assert for_terminal("a\tb\nc – ✓ é 日本") == "a\tb\nc – ✓ é 日本"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_of_an_experiment_runs_no_script_and_asks_for_nothing_whatever_it_is_called() -> None:
    from plan_pipeline.experiments.page import page
    from plan_pipeline_tests.experiments.reports import report

    named = report().model_copy(update={"experiment": '"><script>alert(1)</script><img src=//evil.example onerror=x>'})
    html = page(named, [])
    tags = _Tags()
    tags.feed(html)
    scripts = [attributes.get("type") for tag, attributes in tags.found if tag == "script"]
    assert set(scripts) <= {"application/json"}
    assert [tag for tag, _ in tags.found if tag == "img"] == []
    assert [name for _, attributes in tags.found for name in attributes if name.startswith("on")] == []


def test_duckdb_gives_back_the_codes_that_are_tested_with() -> None:
    """So that the tests above are of what is shown, and not of what the database leaves out."""
    assert duckdb.connect().execute("SELECT chr(155)").fetchall() == [("\x9b",)]
