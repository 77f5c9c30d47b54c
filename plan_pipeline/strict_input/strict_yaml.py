"""YAML read strictly: plain data only, no aliases, no key twice, bounded in size and depth.

Belongs here: what holds for any YAML file that people hand in. Does not belong here: what the data means.
An alias lets a few lines stand for gigabytes, a repeated key silently loses what came before it, and
nesting by the million overflows the stack of the C parser: data is built from parser events, which cannot.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from plan_pipeline.strict_input.input_limits import MAX_DEPTH, MAX_LIBRARY_BYTES, MAX_SCALAR, read_plain_file, shortened

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C parser where the platform has it, several times as fast; both construct plain data only."""

_TEXT_TAG = "tag:yaml.org,2002:str"


class StrictYamlError(ValueError):
    """A file cannot be read; the message says what is wrong, on which line, and what to do."""


def read_yaml(path: Path, most_bytes: int = MAX_LIBRARY_BYTES, *, follow_links: bool = True) -> Any:
    """The plain data in a YAML file. Raises ``StrictYamlError`` for anything that is not a sound file."""
    try:
        content = read_plain_file(path, most_bytes, follow_links=follow_links)
        if len(content) > most_bytes:
            raise StrictYamlError(f"has more than the {most_bytes} bytes allowed; make it smaller")
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise StrictYamlError(f"cannot be read ({error.strerror}); check that it is a file you may read") from None
    except UnicodeDecodeError as error:
        raise StrictYamlError(f"is not UTF-8 text (at byte {error.start}); save it as UTF-8") from None
    return parse_yaml(text)


def parse_yaml(text: str) -> Any:
    """The plain data in YAML text, ``None`` for an empty document; see ``read_yaml``."""
    loader = None
    try:
        loader = _Loader(text)
        return _document(loader)
    except yaml.YAMLError as error:
        raise StrictYamlError(_wording(error)) from None
    except ValueError as error:  # a scalar such as 2027-99-99 that looks like a date and is none
        if isinstance(error, StrictYamlError):
            raise
        raise StrictYamlError(f"holds a value that cannot be read ({error}); put it in quotes") from None
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
        raise StrictYamlError(f"{_line(loader.get_event())} starts a second document; keep one document a file")
    return data


def _value(loader: Any, event: Any, depth: int) -> Any:
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(loader, event)
    if isinstance(event, yaml.AliasEvent):
        raise StrictYamlError(
            f"{_line(event)} uses the alias *{shortened(str(event.anchor))}; write the value out instead"
        )
    _refuse_tag(event)
    if depth >= MAX_DEPTH:
        raise StrictYamlError(f"{_line(event)} is nested more than {MAX_DEPTH} deep; flatten it")
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
            raise StrictYamlError(f"{_line(event)} has a key that is not a word; a key must be plain text")
        _refuse_tag(event)
        if event.value in found:
            key = shortened(event.value)
            raise StrictYamlError(f"{_line(event)} gives the key {key!r} a second time; remove one of them")
        found[event.value] = _value(loader, loader.get_event(), depth)
    return found


def _refuse_tag(event: Any) -> None:
    """A tag would have the value made by whatever it names; those of a number or date fail in ways of their own."""
    if event.tag not in (None, _TEXT_TAG):
        tag = shortened(event.tag)
        raise StrictYamlError(f"{_line(event)} uses the tag {tag}; only plain data is allowed, remove the tag")


def _scalar(loader: Any, event: Any) -> Any:
    _refuse_tag(event)
    tag = event.tag or loader.resolve(yaml.ScalarNode, event.value, event.implicit)
    if tag == _TEXT_TAG:
        return event.value
    if len(event.value) > MAX_SCALAR:
        what = f"a number or date of {len(event.value)} characters, more than the {MAX_SCALAR} allowed"
        raise StrictYamlError(f"{_line(event)} holds {what}; correct it, or put it in quotes if it is text")
    node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
    return loader.construct_object(node)


def _line(event: Any) -> str:
    return f"line {event.start_mark.line + 1}"


def _wording(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or " ".join(str(error).split())
    where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark is not None else ""
    return f"is not valid YAML: {what}{where}; correct the syntax there"
