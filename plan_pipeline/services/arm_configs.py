"""The planning configuration that each arm of a simulated experiment plans with."""

from collections.abc import Mapping
from pathlib import Path

from plan_pipeline.config import ConfigError, config_version, load_config
from plan_pipeline.core.config.flags import FeatureFlag, Flag
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.experiments.design import ArmSettings, Design, DesignError
from plan_pipeline.strict_input.validation_messages import nearest

BY_DESIGN = "Given by the design of an experiment."
"""The description of a flag that the configuration of a sport does not list."""


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
        arm: settings.model_copy(update={"config_version": _load(arm, settings.config, design.sport).version})
        if settings.config
        else settings
        for arm, settings in design.made_with.items()
    }
    return design.model_copy(update={"made_with": made_with})


def _config_of(arm: str, settings: ArmSettings, in_force: PlanningConfig) -> PlanningConfig:
    config = _load(arm, settings.config, in_force.sport) if settings.config else in_force
    if settings.config and settings.config_version not in (None, config.version):
        raise DesignError(
            "arms",
            f"{settings.config} of {arm!r} has changed from {settings.config_version} to {config.version}; plans of "
            "both under one name could not be told apart: choose another name",
        )
    return with_flags(config, settings.flags) if settings.flags else config


def with_flags(config: PlanningConfig, flags: dict[str, bool]) -> PlanningConfig:
    """The configuration with some flags on or off for everybody, in a sport too in which they usually do not hold.

    The variation engine is switched on with those of its parts that neither the flags nor the configuration name.
    Raises ``DesignError`` for a flag that there is not.
    """
    known = tuple(dict.fromkeys([*config.flags, *(flag.value for flag in Flag)]))
    for name in flags:
        if name not in known:
            near = nearest(name, known)
            remedy = f"did you mean {near}?" if near else f"use one of {', '.join(known)}"
            raise DesignError("arms", f"flags: {name!r} is not a feature flag; {remedy}")
    with_parts = dict(flags)
    if flags.get(Flag.VARIATION_ENGINE):
        parts = (flag.value for flag in Flag if flag.is_of_variation and flag.value not in config.flags)
        with_parts = {**dict.fromkeys(parts, True), **flags}
    forced = {
        name: FeatureFlag(
            description=config.flags[name].description if name in config.flags else BY_DESIGN, enabled=enabled
        )
        for name, enabled in with_parts.items()
    }
    changed = config.model_copy(update={"flags": {**config.flags, **forced}})
    return changed.model_copy(update={"version": config_version(changed)})


def _load(arm: str, folder: str | None, sport: Sport) -> PlanningConfig:
    assert folder is not None
    try:
        return load_config(Path(folder), sport)
    except ConfigError as error:
        raise DesignError("arms", f"config of {arm!r}: {folder}: {error}") from None
