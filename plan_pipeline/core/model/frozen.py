"""The base of every model in the core: frozen, closed to unknown fields.

Belongs here: what all models share. Does not belong here: any model with a meaning of its own.
"""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable model; an unknown field is an error that names it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
