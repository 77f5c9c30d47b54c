"""A text that a person pasted is read as what it is: YAML documents, JSON, a JSON list, or lines of JSON."""

from __future__ import annotations

import json

import pytest
import yaml

from plan_pipeline.storage.requests.pasted import read_text
from plan_pipeline.storage.requests.request_files import RequestFileError
from plan_pipeline_tests.storage import samples

RAW = [samples.raw_request("rider-1"), samples.raw_request("rider-2", weeks=8)]
TEXTS = {
    "documents": "---\n".join(yaml.safe_dump(raw) for raw in RAW),
    "documents with comments": "# ours\n---  # first\n" + "\n---\n".join(yaml.safe_dump(raw) for raw in RAW) + "---\n",
    "a list": json.dumps(RAW),
    "a pretty list": json.dumps(RAW, indent=2),
    "lines": "\n\n".join(json.dumps(raw) for raw in RAW),
    "JSON documents": "---\n".join(json.dumps(raw, indent=1) + "\n" for raw in RAW).join(["---\n", ""]),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_several_requests(text: str) -> None:
    assert read_text(text, most=10) == (samples.request("rider-1"), samples.request("rider-2", weeks=8))


@pytest.mark.parametrize(
    "text", [yaml.safe_dump(RAW[0]), json.dumps(RAW[0]), json.dumps(RAW[0], indent=2), "\n\n" + yaml.safe_dump(RAW[0])]
)
def test_a_single_request(text: str) -> None:
    assert read_text(text, most=10) == (samples.request("rider-1"),)


@pytest.mark.parametrize("text", ["", "  \n", "# nothing yet\n", "[]", "---\n---\n"])
def test_no_request_at_all(text: str) -> None:
    assert problems(text) == ["there is no request in it; put one there"]


def test_all_problems_are_named_with_the_request_they_are_in() -> None:
    broken = [RAW[0] | {"weeks": 99}, RAW[1], {"plan_id": "X"}]
    found = problems("---\n".join(yaml.safe_dump(raw) for raw in broken))
    assert found[0] == "request 1: weeks: must be at most 24, not 99; give a number from 4 to 24"
    assert {line.partition(":")[0] for line in found} == {"request 1", "request 3"}


def test_a_single_request_is_just_called_that() -> None:
    assert problems("plan_id: rider-1") == ["request: athlete_profile: is missing; add it"]


def test_a_plan_id_used_twice_is_a_problem_of_the_second() -> None:
    assert problems(json.dumps([RAW[0], RAW[0]])) == [
        "request 2: plan_id: 'rider-1' is already the id of request 1; give every request an id of its own"
    ]


def test_a_syntax_error_is_on_the_line_where_the_person_sees_it() -> None:
    first = yaml.safe_dump(RAW[0])
    (problem,) = problems(f"{first}---\nplan_id: [\n")
    assert problem.startswith(f"request 2:{first.count(chr(10)) + 3}: is not valid YAML")


def test_a_list_that_breaks_off_says_where() -> None:
    text = json.dumps(RAW, indent=2)[:-40]
    assert any("is not valid JSON" in problem for problem in problems(text))


@pytest.mark.parametrize("text", ["&a [*a]", "!!python/object:os.system x", "a: " + "[" * 100, "[" * 100_000, "\udcff"])
def test_what_is_out_to_do_harm_is_refused(text: str) -> None:
    assert problems(text)


def test_a_key_given_twice_is_refused_in_every_form() -> None:
    for text in ('[{"plan_id": "a", "plan_id": "b"}]', '{"plan_id": "a", "plan_id": "b"}', "plan_id: a\nplan_id: b\n"):
        assert "a second time" in problems(text)[0]


def problems(text: str) -> list[str]:
    with pytest.raises(RequestFileError) as error:
        read_text(text, most=10)
    return list(error.value.problems)
