"""Ids of migrated workouts: as they were where they can be, and never one twice."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from plan_pipeline.library.migration.values import text_in

LONGEST_ID = 64
_SOUND = re.compile(r"[a-z0-9][a-z0-9_]{2,63}")


def given_id(entry: Any, position: int) -> str:
    """What a workout of the old library is called in the report: its id as it stands, or its place in the list."""
    value = entry.get("id") if isinstance(entry, dict) else None
    return text_in(value, 200) or f"workouts[{position}]"


class Ids:
    """Hands out ids, each once. Those that were sound in the old library are kept for the first that had them."""

    def __init__(self, given: Iterable[Any]) -> None:
        self._sound = {value for value in given if isinstance(value, str) and _SOUND.fullmatch(value)}
        self._taken: set[str] = set()

    def wanted(self, entry: Any, position: int) -> str:
        """The id that would suit an entry, whoever else has it."""
        value = entry.get("id") if isinstance(entry, dict) else None
        if isinstance(value, str) and _SOUND.fullmatch(value):
            return value
        name = entry.get("name") if isinstance(entry, dict) else None
        return next(filter(None, (_slug(value), _slug(name))), f"workout_{position + 1}")

    def take(self, wanted: str, given: Any) -> str:
        """An id that nobody has, as near to the wanted one as there is."""
        is_own = given == wanted
        for count in range(1, len(self._taken) + len(self._sound) + 2):
            tail = "" if count == 1 else f"_{count}"
            candidate = f"{wanted[: LONGEST_ID - len(tail)]}{tail}"
            if candidate not in self._taken and (candidate not in self._sound or (is_own and not tail)):
                self._taken.add(candidate)
                return candidate
        raise AssertionError("more ids than workouts are taken")


def _slug(value: Any) -> str:
    text = unicodedata.normalize("NFKD", text_in(value)).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:LONGEST_ID].strip("_")
    if not slug or len(slug) >= 3:
        return slug
    return f"workout_{slug}"
