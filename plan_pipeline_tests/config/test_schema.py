"""Editors check configuration files against schemas that cannot drift from the models."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from plan_pipeline.config.schema import (
    FILES,
    explained_models,
    field_help,
    help_of,
    schema_of,
    schema_path,
    schema_text,
)
from plan_pipeline.shipped import shipped
from plan_pipeline.strict_input.strict_yaml import read_yaml

CONFIG = shipped("config")
KINDS = {"goals": "goal", "events": "event"}


@pytest.mark.parametrize("name", FILES)
def test_the_schemas_beside_the_files_are_those_that_the_models_give(name: str) -> None:
    assert schema_path(CONFIG, name).read_text(encoding="utf-8") == schema_text(name), (
        "run `python -m plan_pipeline.config.schema`"
    )


def test_the_command_writes_the_schemas_into_a_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "plan_pipeline.config.schema", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, cwd=CONFIG.parent, env=dict(os.environ))
    assert {path.stem for path in (tmp_path / "schema").iterdir()} == set(FILES)


@pytest.mark.parametrize("path", sorted(CONFIG.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_file_names_its_schema_and_uses_only_its_fields(path: Path) -> None:
    name = KINDS.get(path.parent.name, path.stem)
    first_line = path.read_text(encoding="utf-8").splitlines()[0]
    _, _, written = first_line.partition("# yaml-language-server: $schema=")
    assert (path.parent / written).resolve() == schema_path(CONFIG, name)
    schema = schema_of(name)
    if "properties" in schema:
        assert set(schema.get("required", ())) <= set(read_yaml(path)) <= set(schema["properties"])


def test_every_field_is_explained_to_the_coach() -> None:
    unexplained = [
        f"{name}.{field}"
        for name, model in explained_models().items()
        for field in model.model_fields
        if not help_of(name, field) and not name.startswith(("PlanningConfig", "ByLevel"))
    ]
    assert unexplained == [], "say in field_help.yaml what they mean"


def test_nothing_is_explained_that_there_is_not() -> None:
    models = explained_models()
    said = {name: set(fields) for name, fields in field_help().items() if name != "FlagsFile"}
    assert [name for name, fields in said.items() if fields - set(models[name].model_fields)] == []


def test_bounds_are_in_the_words_of_json_schema() -> None:
    share = schema_of("event")["$defs"]["PhasePlan"]["properties"]["share"]
    assert (share["exclusiveMinimum"], share["maximum"]) == (0, 1)
