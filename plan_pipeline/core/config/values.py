"""The values that planning knowledge is made of: ids, shares, minutes, and what is said for each level."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field, StringConstraints

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import ExperienceLevel
from plan_pipeline.core.model.written import Number, WholeNumber

T = TypeVar("T")


class ByLevel(Frozen, Generic[T]):
    """One value for each level of experience."""

    beginner: T
    intermediate: T
    advanced: T

    def of(self, level: ExperienceLevel) -> T:
        """The value for a level."""
        value: T = getattr(self, level.value)
        return value


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Share = Annotated[Number, Field(ge=0, le=1)]
Minutes = Annotated[Number, Field(ge=0, le=24 * 60)]
Kilometres = Annotated[Number, Field(ge=0, le=320)]
WholeMinutes = Annotated[WholeNumber, Field(ge=0, le=24 * 60)]
Count = Annotated[WholeNumber, Field(ge=0, le=1000)]
