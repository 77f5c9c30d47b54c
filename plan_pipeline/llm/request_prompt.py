"""What a model is told of one request: the facts, the rules with the numbers that hold for it, and the athlete's own
words.

Whatever an athlete typed is passed as JSON inside one marked block and called data; the athlete's name and ids are not
sent at all.
"""

from collections.abc import Iterable, Iterator

from plan_pipeline.core import limits
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline.core.overview import sound_volume
from plan_pipeline.core.overview.season import least_load_share, most_load_weeks_in_a_row, most_taper_weeks
from plan_pipeline.core.purpose.purpose import Purpose, purpose_of
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.wording import number
from plan_pipeline.llm.athlete_facts import athlete_facts, race_facts
from plan_pipeline.llm.guidelines import REQUEST_PROMPT, hard_days
from plan_pipeline.llm.plan_rules import long_types
from plan_pipeline.llm.prompting import marked, of_sport, prompt


def overview_request(request: PlanRequest, config: PlanningConfig) -> str:
    """The facts of a request and the rules of its plan, with their numbers."""
    return prompt(
        of_sport(REQUEST_PROMPT, request.sport),
        athlete=tuple(athlete_facts(request)),
        time=tuple(_time(request, config)),
        plan=tuple(_plan(request, config)),
        rules=rule_sentences(request, config),
        typed=typed_by_athlete(request),
    )


def rule_sentences(request: PlanRequest, config: PlanningConfig) -> tuple[str, ...]:
    """What holds for the weeks of this request beside what holds for all, with its numbers."""
    return (*_shape_rules(request, config), *_day_rules(request, config), *_load_rules(request, config))


def _time(request: PlanRequest, config: PlanningConfig) -> Iterable[str]:
    athlete = request.athlete_profile
    available = athlete.training_availability
    if available.weekly_km is not None:
        hours = number(athlete.hours_per_week, digits=2)
        yield f"{available.weekly_km:g} km in the fullest week, about {hours} hours at the usual mix of paces"
    else:
        which = "a normal load week" if config.week.hours.ramp is None else "the fullest week"
        yield f"{available.hours_per_week:g} hours in {which}"
    for day in Weekday:
        cap = available.cap_min(day)
        if cap == 0:
            yield f"{day}: not available"
        elif day in available.max_minutes:
            yield f"{day}: at most {cap} minutes"
        else:
            yield f"{day}: available"


def _plan(request: PlanRequest, config: PlanningConfig) -> Iterable[str]:
    purpose = purpose_of(request, config)
    yield f"{request.total_weeks} weeks"
    yield f"What it is for, of those above: {'event' if purpose.aim is purpose.event_type else 'goal'} {purpose.aim.id}"
    if purpose.long_ride_target_min:
        longest = f"The longest {record_of(request.sport).words.session}"
        yield f"{longest} comes to {purpose.long_ride_target_min:g} minutes, in the weeks that are meant for it"
    yield from _tier(purpose)
    if request.first_monday is not None:
        yield f"Week 1 begins on Monday {request.first_monday}"
    if request.event is None:
        yield "No event"
    else:
        yield (
            f"Event on {request.event_weekday} {request.event.date}, in week {request.total_weeks}; "
            "its name and kind are in the athlete's text"
        )
        yield from _demands(request.event)
        yield from race_facts(purpose, request.event)
    for event in request.events:
        week = request.week_of(event.date)
        yield f"Event of priority {event.priority} on {event.weekday} {event.date}, in week {week}"
    for off in request.time_off:
        yield f"Off from {off.first_day} to {off.last_day}"


def _demands(event: Event) -> Iterator[str]:
    if event.distance_km is not None:
        yield f"Distance of the event: {event.distance_km:g} km"
    if event.elevation_m is not None:
        yield f"Climbing in the event: {event.elevation_m:g} m"
    if event.expected_duration_min is not None:
        yield f"Expected duration of the event: {event.expected_duration_min} minutes"


def typed_by_athlete(request: PlanRequest) -> str:
    """What the athlete typed, marked as data."""
    typed: dict[str, object] = {"goals": list(request.athlete_profile.goals)}
    if request.goal is not None:
        typed["goal"] = request.goal
    if request.event is not None:
        typed["event_name"] = request.event.name
        typed["event_kind"] = request.event.type
    if request.events:
        typed["events_on_the_way"] = [{"name": event.name, "kind": event.type} for event in request.events]
    return marked(typed)


def _shape_rules(request: PlanRequest, config: PlanningConfig) -> Iterator[str]:
    most = most_load_weeks_in_a_row(request.athlete_profile, request.total_weeks, config.week.load_cycle)
    yield f"Exactly {request.total_weeks} weeks."
    yield f"At least 1 load week, and at most {most} load weeks in a row before a recovery or taper week."
    yield f"Taper weeks, if any, are the last weeks of the plan: at most {most_taper_weeks(config)}."
    if request.event is not None:
        yield f"Week {request.total_weeks} is an event or taper week, in phase taper."


def _day_rules(request: PlanRequest, config: PlanningConfig) -> Iterator[str]:
    available = request.athlete_profile.training_availability
    every_week = [day for day in available.week_days if available.cap_min(day) > 0]
    long_ride_days = [
        day for day in every_week if day.is_weekend and available.cap_min(day) >= config.week.long_ride.least_room_min
    ]
    yield f"Training only on {', '.join(every_week)}; every other day is rest."
    if (purpose := purpose_of(request, config)).tier is not None:
        yield f"At most {purpose.most_training_days} training days a week."
    if request.event is not None:
        rest = f"In week {request.total_weeks}, {request.event_weekday} (the event) and the days after it are rest; "
        if before := request.trainable_days(request.total_weeks):
            yield f"{rest}training is possible on {', '.join(before)}."
        else:
            yield f"{rest}no day before it is available, so the week is all rest, with 0 hours and 0 TSS."
    yield from _days_taken(request)
    level = config.levels.of(request.athlete_profile.experience_level)
    yield f"Hard days: {'; '.join(hard_days(level))}."
    if long_ride_days:
        session = record_of(request.sport).words.session
        yield f"Each load week has its long {session} ({long_types(config)}) on {' or '.join(long_ride_days)}."


def _days_taken(request: PlanRequest) -> Iterator[str]:
    """The weeks in which days off and events on the way leave fewer days."""
    for week in range(1, request.total_weeks + 1):
        taken = request.days_taken(week)
        if not taken.isdisjoint(request.athlete_profile.training_availability.week_days):
            days = ", ".join(day for day in Weekday if day in taken)
            left = ", ".join(request.trainable_days(week))
            rest = f"training is possible on {left}" if left else "the week is all rest, with 0 hours and 0 TSS"
            yield f"In week {week} there is no training on {days} (off, or the day of an event); {rest}."


def _tier(purpose: Purpose) -> Iterator[str]:
    """How much the athlete trains by now, as the aim's tiers have it."""
    choice = purpose.tier
    if choice is None:
        return
    asked = "" if choice.name is choice.by_volume else f"; by today's volume it would be {choice.by_volume}"
    yield f"Tier of {purpose.aim.id}: {choice.name}{asked}"


def _load_rules(request: PlanRequest, config: PlanningConfig) -> tuple[str, ...]:
    low, high = sound_volume.LOAD_WEEK_SHARE
    if config.week.hours.ramp is not None:
        low *= least_load_share(purpose_of(request, config), 1)
    wanted_km = request.athlete_profile.training_availability.weekly_km
    volume, what, digits = (
        (request.athlete_profile.hours_per_week, "target_hours", 2) if wanted_km is None else (wanted_km, "km", 1)
    )
    return (
        f"{what} of a load week: {low * volume:.{digits}f} to {high * volume:.{digits}f}; of any week at most "
        f"{sound_volume.ANY_WEEK_MAX_SHARE * volume:.{digits}f}.",
        "Every week has training days, and hours for them, unless no day before the event can hold a session of "
        f"{limits.SHORTEST_SESSION_MIN} minutes.",
    )
