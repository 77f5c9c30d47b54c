"""FTP, watts, watts per kilogram and percentages of FTP that a text gives, and sets of intervals."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.overview.notes.power import BANDS_PCT, EASY_PCT
from plan_pipeline.core.prose.agreement import agrees, span
from plan_pipeline.core.prose.facts import ProseFacts
from plan_pipeline.core.prose.reading import Amount, Unit, intervals
from plan_pipeline.core.prose.statement import Statement
from plan_pipeline.core.prose.topics import Topic
from plan_pipeline.core.wording import number

LEAST_SHARE: Final = 0.35
"""Watts below this share of FTP are differences, not intensities."""

WATT_SLACK: Final = 1.0
ROUND_WATTS: Final = 5
ROUND_SHARE: Final = 0.015
BAND_SLACK_PCT: Final = 4.0
"""Coaches draw the borders of zones a few % of FTP apart: sweet spot begins at 84 or at 88 %."""

MOST_GAIN_PCT: Final = 50.0
"""Nothing above it is the gain of a plan."""

GAIN_SLACK_PCT: Final = 0.6
W_PER_KG_SLACK: Final = 0.05
BY_HEART_RATE: Final = ("heart rate", "of your max", "of max", "HR")

_KINDS = {
    Topic.TEMPO: WorkoutType.TEMPO,
    Topic.SWEET_SPOT: WorkoutType.SWEET_SPOT,
    Topic.THRESHOLD: WorkoutType.THRESHOLD,
    Topic.VO2MAX: WorkoutType.VO2MAX,
    Topic.ANAEROBIC: WorkoutType.ANAEROBIC,
}
_LOW_FROM_PCT = {WorkoutType.TEMPO: 73.0, WorkoutType.SWEET_SPOT: 83.0}
"""Where other coaches have the lower border further down than the plan's own."""


_OF_FTP: Final = ("of FTP", "FTP", "of threshold", "of your FTP", "of functional")


class _Zone(NamedTuple):
    name: str
    low_pct: float
    high_pct: float


def watts(statement: Statement) -> Iterator[str]:
    """What watts are said that are neither the FTP, nor its goal, nor those of a zone or a step."""
    spoken = list(statement.amounts_of(Unit.WATTS))
    for amount in spoken:
        lead, rest = statement.lead(amount, spoken), statement.rest(amount, spoken)
        if amount.high < LEAST_SHARE * statement.facts.athlete.ftp_watts:
            yield from _gained_watts(statement, amount, lead, rest)
        elif not _is_known(statement, amount):
            yield from _other_watts(statement, amount, lead, rest)


def _gained_watts(statement: Statement, amount: Amount, lead: str, rest: str) -> Iterator[str]:
    facts = statement.facts
    gain = facts.goal_ftp - facts.athlete.ftp_watts
    is_of_ftp = statement.says(Topic.FTP) or statement.says(Topic.AIM)
    is_gain = Topic.GAIN.found_in(lead) or Topic.GAIN.found_in(rest[:20]) or lead.endswith("+")
    gains = [facts.athlete.ftp_watts * pct / 100 for pct in facts.gains_pct]
    if is_of_ftp and is_gain and not agrees(amount, gains, slack=WATT_SLACK):
        yield f'gives "{statement.quoted(amount)}" for the gain in FTP, which is {number(gain)} W'


def _is_known(statement: Statement, amount: Amount) -> bool:
    """Whether watts are the FTP, its goal, or a percentage of it that the sentence gives as well."""
    facts = statement.facts
    pct = [each for other in statement.amounts_of(Unit.PERCENT) for each in (other.low, other.high)]
    known = [*_ftps(facts), *(facts.athlete.ftp_watts * each / 100 for each in pct)]
    if Topic.AIM.found_in(statement.lead(amount)[-24:]) or "FTP" in statement.lead(amount)[-24:]:
        known = list(_ftps(facts))
    return all(agrees(_end(amount, end), known, slack=WATT_SLACK) for end in (amount.low, amount.high))


def _ftps(facts: ProseFacts) -> tuple[float, ...]:
    ftp = facts.athlete.ftp_watts
    return (ftp, *(ftp * (1 + pct / 100) for pct in facts.gains_pct))


def _other_watts(statement: Statement, amount: Amount, lead: str, rest: str) -> Iterator[str]:
    facts = statement.facts
    ftp = facts.athlete.ftp_watts
    zone = _zone(lead, rest)
    near = lead[-40:]
    is_ftp = zone is None or max(Topic.FTP.last_in(near), Topic.AIM.last_in(near)) > _last_zone(near)
    if is_ftp and (Topic.FTP.found_in(near) or Topic.AIM.found_in(near) or Topic.FTP.found_in(rest[:8])):
        yield (
            f'gives "{statement.quoted(amount)}", but the FTP is {number(ftp)} W today and '
            f"{number(facts.goal_ftp)} W is the goal"
        )
        return
    slack = ROUND_SHARE * ftp if all(end % ROUND_WATTS == 0 for end in (amount.low, amount.high)) else WATT_SLACK
    steps = [ftp * pct / 100 for week in facts.weeks for pct in week.steps_pct]
    if all(agrees(_end(amount, end), steps, slack=slack) for end in (amount.low, amount.high)) and zone is None:
        return
    yield from _outside(statement, amount, zone, 100 / ftp, "W")


def _outside(statement: Statement, amount: Amount, zone: _Zone | None, to_pct: float, unit: str) -> Iterator[str]:
    """What lies outside of its zone, or of all that the plan asks for."""
    low, high = amount.low * to_pct, amount.high * to_pct
    if zone is None:
        top = max([band[1] for band in BANDS_PCT.values()] + [p for w in statement.facts.weeks for p in w.steps_pct])
        if high > top + BAND_SLACK_PCT:
            most = f"{number(top / to_pct, 0)} {unit}"
            yield f'gives "{statement.quoted(amount)}", but the most that the plan asks for is {most}'
        return
    is_inside = zone.low_pct - BAND_SLACK_PCT <= low and high <= zone.high_pct + BAND_SLACK_PCT
    if is_inside and amount.is_range and amount.low > 0:
        is_inside = min(abs(low - zone.low_pct), abs(high - zone.high_pct)) <= BAND_SLACK_PCT * 2
    if not is_inside and (amount.is_range or not _are_steps(statement.facts, low)):
        border = span((zone.low_pct / to_pct, zone.high_pct / to_pct), unit, 0)
        yield f'gives "{statement.quoted(amount)}" for {zone.name}, which is {border}'


def _are_steps(facts: ProseFacts, *percent: float) -> bool:
    steps = [pct for week in facts.weeks for pct in week.steps_pct]
    return bool(steps) and all(any(abs(pct - step) <= 1 for step in steps) for pct in percent)


def _zone(lead: str, rest: str) -> _Zone | None:
    """The zone that is named last before some watts, or at once after them."""
    named = {**_KINDS, Topic.EASY: None}
    place, topic = max(((topic.last_in(lead), topic) for topic in named), key=lambda pair: pair[0])
    if place < 0:
        topics = [topic for topic in named if topic.first_in(rest[:16]) is not None]
        if not topics:
            return None
        topic = topics[0]
    kind = named[topic]
    low, high = EASY_PCT if kind is None else BANDS_PCT[kind]
    name = "easy riding" if kind is None else kind.value.replace("_", " ")
    return _Zone(name, min(low, _LOW_FROM_PCT.get(kind, low)) if kind else low, high)


def _last_zone(text: str) -> int:
    return max(topic.last_in(text) for topic in (*_KINDS, Topic.EASY))


def _end(amount: Amount, end: float) -> Amount:
    return amount._replace(low=end, high=end)


def percentages(statement: Statement) -> Iterator[str]:
    """What percentages of FTP are said that are not those of their zone, and what gain that is not the goal's."""
    facts = statement.facts
    for amount in statement.amounts_of(Unit.PERCENT):
        lead, rest = statement.lead(amount), statement.rest(amount)
        if any(word in statement.text for word in BY_HEART_RATE):
            continue
        says_gain = Topic.GAIN.found_in(lead[-30:])
        if not says_gain and rest.lstrip().startswith(
            ("of FTP", "FTP", "of threshold", "of your FTP", "of functional")
        ):
            zone = _zone(lead, rest)
            if zone is None and facts.has_workouts and _are_steps(facts, amount.low, amount.high):
                continue
            yield from _outside(statement, amount, zone, 1.0, "%")
            continue
        is_gain = (
            amount.high < MOST_GAIN_PCT and statement.says(Topic.FTP) and (says_gain or Topic.GAIN.found_in(rest[:20]))
        )
        if is_gain and not agrees(amount, facts.gains_pct, slack=GAIN_SLACK_PCT):
            yield f'gives "{statement.quoted(amount)}" for the gain in FTP, which is {number(facts.gains_pct[0])} %'


def watts_per_kg(statement: Statement) -> Iterator[str]:
    """What watts per kilogram are said that follow neither from the FTP nor from its goal."""
    facts = statement.facts
    weight = facts.athlete.weight_kg
    for amount in statement.amounts_of(Unit.W_PER_KG):
        if weight is None:
            yield f'gives "{statement.quoted(amount)}", but the athlete\'s weight is not known'
        else:
            known = [watts / weight for watts in _ftps(facts)]
            if not agrees(amount, known, slack=W_PER_KG_SLACK):
                has = f"{number(known[0], 2)} W/kg today and {number(known[1], 2)} W/kg is the goal"
                yield f'gives "{statement.quoted(amount)}", but the FTP is {has}'


def interval_sets(statement: Statement) -> Iterator[str]:
    """What sets are said that no workout has; asked of texts about finished weeks alone."""
    facts = statement.facts
    if not facts.has_workouts:
        return
    for each in intervals(statement.text):
        scope = statement.scope(each)
        known = {known for week in scope.weeks for known in week.sets}
        if known and not any(each.efforts == one.efforts and abs(each.minutes - one.minutes) < 0.02 for one in known):
            yield f'gives "{statement.quoted(each)}", but no workout in {scope.name} has that set'
