"""Purposes, seasons and envelopes of runners for the tests of the overview. Does not belong here: any assertion."""

from __future__ import annotations

from typing import Any

from plan_pipeline.core.config.flags import FeatureFlag, Flag
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.envelope import Envelope, envelope_for
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import WeekType
from plan_pipeline.core.overview.season import WeekSlot, season_of
from plan_pipeline.core.purpose.purpose import Purpose, purpose_of
from plan_pipeline_tests.core.running import running_config, running_library
from plan_pipeline_tests.core.running_plans import marathon


def marathon_purpose(**changes: Any) -> Purpose:
    """45 km a week by now and 60 in the fullest, seventeen weeks to a marathon on Sunday, without a tune-up race."""
    return purpose(marathon(**{"events": [], **changes}))


def purpose(request: PlanRequest, config: PlanningConfig | None = None) -> Purpose:
    return purpose_of(request, config or running_config())


def tables_of(found: Purpose) -> Envelope:
    """The product's running library as the purpose's runner meets it."""
    return envelope_for(running_library(), found)


def weeks_of(found: Purpose, kind: WeekType) -> list[WeekSlot]:
    return [slot for slot in season_of(found) if slot.week_type is kind]


def with_flag(config: PlanningConfig, *flags: Flag, enabled: bool) -> PlanningConfig:
    """The configuration with some flags on or off for everyone, in every sport."""
    changed = {flag.value: FeatureFlag(description="As the test has it.", enabled=enabled) for flag in flags}
    return config.model_copy(update={"flags": {**config.flags, **changed}})
