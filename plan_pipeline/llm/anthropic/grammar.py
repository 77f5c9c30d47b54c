"""JSON Schemas that the Messages API can make a grammar of: closed objects, and limits as a part of descriptions.

The grammar holds a model to the form of an answer. What it cannot hold it to, such as the length of a list, is said in
words, and checked by whoever reads the answer.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

FORMATS: Final = frozenset(
    ("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid")
)

IN_WORDS: Final = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matches {}",
    "format": "of the format {}",
}
"""Limits that no grammar has."""

KEPT: Final = frozenset(("type", "enum", "const", "$ref", "description", "required"))
NOT_SAID: Final = frozenset(("title", "default", "discriminator", "examples", "uniqueItems", "$schema"))
"""What pydantic writes that tells a model nothing, or that its own checks say better."""


class SchemaError(ValueError):
    """A schema that the API would refuse; the message says which part of it, and why."""


def grammar_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with every object closed and every limit in words.

    Raises ``SchemaError`` for what has no such form: objects of any keys, values of any type, lists whose places
    differ.
    """
    return _grammar(schema, "the schema", schema.get("$defs", {}))


def _grammar(schema: Mapping[str, Any], where: str, defs: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in schema and "description" in schema:  # which the API reads no words beside
        referred = defs[schema["$ref"].removeprefix("#/$defs/")]
        return _grammar({**referred, "description": schema["description"]}, where, defs)
    # In the order of the schema, for what is sent has to be the same to the character every time.
    found: dict[str, Any] = {name: value for name, value in schema.items() if name in KEPT}
    for name, value in schema.items():
        match name:
            case "properties" | "$defs":
                found[name] = {key: _grammar(each, f"{where}.{key}", defs) for key, each in value.items()}
            case "items":
                found[name] = _grammar(value, f"{where}[]", defs)
            case "anyOf" | "oneOf":
                found["anyOf"] = [_grammar(each, where, defs) for each in value]
            case "allOf":
                found[name] = [_grammar(each, where, defs) for each in value]
            case "minItems" if value in (0, 1):
                found[name] = value
            case "format" if value in FORMATS:
                found[name] = value
            case "additionalProperties" if value is False or "properties" in schema:
                pass
            case _ if name not in KEPT | NOT_SAID | IN_WORDS.keys():
                raise SchemaError(f"{where}: {name} has no place in the grammar of an answer")
    if found.get("type") == "object":
        if "properties" not in found:
            raise SchemaError(f"{where}: is an object of any keys; name its properties")
        found["additionalProperties"] = False
    if not found.keys() & {"type", "enum", "const", "anyOf", "allOf", "$ref"}:
        raise SchemaError(f"{where}: may be anything; give it a type")
    if limits := list(_limits(schema, found)):
        described = found.get("description", "").rstrip()
        found["description"] = f"{described}{' ' if described else ''}({', '.join(limits)})"
    return found


def _limits(schema: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """The limits of a schema that are not in its grammar, in words."""
    said = {name: schema[name] for name in IN_WORDS if name in schema and name not in found}
    if said.get("minLength") == 1:
        yield "not empty"
        del said["minLength"]
    if "minItems" in said and said["minItems"] == said.get("maxItems"):
        yield f"exactly {said.pop('minItems')} items"
        del said["maxItems"]
    yield from (IN_WORDS[name].format(value) for name, value in said.items())
