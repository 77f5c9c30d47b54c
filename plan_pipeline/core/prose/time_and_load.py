"""Hours a week, lengths of rides, TSS, CTL and shares of the usual load that a text gives."""

import re
from collections.abc import Iterable, Iterator, Sequence
from statistics import mean
from typing import Final

from plan_pipeline.core.overview.notes.words import hours_of
from plan_pipeline.core.prose.agreement import agrees, span
from plan_pipeline.core.prose.facts import WeekFacts
from plan_pipeline.core.prose.reading import Amount, Unit
from plan_pipeline.core.prose.statement import Scope, Statement
from plan_pipeline.core.prose.topics import Topic

SHORTEST_CLAIM_MIN: Final = 40
"""Shorter times are of intervals, warm-ups and breaks, of which a text may speak as it likes."""

NEAR: Final = 24
"""Letters after a number in which its week is described, as in "8 hours in your biggest week"."""

RIDE_SLACK_MIN: Final = 2.5
WHOLE_HOURS_SLACK_MIN: Final = 15
TSS_SHARE: Final = 0.02
CTL_SLACK: Final = 1.0
SHARE_SLACK_PCT: Final = 3.0
DAYS: Final = 7

_A_WEEK = re.compile(
    r"^\s*(?:of (?:training|riding|work|cycling)\s*)?"
    r"(?:(?:in |on |for )?(?:a|an|per|each|every|the|your|this|next)\s*|/\s*)"
    r"(?:(?:normal|load|usual|typical|average|single|biggest|hardest|peak|lightest|easiest)\s+)?week\b"
    r"|^\s*(?:on \d days?\b|weekly|in all|in total|altogether)\b",
    re.IGNORECASE,
)
_YOU_RIDE = re.compile(r"\b(?:ride|train) $")
_RIDE_NEXT = re.compile(
    r"^[\s-]*(?:long |longest |endurance |easy )?rides?\b|^\s*on (?:the )?(?:long|weekend)", re.IGNORECASE
)
NO_CLAIM_BEFORE = re.compile(
    r"\b(?:after|before|within|every|beyond|over|longer than|more than|less than|under|past|first|last|final|exceeds?|"
    r"exceeding)\s*(?:the )?(?:first |last |final )?$",
    re.IGNORECASE,
)
NO_CLAIM_AFTER = re.compile(
    r"^\s*(?:before|after|later|earlier|apart|of sleep|a night|per night|a day|on the day|or (?:more|longer))\b",
    re.IGNORECASE,
)
_A_DAY = re.compile(r"^\s*(?:a|per|each|every|/)\s*day\b", re.IGNORECASE)
_JOINED = re.compile(r"^[^;.]{0,40}$")


def times(statement: Statement) -> Iterator[str]:
    """What hours a week and lengths of long rides are said that the plan does not have."""
    if statement.says(Topic.HYPOTHETICAL):
        return
    spoken = list(statement.amounts_of(Unit.MINUTES))
    about: Topic | None = None
    for amount in spoken:
        lead, rest = statement.lead(amount, spoken), statement.rest(amount, spoken)
        about = subject_of(lead, rest, about) if amount.high >= SHORTEST_CLAIM_MIN else None
        if about is Topic.VOLUME:
            yield from _volume(statement, amount, lead, rest)
        elif about is Topic.LONG_RIDE:
            yield from _long_ride(statement, amount, lead)


def subject_of(lead: str, rest: str, before: Topic | None) -> Topic | None:
    """What a time is the length of; ``None`` where that is not of the plan."""
    if NO_CLAIM_BEFORE.search(lead) or NO_CLAIM_AFTER.search(rest) or Topic.GENERAL_TIME.found_in(lead + rest):
        return None
    if _A_WEEK.search(rest):
        return Topic.VOLUME
    if _RIDE_NEXT.search(rest):
        return Topic.LONG_RIDE if Topic.LONG_RIDE.found_in(lead + rest) else None
    ride, volume = Topic.LONG_RIDE.last_in(lead), Topic.VOLUME.last_in(lead)
    if ride >= 0 or volume >= 0:
        return Topic.LONG_RIDE if ride > volume else Topic.VOLUME
    if _YOU_RIDE.search(lead) and Topic.WEEK.found_in(lead):
        return Topic.VOLUME
    if Topic.TRAINING.found_in(lead) or Topic.DURATION_OF_EVENT.found_in(lead):
        return Topic.VOLUME if Topic.WEEK.found_in(lead) and not Topic.TRAINING.found_in(lead[-20:]) else None
    if Topic.WEEK.found_in(lead):
        return Topic.VOLUME
    return before if _JOINED.match(lead) else None


def _volume(statement: Statement, amount: Amount, lead: str, rest: str) -> Iterator[str]:
    facts = statement.facts
    asked = facts.athlete.hours_per_week
    scope = statement.scope(amount, facts.weeks)
    hours = [each for week in scope.weeks for each in week.hours]
    what = f"hours of training in {scope.name}" if scope.is_named else "hours of training a week"
    if Topic.ASKED_FOR.found_in(lead):
        hours, what = [asked], "hours that the athlete asked for"
    elif Topic.NOW.found_in(lead) and facts.athlete.current_hours is not None:
        hours, what = [facts.athlete.current_hours], "hours of training by now"
    elif Topic.IN_ALL.found_in(lead + rest) and not scope.is_named:
        columns = zip(*(week.hours for week in facts.weeks), strict=True)
        hours, what = [*hours, *map(sum, columns)], "hours in all"
    elif Topic.MOST.found_in(lead + rest[:NEAR]) and not amount.is_range:
        hardest = max(scope.weeks, key=lambda week: week.tss[-1])
        hours, what = [*_most([week.hours for week in scope.weeks]), *hardest.hours], f"{what} at most"
    elif Topic.LEAST.found_in(lead):
        hours, what = _least([week.hours for week in scope.weeks]), f"{what} at least"
    elif not scope.is_named:
        hours = [*hours, asked, facts.usual_hours]
    if not agrees(amount, [60 * each for each in hours], slack=1.0):
        yield f'gives "{statement.quoted(amount)}" for the {what}, which are {span(hours, "h", 2)}'


def _whole_plan(statement: Statement) -> Scope:
    """What grows "from" something has that in no week that the sentence names."""
    return Scope(statement.facts.weeks, "the plan", is_named=False)


def _long_ride(statement: Statement, amount: Amount, lead: str) -> Iterator[str]:
    scope = _whole_plan(statement) if lead.endswith("from ") else statement.scope(amount)
    rides = [minutes for week in scope.weeks for minutes in week.long_rides_min]
    if not rides:
        return
    if statement.text[: amount.start].lower().endswith("longest ride of ") and not amount.is_range:
        rides = [max(rides)]
    slack = WHOLE_HOURS_SLACK_MIN if amount.is_hours and amount.step >= 30 else RIDE_SLACK_MIN
    if not agrees(amount._replace(step=1), rides, slack=slack):
        lengths = sorted({hours_of(min(rides)), hours_of(max(rides))}, key=len)
        shown = lengths[0] if len(lengths) == 1 else f"{hours_of(min(rides))} to {hours_of(max(rides))}"
        session = statement.facts.words.session
        yield f'gives "{statement.quoted(amount)}" for the long {session}, which has {shown} in {scope.name}'


def loads(statement: Statement) -> Iterator[str]:
    """What TSS and CTL are said that the plan does not have."""
    spoken = list(statement.amounts_of(Unit.TSS))
    for amount in spoken:
        if not (NO_CLAIM_BEFORE.search(statement.lead(amount)) or statement.says(Topic.HYPOTHETICAL)):
            yield from _tss(statement, amount)
    for amount in statement.amounts_of(Unit.CTL):
        yield from _ctl(statement, amount)


def _tss(statement: Statement, amount: Amount) -> Iterator[str]:
    scope = statement.scope(amount)
    lead, rest = statement.lead(amount), statement.rest(amount)
    weeks = [week.tss for week in scope.weeks]
    values: Iterable[float] = [tss for week in weeks for tss in week]
    what = f"TSS of {scope.name}" if scope.is_named else "TSS of a week"
    if _A_DAY.search(rest):
        values, what = [tss / DAYS for tss in values], f"{what} in a day"
    elif Topic.MOST.found_in(lead) and not statement.weeks:
        values, what = _most(weeks), f"{what} at most"
    elif not Topic.WEEK.found_in(lead + rest):
        values = [*values, *(tss for week in scope.weeks for tss in week.workouts_tss)]
        values = [*values, *(sum(column) for column in zip(*weeks, strict=True))]
    if not agrees(amount, values, slack=1.0, share=TSS_SHARE):
        yield f'gives "{statement.quoted(amount)}" for the {what}, which is {span(values, "TSS", 0)}'


def _ctl(statement: Statement, amount: Amount) -> Iterator[str]:
    facts = statement.facts
    start = facts.athlete.start_ctl
    if Topic.POINTS.found_in(statement.rest(amount)[:16]) or (start is None and facts.ctl):
        return
    known = () if start is None else (start, *facts.ctl)
    if start is None:
        if Topic.START.found_in(statement.text) or Topic.NOW.found_in(statement.text):
            yield f'gives "{statement.quoted(amount)}", but the athlete\'s CTL is not known'
    elif not facts.ctl and not (Topic.START.found_in(statement.text) or Topic.NOW.found_in(statement.text)):
        return
    elif not min(known) - CTL_SLACK <= amount.low <= max(known) + CTL_SLACK:
        yield f'gives "{statement.quoted(amount)}", but the CTL is {span(known, "", 0).strip()}'


def shares(statement: Statement) -> Iterator[str]:
    """What share of the usual load recovery and taper weeks are said to have, or to lack."""
    if not (statement.says(Topic.RECOVERY_WEEK) or statement.says(Topic.TAPER)):
        return
    spoken = list(statement.amounts_of(Unit.PERCENT))
    is_less = False
    for amount in spoken:
        lead, rest = statement.lead(amount, spoken), statement.rest(amount, spoken)
        if Topic.OF_USUAL.found_in(rest):
            is_less = Topic.LESS.found_in(lead) and " by" in lead
        elif Topic.LESS.found_in(lead) or Topic.LESS.found_in(rest[:16]):
            is_less = True
        elif len(spoken) < 2 or not is_less:
            continue
        yield from _share(statement, amount, is_less=is_less)


def _share(statement: Statement, amount: Amount, *, is_less: bool) -> Iterator[str]:
    scope = statement.scope(amount)
    of = [share for week in _light(scope) for share in _shares_of(week.hours, week.tss, statement)]
    if not of:
        return
    weeks = [week for week in scope.weeks if week.phase.is_light]
    hours, tss = (
        tuple(map(mean, zip(*each, strict=True))) for each in zip(*((w.hours, w.tss) for w in weeks), strict=True)
    )
    means = list(_shares_of(hours, tss, statement))
    if is_less:
        of, means = ([100 - share for share in each] for each in (of, means))
    if not agrees(amount._replace(step=1.0), [*of, *means], slack=SHARE_SLACK_PCT):
        less = " less than the usual load" if is_less else " of the usual load"
        yield f'gives "{statement.quoted(amount)}"{less} for {scope.name}, which has {span(of, "%", 0)}'


def _light(scope: Scope) -> Sequence[WeekFacts]:
    return [week for week in scope.weeks if week.phase.is_light and week.kinds]


def _shares_of(hours: Sequence[float], tss: Sequence[float], statement: Statement) -> Iterator[float]:
    facts = statement.facts
    yield from (100 * each / facts.usual_hours for each in hours if facts.usual_hours)
    yield from (100 * each / facts.usual_tss for each in tss if facts.usual_tss)


def _most(of_weeks: Sequence[Sequence[float]]) -> list[float]:
    return [max(column) for column in zip(*of_weeks, strict=True)]


def _least(of_weeks: Sequence[Sequence[float]]) -> list[float]:
    return [min(column) for column in zip(*of_weeks, strict=True)]
