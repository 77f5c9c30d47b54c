"""Two configurations are compared field by field, and are the same exactly when their versions are."""

from pathlib import Path

import pytest

from plan_pipeline.config import load_config
from plan_pipeline.config.differences import Change, Kind, differences
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.shipped import shipped
from plan_pipeline_tests.config.folders import a_copy, replace


@pytest.fixture(scope="module")
def before() -> PlanningConfig:
    return load_config(shipped("config"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_copy(tmp_path / "config")


def test_a_configuration_does_not_differ_from_itself(before: PlanningConfig, folder: Path) -> None:
    assert differences(before, load_config(folder)) == ()


def test_a_changed_number_is_told_with_what_it_was_and_is(before: PlanningConfig, folder: Path) -> None:
    replace(folder / "cycling/events/century.yaml", "hours_share: 0.45", "hours_share: 0.5")
    assert differences(before, load_config(folder)) == (
        Change(kind=Kind.CHANGED, where="events.century.long_ride.hours_share", before=0.45, after=0.5),
    )


def test_a_new_event_type_is_told_as_one_thing(before: PlanningConfig, folder: Path) -> None:
    file = folder / "cycling/events/century.yaml"
    text = file.read_text(encoding="utf-8").replace("id: century", "id: hill_tour")
    lines = [line for line in text.splitlines() if not line.startswith(("aliases", "words", "  [century", "   long"))]
    (folder / "cycling/events/hill_tour.yaml").write_text("\n".join(lines), encoding="utf-8")
    assert differences(before, load_config(folder)) == (Change(kind=Kind.ADDED, where="events.hill_tour"),)


def test_a_shorter_list_is_told_by_what_is_gone(before: PlanningConfig, folder: Path) -> None:
    replace(folder / "cycling/levels.yaml", "    - {until_week: 4, below_pct: 96, spin_ups: 6, spin_up_s: 15}\n", "")
    gone = differences(before, load_config(folder))
    assert {change.kind for change in gone} == {Kind.REMOVED}
    assert gone[0] == Change(kind=Kind.REMOVED, where="levels.beginner.first_weeks[1].until_week", before=4)
