"""YAML read strictly: plain data only, no aliases, no key twice, nothing guessed, bounded in size and depth.

An alias lets a few lines stand for gigabytes, a repeated key silently loses what came before it, and
nesting by the million overflows the stack of the C parser: data is built from parser events, which cannot.

YAML 1.1 takes ``0250`` for 168, ``12:30`` for 750, ``no`` for false and ``2027-01-04`` for no text. Here a word is
a number, a truth value or nothing only where everybody sees one, as in the core schema of YAML 1.2; all else is the
text that was written. What a number field makes of it, its model says.
"""

import re
from pathlib import Path
from typing import Any, Final

import yaml

from plan_pipeline.strict_input.input_limits import (
    MAX_DEPTH,
    MAX_LIBRARY_BYTES,
    MAX_SCALAR,
    StrictInputError,
    read_text,
    shortened,
)

Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C parser where the platform has it, several times as fast; both construct plain data only."""

_TEXT_TAG = "tag:yaml.org,2002:str"
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.([0-9]*[1-9]|0))?")
"""Numbers as they would be written again. ``1.50`` and ``007`` may be names as well, and number fields read them."""

_BEGUN: Final = re.compile(r"|[-:?]|\\?[xuU]?[0-9a-fA-F]{0,8}")
"""What may be left where a text breaks off: nothing, the beginning of a word such as ``-5``, or of an escape."""

_NO_COLON: Final = "could not find expected ':'"
"""The parser's words for a line without one, which it notices on a later line."""

_WORDS: Final = {
    "": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def read_yaml(path: Path, most_bytes: int = MAX_LIBRARY_BYTES, *, follow_links: bool = True) -> Any:
    """The plain data in a YAML file. Raises ``StrictInputError`` for anything that is not a sound file."""
    return parse_yaml(read_text(path, most_bytes, remedy="make it smaller", follow_links=follow_links))


def parse_yaml(text: str) -> Any:
    """The plain data in YAML text, ``None`` for an empty document; see ``read_yaml``."""
    loader = None
    try:
        loader = Loader(text)
        return _document(loader)
    except yaml.YAMLError as error:
        raise _invalid(error, text) from None
    finally:
        if loader is not None:
            loader.dispose()


def _document(loader: Any) -> Any:
    loader.get_event()  # the stream's start
    data = None
    if not loader.check_event(yaml.StreamEndEvent):
        loader.get_event()  # the document's start
        data = _value(loader, loader.get_event(), depth=0)
        loader.get_event()  # the document's end
    if not loader.check_event(yaml.StreamEndEvent):
        raise _refusal(loader.get_event(), "starts a second document; keep one document a file")
    return data


def _value(loader: Any, event: Any, depth: int) -> Any:
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    if isinstance(event, yaml.AliasEvent):
        raise _refusal(event, f"uses the alias *{shortened(str(event.anchor))}; write the value out instead")
    _refuse_tag(event)
    if depth >= MAX_DEPTH:
        raise _refusal(event, f"is nested more than {MAX_DEPTH} deep; flatten it")
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(loader, depth + 1)
    return _mapping(loader, depth + 1)


def _sequence(loader: Any, depth: int) -> list[Any]:
    items = []
    while not isinstance(event := loader.get_event(), yaml.SequenceEndEvent):
        items.append(_value(loader, event, depth))
    return items


def _mapping(loader: Any, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while not isinstance(event := loader.get_event(), yaml.MappingEndEvent):
        if not isinstance(event, yaml.ScalarEvent):
            raise _refusal(event, "has a key that is not a word; a key must be plain text")
        _refuse_tag(event)
        if event.value in found:
            key = shortened(event.value)
            raise _refusal(event, f"gives the key {key!r} a second time; remove one of them")
        found[event.value] = _value(loader, loader.get_event(), depth)
    return found


def _refuse_tag(event: Any) -> None:
    """A tag would have the value made by whatever it names; those of a number or date fail in ways of their own."""
    if event.tag not in (None, _TEXT_TAG):
        tag = shortened(event.tag)
        raise _refusal(event, f"uses the tag {tag}; only plain data is allowed, remove the tag")


def _scalar(event: Any) -> Any:
    _refuse_tag(event)
    text: str = event.value
    is_plain = event.implicit[0]
    if not is_plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if not _NUMBER.fullmatch(text):
        return text
    if len(text) > MAX_SCALAR:
        what = f"a number of {len(text)} characters, more than the {MAX_SCALAR} allowed"
        raise _refusal(event, f"holds {what}; correct it, or put it in quotes if it is text")
    return float(text) if "." in text else int(text)


def _refusal(event: Any, what: str) -> StrictInputError:
    line = event.start_mark.line + 1
    return StrictInputError(f"line {line} {what}", line)


def _invalid(error: yaml.YAMLError, text: str) -> StrictInputError:
    what = getattr(error, "problem", None) or " ".join(str(error).split())
    noticed, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if noticed is None:  # a character that no text may hold
        line = text.encode(errors="surrogatepass").count(b"\n", 0, getattr(error, "position", 0)) + 1
        return StrictInputError(f"is not valid YAML: {what} (line {line}); correct the syntax there", line)
    may_grow = _BEGUN.fullmatch(text[noticed.index :].rstrip()) is not None
    mark = began if began is not None and (may_grow or what == _NO_COLON) else noticed
    where = f"line {mark.line + 1}, column {mark.column + 1}"
    message = f"is not valid YAML: {what} ({where}); correct the syntax there"
    return StrictInputError(message, mark.line + 1, may_grow=may_grow)
