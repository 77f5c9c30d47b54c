"""Names by which other planners of this kind are set. They are read here as well; our own go before them."""

import os
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

from plan_pipeline.core.model.vocabulary import BY_ANTHROPIC
from plan_pipeline.core.registry import squashed

PROVIDER: Final = "AI_PROVIDER"
MODEL: Final = "AI_MODEL"
MAX_TOKENS: Final = "AI_MAX_TOKENS"
TEMPERATURE: Final = "AI_TEMPERATURE"
WORKOUTS: Final = "WORKOUT_SOURCE"
OTHER_NAMES: Final = (PROVIDER, MODEL, MAX_TOKENS, TEMPERATURE, WORKOUTS)


class OtherValue(NamedTuple):
    """What a variable of another planner sets here: a field of ours, and the value as it is written."""

    variable: str
    field: str
    value: str


def other_variables() -> dict[str, str]:
    """What the environment says under such names, which those planners read in any spelling; blank ones left out."""
    found: dict[str, str] = {}
    for name, value in sorted(os.environ.items()):  # of two spellings the one in capitals counts
        if name.upper() in OTHER_NAMES and value.strip():
            found.setdefault(name.upper(), value.strip())
    return found


def other_values(variables: Mapping[str, str], fields: Collection[str]) -> Iterator[OtherValue]:
    """What they set of our ``fields``. A model is that of the provider beside it, or of those planners' first one."""
    owners = {PROVIDER: "default_overview", WORKOUTS: "default_workouts", MAX_TOKENS: "llm_max_tokens"}
    owners[MODEL] = f"{squashed(variables.get(PROVIDER, BY_ANTHROPIC))}_model"
    for name, value in variables.items():
        if (field := owners.get(name)) in fields and field is not None:
            yield OtherValue(name, field, value)
