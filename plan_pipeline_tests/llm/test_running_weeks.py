"""A model's runs are handed in as minutes or distances in % of threshold speed, and judged as any workouts are."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest

from plan_pipeline.core.model.plan import Overview, Plan, Workout
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.segments import RunningSegment, Segment
from plan_pipeline.core.model.vocabulary import DayRole, Sport, Target, WorkoutSource
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.llm.asking import Question, Reply, ToolResults
from plan_pipeline.llm.conversation import Wrong
from plan_pipeline.llm.overviews import ModelOverviewWriter
from plan_pipeline.llm.reading import read_object
from plan_pipeline.llm.weeks.drafts import AddWeek
from plan_pipeline.llm.weeks.forms import WEEK_FORMS
from plan_pipeline.llm.weeks.prompts import weeks_question
from plan_pipeline.llm.weeks.running_drafts import AddRunningWeek
from plan_pipeline_tests.core.builders import STAMP
from plan_pipeline_tests.core.running import a_runner_request, in_kilometres, running_config, running_library
from plan_pipeline_tests.llm.drafts import draft_of
from plan_pipeline_tests.llm.fake_desk import FakeDesk, calls, fake_desk, says

REQUESTS = {"hours": a_runner_request(), "kilometres": in_kilometres(52)}


@lru_cache(maxsize=4)
def a_good_plan(counted: str = "hours") -> Plan:
    plan = generate_plan(REQUESTS[counted], running_library(), running_config(), stamp=STAMP).plan
    assert plan is not None
    return plan


def week_of(number: int, counted: str = "hours") -> dict[str, Any]:
    """A week of the good plan, as a model hands it in."""
    week = a_good_plan(counted).training_plan.weekly_plan[number - 1]
    return {"week_number": number, "workouts": [run_of(workout) for workout in week.workouts]}


def run_of(workout: Workout) -> dict[str, Any]:
    named = {"weekday": workout.weekday, "name": workout.name, "type": workout.type}
    segments = [step_of(segment) for segment in workout.segments]
    return {**named, "description": workout.description, "segments": segments}


def step_of(segment: Segment) -> dict[str, Any]:
    """A step by its distance where it has one, else by its minutes."""
    assert isinstance(segment, RunningSegment)
    metres = segment.distance_m
    length = {"duration_min": segment.duration_min} if metres is None else {"distance_m": metres}
    return {
        "type": segment.type,
        **length,
        "speed_low_pct": segment.intensity_low_pct,
        "speed_high_pct": segment.intensity_high_pct,
        "by_effort": segment.target is Target.EFFORT,
        "description": segment.description,
    }


class Coach:
    """Writes the good plan's overview and then its weeks, but for what a test has it say first of week 1."""

    def __init__(self, counted: str = "hours", instead: list[Reply] | None = None) -> None:
        self.counted, self.instead = counted, instead or []

    def __call__(self, question: Question, asked: int) -> Reply:
        if not question.tools:
            return says(draft_of(REQUESTS[self.counted]))
        if self.instead:
            return self.instead.pop(0)
        last = question.turns[-1]
        if isinstance(last, ToolResults) and "Call finalize now" in last.results[-1].text:
            return calls(("finalize", {}))
        weeks = a_good_plan(self.counted).training_plan.weekly_plan
        return calls(*(("add_week", week_of(week.week_number, self.counted)) for week in weeks))


def written(desk: FakeDesk, counted: str = "hours") -> Overview:
    request = as_written(REQUESTS[counted])
    overview = ModelOverviewWriter(desk, 3).write(request, running_library(), running_config())
    assert isinstance(overview, Overview)
    return overview


def as_written(request: PlanRequest) -> PlanRequest:
    return request.with_options(overview="anthropic", workouts=WorkoutSource.LLM)


def sent_back(change: Any) -> str:
    """What a model is told of a first week that is changed, after which it hands in the good one."""
    bad = week_of(1)
    change(bad)
    desk = fake_desk(Coach(instead=[calls(("add_week", bad))]))
    written(desk)
    (turn,) = [q.turns[-1] for q in desk.provider.asked if len(q.turns) == 3 and q.tools]  # type: ignore[attr-defined]
    assert isinstance(turn, ToolResults)
    assert turn.results[0].is_error
    return turn.results[0].text


@pytest.mark.parametrize("counted", sorted(REQUESTS))
def test_runs_that_a_model_writes_become_a_plan(counted: str) -> None:
    overview = written(fake_desk(Coach(counted)), counted)

    made = generate_plan(
        as_written(REQUESTS[counted]), running_library(), running_config(), stamp=STAMP, overview=overview
    )

    assert made.plan is not None
    workouts = [workout for week in made.plan.training_plan.weekly_plan for workout in week.workouts]
    assert {workout.source for workout in workouts} == {WorkoutSource.LLM}
    assert all(isinstance(segment, RunningSegment) for workout in workouts for segment in workout.segments)
    assert any(workout.distance_km for workout in workouts)


def test_the_question_names_types_and_fields_of_running_alone() -> None:
    overview = written(fake_desk(Coach()))
    question = weeks_question(as_written(REQUESTS["hours"]), overview, running_library(), running_config())
    schema = question.tools[0].schema_
    step = schema["$defs"]["RunningStepDraft"]["properties"]

    assert {"duration_min", "distance_m", "speed_low_pct", "speed_high_pct", "by_effort"} <= step.keys()
    assert "tempo" not in schema["$defs"]["SegmentType"]["enum"]
    assert {"stride", "hill", "walk", "race_pace"} <= set(schema["$defs"]["SegmentType"]["enum"])
    assert "endurance" not in schema["$defs"]["WorkoutType"]["enum"]
    assert "power_low_pct" not in question.system
    assert "speed_low_pct and speed_high_pct in % of threshold speed" in question.system
    assert "W′ of 52 s" in question.system


def test_what_a_day_is_laid_out_as_and_kilometres_are_told() -> None:
    overview = plan_overview(REQUESTS["kilometres"], running_library(), running_config())
    assert isinstance(overview, Overview)
    question = weeks_question(as_written(REQUESTS["kilometres"]), overview, running_library(), running_config())
    told = question.turns[0].text  # type: ignore[union-attr]

    assert " km, target_tss " in told
    (first_long,) = (day for day in overview.weeks[0].trained if day.role is DayRole.LONG_RIDE)
    layout = " or ".join(pattern.replace("_", " ") for pattern in first_long.patterns)
    assert f" of {first_long.minutes} min as {layout}" in told
    assert "Threshold pace: 4:15/km" in told


def test_tools_of_cycling_have_no_field_of_running() -> None:
    schema = WEEK_FORMS[Sport.CYCLING].tools[0].schema_
    assert schema["$defs"]["StepDraft"]["properties"].keys() == {
        "type", "duration_min", "power_low_pct", "power_high_pct", "description",
    }  # fmt: skip
    assert set(schema["$defs"]["SegmentType"]["enum"]) == {
        "warmup", "steady", "endurance", "tempo", "interval", "recovery", "cooldown", "strength",
    }  # fmt: skip


STEP = {"type": "interval", "duration_min": 3, "speed_low_pct": 106, "speed_high_pct": 108, "description": ""}


class TestForm:
    def read(self, model: type[AddWeek], step: dict[str, Any], **workout: Any) -> AddWeek | Wrong:
        named = {"weekday": "Tuesday", "name": "Work", "type": "vo2max", "description": "", **workout}
        return read_object(model, {"week_number": 1, "workouts": [{**named, "segments": [step]}]})

    def wrong_with(self, model: type[AddWeek], step: dict[str, Any], **workout: Any) -> str:
        found = self.read(model, step, **workout)
        assert isinstance(found, Wrong)
        (problem,) = found.problems
        return problem

    def test_a_distance_takes_the_minutes_that_the_runner_needs(self) -> None:
        step = {**STEP, "distance_m": 1000}
        del step["duration_min"]
        found = self.read(AddRunningWeek, step)
        assert isinstance(found, AddRunningWeek)

        slow, fast = (a_runner_request(athlete={"recent_race": None, "threshold_pace": pace}).athlete_profile.runner
                      for pace in ("6:00/km", "4:00/km"))  # fmt: skip
        minutes = [found.workouts[0].workout(runner).duration_min for runner in (slow, fast)]

        assert minutes == pytest.approx([336 / 60, 224 / 60], abs=0.02)

    def test_a_step_by_effort_has_no_pace_to_go_by(self) -> None:
        found = self.read(AddRunningWeek, {**STEP, "type": "hill", "by_effort": True}, type="hills")
        assert isinstance(found, AddRunningWeek)
        (segment,) = found.workouts[0].workout().segments
        assert isinstance(segment, RunningSegment)
        assert segment.target is Target.EFFORT

    def test_a_set_of_runs_is_written_out(self) -> None:
        found = self.read(AddRunningWeek, {"repeat": 3, "steps": [STEP, {**STEP, "type": "recovery"}]})
        assert isinstance(found, AddRunningWeek)
        segments = found.workouts[0].workout().segments
        assert [segment.set_index for segment in segments] == [1, 1, 2, 2, 3, 3]
        assert {segment.set_count for segment in segments} == {3}

    @pytest.mark.parametrize(
        ("model", "step", "said"),
        [
            (
                AddRunningWeek,
                {"type": "interval", "duration_min": 3, "power_low_pct": 110, "power_high_pct": 115, "description": ""},
                "power_low_pct and power_high_pct belong to cycling, and this plan is for running; "
                "give speed_low_pct and speed_high_pct, % of threshold speed",
            ),
            (
                AddWeek,
                {"type": "interval", "distance_m": 400, "power_low_pct": 110, "power_high_pct": 115, "description": ""},
                "distance_m belongs to running, and this plan is for cycling; "
                "give power_low_pct and power_high_pct, % of FTP",
            ),
            (AddRunningWeek, {**STEP, "type": "tempo"}, "tempo is no type of step in running; use warmup, steady,"),
            (AddRunningWeek, {**STEP, "distance_m": 800}, "has both duration_min and distance_m, or neither"),
            (AddRunningWeek, {**STEP, "speed_low_pct": 110}, "speed_low_pct is above speed_high_pct; swap them"),
            (AddRunningWeek, {**STEP, "speed_low_pct": None}, "give both, or neither off the feet"),
            (
                AddRunningWeek,
                {"type": "interval", "distance_m": 400, "speed_low_pct": None, "speed_high_pct": None,
                 "description": ""},
                "distance_m needs a speed to be run at",
            ),
        ],
    )  # fmt: skip
    def test_what_is_no_step_of_the_sport_is_refused_with_what_to_write(
        self, model: type[AddWeek], step: dict[str, Any], said: str
    ) -> None:
        assert said in self.wrong_with(model, step)

    def test_a_type_of_another_sport_is_refused_with_those_there_are(self) -> None:
        assert "endurance is no type of running; use rest, recovery, easy" in self.wrong_with(
            AddRunningWeek, STEP, type="endurance"
        )

    def test_a_step_of_another_sport_in_cycling_is_refused(self) -> None:
        ride = {"type": "walk", "duration_min": 3, "power_low_pct": 50, "power_high_pct": 50, "description": ""}
        assert "walk is no type of step in cycling; use warmup" in self.wrong_with(AddWeek, ride)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda week: week["workouts"].pop(), "has 0 workouts; give it one of type"),
        (
            lambda week: week["workouts"][0]["segments"][0].update(power_low_pct=60, power_high_pct=60),
            "belong to cycling, and this plan is for running",
        ),
        (lambda week: week["workouts"][0].update(type="endurance"), "endurance is no type of running"),
        (lambda week: week["workouts"][0]["segments"].extend(week["workouts"][0]["segments"] * 3), "Week 1"),
    ],
)
def test_a_week_that_is_wrong_is_sent_back_plainly(change: Any, said: str) -> None:
    assert said in sent_back(change)
