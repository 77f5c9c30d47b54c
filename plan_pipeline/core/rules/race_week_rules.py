"""Measures of the last days before an event: sharp work in time, openers on the eve, and less each week."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from plan_pipeline.core.config.aim import EventType
from plan_pipeline.core.limits import SHORTEST_SESSION_MIN
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.rules.plan_view import DayView, PlanView, WeekView
from plan_pipeline.core.rules.rule import Finding, broken, kept
from plan_pipeline.core.wording import counted, number

_OPENERS_FROM_PCT = 96.0
"""Efforts from here on open the legs."""

_ROUNDING_KM = 0.5
"""Runs come in half kilometres."""


class _Fault(NamedTuple):
    severity: RuleSeverity
    week: int
    message: str


def race_week(plan: PlanView, earliest: int, latest: int, looks_back: int) -> Finding:
    """The last sharp session is two to four days before the event, openers are on its eve, and weeks become lighter.

    How much is sharp, and from which intensity, is said by the event's type. Days that the athlete does not have are
    not asked for. A taper week above the one before is an error; a sharp session that is short, and missing openers,
    are noted. Measures the days from the last sharp session to the event.
    """
    event, kind = plan.event_position, plan.purpose.event_type
    if event is None or kind is None or not plan.weeks or event > len(plan.days):
        return kept(None)
    sharp = {
        event - day.position: minutes
        for day in plan.before_event
        if event - day.position <= looks_back and (minutes := _minutes_from(day, kind.taper.sharpen_from_pct))
    }
    last = min((before for before, minutes in sharp.items() if minutes >= kind.taper.sharpen_min[0]), default=None)
    faults = [
        *_inverted(plan),
        *_eve(plan, event),
        *_sharpening(plan, kind, sharp, range(latest, earliest + 1)),
        *_openers(plan, kind, event, earliest),
    ]
    if not faults:
        return kept(last)
    order = list(RuleSeverity)
    worst = min(faults, key=lambda fault: order.index(fault.severity))
    return broken(
        looks_back + 1 if last is None else last, (worst.week,), f"Week {worst.week}: {worst.message}.", worst.severity
    )


def _inverted(plan: PlanView) -> Iterator[_Fault]:
    for week, following in pairwise(plan.weeks):
        if (
            following.is_taper
            and not week.is_disturbed
            and (week.is_load or week.is_taper)
            and _is_above(following, week)
        ):
            amounts = [
                f"{number(each.km)} km" if week.km else f"{number(each.minutes / 60)} h" for each in (following, week)
            ]
            yield _Fault(
                RuleSeverity.ERROR,
                following.number,
                f"a taper week of {amounts[0]} after {amounts[1]} in the week before; give it less",
            )


def _is_above(following: WeekView, week: WeekView) -> bool:
    """Whether a week has more than the one before: more kilometres where it is run, else more minutes."""
    if week.km:
        return following.km > week.km + _ROUNDING_KM
    return following.minutes > max(week.minutes, SHORTEST_SESSION_MIN) + 1


def _eve(plan: PlanView, event: int) -> Iterator[_Fault]:
    eve = plan.days[event - 1] if event else None
    if eve and eve.hard and not eve.is_race:
        yield _Fault(
            RuleSeverity.WARNING,
            plan.week_of(eve),
            f"{eve.hard} on {eve.weekday}, the eve of the event; {plan.sport.words.session} {_openers_word(plan)} "
            "on it, or rest",
        )


def _sharpening(plan: PlanView, kind: EventType, sharp: Mapping[int, float], window: range) -> Iterator[_Fault]:
    """What is wrong with the last sharp work; nothing where none of the days it belongs on can be trained."""
    event = plan.event_position or 0
    least, most = kind.taper.sharpen_min
    days = [day for day in plan.before_event if event - day.position in window and _is_free(plan, day)]
    if not days or plan.purpose.walks_in(plan.week_of(days[-1])):
        return
    week, asked = plan.week_of(days[-1]), f"{least:g} to {most:g} min at or above {kind.taper.sharpen_from_pct:g} %"
    belongs = f"put {asked} {window.start} to {window.stop - 1} days before the event"
    within = {before: minutes for before, minutes in sharp.items() if before in window}
    enough = {before: minutes for before, minutes in within.items() if minutes >= least}
    if enough:
        minutes = enough[min(enough)]
        if minutes > most:
            yield _Fault(
                RuleSeverity.WARNING,
                week,
                f"{number(minutes)} min at or above {kind.taper.sharpen_from_pct:g} % {min(enough)} days before the "
                f"event are too many; {belongs}",
            )
        return
    early = [before for before, minutes in sharp.items() if before > window.stop - 1 and minutes >= least]
    if early:
        yield _Fault(
            RuleSeverity.WARNING, week, f"the last sharp session is {min(early)} days before the event; {belongs}"
        )
    elif within:
        before, minutes = min(within.items())
        yield _Fault(
            RuleSeverity.NOTE, week, f"only {number(minutes)} sharp min {before} days before the event; {belongs}"
        )
    else:
        yield _Fault(RuleSeverity.WARNING, week, f"nothing sharp in the last days before the event; {belongs}")


def _openers(plan: PlanView, kind: EventType, event: int, earliest: int) -> Iterator[_Fault]:
    """Openers where the event's type always has them, the day can be trained and is not the only one of the last."""
    taper = kind.taper
    position = event + taper.openers_on
    if taper.openers != "always" or position < 0:
        return
    day = plan.days[position]
    others = [each for each in plan.before_event if event - earliest <= each.position < position]
    if not _is_free(plan, day) or not any(_is_free(plan, each) for each in others):
        return
    if not _minutes_from(day, _OPENERS_FROM_PCT):
        yield _Fault(
            RuleSeverity.NOTE,
            plan.week_of(day),
            f"no {_openers_word(plan)} on {day.weekday}, {counted(-taper.openers_on, 'day')} before the event; put a "
            f"few short efforts into an easy {plan.sport.words.session} on it",
        )


def _openers_word(plan: PlanView) -> str:
    """Openers, or what opens the legs in a sport that has no session of that name."""
    return "strides" if plan.sport.parts.openers is None else "openers"


def _is_free(plan: PlanView, day: DayView) -> bool:
    return day.weekday in plan.request.trainable_days(plan.week_of(day)) and (
        plan.purpose.longest_on(day.weekday) >= SHORTEST_SESSION_MIN
    )


def _minutes_from(day: DayView, pct: float) -> float:
    return sum(ride.session.content.minutes_from(pct) for ride in day.rides if not ride.workout.optional)
