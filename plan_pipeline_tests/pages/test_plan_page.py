"""The page of a plan: whole in one file, safe whatever the words, with every workout to look at."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from plan_pipeline.core.coach_texts.texts import WrittenTexts, texts_of, with_texts
from plan_pipeline.core.day_alternatives import Alternative, PlanAlternatives
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.pages.plan_page import plan_page
from plan_pipeline_tests.html_reader import HOSTILE, Reader, asks_for, broken_references
from plan_pipeline_tests.pages.plans import alternatives, edited, example, undated, with_text_everywhere

PLAN, ALTERNATIVES = example(), alternatives()
WORKOUTS = [workout for week in PLAN.training_plan.weekly_plan for workout in week.workouts]


@pytest.fixture(scope="module")
def page() -> Reader:
    return Reader(plan_page(PLAN, alternatives=ALTERNATIVES))


def texts(page: Reader) -> str:
    return "\n".join(tag.text for tag in page.tags)


def test_it_asks_for_nothing_over_the_network_and_runs_no_script(page: Reader) -> None:
    assert asks_for(page) == []
    assert page.all("script") == []
    assert page.policy == [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert [name for tag in page.tags for name in tag.attributes if name.startswith("on")] == []


def test_hostile_text_in_any_field_is_shown_and_neither_ends_nor_begins_anything() -> None:
    others = (Alternative(HOSTILE, HOSTILE, 60.0, 50.0, HOSTILE),)
    hostile = PlanAlternatives(dict.fromkeys(ALTERNATIVES.by_day, others), HOSTILE, HOSTILE)
    page = Reader(plan_page(with_text_everywhere(PLAN, HOSTILE), alternatives=hostile))
    assert page.all("img") == page.all("script") == []
    assert [name for tag in page.tags for name in tag.attributes if name.startswith("on")] == []
    shown = {tag.name for tag in page.tags if "onerror=alert(1)" in tag.text}
    assert shown >= {"title", "h1", "h3", "b", "p", "td", "li", "code", "span"} and "style" not in shown
    assert "{{ 7 * 7 }}" in texts(page)


def test_weeks_have_a_preview_and_key_workouts_a_purpose(page: Reader) -> None:
    coach = texts_of(PLAN)
    previews = [tag.text for tag in page.all("p") if tag.attributes.get("class") == "preview"]
    assert previews == [week.preview for week in coach.weeks]
    purposes = [text for week in coach.weeks for text in week.purposes if text]
    in_details = [tag.text for tag in page.all("p") if tag.attributes.get("class") == "purpose"]
    assert sorted(in_details) == sorted(purposes)


def test_a_models_preview_is_shown_as_text_whatever_is_in_it() -> None:
    written = with_texts(PLAN, WrittenTexts(previews={1: "<img src=x onerror=alert(1)>"}, purposes={(1, 0): "<b>x"}))
    page = Reader(plan_page(written))
    assert page.all("img") == []
    assert "<img src=x onerror=alert(1)>" in texts(page)


def test_every_workout_is_a_button_that_opens_what_is_said_of_it(page: Reader) -> None:
    buttons = page.of_class("session")
    dialogs = {tag.attributes["id"] for tag in page.of_class("dialog")}
    assert len(buttons) == len(WORKOUTS)
    assert {tag.attributes["popovertarget"] for tag in buttons} == dialogs
    said = texts(page)
    assert all(workout.description in said and workout.rationale in said for workout in WORKOUTS)


def test_every_workout_names_others_for_its_day_with_a_reason_each(page: Reader) -> None:
    dialogs = page.of_class("dialog")
    listed = page.of_class("others")
    assert len(listed) == len(dialogs) == len(ALTERNATIVES.by_day)
    names, told = {tag.text for tag in page.all("b")}, [tag.text for tag in page.all("li")]
    for others in ALTERNATIVES.by_day.values():
        for other in others:
            assert other.name in names
            assert any(f"{other.tss:.0f} TSS) {other.reason}." in text for text in told)
    assert f"library {ALTERNATIVES.library_version}, configuration {ALTERNATIVES.config_version}" in texts(page)


def test_a_day_that_the_library_has_nothing_else_for_says_so() -> None:
    none = ALTERNATIVES._replace(by_day=dict.fromkeys(ALTERNATIVES.by_day, ()))
    page = Reader(plan_page(PLAN, alternatives=none))
    assert page.of_class("others") == []
    assert "The library has no other endurance workout for this day." in texts(page)


def test_without_alternatives_it_says_how_to_ask_for_them() -> None:
    page = Reader(plan_page(PLAN))
    assert page.of_class("others") == []
    assert "What it was chosen over" in texts(page) and "What else could stand" not in texts(page)


def test_a_step_is_told_in_minutes_percent_watts_and_words(page: Reader) -> None:
    segment = WORKOUTS[0].segments[0]
    ftp = PLAN.training_plan.athlete_profile.ftp
    assert segment.intensity_low_pct is not None and segment.intensity_high_pct is not None
    watts = f"{segment.intensity_low_pct * ftp / 100:.0f}–{segment.intensity_high_pct * ftp / 100:.0f} W"
    cells = [tag.text for tag in page.all("td")]
    assert cells[cells.index(watts) - 1] == f"{segment.intensity_low_pct:g}–{segment.intensity_high_pct:g} %"
    assert cells[cells.index(watts) + 1] == segment.description


def test_events_tests_and_days_off_are_marked(page: Reader) -> None:
    assert [tag.attributes["class"] for tag in page.of_class("event")] == ["event", "event main"]
    assert len(page.of_class("test")) == sum(workout.type is WorkoutType.TEST for workout in WORKOUTS)
    assert [tag.text for tag in page.of_class("none") if "Off" in tag.text] == ["Off: work trip"] * 4


def test_optional_and_auto_fixed_workouts_are_marked_and_say_why() -> None:
    log = f"Shortened {WORKOUTS[0].weekday} {WORKOUTS[0].name!r} to 40 min."

    def edit(content: dict[str, Any]) -> None:
        week = content["training_plan"]["weekly_plan"][0]
        week["validation"] |= {"auto_fixed": True, "fix_log": log}
        week["workouts"][1] |= {"optional": True, "optional_reason": "the week passes without it"}

    page = Reader(plan_page(edited(PLAN, edit)))
    assert sorted(tag.text for tag in page.of_class("tag")) == ["auto-fixed", "auto-fixed", "optional"]
    assert len(page.of_class("optional")) == 1
    assert log in texts(page) and "the week passes without it" in texts(page)


def test_a_plan_without_dates_shows_weeks_and_weekdays() -> None:
    page = Reader(plan_page(undated(PLAN)))
    assert page.of_class("dates") == []
    assert not re.search(r"\b20\d\d\b", texts(page).partition("What to know")[0].partition("Training plan")[2])
    assert {"Monday", "Sunday"} <= {tag.text for tag in page.of_class("unseen")}


def test_charts_say_in_a_sentence_what_they_show_and_their_numbers_are_in_a_table(page: Reader) -> None:
    charts = [tag for tag in page.all("svg") if "viewbox" in tag.attributes]
    named = [tag.attributes["aria-label"] for tag in charts if tag.attributes.get("role") == "img"]
    assert [name.split(".")[0] for name in named] == [
        "Hours a week",
        "Training load a week",
        "Minutes that count for the goal, at 84–105 % of FTP",
        "Fitness, fatigue and form",
    ]
    assert len([tag for tag in page.all("th") if tag.attributes["scope"] == "row"]) > len(
        PLAN.training_plan.weekly_plan
    )


def test_a_goal_that_is_not_counted_in_minutes_has_no_chart_of_them() -> None:
    def edit(content: dict[str, Any]) -> None:
        for week in content["training_plan"]["weekly_plan"]:
            week.pop("minutes", None)

    assert "chart-goal" not in plan_page(edited(PLAN, edit))


def test_broken_and_waived_rules_are_told_before_those_that_are_kept() -> None:
    def edit(content: dict[str, Any]) -> None:
        content["rule_results"][3] |= {"passed": False, "severity": "warning", "message": "too close"}
        content["rule_results"][4] |= {"passed": False, "waived": True, "message": "not mine"}

    page = Reader(plan_page(edited(PLAN, edit)))
    items = [tag.attributes["class"] for tag in page.all("li") if tag.attributes.get("class") in ("warning", "waived")]
    assert items == ["warning", "waived"]
    assert page.of_class("good") == []


def test_every_id_is_there_once_and_every_reference_has_its_target(page: Reader) -> None:
    assert broken_references(page) == []


def test_every_heading_of_a_table_says_what_it_is_the_heading_of(page: Reader) -> None:
    assert {tag.attributes.get("scope") for tag in page.all("th")} == {"row", "col", "rowgroup"}


def test_every_button_has_a_name(page: Reader) -> None:
    assert all(tag.attributes.get("aria-label") for tag in page.of_class("close"))
    assert len(page.all("button")) == 2 * len(WORKOUTS)


def test_headings_go_down_one_level_at_a_time(page: Reader) -> None:
    levels = [int(tag.name[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag.name)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_it_is_for_light_dark_small_and_printed_a_page_a_block(page: Reader) -> None:
    for query in ("prefers-color-scheme: dark", "max-width", "print"):
        assert re.search(rf"@media [^{{]*{query}", page.styles)
    assert len(page.of_class("block")) == 4
    assert re.search(r"\.block \{ break-before: page", page.styles)


def test_every_variable_is_defined(page: Reader) -> None:
    assert set(re.findall(r"var\(--([\w-]+)\)", page.html)) <= set(re.findall(r"--([\w-]+):", page.styles))


def test_the_same_plan_gives_the_same_page(page: Reader) -> None:
    assert plan_page(PLAN, alternatives=ALTERNATIVES) == page.html


def test_one_week_has_the_calendar_of_that_week_alone() -> None:
    page = Reader(plan_page(PLAN, week=7))
    assert [tag.attributes["id"] for tag in page.all("h3") if tag.attributes.get("id", "").startswith("week-")] == [
        "week-7"
    ]
    assert broken_references(page) == []


def test_a_page_of_a_long_plan_stays_below_a_megabyte() -> None:
    plan = example("rider-007-stage-race")
    weeks = len(plan.training_plan.weekly_plan)
    page = plan_page(plan, alternatives=alternatives("rider-007-stage-race"))
    assert len(page.encode()) / weeks < 1_000_000 / 24
