"""The text of Intervals.icu, as it is written there by hand."""

from __future__ import annotations

import pytest

from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline.formats.session import SessionSet
from plan_pipeline_tests.formats.sessions import FTP, a_session, ramp, read, ridden, steady, structure, written


def test_steps_are_lines_and_sets_stand_under_their_count() -> None:
    session = a_session(
        ramp(600, 50, 75),
        SessionSet(repeat=3, steps=(steady(90, 110, "Hard"), steady(30, 50))),
        name="Three",
        description="Short\n- and hard 5m 200%",
    )
    assert written(session, "icu").decode() == (
        "# Three\n> Short\n> - and hard 5m 200%\n\n- 10m ramp 50-75%\n\n3x\n- Hard 1m30s 110%\n- 30s 50%\n"
    )


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        ("- 20m 60% 90-100rpm", (1200, 60, 60)),
        ("- 5m recovery at 40%", (300, 40, 40)),
        ("- Recovery 30s 50%", (30, 50, 50)),
        ("- 10m ramp 50%-75%", (600, 50, 75)),
        ("- Ramp 10m 60-40%", (600, 60, 40)),
        ("- 1m30 120%", (90, 120, 120)),
        ("- 1h2m30s 65%", (3750, 65, 65)),
        ("- 5' 95%", (300, 95, 95)),
        ("- 1'30\" 95%", (90, 95, 95)),
        ("- 12m 257w", (720, 97, 97)),
        ("- 15m 88-92%", (900, 90, 90)),
        ("- 10m Z2", (600, 65, 65)),
        ("- 10m freeride", (600, 60, 60)),
        ("- 1.5h 65%", (5400, 65, 65)),
    ],
)
def test_a_line_is_read_as_intervals_icu_reads_it(line: str, shape: tuple[float | None, ...]) -> None:
    assert ridden(read(line, "icu", FTP).session) == [shape]


def test_a_head_says_how_often_the_steps_below_it_are_done() -> None:
    text = "Warmup\n- 10m 60%\n\nMain set 6x\n- 4m 100% 40-50 rpm\n- 5m recovery at 40%\n\nCooldown\n- 20m 60%"
    found = read(text, "icu").session
    assert structure(found) == ((600, 60, 60), (6, (240, 100, 100), (300, 40, 40)), (1200, 60, 60))
    assert [step.role for step in found.steps][:: len(found.steps) - 1] == ["warmup", "cooldown"]


def test_words_that_look_like_a_length_stay_out_of_the_line() -> None:
    session = a_session(steady(600, 60, "Two 10-second sprints at 150%"), steady(300, 70))
    assert ridden(read(written(session, "icu"), "icu").session) == ridden(session)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Go for a ride", "holds no steps"),
        ("- 60%", "line 1, '60%', has no length"),
        ("- 5km 60%", "a distance and no time"),
        ("- 10m 75% HR", "goes by heart rate or pace"),
        ("- 0m 60%", "lasts 0 s"),
        ("9999x\n- 1m 50%", "asks for 9999 repeats"),
        ("- 10m 250w", "give the rider's with --ftp W"),
        ("- 10m 700%", "over 600 %"),
    ],
)
def test_what_is_no_workout_by_time_and_power_is_refused(text: str, says: str) -> None:
    with pytest.raises(UnreadableSessionError) as refused:
        read(text, "icu")
    assert says in str(refused.value)


def test_a_step_without_a_power_is_easy_and_told() -> None:
    found = read("- 10m easy", "icu")
    assert (ridden(found.session), found.repairs) == ([(600, 60, 60)], ("a step has no power and was read as 60 %",))
