"""YAML files are data within bounds, and a refusal says where and what to do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.strict_input.input_limits import MAX_DEPTH, MAX_LIBRARY_BYTES, StrictInputError
from plan_pipeline.strict_input.strict_yaml import parse_yaml, read_yaml


def test_plain_data_of_every_kind_is_read_as_yaml_means_it() -> None:
    text = "a: 1\nb: [1.5, true, null, 'x', -7, '7']\nc:\n  d: >-\n    two\n    words\ne:\n"
    read = parse_yaml(text)
    assert read == {"a": 1, "b": [1.5, True, None, "x", -7, "7"], "c": {"d": "two words"}, "e": None}


NUMBERS_OF_YAML_1_1 = [
    "0250",
    "007",
    "08",
    "-010",
    "0x10",
    "0b11",
    "0o17",
    "1_000",
    "+5",
    "1.50",
    "1.",
    ".5",
    "1e3",
    "1.0e+3",
    "1:30",
    "12:30:00",
    "190:20:30",
]
WORDS_OF_YAML_1_1 = [
    "yes",
    "No",
    "on",
    "OFF",
    "y",
    "N",
    "~",
    ".inf",
    "-.INF",
    ".nan",
    "=",
    "<<",
    "2027-01-04",
    "2027-99-99",
    "2027-01-04T12:00:00Z",
]


@pytest.mark.parametrize("word", [*NUMBERS_OF_YAML_1_1, *WORDS_OF_YAML_1_1])
def test_what_yaml_1_1_would_guess_at_is_the_text_that_was_written(word: str) -> None:
    assert parse_yaml(f"a: {word}\nb: [{word}]\n") == {"a": word, "b": [word]}


@given(st.from_regex(r"[-+.0-9a-zA-Z_~=<:]{1,10}", fullmatch=True))
def test_a_plain_word_is_its_own_text_or_writes_as_it_was_written(word: str) -> None:
    try:
        read = parse_yaml(f"- {word}")[0]
    except StrictInputError:
        return
    words = {None: ("null",), True: ("true",), False: ("false",)}
    assert isinstance(read, dict | list) or str(read) == word or word.lower() in words.get(read, ())


def test_a_number_of_unbearable_length_is_refused_with_its_line() -> None:
    with pytest.raises(StrictInputError, match="line 2 holds a number of 5000 characters, more than the 100 allowed"):
        parse_yaml("a: 1\nb: " + "9" * 5000)


def test_an_empty_document_is_nothing() -> None:
    assert parse_yaml("# only a comment\n") is None


def test_an_alias_is_refused_so_that_a_few_lines_cannot_stand_for_gigabytes() -> None:
    laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{c}: &{c} [{', '.join(['*' + p] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )

    with pytest.raises(StrictInputError, match=r"^line 2 uses the alias \*a; write the value out instead$"):
        parse_yaml(laughs)


def test_a_merge_key_is_refused_with_its_alias() -> None:
    with pytest.raises(StrictInputError, match=r"line 2 uses the alias \*base"):
        parse_yaml("a: &base {x: 1}\nb: {<<: *base}\n")


def test_a_key_given_twice_is_refused_rather_than_lost() -> None:
    with pytest.raises(StrictInputError, match=r"^line 3 gives the key 'tss' a second time; remove one of them$"):
        parse_yaml("tss: 1\nname: x\ntss: 2\n")


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system ['true']",
        "a: !!python/object:os.Thing {x: 1}",
        "a: !!python/name:os.system ''",
        "a: !mine 1",
    ],
)
def test_a_tag_cannot_make_anything_but_plain_data(text: str) -> None:
    with pytest.raises(StrictInputError, match="tag"):
        parse_yaml(text)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_nesting_by_the_hundred_thousand_is_refused_and_does_not_overflow_the_stack(opening: str) -> None:
    with pytest.raises(StrictInputError, match=f"more than {MAX_DEPTH} deep|a key must be plain text"):
        parse_yaml(opening * 100_000)


def test_a_key_that_is_not_text_is_refused() -> None:
    with pytest.raises(StrictInputError, match="line 1 has a key that is not a word"):
        parse_yaml("[1, 2]: x")


def test_a_second_document_is_refused() -> None:
    with pytest.raises(StrictInputError, match="line 2 starts a second document"):
        parse_yaml("a: 1\n---\nb: 2\n")


def test_a_syntax_error_is_told_with_line_and_column() -> None:
    with pytest.raises(StrictInputError, match=r"^is not valid YAML: .*\(line 2, column \d+\); correct the syntax"):
        parse_yaml("a: [1, 2\nb: 3\n")


WHOLE = """\
# every form of it
plan_id: "é\\u00e9\\x41\\n"
seed: -5
time: 12:30
list: [1, {x: 'it''s', "y": 2.50}]
? long
: - a
  - b
text: |-
   first
folded: >
  second
"""


def is_beyond_mending(text: str) -> bool:
    try:
        parse_yaml(text)
    except StrictInputError as error:
        return not error.may_grow
    return False


@pytest.mark.parametrize("end", range(len(WHOLE)))
def test_wherever_sound_text_breaks_off_it_may_still_grow(end: int) -> None:
    assert not is_beyond_mending(WHOLE[:end])


@pytest.mark.parametrize(
    "text",
    ["a: [1\nb: 2\n", "a: 1\nb\nc: 2\n", "a:\n\tb: 1\n", "a: }\n", "a: 1\n---\nb", "a: *x\nb", "a: 'x'y\n", "\x07 a"],
)
def test_what_more_text_cannot_mend_is_not_taken_for_broken_off(text: str) -> None:
    assert is_beyond_mending(text)


def test_text_that_breaks_off_is_told_with_the_line_where_that_began() -> None:
    with pytest.raises(StrictInputError, match=r"unexpected end of stream \(line 2, column 4\)") as caught:
        parse_yaml("a: 1\nb: 'it begins here\nc: 2\nd: 3\n")
    assert caught.value.line == 2


def test_a_control_character_is_told_in_one_line() -> None:
    with pytest.raises(StrictInputError, match="not valid YAML") as caught:
        parse_yaml("a: \x07")
    assert "\n" not in str(caught.value)


def test_a_file_beyond_the_size_limit_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_bytes(b"#" * (MAX_LIBRARY_BYTES + 1))

    with pytest.raises(StrictInputError, match="is larger than 5 MB; make it smaller"):
        read_yaml(path)


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(StrictInputError, match="does not exist; check the path"):
        read_yaml(tmp_path / "none.yaml")


def test_a_file_that_is_not_utf8_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("name: Schwelle für Müde".encode("latin-1"))

    with pytest.raises(StrictInputError, match="is not UTF-8 text"):
        read_yaml(path)


def test_a_byte_order_mark_is_not_content(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_yaml(path) == {"a": 1}
