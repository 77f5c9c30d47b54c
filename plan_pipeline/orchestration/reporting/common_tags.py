"""What the plans of a run have in common, as run tags to find it by."""

from __future__ import annotations

from collections.abc import Mapping


class CommonTags:
    """Collects the tags of plans; those of a single value are the run's."""

    def __init__(self) -> None:
        self._values: dict[str, set[str]] = {}

    def add(self, tags: Mapping[str, str | None]) -> None:
        """Count in a plan; a tag that it has no value for is left to the others."""
        for tag, value in tags.items():
            self._values.setdefault(tag, set()).update([value] if value else [])

    def found(self) -> dict[str, str]:
        """The tags that all plans with a value for them agree on."""
        return {tag: next(iter(values)) for tag, values in self._values.items() if len(values) == 1}
