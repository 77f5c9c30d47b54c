"""The runners that the standard plans are made for: one for each distance and volume tier."""

import datetime as dt
from typing import Annotated, Self

from pydantic import Field, model_validator

from plan_pipeline.core.config.values import Kilometres, Sentence
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.runner_fields import RecentRace
from plan_pipeline.core.model.vocabulary import ExperienceLevel, VolumeTier, Weekday
from plan_pipeline.core.paces.vdot import RaceDistance


class ReferenceRunner(Frozen):
    """A runner who is typical of a tier: kilometres a week by now and in the fullest week, the longest run by now in
    kilometres, a race of late, experience, and the days that can be run.
    """

    current_weekly_km: Annotated[Kilometres, Field(gt=0)]
    weekly_km: Annotated[Kilometres, Field(gt=0)]
    longest_run_km: Annotated[Kilometres, Field(gt=0)]
    recent_race: RecentRace
    experience_level: ExperienceLevel
    week_days: Annotated[tuple[Weekday, ...], Field(min_length=2, max_length=7)]

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if self.weekly_km < self.current_weekly_km:
            raise ValueError(
                f"weekly_km {self.weekly_km:g} of the fullest week is below current_weekly_km "
                f"{self.current_weekly_km:g}; raise it"
            )
        return self


class StandardPlanSettings(Frozen):
    """All of ``standard_plans.yaml``: the Monday that every standard plan begins on, and who each is made for."""

    start_date: dt.date
    source: Sentence
    runners: dict[RaceDistance, dict[VolumeTier, ReferenceRunner]]

    @model_validator(mode="after")
    def _begins_on_a_monday(self) -> Self:
        if self.start_date.weekday() != 0:
            raise ValueError(f"start_date {self.start_date} is no Monday; give the first day of a week")
        return self
