"""Placing a week's sessions on an athlete's days."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from plan_pipeline.core.duration.envelope import envelope_of
from plan_pipeline.core.model.vocabulary import Weekday, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.week_layout import WeekLayout, WeekNeeds, layouts_of
from plan_pipeline_tests.core.builders import real_config, real_library, without

V, T, S = WorkoutType.VO2MAX, WorkoutType.THRESHOLD, WorkoutType.SWEET_SPOT
TEMPO, MIXED = WorkoutType.TEMPO, WorkoutType.MIXED
FREE = 24 * 60
MAX_TRAINING_DAYS = 6


def layout(
    days: int,
    *quality: WorkoutType,
    on: tuple[Weekday, ...] = tuple(Weekday),
    caps: dict[Weekday, int] | None = None,
    recovery: bool = False,
    hard_sunday: bool = False,
    eve: Weekday | None = None,
    library: Library | None = None,
    **more: object,
) -> WeekLayout | None:
    room = {day: (caps or {}).get(day, FREE) for day in on}
    given = ((eve, WorkoutType.RECOVERY),) if eve else ()
    needs = WeekNeeds(days, quality, recovery, given, since_hard=1 if hard_sunday else 9, **more)  # type: ignore[arg-type]
    return layouts_of(envelope_of(library or real_library(), real_config()), real_config()).lay_out(room, needs)


def placed(*args: int | WorkoutType, **needs: object) -> dict[str, str]:
    found = layout(*args, **needs)  # type: ignore[arg-type]
    assert found is not None
    return {day.weekday.value: day.workout_type.value for day in found.days}


def test_a_usual_week_of_five_days() -> None:
    assert placed(5, T, V) == {
        "Tuesday": "threshold",
        "Wednesday": "endurance",
        "Thursday": "vo2max",
        "Saturday": "endurance",
        "Sunday": "endurance",
    }


def test_a_day_that_is_to_be_easy_holds_nothing_demanding() -> None:
    assert placed(5, T, V, easy=frozenset({Weekday.TUESDAY}))["Tuesday"] == "endurance"


def test_days_that_are_needed_are_trained_for_what_they_are_given() -> None:
    given = ((Weekday.FRIDAY, WorkoutType.OPENERS),)
    found = layouts_of(envelope_of(real_library(), real_config()), real_config()).lay_out(
        dict.fromkeys(Weekday, FREE), WeekNeeds(2, given=given, needed=frozenset({Weekday.FRIDAY}))
    )

    assert found is not None
    assert WorkoutType.OPENERS in [day.workout_type for day in found.days if day.weekday is Weekday.FRIDAY]


def test_masters_have_two_easy_days_between_hard_ones() -> None:
    week = placed(5, T, V, days_between_hard=2)
    hard = [Weekday(day).position for day, kind in week.items() if kind in ("threshold", "vo2max")]

    assert hard[1] - hard[0] > 2


def test_a_test_is_on_a_thursday_or_saturday_with_two_easy_days_before_it() -> None:
    week = placed(5, WorkoutType.TEST, T)
    day = next(Weekday(day).position for day, kind in week.items() if kind == "test")
    hard = [Weekday(day).position for day, kind in week.items() if kind == "threshold"]

    assert day in (3, 5)
    assert not any(0 < day - other <= 2 for other in hard)


def test_the_long_ride_takes_the_weekend_day_with_the_most_room() -> None:
    assert placed(1, caps={Weekday.SATURDAY: 60}) == {"Sunday": "endurance"}


def test_without_a_weekend_the_long_ride_takes_the_day_with_the_most_room() -> None:
    week = (Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY)

    assert placed(3, T, TEMPO, on=week, caps={Weekday.MONDAY: 60, Weekday.WEDNESDAY: 60})["Friday"] == "endurance"


def test_a_sixth_day_is_always_a_recovery_ride() -> None:
    assert "recovery" in placed(6, T, V).values()


def test_a_seventh_day_is_never_trained() -> None:
    assert layout(MAX_TRAINING_DAYS + 1) is None


def test_more_days_than_are_available_cannot_be_placed() -> None:
    assert layout(3, on=(Weekday.TUESDAY, Weekday.SUNDAY)) is None


def test_a_day_too_short_for_any_session_is_not_a_day() -> None:
    assert layout(2, on=(Weekday.TUESDAY, Weekday.SUNDAY), caps={Weekday.TUESDAY: 29}) is None


def test_the_long_ride_takes_the_last_day_before_a_hard_session_does() -> None:
    assert layout(1, T) is None


def test_a_recovery_ride_that_is_wanted_is_there() -> None:
    assert list(placed(4, TEMPO, recovery=True).values()).count("recovery") == 1


def test_a_recovery_ride_that_has_no_day_left_cannot_be_placed() -> None:
    assert layout(2, TEMPO, recovery=True) is None


def test_quality_that_has_no_day_left_cannot_be_placed() -> None:
    assert layout(2, TEMPO, MIXED) is None


def test_the_recovery_ride_follows_a_hard_or_long_day() -> None:
    week = placed(6, T, V)
    order = list(Weekday)
    before = [order[Weekday(day).position - 1].value for day, kind in week.items() if kind == "recovery"]

    assert all(week[day] in ("threshold", "vo2max", "endurance") for day in before)


def test_the_eve_of_an_event_is_easy_and_never_the_long_ride() -> None:
    week = placed(3, on=(Weekday.TUESDAY, Weekday.THURSDAY, Weekday.SATURDAY), eve=Weekday.SATURDAY)

    assert week == {"Tuesday": "endurance", "Thursday": "endurance", "Saturday": "recovery"}


def test_where_only_the_eve_of_an_event_is_left_it_is_an_easy_ride() -> None:
    assert placed(1, on=(Weekday.SATURDAY,), eve=Weekday.SATURDAY) == {"Saturday": "recovery"}


def test_mixed_rides_keep_their_distance_as_hard_ones_do_and_tempo_goes_to_the_working_week() -> None:
    days = (Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.SUNDAY)

    assert set(placed(4, MIXED, T, on=days).values()) == {"mixed", "threshold", "endurance"}
    assert layout(3, MIXED, T, on=days[1:]) is None
    assert placed(4, TEMPO, on=days)["Sunday"] == "endurance"


def test_hard_days_prefer_the_days_that_hold_them() -> None:
    days = (Weekday.TUESDAY, Weekday.THURSDAY, Weekday.SATURDAY)

    assert placed(3, T, on=days, caps={Weekday.TUESDAY: 45})["Thursday"] == "threshold"


def test_a_type_the_library_lacks_cannot_be_placed() -> None:
    assert layout(3, V, library=without(real_library(), "vo2max")) is None


def test_the_same_week_is_laid_out_the_same_way_every_time() -> None:
    assert layout(5, T, V) == layout(5, T, V)


# --- over every set of days ----------------------------------------------------------------------------------

EVERY_WEEK = [days for count in range(1, 8) for days in combinations(Weekday, count)]


@pytest.mark.parametrize("hard", [(T,), (T, V), (T, V, S)], ids=lambda hard: f"{len(hard)} hard")
@pytest.mark.parametrize("hard_sunday", [False, True])
def test_hard_days_are_never_next_to_each_other_over_the_seam_of_weeks(
    hard: tuple[WorkoutType, ...], hard_sunday: bool
) -> None:
    found = 0
    for days in EVERY_WEEK:
        for trained in range(len(hard) + 1, min(len(days), MAX_TRAINING_DAYS) + 1):
            week = layout(trained, *hard, on=days, hard_sunday=hard_sunday)
            if week is None:
                continue
            found += 1
            positions = [d.weekday.position for d in week.days if d.workout_type.is_hard]
            assert len(positions) == len(hard)
            assert all(b - a > 1 for a, b in pairwise([-1, *positions] if hard_sunday else positions))
    assert found > 15


def test_a_weekend_day_is_trained_and_holds_the_long_ride_wherever_there_is_one() -> None:
    for days in EVERY_WEEK:
        for trained in range(1, min(len(days), MAX_TRAINING_DAYS) + 1):
            week = layout(trained, *((T,) if trained > 1 else ()), on=days)
            if week is not None and any(day.is_weekend for day in days):
                assert any(d.weekday.is_weekend and d.workout_type is WorkoutType.ENDURANCE for d in week.days)


def test_only_days_that_are_available_are_trained_and_as_many_as_asked() -> None:
    for days in EVERY_WEEK:
        for trained in range(1, min(len(days), MAX_TRAINING_DAYS) + 1):
            week = layout(trained, on=days)
            assert week is not None
            assert {d.weekday for d in week.days} <= set(days)
            assert len(week.days) == trained
