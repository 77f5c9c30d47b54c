"""The kilometres of a week that counts them: its share of the fullest one, in minutes at the paces of its sessions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plan_pipeline.core.duration.distributor import distribute_weekly_hours
from plan_pipeline.core.duration.envelope import DayBounds
from plan_pipeline.core.model.vocabulary import Weekday, WorkoutType
from plan_pipeline.core.overview.budget import STEP_KM, Budget, WeekKm
from plan_pipeline_tests.core.purpose.runner_purposes import marathon_purpose, tables_of

PURPOSE = marathon_purpose()
TABLES = tables_of(PURPOSE)
WEEK = {"Tuesday": "easy", "Wednesday": "easy", "Thursday": "threshold", "Saturday": "easy", "Sunday": "long"}
SAME_PACE = 1.0


def bounds(cap_min: int) -> tuple[DayBounds, ...]:
    found = [TABLES.bounds(WorkoutType(kind), Weekday(day), cap_min) for day, kind in WEEK.items()]
    assert all(found)
    return tuple(day for day in found if day is not None)


def laid_out(minutes: float, cap_min: int = 240) -> Budget:
    """The week with so many minutes spread over its days."""
    days = bounds(cap_min)
    return Budget(days, round(minutes), 0.0, distribute_weekly_hours(days, minutes / 60))


def again_from(minutes: float, cap_min: int = 240) -> Callable[[float], Budget]:
    return lambda factor: laid_out(minutes * factor, cap_min)._replace(pace_factor=factor)


def settled(minutes: float, cap_min: int = 240) -> Budget:
    return WeekKm(PURPOSE, TABLES).settled(3, laid_out(minutes, cap_min), again_from(minutes, cap_min))


def share_km(minutes: float) -> float:
    """Kilometres of minutes as the share of the fullest week's, 60 km, that they are."""
    return 60 * minutes / (60 * PURPOSE.hours)


@pytest.mark.parametrize("minutes", [240, 263, 300])
def test_a_week_has_the_kilometres_that_its_share_of_the_fullest_week_has(minutes: float) -> None:
    km = settled(minutes).km
    assert km == pytest.approx(share_km(minutes), abs=STEP_KM / 2 + 0.01)


@pytest.mark.parametrize("minutes", [200, 251, 287, 331])
def test_kilometres_are_on_a_grid_of_a_half(minutes: float) -> None:
    km = settled(minutes).km
    assert km is not None
    assert km % STEP_KM == 0


def test_faster_sessions_need_fewer_minutes_for_them_than_the_usual_mix() -> None:
    """The usual mix is at 81 % of threshold; mostly easy days are slower, and get more minutes."""
    minutes = 280
    budget = settled(minutes)
    assert budget.minutes > minutes
    assert budget.minutes == round(minutes * budget.pace_factor)


def test_a_week_without_room_on_its_easy_days_is_asked_for_less() -> None:
    roomy, full = settled(280), settled(280, cap_min=57)
    assert roomy.km is not None
    assert full.km is not None
    assert full.km < roomy.km
    assert full.km % STEP_KM == 0


def test_a_week_that_cannot_be_laid_out_for_its_kilometres_stays_as_it_was() -> None:
    first = laid_out(280)
    found = WeekKm(PURPOSE, TABLES).settled(3, first, lambda _: Budget())
    assert found._replace(km=None) == first
    assert found.km is not None


def test_kilometres_that_are_not_to_be_had_give_way_to_those_that_are() -> None:
    """Where laying out again changes nothing, the week has what its minutes come to."""
    first = laid_out(180)
    twice = first._replace(minutes=360)
    found = WeekKm(PURPOSE, TABLES).settled(3, twice, lambda _: first)
    assert found.km is not None
    assert found.km < share_km(360) - 10


def test_a_week_whose_days_are_full_is_not_asked_for_ever_more_minutes() -> None:
    """Days that hold nine tenths of what is wanted make it no slower: asked for again is what its pace takes."""
    asked: list[float] = []

    def again(factor: float) -> Budget:
        asked.append(factor)
        return laid_out(270)._replace(pace_factor=factor, had_share=270 / (300 * factor))

    WeekKm(PURPOSE, TABLES).settled(3, laid_out(270)._replace(had_share=0.9), again)
    assert max(asked) == pytest.approx(min(asked), rel=0.02)


def test_a_race_week_has_no_more_kilometres_than_the_taper_week_before() -> None:
    found = WeekKm(PURPOSE, TABLES).settled(3, laid_out(280), again_from(280), most_km=40.0)
    assert found.km == pytest.approx(40.0, abs=STEP_KM)
