"""One translator: pydantic's errors become a field, what is wrong with it and what to do, at every door."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

import plan_pipeline
from plan_pipeline.strict_input.validation_messages import (
    FieldProblem,
    describe,
    field_problems,
    first_problem,
    in_words,
)

PACKAGE = Path(plan_pipeline.__file__).parent


class Wheel(BaseModel, extra="forbid"):
    kind: Literal["wheel"] = "wheel"
    inches: float = Field(gt=0, le=40)


class Bell(BaseModel, extra="forbid"):
    kind: Literal["bell"]
    loud: bool


class Bike(BaseModel, extra="forbid"):
    name: str = Field(min_length=1, pattern="^[a-z]*$")
    parts: tuple[Annotated[Wheel | Bell, Field(discriminator="kind")], ...] = Field(min_length=1)
    gears: int = Field(default=1, ge=1, validation_alias="BIKE_GEARS")


GOOD: dict[str, Any] = {"name": "fast", "parts": [{"kind": "wheel", "inches": 28}]}


def error_of(**changes: Any) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Bike.model_validate(GOOD | changes)
    return caught.value


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"name": None}, "name: must be text, not null; put it in quotes"),
        ({"name": True}, "name: must be text, not true; put it in quotes"),
        ({"name": "Fast"}, "name: 'Fast' does not match ^[a-z]*$; correct it"),
        ({"nam": 1}, "nam: is not a known field; did you mean name?"),
        ({"inches": 1}, "inches: is not a known field; did you mean parts.inches?"),
        ({"parts": []}, "parts: is empty; give at least one"),
        ({"parts": {}}, "parts: must be a list, not {}; write it like [one, two]"),
        ({"parts": [{"kind": "bell"}]}, "parts.0.bell.loud: is missing; add it"),
        (
            {"parts": [{"kind": "wheel", "inches": 50}]},
            "parts.0.wheel.inches: must be at most 40, not 50; give a number above 0 to 40",
        ),
        ({"BIKE_GEARS": 0}, "BIKE_GEARS: must be at least 1, not 0; correct it"),
    ],
)
def test_a_problem_is_one_line_with_field_value_and_remedy(changes: dict[str, Any], line: str) -> None:
    assert describe(error_of(**changes), Bike) == [line]


def test_a_field_can_have_a_remedy_of_its_own() -> None:
    (found,) = field_problems(error_of(name=7), Bike, remedies={"name": "call it something"})
    assert found == FieldProblem(("name",), "must be text, not 7", "call it something")


def test_a_value_can_be_kept_secret() -> None:
    (found,) = field_problems(error_of(name=["hush"]), Bike, quote=lambda place, _: None if place == ["name"] else "?")
    assert found.what == "must be text, not this value"


def test_a_field_can_be_shown_with_positions_in_brackets() -> None:
    (found,) = field_problems(error_of(parts=[7]), Bike)
    assert found.indexed_field == "parts[0]"


def test_of_a_damaged_file_of_our_own_nobody_is_asked_to_correct_a_field() -> None:
    assert first_problem(error_of(name=7), Bike) == "name: must be text, not 7"
    with pytest.raises(ValidationError) as caught:
        Bike.model_validate_json("{")
    assert first_problem(caught.value, Bike).startswith("is not valid JSON: EOF while parsing")


def test_many_problems_are_cut_but_counted() -> None:
    lines = describe(error_of(parts=[{"kind": "wheel"}] * 300), Bike)
    assert len(lines) == 201
    assert lines[-1] == "there are 100 more problems; correct these first"


@pytest.mark.parametrize(("value", "text"), [(None, "null"), (False, "false"), (0, "0"), (1, "1"), ("x", "'x'")])
def test_values_are_shown_as_they_are_written(value: object, text: str) -> None:
    assert in_words(value) == text


def test_no_other_module_reads_what_pydantic_found() -> None:
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "errors"
    }
    assert readers == {"strict_input/validation_messages.py"}
