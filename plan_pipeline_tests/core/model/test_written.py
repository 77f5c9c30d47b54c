"""What people write is read as they mean it or refused: nothing becomes another number, truth value or day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from plan_pipeline.core.experiment import Experiment
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.written import Day, Number, Truth, WholeNumber
from plan_pipeline.experiments.design import Design
from plan_pipeline.library.files import LibraryFile
from plan_pipeline.llm.coach_texts import TextsDraft
from plan_pipeline.llm.overview_draft import KmOverviewDraft, OverviewDraft
from plan_pipeline.llm.weeks.drafts import AddWeek
from plan_pipeline.llm.weeks.running_drafts import AddRunningWeek
from plan_pipeline.services.week_files import OverviewWeekFile, WorkoutFile

NUMBER: TypeAdapter[float] = TypeAdapter(Number)
WHOLE: TypeAdapter[int] = TypeAdapter(WholeNumber)
TRUTH: TypeAdapter[bool] = TypeAdapter(Truth)
DAY: TypeAdapter[dt.date] = TypeAdapter(Day)


def outcome(kind: TypeAdapter[Any], written: object) -> object:
    """What is read, or the name of the refusal."""
    try:
        return kind.validate_python(written)
    except ValidationError as error:
        return error.errors()[0]["type"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("250", 250), ("0250", 250), (" 8 ", 8), ("007", 7), ("+5", 5), ("1.50", 1.5), (".5", 0.5), ("08.5", 8.5), (7, 7)],
)
def test_a_number_is_what_a_person_reads(written: object, meant: float) -> None:
    assert outcome(NUMBER, written) == meant


NO_NUMBERS = ["0x10", "0b11", "0o17", "1_000", "1,000", "1e3", "1:30", "190:20:30", "１２", "٣", "", ".", "nan", ".inf"]


@pytest.mark.parametrize("written", [*NO_NUMBERS, "yes", "true", True, False, None, "9" * 101, [1]])
def test_what_is_no_number_to_everybody_is_refused(written: object) -> None:
    assert outcome(NUMBER, written) == "float_type"
    assert outcome(WHOLE, written) == "int_type"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (8.0, 8),
        ("8.0", 8),
        ("0100", 100),
        (8.5, "int_type"),
        ("8.5", "int_type"),
        (2**63, 2**63),
        (2.0**60, "int_type"),
    ],
)
def test_a_whole_number_is_exact(written: object, read: object) -> None:
    assert outcome(WHOLE, written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (True, True),
        ("TRUE", True),
        ("false", False),
        *((word, "bool_type") for word in (1, 0, 1.0, "yes", "on", "n", "1")),
    ],
)
def test_a_truth_value_is_true_or_false_and_nothing_else(written: object, read: object) -> None:
    assert outcome(TRUTH, written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2027-01-04", dt.date(2027, 1, 4)),
        ("2027-1-4", dt.date(2027, 1, 4)),
        ("2027-01-04T00:00:00Z", dt.date(2027, 1, 4)),
        *((word, "date_type") for word in (2027, 20270104, "20270104", "2027", 0, True, "04.01.2027", "2027-02-30")),
    ],
)
def test_a_day_is_written_with_its_year_first_and_is_never_a_count_of_seconds(written: object, read: object) -> None:
    assert outcome(DAY, written) == read


@given(st.integers(-(10**20), 10**20), st.integers(0, 5))
def test_leading_zeros_change_no_whole_number(number: int, zeros: int) -> None:
    sign = "-" if number < 0 else ""
    assert outcome(WHOLE, f"{sign}{'0' * zeros}{abs(number)}") == number


@given(st.text(max_size=8))
def test_text_is_a_number_only_where_its_digits_say_so(text: str) -> None:
    read = outcome(NUMBER, text)

    assert read == "float_type" or (text.strip().isascii() and float(text) == read)


@pytest.mark.parametrize(
    "model",
    [
        PlanRequest,
        LibraryFile,
        Experiment,
        Design,
        OverviewDraft,
        KmOverviewDraft,
        AddWeek,
        AddRunningWeek,
        TextsDraft,
        OverviewWeekFile,
        WorkoutFile,
    ],
)
def test_no_model_that_strangers_fill_in_has_a_field_that_guesses(model: type[BaseModel]) -> None:
    """By its schema, so that a new field is held to it as well."""
    assert set(loose_scalars(model.__pydantic_core_schema__)) == set()


def loose_scalars(schema: Any, field: str = "", parent: str = "") -> Iterator[str]:
    """The fields of pydantic's schema that take a number for a truth value, or a number of seconds for a day."""
    if isinstance(schema, dict):
        kind = schema.get("type")
        if kind in ("int", "float", "bool") and not schema.get("strict"):
            yield field
        if kind == "date" and parent != "function-before":
            yield field
        for name, inner in schema.items():
            yield from loose_scalars(inner, name if kind is None else field, str(kind))
    elif isinstance(schema, list | tuple):
        for inner in schema:
            yield from loose_scalars(inner, field, parent)
