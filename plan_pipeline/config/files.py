"""A configuration folder, read into the core's model under a hash of its content."""

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from plan_pipeline.config.checks import check_folder
from plan_pipeline.config.problems import ConfigError, ConfigProblem
from plan_pipeline.config.reading import ConfigFolder, read_folder, sports_of
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.strict_input.data_folders import Severity, content_version


class ConfigReport(NamedTuple):
    """A configuration, or ``None`` where it cannot be used, and everything that is wrong with it."""

    config: PlanningConfig | None
    problems: tuple[ConfigProblem, ...]

    @property
    def errors(self) -> tuple[ConfigProblem, ...]:
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[ConfigProblem, ...]:
        return tuple(problem for problem in self.problems if problem.severity is Severity.WARNING)


def load_config(folder: Path, sport: Sport = Sport.CYCLING) -> PlanningConfig:
    """The planning knowledge of a sport in a folder. Raises ``ConfigError`` with every error."""
    report = validate_config(folder, sport)
    if report.config is None:
        raise ConfigError(report.errors)
    return report.config


def validate_config(
    folder: Path, sport: Sport = Sport.CYCLING, workout_ids: Collection[str] | None = None
) -> ConfigReport:
    """Read and check everything in a folder; all problems are in the report, none is raised.

    Tests are to be among the workouts of the library, where their ids are given.
    """
    found = read_folder(folder, sport)
    problems = (*found.problems, *check_folder(found, workout_ids))
    if any(problem.severity is Severity.ERROR for problem in problems):
        return ConfigReport(None, problems)
    config = _config_of(found)
    return ConfigReport(config.model_copy(update={"version": config_version(config)}), problems)


def load_configs(folder: Path) -> dict[Sport, PlanningConfig]:
    """The planning knowledge of every sport that a folder has, for whoever needs all. Raises as ``load_config``."""
    return {sport: load_config(folder, sport) for sport in sports_of(folder) or (Sport.CYCLING,)}


def config_version(config: PlanningConfig) -> str:
    """A short SHA-256 over the knowledge in canonical JSON: layout, comments and order make no difference, save the
    order of rules, which is that of a plan's results."""
    content = {**config.model_dump(mode="json", exclude={"version"}), "order_of_rules": list(config.rules)}
    return content_version(content)


def _config_of(folder: ConfigFolder) -> PlanningConfig:
    values = {name: file.value for name, file in folder.files.items()}
    aims = {name: {aim: file.value for aim, file in files.items()} for name, files in folder.aims.items()}
    flags = values.pop("flags", None)
    held = {} if flags is None else flags.flags
    of_sport = {name: flag for name, flag in held.items() if not flag.sports or folder.sport in flag.sports}
    return PlanningConfig(version="", sport=folder.sport, **values, **aims, flags=of_sport)
