"""Putting a published plan on dates: everything dated in it moves by the same whole weeks, and the athlete is told."""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Final

from plan_pipeline.core.final_plan import content_hash, sealed
from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.days import Span, days_later, monday_of
from plan_pipeline.core.model.events import Event, TimeOff
from plan_pipeline.core.model.instance import PlanInstance
from plan_pipeline.core.model.plan import Plan, PlanMetadata
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.paces.text import Units, pace_text

_MONTHS: Final = tuple(calendar.month_name)[1:]
_MONTH: Final = rf"(?P<month>{'|'.join(_MONTHS)})"
_WRITTEN: Final = tuple(
    map(
        re.compile,
        (
            r"\b(?P<year>\d{4})-(?P<iso>\d\d)-(?P<day>\d\d)\b",
            rf"\b(?P<day>\d\d?) {_MONTH}(?: (?P<year>\d{{4}}))?\b",
            rf"\b{_MONTH} (?P<day>\d\d?)(?P<suffix>st|nd|rd|th)?(?:, (?P<year>\d{{4}}))?\b",
        ),
    )
)
"""How days are written in notes and in what rules say: ``2027-03-28``, ``28 March 2027``, ``March 28, 2027``."""


def put_on_dates(plan: Plan, start: dt.date) -> Plan:
    """The plan with its first week from ``start``, a Monday. Events, time off and the days that notes and rules name
    move with it; a plan without dates gets them.

    The hashes are those of what it then says. Raises ``ValueError`` for another weekday.
    """
    return _resealed(_moved(plan, start))


def as_instance(plan: Plan, instance: PlanInstance) -> Plan:
    """The plan on the dates of an instance of it, for the instance's athlete."""
    placed = _moved(plan, instance.start_date)
    athlete = placed.training_plan.athlete_profile.model_copy(update={"athlete_id": instance.athlete_id})
    body = placed.training_plan.model_copy(update={"athlete_profile": athlete})
    own = with_remarks(instance.model_copy(update={"weeks": body.plan_metadata.total_weeks}), plan)
    return _resealed(placed.model_copy(update={"training_plan": body, "instance": own}))


def with_remarks(instance: PlanInstance, plan: Plan) -> PlanInstance:
    """The instance with what its athlete has to know, a sentence each, of a plan that was made for other dates or for
    somebody else: the day that the event, events on the way and time off fall on now, and whose watts or paces it has.
    """
    meta, made_for = plan.training_plan.plan_metadata, plan.training_plan.athlete_profile
    days = 0 if meta.start_date is None else _days_to(instance.start_date, meta.start_date)
    remarks = list(_what_moves(meta, days)) if days else []
    if made_for.athlete_id != instance.athlete_id:
        what, of_whom = _intensity_of(made_for)
        remarks.append(
            f"Hours, days and {what} are those of {one_line(made_for.athlete_id)}, {of_whom}; where "
            f"others are right for {one_line(instance.athlete_id)}, a request of their own makes a plan of their own."
        )
    return instance.model_copy(update={"remarks": tuple(remarks)})


def _intensity_of(athlete: AthleteProfile) -> tuple[str, str]:
    """What the plan's intensity is given in, and the athlete's own that it follows from."""
    if athlete.ftp is not None:
        return "watts", f"FTP {athlete.ftp:g} W"
    pace = pace_text(athlete.runner.threshold_speed, athlete.units or Units.KM)
    return "paces", f"threshold pace {pace}"


def _moved(plan: Plan, start: dt.date) -> Plan:
    if start.weekday():
        raise ValueError(f"start {start} is a {start:%A}; weeks run from Monday to Sunday, so give a Monday")
    meta = plan.training_plan.plan_metadata
    moved: dict[str, object] = {"start_date": start}
    results = plan.rule_results
    if meta.start_date is not None:
        days = _days_to(start, meta.start_date)
        said = _mover(_days_of(meta), days)
        moved |= {
            "event": meta.event and _event(meta.event, days),
            "events": tuple(_event(event, days) for event in meta.events),
            "time_off": tuple(_off(off, days) for off in meta.time_off),
            "coaching_notes": said(meta.coaching_notes),
            "monitoring_guidance": said(meta.monitoring_guidance),
        }
        results = tuple(result.model_copy(update={"message": said(result.message)}) for result in results)
    body = plan.training_plan.model_copy(update={"plan_metadata": meta.model_copy(update=moved)})
    return plan.model_copy(update={"training_plan": body, "rule_results": results})


def _what_moves(meta: PlanMetadata, days: int) -> Iterator[str]:
    if meta.event is not None:
        then = days_later(meta.event.date, days)
        yield (
            f"The plan leads up to {meta.event.title}, planned for {meta.event.date}: on these dates that is "
            f"{then}, so it fits an event on that day."
        )
    for event in meta.events:
        then = days_later(event.date, days)
        yield (
            f"{event.title}, planned for {event.date}, is on {then} on these dates; nothing goes around {event.date} "
            "itself."
        )
    for off in meta.time_off:
        moved, reason = _off(off, days).days, f" ({one_line(off.reason)})" if off.reason else ""
        yield (
            f"Time off from {off.days}{reason} is from {moved} on these dates; nothing goes around {off.days} itself."
        )


def _days_to(start: dt.date, before: dt.date) -> int:
    """Whole weeks, whatever weekday a stored plan begins on: weekdays are what the athlete asked for."""
    return (start - monday_of(before)).days


def _event(event: Event, days: int) -> Event:
    return event.model_copy(update={"date": days_later(event.date, days)})


def _off(off: TimeOff, days: int) -> TimeOff:
    first, last = (days_later(day, days) for day in off.days)
    return off.model_copy(update={"first_day": first, "last_day": last})


def _days_of(meta: PlanMetadata) -> Span:
    """The days that notes may speak of: those of the plan, and of the week before its first Monday that a start was
    asked for in."""
    assert meta.start_date is not None
    return Span(days_later(meta.start_date, -7), days_later(meta.start_date, 7 * meta.total_weeks - 1))


def _mover(known: Span, days: int) -> Callable[[str], str]:
    """A function that moves the days of ``known`` that a text names, and leaves others and all other words."""

    def moved(found: re.Match[str]) -> str:
        parts = found.groupdict()
        month = int(parts["iso"]) if parts.get("iso") else _MONTHS.index(parts["month"]) + 1
        years = [int(parts["year"])] if parts["year"] else sorted({known.first.year, known.last.year})
        for year in years:
            try:
                day = dt.date(year, month, int(parts["day"]))
            except ValueError:
                continue
            if known.holds(day):
                return _written_as(parts, days_later(day, days))
        return found[0]

    def of_text(text: str) -> str:
        for form in _WRITTEN:
            text = form.sub(moved, text)
        return text

    return of_text


def _written_as(parts: dict[str, str | None], day: dt.date) -> str:
    """A day in the form in which another was written."""
    if parts.get("iso"):
        return day.isoformat()
    if "suffix" not in parts:
        number = f"{day:%d}" if len(parts["day"] or "") == 2 else f"{day.day}"
        return f"{number} {day:%B}" + (f" {day.year}" if parts["year"] else "")
    suffix = _suffix(day.day) if parts["suffix"] else ""
    return f"{day:%B} {day.day}{suffix}" + (f", {day.year}" if parts["year"] else "")


def _suffix(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _resealed(plan: Plan) -> Plan:
    stamp = plan.generation.model_copy(update={"content_hash": content_hash(plan.training_plan)})
    return sealed(plan.model_copy(update={"generation": stamp}))
