"""What is written is read again: the same lengths, powers, sets and loads, in every format that can carry them."""

from __future__ import annotations

import pytest
from hypothesis import given

from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.model.workout import Library, LibraryWorkout, write_out
from plan_pipeline.formats import EXPORTERS, READERS
from plan_pipeline.formats.session import library_parts
from plan_pipeline_tests.core.builders import SOME, library_workouts, planned, real_library, rider
from plan_pipeline_tests.formats.sessions import FTP, read, ridden, session_of, structure, written

FORMATS = tuple(name for name in READERS.names() if name in EXPORTERS.names())
WITHOUT_OFF_THE_BIKE = ("erg", "mrc")
"""Formats that are nothing but power."""


@pytest.mark.parametrize("form", FORMATS)
def test_every_workout_of_the_library_comes_back_with_its_structure_and_nothing_to_repair(
    form: str, library: Library
) -> None:
    carried = [w for w in library.workouts if w.type is not WorkoutType.STRENGTH or form not in WITHOUT_OFF_THE_BIKE]
    changed = []
    for workout in carried:
        session = session_of(workout)
        found = read(written(session, form), form)
        if structure(found.session) != structure(session) or found.repairs or found.session.name != workout.name:
            changed.append(workout.id)
    assert changed == []


@pytest.mark.parametrize("form", FORMATS)
def test_any_workout_comes_back_with_its_structure(form: str) -> None:
    @SOME
    @given(library_workouts())
    def comes_back(workout: LibraryWorkout) -> None:
        session = session_of(workout)
        found = read(written(session, form), form).session
        assert ridden(found) == ridden(session)
        assert structure(found) == structure(session)

    comes_back()


@pytest.fixture(scope="module")
def plan() -> Plan:
    asked = rider(9, "tue, wed, thu, sat, sun", weeks=8, start_date="2027-01-04", athlete={"ftp": FTP})
    found = planned(asked, real_library()).plan
    assert found is not None
    return found


@pytest.mark.parametrize("form", FORMATS)
def test_a_plan_that_is_read_back_has_the_minutes_and_the_load_it_says(form: str, plan: Plan) -> None:
    workouts = [workout for week in plan.training_plan.weekly_plan for workout in week.workouts]
    files = EXPORTERS.get(form)(plan)
    assert len(files) == len(workouts)
    for file, workout in zip(files, workouts, strict=True):
        if workout.type is WorkoutType.STRENGTH and form in WITHOUT_OFF_THE_BIKE:
            continue
        segments = tuple(write_out(library_parts(read(file.content, form).session.parts)))
        assert sum(segment.duration_min for segment in segments) == pytest.approx(workout.duration_min, abs=1 / 60)
        load = workout_load(segments)
        assert load.tss == pytest.approx(workout.tss, abs=0.1)
        assert load.intensity_factor == pytest.approx(workout.intensity_factor, abs=0.001)
