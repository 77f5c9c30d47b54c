"""The one form of a log line about a plan: a sentence, then ``key=value`` pairs that programs can take apart."""

import json
import logging
import re
from typing import Final

from plan_pipeline.redaction import traceback_without_secrets, without_secrets

_PLAIN: Final = re.compile(r"[^\s\"'=]+")


def line(
    message: str, *, plan: str | None = None, week: int | None = None, generation: str | None = None, **more: object
) -> str:
    """``message plan=rider-1 week=03 generation=… reason="…"``: pairs without a value are left out.

    A value with spaces, quotes or ``=`` is written as a JSON string; secrets are left out.
    """
    pairs = {"plan": plan, "week": None if week is None else f"{week:02}", "generation": generation, **more}
    written = (f"{key}={_written(value)}" for key, value in pairs.items() if value is not None)
    return " ".join([without_secrets(message), *written])


def log_unexpected(log: logging.Logger, message: str, error: Exception) -> str:
    """Log what the program failed on, with its traceback, and return the reason to give elsewhere."""
    log.error("%s\n%s", message, traceback_without_secrets(error))
    return f"unexpected {type(error).__name__}: {without_secrets(str(error))}; see the run's log"


def _written(value: object) -> str:
    text = without_secrets(str(value))
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
