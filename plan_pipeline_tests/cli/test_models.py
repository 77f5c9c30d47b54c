"""`models list` and `models try`: what is set up, and what came of one small question."""

from __future__ import annotations

import os

import pytest

from plan_pipeline_tests.cli.conftest import Ended, Run
from plan_pipeline_tests.llm.providers.api_servers import APIS, KEY, MODEL, USAGE, Answer, Api, api_server

GOOD, OUT_OF_RANGE = '{"minutes": 45, "advice": "Ride easily."}', '{"minutes": 300, "advice": "Ride easily."}'
each_api = pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of a provider, whatever the tests are run with."""
    for name in list(os.environ):
        if name.startswith(("PLAN_PIPELINE_", "ANTHROPIC_", "OPENAI_", "GOOGLE_", "GEMINI_", "OLLAMA_", "AI_")):
            monkeypatch.delenv(name)


def tried(run: Run, api: Api, answer: Answer, *arguments: str, **variables: str) -> Ended:
    with api_server(answer) as served:
        ended = run("models", "try", *arguments, **api.environment(served), **variables)
    assert len(served.asked) == 1
    return ended


@each_api
def test_a_good_answer_is_shown_with_what_it_took(api: Api, run: Run) -> None:
    ended = tried(run, api, api.says(GOOD), api.name, "--json")

    assert ended.exit_code == 0, ended.stderr
    assert ended.json["provider"] == api.name and ended.json["model"] == MODEL
    assert ended.json["answer"] == {"minutes": 45, "advice": "Ride easily."}
    assert {name: ended.json[name] for name in USAGE.model_dump()} == USAGE.model_dump()
    assert ended.json["latency_ms"] >= 0 and ended.json["stop_reason"] and ended.json["problems"] == []


def test_an_answer_out_of_range_is_shown_with_what_is_wrong(run: Run) -> None:
    api = APIS[0]
    ended = tried(run, api, api.says(OUT_OF_RANGE), api.name)

    assert ended.exit_code == 1
    assert "minutes: must be at most 90, not 300" in ended.stdout


@pytest.mark.parametrize("kind", ["cut_off", "refuses"])
def test_an_answer_that_is_none_says_why(kind: str, run: Run) -> None:
    api = APIS[0]
    answer = api.cut_off('{"minutes"') if kind == "cut_off" else api.refuses()
    ended = tried(run, api, answer, api.name)

    assert ended.exit_code == 1
    assert ("raise PLAN_PIPELINE_LLM_MAX_TOKENS" if kind == "cut_off" else "it was refused: ") in ended.stdout


def test_a_call_that_fails_is_one_message_without_the_key(run: Run) -> None:
    api = APIS[0]
    ended = tried(run, api, api.fails(401, f"Incorrect API key: {KEY}"), api.name)

    assert ended.exit_code == 1
    assert "check that OPENAI_API_KEY holds a valid key" in ended.stderr
    assert KEY not in ended.stdout + ended.stderr


def test_another_model_can_be_tried_and_the_one_provider_that_is_set_up_is_found(run: Run) -> None:
    api = APIS[2]
    with api_server(api.says(GOOD)) as served:
        ended = run("models", "try", "--model", "another", **api.environment(served))

    assert ended.exit_code == 0
    assert served.asked[0].body["model"] == "another"


def test_a_provider_that_is_not_set_up_says_what_to_set(run: Run) -> None:
    ended = run("models", "try", "openai")

    assert ended.exit_code == 2
    assert ended.stderr == (
        "plan-pipeline: openai cannot be asked: set OPENAI_API_KEY; set PLAN_PIPELINE_OPENAI_MODEL\n"
    )


def test_without_any_provider_all_are_named_with_what_they_lack(run: Run) -> None:
    ended = run("models", "try")

    assert ended.exit_code == 2
    assert "gemini: set GOOGLE_API_KEY; set PLAN_PIPELINE_GEMINI_MODEL" in ended.stderr


def test_an_unknown_provider_is_bad_usage(run: Run) -> None:
    ended = run("models", "try", "olama")

    assert ended.exit_code == 2
    assert "did you mean ollama?" in ended.stderr


def test_the_list_says_of_each_what_it_lacks_and_shows_no_key(run: Run) -> None:
    ended = run("models", "list", "--json", GEMINI_API_KEY=KEY, PLAN_PIPELINE_GEMINI_MODEL="gemini-x")
    states = {state["name"]: state for state in ended.json}

    assert ended.exit_code == 0
    assert states["gemini"] == {
        "name": "gemini", "model": "gemini-x", "address": None, "lacks": [], "usable": True,
    }  # fmt: skip
    assert states["ollama"]["lacks"] == ["set PLAN_PIPELINE_OLLAMA_MODEL"]
    assert KEY not in ended.stdout


def test_a_key_that_cannot_be_one_is_told(run: Run) -> None:
    ended = run("models", "try", "openai", OPENAI_API_KEY="a b", PLAN_PIPELINE_OPENAI_MODEL="m")

    assert ended.exit_code == 2
    assert "set OPENAI_API_KEY again: it holds spaces" in ended.stderr


def test_the_list_is_readable_by_people(run: Run) -> None:
    shown = run("models", "list").stdout

    assert "claude-" in shown and "set ANTHROPIC_API_KEY" in shown
