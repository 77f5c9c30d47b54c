"""What is put into SQL as text, for statements that take no parameters."""

from pathlib import Path


def sql_literal(text: str | Path) -> str:
    """Text or a path as a literal."""
    return "'" + str(text).replace("'", "''") + "'"
