"""A text about a running plan is held against its kilometres, paces, hours, days and phases; watts are always wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pytest

from plan_pipeline.core.prose.contradictions import contradictions
from plan_pipeline.core.prose.facts import ProseFacts, facts_of_overview, facts_of_plan
from plan_pipeline_tests.core.running_plans import REQUESTS, made, running_plan

GENERAL = (
    "Sleep seven to nine hours a night, and one more after the long run.",
    "Eat 30–60 g of carbohydrate an hour on runs of more than 90 minutes, and drink every 20 minutes.",
    "The last two or three repeats should feel like RPE 8 of 10; easy runs like RPE 3.",
    "Run with 170 to 180 steps a minute, and jog 2 to 3 minutes between the repeats.",
    "If your resting heart rate is 7 beats above normal for two days, take one rest day more.",
    "If Tuesday does not work, move the session to Monday, but keep 24 hours before the long run.",
    "If you miss a week, repeat it; after three days off, go on as planned.",
    "No run should be more than 10 % longer than the longest of the last 30 days.",
    "Replace your shoes after 600 to 800 km.",
    "Weeks run from Monday to Sunday, and the plan runs to the race.",
)


@lru_cache(maxsize=1)
def facts() -> tuple[ProseFacts, ProseFacts]:
    """What notes and what texts about the finished plan are held against."""
    overview = made("marathon").overview
    assert overview is not None
    return facts_of_overview(REQUESTS["marathon"], overview.weeks), facts_of_plan(running_plan())


def texts(name: str) -> Iterator[str]:
    overview = made(name).overview
    assert overview is not None
    yield overview.coaching_notes
    yield overview.monitoring_guidance
    yield from (week.focus for week in overview.weeks)


@pytest.mark.parametrize("name", list(REQUESTS))
def test_what_the_rules_write_contradicts_neither_the_overview_nor_the_plan(name: str) -> None:
    overview = made(name).overview
    assert overview is not None
    for known in (facts_of_overview(REQUESTS[name], overview.weeks), facts_of_plan(running_plan(name))):
        assert contradictions("\n".join(texts(name)), known) == ()


@pytest.mark.parametrize("sentence", GENERAL)
def test_advice_in_general_is_left_alone(sentence: str) -> None:
    assert [contradictions(sentence, known) for known in facts()] == [(), ()]


@lru_cache(maxsize=1)
def figures() -> dict[str, str]:
    """The plan's fullest week, its kilometres and those of the longest run, to fill sentences with."""
    weeks = running_plan().training_plan.weekly_plan
    fullest = max(weeks, key=lambda week: week.target_km or 0)
    longest = max(workout.distance_km or 0 for week in weeks for workout in week.workouts)
    return {"week": str(fullest.week_number), "km": f"{fullest.target_km or 0:.0f}", "longest": f"{longest:.0f}"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Threshold pace is 4:15/km.",
        "Run easy at 5:20/km, and recover at 6:00 per km.",
        "Marathon pace is 4:31–4:48/km.",
        "Cruise intervals are at 4:15–4:20/km.",
        "Your goal is 4:37/km.",
        "Easy running is 8:15–9:05/mile.",
        "You run {km} km a week at most.",
        "Week {week} has {km} km.",
        "You run 45 km a week by now, and asked for 60 km.",
        "Your 10 km in 41:20 is the basis of it all.",
        "The long run grows to about {longest} km.",
        "A load week trains on 6 days.",
        "The long run is on Sunday.",
    ],
)
def test_what_the_plan_has_is_let_pass(sentence: str) -> None:
    said = sentence.format(**figures())
    assert [contradictions(said, known) for known in facts()] == [(), ()]


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("Hold 250 W on the hills.", "knows no power"),
        ("Your FTP of 260 watts rises.", "knows no power"),
        ("Ride at 3.5 W/kg.", "knows no power"),
        ("Threshold pace is 3:50/km.", "for threshold, which is 4:"),
        ("Run easy at 4:20/km.", "for easy running, which is 5:"),
        ("Marathon pace is 4:05/km.", "for marathon pace, which is"),
        ("Jog at 3:40 per km between the repeats.", "for easy running"),
        ("Repetitions are run at 4:30/km.", "for repetitions"),
        ("Easy running is 6:30–7:00/mile.", "for easy running"),
        ("Week {week} holds 80 km.", "for the kilometres in week"),
        ("You run 90 km a week at most.", "at most"),
        ("The long run grows to 45 km.", "for the long run, which has"),
        ("The long run takes 5 hours in week {week}.", "for the long run, which has"),
        ("You train 12 hours a week.", "hours of training a week"),
        ("Race simulation is on Monday.", "has race simulation on Monday"),
        ("The long run is on Tuesday.", "has a long run on Tuesday"),
        ("The plan has 20 weeks.", "but the plan has 17 weeks"),
        ("Weeks 1 to 6 are the peak phase.", "calls weeks 1 to 6 peak"),
        ("The race is on 9 May 2027.", "gives"),
    ],
)
def test_what_the_plan_has_otherwise_is_found(sentence: str, says: str) -> None:
    said = sentence.format(**figures())
    for known in facts():
        assert any(says in finding for finding in contradictions(said, known)), contradictions(said, known)
