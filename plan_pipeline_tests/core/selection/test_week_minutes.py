"""A week's minutes in bands: what its days' parts are, and how prices bring it to them without touching its hours."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from plan_pipeline.core.duration.envelope import envelope_of
from plan_pipeline.core.limits import EXACT_MIN
from plan_pipeline.core.model.plan import BandMinutes, Choice, Overview, OverviewWeek, WeekSelection
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import OPTIMAL, Band, Phase, WeekType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.core.selection.week_minutes import BandsHeld, MinutesGoal, Prices, badness, goals_of, settled
from plan_pipeline.core.selection.week_selection import select_weeks
from plan_pipeline_tests.core.builders import in_arm, real_config, real_library, rider
from plan_pipeline_tests.core.rules.overviews import a_week

SWEET_SPOT_AND_THRESHOLD = (Band.SWEET_SPOT, Band.THRESHOLD)
FIVE_DAYS = "tue, wed, thu, sat, sun"
HARD_DAYS = "tuesday threshold, wednesday endurance, thursday sweet_spot, saturday endurance, sunday endurance"


class Chosen(NamedTuple):
    missed_min: float
    held: BandsHeld


def holding(minutes: float, missed_min: float = 0.0) -> Chosen:
    """A week with so many minutes in the first band."""
    bands = (minutes, 0.0, 0.0, 0.0)
    return Chosen(missed_min, BandsHeld(bands, bands))


def market(*offers: tuple[float, float]) -> Callable[[Prices], Chosen]:
    """A choice between offers, each a cost and minutes in the first band: at any prices the cheapest of them."""
    return lambda prices: holding(min((cost + prices[0] * minutes, minutes) for cost, minutes in offers)[1])


@pytest.mark.parametrize(
    ("goal", "minutes"),
    [
        (MinutesGoal((0,), 20, 100), 30),
        (MinutesGoal((0,), 0, 15, is_limit=True), 10),
        (MinutesGoal((0,), 25, 35), 30),
    ],
)
def test_prices_find_the_offer_that_keeps_to_the_goal(goal: MinutesGoal, minutes: float) -> None:
    again = market((50, 10), (10, 17), (40, 30), (220, 60))
    first = holding(17)

    assert settled(first, [goal], again, EXACT_MIN).held.in_all[0] == minutes


def test_a_test_is_no_part_of_what_the_athlete_has_at_most() -> None:
    tested = BandsHeld((30, 0, 0, 0), (10, 0, 0, 0))

    assert MinutesGoal((0,), 0, 15, is_limit=True).missed(tested) == 0
    assert MinutesGoal((0,), 25, 40).missed(tested) == 0


def test_no_price_is_asked_where_goals_are_met() -> None:
    def never(prices: Prices) -> Chosen | None:
        raise AssertionError(prices)

    first = holding(20)
    assert settled(first, [MinutesGoal((0,), 15, 25)], never, EXACT_MIN) is first


def test_hours_are_never_given_for_minutes() -> None:
    first = holding(0)

    best = settled(first, [MinutesGoal((0,), 15, 25)], lambda _: holding(20, missed_min=30), EXACT_MIN)

    assert best is first


def test_too_much_for_the_athlete_is_worse_than_too_little_for_the_aim() -> None:
    goals = [MinutesGoal((0,), 30, 60, 40), MinutesGoal((0,), 0, 20, is_limit=True)]

    assert badness(goals, holding(30).held) > badness(goals, holding(20).held)


# --- with real workouts ----------------------------------------------------------------------------------------


def wanted(minutes: float, *bands: Band, days: str = HARD_DAYS, hours: float = 8, number: int = 2) -> OverviewWeek:
    target = BandMinutes(bands=bands, wanted=minutes, least=0.8 * minutes)
    return a_week(number, WeekType.LOAD, Phase.BUILD, hours, days).model_copy(update={"minutes": (target,)})


def chosen(request: PlanRequest, *weeks: OverviewWeek, library: Library | None = None) -> tuple[WeekSelection, ...]:
    numbered = tuple(week.model_copy(update={"week_number": i}) for i, week in enumerate(weeks, start=1))
    overview = Overview(weeks=numbered, coaching_notes="", monitoring_guidance="")
    return select_weeks(in_arm(request, OPTIMAL), overview, library or real_library(), real_config())


def minutes_in(choices: tuple[Choice, ...], *bands: Band) -> float:
    envelope = envelope_of(real_library(), real_config())
    total = 0.0
    for choice in choices:
        table = envelope.tables[choice.library_workout_id]
        at = table.lengths.index(table.nearest(choice.target_min))
        total += float(table.content.bands[[list(Band).index(band) for band in bands], at].sum())
    return total


@pytest.mark.parametrize("minutes", [50.0, 75.0, 100.0])
def test_a_week_holds_the_minutes_that_are_wanted_of_it(minutes: float) -> None:
    (week,) = chosen(rider(8, FIVE_DAYS), wanted(minutes, *SWEET_SPOT_AND_THRESHOLD))

    held = minutes_in(week.choices, *SWEET_SPOT_AND_THRESHOLD)
    assert 0.8 * minutes - 0.5 <= held <= 1.15 * minutes + 0.5
    assert sum(choice.target_min for choice in week.choices) == 480


def test_minutes_follow_what_is_wanted_from_week_to_week() -> None:
    steps = (55.0, 70.0, 85.0, 100.0)
    weeks = chosen(rider(8, FIVE_DAYS), *(wanted(m, *SWEET_SPOT_AND_THRESHOLD) for m in steps))

    held = [minutes_in(week.choices, *SWEET_SPOT_AND_THRESHOLD) for week in weeks]
    assert all(0.8 * m - 0.5 <= minutes <= 1.15 * m + 0.5 for m, minutes in zip(steps, held, strict=True))
    assert held[-1] >= 1.25 * held[0]


def test_a_week_holds_no_more_of_a_band_than_the_level_has() -> None:
    beginner = rider(5, "tue, thu, sat, sun", athlete={"experience_level": "beginner"})
    days = "tuesday threshold, thursday endurance, saturday threshold, sunday endurance"
    week = a_week(7, WeekType.LOAD, Phase.BUILD, 5, days)
    overview = Overview(
        weeks=tuple(week.model_copy(update={"week_number": n}) for n in range(1, 9)),
        coaching_notes="",
        monitoring_guidance="",
    )
    last = select_weeks(in_arm(beginner, OPTIMAL), overview, real_library(), real_config())[-1]

    most = purpose_of(beginner, real_config()).most_minutes(Band.THRESHOLD, 8)
    assert minutes_in(last.choices, Band.THRESHOLD) <= most + 0.5


def test_the_rationale_names_the_minutes_that_a_workout_is_for() -> None:
    (week,) = chosen(rider(8, FIVE_DAYS), wanted(60, *SWEET_SPOT_AND_THRESHOLD))
    by_type = {str(choice.workout_type): choice.rationale for choice in week.choices}

    assert "for 60 minutes at 84–105 % this week" in by_type["threshold"]
    assert "minutes at" not in by_type["endurance"]


def test_goals_are_the_aims_and_the_levels() -> None:
    purpose = purpose_of(rider(8, FIVE_DAYS), real_config())
    goals = goals_of(purpose, wanted(60, *SWEET_SPOT_AND_THRESHOLD))

    assert (goals[-1].bands, goals[-1].least, goals[-1].wanted) == ((0, 1), 48, 60)
    assert goals[-1].most == pytest.approx(69)
    assert all(goal.is_limit for goal in goals[:-1])
