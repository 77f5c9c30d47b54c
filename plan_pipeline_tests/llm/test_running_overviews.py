"""A model is asked for an overview of running in the words of running, and its answer is read as any other."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.duration.envelope import envelope_for
from plan_pipeline.core.model.plan import Infeasible, Overview, OverviewWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import DayRole, Sport, WorkoutType
from plan_pipeline.core.overview.completion import completed
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.overview.soundness import overview_breaches
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.llm.asking import Told
from plan_pipeline.llm.guidelines import overview_instructions
from plan_pipeline.llm.overviews import ModelOverviewWriter, overview_question
from plan_pipeline.llm.prompting import of_sport, prompt_version
from plan_pipeline.llm.request_prompt import overview_request
from plan_pipeline.llm.weeks.prompts import weeks_instructions
from plan_pipeline_tests.core.builders import STAMP, real_config, real_library
from plan_pipeline_tests.core.rules.overviews import a_request
from plan_pipeline_tests.core.running import a_runner_request, in_kilometres, running_config, running_library
from plan_pipeline_tests.llm.drafts import draft_of
from plan_pipeline_tests.llm.fake_desk import FakeDesk, fake_desk, says

RIDING = re.compile(r"\b(rid(e|es|er|ers|ing|den)|cycling|bike|ftp|watts?|endurance|tempo|sweet_spot)\b", re.IGNORECASE)
"""Words of cycling; some of them are allowed where they are refused by name."""

RUN_TYPES = {kind for kind in record_of(Sport.RUNNING).types if kind not in record_of(Sport.CYCLING).types}
RIDE_TYPES = {kind for kind in record_of(Sport.CYCLING).types if kind not in record_of(Sport.RUNNING).types}


def written(desk: FakeDesk, request: PlanRequest, attempts: int = 3) -> Overview:
    overview = ModelOverviewWriter(desk, attempts).write(request, running_library(), running_config())
    assert isinstance(overview, Overview)
    return overview


def asked_of(request: PlanRequest) -> str:
    return overview_request(request, running_config())


def sent_back(request: PlanRequest, bad: dict[str, Any]) -> str:
    """What a model is told of an answer, after which it gives a good one."""
    desk = fake_desk(lambda question, asked: says(draft_of(request) if asked else bad))
    assert written(desk, request).attempts == 2
    told = desk.provider.asked[1].turns[-1]  # type: ignore[attr-defined]
    assert isinstance(told, Told)
    return told.text


class TestQuestions:
    def test_instructions_of_running_have_no_word_of_cycling(self) -> None:
        text = overview_instructions(running_library(), running_config())
        lines = [line for line in text.splitlines() if RIDING.search(line) and "never" not in line]
        assert lines == []
        assert "experienced running coach" in text

    def test_instructions_of_cycling_have_no_type_of_running(self) -> None:
        text = overview_instructions(real_library(), real_config())
        weeks = weeks_instructions(real_library(), real_config())
        for kind in RUN_TYPES - {WorkoutType.EASY, WorkoutType.LONG, WorkoutType.STEADY, WorkoutType.HILLS}:
            assert kind.value not in text
            assert kind.value not in weeks
        assert "running coach" not in text

    @pytest.mark.parametrize(
        ("request_", "known", "unknown"),
        [(a_request(), RIDE_TYPES, RUN_TYPES), (a_runner_request(), RUN_TYPES, RIDE_TYPES)],
    )
    def test_the_form_of_an_answer_has_the_types_of_its_sport_alone(
        self, request_: PlanRequest, known: set[WorkoutType], unknown: set[WorkoutType]
    ) -> None:
        is_run = request_.sport is Sport.RUNNING
        library, config = (running_library(), running_config()) if is_run else (real_library(), real_config())
        schema = overview_question(request_, library, config).answer_schema
        assert schema is not None
        words = set(schema["$defs"]["WorkoutType"]["enum"])
        assert words >= {kind.value for kind in known}
        assert words.isdisjoint(kind.value for kind in unknown)

    def test_a_plan_in_kilometres_is_asked_for_kilometres_and_no_other_is(self) -> None:
        for request, has_km in ((in_kilometres(52), True), (a_runner_request(), False)):
            schema = overview_question(request, running_library(), running_config()).answer_schema
            assert ('"km"' in json.dumps(schema)) is has_km

    def test_guidelines_have_ramp_tiers_and_long_runs_of_the_configuration(self) -> None:
        config = running_config()
        text = overview_instructions(running_library(), config)
        ramp, marathon = config.week.hours.ramp, config.events["marathon"]
        assert ramp is not None
        assert f"no week is more than {ramp.step_share:.0%} above the most of the {ramp.over_weeks} before" in text
        for tier in marathon.tiers.values():
            (start, most), (low, high) = tier.start_km, tier.peak_km
            assert f"{start:g} to {most:g} km a week at the start, {low:g} to {high:g} km in the fullest" in text
        assert "a key session as well" in text
        assert f"The taper lasts {marathon.taper.days[0]} to {marathon.taper.days[1]} days; its last weeks hold" in text

    def test_the_example_is_an_overview_of_running(self) -> None:
        text = overview_instructions(running_library(), running_config())
        example = json.loads(text[text.rindex('{"weeks"') :])
        assert {day for week in example["weeks"] for day in week["days"]} <= set(record_of(Sport.RUNNING).types)

    def test_a_prompt_of_a_sport_has_a_version_of_its_own(self) -> None:
        names = [of_sport("overview", sport) for sport in Sport]
        assert names == ["overview", "running/overview"]
        assert len({prompt_version(name) for name in names}) == 2


class TestFacts:
    def test_the_runner_is_told_of_in_paces_and_kilometres(self) -> None:
        text = asked_of(a_runner_request(athlete={"access": ["hills", "track"]}))
        for line in (
            "Recent race: 10 km in 41:20",
            "Threshold pace: 4:15/km, which is 14.1 km an hour and 100 % of threshold speed",
            "Paces: easy 5:07–5:38/km (75 to 83 %); marathon",
            "Runs by now: 40 km a week",
            "Longest run of the last weeks: 14 km",
            "At hand: hills and track",
            "Cannot be asked for: workouts that need trail, treadmill",
            "5 hours in the fullest week",
            "Tier of half_marathon: mid",
            "At most 6 training days a week.",
            "Each load week has its long run (long) on Saturday or Sunday.",
        ):
            assert f"- {line}" in text
        assert "half marathon 98.1 %" in text
        assert not RIDING.search(text)

    def test_the_race_is_told_of_with_the_goal_and_what_fitness_stands_for(self) -> None:
        text = asked_of(a_runner_request())
        assert "- Race: half marathon, 21.0975 km; today's fitness stands for 1:31:27, 4:20/km" in text
        assert "- Goal: 1:33:00, 4:24/km, 96.4 % of today's threshold speed\n" in text

    def test_a_goal_out_of_reach_is_to_be_said(self) -> None:
        event = {"date": "2027-03-28", "type": "half_marathon", "goal_time": "1:25:00"}
        assert "more than training can be expected to bring in the time: say so" in asked_of(
            a_runner_request(event=event)
        )

    def test_who_reads_miles_is_told_of_in_miles(self) -> None:
        text = asked_of(a_runner_request(athlete={"units": "mile"}))
        assert "- Threshold pace: 6:50/mi" in text
        assert "- Runs by now: 40 km (24.9 mi) a week" in text
        assert "- Reads miles" in text

    def test_a_plan_in_kilometres_says_so_and_what_its_weeks_may_have(self) -> None:
        text = asked_of(in_kilometres(52))
        assert "- 52 km in the fullest week, about 4.55 hours at the usual mix of paces" in text
        assert re.search(r"- km of a load week: \d+\.\d to 57\.2; of any week at most 59\.8\.", text)
        assert "target_hours of a load week" not in text

    def test_what_a_runner_knows_alone_is_said(self) -> None:
        athlete = {
            "recent_race": None,
            "threshold_pace": "4:30/km",
            "time_constants": {"tau1": 42, "tau2": 7},
            "volume_tier": "high",
        }
        event = {
            "date": "2027-03-28",
            "type": "trail",
            "distance_km": 30,
            "profile": "trail",
            "expected_temperature": 24,
            "dew_point": 14,
        }
        text = asked_of(a_runner_request(athlete=athlete, event=event))
        assert "Recent race" not in text
        assert "- Fitness fades in 42 days and fatigue in 7, to 37 % each" in text
        assert "- Course: trail" in text
        assert "- Expected on the day: 24 °C, dew point 14 °C" in text
        assert re.search(r"- Tier of trail: high; by today's volume it would be (low|mid)", text)


class TestAnswers:
    @pytest.mark.parametrize("request_", [a_runner_request(), in_kilometres(52)], ids=["hours", "kilometres"])
    def test_a_good_answer_becomes_a_plan_of_running(self, request_: PlanRequest) -> None:
        desk = fake_desk(lambda question, asked: says(draft_of(request_)))

        overview = written(desk, request_)
        made = generate_plan(request_, running_library(), running_config(), stamp=STAMP, overview=overview)

        assert desk.settled == [0]
        assert made.plan is not None
        assert made.plan.training_plan.sport is Sport.RUNNING

    def test_what_runs_are_laid_out_like_is_added_to_what_a_model_decides(self) -> None:
        request = a_runner_request()
        by_rules = plan_overview(request, running_library(), running_config())
        assert isinstance(by_rules, Overview)

        overview = written(fake_desk(lambda question, asked: says(draft_of(request))), request)

        for ours, theirs in zip(by_rules.weeks, overview.weeks, strict=True):
            laid_out = {day.weekday: (day.role, day.patterns) for day in theirs.trained}
            assert laid_out == {day.weekday: (day.role, day.patterns) for day in ours.trained}

    def test_a_long_run_beside_a_hard_day_is_no_key_session(self) -> None:
        request = a_runner_request()
        purpose = purpose_of(request, running_config())
        by_rules = plan_overview(request, running_library(), running_config())
        assert isinstance(by_rules, Overview)
        number, day = next(
            (week.week_number, day.weekday)
            for week in by_rules.weeks
            for day in week.trained
            if day.role is DayRole.LONG_QUALITY
        )
        beside = [
            each.model_copy(update={"workout_type": WorkoutType.PROGRESSIVE})
            if each.weekday.position == day.position - 1
            else each
            for each in by_rules.week(number).training_days
        ]
        fields = {name: getattr(by_rules.week(number), name) for name in OverviewWeek.model_fields}
        changed = OverviewWeek(**{**fields, "training_days": tuple(beside)})
        weeks = [changed if week.week_number == number else week for week in by_rules.weeks]

        found = completed(purpose, weeks, envelope_for(running_library(), purpose))[number - 1].training_days

        assert found[day.position].role is DayRole.LONG_RIDE
        assert found[day.position].patterns == running_config().week.long_ride.light_patterns

    def test_kilometres_of_an_answer_are_those_of_the_plan(self) -> None:
        request = in_kilometres(52)
        draft = draft_of(request)

        overview = written(fake_desk(lambda question, asked: says(draft)), request)

        assert [week.target_km for week in overview.weeks] == [week["km"] for week in draft["weeks"]]
        assert max(week.target_km or 0 for week in overview.weeks) <= 57.2

    def test_what_the_rules_write_for_runners_is_accepted_from_a_model_too(self) -> None:
        attempts, tried = set(), 0
        for request in synthetic_requests(24, 11, running_config()):
            by_rules = plan_overview(request, running_library(), running_config())
            if isinstance(by_rules, Infeasible) or overview_breaches(request, by_rules.weeks, running_config()):
                continue
            made = generate_plan(request, running_library(), running_config(), stamp=STAMP)
            if made.plan is None:
                continue
            draft = draft_of(request)
            desk = fake_desk(lambda question, asked, draft=draft: says(draft))  # type: ignore[misc]
            attempts.add(written(desk, request, attempts=1).attempts)
            tried += 1
        assert attempts == {1}
        assert tried > 8

    def test_types_of_another_sport_are_sent_back_with_those_there_are(self) -> None:
        request = a_runner_request()
        good = draft_of(request)
        weeks = [{**week, "days": ["endurance" if day == "easy" else day for day in week["days"]]} for week in
                 good["weeks"]]  # fmt: skip
        told = sent_back(request, {**good, "weeks": weeks})
        assert "Week 1: endurance (" in told
        assert "is no type of running; use rest, recovery, easy, long, steady" in told

    def test_a_long_day_that_is_no_long_run_is_sent_back_in_words_of_running(self) -> None:
        request = a_runner_request()
        good = draft_of(request)
        weeks = [{**week, "days": ["easy" if day == "long" else day for day in week["days"]]} for week in good["weeks"]]
        told = sent_back(request, {**good, "weeks": weeks})
        assert "no long run at the weekend, where the long run belongs; put one on Saturday or Sunday." in told
        assert not RIDING.search(told.replace("'ride", ""))

    def test_kilometres_that_do_not_go_with_the_hours_are_sent_back(self) -> None:
        request = in_kilometres(52)
        good = draft_of(request)
        told = sent_back(request, {**good, "weeks": [{**week, "km": 3 * week["km"]} for week in good["weeks"]]})
        assert "km an hour; at this runner's paces a week comes to 6.4 to 14.1. Change km or hours." in told

    def test_more_kilometres_than_were_asked_for_are_sent_back(self) -> None:
        request = in_kilometres(52)
        good = draft_of(request)
        weeks = [{**week, "km": 1.3 * week["km"], "hours": 1.3 * week["hours"]} for week in good["weeks"]]
        told = sent_back(request, {**good, "weeks": weeks})
        assert "with 52 km in the fullest week it is" in told

    def test_kilometres_in_a_plan_of_hours_are_no_known_field(self) -> None:
        request = a_runner_request()
        good = draft_of(request)
        told = sent_back(request, {**good, "weeks": [{**week, "km": 40} for week in good["weeks"]]})
        assert "weeks.0.km: is not a known field" in told

    def test_an_overview_of_cycling_refuses_types_of_running(self) -> None:
        request = a_request()
        good = draft_of(request)
        weeks = [{**week, "days": ["easy" if day == "endurance" else day for day in week["days"]]} for week in
                 good["weeks"]]  # fmt: skip
        desk = fake_desk(lambda question, asked: says(good if asked else {**good, "weeks": weeks}))
        overview = ModelOverviewWriter(desk, 3).write(request, real_library(), real_config())
        assert isinstance(overview, Overview)
        told = desk.provider.asked[1].turns[-1]  # type: ignore[attr-defined]
        assert "is no type of cycling; use rest, recovery, endurance" in told.text
