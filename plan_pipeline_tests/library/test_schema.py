"""Editors check library files against a schema that cannot drift from the models."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.core.model.steps import RunningStep, Step
from plan_pipeline.core.model.workout import LibraryWorkout, Series, WorkoutSet
from plan_pipeline.library.problems import INHERITED
from plan_pipeline.library.schema import library_json_schema, schema_text
from plan_pipeline.strict_input.strict_yaml import read_yaml
from plan_pipeline_tests.library.samples import SHIPPED


def test_the_schema_beside_the_library_is_the_one_the_models_give() -> None:
    assert (SHIPPED / "schema.json").read_text(encoding="utf-8") == schema_text(), (
        "run `python -m plan_pipeline.library.schema`"
    )


def test_the_command_writes_the_schema_into_a_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "plan_pipeline.library.schema", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, cwd=SHIPPED.parent, env=dict(os.environ))
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == schema_text()


def test_a_workout_has_no_type_or_sport_of_its_own_in_the_schema() -> None:
    workout = library_json_schema()["$defs"]["LibraryWorkout"]
    assert not set(INHERITED) & set(workout["properties"])
    assert not set(INHERITED) & set(workout["required"])
    assert workout["additionalProperties"] is False


@pytest.mark.parametrize("model", [LibraryWorkout, Step, RunningStep, WorkoutSet, Series])
def test_every_field_is_explained_to_the_coach(model: type[Any]) -> None:
    properties = library_json_schema()["$defs"][model.__name__]["properties"]
    named = {field.alias or name for name, field in model.model_fields.items()}
    expected = named - (set(INHERITED) if model is LibraryWorkout else set())
    assert {field for field, about in properties.items() if about.get("description")} == expected


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_file_names_the_schema_and_uses_only_its_fields(path: Path) -> None:
    schema = library_json_schema()
    first_line = path.read_text(encoding="utf-8").splitlines()[0]
    data = read_yaml(path)

    assert first_line == "# yaml-language-server: $schema=../schema.json"
    assert (path.parent / "../schema.json").resolve().is_file()
    assert set(data) == set(schema["properties"])
    allowed = schema["$defs"]["LibraryWorkout"]
    for workout in data["workouts"]:
        assert set(allowed["required"]) <= set(workout) <= set(allowed["properties"])
