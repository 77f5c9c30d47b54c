"""The shape of a plan: load blocks, recovery weeks and a taper, for every length and athlete."""

from __future__ import annotations

import datetime as dt
from itertools import groupby, pairwise, product

import pytest

from plan_pipeline.core.model.request import MAX_WEEKS, MIN_WEEKS, PlanRequest
from plan_pipeline.core.model.vocabulary import ExperienceLevel, Phase, Weekday, WeekType
from plan_pipeline.core.overview.load_cycle import TAPER_SHARES, WeekSlot, load_cycle
from plan_pipeline_tests.core.builders import MONDAY, rider

EVENT_DAYS = (None, *Weekday)
EVERY_SHAPE = list(
    product(range(MIN_WEEKS, MAX_WEEKS + 1), EVENT_DAYS, ("beginner", "intermediate", "advanced"), (None, 40, 41))
)


def request(weeks: int, event: Weekday | None = None, level: str = "intermediate", age: int | None = 30) -> PlanRequest:
    date = None if event is None else {"date": MONDAY + dt.timedelta(weeks=weeks - 1, days=event.position)}
    return rider(8, "tue, thu, sat, sun", weeks=weeks, event=date, athlete={"experience_level": level, "age": age})


def letters(slots: tuple[WeekSlot, ...]) -> str:
    """L for load, R for recovery, T for taper, E for the event's week."""
    return "".join(slot.week_type.value[0].upper() for slot in slots)


@pytest.mark.parametrize(
    ("weeks", "event", "level", "age", "shape"),
    [
        (4, None, "intermediate", 30, "LLLR"),
        (8, None, "intermediate", 30, "LLLRLLLR"),
        (12, None, "intermediate", 30, "LLLRLLLRLLLR"),
        (12, Weekday.SUNDAY, "intermediate", 30, "LLRLLLRLLLTE"),
        (12, Weekday.SUNDAY, "beginner", 30, "LLRLLRLLRLTE"),
        (12, Weekday.SUNDAY, "intermediate", 41, "LLRLLRLLRLTE"),
        (12, Weekday.SUNDAY, "intermediate", 40, "LLRLLLRLLLTE"),
        (12, Weekday.SUNDAY, "intermediate", None, "LLRLLLRLLLTE"),
        (12, Weekday.MONDAY, "intermediate", 30, "LLRLLRLLLTTE"),
        (4, Weekday.SUNDAY, "intermediate", 30, "LLTE"),
        (6, None, "beginner", 30, "LLRLLR"),
    ],
)
def test_known_shapes(weeks: int, event: Weekday | None, level: str, age: int | None, shape: str) -> None:
    assert letters(load_cycle(request(weeks, event, level, age))) == shape


def all_cycles() -> list[tuple[PlanRequest, tuple[WeekSlot, ...]]]:
    return [(r := request(weeks, event, level, age), load_cycle(r)) for weeks, event, level, age in EVERY_SHAPE]


CYCLES = all_cycles()


def test_every_plan_has_as_many_weeks_as_asked_numbered_from_one() -> None:
    assert all([s.number for s in slots] == list(range(1, r.total_weeks + 1)) for r, slots in CYCLES)


def test_no_more_than_three_load_weeks_follow_each_other_two_for_beginners_and_over_forties() -> None:
    for r, slots in CYCLES:
        athlete = r.athlete_profile
        careful = athlete.experience_level is ExperienceLevel.BEGINNER or (athlete.age or 0) > 40
        runs = [len(list(run)) for kind, run in groupby(s.week_type for s in slots) if kind is WeekType.LOAD]
        assert max(runs) <= (2 if careful else 3), letters(slots)


def test_recovery_weeks_never_follow_each_other_nor_begin_a_plan() -> None:
    for _, slots in CYCLES:
        assert "RR" not in letters(slots)
        assert letters(slots)[0] == "L"


def test_no_recovery_week_comes_right_before_a_taper() -> None:
    assert not [letters(slots) for _, slots in CYCLES if "RT" in letters(slots)]


def test_an_event_is_led_up_to_by_a_taper_of_8_to_14_days() -> None:
    for r, slots in CYCLES:
        if r.event_weekday is None:
            assert "T" not in letters(slots)
            assert "E" not in letters(slots)
            continue
        first = letters(slots).index("T")
        days_before = 7 * (len(slots) - 1 - first) + r.event_weekday.position
        assert 8 <= days_before <= 14, (letters(slots), r.event_weekday)
        assert set(letters(slots)[first:-1]) == {"T"}
        assert letters(slots)[-1] == "E"


def test_the_taper_lowers_volume_progressively_by_41_to_60_percent_on_average() -> None:
    for r, slots in CYCLES:
        shares = [s.share for s in slots if s.phase is Phase.TAPER]
        assert shares == sorted(shares, reverse=True)
        assert len(set(shares)) == len(shares)
        if r.event_weekday:
            whole_weeks = len(shares) - 1 + r.event_weekday.position / 7
            assert 0.41 <= 1 - sum(shares) / whole_weeks <= 0.60


@pytest.mark.parametrize("event_day", Weekday)
def test_the_week_of_the_event_has_its_share_of_volume_for_the_days_before_it(event_day: Weekday) -> None:
    last = load_cycle(request(12, event_day))[-1]

    assert last.share == pytest.approx(TAPER_SHARES[-1] * event_day.position / 7)


def test_volume_starts_below_normal_and_never_exceeds_it() -> None:
    for _, slots in CYCLES:
        load = [s for s in slots if s.week_type is WeekType.LOAD]
        assert load[0].share == min(s.share for s in load)
        assert max(s.share for s in slots) <= 1.0


def test_every_phase_of_load_follows_the_one_before_it() -> None:
    order = [Phase.BASE, Phase.BUILD, Phase.PEAK]
    for _, slots in CYCLES:
        phases = [order.index(s.phase) for s in slots if s.week_type is WeekType.LOAD]
        assert phases == sorted(phases)


def test_short_plans_start_in_build_and_long_plans_in_base() -> None:
    for r, slots in CYCLES:
        if r.athlete_profile.experience_level is not ExperienceLevel.BEGINNER:
            assert (slots[0].phase is Phase.BASE) == (r.total_weeks > 6), (r.total_weeks, letters(slots))


def test_a_week_is_light_in_phase_exactly_when_it_is_in_type() -> None:
    expected = {WeekType.RECOVERY: Phase.RECOVERY, WeekType.TAPER: Phase.TAPER, WeekType.EVENT: Phase.TAPER}
    for _, slots in CYCLES:
        for slot in slots:
            assert slot.phase is expected.get(slot.week_type, slot.phase)
            assert slot.phase.is_light == (slot.week_type is not WeekType.LOAD)


def test_a_recovery_week_belongs_to_the_block_before_it() -> None:
    for _, slots in CYCLES:
        for before, after in pairwise(slots):
            starts_a_block = before.week_type is WeekType.RECOVERY or (after.phase is Phase.TAPER is not before.phase)
            assert after.block == before.block + starts_a_block, letters(slots)


def test_blocks_are_as_even_as_they_can_be() -> None:
    for _, slots in CYCLES:
        sizes = [len(list(run)) for kind, run in groupby(s.week_type for s in slots) if kind is WeekType.LOAD]
        assert max(sizes) - min(sizes) <= 1, letters(slots)
