"""The planning configuration that ships with the product holds what coaches and studies say of goals and events."""

from functools import lru_cache

import pytest

from plan_pipeline.config import load_config
from plan_pipeline.core.cohort import cyclists
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.purpose.reading import first_meaning
from plan_pipeline.shipped import shipped

GOALS = {
    "raise_ftp",
    "vo2max",
    "sprint",
    "time_crunched",
    "general_fitness",
    "weight_loss",
    "return_after_break",
    "first_plan",
    "maintain",
    "base_season",
}
LONG_RIDES = {
    "century": (0.70, 0.45, 300, 360),
    "gran_fondo": (0.65, 0.50, 330, 390),
    "ultra": (0.40, 0.50, 360, 840),
    "gravel": (0.65, 0.45, 300, 330),
    "road_race": (1.0, 0.37, 240, 180),
    "criterium": (None, 0.30, 150, 50),
    "time_trial": (None, 0.33, 180, 40),
    "hill_climb": (None, 0.30, 180, 10),
    "stage_race": (0.75, 0.45, 330, 300),
    "mtb_xco": (None, 0.33, 180, 90),
    "mtb_marathon": (0.65, 0.45, 300, 300),
    "cyclo_cross": (None, 0.30, 150, 50),
    "track": (None, 0.30, 150, 5),
    "first_ride": (0.80, 0.45, 210, 195),
    "other": (0.70, 0.40, 240, 240),
}
"""Share of the expected duration and of a load week's hours, longest ride and usual duration in minutes."""


@lru_cache(maxsize=1)
def config() -> PlanningConfig:
    return load_config(shipped("config"))


def test_it_holds_every_goal_and_event_type_that_requests_may_name() -> None:
    assert set(config().goals) == GOALS
    assert set(config().events) == set(LONG_RIDES)


@pytest.mark.parametrize("event", LONG_RIDES)
def test_long_rides_are_what_the_event_asks_for(event: str) -> None:
    kind = config().events[event]
    ride = kind.long_ride
    assert (ride.duration_share, ride.hours_share, ride.longest_min, kind.default_duration_min) == LONG_RIDES[event]


@pytest.mark.parametrize(
    ("written", "event"),
    [("race", "road_race"), ("tt", "time_trial"), ("sportive", "century"), ("Fondo", "gran_fondo"), ("MTB", "mtb_xco")],
)
def test_what_event_types_were_called_before_is_still_known(written: str, event: str) -> None:
    kind = config().event(written)
    assert kind is not None
    assert kind.id == event


@pytest.mark.parametrize(
    ("written", "aim"),
    [
        ("Improve FTP", "raise_ftp"),
        ("Climb better", "raise_ftp"),
        ("Raise my VO2max", "vo2max"),
        ("5-minute power", "vo2max"),
        ("Improve sprint", "sprint"),
        ("Keep FTP with little time", "time_crunched"),
        ("Get fit", "general_fitness"),
        ("Lose weight and keep power", "weight_loss"),
        ("Get back into form", "return_after_break"),
        ("Ride two hours without stopping", "first_plan"),
        ("Keep my form over the winter", "maintain"),
        ("Winter base miles", "base_season"),
        ("Finish a century comfortably", "century"),
        ("Ride a gran fondo", "gran_fondo"),
        ("200-mile gravel", "ultra"),
        ("100 miles of gravel", "gravel"),
        ("Win a race", "road_race"),
        ("Race criteriums", "criterium"),
        ("Club time trial", "time_trial"),
        ("Win the hill climb", "hill_climb"),
        ("Five Valleys Stage Race", "stage_race"),
        ("Cyclo-cross season", "cyclo_cross"),
        ("Mountain bike marathon", "mtb_marathon"),
        ("A charity ride", "first_ride"),
    ],
)
def test_words_are_read_as_what_people_mean_by_them(written: str, aim: str) -> None:
    found = first_meaning([written], config())
    assert found is not None
    assert found.aim.id == aim


@pytest.mark.parametrize("written", cyclists.GOALS)
def test_the_goals_of_made_up_athletes_can_be_read(written: str) -> None:
    assert first_meaning([written], config()) is not None


def test_events_of_three_hours_and_more_have_work_late_in_their_long_rides() -> None:
    late = {event.id for event in config().events.values() if event.long_ride.works_late}
    assert late == {event for event, (*_, usual) in LONG_RIDES.items() if usual >= 180} - {"first_ride"}
