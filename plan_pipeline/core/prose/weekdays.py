"""What weekdays are said to be for, how many days are trained, and the caps of days."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from plan_pipeline.core.model.vocabulary import Sport, Weekday, WorkoutType
from plan_pipeline.core.prose.facts import WeekFacts
from plan_pipeline.core.prose.reading import Amount, DayList, Unit, day_lists
from plan_pipeline.core.prose.sentences import event_letters, workout_letters
from plan_pipeline.core.prose.statement import Scope, Statement
from plan_pipeline.core.prose.topics import Topic
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.wording import listed

_EASY = frozenset({WorkoutType.EASY})
_KINDS = {
    Topic.TEMPO: frozenset({WorkoutType.TEMPO}),
    Topic.SWEET_SPOT: frozenset({WorkoutType.SWEET_SPOT}),
    Topic.THRESHOLD: frozenset({WorkoutType.THRESHOLD, WorkoutType.CRUISE_INTERVALS}),
    Topic.VO2MAX: frozenset({WorkoutType.VO2MAX}),
    Topic.ANAEROBIC: frozenset({WorkoutType.ANAEROBIC}),
    Topic.OPENERS: frozenset({WorkoutType.OPENERS}),
    Topic.TEST: frozenset({WorkoutType.TEST}),
    Topic.STRENGTH: frozenset({WorkoutType.STRENGTH}),
    Topic.STEADY: frozenset({WorkoutType.STEADY}),
    Topic.PROGRESSIVE: frozenset({WorkoutType.PROGRESSIVE}),
    Topic.MARATHON_PACE: frozenset({WorkoutType.MARATHON_PACE, WorkoutType.RACE_SIMULATION, WorkoutType.LONG}),
    Topic.CRUISE_INTERVALS: frozenset({WorkoutType.CRUISE_INTERVALS}),
    Topic.RACE_PACE: frozenset({WorkoutType.RACE_PACE, WorkoutType.RACE_SIMULATION}),
    Topic.REPETITION: frozenset({WorkoutType.REPETITION}),
    Topic.HILLS: frozenset({WorkoutType.HILLS}),
    Topic.RACE_SIMULATION: frozenset({WorkoutType.RACE_SIMULATION}),
    Topic.CROSS_TRAINING: frozenset({WorkoutType.CROSS_TRAINING}),
    Topic.STRIDES: _EASY,
}
"""What sessions of some kind are planned as, by what they are called."""


@cache
def _purposes_of(sport: Sport) -> tuple[Topic, ...]:
    """What a day may be for; training of any kind counts where none of them is named."""
    types = frozenset(record_of(sport).types)
    return (Topic.REST, Topic.LONG_RIDE, Topic.HARD, *(t for t, kinds in _KINDS.items() if kinds & types), Topic.EVENT)


_ON = re.compile(
    r"(?:\b(?:on|every|each|for|is|are|falls on|comes on|stays on|in|go(?:es)? to|fall to|this|next|both)(?: the|"
    r" every| each| your)?|:|-)\s*$"
)
_NOT_A_PLACE = re.compile(
    r"\b(?:before|after|until|till|by|from|since|to|between|past|not|than|or)(?: the)?\s*$", re.IGNORECASE
)
_PARTS = re.compile(r"[;:()]|,(?! (?:and|or)\b)| - |\bbut\b|\bwhile\b|\bthen\b")
_DIRECTLY = re.compile(
    r"^(?:'s|s)?\s*(?:\(|:|-|=|is|are|stays?|remains?|as|for|brings?|has|have|holds?|hosts?|will be|mornings?|"
    r"evenings?|both)?\b",
    re.IGNORECASE,
)
_A_WEEK = re.compile(
    r"^\s*(?:in )?(?:a|per|each|every)\s+(?:load |normal |usual |typical )?week\b|^\s*weekly\b", re.IGNORECASE
)


def weekdays(statement: Statement) -> Iterator[str]:
    """What is said of weekdays that the plan has otherwise."""
    lists = day_lists(statement.text)
    if not lists or statement.says(Topic.MOVED) or statement.says(Topic.HYPOTHETICAL):
        return
    for named in lists:
        lead, rest = _window(statement, named, lists)
        if _NOT_A_PLACE.search(lead):
            continue
        purpose, words = _purpose(lead, rest, statement)
        if purpose is not None:
            yield from _disagreements(statement, named, purpose, words)


def _window(statement: Statement, named: DayList, lists: Sequence[DayList]) -> tuple[str, str]:
    """The words before and after some weekdays that may say what they are for."""
    ends = [match.end() for match in _PARTS.finditer(statement.text, 0, named.start)]
    ends += [each.end for each in lists if each.end <= named.start]
    starts = [match.start() for match in _PARTS.finditer(statement.text, named.end + 2)]
    starts += [each.start for each in lists if each.start >= named.end]
    lead = statement.text[max(ends, default=0) : named.start]
    return lead, statement.text[named.end : min(starts, default=len(statement.text))]


def _purpose(lead: str, rest: str, statement: Statement) -> tuple[Topic | None, str]:
    """What weekdays are said to be for, and the words that say it."""
    marks = {**event_letters(statement.facts), **workout_letters(statement.facts)}
    purposes = _purposes_of(statement.facts.sport)
    if _ON.search(lead) and (_topics_last(lead, purposes) or any(letter in lead for letter in marks)):
        return _topics_last(lead, purposes), lead
    if _DIRECTLY.match(rest):
        return _topics_first(rest[:48], purposes), rest[:48]
    return None, ""


def _topics_last(text: str, purposes: Sequence[Topic]) -> Topic | None:
    place, order = max((topic.last_in(text), -order) for order, topic in enumerate(purposes))
    if place >= 0:
        return purposes[-order]
    return Topic.TRAINING if Topic.TRAINING.found_in(text) else None


def _topics_first(text: str, purposes: Sequence[Topic]) -> Topic | None:
    found = [(p, order) for order, topic in enumerate(purposes) if (p := topic.first_in(text)) is not None]
    if found:
        return purposes[min(found)[1]]
    return Topic.TRAINING if Topic.TRAINING.found_in(text) else None


def _disagreements(statement: Statement, named: DayList, purpose: Topic, words: str) -> Iterator[str]:
    facts = statement.facts
    scope = statement.scope(named, facts.load_weeks if purpose is Topic.REST else facts.weeks)
    if _names_in(words, statement):
        yield from _names_elsewhere(statement, named, words)
        return
    for day in named.days:
        if purpose is Topic.REST:
            yield from _no_rest(scope, day)
        elif purpose is Topic.EVENT:
            event = facts.event
            if event is not None and event.weekday is not day:
                yield f"puts the event on {day}, but it is on {event.weekday} {event.date:%d %B %Y}"
        elif not any(_has(week, day, purpose) for week in scope.weeks) and not _is_event_day(statement, scope, day):
            yield from _other_day(statement, scope, day, purpose)


def _no_rest(scope: Scope, day: Weekday) -> Iterator[str]:
    trained = [week for week in scope.weeks if day in week.kinds]
    if 2 * len(trained) > len(scope.weeks):
        kinds = listed(sorted({kind.replace("_", " ") for week in trained for kind in week.kinds[day]}))
        yield f"has rest on {day}, but in {scope.name} {day} is a training day ({kinds})"


def _has(week: WeekFacts, day: Weekday, purpose: Topic) -> bool:
    if purpose is Topic.LONG_RIDE:
        return day in week.long_days
    if purpose is Topic.HARD:
        return day in week.hard_days or bool(week.kinds.get(day, frozenset()) & _HARD_KINDS)
    if purpose in _KINDS:
        return bool(_KINDS[purpose] & week.kinds.get(day, frozenset()))
    return day in week.kinds


_HARD_KINDS = frozenset(kind for kinds in _KINDS.values() for kind in kinds) - {WorkoutType.LONG} - _EASY


def _other_day(statement: Statement, scope: Scope, day: Weekday, purpose: Topic) -> Iterator[str]:
    what = purpose.name.replace("_", " ").lower().replace("vo2max", "VO2max")
    what = f"long {statement.facts.words.session}" if purpose is Topic.LONG_RIDE else what
    days = [each for each in Weekday if any(_has(week, each, purpose) for week in scope.weeks)]
    where = f"it has that on {listed(days)}" if days else "it has none"
    yield f"has {'a ' if purpose is Topic.LONG_RIDE else ''}{what} on {day}, but in {scope.name} {where}"


def _is_event_day(statement: Statement, scope: Scope, day: Weekday) -> bool:
    """Whether an event is ridden on the day, which is no training day and yet a ride."""
    weeks = {week.number for week in scope.weeks}
    facts = statement.facts
    return any(facts.every_event[p].weekday is day for p, week in facts.event_weeks.items() if week in weeks)


# --- events and workouts by name -------------------------------------------------------------------------------


def _names_in(words: str, statement: Statement) -> bool:
    return any(letter in words for letter in (*event_letters(statement.facts), *workout_letters(statement.facts)))


def named_days(statement: Statement) -> Iterator[str]:
    """What events and workouts are said by name to be on weekdays that they are not on."""
    lists = day_lists(statement.text)
    if statement.says(Topic.MOVED) or statement.says(Topic.HYPOTHETICAL):
        return
    for named in lists:
        lead, rest = _window(statement, named, lists)
        if _NOT_A_PLACE.search(lead):
            continue
        if _ON.search(lead) and _names_in(lead, statement):
            yield from _names_elsewhere(statement, named, lead)
        elif _DIRECTLY.match(rest) and _names_in(rest[:24], statement) and not _ON.search(lead):
            yield from _names_elsewhere(statement, named, rest[:24])


def _names_elsewhere(statement: Statement, named: DayList, words: str) -> Iterator[str]:
    facts = statement.facts
    events, workouts = event_letters(facts), workout_letters(facts)
    places = {letter: words.rfind(letter) for letter in (*events, *workouts) if letter in words}
    letter = max(places, key=lambda each: places[each])
    if letter in events:
        if not any(event.weekday in named.days for event in events[letter]):
            dates = listed(f"{event.weekday} {event.date:%d %B %Y}" for event in events[letter])
            yield f"puts {events[letter][0].name} on {listed(named.days)}, but it is on {dates}"
        return
    name = workouts[letter]
    scope = statement.scope(named)
    for day in named.days:
        if not any(name in week.names.get(day, frozenset()) for week in scope.weeks):
            days = [each for each in Weekday if any(name in week.names.get(each, ()) for week in scope.weeks)]
            where = f"it is on {listed(days)}" if days else "there is none"
            yield f"has {name} on {day}, but in {scope.name} {where}"


# --- how many days ---------------------------------------------------------------------------------------------


def day_counts(statement: Statement) -> Iterator[str]:
    """What numbers of training days, rest days, hard days and tests are said that the plan does not have."""
    if statement.says(Topic.HYPOTHETICAL):
        return
    for amount in statement.amounts_of(Unit.DAYS):
        lead, rest = statement.lead(amount), statement.rest(amount)
        noun = amount.words.split()[-1]
        adjective = amount.words.removesuffix(noun).strip()
        is_a_week = bool(_A_WEEK.match(rest)) or bool(statement.weeks) or Topic.LOAD_WEEK.found_in(lead)
        is_a_week = is_a_week or Topic.WEEK.found_in(lead)
        if _PART.search(lead) or amount.is_range:
            continue
        scope = statement.scope(amount, statement.facts.load_weeks)
        yield from _count(statement, amount, scope, (adjective, noun), lead, is_a_week=is_a_week)


_TRAINS_ON = re.compile(r"\b(?:train|ride)s? on $", re.IGNORECASE)
_PART = re.compile(r"\b(?:first|last|final|next|every|after|within|another|at least)\s*$", re.IGNORECASE)


def _count(
    statement: Statement, amount: Amount, scope: Scope, words: tuple[str, str], lead: str, *, is_a_week: bool
) -> Iterator[str]:
    adjective, noun = words
    rest = statement.rest(amount)
    is_day = noun.startswith("day")
    trained = [len(week.kinds) for week in scope.weeks]
    counts: list[int] = []
    if noun.startswith("test"):
        counts = [sum(week.is_tested for week in statement.facts.weeks)]
        counts += [sum(week.is_tested for week in scope.weeks)]
    elif not is_a_week:
        return
    elif is_day and (adjective == "rest" or rest.startswith((" of rest", " off"))):
        counts = [len(Weekday) - each for each in trained]
    elif adjective in ("hard", "key", "quality", "intense", "interval"):
        counts = [count for week in scope.weeks for count in _hard_counts(week)]
    elif (is_day and not adjective and (_A_WEEK.match(rest) or _TRAINS_ON.search(lead))) or (
        adjective in ("training", "riding") and is_day
    ):
        counts = [*trained, len(statement.facts.athlete.training_availability.week_days)]
    if counts and amount.low not in counts:
        known = listed(map(str, sorted(set(counts))))
        yield f'gives "{statement.quoted(amount)}", but {scope.name} has {known}'


def _hard_counts(week: WeekFacts) -> Iterator[int]:
    yield week.demanding_days
    yield len(week.hard_days)
    yield sum(bool(kinds & _HARD_KINDS) for kinds in week.kinds.values())
    yield len(week.hard_days | week.long_days)


def caps(statement: Statement) -> Iterator[str]:
    """What limits are said of days that are not those of the request."""
    available = statement.facts.athlete.training_availability
    if not statement.says(Topic.LIMIT):
        return
    lists = day_lists(statement.text)
    for amount in statement.amounts_of(Unit.MINUTES):
        for named in lists:
            between = statement.text[named.end : amount.start]
            if 0 <= amount.start - named.end <= 12 and not re.search(r"[;,.)]", between):
                wrong = [d for d in named.days if d in available.max_minutes and available.max_minutes[d] != amount.low]
                for day in wrong:
                    yield (
                        f'gives "{statement.quoted(amount)}" as the limit of {day}, '
                        f"which is {available.max_minutes[day]} min"
                    )
