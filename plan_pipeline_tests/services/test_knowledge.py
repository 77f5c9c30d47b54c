"""Library and configuration are read by sport, when a sport is first asked for, and stay as they were for a run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from plan_pipeline.config import ConfigError
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library
from plan_pipeline.library import LibraryError
from plan_pipeline.services.generation import GenerationService
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.sources import ConfigSource, Knowledge, LibrarySource, in_force_by
from plan_pipeline.settings import Settings
from plan_pipeline.shipped import shipped
from plan_pipeline_tests.config.folders import a_copy
from plan_pipeline_tests.library.samples import file_of, run, run_file_of, workout, write
from plan_pipeline_tests.orchestration.world import request
from plan_pipeline_tests.services.making import NOW
from plan_pipeline_tests.services.runs import run_at

EASY = "running/easy.yaml"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A library and a configuration of two sports."""
    write(tmp_path / "library", file_of(workout()))
    write(tmp_path / "library", run_file_of(run()), EASY)
    config = a_copy(tmp_path / "config")
    return Settings(data=tmp_path / "data", library=tmp_path / "library", config=config)


def library_of(settings: Settings) -> Path:
    assert settings.named_library is not None
    return settings.named_library


def test_each_sport_has_its_library_and_its_configuration(settings: Settings) -> None:
    in_force = in_force_by(settings)
    for sport in Sport:
        library, config = in_force(sport)
        assert (library.sport, config.sport) == (sport, sport)


def test_a_sport_is_read_once_and_when_it_is_asked_for(settings: Settings) -> None:
    asked: list[Sport] = []
    library = LibrarySource.of(settings)

    def load(sport: Sport) -> Library:
        asked.append(sport)
        return library.load(sport)

    knowledge = Knowledge(load, ConfigSource(settings.config).load)
    first = knowledge.library(Sport.RUNNING)
    write(library_of(settings), run_file_of(run("easy_two")), EASY)

    assert knowledge.library(Sport.RUNNING) is first
    assert asked == [Sport.RUNNING]
    assert library.load(Sport.RUNNING) != first


def break_library(settings: Settings) -> None:
    write(library_of(settings), run_file_of(run(tss=1)), EASY)


def break_config(settings: Settings) -> None:
    (settings.config / "running/week.yaml").write_text("[")


def without_library(settings: Settings) -> None:
    shutil.rmtree(library_of(settings) / "running")


@pytest.mark.parametrize(
    ("damage", "error", "message"),
    [
        (break_library, LibraryError, r"easy_one: tss: states 1 but the parts give 64; write 64"),
        (without_library, LibraryError, r"running: the library has no workouts of running"),
        (break_config, ConfigError, r"running/week\.yaml"),
    ],
)
def test_what_is_wrong_with_a_sport_is_raised_when_it_is_asked_for(
    settings: Settings, damage: Callable[[Settings], None], error: type[Exception], message: str
) -> None:
    damage(settings)
    in_force = in_force_by(settings)

    assert in_force(Sport.CYCLING)[0].workouts
    for _ in range(2):
        with pytest.raises(error, match=message):
            in_force(Sport.RUNNING)


def test_an_edit_of_running_has_cycling_read_from_what_is_known(settings: Settings) -> None:
    library, config = LibrarySource.of(settings), ConfigSource(settings.config)
    before = library.load(Sport.CYCLING), config.load(Sport.CYCLING)
    break_library(settings)
    break_config(settings)
    assert library.load(Sport.CYCLING) is before[0]
    assert config.load(Sport.CYCLING) is before[1]


def test_all_that_is_good_is_had_without_what_is_not(settings: Settings) -> None:
    library, config = LibrarySource.of(settings), ConfigSource(settings.config)
    assert list(library.load_all()) == list(config.load_all()) == list(Sport)
    break_library(settings)
    break_config(settings)
    assert list(library.load_all()) == list(config.load_all()) == [Sport.CYCLING]


def test_where_nothing_is_good_the_first_sport_says_why(settings: Settings) -> None:
    break_library(settings)
    write(library_of(settings), "[")
    with pytest.raises(LibraryError, match=r"cycling/threshold\.yaml: is not valid YAML"):
        LibrarySource.of(settings).load_all()


def test_a_plan_is_made_from_what_its_own_sport_knows(settings: Settings) -> None:
    break_library(settings)
    break_config(settings)
    pipeline = Pipeline.of(settings.model_copy(update={"library": shipped("workout_library")}))
    pipeline.plans.save_request(request(weeks=4))
    service = GenerationService(pipeline, pipeline.knowledge(), run_at(NOW))

    record = service.persist(service.make(request(weeks=4))).record

    assert record.library_version == pipeline.library.load(Sport.CYCLING).version
    assert record.config_version == pipeline.config.load(Sport.CYCLING).version
