"""What the easy days of a week are laid out like: plain, with strides or hill sprints, with walks for beginners."""

from collections.abc import Sequence

from plan_pipeline.core.config.week_settings import EasyDays
from plan_pipeline.core.model.vocabulary import Constraint, CourseProfile, Phase, Weekday, WorkoutType
from plan_pipeline.core.overview.season import WeekSlot
from plan_pipeline.core.purpose.between_races import is_in_easy_start
from plan_pipeline.core.purpose.purpose import Purpose


def easy_patterns(
    purpose: Purpose, slot: WeekSlot, days: Sequence[tuple[Weekday, WorkoutType]], taken: frozenset[Weekday]
) -> dict[Weekday, tuple[str, ...]]:
    """The patterns of a week's easy days but those ``taken`` by others; none in a sport that leaves them open.

    Strides or hill sprints are on one or two of them: strides in odd weeks, hill sprints in even ones where there are
    hills, and strides in cutback, peak and taper weeks; none in the easy weeks after a marathon.
    """
    easy = purpose.config.week.easy
    if easy is None:
        return {}
    open_days = [day for day, kind in days if kind is purpose.sport.parts.easy and day not in taken]
    usual = purpose.walk_patterns(slot.number) or easy.plain
    found = dict.fromkeys(open_days, usual)
    has_fast = slot.number >= easy.strides_from_week and not is_in_easy_start(purpose, slot.number)
    if has_fast and not purpose.walks_in(slot.number):
        fast_days = _stride_days(easy, open_days, days)
        found |= dict.fromkeys(fast_days, easy.strides)
        if fast_days and _has_hills(purpose, slot):
            found[fast_days[0]] = easy.hill_sprints
    plain_days = [day for day in open_days if found[day] == usual]
    if plain_days and purpose.profile is CourseProfile.TRAIL and easy.on_trail and _has(purpose, Constraint.NO_TRAIL):
        found[plain_days[-1]] = easy.on_trail
    return found


def _has(purpose: Purpose, lack: Constraint) -> bool:
    return lack not in purpose.request.all_constraints


def _has_hills(purpose: Purpose, slot: WeekSlot) -> bool:
    is_load = slot.load_week is not None and slot.phase is not Phase.PEAK
    return is_load and slot.number % 2 == 0 and _has(purpose, Constraint.NO_HILLS)


def _stride_days(
    easy: EasyDays, open_days: Sequence[Weekday], days: Sequence[tuple[Weekday, WorkoutType]]
) -> list[Weekday]:
    """The easy days that end fast: those that neither follow a hard day nor lead to one first, and no two in a row."""
    count = easy.stride_days if len(open_days) >= easy.stride_days_from_easy_days else min(1, easy.stride_days)
    hard = {day.position for day, kind in days if kind.is_demanding}

    def rank(day: Weekday) -> tuple[bool, bool, int]:
        return (day.position - 1 in hard, day.position + 1 in hard, day.position)

    chosen: list[Weekday] = []
    for day in sorted(open_days, key=rank):
        if len(chosen) < count and all(abs(day.position - other.position) > 1 for other in chosen):
            chosen.append(day)
    return chosen
