"""Plans made from a migrated library, rich or poor: published or infeasible, and never a crash."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import Any

import pytest

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.vocabulary import PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import PlanResult, generate_plan
from plan_pipeline.library.files import LibraryFile, library_version
from plan_pipeline.library.migration.migrate import migrate_library
from plan_pipeline.strict_input.strict_yaml import parse_yaml
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.library.migration.legacy_libraries import legacy_library, library

STAMP = Stamp(generation_id="g1", generated_at=dt.datetime(2027, 1, 2, tzinfo=dt.UTC), code_version="0.1.0")


def library_of(old: dict[str, Any]) -> Library:
    migration = migrate_library(json.dumps(old).encode(), "old.json", real_config())
    files = [LibraryFile.model_validate(parse_yaml(t)) for f, t in migration.files.items() if f.endswith(".yaml")]
    workouts = tuple(sorted((each for file in files for each in file.workouts), key=lambda each: each.id))
    return Library(version=library_version(workouts), workouts=workouts)


def plans_from(of: Library, count: int) -> list[PlanResult]:
    config = real_config()
    return [generate_plan(request, of, config, stamp=STAMP) for request in synthetic_requests(count, 7, config)]


def test_forty_plans_from_a_library_with_every_gap_are_published_or_infeasible() -> None:
    statuses = Counter(plan.verdict.status for plan in plans_from(library_of(legacy_library(1)), 40))
    assert statuses.keys() <= {PlanStatus.PUBLISHED, PlanStatus.INFEASIBLE}
    assert statuses[PlanStatus.PUBLISHED] >= 36


@pytest.mark.parametrize("kinds", [{"endurance"}, {"vo2max", "anaerobic"}, {"sweet_spot", "recovery", "mixed"}])
def test_a_library_that_lacks_types_ends_in_plans_or_in_reasons(kinds: set[str]) -> None:
    old = legacy_library(1, gaps=False)
    poor = library_of(library(*(each for each in old["workouts"] if each["type"] in kinds)))
    for plan in plans_from(poor, 8):
        assert plan.verdict.status is PlanStatus.PUBLISHED or plan.verdict.reasons


def test_a_taper_asks_for_the_load_of_the_sharp_session_that_an_old_library_has() -> None:
    """Its sessions with so few minutes near threshold are all short: the target is what they and other days give."""
    config, of = real_config(), library_of(legacy_library(2))
    request = next(each for each in synthetic_requests(36, 7, config) if each.plan_id == "cohort-s7-00035")
    assert generate_plan(request, of, config, stamp=STAMP).verdict.status is PlanStatus.PUBLISHED


def test_a_goal_that_the_library_has_no_work_for_is_infeasible_and_says_so() -> None:
    config, old = real_config(), legacy_library(1, gaps=False)
    easy = library_of(library(*(each for each in old["workouts"] if each["type"] in ("endurance", "recovery"))))
    sprinter = next(each for each in synthetic_requests(60, 9, config) if each.goal == "sprint")
    verdict = generate_plan(sprinter, easy, config, stamp=STAMP).verdict
    assert verdict.status is PlanStatus.INFEASIBLE
    assert "the library has no workouts with minutes at above 120 %" in verdict.reasons[0]
