"""What the plan says to the athlete: the numbers of the request and the weeks, and nothing invented."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.plan import Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import WeekType
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline_tests.core.builders import real_config, real_library, rider

EVENT = {"date": "2027-03-28", "name": "Spring Century"}
DAYS = "tue, wed, thu, sat, sun"


def overview(request: PlanRequest) -> Overview:
    written = plan_overview(request, real_library(), real_config())
    assert isinstance(written, Overview)
    return written


def notes(request: PlanRequest) -> str:
    return overview(request).coaching_notes


def test_notes_open_with_length_goal_and_hours() -> None:
    assert notes(rider(8, DAYS)).startswith(
        "12 weeks of structured training to raise threshold power, from an FTP of 265 W towards 278 W. "
        "Your goals: Improve FTP. Where you did not say it: your goal 'Improve FTP' is read as 'Raise FTP'. "
        "Load weeks hold 7.25 to 8 h; you asked for 8 h a week."
    )


def test_notes_name_the_event_and_its_date() -> None:
    assert "12 weeks up to Spring Century on 28 March 2027" in notes(rider(8, DAYS, event=EVENT))


@pytest.mark.parametrize("goals", [[], [""], ["  ", "\n"], "", "  ", None, [None]])
def test_an_athlete_without_goals_is_told_of_none(goals: object) -> None:
    request = rider(8, DAYS, athlete={"goals": goals})

    assert request.athlete_profile.goals == ()
    assert "Your goals" not in notes(request)


def test_goals_are_one_sentence_however_they_were_written() -> None:
    said = notes(rider(8, DAYS, athlete={"goals": [" Ride\nfar. ", "", "Win"]}))

    assert "towards 278 W. Your goals: Ride far; Win. Where you did not say it" in said


@pytest.mark.parametrize("name", ["", "  ", None])
def test_an_event_without_a_name_is_called_event(name: str | None) -> None:
    assert "12 weeks up to Event on 28 March 2027" in notes(rider(8, DAYS, event={**EVENT, "name": name, "type": " "}))


def test_a_target_at_todays_ftp_is_one_to_hold() -> None:
    written = overview(rider(8, DAYS, target_ftp=265))

    assert "to raise threshold power, to hold an FTP of 265 W. Your goals" in written.coaching_notes
    assert "then test; the plan is to hold 265 W." in written.monitoring_guidance


def test_a_target_below_todays_ftp_is_not_trained_towards() -> None:
    written = overview(rider(8, DAYS, target_ftp=200))

    assert "towards 200 W" not in written.coaching_notes
    assert "Your target of 200 W lies below that, and training is not aimed at less" in written.coaching_notes
    assert "then test; the plan is to hold 265 W." in written.monitoring_guidance


def test_a_target_out_of_reach_is_called_a_direction() -> None:
    written = overview(rider(8, DAYS, target_ftp=400))

    assert (
        "from an FTP of 265 W in the direction of 400 W. That is 51 % more, and trials have shown 11.4 % at most in "
        "12 weeks (295 W) at your level: take it for a direction, not a promise." in written.coaching_notes
    )
    assert "then test; you set yourself 400 W." in written.monitoring_guidance


def test_notes_name_the_weeks_of_every_phase() -> None:
    request = rider(8, DAYS, event=EVENT)
    said = notes(request)

    assert "(base)" in said
    assert "(build)" in said
    assert "(peak)" in said


def test_notes_give_the_taper_its_real_percentages() -> None:
    written = overview(rider(8, DAYS, event=EVENT))
    load = [week.target_hours for week in written.weeks if week.week_type is WeekType.LOAD]
    steps = [f"{100 * (1 - week.target_hours / (sum(load) / len(load))):.0f} %" for week in written.weeks[-2:]]

    assert f"takes volume down by {steps[0]} and {steps[1]} in weeks 11 and 12" in written.coaching_notes


def test_a_taper_before_a_monday_tells_of_the_weeks_that_are_trained() -> None:
    said = notes(rider(8, DAYS, event={"date": "2027-03-22"}))

    assert "in weeks 10 and 11" in said
    assert "100 %" not in said


def test_an_event_with_a_line_break_in_its_name_has_a_focus_of_one_line() -> None:
    request = rider(8, DAYS, event={**EVENT, "name": "Spring\n\tCentury"})
    assert overview(request).weeks[-1].focus.startswith("Spring Century on Sunday")
    assert "weeks up to Spring Century on" in notes(request)


def test_a_plan_without_an_event_has_no_taper_to_tell_of() -> None:
    assert "taper" not in notes(rider(8, DAYS))


def test_notes_name_the_recovery_weeks_and_their_share() -> None:
    written = overview(rider(8, DAYS))

    assert "Weeks 4 and 8 are recovery weeks with about" in written.coaching_notes


def test_one_recovery_week_is_told_in_the_singular() -> None:
    assert "Week 4 is a recovery week with about" in notes(rider(8, DAYS, weeks=4))


def test_a_plan_of_one_block_says_that_it_has_no_recovery_week() -> None:
    assert "There is no recovery week" in notes(rider(8, DAYS, weeks=4, event={"date": "2027-03-28"}))


def test_notes_say_what_the_long_ride_comes_to_and_what_would_suit_where_a_cap_is_in_the_way() -> None:
    century = {**EVENT, "type": "century"}

    assert "grows from 2 h 20 to 3 h 40 in weeks 9 and 10" in notes(rider(8.25, DAYS, event=century))
    assert "220 min would suit a century or sportive of 6 h; with Sunday at 150 min the plan reaches 150." in notes(
        rider(8.25, DAYS, {"saturday": 120, "sunday": 150}, event=century)
    )


def test_notes_name_the_weeks_with_tests_and_the_sharp_days_that_are_really_there() -> None:
    said = notes(rider(8, DAYS, event=EVENT))

    assert "You are tested in weeks 1 and" in said
    assert "what stays is a sharp session on Wednesday and openers on Saturday" in said


def test_notes_say_what_days_leave_no_room_for_and_what_would_make_it() -> None:
    said = notes(rider(5, "sat, sun", goal="vo2max"))

    assert "Two key sessions a week would suit what you train for; your hours and days leave room for one" in said


def test_notes_tell_of_events_on_the_way_and_days_off() -> None:
    off = [{"from": "2027-02-08", "to": "2027-02-12"}]
    said = notes(rider(8, DAYS, event=EVENT, time_off=off, events=[{"date": "2027-02-20", "name": "Club race"}]))

    assert "On the way you ride Club race on 20 February (B); the days around are easy." in said
    assert "You are off from 08 February to 12 February" in said


def test_caps_are_repeated_to_the_athlete() -> None:
    said = notes(rider(8, DAYS, {"tuesday": 75, "thursday": 60}))

    assert "Your limits (Tuesday 75 min and Thursday 60 min) hold in every week." in said


def test_days_and_hard_days_are_counted_from_the_weeks() -> None:
    assert "A load week trains on 1 day with no hard day." in notes(rider(2, "sat"))
    assert "with one hard day" in notes(rider(3, "tue, sat", athlete={"experience_level": "beginner"}))
    assert "at most 2 hard days, never back to back" in notes(rider(8, DAYS))


def test_a_start_that_is_no_monday_is_explained() -> None:
    said = notes(rider(8, DAYS, start_date="2027-01-06"))

    assert "You asked to start on Wednesday 06 January 2027" in said
    assert "so week 1 starts on 11 January 2027." in said


def test_a_start_on_a_monday_needs_no_explanation() -> None:
    assert "You asked to start" not in notes(rider(8, DAYS, start_date="2027-01-04"))


def test_guidance_gives_the_peak_load_of_the_weeks() -> None:
    written = overview(rider(8, DAYS))
    peak = max(week.target_tss for week in written.weeks)

    assert f"planned TSS peaks at {peak:.0f} (about {peak / 7:.0f} a day)" in written.monitoring_guidance


def test_guidance_speaks_of_heart_rate_only_where_its_maximum_is_known() -> None:
    assert "below about 140 beats" in overview(rider(8, DAYS, athlete={"max_hr": 186})).monitoring_guidance
    assert "beats a minute" not in overview(rider(8, DAYS)).monitoring_guidance


def test_guidance_speaks_of_fitness_at_the_start_only_where_it_is_known() -> None:
    assert "you begin at CTL 45" in overview(rider(8, DAYS, athlete={"start_ctl": 45})).monitoring_guidance
    assert "you begin at CTL" not in overview(rider(8, DAYS)).monitoring_guidance


def test_the_focus_of_a_week_names_what_it_holds_and_no_more() -> None:
    weeks = overview(rider(8, DAYS, goal="raise_ftp")).weeks

    assert weeks[1].focus.startswith("Build the work just below threshold: ")
    for week in weeks:
        kinds = {day.workout_type.value for day in week.trained}
        assert ("threshold" in week.focus.partition(": ")[2]) == ("threshold" in kinds)
        assert ("a test" in week.focus) == ("test" in kinds)


def test_a_week_of_easy_rides_is_not_said_to_raise_anything() -> None:
    first = overview(rider(5, DAYS, goal="raise_ftp", athlete={"experience_level": "beginner"})).weeks[0]

    assert "raise" not in first.focus.lower()


def test_the_focus_of_the_last_week_is_the_event() -> None:
    assert overview(rider(8, DAYS, event=EVENT)).weeks[-1].focus == (
        "Spring Century on Sunday: sharp on Wednesday and openers on Saturday, easy otherwise"
    )


@pytest.mark.parametrize(("weeks", "event"), [(4, None), (12, EVENT), (24, None)])
def test_notes_are_long_enough_to_coach_and_short_enough_to_read(weeks: int, event: dict[str, str] | None) -> None:
    dated = {"weeks": weeks} if event is None else {"weeks": weeks, "event": event}

    assert 200 <= len(notes(rider(8, DAYS, **dated)).split()) <= 400


def test_notes_turn_the_levels_of_the_plan_into_the_athletes_watts() -> None:
    said = notes(rider(8, DAYS, athlete={"ftp": 200}))

    assert "threshold 182 to 210 W" in said
    assert "Easy riding stays between 110 and 150 W" in said


def test_notes_name_the_hardest_week() -> None:
    written = overview(rider(8, DAYS))
    hardest = max(written.weeks, key=lambda week: week.target_tss)

    assert f"Week {hardest.week_number} is the hardest, with {hardest.target_tss:.0f} TSS" in written.coaching_notes
