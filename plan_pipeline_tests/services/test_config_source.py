"""The planning configuration as runs read it: again when a file has changed, and its version in all that is made."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from plan_pipeline.config import ConfigError
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.services.generation import GenerationService
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.sources import ConfigSource
from plan_pipeline.settings import Settings
from plan_pipeline.shipped import shipped
from plan_pipeline_tests.orchestration.world import request
from plan_pipeline_tests.services.making import NOW, make
from plan_pipeline_tests.services.runs import run_at

LIVELIER = ("first_week: 0.90", "first_week: 0.85")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration that may be changed."""
    shutil.copytree(shipped("config"), tmp_path / "config")
    return tmp_path / "config"


def change(folder: Path, before: str, after: str) -> None:
    file = folder / "cycling" / "week.yaml"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))


def test_it_is_read_again_when_a_file_has_changed_and_only_then(folder: Path) -> None:
    source = ConfigSource(folder)
    first = source.load(Sport.CYCLING)
    assert source.load(Sport.CYCLING) is first

    change(folder, *LIVELIER)

    assert source.load(Sport.CYCLING).week.hours.first_week == 0.85
    assert source.load(Sport.CYCLING).version != first.version


def test_one_that_cannot_be_used_is_an_error_that_names_the_file_until_it_is_corrected(folder: Path) -> None:
    source = ConfigSource(folder)
    change(folder, "first_week: 0.90", "first_week: much")
    with pytest.raises(ConfigError, match=r"week\.yaml"):
        source.load(Sport.CYCLING)

    change(folder, "first_week: much", "first_week: 0.90")

    assert source.load(Sport.CYCLING).version == ConfigSource(shipped("config")).load(Sport.CYCLING).version


def test_a_plan_and_all_its_facts_say_which_configuration_they_are_of(tmp_path: Path, folder: Path) -> None:
    pipeline = Pipeline.of(Settings(data=tmp_path / "data", config=folder))
    config = pipeline.config.load(Sport.CYCLING)
    service = GenerationService(pipeline, pipeline.knowledge(), run_at(NOW))
    pipeline.plans.save_request(request(weeks=4))

    finished = service.persist(service.make(request(weeks=4)))

    plan, overview = pipeline.plans.load_plan("rider"), pipeline.plans.load_overview("rider")
    assert plan is not None and plan.generation.config_version == config.version
    assert overview is not None and overview.config_version == config.version
    facts = finished.facts
    rows = (facts.generation, *facts.weeks, *facts.workouts, *facts.rules, *facts.timings)
    assert {row.config_version for row in rows} == {config.version}


def test_another_configuration_is_another_input_of_a_plan(tmp_path: Path, folder: Path) -> None:
    pipeline = Pipeline.of(Settings(data=tmp_path / "data", config=folder))
    (before,) = make(pipeline, request(weeks=4))
    change(folder, *LIVELIER)

    (after,) = make(pipeline, request(weeks=4), at=NOW + dt.timedelta(minutes=1))

    assert before.inputs_hash != after.inputs_hash
    assert before.config_version != after.config_version
