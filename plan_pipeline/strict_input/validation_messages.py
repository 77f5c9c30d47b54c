"""pydantic's errors about a request or another file that people write, in the words of whoever wrote it.

Belongs here: naming the field, what was given and what to do. Does not belong here: the limits themselves,
which are read from the model, or where the request was found (see ``request_files``).
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.strict_input.input_limits import MAX_PROBLEMS, shortened

_WANTED = {
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "text",
    "string_unicode": "text",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "date_type": "a date",
    "date_parsing": "a date",
    "date_from_datetime_parsing": "a date",
    "date_from_datetime_inexact": "a date",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping of fields",
    "model_attributes_type": "a mapping of fields",
}

_REMEDY = {
    "text": "put it in quotes",
    "a date": "write it like 2027-01-04",
    "a list": "write it like [one, two]",
    "a whole number": "write it in digits",
    "a number": "write it in digits",
    "a mapping": "write it as name: value",
    "a mapping of fields": "write its fields as name: value",
}

_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}


def describe(error: ValidationError, model: type[BaseModel] = PlanRequest) -> list[str]:
    """One line a problem of a request, or of another ``model``: ``<dotted field>: <what, value>; <remedy>``.

    Of more than ``MAX_PROBLEMS`` the first are told, and how many there are besides.
    """
    details = [detail for detail in error.errors(include_url=False) if not _is_short_of_broken_items(detail)]
    more = len(details) - MAX_PROBLEMS
    rest = [f"there are {more} more problems; correct these first"] if more > 0 else []
    return [*(_line(detail, model) for detail in details[:MAX_PROBLEMS]), *rest]


def printable(text: str) -> str:
    """Text that fits on one line of any terminal: what cannot be shown is escaped."""
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode() for ch in text)


def _is_short_of_broken_items(detail: ErrorDetails) -> bool:
    """Whether a list is only empty without its items that are broken, each of which is reported."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _line(detail: ErrorDetails, model: type[BaseModel]) -> str:
    location = [shortened(str(key)) for key in detail["loc"] if key != "[key]"]
    field = printable(".".join(location))
    kind, value = detail["type"], detail["input"]
    if kind == "missing":
        what = "is missing; add it"
    elif kind == "extra_forbidden":
        what = f"is not a known field; {_known_name(location, model)}"
    elif kind == "value_error":
        what = _without_middle(printable(detail["msg"].removeprefix("Value error, ")))
        if not field:  # the model's own checks begin with the field they are about
            return what
    elif kind == "enum":
        what = _unknown_word(detail)
    elif kind in _BOUNDS:
        limit = detail.get("ctx", {}).get(_BOUNDS[kind][1])
        what = f"must be {_BOUNDS[kind][0]} {_number(limit)}, not {_shown(value)}; {_range_of(location, model)}"
    elif kind in ("too_short", "string_too_short"):
        what = "is empty; give at least one" if kind == "too_short" else "is empty; give it a text"
    elif kind == "too_long":
        what = f"has more than {detail.get('ctx', {}).get('max_length')} entries; leave some out"
    elif kind == "string_too_long":
        what = f"is longer than {detail.get('ctx', {}).get('max_length')} characters; shorten it"
    elif kind in _WANTED:
        wanted = _WANTED[kind]
        what = f"must be {wanted}, not {_shown(value)}; {_REMEDY.get(wanted, 'correct it')}"
    else:
        what = f"{printable(detail['msg'])}, not {_shown(value)}; correct it"
    return f"{field}: {what}" if field else what


def _unknown_word(detail: ErrorDetails) -> str:
    words = [
        word.strip(" '") for word in str(detail.get("ctx", {}).get("expected", "")).replace(" or ", ",").split(",")
    ]
    given = detail["input"]
    near = get_close_matches(given.lower(), [word.lower() for word in words], n=1) if isinstance(given, str) else []
    meant = next((word for word in words if near and word.lower() == near[0]), None)
    remedy = f"did you mean {meant}?" if meant else f"use one of {', '.join(words)}"
    return f"{_shown(given)} is not known; {remedy}"


def _known_name(location: list[str], model: type[BaseModel]) -> str:
    """What an unknown field was meant to be: a name beside it, or the same name elsewhere in the request."""
    *parents, name = location
    siblings = _fields_at(parents, model)
    near = get_close_matches(name.lower(), siblings, n=1)
    if near:
        return f"did you mean {near[0]}?"
    elsewhere = [path for path in _paths(model) if path.rpartition(".")[2] == name]
    if elsewhere:
        return f"did you mean {' or '.join(elsewhere)}?"
    return f"remove it; the fields here are {', '.join(siblings)}"


def _fields_at(location: list[str], model: type[BaseModel]) -> dict[str, FieldInfo]:
    fields = model.model_fields
    for name in location:
        if name.isdecimal():  # the place of an item in a list
            continue
        inner = _model_in(fields[name].annotation) if name in fields else None
        fields = inner.model_fields if inner else {}
    return fields


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if get_origin(annotation) in (Union, UnionType, tuple):
        return next((model for model in map(_model_in, get_args(annotation)) if model), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _paths(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield prefix + name
        inner = _model_in(field.annotation)
        if inner:
            yield from _paths(inner, f"{prefix}{name}.")


def _range_of(location: list[str], model: type[BaseModel]) -> str:
    """The remedy for a number outside its bounds, from the bounds that the model declares."""
    field = _fields_at(location[:-1], model).get(location[-1])
    bounds: dict[str, Any] = {}
    for constraint in field.metadata if field else ():
        bounds |= {name: getattr(constraint, name) for name in ("ge", "gt", "le", "lt") if hasattr(constraint, name)}
    low, high = bounds.get("ge", bounds.get("gt")), bounds.get("le", bounds.get("lt"))
    if low is None or high is None:
        return "correct it"
    first = f"from {_number(low)}" if "ge" in bounds else f"above {_number(low)}"
    last = f"to {_number(high)}" if "le" in bounds else f"below {_number(high)}"
    return f"give a number {first} {last}"


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _without_middle(text: str) -> str:
    """A message that quotes a value, and says what to do at its end; of a value that is a whole file, the beginning."""
    return text if len(text) <= 2 * _KEPT else f"{text[:_KEPT]}…{text[-_KEPT:]}"


_KEPT = 300


def _shown(value: Any) -> str:
    return shortened(printable(repr(value)))
