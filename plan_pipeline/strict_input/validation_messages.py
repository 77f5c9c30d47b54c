"""pydantic's errors in the words of whoever wrote the input: which field, what is wrong with it, and what to do.

The one translator, for every door: requests, definitions, library files, weeks, settings, answers of models and files
of the data folder. The limits that a message names are read from the model.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from plan_pipeline.strict_input.input_limits import MAX_PROBLEMS, shortened

_DATE_KINDS = ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact")
_KINDS = {
    ("a whole number", "write it in digits"): ("int_parsing", "int_type", "int_from_float"),
    ("a number", "write it in digits"): ("float_parsing", "float_type"),
    ("a finite number", "correct it"): ("finite_number",),
    ("text", "put it in quotes"): ("string_type", "string_unicode"),
    ("true or false", "write one of them"): ("bool_parsing", "bool_type"),
    ("a date", "write it like 2027-01-04"): _DATE_KINDS,
    ("a list", "write it like [one, two]"): ("tuple_type", "list_type"),
    ("a mapping", "write it as name: value"): ("dict_type",),
    ("a mapping of fields", "write its fields as name: value"): ("model_type", "model_attributes_type"),
}
_WANTED = {kind: words for words, kinds in _KINDS.items() for kind in kinds}
"""What is wanted, and what to do, by pydantic's names for something else in its place."""

_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}

_KEPT = 300
"""Characters kept of either end of a long message."""

_MOST_NAMES = 12
"""Fields that are listed where an unknown one is like none of them."""

Location = tuple[int | str, ...]
Fields = dict[str, FieldInfo]
Quote = Callable[[Sequence[str], Any], str | None]


class FieldProblem(NamedTuple):
    """One thing that is wrong: the names and positions that lead to the field, what is wrong with it, what to do.

    ``location`` is empty for a problem of the whole, ``remedy`` where ``what`` ends with it.
    """

    location: Location
    what: str
    remedy: str

    @property
    def text(self) -> str:
        """What is wrong and what to do, without the field."""
        return f"{self.what}; {self.remedy}" if self.remedy else self.what

    @property
    def field(self) -> str:
        """The field as ``week_days.1``."""
        return printable(".".join(shortened(str(key)) for key in self.location))

    @property
    def indexed_field(self) -> str:
        """The field as ``parts[0].steps[1]``."""
        path = (f"[{key}]" if isinstance(key, int) else f".{shortened(key)}" for key in self.location)
        return printable("".join(path).removeprefix("."))

    def __str__(self) -> str:
        return f"{self.field}: {self.text}" if self.location else self.text


class FieldProblems:
    """Everything that is wrong with an input; each problem is worded when it is asked for, as there may be millions."""

    def __init__(
        self, details: list[ErrorDetails], model: type[BaseModel], remedies: Mapping[str, str], quote: Quote
    ) -> None:
        self._details, self._model, self._remedies, self._quote = details, model, remedies, quote

    def __len__(self) -> int:
        return len(self._details)

    def __iter__(self) -> Iterator[FieldProblem]:
        return map(self._problem, self._details)

    @property
    def first(self) -> FieldProblem:
        return next(iter(self))

    @property
    def locations(self) -> list[Location]:
        """Where each problem is."""
        return list(map(_location, self._details))

    def _problem(self, detail: ErrorDetails) -> FieldProblem:
        location = _location(detail)
        what, remedy = self._wording(detail, [str(key) for key in location])
        if location and detail["type"] not in ("extra_forbidden", "missing") and "; " not in what:
            remedy = self._remedies.get(str(location[-1]), remedy)
        return FieldProblem(location, what, remedy)

    def _wording(self, detail: ErrorDetails, location: list[str]) -> tuple[str, str]:
        """What is wrong and what to do, where the value is not quoted; the whole input is one, of a missing field."""
        kind, context = detail["type"], detail.get("ctx", {})
        match kind:
            case "missing":
                return "is missing", "add it"
            case "extra_forbidden":
                return "is not a known field", _known_name(location, self._model)
            case "value_error":
                return _without_middle(printable(detail["msg"].removeprefix("Value error, "))), ""
            case "too_short" if detail["input"]:
                return f"has only {len(detail['input'])} entries", f"give at least {context.get('min_length')}"
            case "too_short":
                return "is empty", "give at least one"
            case "string_too_short":
                return "is empty", "give it a text"
            case "too_long":
                return f"has more than {context.get('max_length')} entries", "leave some out"
            case "string_too_long":
                return f"is longer than {context.get('max_length')} characters", "shorten it"
            case "json_invalid":
                return f"is not valid JSON: {context.get('error')}", "correct it"
        quoted = self._quote(location, detail["input"])
        return self._wording_with(detail, location, "this value" if quoted is None else shortened(printable(quoted)))

    def _wording_with(self, detail: ErrorDetails, location: list[str], shown: str) -> tuple[str, str]:
        kind, context = detail["type"], detail.get("ctx", {})
        if kind == "enum":
            return f"{shown} is not known", _known_word(detail)
        if kind == "string_pattern_mismatch":
            return f"{shown} does not match {context.get('pattern')}", "correct it"
        if kind in _BOUNDS:
            bound, name = _BOUNDS[kind]
            return f"must be {bound} {_number(context.get(name))}, not {shown}", _range_of(location, self._model)
        if kind in _WANTED:
            wanted, remedy = _WANTED[kind]
            return f"must be {wanted}, not {shown}", remedy
        message = printable(detail["msg"]).replace("Input should be", "must be").replace("Input should", "must")
        return f"{message}, not {shown}", "correct it"


def field_problems(
    error: ValidationError,
    model: type[BaseModel],
    *,
    remedies: Mapping[str, str] | None = None,
    quote: Quote = lambda _, value: in_words(value),
) -> FieldProblems:
    """Everything that is wrong, in order. ``model`` is what the input was read as, or the items of what it was.

    ``remedies`` are better ones for some fields by name. ``quote`` shows the value at a location; ``None`` keeps it
    secret.
    """
    details = error.errors(include_url=False)
    # A list that has enough items is only too short without those that are broken, each of which is reported.
    wrong = [detail for detail in details if not _has_enough(detail)]
    return FieldProblems(wrong, model, remedies or {}, quote)


def _has_enough(detail: ErrorDetails) -> bool:
    """Whether a list that is called too short has as many items as it is to have."""
    if detail["type"] != "too_short" or not isinstance(detail["input"], Sized):
        return False
    return bool(len(detail["input"]) >= detail.get("ctx", {}).get("min_length", 0))


def describe(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """One line a problem: ``<dotted field>: <what, value>; <remedy>``.

    Of more than ``MAX_PROBLEMS`` the first are listed, and how many there are besides.
    """
    found = field_problems(error, model)
    more = len(found) - MAX_PROBLEMS
    rest = [f"there are {more} more problems; correct these first"] if more > 0 else []
    return [*map(str, islice(found, MAX_PROBLEMS)), *rest]


def first_problem(error: ValidationError, model: type[BaseModel]) -> str:
    """What is wrong first, for a file of our own that is damaged: nobody is to correct it by hand."""
    first = field_problems(error, model).first
    return f"{first.field}: {first.what}" if first.location else first.what


def in_words(value: Any) -> str:
    """A value as people write it in YAML or JSON."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else repr(value)


def printable(text: str) -> str:
    """Text that fits on one line of any terminal: what cannot be shown is escaped."""
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode() for ch in text)


def _location(detail: ErrorDetails) -> Location:
    return tuple(key for key in detail["loc"] if key != "[key]")


def _known_word(detail: ErrorDetails) -> str:
    expected = str(detail.get("ctx", {}).get("expected", "")).replace(" or ", ",")
    words = [word.strip(" '") for word in expected.split(",")]
    given = detail["input"]
    meant = nearest(shortened(given), tuple(words)) if isinstance(given, str) else None
    return f"did you mean {meant}?" if meant else f"use one of {', '.join(words)}"


@lru_cache(maxsize=1024)
def nearest(given: str, words: tuple[str, ...]) -> str | None:
    """The word that was probably meant; a file may hold the same mistake a hundred thousand times."""
    near = get_close_matches(given.lower(), [word.lower() for word in words], n=1)
    return next((word for word in words if near and word.lower() == near[0]), None)


def _known_name(location: list[str], model: type[BaseModel]) -> str:
    """What an unknown field was meant to be: a name beside it, or the same name elsewhere in the model."""
    *parents, name = location
    siblings = _fields_at(parents, model)
    near = nearest(name, tuple(siblings))
    if near:
        return f"did you mean {near}?"
    elsewhere = list(dict.fromkeys(path for path in _paths(_fields_of(model)) if path.rpartition(".")[2] == name))
    if elsewhere:
        return f"did you mean {' or '.join(elsewhere)}?"
    return f"remove it; the fields here are {', '.join(siblings)}" if len(siblings) <= _MOST_NAMES else "remove it"


def _fields_at(location: list[str], model: type[BaseModel]) -> Fields:
    """The fields at a place: of several models where there is a union of them."""
    fields = _fields_of(model)
    for name in location:
        if name in fields:  # otherwise it is the place of an item, or which model of a union it is
            fields = {key: field for inner in _models_in(fields[name].annotation) for key, field in inner.items()}
    return fields


def _fields_of(model: type[BaseModel]) -> Fields:
    """The fields of a model by the names that an input has them under."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[Fields]:
    if get_origin(annotation) in (Union, UnionType, Annotated, tuple, list, dict):
        for argument in get_args(annotation):
            yield from _models_in(argument)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield _fields_of(annotation)


def _paths(fields: Fields, prefix: str = "") -> Iterator[str]:
    for name, field in fields.items():
        yield prefix + name
        for inner in _models_in(field.annotation):
            yield from _paths(inner, f"{prefix}{name}.")


def _range_of(location: list[str], model: type[BaseModel]) -> str:
    """The remedy for a number outside its bounds, from the bounds that the model declares."""
    fields = _fields_at(location[:-1], model)
    aliases = {str(field.validation_alias): field for field in fields.values() if field.validation_alias}
    field = fields.get(location[-1]) or aliases.get(location[-1])
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
