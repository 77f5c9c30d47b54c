"""Goals and event types that a new request names are ones that the configuration has."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.purpose.unknown_ids import unknown_ids
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.core.rules.overviews import a_request

EVENT_DAY = "2027-03-28"
WAY_DAY = "2027-02-20"


@pytest.fixture(scope="module")
def config() -> PlanningConfig:
    """The shipped configuration with one goal and one event type, so that a new one changes no message."""
    whole = real_config()
    few = {"goals": {"raise_ftp": whole.goals["raise_ftp"]}, "events": {"century": whole.events["century"]}}
    return whole.model_copy(update=few)


def event(kind: str | None, date: str = EVENT_DAY) -> dict[str, Any]:
    return {"date": date, "name": "Spring ride", "type": kind}


@pytest.mark.parametrize("goal", ["raise_ftp", "Raise FTP", "raise-ftp", "FTP", None])
def test_a_goal_is_known_by_its_id_or_an_alias_in_any_spelling(goal: str | None, config: PlanningConfig) -> None:
    assert unknown_ids(a_request(goal=goal, event=None), config) == ()


@pytest.mark.parametrize("kind", ["century", "Century", "100 miles", "", None])
def test_an_event_type_is_known_so_too_and_a_blank_one_is_none(kind: str | None, config: PlanningConfig) -> None:
    assert unknown_ids(a_request(event=event(kind), events=[event(kind, WAY_DAY)]), config) == ()


def test_an_unknown_goal_is_told_with_the_nearest_and_all_there_are(config: PlanningConfig) -> None:
    assert unknown_ids(a_request(goal="raise_ftpp", event=None), config) == (
        "goal: 'raise_ftpp' is not a known goal; did you mean raise_ftp? known: raise_ftp",
    )


def test_words_in_place_of_a_goal_are_not_guessed_at(config: PlanningConfig) -> None:
    assert unknown_ids(a_request(goal="more threshold", event=None), config) == (
        "goal: 'more threshold' is not a known goal; known: raise_ftp",
    )


def test_every_unknown_event_type_is_told_with_its_field(config: PlanningConfig) -> None:
    request = a_request(goal="fly", event=event("centurion"), events=[event("gala", WAY_DAY)])

    assert unknown_ids(request, config) == (
        "goal: 'fly' is not a known goal; known: raise_ftp",
        "event.type: 'centurion' is not a known event type; did you mean century? known: century",
        f"events: 'Spring ride' on {WAY_DAY}: 'gala' is not a known event type; known: century",
    )
