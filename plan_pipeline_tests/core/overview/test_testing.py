"""When the athlete is tested."""

from __future__ import annotations

from typing import Any

from plan_pipeline.core.overview.season import season_of
from plan_pipeline.core.overview.testing import weeks_with_tests
from plan_pipeline_tests.core.overview.purposes import event, purpose


def weeks_of(**plan: Any) -> list[int]:
    its = purpose(**plan)
    return sorted(weeks_with_tests(its, season_of(its)))


def test_a_plan_without_an_event_begins_and_ends_with_a_test_and_has_one_every_four_to_six_weeks() -> None:
    assert weeks_of(weeks=8) == [1, 4, 8]
    assert weeks_of(weeks=12) == [1, 4, 8, 12]
    assert weeks_of(weeks=12, athlete={"age": 55}) == [1, 6, 12]


def test_a_short_plan_is_tested_at_its_ends_only() -> None:
    assert weeks_of(weeks=5) == [1, 5]


def test_before_an_event_the_last_test_is_two_weeks_away_and_a_plan_under_ten_weeks_has_none() -> None:
    assert max(weeks_of(event=event("century"))) <= 10
    assert weeks_of(weeks=9, event=event("century")) == []


def test_a_beginner_rides_two_weeks_before_the_first_test() -> None:
    assert min(weeks_of(level="beginner")) == 3
