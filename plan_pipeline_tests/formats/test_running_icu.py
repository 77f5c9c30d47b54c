"""Runs in the text of Intervals.icu, as they are written there by hand."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.vocabulary import SegmentType, Sport, WorkoutType
from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline.formats.session import SessionSet, SessionStep
from plan_pipeline_tests.formats.runs import RUNNER, SLOWER, UNMEASURED, a_run, at_pace, by_effort, read_run
from plan_pipeline_tests.formats.sessions import read, ridden, structure, written

SESSION = a_run(
    at_pace(78, 82, seconds=600, role="warmup"),
    SessionSet(
        repeat=5, steps=(at_pace(108, metres=500, text="Hard"), by_effort(90, "walk")),
    ),
    at_pace(88, metres=2000, role="steady"),
    at_pace(100, metres=1609.344),
    at_pace(75, 65, seconds=330, role="cooldown"),
    name="Mixed",
)  # fmt: skip


def test_steps_are_lines_of_minutes_or_distances_at_percent_of_pace() -> None:
    assert written(SESSION, "icu").decode() == (
        "# Mixed\n\nWarmup\n- 10m 78-82% Pace\n\n5x\n- Hard 500mtr 108% Pace\n- Walk 1m30s\n\n- 2km 88% Pace\n"
        "- 1mi 100% Pace\n\nCooldown\n- 5m30s 65-75% Pace\n"
    )


def test_a_run_comes_back_with_its_structure_and_nothing_to_repair() -> None:
    found = read(written(SESSION, "icu"), "icu")
    assert (found.session.sport, found.repairs) == (Sport.RUNNING, ())
    assert structure(found.session) == structure(SESSION)
    assert (found.session.steps[2].role, found.session.steps[2].by_effort) == (SegmentType.WALK, True)


def test_a_run_by_effort_alone_is_still_one() -> None:
    up = by_effort(20, "hill", 120, text="Up for 20 s")
    session = a_run(by_effort(600, "walk"), SessionSet(repeat=8, steps=(up, by_effort(90, "walk"))))
    text = written(session, "icu").decode()
    assert text == "# Run\n> A run by effort\n\n- Walk 10m\n\n> Up for 20 s\n8x\n- Hill 20s\n- Walk 1m30s\n"
    found = read(text, "icu").session
    assert (found.sport, found.description, structure(found)) == (Sport.RUNNING, "", structure(session))


@pytest.mark.parametrize("kind", UNMEASURED)
def test_what_is_done_in_place_of_a_run_comes_back_as_that(kind: WorkoutType) -> None:
    session = a_run(SessionStep(duration_s=1800, text="Easily"), unmeasured=kind)
    found = read(written(session, "icu"), "icu").session
    assert (found.sport, found.unmeasured, found.steps[0].start_pct) == (Sport.RUNNING, kind, None)


def test_words_that_look_like_a_pace_stay_out_of_the_line() -> None:
    session = a_run(at_pace(100, seconds=600, text="Not faster than 4:10/km, race pace at most"))
    text = written(session, "icu").decode()
    assert "\n> Not faster than 4:10/km, race pace at most\n- 10m 100% Pace\n" in text
    assert ridden(read(text, "icu").session) == ridden(session)


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        ("- 10m 78-82% Pace", (600, 78, 82)),
        ("- 45m 75% pace", (2700, 75, 75)),
        ("- 500mtr 108% Pace", ("m", 500, 108, 108)),
        ("- 2km 88%-90% Pace", ("m", 2000, 88, 90)),
        ("- Hard 0.25mi 110% Pace", ("m", 402.336, 110, 110)),
        ("- 10m ramp 60-80% Pace", (600, 60, 80)),
        ("- 20m 4:15/km Pace", (1200, 100, 100)),
        ("- 20m 4:30-4:15/km Pace", (1200, 94.4, 100)),
        ("- 1mi 6:50/mi", ("m", 1609.344, 100.1, 100.1)),
        ("- 5m Z2 Pace", (300, 82.6, 82.6)),
        ("- Race pace 3km 98% Pace", ("m", 3000, 98, 98)),
    ],
)
def test_a_line_is_read_as_intervals_icu_reads_it(line: str, shape: tuple[float | str, ...]) -> None:
    assert ridden(read_run(line, "icu").session) == [shape]


def test_m_is_minutes_and_never_metres() -> None:
    assert ridden(read_run("- 3m 100% Pace", "icu").session) == [(180, 100, 100)]


def test_a_pace_is_less_percent_the_slower_it_is_and_more_the_slower_the_runner() -> None:
    def pct(line: str, **runner: object) -> float:
        ((_, low, _),) = ridden(read_run(line, "icu", **runner).session)  # type: ignore[arg-type]
        assert isinstance(low, float)
        return low

    assert pct("- 20m 4:40/km Pace") < pct("- 20m 4:15/km Pace") == 100
    assert pct("- 20m 4:40/km Pace") == pytest.approx(100 * 255 / 280, abs=0.05)
    assert pct("- 20m 4:40/km Pace", runner=SLOWER) > pct("- 20m 4:40/km Pace", runner=RUNNER)


def test_a_distance_takes_longer_the_slower_it_is_run() -> None:
    slow, fast = (read_run(f"- 1km {pct}% Pace", "icu").session.steps[0] for pct in (70, 110))
    assert (slow.distance_m, fast.distance_m) == (1000, 1000)
    assert slow.duration_s > fast.duration_s


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- 10m 78% Pace\n- 10m 75%", "line 2, '10m 75%', is in a run and goes by heart rate or power; give % Pace"),
        ("- 10m 78% Pace\n- 10m Z2 HR", "is in a run and goes by heart rate or power"),
        ("- 10m 78% Pace\n- 80% Pace", "has no length"),
        ("- 10m 0:00/km Pace", "has a speed of 0 m/s, slower than a walk"),
        ("- 10m 0:05/km Pace", "faster than anybody runs"),
        ("- 186327mtr 80% Pace", "is 186327 m, beyond 0 to 50000 m"),
        ("- 10m 0% Pace", "has a speed of 0, which is no pace"),
        ("- 10m 700% Pace", "over 600 %"),
    ],
)
def test_what_is_no_run_by_length_and_pace_is_refused(text: str, says: str) -> None:
    with pytest.raises(UnreadableSessionError) as refused:
        read_run(text, "icu")
    assert says in str(refused.value)


def test_a_pace_in_minutes_needs_the_runner_and_a_percentage_does_not() -> None:
    with pytest.raises(UnreadableSessionError, match="--threshold-pace 4:15/km"):
        read("- 20m 4:15/km Pace", "icu", 250)
    assert ridden(read("- 20m 100% Pace", "icu").session) == [(1200, 100, 100)]


def test_a_step_without_a_pace_goes_by_effort_and_is_told() -> None:
    found = read("- 10m 78% Pace\n- 5m drills", "icu")
    assert found.session.steps[1].by_effort
    assert found.repairs == ("a step has no pace; it goes by effort and counts as 77 % of threshold speed",)
