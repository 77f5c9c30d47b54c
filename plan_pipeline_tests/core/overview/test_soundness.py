"""What an overview is refused for, in which words, and what it is not refused for."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.vocabulary import Phase, Weekday, WeekType
from plan_pipeline.core.overview.season import most_load_weeks_in_a_row
from plan_pipeline.core.overview.soundness import OVERVIEW_RULES, overview_breaches
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.core.rules.overviews import LOAD_DAYS, a_request, a_week, sound_weeks, with_week


def breaches(number: int, **changes: object) -> tuple[str, ...]:
    """What the sound overview is refused for after a change of one week."""
    return overview_breaches(a_request(), with_week(sound_weeks(), number, **changes), real_config())


def test_a_sound_overview_has_no_breach() -> None:
    assert overview_breaches(a_request(), sound_weeks(), real_config()) == ()


def test_every_breach_of_every_rule_is_told_in_one_list() -> None:
    found = breaches(2, days="tuesday vo2max, wednesday threshold, friday tempo", target_hours=14, target_tss=2000)

    assert len(found) == 6
    assert all(breach.endswith(".") and "Week 2" in breach for breach in found)


def test_each_rule_is_listed_once() -> None:
    assert len({rule.__name__ for rule in OVERVIEW_RULES}) == len(OVERVIEW_RULES) == 16


# --- shape of the plan -----------------------------------------------------------------------------------


def test_an_overview_of_too_few_weeks_is_refused() -> None:
    found = overview_breaches(a_request(event=None), sound_weeks()[:6], real_config())

    assert found == ("The overview has 6 weeks; the request asks for 8.",)


def test_an_overview_of_too_many_weeks_is_refused() -> None:
    found = overview_breaches(a_request(weeks=7, event=None), sound_weeks(), real_config())

    assert found == ("The overview has 8 weeks; the request asks for 7.",)


def test_weeks_out_of_order_are_refused() -> None:
    first, second, *rest = sound_weeks()

    found = overview_breaches(a_request(), (second, first, *rest), real_config())

    assert found == ("The weeks are numbered 2, 1, 3, 4, 5, 6, 7, 8; number them 1 to 8 in order.",)


@pytest.mark.parametrize(
    ("number", "phase", "sentence"),
    [
        (1, Phase.TAPER, "Week 1: phase taper; the phase of a load week is base or build or peak."),
        (3, Phase.BASE, "Week 3: phase base; the phase of a recovery week is recovery."),
        (7, Phase.PEAK, "Week 7: phase peak; the phase of a taper week is taper."),
        (8, Phase.BUILD, "Week 8: phase build; the phase of an event week is taper."),
    ],
)
def test_a_phase_that_does_not_go_with_the_type_of_week_is_refused(number: int, phase: Phase, sentence: str) -> None:
    assert breaches(number, phase=phase) == (sentence,)


def test_more_than_four_load_weeks_in_a_row_are_refused() -> None:
    weeks = with_week(sound_weeks(), 3, week_type=WeekType.LOAD, phase=Phase.BASE, target_hours=8, days=LOAD_DAYS)

    assert overview_breaches(a_request(), weeks, real_config()) == (
        "Weeks 1 to 6: 6 load weeks in a row; at most 4 may follow each other without a recovery week.",
    )


def test_four_load_weeks_in_a_row_are_refused_from_fifty_on() -> None:
    weeks = with_week(sound_weeks(), 3, week_type=WeekType.LOAD, phase=Phase.BASE, target_hours=8, days=LOAD_DAYS)

    assert overview_breaches(a_request(athlete={"age": 50}), weeks, real_config()) == (
        "Weeks 1 to 6: 6 load weeks in a row; at most 3 may follow each other without a recovery week.",
    )


@pytest.mark.parametrize(
    ("athlete", "total_weeks", "most"),
    [
        ({"age": 49}, 12, 4),
        ({"age": 50}, 12, 3),
        ({"age": None}, 12, 4),
        ({"experience_level": "advanced", "age": 39}, 7, 4),
        ({"experience_level": "advanced", "age": 40}, 7, 3),
        ({"experience_level": "beginner"}, 7, 4),
        ({"experience_level": "beginner"}, 6, 5),
        ({"age": 70}, 4, 5),
    ],
)
def test_the_longest_block_of_load_weeks_follows_from_age_level_and_plan_length(
    athlete: dict[str, object], total_weeks: int, most: int
) -> None:
    cycle = real_config().week.load_cycle
    assert most_load_weeks_in_a_row(a_request(athlete=athlete).athlete_profile, total_weeks, cycle) == most


def test_a_beginner_is_not_asked_for_hard_days_at_once() -> None:
    said = overview_breaches(a_request(athlete={"experience_level": "beginner"}), sound_weeks(), real_config())

    assert said[0] == "Week 1: 2 hard days (Tuesday vo2max, Thursday threshold); at most 0."


def test_an_overview_without_a_load_week_is_refused() -> None:
    weeks = tuple(
        a_week(number, WeekType.RECOVERY, Phase.RECOVERY, 5, "tuesday endurance, saturday endurance")
        for number in range(1, 5)
    )

    assert overview_breaches(a_request(weeks=4, event=None), weeks, real_config()) == (
        "The overview has no load week; at least 1 is needed.",
    )


def test_a_load_week_after_the_taper_is_refused() -> None:
    *weeks, _event_week = sound_weeks()
    request = a_request(event=None)

    found = overview_breaches(request, (*weeks, a_week(8, WeekType.LOAD, Phase.PEAK, 8, LOAD_DAYS)), real_config())

    assert found == ("Week 8: a load week after taper week 7; taper weeks are the last weeks of the plan.",)


def test_more_than_three_taper_weeks_are_refused() -> None:
    weeks = sound_weeks()
    for number, hours in ((5, 6.0), (6, 5.5)):
        weeks = with_week(
            weeks, number, week_type=WeekType.TAPER, phase=Phase.TAPER, target_hours=hours, target_tss=300
        )

    assert overview_breaches(a_request(), weeks, real_config()) == ("The overview has 4 taper weeks; at most 3.",)


def test_a_load_week_in_the_week_of_the_event_is_refused() -> None:
    *weeks, _taper, _event_week = sound_weeks()
    recovery = a_week(7, WeekType.RECOVERY, Phase.RECOVERY, 5, "tuesday endurance, saturday endurance")
    load = a_week(
        8, WeekType.LOAD, Phase.PEAK, 8, "tuesday vo2max, wednesday endurance, thursday tempo, saturday endurance"
    )

    assert overview_breaches(a_request(), (*weeks, recovery, load), real_config()) == (
        "Week 8: a load week holds the event; its type is event or taper.",
    )


def test_the_week_of_the_event_may_be_a_taper_week() -> None:
    assert breaches(8, week_type=WeekType.TAPER) == ()


# --- days ------------------------------------------------------------------------------------------------


def test_training_on_a_day_that_is_not_available_is_refused() -> None:
    assert breaches(3, days="friday endurance, saturday endurance") == (
        "Week 3, Friday: endurance on a day the athlete cannot train; "
        "the days are Tuesday, Wednesday, Thursday, Saturday, Sunday.",
    )


def test_training_on_a_day_capped_at_nothing_is_refused() -> None:
    request = a_request(availability={"max_minutes": {"wednesday": 0}})

    found = overview_breaches(request, sound_weeks(), real_config())

    assert found == tuple(
        f"Week {number}, Wednesday: recovery on a day the athlete cannot train; "
        "the days are Tuesday, Thursday, Saturday, Sunday."
        for number in (1, 2, 4, 5, 6)
    )


@pytest.mark.parametrize("day", ["saturday", "sunday"])
def test_training_on_the_day_of_the_event_or_after_it_is_refused(day: str) -> None:
    request = a_request(event={"date": "2027-03-27", "name": "Spring Century"})

    found = overview_breaches(
        request, with_week(sound_weeks(), 8, days=f"tuesday vo2max, {day} endurance"), real_config()
    )

    assert found == (
        f"Week 8, {day.title()}: endurance on or after the event on Saturday; that day and the days after it are rest.",
    )


def test_days_after_the_weekday_of_the_event_are_trained_in_earlier_weeks() -> None:
    request = a_request(event={"date": "2027-03-25", "name": "Thursday race"})

    assert request.trainable_days(7) == request.athlete_profile.training_availability.week_days
    assert request.trainable_days(8) == (Weekday.TUESDAY, Weekday.WEDNESDAY)


def test_four_hard_days_are_refused() -> None:
    request = a_request(availability={"week_days": "mon, wed, fri, sat, sun", "max_minutes": {}}, weeks=4, event=None)
    days = "monday vo2max, wednesday threshold, friday sweet_spot, saturday endurance, sunday anaerobic"
    light = "monday endurance, saturday endurance"
    weeks = (
        a_week(1, WeekType.LOAD, Phase.BASE, 8, days),
        *(a_week(n, WeekType.RECOVERY, Phase.RECOVERY, 5, light) for n in (2, 3, 4)),
    )

    assert overview_breaches(request, weeks, real_config()) == (
        "Week 1: 4 hard days (Monday vo2max, Wednesday threshold, Friday sweet_spot, Sunday anaerobic); at most 3.",
    )


def test_hard_days_after_one_another_are_refused() -> None:
    assert breaches(2, days="tuesday vo2max, wednesday sweet_spot, saturday endurance, sunday endurance") == (
        "Week 2, Wednesday: sweet_spot the day after vo2max (week 2, Tuesday); "
        "put rest or an easy day between hard days.",
    )


def test_a_hard_sunday_before_a_hard_monday_is_refused() -> None:
    request = a_request(availability={"week_days": "mon, wed, sat, sun", "max_minutes": {}}, weeks=4, event=None)
    days = "monday threshold, wednesday endurance, saturday endurance, sunday vo2max"
    easy = "monday endurance, wednesday endurance, saturday endurance"
    weeks = (
        a_week(1, WeekType.LOAD, Phase.BASE, 8, days),
        a_week(2, WeekType.LOAD, Phase.BASE, 8, days),
        a_week(3, WeekType.RECOVERY, Phase.RECOVERY, 5, easy),
        a_week(4, WeekType.LOAD, Phase.BASE, 8, days),
    )

    assert overview_breaches(request, weeks, real_config()) == (
        "Week 2, Monday: threshold the day after vo2max (week 1, Sunday); put rest or an easy day between hard days.",
    )


SIX_DAYS = {"week_days": "mon, tue, wed, thu, sat, sun", "max_minutes": {}}


def test_six_training_days_without_a_recovery_ride_are_refused() -> None:
    days = "monday endurance, tuesday vo2max, wednesday tempo, thursday threshold, saturday endurance, sunday mixed"

    found = overview_breaches(a_request(availability=SIX_DAYS), with_week(sound_weeks(), 2, days=days), real_config())

    assert found == (
        "Week 2: 6 training days and no recovery ride among them; make one a recovery ride or rest on 2 days.",
    )


def test_six_training_days_are_sound_where_one_is_a_recovery_ride() -> None:
    weeks = with_week(sound_weeks(), 2, days=f"monday endurance, {LOAD_DAYS}")

    assert overview_breaches(a_request(availability=SIX_DAYS), weeks, real_config()) == ()


def test_seven_training_days_are_refused_even_with_a_recovery_ride() -> None:
    request = a_request(availability={"week_days": ",".join(Weekday), "max_minutes": {}})
    weeks = with_week(sound_weeks(), 2, days=f"monday recovery, friday endurance, {LOAD_DAYS}")

    assert overview_breaches(request, weeks, real_config()) == ("Week 2: 7 training days; at least 2 days are rest.",)


@pytest.mark.parametrize(
    "days",
    [
        "tuesday endurance, wednesday endurance, thursday endurance",
        "tuesday endurance, wednesday endurance, thursday endurance, saturday threshold",
    ],
)
def test_a_load_week_without_a_long_ride_at_the_weekend_is_refused(days: str) -> None:
    assert breaches(2, days=days) == (
        "Week 2: no endurance or mixed ride at the weekend, where the long ride belongs; "
        "put one on Saturday or Sunday.",
    )


@pytest.mark.parametrize(
    "availability",
    [
        {"week_days": "tue, wed, thu", "max_minutes": {}},
        {"week_days": "tue, wed, thu, sat", "max_minutes": {"saturday": 59}},
    ],
)
def test_no_long_ride_is_asked_for_where_no_weekend_day_can_hold_one(availability: dict[str, object]) -> None:
    request = a_request(availability=availability, weeks=4, event=None)
    weeks = tuple(
        a_week(n, WeekType.LOAD, Phase.BASE, 8, "tuesday vo2max, wednesday endurance, thursday threshold")
        for n in range(1, 5)
    )

    assert overview_breaches(request, weeks, real_config()) == ()


def test_a_taper_week_of_easy_rides_only_is_refused() -> None:
    assert breaches(7, days="tuesday endurance, thursday recovery, saturday endurance") == (
        "Week 7: a taper week of 3 training days without intensity; keep at least 1 hard, tempo or mixed session.",
    )


@pytest.mark.parametrize(
    "days", ["tuesday endurance, thursday tempo, saturday recovery", "tuesday endurance, saturday recovery"]
)
def test_a_taper_week_is_sound_with_a_tempo_ride_or_with_two_days_only(days: str) -> None:
    assert breaches(7, days=days) == ()


def test_the_day_before_the_event_does_not_ask_for_intensity_in_its_week() -> None:
    assert breaches(8, days="tuesday endurance, thursday endurance, saturday recovery") == ()
    assert breaches(8, days="tuesday endurance, wednesday recovery, thursday endurance, saturday recovery") == (
        "Week 8: a taper week of 4 training days without intensity; keep at least 1 hard, tempo or mixed session.",
    )


# --- hours and load --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (5.9, "Week 2: target_hours 5.9 in a load week; with 8 h a week it is 6 to 8.8 h."),
        (8.9, "Week 2: target_hours 8.9 in a load week; with 8 h a week it is 6 to 8.8 h."),
    ],
)
def test_a_load_week_far_from_the_athletes_hours_is_refused(hours: float, sentence: str) -> None:
    assert breaches(2, target_hours=hours) == (sentence,)


@pytest.mark.parametrize("hours", [6.0, 8.8])
def test_the_limits_of_a_load_week_belong_to_it(hours: float) -> None:
    assert breaches(2, target_hours=hours) == ()


def test_any_week_far_above_the_athletes_hours_is_refused() -> None:
    assert breaches(3, target_hours=9.3, target_tss=400)[0] == (
        "Week 3: target_hours 9.3 in a recovery week; with 8 h a week it is at most 9.2 h."
    )


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (3.1, "Week 3: target_hours 3.1 in a recovery week; with load weeks of 8 h on average it is 3.2 to 6.5 h."),
        (6.75, "Week 3: target_hours 6.75 in a recovery week; with load weeks of 8 h on average it is 3.2 to 6.5 h."),
    ],
)
def test_a_recovery_week_that_is_no_rest_or_nothing_is_refused(hours: float, sentence: str) -> None:
    assert breaches(3, target_hours=hours, target_tss=hours * 50) == (sentence,)


def test_a_taper_week_with_nearly_the_hours_of_a_load_week_is_refused() -> None:
    assert breaches(7, target_hours=6.75) == (
        "Week 7: target_hours 6.75 in a taper week; with load weeks of 8 h on average it is at most 6.5 h.",
    )


def test_a_taper_that_grows_is_refused() -> None:
    assert breaches(8, target_hours=5.5) == (
        "Week 8: target_hours 5.5 after 5 in taper week 7; no taper week has more hours than the one before.",
    )


def test_a_taper_does_not_descend_below_one_session() -> None:
    weeks = with_week(sound_weeks(), 7, days="tuesday vo2max", target_hours=0.5, target_tss=30)

    assert (
        overview_breaches(
            a_request(), with_week(weeks, 8, days="tuesday vo2max", target_hours=0.5, target_tss=30), real_config()
        )
        == ()
    )


def test_hours_that_do_not_fit_the_caps_of_the_trained_days_are_refused() -> None:
    assert breaches(2, days="tuesday vo2max, sunday endurance") == (
        "Week 2: target_hours 8 do not fit its 2 training days, which hold 7.25 h; "
        "lower the hours or train on another available day.",
    )


def test_hours_of_a_week_without_a_training_day_are_refused() -> None:
    assert (
        "Week 3: target_hours 5 do not fit its 0 training days, which hold 0 h; "
        "lower the hours or train on another available day." in breaches(3, days="")
    )


def test_training_days_without_hours_are_refused() -> None:
    assert breaches(8, target_hours=0, target_tss=0) == (
        "Week 8: target_hours 0 for 3 training days; give them hours or make them rest.",
    )


def test_a_week_of_rest_is_refused_where_a_day_could_be_trained() -> None:
    assert breaches(8, days="", target_hours=0, target_tss=0) == (
        "Week 8: no training day in an event week, "
        "where training is possible on Tuesday, Wednesday, Thursday, Saturday.",
    )


@pytest.mark.parametrize(
    ("event_day", "max_minutes"),
    [("2027-03-22", {}), ("2027-03-23", {}), ("2027-03-24", {"tuesday": 25})],
    ids=["Monday", "first available day", "only a short day before it"],
)
def test_the_week_of_the_event_is_empty_where_no_day_before_it_holds_a_session(
    event_day: str, max_minutes: dict[str, int]
) -> None:
    request = a_request(event={"date": event_day}, availability={"max_minutes": max_minutes})
    weeks = with_week(sound_weeks(), 8, days="", target_hours=0, target_tss=0)

    assert overview_breaches(request, weeks, real_config()) == ()


@pytest.mark.parametrize(
    ("tss", "sentence"),
    [
        (152, "Week 2: target_tss 152 for 8 h; it is 20 to 95 an hour, so 160 to 760."),
        (800, "Week 2: target_tss 800 for 8 h; it is 20 to 95 an hour, so 160 to 760."),
    ],
)
def test_tss_that_cannot_come_of_the_hours_is_refused(tss: float, sentence: str) -> None:
    assert breaches(2, target_tss=tss) == (sentence,)
