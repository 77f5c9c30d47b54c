"""On which line of a YAML text a field stands, for messages about it."""

from functools import cached_property
from typing import Any

import yaml

from plan_pipeline.strict_input.strict_yaml import Loader
from plan_pipeline.strict_input.validation_messages import Location


class Lines:
    """The lines of a sound YAML text, counted from 1; worked out when one is first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    def of(self, location: Location) -> int:
        """The line of a field, or of the nearest thing around it that is there."""
        return next(
            (self._by_location[location[:end]] for end in range(len(location), 0, -1) if self.has(location[:end])), 1
        )

    def has(self, location: Location) -> bool:
        """Whether a field is there."""
        return location in self._by_location

    @cached_property
    def _by_location(self) -> dict[Location, int]:
        return _lines_of(self._text)


def _lines_of(text: str) -> dict[Location, int]:
    """Where each key and each item of a list begins, by what leads to it."""
    found: dict[Location, int] = {}
    loader = Loader(text)
    try:
        while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
            if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent | yaml.DocumentEndEvent):
                _walk(loader, event, (), found)
    finally:
        loader.dispose()
    return found


def _walk(loader: Any, event: Any, at: Location, found: dict[Location, int]) -> None:
    found.setdefault(at, event.start_mark.line + 1)
    if isinstance(event, yaml.MappingStartEvent):
        while not isinstance(key := loader.get_event(), yaml.MappingEndEvent):
            below = (*at, key.value)
            found[below] = key.start_mark.line + 1
            _walk(loader, loader.get_event(), below, found)
    elif isinstance(event, yaml.SequenceStartEvent):
        position = 0
        while not isinstance(item := loader.get_event(), yaml.SequenceEndEvent):
            _walk(loader, item, (*at, position), found)
            position += 1
