"""What can be wrong with a planning configuration, as data, and the one exception that carries it."""

from collections.abc import Iterable
from enum import StrEnum

from plan_pipeline.core.model.frozen import Frozen


class Severity(StrEnum):
    """An error keeps the configuration from being used; a warning asks for a second look."""

    ERROR = "error"
    WARNING = "warning"


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


class ConfigError(ValueError):
    """The configuration cannot be used. ``problems`` holds everything that was found, the message one line each."""

    def __init__(self, problems: Iterable[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        heading = f"the planning configuration has {count} problem{'' if count == 1 else 's'}:"
        super().__init__("\n  ".join([heading, *map(str, self.problems)]))
