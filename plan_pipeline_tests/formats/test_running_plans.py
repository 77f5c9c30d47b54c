"""Plans of running in other formats: with paces and distances where a format has a place for them, or refused."""

from __future__ import annotations

import csv
import io
import re

import pytest
from icalendar import Calendar

from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.plan import Plan, Workout
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import LibraryWorkout
from plan_pipeline.formats import EXPORTERS, ExportError
from plan_pipeline.formats.plan_csv import COLUMNS, RUNNING_COLUMNS
from plan_pipeline.formats.session import Session
from plan_pipeline.formats.session_files import FOR_EVERY_SPORT, SessionFiles
from plan_pipeline_tests.formats.runs import read_run, run_of, running_library, running_plan
from plan_pipeline_tests.formats.sessions import structure, written

WORKOUT_FILES = ("fit", "icu", "zwo")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return running_plan()


def workouts(plan: Plan) -> list[Workout]:
    return [workout for week in plan.training_plan.weekly_plan for workout in week.workouts]


@pytest.mark.parametrize("form", EXPORTERS.names())
def test_a_format_takes_a_running_plan_or_names_those_that_do(form: str, plan: Plan) -> None:
    exporter = EXPORTERS.get(form)
    if form in FOR_EVERY_SPORT:
        assert exporter(plan, 1)
        return
    with pytest.raises(ExportError) as refused:
        exporter(plan, 1)
    assert f"runner-1 is a running plan, and .{form} files hold power" in str(refused.value)
    assert all(name in str(refused.value) for name in FOR_EVERY_SPORT)


def test_a_writer_that_does_not_say_its_sports_is_given_no_runs(plan: Plan) -> None:
    class Club:
        suffix = ".club"

        def write(self, session: Session) -> bytes:
            raise AssertionError(session)

    with pytest.raises(ExportError, match=r"\.club files hold power"):
        SessionFiles(Club())(plan)


@pytest.mark.parametrize("form", WORKOUT_FILES)
def test_a_plan_that_is_read_back_has_the_minutes_it_says(form: str, plan: Plan) -> None:
    files = EXPORTERS.get(form)(plan)
    assert len(files) == len(workouts(plan))
    for file, workout in zip(files, workouts(plan), strict=True):
        found = read_run(file.content, form).session
        assert found.sport is Sport.RUNNING
        assert sum(step.duration_s for step in found.steps) / 60 == pytest.approx(workout.duration_min, abs=0.2)


@pytest.mark.parametrize("form", ["fit", "icu"])
def test_every_run_of_the_library_by_pace_comes_back_with_its_structure(form: str) -> None:
    changed = [w.id for w in running_library().workouts if goes_by_pace(w) and not comes_back(w, form)]
    assert changed == []


def goes_by_pace(workout: LibraryWorkout) -> bool:
    return not any(step.by_effort for step in run_of(workout).steps)


def comes_back(workout: LibraryWorkout, form: str) -> bool:
    """Whether all is as it was; in FIT a range that is what one pace is shown as may be read as its middle."""
    session = run_of(workout)
    found = read_run(written(session, form), form)
    if found.repairs or found.session.name != session.name or found.session.unmeasured != session.unmeasured:
        return False
    if form == "icu":
        return structure(found.session) == structure(session)
    pairs = zip(session.steps, found.session.steps, strict=True)
    return all(
        (was.distance_m or was.duration_s) == pytest.approx(now.distance_m or now.duration_s, abs=0.5)
        and (was.start_pct or 0) == pytest.approx(now.start_pct or 0, rel=0.013)
        for was, now in pairs
    )


@pytest.mark.parametrize("form", ["icu", "zwo"])
def test_no_file_of_a_run_has_watts_or_a_pace_of_nothing(form: str, plan: Plan) -> None:
    for file in EXPORTERS.get(form)(plan):
        text = file.content.decode()
        assert not re.search(r"\b0:00\b|\d ?w\b|\bFTP\b|Power=\"0\"", text)


def test_csv_has_sport_distance_and_the_ranges_of_pace_of_every_run(plan: Plan) -> None:
    (file,) = EXPORTERS.get("csv")(plan)
    rows = list(csv.DictReader(io.StringIO(file.content.decode(), newline="")))
    assert list(rows[0]) == [*COLUMNS, *RUNNING_COLUMNS]
    assert {row["sport"] for row in rows} == {"running"}
    assert [row["distance_km"] for row in rows] == [str(workout.distance_km) for workout in workouts(plan)]
    with_pace = [row["paces"] for row in rows if row["paces"]]
    assert len(with_pace) >= len(rows) / 2
    assert all(re.fullmatch(r"(\d+:\d\d(–\d+:\d\d)?/km(; )?)+", paces) for paces in with_pace)


def test_a_calendar_says_the_paces_and_the_distance_of_a_run(plan: Plan) -> None:
    (file,) = EXPORTERS.get("ics")(plan)
    said = [str(entry["description"]) for entry in Calendar.from_ical(file.content).events]
    assert len(said) == len(workouts(plan))
    assert sum("/km)" in text for text in said) >= len(said) / 2
    runs = [text for text in said if "rTSS" in text]
    assert runs
    assert all(re.search(r"\n\n\d+\.\d km, [\d.]+ rTSS, IF [\d.]+$", text) for text in runs)
    assert not any("FTP" in text or " W)" in text for text in said)


def test_a_calendar_counts_in_miles_for_who_runs_in_miles(plan: Plan) -> None:
    body = plan.training_plan
    athlete = AthleteProfile.model_validate({**body.athlete_profile.model_dump(), "units": "mile"})
    in_miles = plan.model_copy(update={"training_plan": body.model_copy(update={"athlete_profile": athlete})})
    (file,) = EXPORTERS.get("ics")(in_miles, 1)
    first = str(next(iter(Calendar.from_ical(file.content).events))["description"])
    distance_km = workouts(plan)[0].distance_km
    assert distance_km is not None
    assert f"{distance_km / 1.609344:.1f} mi, " in first
