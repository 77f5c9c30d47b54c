"""A runner's volume tier: by what is run today and the time there is. A half marathon's tiers start at 18, 30 and 75
km a week, and their peaks at 35, 55 and 100."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.model.vocabulary import VolumeTier
from plan_pipeline.core.purpose.purpose import purpose_of
from plan_pipeline.core.purpose.tiers import TierChoice, peak_km_of, tier_of
from plan_pipeline_tests.core.running import a_runner_request, in_kilometres, running_config

HALF = running_config().events["half_marathon"]


def tier(now_km: float | None, peak_km: float, **athlete: Any) -> TierChoice:
    return tier_of(in_kilometres(peak_km, athlete={"current_weekly_km": now_km, **athlete}), HALF)


@pytest.mark.parametrize(
    ("now_km", "peak_km", "name"),
    [
        (40, 60, "mid"),
        (30, 60, "mid"),
        (29, 60, "low"),
        (40, 47, "mid"),
        (40, 46, "low"),
        (75, 85, "high"),
        (75, 84, "mid"),
        (74, 120, "mid"),
        (5, 20, "low"),
        (None, 60, "mid"),
        (None, 110, "high"),
    ],
)
def test_it_is_the_highest_whose_start_is_run_by_now_and_whose_peak_is_nearly_come_to(
    now_km: float | None, peak_km: float, name: str
) -> None:
    found = tier(now_km, peak_km)
    assert (found.name, found.tier, found.warning) == (VolumeTier(name), HALF.tiers[VolumeTier(name)], "")


def test_ambition_is_no_reason_for_another() -> None:
    hopeful = {"date": "2027-03-28", "type": "half_marathon", "goal_time": "1:10:00"}
    assert tier_of(in_kilometres(60, event=hopeful), HALF) == tier_of(in_kilometres(60), HALF)


def test_one_that_is_asked_for_is_taken_with_a_warning() -> None:
    found = tier(40, 60, volume_tier="high")
    assert (found.name, found.by_volume) == (VolumeTier.HIGH, VolumeTier.MID)
    assert found.warning.startswith("You asked for the high tier; 40 km a week are those of the mid one.")


def test_the_warning_names_the_fullest_week_where_no_other_is_known() -> None:
    assert "60 km in the fullest week are those of the mid one" in tier(None, 60, volume_tier="low").warning


def test_asking_for_the_one_that_is_run_needs_no_warning() -> None:
    assert tier(40, 60, volume_tier="mid") == tier(40, 60)


def test_one_that_the_race_does_not_have_is_not_taken() -> None:
    low_only = HALF.model_copy(update={"tiers": {VolumeTier.LOW: HALF.tiers[VolumeTier.LOW]}})
    found = tier_of(in_kilometres(60, athlete={"volume_tier": "high"}), low_only)
    assert (found.name, found.warning) == (VolumeTier.LOW, "")


def test_hours_stand_for_the_kilometres_of_the_usual_mix() -> None:
    """81 % of a threshold of 4:15/km, that of a 10 km of 41:20, are 11.4 km in an hour."""
    request = a_runner_request()
    assert request.athlete_profile.runner.threshold_s_per_km == 255
    assert peak_km_of(request) == pytest.approx(5 * 3600 / 255 * 0.81)


def test_kilometres_stand_for_themselves() -> None:
    assert peak_km_of(in_kilometres(60)) == 60


@pytest.mark.parametrize(("peak_km", "now_km", "days"), [(110, 80, 7), (60, 40, 6)])
def test_only_the_high_tier_runs_on_seven_days(peak_km: float, now_km: float, days: int) -> None:
    request = in_kilometres(peak_km, "mon-sun", athlete={"current_weekly_km": now_km})
    assert purpose_of(request, running_config()).most_training_days == days


def test_a_beginner_rests_on_two_days_in_any_tier() -> None:
    request = in_kilometres(60, "mon-sun", athlete={"current_weekly_km": 40, "experience_level": "beginner"})
    assert purpose_of(request, running_config()).most_training_days == 5
