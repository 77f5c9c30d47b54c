"""Reckoning with days holds for every day that there is, the first and the last included."""

from __future__ import annotations

import datetime as dt

from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from plan_pipeline.core.model.days import days_later, monday_of, monday_on_or_after
from plan_pipeline_tests.core.rules.overviews import a_request

ENDS = st.sampled_from([dt.date.min, dt.date.max, dt.date(9999, 12, 27), dt.date(1, 1, 2)])
DAYS = ENDS | st.dates()


@given(DAYS, st.integers(-4_000_000, 4_000_000))
def test_the_calendar_ends_and_nothing_goes_beyond_it(day: dt.date, days: int) -> None:
    later = days_later(day, days)
    assert later in (dt.date.min, dt.date.max) or (later - day).days == days


@given(DAYS)
def test_mondays_are_mondays(day: dt.date) -> None:
    assert monday_of(day).weekday() == monday_on_or_after(day).weekday() == 0
    assert 0 <= (day - monday_of(day)).days < 7


@given(st.none() | DAYS, st.none() | DAYS, st.none() | st.integers(4, 24))
@example(dt.date.max, dt.date.max, None)
@example(dt.date.max, None, 12)
@example(None, dt.date.min, 24)
def test_a_request_of_any_days_is_refused_in_words_or_begins_on_a_monday(
    start: dt.date | None, event: dt.date | None, weeks: int | None
) -> None:
    try:
        request = a_request(start_date=start, event=event and {"date": event}, weeks=weeks)
    except ValidationError:
        return
    assert 4 <= request.total_weeks <= 24
    assert request.first_monday is None or request.first_monday.weekday() == 0
