"""ZWO of runs, as Zwift and other programs have it."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

import pytest

from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.core.paces.vdot import RaceDistance
from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline.formats.session import SessionSet, SessionStep
from plan_pipeline_tests.formats.runs import RUNNER, SLOWER, UNMEASURED, a_run, at_pace, by_effort, read_run
from plan_pipeline_tests.formats.sessions import read, ridden, structure, written

THRESHOLD = "<thresholdSecPerKm>255</thresholdSecPerKm>"


def zwo(*steps: str, head: str = f"<durationType>time</durationType>{THRESHOLD}") -> str:
    return f"<workout_file><sportType>run</sportType>{head}<workout>{''.join(steps)}</workout></workout_file>"


def elements(content: bytes) -> list[Element]:
    return list(fromstring(content).iterfind("workout/*"))


BY_TIME = a_run(
    at_pace(70, 80, seconds=600, role="warmup"),
    SessionSet(repeat=4, steps=(at_pace(98, 101, seconds=480, role="interval"), at_pace(66, seconds=90))),
    by_effort(60, "walk"),
    at_pace(75, 60, seconds=300, role="cooldown"),
)
BY_DISTANCE = a_run(at_pace(76, metres=2000), at_pace(95, metres=5000, text="Calm"), at_pace(75, metres=1000))


def test_a_run_is_one_by_time_with_fractions_of_threshold_speed() -> None:
    content = written(BY_TIME, "zwo")
    root = fromstring(content)
    said = {tag: root.findtext(tag) for tag in ("sportType", "durationType", "thresholdSecPerKm")}
    assert said == {"sportType": "run", "durationType": "time", "thresholdSecPerKm": "255"}
    warmup, intervals, walk, cooldown = elements(content)
    assert warmup.attrib == {"Duration": "600", "PowerLow": "0.7", "PowerHigh": "0.8", "pace": "2"}
    assert (intervals.get("OnPower"), intervals.get("PowerOnLow"), intervals.get("PowerOnHigh")) == (
        *("0.995", "0.98", "1.01"),
    )
    assert (walk.tag, walk.get("Power"), walk[0].get("message")) == ("FreeRide", None, "Walk")
    assert (cooldown.tag, cooldown.get("PowerLow"), cooldown.get("PowerHigh")) == ("Cooldown", "0.75", "0.6")


def test_a_run_of_distances_alone_is_one_by_distance() -> None:
    content = written(BY_DISTANCE, "zwo")
    assert fromstring(content).findtext("durationType") == "distance"
    assert [element.get("Duration") for element in elements(content)] == ["2000", "5000", "1000"]
    assert elements(content)[1][0].attrib == {"distoffset": "0", "message": "Calm"}


@pytest.mark.parametrize("session", [BY_TIME, BY_DISTANCE])
def test_a_run_comes_back_with_its_structure_and_nothing_to_repair(session: object) -> None:
    found = read(written(session, "zwo"), "zwo")  # type: ignore[arg-type]
    assert (found.session.sport, found.repairs) == (Sport.RUNNING, ())
    assert structure(found.session) == structure(session)  # type: ignore[arg-type]


def test_a_distance_beside_minutes_is_its_time_for_the_runner_and_said() -> None:
    def kilometre(seconds: float) -> Element:
        parts = at_pace(100, metres=1000).model_copy(update={"duration_s": seconds}), at_pace(75, seconds=600)
        return elements(written(a_run(*parts), "zwo"))[0]

    fast, slow = kilometre(255.0), kilometre(330.0)
    assert (fast.get("Duration"), slow.get("Duration")) == ("255", "330")
    assert fast[0].get("message") == "1 km"


@pytest.mark.parametrize("kind", UNMEASURED)
def test_what_is_done_in_place_of_a_run_comes_back_as_that(kind: WorkoutType) -> None:
    session = a_run(SessionStep(duration_s=1800), unmeasured=kind)
    found = read(written(session, "zwo"), "zwo").session
    assert (found.sport, found.unmeasured, found.steps[0].start_pct) == (Sport.RUNNING, kind, None)


def test_lengths_are_metres_where_the_file_says_so_and_seconds_where_it_says_nothing() -> None:
    step = '<SteadyState Duration="400" Power="1.1"/>'
    by_distance = read(zwo(step, head=f"<durationType>distance</durationType>{THRESHOLD}"), "zwo")
    assert (ridden(by_distance.session), by_distance.repairs) == ([("m", 400, 110, 110)], ())
    unsaid = read(zwo(step, head=""), "zwo")
    assert ridden(unsaid.session) == [(400, 110, 110)]
    assert unsaid.repairs == ("durationType is missing and lengths were read as seconds",)


@pytest.mark.parametrize(("number", "race"), list(enumerate(RaceDistance)))
def test_power_is_a_share_of_a_race_where_no_threshold_is_given(number: int, race: RaceDistance) -> None:
    content = zwo(f'<SteadyState Duration="60" Power="0.9" pace="{number}"/>', head="<durationType>time</durationType>")
    for runner in (RUNNER, SLOWER):
        ((_, pct, _),) = ridden(read_run(content, "zwo", runner).session)
        assert pct == pytest.approx(0.9 * runner.race_pct(race), abs=0.1)
    assert "4:15/km" in read(content, "zwo").repairs[0]


def test_a_threshold_in_the_file_counts_whatever_race_steps_name() -> None:
    assert ridden(read(zwo('<SteadyState Duration="60" Power="1.0" pace="0"/>'), "zwo").session) == [(60, 100, 100)]


def test_a_pause_is_a_walk_and_shows_no_pace() -> None:
    found = read(zwo('<SteadyState Duration="600" Power="0.8"/><SteadyState Duration="60" Power="0"/>'), "zwo")
    assert (found.session.steps[1].by_effort, found.session.steps[1].start_pct) == (True, 45)
    assert found.repairs == ("SteadyState has power 0 and was read as a pause",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (zwo('<SteadyState Duration="60" Power="0.9" pace="7"/>', head=""), "pace is 7; write 0 to 4"),
        (zwo('<Ramp Duration="60" PowerLow="0" PowerHigh="0.8"/>'), "has a speed of 0, which is no pace"),
        (
            zwo('<SteadyState Duration="186327" Power="0.8"/>', head="<durationType>distance</durationType>"),
            "step 1 is 186327 m, beyond 0 to 50000 m",
        ),
    ],
)
def test_what_is_no_run_is_refused(content: str, says: str) -> None:
    with pytest.raises(UnreadableSessionError) as refused:
        read(content, "zwo")
    assert says in str(refused.value)
