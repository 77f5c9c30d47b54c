"""JSON Schemas of the configuration's files, for editors that complete, explain and check while a coach types.

``python -m plan_pipeline.config.schema`` writes ``config/schema/*.json``.
"""

import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from plan_pipeline.config.reading import AIM_FOLDERS, EXTRA_FILES, FLAGS, SPORT_FILES, FileKind
from plan_pipeline.core.config import aim, flags, levels, planning_config, reference_runners, rule_settings
from plan_pipeline.shipped import shipped
from plan_pipeline.strict_input.json_schema import with_bounds
from plan_pipeline.strict_input.strict_yaml import read_yaml

HELP_FILE = Path(__file__).with_name("field_help.yaml")
EXPLAINED = (aim, flags, levels, planning_config, reference_runners, rule_settings)
"""Modules of models whose fields are all explained."""

FILES: Mapping[str, FileKind] = {
    "goal": AIM_FOLDERS["goals"],
    "event": AIM_FOLDERS["events"],
    **SPORT_FILES,
    **EXTRA_FILES,
    "feature_flags": FLAGS,
}
"""What there is a schema of, by the name of the schema."""


@cache
def field_help() -> dict[str, dict[str, str]]:
    """What each field means, by the name of its model; see ``field_help.yaml``."""
    read: dict[str, dict[str, str]] = read_yaml(HELP_FILE)
    return read


def help_of(model: str, field: str) -> str:
    """What a field means; fields of every goal and event type stand with ``Aim``. Empty where nothing is said."""
    said = field_help()
    inherited = said["Aim"] if model in ("Goal", "EventType") else {}
    return said.get(model, {}).get(field) or inherited.get(field, "")


def schema_of(name: str) -> dict[str, Any]:
    """The schema of the files of one kind."""
    schema = FILES[name].read_as.json_schema()
    for model, definition in [(FILES[name].model.__name__, schema), *schema.get("$defs", {}).items()]:
        for field, described in definition.get("properties", {}).items():
            if words := help_of(model, field):
                described["description"] = words
    bounded: dict[str, Any] = with_bounds(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **bounded, "title": f"{name} of a configuration"}


def schema_text(name: str) -> str:
    """The schema as it is written to disk."""
    return json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"


def schema_path(folder: Path, name: str) -> Path:
    """Where the schema of a kind of file is in a configuration's folder."""
    return folder / "schema" / f"{name}.json"


def explained_models() -> dict[str, type[BaseModel]]:
    """The models whose every field has an explanation, by name."""
    found = (each for module in EXPLAINED for each in vars(module).values())
    own = [each for each in found if isinstance(each, type) and issubclass(each, BaseModel)]
    return {model.__name__: model for model in own if model.__module__ in {module.__name__ for module in EXPLAINED}}


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else shipped("config")
    for each in FILES:
        path = schema_path(folder, each)
        path.parent.mkdir(exist_ok=True)
        path.write_text(schema_text(each), encoding="utf-8")
        sys.stdout.write(f"{path}\n")
