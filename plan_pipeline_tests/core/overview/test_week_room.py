"""What the days of a week can have: the long run at its minutes first, then what gives way for its hours."""

from __future__ import annotations

from plan_pipeline.core.duration.day_limits import day_limits
from plan_pipeline.core.limits import up_to_grid
from plan_pipeline.core.model.plan import TrainingDay
from plan_pipeline.core.model.vocabulary import Weekday, WorkoutType
from plan_pipeline.core.overview.long_patterns import with_patterns
from plan_pipeline.core.overview.long_rides import long_rides
from plan_pipeline.core.overview.race_days import race_days
from plan_pipeline.core.overview.season import WeekSlot, season_of
from plan_pipeline.core.overview.week_layout import WeekLayout
from plan_pipeline.core.overview.week_room import (
    LONG_EASY_DAYS_COST,
    LONGER_THAN_LATELY_COST,
    NO_LONG_RUN_COST,
    SHORTER_LONG_RIDES,
    WeekRoom,
    training_day,
)
from plan_pipeline_tests.core.purpose.runner_purposes import marathon_purpose, purpose, tables_of
from plan_pipeline_tests.core.running import in_kilometres

PURPOSE = marathon_purpose()
TABLES = tables_of(PURPOSE)
SLOTS = season_of(PURPOSE)
RIDES = with_patterns(PURPOSE, SLOTS, long_rides(PURPOSE, SLOTS), TABLES)
RACES = {slot.number: race_days(PURPOSE, slot.number) for slot in SLOTS}
WEEK = {"Tuesday": "easy", "Thursday": "threshold", "Saturday": "easy", "Sunday": "long"}
FIRST = SLOTS[0]
LONG_MIN = up_to_grid(RIDES[1].minutes)

Room = list[tuple[float, dict[Weekday, tuple[int, int]]]]


def room(slot: WeekSlot = FIRST, week: dict[str, str] = WEEK, given_up: float = 0.0) -> Room:
    """What each way gives up, and the shortest and longest of each of its days."""
    days = [TABLES.bounds(WorkoutType(kind), Weekday(day), 24 * 60) for day, kind in week.items()]
    layout = WeekLayout(tuple(day for day in days if day is not None))
    assert len(layout.days) == len(week)
    ways = WeekRoom(PURPOSE, TABLES, RIDES, RACES).of(slot, layout, given_up)
    return [(cost, {day.weekday: (day.shortest, day.longest) for day in found}) for cost, found in ways]


def test_the_first_way_has_the_long_run_at_its_minutes_for_nothing() -> None:
    cost, days = room()[0]
    assert (cost, days[Weekday.SUNDAY]) == (0.0, (LONG_MIN, LONG_MIN))


def test_no_easy_run_is_longer_than_the_long_one_there() -> None:
    _, days = room()[0]
    assert days[Weekday.TUESDAY][1] <= LONG_MIN
    assert days[Weekday.SATURDAY][1] <= LONG_MIN


def test_the_long_run_gives_a_few_minutes_before_anything_else_is_given_up() -> None:
    found = room()[: len(SHORTER_LONG_RIDES)]
    assert [(cost, days[Weekday.SUNDAY][1]) for cost, days in found] == [
        (lost, LONG_MIN - shorter) for shorter, lost in SHORTER_LONG_RIDES
    ]


def test_then_easy_days_may_be_longer_than_the_long_run_up_to_the_longest_of_late() -> None:
    """In the third week, a cutback, the long run is shorter than those of the weeks before it."""
    days = dict(room(SLOTS[2]))[LONG_EASY_DAYS_COST]
    assert days[Weekday.SUNDAY][1] < days[Weekday.SATURDAY][1] <= longest_of_late(3)


def test_then_days_may_be_longer_than_any_run_of_late() -> None:
    days = dict(room(SLOTS[2]))[LONGER_THAN_LATELY_COST]
    assert days[Weekday.SUNDAY][1] < longest_of_late(3) < days[Weekday.SATURDAY][1]


def test_a_session_that_is_longer_than_any_run_of_late_at_its_shortest_is_no_longer_than_that() -> None:
    """Six kilometres are half an hour or so, and no interval session is that short."""
    request = in_kilometres(20, athlete={"current_weekly_km": 14, "longest_run_km": 5, "age": 30}, weeks=8)
    found = purpose(request)
    slots, tables = season_of(found), tables_of(found)
    rides = with_patterns(found, slots, long_rides(found, slots), tables)
    days = [TABLES.bounds(WorkoutType(kind), Weekday(day), 24 * 60) for day, kind in WEEK.items()]
    layout = WeekLayout(tuple(day for day in days if day is not None))
    races = {slot.number: race_days(found, slot.number) for slot in slots}
    _, first = next(iter(WeekRoom(found, tables, rides, races).of(slots[0], layout, 0.0)))
    (threshold,) = [day for day in first if day.workout_type is WorkoutType.THRESHOLD]
    assert rides[1].minutes < threshold.shortest == threshold.longest


def longest_of_late(number: int) -> int:
    return up_to_grid(max(RIDES[week].minutes for week in range(1, number + 1)))


def test_the_long_run_leaves_its_line_last_of_all() -> None:
    cost, days = room()[-1]
    assert cost == NO_LONG_RUN_COST
    assert days[Weekday.SUNDAY][0] < LONG_MIN < days[Weekday.SUNDAY][1]


def test_what_the_layout_gives_up_is_added_to_each_way() -> None:
    assert [cost for cost, _ in room(given_up=3.0)] == [cost + 3.0 for cost, _ in room()]


def test_a_week_without_a_long_run_of_its_own_gives_up_nothing_for_it() -> None:
    assert room(SLOTS[-1], {"Tuesday": "easy", "Thursday": "easy"})[0][0] == 0.0


def test_the_long_run_is_held_to_its_structure() -> None:
    number = next(n for n, ride in RIDES.items() if ride.is_quality)
    days = [TABLES.bounds(WorkoutType(kind), Weekday(day), 24 * 60) for day, kind in WEEK.items()]
    layout = WeekLayout(tuple(day for day in days if day is not None))
    _, found = next(iter(WeekRoom(PURPOSE, TABLES, RIDES, RACES).of(SLOTS[number - 1], layout, 0.0)))
    (long_run,) = [day for day in found if day.weekday is Weekday.SUNDAY]
    ride = RIDES[number]
    asked = TrainingDay(weekday=ride.day, workout_type=ride.kind, role=ride.role, patterns=ride.patterns)
    assert long_run.limits == day_limits(PURPOSE, number, asked)


def test_days_that_are_alike_are_shared_by_weeks() -> None:
    assert training_day(Weekday.MONDAY, WorkoutType.EASY) is training_day(Weekday.MONDAY, WorkoutType.EASY)
