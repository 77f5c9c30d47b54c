"""In which weeks of a plan the athlete is tested."""

from collections.abc import Sequence

from plan_pipeline.core.model.vocabulary import ExperienceLevel, WeekType
from plan_pipeline.core.overview.season import WeekSlot
from plan_pipeline.core.purpose.purpose import Purpose


def weeks_with_tests(purpose: Purpose, slots: Sequence[WeekSlot]) -> frozenset[int]:
    """The weeks with a test, by number: near the start, every few weeks in a light week where one is due, at the end.

    None lies in a taper or too near to the event; a plan that is too short for tests has none.
    """
    settings, total = purpose.config.week.tests, len(slots)
    has_event = purpose.request.event is not None
    if total < purpose.aim.tests_from_weeks and (has_event or total > settings.start_and_end_up_to_weeks):
        return frozenset()
    open_weeks = [slot for slot in slots if _is_open(purpose, slot)]
    is_beginner = purpose.experience is ExperienceLevel.BEGINNER
    first = settings.beginner_first_week if is_beginner else purpose.aim.first_test_week or settings.first_week
    found = [slot.number for slot in open_weeks if slot.number >= first][:1]
    if not found:
        return frozenset()
    soonest, latest = settings.every_weeks
    last = open_weeks[-1].number
    light = [slot.number for slot in open_weeks if slot.week_type is WeekType.RECOVERY]
    for slot in open_weeks:
        since = slot.number - found[-1]
        following = next((number for number in light if number > slot.number), last)
        is_due = since >= soonest or (since == soonest - 1 and following - found[-1] > latest)
        if (slot.number in light and is_due) or since >= latest:
            found.append(slot.number)
    if not has_event and found[-1] != last:
        found = [week for week in found if week == found[0] or last - week >= soonest - 1] + [last]
    if total <= settings.start_and_end_up_to_weeks:
        found = [found[0], found[-1]]
    return frozenset(found)


def _is_open(purpose: Purpose, slot: WeekSlot) -> bool:
    """Whether a week can hold a test: with days to ride, no event in it, and far enough from the plan's own event."""
    if slot.week_type.is_taper or not slot.days or purpose.request.events_in(slot.number):
        return False
    weeks_left = purpose.request.total_weeks - slot.number
    event = purpose.request.event_weekday
    days_left = 7 * weeks_left + (event.position - 6 if event else 0)
    return event is None or days_left >= purpose.config.week.tests.last_days_before_event - 2
