"""The design of a simulated experiment as a file: arms with flags and planning configurations of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.request import ArmName, Key, WriterName
from plan_pipeline.core.model.vocabulary import Sport, WorkoutSource
from plan_pipeline.core.model.written import Truth, WholeNumber
from plan_pipeline.experiments.design import (
    DEFAULT_ATHLETES,
    DEFAULT_SEED,
    ArmSettings,
    Design,
    DesignError,
    settings_of_name,
)
from plan_pipeline.strict_input.input_limits import MAX_DEFINITION_BYTES, StrictInputError
from plan_pipeline.strict_input.strict_yaml import read_yaml
from plan_pipeline.strict_input.validation_messages import describe


class ArmEntry(Frozen):
    """An arm of a design.

    What it does not say of ``duration`` and ``overview`` is as its name alone would have it, where that is an arm or an
    overview writer, and as usual otherwise.
    """

    name: Key
    duration: ArmName | None = None
    overview: WriterName | None = None
    workouts: WorkoutSource = WorkoutSource.LIBRARY
    flags: dict[str, Truth] = Field(default_factory=dict)
    config: str | None = None


def _by_name(entry: Any) -> Any:
    """An arm that is only named."""
    return {"name": entry} if isinstance(entry, str) else entry


class DesignFile(Frozen):
    """All of a design's file; arms are names, or fields, and the sport is what its athletes train for."""

    name: Key | None = None
    sport: Sport = Sport.CYCLING
    athletes: WholeNumber = DEFAULT_ATHLETES
    seed: WholeNumber = DEFAULT_SEED
    arms: tuple[Annotated[ArmEntry, BeforeValidator(_by_name)], ...] = Field(min_length=2)


def read_design(path: Path) -> Design:
    """The design in a file; folders of configurations are relative to it.

    Raises ``DesignError`` with everything that is wrong.
    """
    try:
        data = read_yaml(path, MAX_DEFINITION_BYTES)
        written = DesignFile.model_validate(data)
    except StrictInputError as error:
        raise DesignError(str(path), str(error)) from None
    except ValidationError as error:
        raise DesignError(str(path), "\n  ".join(["cannot be used:", *describe(error, DesignFile)])) from None
    return Design.of(
        name=written.name,
        athletes=written.athletes,
        seed=written.seed,
        sport=written.sport,
        arms=[arm.name for arm in written.arms],
        made_with={arm.name: _settings(arm, path) for arm in written.arms if arm != ArmEntry(name=arm.name)},
    )


def _settings(arm: ArmEntry, path: Path) -> ArmSettings:
    named = settings_of_name(arm.name) or ArmSettings()
    config = None if arm.config is None else str((path.parent / Path(arm.config).expanduser()).resolve())
    try:
        return ArmSettings(
            duration=arm.duration or named.duration,
            overview=arm.overview or named.overview,
            workouts=arm.workouts,
            flags=arm.flags,
            config=config,
        )
    except ValidationError as error:
        raise DesignError("arms", "; ".join(f"{arm.name}: {said}" for said in describe(error, ArmSettings))) from None
