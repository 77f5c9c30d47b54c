"""What can be wrong with a planning configuration, as data, and the one exception that carries it."""

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.strict_input.data_folders import ProblemsError, Severity


class ConfigProblem(Frozen):
    """One thing that is wrong: where (file, line, field) and what, with its remedy, in ``message``.

    ``file`` is relative to the configuration's folder; ``line`` is null and ``field`` empty where they do not apply.
    """

    severity: Severity = Severity.ERROR
    file: str
    line: int | None = None
    field: str = ""
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.field, self.message) if part)


class ConfigError(ProblemsError[ConfigProblem]):
    """The configuration cannot be used."""

    what = "planning configuration"
