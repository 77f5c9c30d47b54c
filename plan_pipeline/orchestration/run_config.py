"""What the configurations of all jobs have in common: how bad values are told of, and what the launchpad shows."""

from collections.abc import Set
from typing import Any

import dagster as dg
from pydantic import ValidationError

from plan_pipeline.orchestration.dagster_internals.plain_failure import PlainFailure
from plan_pipeline.strict_input.validation_messages import describe


class CheckedConfig(dg.Config):
    """The configuration of an op: a value out of bounds, which no launchpad notices, fails the run in a sentence."""

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise PlainFailure("configuration: " + "\n".join(describe(error, type(self)))) from None


def launchpad(op: dg.OpDefinition, config: dg.Config, shown: Set[str]) -> dict[str, Any]:
    """The configuration that the launchpad of a job of one op begins with: of its fields those that people set.

    Any other may be written beside them. Dagster shows them in the order of their names.
    """
    return {"ops": {op.name: {"config": config.model_dump(mode="json", include=set(shown))}}}
