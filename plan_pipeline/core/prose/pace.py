"""Paces and kilometres that a text gives of a running plan, and power, which such a plan has none of."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from plan_pipeline.core.model.athlete import USUAL_MIX_PCT
from plan_pipeline.core.paces.riegel import marathon_outlook
from plan_pipeline.core.paces.runner import Runner
from plan_pipeline.core.paces.text import pace_range_text, pace_text
from plan_pipeline.core.paces.training import PaceName, training_paces
from plan_pipeline.core.paces.vdot import RaceDistance, race_time_s
from plan_pipeline.core.prose.agreement import agrees, span
from plan_pipeline.core.prose.facts import ProseFacts, WeekFacts
from plan_pipeline.core.prose.reading import Amount, Unit
from plan_pipeline.core.prose.statement import Statement
from plan_pipeline.core.prose.time_and_load import NO_CLAIM_AFTER, NO_CLAIM_BEFORE, subject_of
from plan_pipeline.core.prose.topics import Topic
from plan_pipeline.core.purpose.purpose import LONG_RUN_PCT

PACE_SLACK_S: Final = 3.0
"""How far a pace may be from the plan's, s/km: what rounding to miles and to fives leaves."""

SLACK_PCT: Final = 2.0
"""How far coaches draw the borders of a zone apart, % of threshold speed."""

KM_SLACK, KM_SHARE, ESTIMATED_SHARE = 0.6, 0.02, 0.15
"""What kilometres may be off: a rounding, or more where the plan counts hours and they are reckoned from those."""

_RACE_SLACK_KM: Final = 0.11
"""A half marathon is 21, 21.1 or 21.0975 km."""

_NEAR: Final = 24
"""Letters after kilometres in which it is said that they are those of a week."""

_AT_ONCE: Final = 12
"""Letters after a pace in which it is said what it is the pace of, as in "5:20/km (easy)"."""

_ANY: Final = (60.0, 125.0)
"""Between a brisk walk and a sprint, % of threshold speed."""


class _Zone(NamedTuple):
    """What a kind of running is called, and between which speeds it is, % of threshold speed."""

    name: str
    words: re.Pattern[str]
    low_pct: float
    high_pct: float
    pace: PaceName | None

    def bounds_pct(self, runner: Runner) -> tuple[float, float]:
        """Where the zone begins and ends for a runner, whose training pace is in it however slow the runner is."""
        ends = [self.low_pct, self.high_pct]
        for each in training_paces(runner.vdot):
            if each.name is self.pace:
                ends += [100 * speed / runner.threshold_speed for speed in (each.slow_m_s, each.fast_m_s)]
        return min(ends), max(ends)


def _zone(name: str, words: str, low_pct: float, high_pct: float, pace: PaceName | None = None) -> _Zone:
    return _Zone(name, re.compile(words, re.IGNORECASE), low_pct, high_pct, pace)


_ZONES: Final = (
    _zone("easy running", r"\beasy\b|\brecover(?:y|ies|ing)?\b|\bjog", _ANY[0], 84.0, PaceName.EASY),
    _zone("steady running", r"\bsteady\b", 84.0, 92.0),
    _zone("marathon pace", r"\bmarathon[ -]pace\b", 86.0, 97.0, PaceName.MARATHON),
    _zone("threshold", r"\bthreshold\b|\bcruise intervals?\b", 96.0, 102.0, PaceName.THRESHOLD),
    _zone("VO2max intervals", r"\bVO2(?:max)?\b|(?<!cruise )\bintervals?\b", 104.0, 112.0, PaceName.INTERVAL),
    _zone("repetitions", r"\brepetitions?\b|\bstrides?\b", 110.0, _ANY[1], PaceName.REPETITION),
)
_GENERAL = re.compile(r"\btier\b|\bplans of\b", re.IGNORECASE)
_OF_RACE = re.compile(r"^\s*(?:in \d|race\b|pace\b|effort\b|personal\b)|^[- ]pace", re.IGNORECASE)


def no_power(statement: Statement) -> Iterator[str]:
    """What watts are given; a plan by pace has none."""
    for amount in statement.amounts_of(Unit.WATTS, Unit.W_PER_KG):
        yield f'gives "{statement.quoted(amount)}", but this plan goes by pace and effort and knows no power'


# --- paces -----------------------------------------------------------------------------------------------------


def paces(statement: Statement) -> Iterator[str]:
    """What paces are given that are neither those of their zone, nor of a race, a goal or a step."""
    if statement.says(Topic.HYPOTHETICAL):
        return
    spoken = list(statement.amounts_of(Unit.PACE))
    for amount in spoken:
        lead, rest = statement.lead(amount, spoken), statement.rest(amount, spoken)
        if (zone := _zone_of(lead, rest)) is not None:
            yield from _outside(statement, amount, zone)
        elif not _is_known(statement.facts, amount):
            runner = statement.facts.athlete.runner
            has = pace_text(runner.threshold_speed, statement.facts.units)
            yield f'gives "{statement.quoted(amount)}", which is no pace of the plan; threshold pace is {has}'


def _zone_of(lead: str, rest: str) -> _Zone | None:
    """The zone that is named last before a pace, or at once after it."""
    found = [(match.start(), zone) for zone in _ZONES for match in zone.words.finditer(lead)]
    if found:
        return max(found, key=lambda pair: pair[0])[1]
    return next((zone for zone in _ZONES if zone.words.search(rest[:_AT_ONCE])), None)


def _outside(statement: Statement, amount: Amount, zone: _Zone) -> Iterator[str]:
    runner, units = statement.facts.athlete.runner, statement.facts.units
    lowest, highest = zone.bounds_pct(runner)
    pcts = [100 * 1000 / seconds / runner.threshold_speed for seconds in (amount.low, amount.high)]
    if all(lowest - SLACK_PCT <= pct <= highest + SLACK_PCT for pct in pcts):
        return
    fast, slow = (runner.speed(pct) for pct in (highest, lowest))
    border = pace_range_text(slow, fast, units)
    yield f'gives "{statement.quoted(amount)}" for {zone.name}, which is {border}'


def _is_known(facts: ProseFacts, amount: Amount) -> bool:
    """Whether both ends of a pace are ones that the plan, a race of the runner or the goal has."""
    known = list(_known_s(facts))
    return all(any(abs(end - seconds) <= PACE_SLACK_S for seconds in known) for end in (amount.low, amount.high))


def _known_s(facts: ProseFacts) -> Iterator[float]:
    """Paces in s/km: training paces, races of today's fitness, the goal, the race that was run, the steps."""
    athlete, runner = facts.athlete, facts.athlete.runner
    yield from (1000 / speed for pace in training_paces(runner.vdot) for speed in (pace.slow_m_s, pace.fast_m_s))
    yield from (1000 * race_time_s(race.metres, runner.vdot) / race.metres for race in RaceDistance)
    marathon = RaceDistance.MARATHON.metres
    ten = RaceDistance.TEN_K.metres
    run = (athlete.recent_race.distance_m, athlete.recent_race.time) if athlete.recent_race else None
    for distance_m, time_s in filter(None, (run, (ten, race_time_s(ten, runner.vdot)))):
        yield 1000 * time_s / distance_m
        if (outlook := marathon_outlook(distance_m, time_s)) is not None:
            yield from (1000 * seconds / marathon for seconds in (outlook.riegel_s, outlook.low_volume_s))
    for event in facts.every_event:
        if event.goal_time is not None:
            metres = [event.distance_km * 1000] if event.distance_km else [race.metres for race in RaceDistance]
            yield from (1000 * event.goal_time / each for each in metres)
    steps = {pct for week in facts.weeks for pct in week.steps_pct}
    yield from (1000 / runner.speed(pct) for pct in steps if pct)


# --- kilometres ------------------------------------------------------------------------------------------------


def kilometres(statement: Statement) -> Iterator[str]:
    """What kilometres of a week and of long runs are given that the plan does not have."""
    if statement.says(Topic.HYPOTHETICAL) or _GENERAL.search(statement.text):
        return
    spoken = list(statement.amounts_of(Unit.KM))
    about: Topic | None = None
    for amount in spoken:
        lead, rest = statement.lead(amount, spoken), statement.rest(amount, spoken)
        is_race = _is_race(statement.facts, amount) and not Topic.WEEK.found_in(rest[:_NEAR])
        if is_race or _OF_RACE.match(rest) or NO_CLAIM_BEFORE.search(lead) or NO_CLAIM_AFTER.search(rest):
            about = None
            continue
        about = subject_of(lead, rest, about)
        if about is Topic.VOLUME:
            yield from _weekly(statement, amount, lead)
        elif about is Topic.LONG_RIDE:
            yield from _long(statement, amount)


def _is_race(facts: ProseFacts, amount: Amount) -> bool:
    """Whether a distance is one that races have, or that of an event or of the race that was run."""
    known = [race.metres / 1000 for race in RaceDistance]
    known += [event.distance_km for event in facts.every_event if event.distance_km]
    known += [facts.athlete.recent_race.distance_m / 1000] if facts.athlete.recent_race else []
    return not amount.is_range and agrees(amount._replace(is_about=False), known, slack=_RACE_SLACK_KM)


def _weekly(statement: Statement, amount: Amount, lead: str) -> Iterator[str]:
    facts, scope = statement.facts, statement.scope(amount, statement.facts.weeks)
    values, share = _weekly_km(facts, scope.weeks), _share_of(scope.weeks)
    what = f"kilometres in {scope.name}" if scope.is_named else "kilometres a week"
    asked, now = facts.athlete.training_availability.weekly_km, facts.athlete.current_weekly_km
    if Topic.ASKED_FOR.found_in(lead) and asked is not None:
        values, what = [asked], "kilometres that the athlete asked for"
    elif Topic.NOW.found_in(lead + statement.rest(amount)[:_NEAR]) and now is not None:
        values, what, share = [now], "kilometres a week by now", KM_SHARE
    elif Topic.MOST.found_in(lead):
        values = [max(values, default=0.0), *([asked] if asked is not None else [])]
        what += " at most"
    elif not scope.is_named:
        values = [*values, *(km for km in (asked, now) if km is not None)]
    if values and not agrees(amount, values, slack=KM_SLACK, share=share):
        yield f'gives "{statement.quoted(amount)}" for the {what}, which are {span(values, "km", 0)}'


def _weekly_km(facts: ProseFacts, weeks: Sequence[WeekFacts]) -> list[float]:
    """Kilometres of weeks, as counted, or as their hours come to."""
    speed = facts.athlete.runner.speed(USUAL_MIX_PCT)
    return [km for week in weeks for km in (week.km or tuple(hours * 3.6 * speed for hours in week.hours))]


def _share_of(weeks: Sequence[WeekFacts]) -> float:
    return KM_SHARE if all(week.km for week in weeks) else ESTIMATED_SHARE


def _long(statement: Statement, amount: Amount) -> Iterator[str]:
    scope = statement.scope(amount)
    runs = [km for week in scope.weeks for km in week.long_runs_km]
    share = KM_SHARE
    if not runs:
        speed = statement.facts.athlete.runner.speed(LONG_RUN_PCT)
        runs = [minutes * 60 * speed / 1000 for week in scope.weeks for minutes in week.long_rides_min]
        share = ESTIMATED_SHARE
    if runs and not agrees(amount, runs, slack=KM_SLACK, share=share):
        session = statement.facts.words.session
        yield (
            f'gives "{statement.quoted(amount)}" for the long {session}, which has {span(runs, "km", 0)} in '
            f"{scope.name}"
        )
