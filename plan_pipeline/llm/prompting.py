"""The prompt files: texts with places for numbers, and the hash that says which of them an answer was asked with."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from plan_pipeline.core.model.vocabulary import Sport

ATHLETE_TEXT: Final = "athlete_text"
"""The tag around everything that an athlete typed."""

PROMPT_FILES: Final = Path(__file__).with_name("prompt_files")


def of_sport(name: str, sport: Sport) -> str:
    """The prompt file that a sport has for a task in the folder of its name, or the one of that task in general."""
    own = f"{sport}/{name}"
    return own if (PROMPT_FILES / f"{own}.md").is_file() else name


@cache
def _environment() -> Environment:
    return Environment(  # noqa: S701 - what comes out is read by models and not by browsers
        loader=FileSystemLoader(PROMPT_FILES), undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=False
    )


def prompt(name: str, **values: Any) -> str:
    """The text of a prompt file with its values put in; a value that is missing is an error."""
    return _environment().get_template(f"{name}.md").render(values).strip()


def marked(typed: Mapping[str, object]) -> str:
    """What an athlete typed, as JSON within its tag, in which no tag can be opened or closed."""
    text = json.dumps(typed, ensure_ascii=False, indent=1).replace("<", "\\u003c").replace(">", "\\u003e")
    return f"<{ATHLETE_TEXT}>\n{text}\n</{ATHLETE_TEXT}>"


@cache
def prompt_version(*names: str) -> str:
    """The hash of prompt files, 12 hexadecimal digits: what is asked has changed where it has."""
    found = hashlib.sha256()
    for name in names:
        found.update((PROMPT_FILES / f"{name}.md").read_bytes())
    return found.hexdigest()[:12]
