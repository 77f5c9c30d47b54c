"""A plan request: every form that is accepted, every form that is refused, and what follows from its dates."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from plan_pipeline.core.model.athlete import TrainingAvailability
from plan_pipeline.core.model.request import ArmName, PlanOptions, PlanRequest, check_key
from plan_pipeline.core.model.vocabulary import BY_RULES, ExperienceLevel, Weekday, WorkoutSource
from plan_pipeline.core.registries import ARMS
from plan_pipeline_tests.core.rules.overviews import a_request


def available(**fields: Any) -> TrainingAvailability:
    return TrainingAvailability.model_validate({"hours_per_week": 8, "week_days": "Tuesday", **fields})


def complaint(**plan: Any) -> str:
    """What is said about a request with something wrong in it."""
    with pytest.raises(ValidationError) as error:
        a_request(**plan)
    return str(error.value)


# --- hours and days ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        *(
            (written, 8.0)
            for written in (8, 8.0, "8", "08", " 8 ", "8.0", "8 h", "8h", "8 H", "8 hours", "8hrs", "8 hr")
        ),
        *(
            (written, 8.0)
            for written in ("7-9", "7 - 9", "7–9", "7 — 9", "7−9", "7‑9", "7 to 9", "7h–9h", "7-9 hours", "8-8")
        ),
        *((written, 8.0) for written in ("~8", "ca. 8", "ca 8h", "about 8", "approx. 8 h", "around 7-9", "≈ 8")),
        *((written, 8.0) for written in ("8 h/week", "8 hours per week", "8h a week", "8:00", "480 min", "8h00")),
        *(
            (written, 7.5)
            for written in (7.5, "7,5", "7,5 h", "7.5h", "7:30", "7:30 h", "7h30", "7 h 30 min", "6.5-8,5")
        ),
        *((written, 10.0) for written in ("10+", "10 +", "10+ h", "10h+", "10+ hours per week")),
        ("7:30-9", 8.25),
    ],
)
def test_hours_are_read_in_every_form_that_has_one_meaning(written: Any, hours: float) -> None:
    assert available(hours_per_week=written).hours_per_week == hours


HOURS_FORMS = "; write 8, 7.5, 7:30 or 8h30, a range such as 7-9 for its middle, or 10+ for 10 or more"


@pytest.mark.parametrize(
    "written",
    [
        "7-",
        "some-many",
        "7-8-9",
        "lots",
        "7-9+",
        "1,000",
        "7:75",
        "7/9",
        "up to 8",
        ">8",
        "7 9",
        "",
        "8 km",
        "0x8",
        "७",
        "8 h 90",
    ],
)
def test_hours_in_another_form_are_refused_with_the_forms(written: str) -> None:
    with pytest.raises(ValidationError, match="hours_per_week") as error:
        available(hours_per_week=written)
    assert f"{written!r} is not read as hours{HOURS_FORMS}" in str(error.value)


@pytest.mark.parametrize("text", ["8{}x", "7 -{}9 9", "8 h{}per"])
@pytest.mark.parametrize("filler", [" ", "- ", "to "])
def test_a_flood_of_characters_is_read_in_no_time(text: str, filler: str) -> None:
    """A pattern that goes back and forth over it would take minutes."""
    flood = text.format(filler * 50_000)
    for fields in (
        {"hours_per_week": flood},
        {"max_minutes": {"tue": flood}},
        {"week_days": flood},
        {"week_days": [flood]},
    ):
        with contextlib.suppress(ValidationError):
            available(**fields)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("9-7", "'9-7' ends before it begins; write the smaller number first"),
        ("9–7 h", "'9–7 h' ends before it begins"),
        ("-7", "greater than 0"),
        (True, "valid number"),
        ([7, 9], "valid number"),
        (0, "greater than 0"),
        ("0-0", "greater than 0"),
        (-3, "greater than 0"),
        (41, "less than or equal to 40"),
        ("40:30", "less than or equal to 40"),
        ("9" * 90 + " h", "less than or equal to 40"),
        (float("nan"), "finite number"),
        (float("inf"), "finite number"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_the_reason(written: Any, said: str) -> None:
    with pytest.raises(ValidationError, match="hours_per_week") as error:
        available(hours_per_week=written)
    assert said in str(error.value)


@pytest.mark.parametrize(
    "written",
    [
        ["tuesday", "saturday"],
        "Tuesday, Saturday",
        "tue,SAT",
        "saturday , tuesday,",
        "TUE/SAT",
        "tu, sa",
        "Tues. & Sat.",
        "Tuesday and Saturday",
        "Saturday; Tuesday",
        "tue sat",
        ["Sat", "tuesday", "Tue"],
        ("Saturday", "Tuesday"),
    ],
)
def test_days_are_a_list_or_a_comma_separated_string_in_any_case_and_order(written: Any) -> None:
    assert available(week_days=written).week_days == (Weekday.TUESDAY, Weekday.SATURDAY)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("Mo-Fr", 5),
        ("Mon – Fri", 5),
        ("monday to friday", 5),
        ("weekdays", 5),
        (["Mon-Wed", "Thu", Weekday.FRIDAY], 5),
        ("daily", 7),
    ],
)
def test_a_range_of_days_is_each_of_them(written: Any, days: int) -> None:
    assert available(week_days=written).week_days == tuple(Weekday)[:days]


def test_a_range_of_days_may_cross_the_end_of_the_week() -> None:
    assert available(week_days="Sat-Mon").week_days == (Weekday.MONDAY, Weekday.SATURDAY, Weekday.SUNDAY)


@pytest.mark.parametrize("written", ["T, S", "Di/Do", "Mon-Wed-Fri", "1,2", "Mon-Someday"])
def test_days_that_could_mean_several_things_are_refused(written: str) -> None:
    with pytest.raises(ValidationError, match=r"week_days\.0"):
        available(week_days=written)


@pytest.mark.parametrize("written", [[], "", " , ", None])
def test_no_day_at_all_is_refused(written: Any) -> None:
    with pytest.raises(ValidationError, match="week_days"):
        available(week_days=written)


def test_an_unknown_day_is_refused_by_its_place() -> None:
    with pytest.raises(ValidationError, match=r"week_days\.1"):
        available(week_days="Tuesday, Someday")


def test_the_cap_of_a_day_is_its_limit_the_whole_day_or_nothing() -> None:
    days = available(week_days="Tuesday, Saturday", max_minutes={"tue": 75})

    assert [days.cap_min(day) for day in (Weekday.TUESDAY, Weekday.SATURDAY, Weekday.MONDAY)] == [75, 1440, 0]


def test_a_cap_on_a_day_that_is_not_available_does_not_make_it_available() -> None:
    assert available(max_minutes={"monday": 60}).cap_min(Weekday.MONDAY) == 0


def test_two_limits_for_one_day_are_refused_rather_than_one_of_them_dropped() -> None:
    with pytest.raises(ValidationError, match="Tuesday has two limits, under 'tuesday' and 'Tue'; keep one"):
        available(max_minutes={"tuesday": 75, "Tue": 60})


@pytest.mark.parametrize(
    "written", [90, "90", "090", "90 min", "90min", "90 minutes", "1h30", "1:30", "1.5 h", "1,5h", 90.0]
)
def test_a_cap_is_minutes_or_a_time(written: Any) -> None:
    assert available(max_minutes={"tue": written}).cap_min(Weekday.TUESDAY) == 90


@pytest.mark.parametrize("written", ["60-90", "1:30:00", "90 s", "none", "1_0", ""])
def test_a_cap_in_another_form_is_refused_with_the_forms(written: str) -> None:
    with pytest.raises(ValidationError) as error:
        available(max_minutes={"tue": written})
    assert f"{written!r} is not read as minutes; write minutes such as 90, or 1:30 or 1h30" in str(error.value)


@pytest.mark.parametrize(
    ("field", "written", "read"),
    [
        ("ftp", "250 W", 250),
        ("ftp", "250,5w", 250.5),
        ("weight_kg", "70 kg", 70),
        ("max_hr", "186 bpm", 186),
        ("age", "41 y", 41),
    ],
)
def test_a_number_may_have_its_unit(field: str, written: str, read: float) -> None:
    assert getattr(a_request(athlete={field: written}).athlete_profile, field) == read


@pytest.mark.parametrize("weeks", ["12", "012", "12 weeks", "12 Wk", 12.0])
def test_weeks_may_have_their_unit_and_ftp_targets_too(weeks: Any) -> None:
    request = a_request(weeks=weeks, target_ftp="270 watts")
    assert (request.weeks, request.target_ftp) == (12, 270)


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("ftp", "3.5 W/kg", "'3.5 W/kg' is not a number of watts; write it like 250"),
        ("ftp", "1,000 W", "'1,000 W' is not a number of watts; write it like 250"),
        ("weight_kg", "154 lb", "'154 lb' is not a number of kilograms; write it like 70"),
        ("age", "40-45", "'40-45' is not a number of years; write it like 41"),
        ("age", "41,5 years", "valid integer"),
    ],
)
def test_a_number_in_another_unit_is_refused_with_the_right_one(field: str, written: str, said: str) -> None:
    assert said in complaint(athlete={field: written})


@pytest.mark.parametrize("caps", [{"tuesday": -1}, {"tuesday": 1441}, {"noday": 60}, {"tuesday": "long"}])
def test_a_cap_that_makes_no_sense_is_refused(caps: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="max_minutes"):
        available(max_minutes=caps)


# --- athlete -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ftp", 0),
        ("ftp", -200),
        ("ftp", 701),
        ("ftp", "strong"),
        ("weight_kg", 10),
        ("max_hr", 20),
        ("age", 3),
        ("age", 130),
        ("start_ctl", -1),
        ("experience_level", "godlike"),
        ("athlete_id", ""),
    ],
)
def test_facts_about_an_athlete_that_cannot_be_are_refused_by_name(field: str, value: Any) -> None:
    assert f"athlete_profile.{field}" in complaint(athlete={field: value})


def test_an_unknown_field_is_refused_by_name_wherever_it_is() -> None:
    assert "weeeks\n  Extra inputs are not permitted" in complaint(weeeks=12)
    assert "athlete_profile.fpt\n  Extra inputs are not permitted" in complaint(athlete={"fpt": 250})
    assert "training_availability.hours\n  Extra inputs" in complaint(availability={"hours": 8})
    assert "options.arm\n  Extra inputs are not permitted" in complaint(options={"arm": "legacy"})
    assert "event.place\n  Extra inputs are not permitted" in complaint(event={"date": "2027-03-28", "place": "Lyon"})


def test_what_is_optional_has_the_documented_default() -> None:
    request = PlanRequest.model_validate(
        {
            "plan_id": "p",
            "weeks": 8,
            "athlete_profile": {
                "athlete_id": "a",
                "ftp": 200,
                "training_availability": {"hours_per_week": 6, "week_days": ["sat"]},
            },
        }
    )

    assert request.athlete_profile.experience_level is ExperienceLevel.INTERMEDIATE
    assert request.options.overview == BY_RULES
    assert request.options.workouts is WorkoutSource.LIBRARY
    assert (request.options.auto_fix, request.options.seed, request.options.experiment) == (True, 0, None)
    assert request.goal_ftp == 210


def test_the_target_ftp_of_the_request_wins_over_the_default() -> None:
    assert a_request(target_ftp=300).goal_ftp == 300


# --- ids -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["a", "0", "rider-042-century", "a_b", "x" * 63])
def test_ids_of_small_letters_digits_dashes_and_underscores_are_kept(key: str) -> None:
    assert check_key(key) == key


@pytest.mark.parametrize(
    "key", ["", "../x", "a|b", "a,b", "Rider", "-a", "_a", "x" * 64, "a b", "a/b", "ä", "a\n", ".", "a."]
)
def test_any_other_id_is_refused_with_what_would_do(key: str) -> None:
    said = complaint(plan_id=key)

    assert "plan_id" in said
    assert "is not a usable id: use 1 to 63 lower-case letters, digits, '-' and '_', starting with a letter" in said


def test_an_experiment_has_an_id_of_the_same_form() -> None:
    assert a_request(options={"experiment": "arms-1"}).options.experiment == "arms-1"
    assert "options.experiment" in complaint(options={"experiment": "arms 1"})


@pytest.mark.parametrize("seed", [-1, 2**63, "x"])
def test_a_seed_outside_its_range_is_refused(seed: Any) -> None:
    assert "options.seed" in complaint(options={"seed": seed})


@pytest.mark.parametrize("arm", ARMS.names())
def test_every_arm_can_be_asked_for(arm: ArmName) -> None:
    assert a_request(options={"duration": arm.upper()}).options.duration == arm


def test_an_unknown_arm_or_overview_writer_is_refused_with_what_would_do() -> None:
    assert "'optimum' is not a known arm; did you mean optimal?" in complaint(options={"duration": "optimum"})
    assert "'xyz' is not a known arm; use one of legacy, adjusted, optimal" in complaint(options={"duration": "xyz"})
    assert "use one of rules, anthropic" in complaint(options={"overview": "xyz"})


def test_workouts_by_a_model_need_a_model_that_writes_the_overview() -> None:
    said = complaint(options={"workouts": "llm"})
    assert "rules write it here; set overview to a model such as 'anthropic', or workouts to 'library'" in said
    assert PlanOptions.model_validate({"workouts": "llm", "overview": "anthropic"}).workouts == "llm"


# --- length and dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [4, 24])
def test_the_shortest_and_the_longest_plan_are_accepted(weeks: int) -> None:
    assert a_request(weeks=weeks, event=None).total_weeks == weeks


@pytest.mark.parametrize(
    ("weeks", "said"),
    [(3, "greater than or equal to 4"), (25, "less than or equal to 24"), (30, "24"), (4.5, "integer")],
)
def test_plans_shorter_than_4_or_longer_than_24_weeks_are_refused(weeks: Any, said: str) -> None:
    assert said in complaint(weeks=weeks, event=None)


@pytest.mark.parametrize("start", [None, "2027-01-04"])
def test_neither_weeks_nor_an_event_says_what_to_give(start: str | None) -> None:
    assert "weeks: is missing; give weeks, or start_date together with event.date" in complaint(
        weeks=None, event=None, start_date=start
    )


def test_an_event_alone_does_not_say_how_long_the_plan_is() -> None:
    assert "start_date: is missing; an event needs start_date or weeks to say how long the plan is" in complaint(
        weeks=None
    )


def test_start_and_event_give_the_length() -> None:
    request = a_request(weeks=None, start_date="2027-01-04")

    assert request.total_weeks == 12
    assert request.first_monday == dt.date(2027, 1, 4)
    assert request.event_weekday is Weekday.SUNDAY


def test_weeks_and_event_give_the_start() -> None:
    assert a_request(weeks=8).first_monday == dt.date(2027, 2, 1)


def test_a_plan_without_dates_has_no_first_day() -> None:
    request = a_request(event=None)

    assert request.first_monday is None
    assert request.event_weekday is None


def test_weeks_that_disagree_with_the_dates_are_refused_with_the_number_that_agrees() -> None:
    assert (
        "weeks: 8 does not lead from start_date 2027-01-04 to event.date 2027-03-28, which is 12 weeks; "
        "set weeks to 12 or leave it out"
    ) in complaint(weeks=8, start_date="2027-01-04")


def test_weeks_that_agree_with_the_dates_are_accepted() -> None:
    assert a_request(weeks=12, start_date="2027-01-04").total_weeks == 12


@pytest.mark.parametrize(("start", "week"), [("2027-03-08", 3), ("2026-10-05", 25)])
def test_an_event_too_near_or_too_far_is_refused_with_its_week(start: str, week: int) -> None:
    assert (
        f"event.date: 2027-03-28 is in week {week} of a plan that starts {start}; "
        "plans have 4 to 24 weeks, so move start_date or event.date"
    ) in complaint(weeks=None, start_date=start)


@pytest.mark.parametrize(("start", "monday"), [("2027-04-05", "2027-04-05"), ("2027-03-23", "2027-03-29")])
def test_an_event_before_the_first_week_is_refused_with_the_day_that_week_begins(start: str, monday: str) -> None:
    assert (
        f"event.date: 2027-03-28 is before {monday}, the Monday on which a plan from start_date {start} begins; "
        "move start_date or event.date"
    ) in complaint(weeks=None, start_date=start)


@pytest.mark.parametrize("day", range(7))
def test_week_1_begins_on_the_first_monday_from_the_start(day: int) -> None:
    start = dt.date(2027, 1, 4) + dt.timedelta(days=day)
    request = a_request(weeks=8, event=None, start_date=start)

    assert request.first_monday == dt.date(2027, 1, 4 if day == 0 else 11)


@pytest.mark.parametrize("weekday", list(Weekday))
def test_the_event_lies_in_the_last_week_on_its_own_weekday(weekday: Weekday) -> None:
    date = dt.date(2027, 3, 22) + dt.timedelta(days=weekday.position)
    request = a_request(weeks=None, start_date="2027-01-01", event={"date": date})

    assert request.event_weekday is weekday
    assert request.first_monday is not None
    assert (date - request.first_monday).days // 7 + 1 == request.total_weeks == 12


@pytest.mark.parametrize("date", ["someday", "2027-02-30", 12])
def test_a_date_that_is_none_is_refused(date: Any) -> None:
    assert "event.date" in complaint(event={"date": date})


def test_a_request_never_changes() -> None:
    request = a_request()

    with pytest.raises(ValidationError, match="frozen"):
        request.weeks = 9  # type: ignore[misc]
