"""A model's workouts are handed in week by week, judged as library workouts are, and then as a plan."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest

from plan_pipeline.core.day_alternatives import alternatives_of_plan
from plan_pipeline.core.explanation import explain_week
from plan_pipeline.core.model.plan import Overview, Plan, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import WorkoutSource
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.formats import EXPORTERS
from plan_pipeline.llm.asking import Question, Reply, Told, ToolResults
from plan_pipeline.llm.overviews import ModelOverviewWriter
from plan_pipeline.pages.plan_page import plan_page
from plan_pipeline_tests.core.builders import STAMP, real_config, real_library
from plan_pipeline_tests.core.rules.overviews import a_request
from plan_pipeline_tests.llm.drafts import draft_of
from plan_pipeline_tests.llm.fake_desk import FakeDesk, calls, fake_desk, says


def a_written_request(**changes: Any) -> PlanRequest:
    return a_request(**changes).with_options(overview="anthropic", workouts=WorkoutSource.LLM)


@lru_cache(maxsize=1)
def a_good_plan() -> Plan:
    plan = generate_plan(a_request(), real_library(), real_config(), stamp=STAMP).plan
    assert plan is not None
    return plan


def week_of(number: int) -> dict[str, Any]:
    """A week of the good plan, as a model hands it in."""
    week = a_good_plan().training_plan.weekly_plan[number - 1]
    return {"week_number": number, "workouts": [workout_of(workout) for workout in week.workouts]}


def workout_of(workout: Workout) -> dict[str, Any]:
    steps = [segment.model_dump(mode="json", exclude={"set_index", "set_count"}) for segment in workout.segments]
    named = {"weekday": workout.weekday, "name": workout.name, "type": workout.type}
    return {**named, "description": workout.description, "segments": steps}


class Coach:
    """Writes the good plan's overview and then its weeks, except where a test has it say something else."""

    def __init__(self, *, instead: dict[int, list[Reply]] | None = None, weeks_at_once: int = 1) -> None:
        self.instead = instead or {}
        self.at_once = weeks_at_once
        self.handed_in: list[int] = []

    def __call__(self, question: Question, asked: int) -> Reply:
        if not question.tools:
            return says(draft_of(a_request()))
        left = [week.week_number for week in a_good_plan().training_plan.weekly_plan]
        accepted = _accepted(question)
        left = [number for number in left if number not in accepted]
        if not left:
            return calls(("finalize", {}))
        if answers := self.instead.get(left[0]):
            return answers.pop(0)
        self.handed_in += left[: self.at_once]
        return calls(*(("add_week", week_of(number)) for number in left[: self.at_once]))


def _accepted(question: Question) -> set[int]:
    """The weeks that are not among those still to come, as the model was told last."""
    numbers = set(range(1, len(a_good_plan().training_plan.weekly_plan) + 1))
    for turn in reversed(question.turns):
        texts = [result.text for result in turn.results] if isinstance(turn, ToolResults) else []
        for text in reversed(texts):
            if "Call finalize now" in text:
                return numbers
            if "Still to come: " in text:
                return numbers - set(map(int, text.rstrip(".").split("Still to come: ")[1].split(", ")))
    return set()


def written(desk: FakeDesk, request: PlanRequest, attempts: int = 3) -> Overview:
    overview = ModelOverviewWriter(desk, attempts).write(request, real_library(), real_config())
    assert isinstance(overview, Overview)
    return overview


@pytest.mark.parametrize("weeks_at_once", [1, 3, 8])
def test_weeks_are_handed_in_one_by_one_or_several_at_once(weeks_at_once: int) -> None:
    request = a_written_request()
    overview = written(fake_desk(Coach(weeks_at_once=weeks_at_once)), request)

    plan = generate_plan(request, real_library(), real_config(), stamp=STAMP, overview=overview).plan
    assert plan is not None
    assert plan.ai_metadata.workout_source is WorkoutSource.LLM
    workouts = [workout for week in plan.training_plan.weekly_plan for workout in week.workouts]
    assert {workout.source for workout in workouts} == {WorkoutSource.LLM}
    assert {workout.library_workout_id for workout in workouts} == {None}


def test_everything_that_is_wrong_with_a_week_is_sent_back_in_its_words() -> None:
    bad = week_of(2)
    bad["workouts"] = [{**each, "segments": each["segments"] * 2} for each in bad["workouts"]]
    desk = fake_desk(Coach(instead={2: [calls(("add_week", bad))]}))

    written(desk, a_written_request())

    told = [
        result.text
        for question in desk.provider.asked  # type: ignore[attr-defined]
        for turn in question.turns[-1:]
        if isinstance(turn, ToolResults)
        for result in turn.results
        if result.is_error
    ]
    assert len(told) == 1
    assert "Week 2 validation failed. Please adjust workouts:" in told[0]
    assert "To reduce time: Shorten segment durations" in told[0]
    assert desk.settled.count(0) == len(desk.settled) - 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda week: week["workouts"].pop(), "has 0 workouts; give it one of type"),
        (lambda week: week["workouts"][0].update(type="recovery"), "is for "),
        (lambda week: week["workouts"][0].update(weekday="Monday"), "which is not a training day"),
        (lambda week: week["workouts"][0].update(segments=[]), "segments"),
        (lambda week: week.update(week_number=99), "There is no week 99"),
        (lambda week: week["workouts"][0].update(name="x" * 81), "name"),
    ],
)
def test_a_week_of_another_form_is_sent_back(change: Any, said: str) -> None:
    bad = week_of(1)
    change(bad)
    desk = fake_desk(Coach(instead={1: [calls(("add_week", bad))]}))

    written(desk, a_written_request())

    (turn,) = [q.turns[-1] for q in desk.provider.asked if len(q.turns) == 3 and q.tools]  # type: ignore[attr-defined]
    assert isinstance(turn, ToolResults)
    assert said in turn.results[0].text


def test_what_nobody_can_ride_is_sent_back_with_the_rule() -> None:
    bad = week_of(1)
    hard = {"type": "interval", "duration_min": 8, "power_low_pct": 150, "power_high_pct": 150, "description": ""}
    bad["workouts"][0]["segments"][1] = hard
    desk = fake_desk(Coach(instead={1: [calls(("add_week", bad))]}))

    written(desk, a_written_request())

    turn = desk.provider.asked[2].turns[-1]  # type: ignore[attr-defined]
    assert "rideable" in turn.results[0].text or "effort-limit" in turn.results[0].text


def test_a_week_that_is_never_right_ends_it() -> None:
    bad = week_of(3)
    bad["workouts"] = bad["workouts"][:1]
    desk = fake_desk(Coach(instead={3: [calls(("add_week", bad))] * 3}))

    with pytest.raises(OverviewError, match="wrote no sound weeks of") as failure:
        written(desk, a_written_request())
    assert "Week 3" in str(failure.value)


def test_finalizing_too_early_and_words_without_calls_are_answered() -> None:
    desk = fake_desk(Coach(instead={2: [calls(("finalize", {})), says("I am done."), calls(("add_month", {}))]}))

    written(desk, a_written_request())

    last = [q.turns[-1] for q in desk.provider.asked if q.tools]  # type: ignore[attr-defined]
    told = [t.text if isinstance(t, Told) else t.results[0].text for t in last]
    assert any("are not accepted yet" in text for text in told)
    assert any("Nothing was handed in" in text for text in told)
    assert any("There is no tool 'add_month'" in text for text in told)


def test_a_model_that_never_ends_is_stopped() -> None:
    desk = fake_desk(lambda question, asked: says("hm") if question.tools else Coach()(question, asked))

    with pytest.raises(OverviewError, match="the plan was not finalized"):
        written(desk, a_written_request(), attempts=2)


def test_a_plan_of_written_workouts_is_explained_drawn_and_exported_like_any() -> None:
    request = a_written_request()
    overview = written(fake_desk(Coach()), request)
    plan = generate_plan(request, real_library(), real_config(), stamp=STAMP, overview=overview).plan
    assert plan is not None
    weeks = plan.training_plan.weekly_plan

    reasons = explain_week(request, overview, real_library(), real_config(), weeks[1])
    assert [day.chosen.name for day in reasons.days] == [workout.name for workout in weeks[1].workouts]
    assert reasons.differences == ()
    assert "a model wrote the workouts" in reasons.terms[0]

    others = alternatives_of_plan(request, overview, weeks, real_library(), real_config())
    assert weeks[1].workouts[0].name in plan_page(plan, alternatives=others)
    assert all(EXPORTERS.get(name)(plan) for name in EXPORTERS.names())
