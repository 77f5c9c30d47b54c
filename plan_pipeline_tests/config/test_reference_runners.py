"""``standard_plans.yaml``: a file that a sport may do without, read as strictly as the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plan_pipeline.config import load_config, validate_config
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.strict_input.strict_yaml import read_yaml
from plan_pipeline_tests.config.folders import a_copy, write

FILE = "running/standard_plans.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_copy(tmp_path / "config")


def test_a_configuration_without_it_is_good_and_has_no_reference_runners(folder: Path) -> None:
    (folder / FILE).unlink()
    assert load_config(folder, Sport.RUNNING).standard_plans is None
    assert load_config(folder).standard_plans is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"start_date": "2027-01-05"}, "start_date 2027-01-05 is no Monday; give the first day of a week"),
        ({"weekly_km": 20}, "weekly_km 20 of the fullest week is below current_weekly_km 38; raise it"),
        ({"nickname": "Bo"}, "nickname"),
        ({"week_days": ["someday", "tuesday"]}, "week_days"),
    ],
)
def test_what_cannot_be_is_told_with_its_file(folder: Path, changes: dict[str, Any], problem: str) -> None:
    content = read_yaml(folder / FILE)
    runner = content["runners"]["marathon"]["low"]
    for name, value in changes.items():
        (content if name in content else runner)[name] = value
    write(folder / FILE, content)

    errors = "\n".join(map(str, validate_config(folder, Sport.RUNNING).errors))

    assert FILE in errors
    assert problem in errors
