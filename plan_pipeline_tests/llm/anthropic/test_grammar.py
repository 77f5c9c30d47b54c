"""Schemas as the API takes them: closed, with limits in words."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.llm.anthropic.grammar import SchemaError, grammar_schema
from plan_pipeline.llm.overview_draft import draft_schema
from plan_pipeline.llm.weeks.forms import WEEK_FORMS
from plan_pipeline_tests.core.rules.overviews import a_request
from plan_pipeline_tests.core.running import a_runner_request, in_kilometres
from plan_pipeline_tests.llm.messages_rules import InvalidRequestError, check_schema


class Kind(StrEnum):
    EASY = "easy"
    HARD = "hard"


class Day(BaseModel):
    weekday: Literal["monday", "tuesday"]
    kind: Kind = Field(description="What the day is for.")
    minutes: Annotated[int, Field(ge=0, le=600)] | None = None


class Week(BaseModel):
    number: int = Field(ge=1, description="From 1.")
    hours: float = Field(gt=0, lt=40)
    focus: str = Field(min_length=1, max_length=80, pattern="^[A-Z]")
    days: list[Day] = Field(min_length=7, max_length=7)
    notes: list[str] = Field(default=[], min_length=1)


GRAMMAR = grammar_schema(Week.model_json_schema())


def test_limits_are_said_in_words() -> None:
    fields = GRAMMAR["properties"]

    assert fields["number"] == {"description": "From 1. (at least 1)", "type": "integer"}
    assert fields["hours"]["description"] == "(more than 0, less than 40)"
    assert fields["focus"]["description"] == "(not empty, at most 80 characters, matches ^[A-Z])"
    assert fields["days"]["description"] == "(exactly 7 items)"
    assert fields["notes"]["minItems"] == 1


def test_every_object_is_closed_and_what_has_to_be_there_still_has_to() -> None:
    assert GRAMMAR["additionalProperties"] is False
    assert GRAMMAR["$defs"]["Day"]["additionalProperties"] is False
    assert GRAMMAR["required"] == ["number", "hours", "focus", "days"]
    assert list(GRAMMAR["properties"]) == ["number", "hours", "focus", "days", "notes"]


def test_a_note_beside_a_reference_is_kept() -> None:
    assert GRAMMAR["$defs"]["Day"]["properties"]["kind"] == {
        "description": "What the day is for.",
        "enum": ["easy", "hard"],
        "type": "string",
    }


ASKED = (
    Week.model_json_schema(),
    *(draft_schema(request) for request in (a_request(), a_runner_request(), in_kilometres(52))),
    *(WEEK_FORMS[sport].tools[0].schema_ for sport in Sport),
)


@pytest.mark.parametrize("schema", ASKED)
def test_the_api_takes_what_it_would_have_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError):
        check_schema(schema)

    check_schema(grammar_schema(schema))


@pytest.mark.parametrize(
    ("field", "complaint"),
    [
        ({}, "the schema.x: may be anything; give it a type"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "additionalProperties has no place"),
        ({"type": "object"}, "the schema.x: is an object of any keys; name its properties"),
        ({"type": "array", "prefixItems": [{"type": "string"}]}, "the schema.x: prefixItems has no place"),
        ({"type": "array", "items": {"description": "?"}}, "the schema.x[]: may be anything"),
    ],
)
def test_what_no_grammar_can_say_is_refused_with_its_place(field: dict[str, Any], complaint: str) -> None:
    with pytest.raises(SchemaError) as caught:
        grammar_schema({"type": "object", "properties": {"x": field}})

    assert complaint in str(caught.value)


def test_the_schema_that_was_given_is_left_as_it_was() -> None:
    before = Week.model_json_schema()
    given = Week.model_json_schema()

    grammar_schema(given)

    assert given == before
