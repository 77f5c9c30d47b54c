"""JSON Schemas of answers, cut down to what one sport has."""

from collections.abc import Collection, Mapping
from typing import Any


def with_words(schema: Mapping[str, Any], kept: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """The schema with some of its enumerations, by the names of their types, left with the words that are ``kept``."""
    defs = {
        name: {**found, "enum": [word for word in found["enum"] if word in kept[name]]} if name in kept else found
        for name, found in schema["$defs"].items()
    }
    return {**schema, "$defs": defs}
