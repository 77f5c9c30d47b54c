"""The start page, the library's page and the comparison of two versions: whole, safe and complete."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from plan_pipeline.core.model.vocabulary import ExperienceLevel
from plan_pipeline.core.model.workout import Library
from plan_pipeline.pages.comparison_page import comparison_page
from plan_pipeline.pages.library_page import library_page
from plan_pipeline.pages.start_page import PlanLine, start_page
from plan_pipeline_tests.core.builders import real_config, real_library
from plan_pipeline_tests.html_reader import HOSTILE, Reader, asks_for, broken_references
from plan_pipeline_tests.pages.plans import edited, example, with_text_everywhere

STATUSES = ("published", "rolled back", "rejected")


def line(plan_id: str, status: str = "published", **fields: Any) -> PlanLine:
    defaults = {"page": "", "athlete": "rider", "goal": "raise_ftp", "weeks": "12", "made": "2027-01-04", "remark": ""}
    return PlanLine(plan_id=plan_id, status=status, is_trouble=status != "published", **{**defaults, **fields})


def changed_plan() -> Any:
    """The example, one workout of it shorter, one gone and one more hour wanted."""

    def edit(content: dict[str, Any]) -> None:
        week = content["training_plan"]["weekly_plan"][1]
        week["target_hours"] += 1
        week["workouts"].pop()
        week["workouts"][0]["segments"].pop()
        week["workouts"][0]["duration_min"] -= 5

    return edited(example(), edit)


@pytest.fixture(scope="module")
def pages() -> dict[str, Reader]:
    made = {
        "start": start_page(
            [line("a", page="plans/a.html"), line("b", "rejected")],
            statuses=STATUSES,
            libraries={"The workout library": "l.html"},
        ),
        "library": library_page(real_library(), real_config(), start="index.html"),
        "comparison": comparison_page(example(), changed_plan()),
    }
    return {name: Reader(html) for name, html in made.items()}


@pytest.mark.parametrize("name", ["start", "library", "comparison"])
def test_a_page_asks_for_nothing_and_runs_only_the_script_it_brings(pages: dict[str, Reader], name: str) -> None:
    page = pages[name]
    assert asks_for(page) == []
    allowed = [each for each in page.policy if each.startswith("script-src")]
    hashes = [base64.b64encode(hashlib.sha256(tag.text.encode()).digest()).decode() for tag in page.all("script")]
    assert allowed == [f"script-src 'sha256-{each}'" for each in hashes]


@pytest.mark.parametrize("name", ["start", "library", "comparison"])
def test_every_reference_has_its_target_and_every_picture_its_words(pages: dict[str, Reader], name: str) -> None:
    page = pages[name]
    assert broken_references(page) == []
    pictures = page.of_class("profile")
    assert all(tag.attributes.get("aria-label") for tag in pictures)


def test_the_start_page_counts_plans_by_status_and_lists_each_once(pages: dict[str, Reader]) -> None:
    page = pages["start"]
    rows = [tag for tag in page.all("tr") if "data-item" in tag.attributes]
    assert [row.attributes["data-status"] for row in rows] == ["published", "rejected"]
    assert [tag.attributes["href"] for tag in page.all("a")] == ["l.html", "plans/a.html"]


def test_hostile_words_in_the_list_are_shown_as_they_are() -> None:
    hostile = line(HOSTILE, athlete=HOSTILE, goal=HOSTILE, remark=HOSTILE, page="plans/x.html")
    page = Reader(start_page([hostile], statuses=STATUSES))
    assert page.all("img") == [] and len(page.all("script")) == 1
    assert sum("onerror=alert(1)" in tag.text for tag in page.all("td")) == 3


def test_hostile_words_in_the_library_are_shown_as_they_are() -> None:
    workout = real_library().workouts[0]
    step = workout.segments[0]
    texts = dict.fromkeys(("name", "purpose", "description"), HOSTILE)
    parts = tuple(part.model_copy(update={"description": HOSTILE}) for part in workout.parts)
    hostile = Library(version=HOSTILE, workouts=(workout.model_copy(update={**texts, "parts": parts}),))
    page = Reader(library_page(hostile, real_config()))
    assert step and page.all("img") == [] and len(page.all("script")) == 1


def test_hostile_words_in_two_versions_are_shown_as_they_are() -> None:
    page = Reader(comparison_page(example(), with_text_everywhere(example(), HOSTILE)))
    assert page.all("img") == page.all("script") == []


def test_every_workout_of_the_library_is_there_with_what_it_can_be_found_by(pages: dict[str, Reader]) -> None:
    cards = [tag.attributes for tag in pages["library"].of_class("card")]
    assert len(cards) == len(real_library().workouts)
    for card in cards:
        shortest, longest = map(int, card["data-reach"].split())
        assert shortest <= longest
        assert card["data-phase"] and card["data-kind"]
        assert card["data-level"].split()[-1] == ExperienceLevel.ADVANCED


def test_changed_workouts_stand_side_by_side(pages: dict[str, Reader]) -> None:
    page = pages["comparison"]
    assert [tag.text for tag in page.all("h3") if tag.text.startswith("Week")] == ["Week 2"]
    assert [tag.attributes["class"] for tag in page.of_class("tile")] == ["tile", "tile", "tile", "tile empty"]
    assert sorted(tag.text for tag in page.of_class("status")) == ["length", "removed"]


def test_two_versions_that_are_the_same_are_said_to_be() -> None:
    page = Reader(comparison_page(example(), example()))
    assert [tag.text for tag in page.of_class("summary")] == ["Nothing changed."]
    assert page.all("figure") == []
