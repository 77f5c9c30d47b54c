"""Enums of words that people write in many ways."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Self

from plan_pipeline.core.registry import squashed


class Word(StrEnum):
    """A string enum that reads its members without regard to case, spaces, hyphens and underscores."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return cls._spellings().get(squashed(value)) if isinstance(value, str) else None

    @classmethod
    @cache
    def _spellings(cls) -> dict[str, Self]:
        members = {squashed(member.value): member for member in cls}
        return members | {spelling: members[squashed(name)] for spelling, name in cls._aliases().items()}

    @classmethod
    def _aliases(cls) -> dict[str, str]:
        return {}
