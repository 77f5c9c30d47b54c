"""What JSON Schemas of different folders have in common."""

from typing import Any, Final

_BOUNDS: Final = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


def with_bounds(schema: Any) -> Any:
    """Bounds in the words of JSON Schema, where pydantic has left them in its own."""
    if isinstance(schema, dict):
        return {_BOUNDS.get(key, key): with_bounds(value) for key, value in schema.items()}
    return [with_bounds(each) for each in schema] if isinstance(schema, list) else schema
