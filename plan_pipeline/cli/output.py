"""Where output goes: results on stdout, everything else on stderr; plain where nobody is watching."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.segment import Segment
from rich.text import Text

PROGRAM = "plan-pipeline"

WIDTH_WITHOUT_TERMINAL = 140
"""Columns for a pipe or a file, where COLUMNS does not say: wide enough that no table is folded."""


_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)}
_TURNS = {code: f"\\u{code:04x}" for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_IN_JSON = {code: f"\\u{code:04x}" for code in (_CONTROLS | _TURNS) if code >= 0x20}
"""Characters that a terminal acts upon, and what is written in their place: control codes but for tab and new line, and
changes of the direction of writing."""


def for_terminal(text: str) -> str:
    """Text from files as a terminal may show it: what the terminal would act upon is escaped."""
    return text.translate(_CONTROLS | _TURNS)


class _SafeConsole(Console):
    """A console on which text cannot act: colours come from styles alone."""

    def render(self, *args: Any, **kwargs: Any) -> Iterator[Segment]:
        for segment in super().render(*args, **kwargs):
            yield segment if segment.control else Segment(for_terminal(segment.text), segment.style)


def stdout() -> Console:
    """The console for results; no colour unless a person is looking and NO_COLOR is unset."""
    return _console(stderr=False)


def stderr() -> Console:
    """The console for progress and remarks."""
    return _console(stderr=True)


def print_json(value: Any) -> None:
    """One value, with whatever models are in it, as one line of JSON on stdout."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=lambda model: model.model_dump(mode="json"))
    sys.stdout.write(safe_json(text) + "\n")


def safe_json(text: str) -> str:
    """JSON in which what a terminal would act upon is escaped."""
    return text.translate(_IN_JSON)


def write_text(parts: Iterable[str]) -> None:
    """Text on stdout as it is, such as the lines of a long table; a terminal gets nothing that it would act upon."""
    terminal = sys.stdout.isatty()
    sys.stdout.writelines(for_terminal(part.replace("\r\n", "\n")) if terminal else part for part in parts)


def width_of_stdout() -> int | None:
    """The columns of the terminal, or of COLUMNS; ``None`` for a pipe or a file, which have no width."""
    return stdout().width if sys.stdout.isatty() or "COLUMNS" in os.environ else None


def write(content: bytes) -> None:
    """The content of a file on stdout, as it is; where a person is looking, without what a terminal acts upon."""
    if sys.stdout.isatty():
        sys.stdout.write(for_terminal(content.decode(errors="replace")))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)


def line(console: Console, text: Text | str) -> None:
    """One line of text, never folded, so that it can be searched for and copied."""
    console.print(text, soft_wrap=True)


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[str], None]]:
    """A progress bar on stderr while the block runs, moved on by calling it with what was done last.

    Nothing is shown where stderr is not a terminal.
    """
    console = stderr()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=total, last="")
        yield lambda done: bar.update(task, advance=1, last=done)


def _console(*, stderr: bool) -> Console:
    console = _SafeConsole(stderr=stderr, highlight=False, emoji=False, markup=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = WIDTH_WITHOUT_TERMINAL
    return console


def command_on(data: Path) -> str:
    """How to call this program on a data folder from here: as it was called, where it is not on the PATH."""
    called = Path(sys.argv[0])
    on_path = called.name != PROGRAM or shutil.which(PROGRAM) is not None
    here = called.absolute().is_relative_to(Path.cwd())
    program = PROGRAM if on_path else str(called.absolute().relative_to(Path.cwd()) if here else called.absolute())
    named = {Path(os.environ.get("PLAN_PIPELINE_DATA", "data")).resolve(), Path("data").resolve()}
    return program if data.resolve() in named else f"{program} --data {data}"
