"""The planning configuration that each arm of a simulated experiment plans with."""

from collections.abc import Mapping
from pathlib import Path

from plan_pipeline.config import ConfigError, config_version, load_config
from plan_pipeline.core.config.flags import FeatureFlag
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.experiments.design import ArmSettings, Design, DesignError
from plan_pipeline.strict_input.validation_messages import nearest


def arm_configs(design: Design, in_force: PlanningConfig) -> dict[str, PlanningConfig]:
    """The configuration of each arm by name: its own folder's or the one in force, with the arm's flags as they are.

    Raises ``DesignError`` for a folder that cannot be used or has changed, and for a flag that there is not.
    """
    return {arm: _config_of(arm, design.settings_of(arm), in_force) for arm in design.arms}


def known_to_all(configs: Mapping[str, PlanningConfig], in_force: PlanningConfig) -> PlanningConfig:
    """The configuration in force with the goals and event types alone that every arm has: what athletes train for."""
    goals = {
        name: goal for name, goal in in_force.goals.items() if all(name in each.goals for each in configs.values())
    }
    events = {
        name: kind for name, kind in in_force.events.items() if all(name in each.events for each in configs.values())
    }
    return in_force.model_copy(update={"goals": goals, "events": events})


def with_versions(design: Design) -> Design:
    """The design with the versions of its arms' own configurations, so that a changed one is not mixed in."""
    made_with = {
        arm: settings.model_copy(update={"config_version": _load(arm, settings.config).version})
        if settings.config
        else settings
        for arm, settings in design.made_with.items()
    }
    return design.model_copy(update={"made_with": made_with})


def _config_of(arm: str, settings: ArmSettings, in_force: PlanningConfig) -> PlanningConfig:
    config = _load(arm, settings.config) if settings.config else in_force
    if settings.config and settings.config_version not in (None, config.version):
        raise DesignError(
            "arms",
            f"{settings.config} of {arm!r} has changed from {settings.config_version} to {config.version}; plans of "
            "both under one name could not be told apart: choose another name",
        )
    return with_flags(config, settings.flags) if settings.flags else config


def with_flags(config: PlanningConfig, flags: dict[str, bool]) -> PlanningConfig:
    """The configuration with some flags on or off for everybody. Raises ``DesignError`` for one that it lacks."""
    for name in flags:
        if name not in config.flags:
            near = nearest(name, tuple(config.flags))
            remedy = f"did you mean {near}?" if near else f"use one of {', '.join(config.flags)}"
            raise DesignError("arms", f"flags: {name!r} is not a feature flag; {remedy}")
    forced = {
        name: FeatureFlag(description=config.flags[name].description, enabled=enabled)
        for name, enabled in flags.items()
    }
    changed = config.model_copy(update={"flags": {**config.flags, **forced}})
    return changed.model_copy(update={"version": config_version(changed)})


def _load(arm: str, folder: str | None) -> PlanningConfig:
    assert folder is not None
    try:
        return load_config(Path(folder))
    except ConfigError as error:
        raise DesignError("arms", f"config of {arm!r}: {folder}: {error}") from None
