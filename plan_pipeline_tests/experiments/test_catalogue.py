"""The catalogue has every experiment once, with how far it is and the plans it has."""

from __future__ import annotations

import datetime as dt

import pytest

from plan_pipeline.core.experiment import Experiment
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL
from plan_pipeline.core.model.workout import Library
from plan_pipeline.experiments.catalogue import ExperimentEntry, Kind, State, catalogue
from plan_pipeline.experiments.design import Design, claim
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline_tests.experiments.made import MADE_AT, facts_of, make

DAY = dt.date(2027, 5, 1)
YESTERDAY, TOMORROW = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)
WEIGHTS = {LEGACY: 50.0, ADJUSTED: 50.0}


@pytest.mark.parametrize(
    ("period", "state"),
    [
        ({}, State.RUNNING),
        ({"start": DAY}, State.RUNNING),
        ({"start": TOMORROW}, State.PLANNED),
        ({"end": DAY}, State.ENDED),
        ({"start": YESTERDAY, "end": TOMORROW}, State.RUNNING),
    ],
)
def test_a_live_experiment_is_planned_running_or_ended(
    data: DataFolder, period: dict[str, dt.date], state: State
) -> None:
    half = Experiment(name="half", arms=WEIGHTS, **period)
    (entry,) = catalogue(data, [half], DAY)
    assert (entry.kind, entry.state, entry.running) == (Kind.LIVE, state, state is State.RUNNING)
    assert entry.plans == {LEGACY: 0, ADJUSTED: 0}


def test_a_simulated_experiment_is_complete_when_every_athlete_has_a_plan_in_every_arm(
    data: DataFolder, library: Library
) -> None:
    for name in ("whole", "half-way"):
        claim(data, Design.of(name=name, athletes=2, arms=["legacy", "adjusted"], seed=3), live=())
    make(
        data,
        library,
        [
            *facts_of(library, "whole", LEGACY, 2, simulated=True),
            *facts_of(library, "whole", ADJUSTED, 2, simulated=True),
            *facts_of(library, "half-way", LEGACY, 2, simulated=True),
        ],
    )
    assert catalogue(data, [], DAY) == (
        ExperimentEntry(
            name="half-way",
            kind=Kind.SIMULATED,
            state=State.INCOMPLETE,
            plans={LEGACY: 2, ADJUSTED: 0},
            first_generation=MADE_AT,
            last_generation=MADE_AT,
        ),
        ExperimentEntry(
            name="whole",
            kind=Kind.SIMULATED,
            state=State.COMPLETE,
            plans={LEGACY: 2, ADJUSTED: 2},
            first_generation=MADE_AT,
            last_generation=MADE_AT,
        ),
    )


def test_plans_of_an_experiment_without_a_definition_are_listed(data: DataFolder, library: Library) -> None:
    make(data, library, facts_of(library, "gone", OPTIMAL, 1, simulated=False))
    (entry,) = catalogue(data, [], DAY)
    assert (entry.kind, entry.state, entry.plans) == (Kind.LIVE, State.UNDEFINED, {OPTIMAL: 1})
