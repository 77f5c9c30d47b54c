"""Published plans in other formats, each found by name in ``EXPORTERS``.

Belongs here: turning a plan into files, as bytes. Does not belong here: reading plans or writing the files (see
``storage``, ``cli``). Every format is a module; other packages add theirs as entry points ``plan_pipeline.exporters``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from plan_pipeline.core.registry import Registry

if TYPE_CHECKING:
    from plan_pipeline.core.model.plan import Plan


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
        "json": "plan_pipeline.formats.plan_json:export_json",
        "csv": "plan_pipeline.formats.plan_csv:export_csv",
        "html": "plan_pipeline.formats.plan_html:export_html",
    },
    attributes=("__call__",),
)


def file_name(plan: Plan, week: int | None, suffix: str) -> str:
    """``<plan_id>.<suffix>``, or ``<plan_id>-week-07.<suffix>`` for one week."""
    return f"{plan.training_plan.plan_id}{f'-week-{week:02}' if week else ''}.{suffix}"
