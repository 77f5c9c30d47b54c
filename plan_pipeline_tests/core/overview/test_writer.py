"""Both writers of overviews stand behind one protocol; the rules writer keeps the rules it is held against."""

from __future__ import annotations

import pickle

import pytest

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.model.plan import Infeasible, Overview
from plan_pipeline.core.model.vocabulary import BY_RULES, Weekday
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.soundness import overview_breaches
from plan_pipeline.core.overview.writer import OverviewError, OverviewWriter, RulesOverviewWriter
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.core.rules.overviews import a_request


def test_the_rules_writer_writes_a_sound_overview(library: Library) -> None:
    writer: OverviewWriter = RulesOverviewWriter()

    overview = writer.write(a_request(), library, real_config())

    assert isinstance(overview, Overview)
    assert overview.source == BY_RULES
    assert overview_breaches(a_request(), overview.weeks, real_config()) == ()


def test_the_rules_writer_says_why_a_request_cannot_be_met(library: Library) -> None:
    two_capped_days = {"hours_per_week": 12, "week_days": "tue, thu", "max_minutes": {"tuesday": 60, "thursday": 60}}

    assert isinstance(
        RulesOverviewWriter().write(a_request(availability=two_capped_days), library, real_config()), Infeasible
    )


def test_overviews_by_rule_break_no_rule_of_overviews(library: Library) -> None:
    breaches = {}
    for request in synthetic_requests(150, 7, real_config()):
        overview = RulesOverviewWriter().write(request, library, real_config())
        if isinstance(overview, Overview):
            breaches[request.plan_id] = overview_breaches(request, overview.weeks, real_config())

    assert len(breaches) > 120
    assert {plan: found for plan, found in breaches.items() if found} == {}


@pytest.mark.parametrize("event_day", list(Weekday))
def test_overviews_by_rule_break_no_rule_whatever_the_day_of_the_event(event_day: Weekday, library: Library) -> None:
    request = a_request(event={"date": f"2027-03-{22 + event_day.position}"})

    overview = RulesOverviewWriter().write(request, library, real_config())

    assert isinstance(overview, Overview)
    assert overview_breaches(request, overview.weeks, real_config()) == ()


def test_a_failure_keeps_its_attempts_on_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(OverviewError("no sound overview", (("a",), ("b", "c")))))

    assert (str(error), error.attempts) == ("no sound overview", (("a",), ("b", "c")))
