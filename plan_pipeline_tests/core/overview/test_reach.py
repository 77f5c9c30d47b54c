"""Overviews are held against what the library's workouts can give on the athlete's days."""

from pathlib import Path

import pytest

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.model.plan import Overview, OverviewWeek
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.overview.reach import reach_breaches
from plan_pipeline.library import load_library
from plan_pipeline_tests.core.builders import real_config
from plan_pipeline_tests.core.rules.overviews import a_request, sound_weeks, with_week

pytestmark = pytest.mark.no_cover  # other tests reach all lines; counting them here takes as long again

LIBRARY = load_library(Path(__file__).parents[3] / "workout_library")


def breaches(weeks: tuple[OverviewWeek, ...], library: Library = LIBRARY) -> tuple[str, ...]:
    return reach_breaches(a_request(), weeks, library, real_config())


def test_an_overview_within_reach_has_no_breach() -> None:
    assert breaches(sound_weeks()) == ()


def test_hours_beyond_the_days_are_told_the_nearest_total() -> None:
    weeks = with_week(sound_weeks(), 3, days="tuesday recovery, wednesday recovery", target_hours=5, target_tss=120)

    (breach,) = breaches(weeks)

    assert breach == (
        "Week 3: target_hours 5 cannot be had on its days; the nearest total is 2.50. "
        "Change the hours, the days or their types."
    )


def test_tss_that_the_sessions_do_not_give_is_told_what_they_do() -> None:
    (breach,) = breaches(with_week(sound_weeks(), 2, target_tss=700))

    assert breach.startswith("Week 2: target_tss 700 does not go with 8 h of its sessions, which give about ")


def test_a_type_that_the_library_lacks_is_named() -> None:
    without = Library(
        version="no vo2max", workouts=tuple(w for w in LIBRARY.workouts if w.type is not WorkoutType.VO2MAX)
    )

    assert "Week 1: vo2max on Tuesday cannot be had, the library has none; plan another." in breaches(
        sound_weeks(), without
    )


def test_a_type_that_does_not_fit_a_days_cap_is_named() -> None:
    request = a_request(availability={"max_minutes": {"tuesday": 30}})

    found = reach_breaches(request, sound_weeks(), LIBRARY, real_config())

    assert "Week 1: vo2max on Tuesday cannot be had, none fits into 30 minutes; plan another." in found


@pytest.mark.parametrize("seed", range(4))
def test_overviews_by_rules_are_always_within_reach(seed: int) -> None:
    for request in synthetic_requests(25, seed, real_config()):
        overview = plan_overview(request, LIBRARY, real_config())
        if isinstance(overview, Overview):
            assert reach_breaches(request, overview.weeks, LIBRARY, real_config()) == ()
