"""Tables and lines about plans as they came about: their versions, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Column
from rich.text import Text

from plan_pipeline.cli.tables import minute, table_of, words

if TYPE_CHECKING:
    from plan_pipeline.services.plan_versions import KeptVersions, PlanVersion, VersionPair

SHORT_HASH = 8
ROOM_FOR_MADE_WITH = 110
"""Terminal width from which the versions of library and content are shown."""


def versions_table(kept: KeptVersions, width: int) -> RenderableType:
    """A row a version, newest first."""
    wide = width >= ROOM_FOR_MADE_WITH
    return table_of(
        kept.versions,
        (words("generation"), lambda version: version.generation_id),
        (words("state"), lambda version: _place(version, kept)),
        (words("made, UTC"), lambda version: minute(version.generated_at)) if wide else None,
        (words("arm"), lambda version: version.arm or ""),
        (words("library"), lambda version: (version.library_version or "")[:SHORT_HASH]) if wide else None,
        (words("configuration"), lambda version: (version.config_version or "")[:SHORT_HASH]) if wide else None,
        (words("content"), lambda version: (version.content_hash or "")[:SHORT_HASH]) if wide else None,
        (Column("what it changed"), lambda version: version.changed or ("" if version.problem else "first one kept")),
        title=kept.plan_id,
        caption=None if kept.versions else "No version was published yet.",
    )


def _place(version: PlanVersion, kept: KeptVersions) -> Text:
    if version.problem:
        return Text("damaged", style="red")
    if version.published:
        return Text("rolled back to" if kept.rolled_back_at else "published", style="green")
    if version.generation_id == kept.rolled_back_from:
        return Text("rolled back", style="yellow")
    return Text("")


def version_pair(pair: VersionPair) -> Iterator[Text | str]:
    """What changed, a line each."""
    if pair.before is None:
        yield f"{pair.plan_id}: no version before {pair.after.generation_id} is kept, so there is nothing to compare"
        return
    found = pair.difference
    yield Text(f"{pair.plan_id}: {pair.before.generation_id} → {pair.after.generation_id}", style="bold")
    yield "Nothing changed in the plan." if found.same_content else f"Changed: {found.summary}."
    for heading, facts in (("asked for", found.request), ("made with", found.made_with), ("wording", found.words)):
        if facts:
            yield f"{heading}: {'; '.join(fact.text for fact in facts)}"
    for rule in found.rules:
        yield f"rule {rule}"
    for week in found.weeks:
        yield from week.texts
