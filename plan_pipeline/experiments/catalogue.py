"""Which experiments there are, a line each: those defined, those simulated, and those that plans were made for."""

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from plan_pipeline.core.experiment import Experiment, is_running
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.experiments.design import Design, designs
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.warehouse.queries import query

_FACTS = """
SELECT experiment, bool_and(simulated IS TRUE) AS simulated, histogram(arm) AS plans,
    min(generated_at) AS first_generation, max(generated_at) AS last_generation
FROM latest_generations
WHERE experiment IS NOT NULL
GROUP BY experiment
ORDER BY experiment
"""


class Kind(StrEnum):
    """Whose plans an experiment is on."""

    SIMULATED = "simulated"
    LIVE = "live"


class State(StrEnum):
    """How far an experiment is. ``UNDEFINED``: plans were made for it, but there is no definition any more."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"
    UNDEFINED = "undefined"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


class ExperimentEntry(Frozen):
    """An experiment. ``plans`` counts those that were made, by arm; times are of their latest generations, UTC."""

    name: str
    kind: Kind
    state: State
    plans: dict[str, int]
    first_generation: dt.datetime | None = None
    last_generation: dt.datetime | None = None

    @property
    def running(self) -> bool:
        """Whether it assigns live plans now."""
        return self.state is State.RUNNING


def catalogue(data: DataFolder, definitions: Iterable[Experiment], day: dt.date) -> tuple[ExperimentEntry, ...]:
    """Every experiment of a data folder, by name; before the first warehouse, those that are defined or designed."""
    defined = {experiment.name: experiment for experiment in definitions}
    designed = {design.name: design for design in designs(data)}
    rows = query(data, _FACTS).records() if data.warehouse.is_file() else []
    made = {row["experiment"]: row for row in rows}
    return tuple(
        _entry(name, defined.get(name), designed.get(name), made.get(name, {}), day)
        for name in sorted(defined.keys() | designed.keys() | made.keys())
    )


def _entry(
    name: str, definition: Experiment | None, design: Design | None, made: Mapping[Any, Any], day: dt.date
) -> ExperimentEntry:
    plans = made.get("plans", {})
    arms: Iterable[str] = ()
    if definition is not None:
        kind, state, arms = Kind.LIVE, _state(definition, day), definition.arms
    elif design is not None:
        whole = all(plans.get(arm, 0) >= design.athletes for arm in design.arms)
        kind, state, arms = Kind.SIMULATED, State.COMPLETE if whole else State.INCOMPLETE, design.arms
    else:
        kind, state = Kind.SIMULATED if made["simulated"] else Kind.LIVE, State.UNDEFINED
    return ExperimentEntry(
        name=name,
        kind=kind,
        state=state,
        plans={arm: plans.get(arm, 0) for arm in dict.fromkeys((*arms, *plans))},
        first_generation=made.get("first_generation"),
        last_generation=made.get("last_generation"),
    )


def _state(definition: Experiment, day: dt.date) -> State:
    if is_running(definition, day):
        return State.RUNNING
    return State.ENDED if definition.end is not None and definition.end <= day else State.PLANNED
