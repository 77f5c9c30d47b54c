"""Strict JSON: sound data and nothing else, and a message that says where to look and what to do."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plan_pipeline
from plan_pipeline.strict_input.input_limits import MAX_DEPTH, StrictInputError
from plan_pipeline.strict_input.strict_json import parse_json, read_json

PACKAGE = Path(plan_pipeline.__file__).parent


def test_plain_data_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b'\xef\xbb\xbf{"a": [1, 2.5, null, true]}')
    assert read_json(tmp_path / "x.json", 100) == {"a": [1, 2.5, None, True]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "a": 1}', "gives the key 'a' a second time; remove one of them"),
        ("NaN", "holds NaN, which is no number in JSON; write a number, or null for none"),
        ("-Infinity", "holds -Infinity, which is no number in JSON; write a number, or null for none"),
        ("1e999", "holds the number 1e999, which is too large; correct it"),
        ("9" * 10_000, "holds a number of thousands of digits; correct it"),
        ("[" * 100_000, f"is nested more than {MAX_DEPTH} deep; flatten it"),
        ("[" * 41 + "]" * 41, f"is nested more than {MAX_DEPTH} deep; flatten it"),
        ('{"a": 1,\n2}', "is not valid JSON: Expecting property name enclosed in double quotes (line 2, column 1)"),
        ("", "is not valid JSON: Expecting value (line 1, column 1); correct the syntax there"),
    ],
    ids=lambda value: value[:12],
)
def test_anything_else_is_refused_with_a_remedy(text: str, message: str) -> None:
    with pytest.raises(StrictInputError) as caught:
        parse_json(text)
    assert str(caught.value).startswith(message)


TEXT = st.text() | st.from_regex(r"[-+.0-9eE]+", fullmatch=True)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=10,
)


def is_beyond_mending(text: str) -> bool:
    try:
        parse_json(text)
    except StrictInputError as error:
        return not error.may_grow
    return False


@given(JSON, st.booleans(), st.data())
def test_wherever_sound_text_breaks_off_it_may_still_grow(content: object, escaped: bool, data: st.DataObject) -> None:
    text = json.dumps(content, ensure_ascii=escaped, indent=1)
    end = data.draw(st.integers(0, len(text) - 1))
    assert not is_beyond_mending(text[:end])


@pytest.mark.parametrize(
    "text",
    ['{"a" 1', '{"a": 1 t', '{"a": oops', '{"a": 1,,', "{} x", '{"a": "x\ny"', '{"a": 1, "a": 1}', "[1 2", "[NaN"],
)
def test_what_more_text_cannot_mend_is_not_taken_for_broken_off(text: str) -> None:
    assert is_beyond_mending(text)


def test_a_mistake_in_the_syntax_has_its_line() -> None:
    with pytest.raises(StrictInputError) as caught:
        parse_json("{\n\n oops}")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b" " * 2_000_001, "is larger than 2 MB; make it smaller"),
        (b'"caf\xe9"', "is not UTF-8 text (at byte 4); save it as UTF-8"),
    ],
    ids=["large", "not UTF-8"],
)
def test_a_file_that_is_no_text_of_a_bearable_size_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(StrictInputError) as caught:
        read_json(tmp_path / "x.json", 2_000_000)
    assert str(caught.value) == message


def test_what_people_hand_in_is_parsed_by_it_alone() -> None:
    """Others read JSON that this program or DuckDB wrote, or cut a text into pieces that are then read strictly."""
    loads = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("loads", "load")
        and getattr(node.value, "id", "") == "json"
    }
    own = {
        "storage/plans/plan_store.py",
        "storage/requests/outcomes.py",
        "storage/warehouse/plain_values.py",
        "orchestration/dagster_internals/event_rows.py",
    }
    assert loads - own == {"strict_input/strict_json.py"}


def test_a_reader_that_judges_entries_itself_gets_what_is_no_number_as_its_text() -> None:
    text = "[NaN, -Infinity, 1e999, 1.5, 7]"
    assert parse_json(text, non_numbers_as_text=True) == ["NaN", "-Infinity", "1e999", 1.5, 7]
