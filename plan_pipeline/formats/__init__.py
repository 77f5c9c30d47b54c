"""Other programs' formats, each found by name: plans out in ``EXPORTERS``, workout files in by ``READERS``.

Belongs here: turning a plan or a session into bytes, and bytes into a session. Does not belong here: reading and
writing the files themselves (see ``storage``, ``services``, ``cli``), judging what was read (see ``library``). Every
format is a module; what all workout files share is ``session``, ``reading`` and ``session_files``. Other packages add
theirs as entry points ``plan_pipeline.exporters`` and ``plan_pipeline.readers``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from plan_pipeline.core.registry import Registry

if TYPE_CHECKING:
    from plan_pipeline.core.model.plan import Plan
    from plan_pipeline.formats.reading import SessionReader

_HERE: Final = "plan_pipeline.formats"


class ExportedFile(NamedTuple):
    """A file by its name, without a folder, and what is in it."""

    name: str
    content: bytes


class Exporter(Protocol):
    """Writes a published plan, or one week of it, numbered from 1, in a format: one file or several."""

    def __call__(self, plan: Plan, week: int | None = None) -> tuple[ExportedFile, ...]: ...


EXPORTERS: Final[Registry[Exporter]] = Registry(
    "format",
    {
        "json": f"{_HERE}.plan_json:export_json",
        "csv": f"{_HERE}.plan_csv:export_csv",
        "html": f"{_HERE}.plan_html:export_html",
        "ics": f"{_HERE}.plan_ics:export_ics",
        "zwo": f"{_HERE}.zwo.writing:EXPORTER",
        **{name: f"{_HERE}.{name}:EXPORTER" for name in ("erg", "mrc")},
        **{name: f"{_HERE}.{name}.writing:EXPORTER" for name in ("icu", "fit")},
    },
    attributes=("__call__",),
)
READERS: Final[Registry[SessionReader]] = Registry(
    "format of workout files",
    {
        "zwo": f"{_HERE}.zwo.reading:READER",
        **{name: f"{_HERE}.{name}:READER" for name in ("erg", "mrc")},
        **{name: f"{_HERE}.{name}.reading:READER" for name in ("icu", "fit")},
        "training_peaks": f"{_HERE}.training_peaks:READER",
    },
    attributes=("suffixes", "read"),
)
"""Each reads the content of a workout file, chosen by the file's ending."""


class ExportError(ValueError):
    """A plan that a format cannot hold; the text says why and what to do."""


def file_name(plan: Plan, week: int | None, suffix: str) -> str:
    """``<id>.<suffix>``, or ``<id>-week-07.<suffix>`` for one week, by the id of the plan or its instance."""
    return f"{plan.own_id}{f'-week-{week:02}' if week else ''}.{suffix}"
