"""Configuration files, read into the core's models under a hash of their content."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.strict_input.input_limits import StrictInputError
from plan_pipeline.strict_input.strict_yaml import read_yaml
from plan_pipeline.strict_input.validation_messages import field_problems

VERSION_LENGTH = 12
"""Hex digits of the version: 48 bits tell any number of versions ever made apart."""

FLAGS_FILE = "feature_flags.yaml"


class ConfigProblem(Frozen):
    """One thing that is wrong: the file, relative to the folder, the field, and what to do about it."""

    file: str
    field: str = ""
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.field, self.message) if part)


class ConfigError(ValueError):
    """The configuration cannot be used. ``problems`` holds everything that was found."""

    def __init__(self, problems: Iterable[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        heading = f"the planning configuration has {count} problem{'' if count == 1 else 's'}:"
        super().__init__("\n  ".join([heading, *map(str, self.problems)]))


def load_config(folder: Path, sport: Sport = Sport.CYCLING) -> PlanningConfig:
    """The planning knowledge of a sport in a folder. Raises ``ConfigError`` with every problem."""
    problems: list[ConfigProblem] = []

    def read(file: str) -> Any:
        try:
            return read_yaml(folder / file)
        except StrictInputError as error:
            problems.append(ConfigProblem(file=file, message=str(error)))
            return None

    def aims(kind: str) -> dict[str, Any]:
        files = sorted((folder / sport.value / kind).glob("*.yaml"))
        return {path.stem: read(path.relative_to(folder).as_posix()) for path in files}

    content = {
        "defaults": read(f"{sport}/defaults.yaml"),
        "goals": aims("goals"),
        "events": aims("events"),
        "levels": read(f"{sport}/levels.yaml"),
        "week": read(f"{sport}/week.yaml"),
        "content": read(f"{sport}/content.yaml"),
        "rules": read(f"{sport}/rules.yaml") or {},
        "flags": (read(FLAGS_FILE) or {}).get("flags") or {},
    }
    if problems:
        raise ConfigError(problems)
    try:
        config = PlanningConfig.model_validate({"version": "", **content})
    except ValidationError as error:
        found = field_problems(error, PlanningConfig)
        raise ConfigError(
            ConfigProblem(file=folder.name, field=each.field, message=each.text) for each in found
        ) from None
    return config.model_copy(update={"version": config_version(config)})


def config_version(config: BaseModel) -> str:
    """A short SHA-256 over the knowledge in canonical JSON: layout, comments and order make no difference."""
    content = config.model_dump(mode="json", exclude={"version"})
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:VERSION_LENGTH]
