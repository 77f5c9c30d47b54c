"""A model's overview becomes a plan that passes every rule, or everything that is wrong with it goes back."""

from __future__ import annotations

import pytest

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.model.plan import Infeasible, Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.overview.soundness import overview_breaches
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.llm.asking import Answered, Question, Reply, StopReason, Told
from plan_pipeline.llm.overviews import ModelOverviewWriter, overview_question
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.core.rules.overviews import a_request
from plan_pipeline_tests.llm.drafts import draft_of
from plan_pipeline_tests.llm.fake_desk import FakeDesk, fake_desk, says


def written(desk: FakeDesk, request: PlanRequest, library: Library, attempts: int = 3) -> Overview:
    overview = ModelOverviewWriter(desk, attempts).write(request, library, real_config())
    assert isinstance(overview, Overview)
    return overview


def test_a_good_answer_is_taken_at_once(library: Library) -> None:
    request = a_request()
    desk = fake_desk(lambda question, asked: says(draft_of(request)))

    overview = written(desk, request, library)

    assert (overview.source, overview.model, overview.attempts) == ("anthropic", "a-model", 1)
    assert desk.settled == [0]


def test_what_the_rules_write_is_accepted_from_a_model_too(library: Library) -> None:
    attempts = set()
    for request in synthetic_requests(40, 11, real_config()):
        by_rules = plan_overview(request, library, real_config())
        if isinstance(by_rules, Infeasible) or overview_breaches(request, by_rules.weeks, real_config()):
            continue
        draft = draft_of(request)
        desk = fake_desk(lambda question, asked, draft=draft: says(draft))  # type: ignore[misc]
        attempts.add(written(desk, request, library, attempts=1).attempts)
    assert attempts == {1}


def test_all_that_is_wrong_goes_back_at_once_with_the_answer_it_was_wrong_in(library: Library) -> None:
    request = a_request()
    good = draft_of(request)
    bad = {**good, "coaching_notes": "Ride more.", "weeks": [{**week, "hours": 40} for week in good["weeks"]]}
    desk = fake_desk(lambda question, asked: says(good if asked else bad))

    overview = written(desk, request, library)

    first, second = desk.provider.asked  # type: ignore[attr-defined]
    _, answered, told = second.turns
    assert isinstance(answered, Answered)
    assert isinstance(told, Told)
    assert "coaching_notes: has 2 words; write 200 to 400 words" in told.text
    assert "target_hours" in told.text
    assert first.turns == second.turns[:1]
    assert overview.attempts == 2
    assert desk.settled[0] > 1


def test_an_answer_that_is_no_json_is_asked_for_again(library: Library) -> None:
    request = a_request()
    desk = fake_desk(lambda question, asked: says(draft_of(request) if asked else "Here is the plan: {"))
    assert written(desk, request, library).attempts == 2


def test_a_plan_that_its_rules_reject_is_sent_back_with_the_rules(library: Library) -> None:
    request = a_request()
    good = draft_of(request)
    easy = [{**week, "days": ["endurance" if day != "rest" else day for day in week["days"]]} for week in good["weeks"]]
    desk = fake_desk(lambda question, asked: says({**good, "weeks": easy}))

    with pytest.raises(OverviewError, match="wrote no sound overview of") as failure:
        written(desk, request, library)

    assert len(failure.value.attempts) == 3
    assert all(failure.value.attempts)


@pytest.mark.parametrize(
    ("stop", "says_why"),
    [(StopReason.REFUSED, "declined to answer: it is too hot"), (StopReason.CUT_OFF, "was cut off")],
)
def test_an_answer_that_is_none_ends_the_conversation(library: Library, stop: StopReason, says_why: str) -> None:
    def answer(question: Question, asked: int) -> Reply:
        return says("{").model_copy(update={"stop": stop, "why_refused": "it is too hot", "stop_words": "end"})

    with pytest.raises(OverviewError, match=says_why):
        written(fake_desk(answer), a_request(), library)


def test_a_request_that_cannot_be_met_is_not_asked_about(library: Library) -> None:
    two_capped_days = {"hours_per_week": 12, "week_days": "tue, thu", "max_minutes": {"tuesday": 60, "thursday": 60}}
    desk = fake_desk(lambda question, asked: says({}))

    outcome = ModelOverviewWriter(desk, 3).write(a_request(availability=two_capped_days), library, real_config())

    assert isinstance(outcome, Infeasible)
    assert desk.provider.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("said", "sent_back"),
    [
        ("Your 30-week plan begins.", "30-week"),
        ("This plan has 30 weeks.", "30 weeks"),
        ("Week 3 is a load week.", "load week"),
        ("You will gain 20 % of FTP.", "20 %"),
        ("Your FTP is 400 W today.", "400"),
        ("Rest on Sunday.", "Sunday"),
    ],
)
def test_notes_that_contradict_the_plan_are_sent_back(library: Library, said: str, sent_back: str) -> None:
    request = a_request()
    good = draft_of(request)
    false = {**good, "coaching_notes": f"{said} {good['coaching_notes']}"}
    desk = fake_desk(lambda question, asked: says(good if asked else false))

    written(desk, request, library)

    told = desk.provider.asked[1].turns[-1].text  # type: ignore[attr-defined]
    assert "coaching_notes: " in told
    assert sent_back in told


def test_notes_that_give_the_instructions_away_are_sent_back(library: Library) -> None:
    request = a_request()
    good = draft_of(request)
    instructions = overview_question(request, library, real_config()).system
    leaky = {**good, "coaching_notes": " ".join(instructions.split()[:230])}
    desk = fake_desk(lambda question, asked: says(good if asked else leaky))

    written(desk, request, library)

    told = desk.provider.asked[1].turns[-1]  # type: ignore[attr-defined]
    assert "coaching_notes: repeats these instructions" in told.text


def test_what_is_the_same_for_all_plans_is_most_of_what_is_sent(library: Library) -> None:
    shares = []
    for request in synthetic_requests(60, 5, real_config()):
        if isinstance(plan_overview(request, library, real_config()), Infeasible):
            continue
        question = overview_question(request, library, real_config())
        (told,) = question.turns
        assert isinstance(told, Told)
        shares.append(len(question.system) / (len(question.system) + len(told.text)))
    assert min(shares) > 0.8


def test_no_question_holds_who_the_athlete_is(library: Library) -> None:
    request = a_request()
    question = overview_question(request, library, real_config())
    sent = question.system + "".join(turn.text for turn in question.turns if isinstance(turn, Told))
    assert request.plan_id not in sent
    assert request.athlete_profile.athlete_id not in sent
