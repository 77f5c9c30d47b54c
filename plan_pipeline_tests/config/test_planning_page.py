"""docs/planning.md has the numbers of the configuration, and a coach who does what it says gets what it promises."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.config import load_config, validate_config
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Band, WorkoutType
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.shipped import shipped
from plan_pipeline_tests.config.folders import a_copy, replace
from plan_pipeline_tests.core.builders import STAMP, real_library

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "planning.md").read_text(encoding="utf-8")
ONSET, LATER_ONSET, HARD_DAYS, RACE = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped configuration with both edits of the page made."""
    copy = a_copy(tmp_path / "config")
    levels = copy / "cycling/levels.yaml"
    replace(levels, ONSET, LATER_ONSET)
    before = re.search(r"  hard_days:\n(    - .*\n)+", levels.read_text(encoding="utf-8"))
    assert before is not None
    replace(levels, before[0], HARD_DAYS)
    (copy / "cycling/events/race_24h.yaml").write_text(RACE, encoding="utf-8")
    return copy


def a_request(**fields: Any) -> PlanRequest:
    athlete = {
        "athlete_id": "a",
        "ftp": 240,
        "experience_level": fields.pop("level", "intermediate"),
        "training_availability": {
            "hours_per_week": fields.pop("hours", 9),
            "week_days": "Tuesday, Thursday, Saturday, Sunday",
        },
    }
    return PlanRequest.model_validate(
        {"plan_id": "p", "athlete_profile": athlete, "start_date": "2027-01-04", "weeks": 12, **fields}
    )


def planned(request: PlanRequest, config: PlanningConfig) -> tuple[PlanWeek, ...]:
    plan = generate_plan(request, real_library(), config, stamp=STAMP).plan
    assert plan is not None
    return plan.training_plan.weekly_plan


def hard_minutes(week: PlanWeek) -> float:
    """Minutes from 88 % of threshold outside of tests."""
    trained = [workout for workout in week.workouts if workout.type is not WorkoutType.TEST]
    return sum(session_content(workout.segments).minutes_from(88) for workout in trained)


def test_its_tables_are_those_of_the_configuration() -> None:
    page_with_tables = runpy.run_path(str(DOCS / "planning_tables.py"))["page_with_tables"]
    assert page_with_tables(PAGE, load_config(shipped("config"))) == PAGE, "run docs/planning_tables.py"


def test_both_examples_pass_the_check(folder: Path) -> None:
    workout_ids = [workout.id for workout in real_library().workouts]
    assert validate_config(folder, workout_ids=workout_ids).problems == ()


def test_a_later_onset_holds_in_the_plan_of_a_beginner(folder: Path) -> None:
    request = a_request(goal="raise_ftp", level="beginner", hours=5)
    before, after = (purpose_of(request, load_config(each)) for each in (shipped("config"), folder))
    assert (before.level.first_week_of(Band.SWEET_SPOT), after.level.first_week_of(Band.SWEET_SPOT)) == (3, 4)
    assert before.week_minutes(2, 9, 3)
    assert not after.week_minutes(2, 9, 3)
    assert [hard_minutes(week) for week in planned(request, after.config)[:3]] == [0, 0, 0]


@pytest.mark.parametrize("event", [{"type": "race_24h"}, {"type": "24h"}, {"name": "Round the clock at Le Mans"}])
def test_a_new_event_type_is_planned_for_under_all_its_names(folder: Path, event: dict[str, str]) -> None:
    config = load_config(folder)
    request = a_request(event={"date": "2027-03-28", "name": "Race", **event})
    purpose = purpose_of(request, config)
    assert purpose.aim.id == "race_24h"
    assert purpose.expected_duration_min == 1440
    longest = max(workout.duration_min for week in planned(request, config) for workout in week.workouts)
    assert 240 <= longest <= 360
