"""No text of a running plan speaks of rides, and none of a cycling plan of runs: notes, weeks, pages, terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import pytest
from rich.console import Console

from plan_pipeline.cli import tables
from plan_pipeline.cli.explanation_text import IN_WORDS, explained
from plan_pipeline.core.coach_texts.texts import texts_of
from plan_pipeline.core.explanation import WeekReasons, explain_week
from plan_pipeline.core.model.plan import Plan, PlanWeek
from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.on_dates import put_on_dates
from plan_pipeline.core.plan_comparison import compare_plans
from plan_pipeline.core.selection.criteria import Criterion
from plan_pipeline.pages.comparison_page import comparison_page
from plan_pipeline.pages.library_page import library_page
from plan_pipeline.pages.plan_page import plan_page
from plan_pipeline.services.explanations import WeekExplanation
from plan_pipeline_tests.core.builders import MONDAY
from plan_pipeline_tests.core.running import running_config, running_library
from plan_pipeline_tests.core.running_plans import REQUESTS, made, running_plan
from plan_pipeline_tests.html_reader import Reader
from plan_pipeline_tests.pages.plans import example

OF_RIDES = re.compile(
    r"\b(?:rid(?:e|es|er|ers|ing|den)|bi(?:ke|kes|cycle|cycles)|watts?|FTP|pedals?|saddle|gears|W/kg)\b|\d W\b|\bNP\b",
    re.IGNORECASE,
)
OF_RUNS = re.compile(
    r"\b(?:(?:long|easy|recovery|steady|trail|longest) runs?|(?:the|a|each|your|this|every) run|you run|runner|"
    r"running pace|easy running|jog\w*|marathon[ -]pace|strides?|threshold pace|per kilometre|VDOT)\b|\d/(?:km|mi)\b",
    re.IGNORECASE,
)
FOREIGN = {Sport.RUNNING: OF_RIDES, Sport.CYCLING: OF_RUNS}

OF_NO_SPORT = re.compile(r"child on a bicycle|change gears?\b", re.IGNORECASE)
"""What workouts of the library say of runs all the same: who runs beside, and what quicker feet are called."""

EXAMPLES = ("rider-318-ultra", "rider-042-century", "rider-108-first-season")


@lru_cache(maxsize=16)
def plan_of(name: str) -> Plan:
    return running_plan(name) if name in REQUESTS else example(name)


def in_terminal(plan: Plan, width: int = 80) -> str:
    """What ``show`` prints of a plan, and of each of its weeks."""
    console, body = Console(width=width), plan.training_plan
    with console.capture() as captured:
        console.print(tables.plan_overview(plan, width, plan.rule_results))
        for week, texts in zip(body.weekly_plan, texts_of(plan).weeks, strict=True):
            console.print(tables.week_in_full(week, body.plan_metadata, texts, body.athlete_profile.units))
    return captured.get()


def texts_about(plan: Plan) -> Iterator[tuple[str, str]]:
    """Everything that people read of a plan, by what it is."""
    meta = plan.training_plan.plan_metadata
    yield "coaching notes", meta.coaching_notes
    yield "monitoring guidance", meta.monitoring_guidance
    for week, texts in zip(plan.training_plan.weekly_plan, texts_of(plan).weeks, strict=True):
        yield f"focus of week {week.week_number}", week.focus
        yield f"preview of week {week.week_number}", texts.preview
        yield f"purposes of week {week.week_number}", "\n".join(filter(None, texts.purposes))
    yield "page", visible(plan_page(plan))
    yield "show", in_terminal(plan)
    if meta.start_date is not None:
        moved = put_on_dates(plan, MONDAY)
        yield "comparison", visible(comparison_page(plan, moved))
        yield "changes", compare_plans(plan, moved).summary


def visible(page: str) -> str:
    """The words of a page, those for who does not see it included."""
    reader = Reader(page)
    labels = [tag.attributes.get("aria-label") or "" for tag in reader.tags]
    return " ".join([*(tag.text for tag in reader.tags if tag.name not in ("style", "script")), *labels])


def foreign_words(text: str, sport: Sport) -> list[str]:
    said = OF_NO_SPORT.sub("", text)
    return [said[max(0, found.start() - 40) : found.end() + 20] for found in FOREIGN[sport].finditer(said)]


@pytest.mark.parametrize("name", [*REQUESTS, *EXAMPLES])
def test_no_text_of_a_plan_has_words_of_another_sport(name: str) -> None:
    plan = plan_of(name)
    found = {
        what: words for what, text in texts_about(plan) if (words := foreign_words(text, plan.training_plan.sport))
    }
    assert found == {}


def test_the_library_page_of_runs_speaks_of_no_rides_but_where_one_crosses_over_to_them() -> None:
    library = running_library()
    without = tuple(w for w in library.workouts if w.type is not WorkoutType.CROSS_TRAINING)
    page = library_page(Library(version="1", workouts=without, sport=library.sport), running_config())
    assert foreign_words(visible(page), Sport.RUNNING) == []


@pytest.mark.parametrize("name", ["marathon", "trail"])
def test_no_explanation_of_a_running_week_has_words_of_rides(name: str) -> None:
    console, made_of = Console(width=120), made(name)
    assert made_of.overview is not None
    with console.capture() as captured:
        for week in running_plan(name).training_plan.weekly_plan[4:8]:
            reasons = explain_week(REQUESTS[name], made_of.overview, running_library(), running_config(), week)
            for each in explained(explanation_of(week, reasons)):
                console.print(each)
    said = captured.get()
    assert "work late in the run" in said or "points" in said
    assert foreign_words(said, Sport.RUNNING) == []


def test_every_criterion_that_points_are_given_for_has_words() -> None:
    assert set(IN_WORDS) == set(Criterion)


def explanation_of(week: PlanWeek, reasons: WeekReasons) -> WeekExplanation:
    """The reasons for a week as the command gets them."""
    return WeekExplanation(
        plan_id="p",
        week=week.week_number,
        generation_id="g-1",
        arm="optimal",
        phase=week.phase,
        focus=week.focus,
        purpose=(),
        is_of_what_was_made=not reasons.differences,
        remarks=reasons.differences,
        rules=(),
        validation=week.validation,
        **{name: getattr(reasons, name) for name in ("chosen_at_once", "terms", "days")},
    )
