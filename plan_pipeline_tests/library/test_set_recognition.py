"""Sets in flat segments: what repeats becomes a set, and written out again it is what it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.core.load import shape_of
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.workout import WorkoutSet, write_out
from plan_pipeline.library.set_recognition import recognise_sets


def step(kind: str, minutes: float, pct: float, description: str = "") -> Step:
    return Step(
        type=kind,
        duration_min=minutes,
        power_low_pct=pct,
        power_high_pct=pct,
        description=description,  # type: ignore[arg-type]
    )


WARMUP, WORK, REST, EASY = (
    step("warmup", 10, 60),
    step("interval", 5, 105),
    step("recovery", 3, 50),
    step("endurance", 20, 65),
)


def counts(parts: tuple[Step | WorkoutSet, ...]) -> list[tuple[int, int]]:
    return [(part.repeat, len(part.steps)) for part in parts if isinstance(part, WorkoutSet)]


def test_work_and_recovery_that_repeat_are_one_set_between_what_does_not() -> None:
    parts = recognise_sets([WARMUP, *[WORK, REST] * 4, EASY])
    assert (parts[0], counts(parts), parts[-1]) == (WARMUP, [(4, 2)], EASY)


def test_the_last_effort_without_its_recovery_follows_the_set() -> None:
    parts = recognise_sets([WORK, REST, WORK, REST, WORK])
    assert (counts(parts), parts[-1]) == ([(2, 2)], WORK)


def test_efforts_without_recoveries_are_a_set_of_one_step() -> None:
    assert counts(recognise_sets([WORK, WORK, WORK])) == [(3, 1)]


def test_easy_blocks_that_follow_each_other_are_no_set() -> None:
    assert recognise_sets([EASY, EASY, EASY]) == (EASY, EASY, EASY)


def test_a_repeat_may_hold_several_efforts() -> None:
    over, under = step("interval", 1, 108), step("interval", 2, 95)
    assert counts(recognise_sets([under, over, under, over, REST] * 3)) == [(3, 5)]


def test_of_two_readings_the_shorter_repeat_is_taken() -> None:
    assert counts(recognise_sets([WORK, REST] * 6)) == [(6, 2)]


def test_efforts_of_different_power_are_no_set() -> None:
    harder = step("interval", 5, 110)
    assert counts(recognise_sets([WORK, REST, harder, REST])) == []


def test_a_description_that_counts_loses_its_count() -> None:
    first, second = step("interval", 5, 105, "Effort 1 of 2"), step("interval", 5, 105, "Effort 2 of 2")
    (found,) = recognise_sets([first, REST, second, REST])
    assert isinstance(found, WorkoutSet)
    assert found.steps[0].description == "Effort"


def test_more_repeats_than_a_set_may_hold_are_fewer_of_twice_the_steps() -> None:
    assert counts(recognise_sets([WORK, REST] * 70)) == [(35, 4)]


def test_nothing_has_no_sets() -> None:
    assert recognise_sets([]) == ()


@given(st.lists(st.sampled_from([WARMUP, WORK, REST, EASY, step("steady", 10, 90)]), max_size=40))
def test_written_out_again_the_ride_is_the_same(steps: list[Step]) -> None:
    again = tuple(write_out(recognise_sets(steps)))
    assert shape_of(again) == shape_of([each.segment for each in steps])
