"""Tables and lists in Markdown, as Dagster shows them: of bounded length, and of texts that do nothing but be read."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

MAX_ROWS: Final = 100
"""Rows shown of a table or list: Dagster stores what a run has to say once for each of its cells."""


def markdown_table(rows: Iterable[Mapping[str, str]], *, total: int | None = None) -> str:
    """A Markdown table without the columns that are empty in every row; it says how many rows it leaves out.

    ``total`` is how many rows there are where not all of them are given.
    """
    listed = list(rows)
    headings = [name for name in (listed[0] if listed else ()) if any(row[name] for row in listed)]
    shown = ["| " + " | ".join(escaped(row[name]) for name in headings) + " |" for row in listed[:MAX_ROWS]]
    more = (total or len(listed)) - len(shown)
    rest = [f"\n… and {more} more rows"] if more > 0 else []
    return "\n".join(["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings), *shown, *rest])


def markdown_list(items: Iterable[str], *, total: int | None = None) -> str:
    """A Markdown list of texts; it says how many items it leaves out, of ``total`` where not all are given."""
    listed = list(items)
    shown = listed[:MAX_ROWS]
    more = (total or len(listed)) - len(shown)
    return "\n".join([*(f"- {escaped(item)}" for item in shown), *([f"- … and {more} more"] if more > 0 else [])])


def escaped(text: str) -> str:
    """Text that Markdown shows as it stands, in a cell of a table too: words from files make no link, image or HTML."""
    return _MARKDOWN.sub(r"\\\g<0>", " ".join(text.splitlines()))


_MARKDOWN: Final = re.compile(r"[\\|*`<>\[\]&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?<=https):|(?<=http):|(?<=www)\.")
"""What means something to Markdown, but for what cannot within a word, such as the underscores of an id. The last three
keep what looks like an address from becoming a link."""
