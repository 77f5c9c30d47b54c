"""Numbers of weeks, and what single weeks are for, as a text gives them."""

import re
from collections.abc import Iterator
from typing import Final

from plan_pipeline.core.model.vocabulary import Phase, WeekType
from plan_pipeline.core.prose.facts import ProseFacts, WeekFacts
from plan_pipeline.core.prose.reading import Amount, Unit, WeekReference
from plan_pipeline.core.prose.statement import Statement
from plan_pipeline.core.prose.topics import Topic
from plan_pipeline.core.wording import counted, number

SHORTEST_PLAN_WEEKS: Final = 4

_LENGTH_BEFORE = re.compile(
    r"(?:\b(?:over|in|for|across|throughout|within|of|all|next|coming|these|your|this|the|a)\s+)$", re.IGNORECASE
)
_LENGTH_AFTER = re.compile(
    r"^\s*(?:long\b|in all\b|in total\b|altogether\b|"
    r"up to|of structured|of training|plan\b|program|until|to (?:go|your|the)|leading|before|out\b|away\b|"
    r"build-?up|preparation)",
    re.IGNORECASE,
)
_PLAN_BEFORE = re.compile(
    r"\b(?:plan|program|programme|schedule)\s+(?:has|is|lasts|runs|covers|spans|takes|consists of|is made of)\s+"
    r"(?:for\s+)?$",
    re.IGNORECASE,
)
_PART_BEFORE = re.compile(r"\b(?:first|last|final|every|after|each|previous|another|past|next)\s*$", re.IGNORECASE)
_TO_GO = re.compile(r"^\s*(?:to go|out\b|away\b|before|until|left)", re.IGNORECASE)
_PHASE_WORDS = {"base": Phase.BASE, "build": Phase.BUILD, "peak": Phase.PEAK, "taper": Phase.TAPER}
_PHASE_AFTER = re.compile(r"^\s*(?:of (?:the )?)?(base|build|peak|taper)\b", re.IGNORECASE)
_PHASE_OF_WEEKS_AFTER = re.compile(
    r"^\s*(?:\(|[:=,-]\s*|(?:is|are|form|forms|make up|makes up)\s+)?(?:an?|the|your|our)?\s*(base|build|peak|taper)\b"
    r"(?!\s*(?:fitness|form|power|load|hours|TSS|your|up|at|of|endurance|on))",
    re.IGNORECASE,
)
_PHASE_OF_WEEKS_BEFORE = re.compile(
    r"\b(base|build|peak|taper)(?:\s+(?:phase|block|period|weeks?))?\s*(?:\(|:|,|is|are|runs|covers|spans|lasts|"
    r"takes|fills)?\s*"
    r"(?:in|from|through|over|during)?\s*$",
    re.IGNORECASE,
)


def week_counts(statement: Statement) -> Iterator[str]:
    """What numbers of weeks are said that the plan, its phases or its kinds of weeks do not have."""
    facts = statement.facts
    if statement.says(Topic.HYPOTHETICAL) or statement.says(Topic.OTHER_PLAN):
        return
    for amount in statement.amounts_of(Unit.WEEKS):
        lead, rest = statement.lead(amount), statement.rest(amount)
        if amount.is_range or (_PART_BEFORE.search(lead) and not lead.rstrip().endswith("next")):
            continue
        if phase := _phase_counted(amount, rest):
            weeks = [week for week in facts.weeks if week.phase is phase]
            spanned = weeks[-1].number - weeks[0].number + 1 if weeks else 0
            if amount.low not in (len(weeks), spanned):
                yield f'gives "{statement.quoted(amount)}" for {phase}, which has {counted(len(weeks), "week")}'
        elif Topic.RECOVERY_WEEK.found_in(f"{amount.words}weeks"):
            light = sum(week.phase is Phase.RECOVERY for week in facts.weeks)
            if amount.low != light and amount.low > 1:
                yield f'gives "{statement.quoted(amount)}", but the plan has {counted(light, "recovery week")}'
        elif amount.words.strip() in ("load", "loading"):
            yield from _load_weeks(statement, amount)
        elif not amount.words.strip() or amount.words.strip() in ("structured", "training", "full"):
            yield from _length(statement, amount, lead, rest)


def _phase_counted(amount: Amount, rest: str) -> Phase | None:
    word = amount.words.strip()
    match = _PHASE_AFTER.match(rest)
    return _PHASE_WORDS.get(word) or (_PHASE_WORDS[match[1].lower()] if match else None)


def _load_weeks(statement: Statement, amount: Amount) -> Iterator[str]:
    load = sum(week.is_load for week in statement.facts.weeks)
    if amount.low > SHORTEST_PLAN_WEEKS and amount.low != load:
        yield f'gives "{statement.quoted(amount)}", but the plan has {counted(load, "load week")}'


def _length(statement: Statement, amount: Amount, lead: str, rest: str) -> Iterator[str]:
    facts = statement.facts
    total = facts.total_weeks
    is_plans = not lead.strip(" (") or bool(_LENGTH_AFTER.match(rest) or _PLAN_BEFORE.search(lead))
    is_plans = is_plans or (bool(_LENGTH_BEFORE.search(lead)) and amount.low >= SHORTEST_PLAN_WEEKS)
    if not is_plans or statement.says(Topic.TEST):
        return
    if _TO_GO.match(rest) and facts.week is not None:
        left = total - facts.week
        if amount.low not in (left, left + 1):
            yield f'gives "{statement.quoted(amount)}", but {counted(left, "week")} follow this one'
    elif amount.low != total and not (_TO_GO.match(rest) and amount.low < SHORTEST_PLAN_WEEKS):
        yield f'gives "{statement.quoted(amount)}", but the plan has {counted(total, "week")}'


def weeks_by_number(statement: Statement) -> Iterator[str]:
    """What is said of weeks by their number that they are not."""
    facts = statement.facts
    for reference in statement.weeks:
        beyond = [week for week in reference.weeks if not 1 <= week <= facts.total_weeks]
        if beyond:
            yield f"names week {beyond[0]}, but the plan has {counted(facts.total_weeks, 'week')}"
            continue
        weeks = [facts.weeks[number - 1] for number in reference.weeks]
        yield from _phase_of(statement, reference, weeks)
        yield from _kind_of(statement, reference, weeks)


def _phase_of(statement: Statement, reference: WeekReference, weeks: list[WeekFacts]) -> Iterator[str]:
    lead, rest = statement.text[: reference.start], statement.text[reference.end :]
    match = _PHASE_OF_WEEKS_AFTER.match(rest) or _PHASE_OF_WEEKS_BEFORE.search(lead)
    if match is None:
        return
    phase = _PHASE_WORDS[match[1].lower()]
    between = weeks[1:] if reference.is_span else []
    wrong = [w for w in weeks if w.phase is not phase and not (w in between and w.phase is Phase.RECOVERY)]
    if wrong:
        yield f"calls {statement.quoted(reference).lower()} {phase}, but week {wrong[0].number} is {_what(wrong[0])}"


def _kind_of(statement: Statement, reference: WeekReference, weeks: list[WeekFacts]) -> Iterator[str]:
    others = [each for each in statement.weeks if each is not reference]
    near = f"{_near(statement.lead(reference, others), 60)} | {_near_after(statement.rest(reference, others), 60)}"
    named = statement.quoted(reference).lower()
    if statement.says(Topic.HYPOTHETICAL):
        return
    if Topic.RECOVERY_WEEK.found_in(near) and not Topic.LOAD_WEEK.found_in(near):
        yield from _unlike(named, "light", [w for w in weeks if not w.phase.is_light], reference.is_span)
    elif Topic.TAPER.found_in(near) and "before" not in near:
        yield from _unlike(named, "taper", [w for w in weeks if w.phase is not Phase.TAPER], is_span=False)
    if Topic.TEST.found_in(near) and not Topic.RECOVERY_WEEK.found_in(near):
        yield from _unlike(named, "a test", [w for w in weeks if not w.is_tested], reference.is_span)
    if _IS_LOAD.match(statement.text[reference.end :]):
        yield from _unlike(named, "a load week", [w for w in weeks if not w.is_load], reference.is_span)
    if _HARDEST.search(near):
        yield from _hardest(statement.facts, weeks, named)
    if Topic.LONG_RIDE.found_in(near) and ("consecutive" in near or "back-to-back" in near):
        yield from _unlike(
            named,
            f"long {statement.facts.words.sessions} on two days",
            [w for w in weeks if not w.is_back_to_back],
            is_span=False,
        )


_IS_LOAD = re.compile(r"^\s*(?:is|are)\s+(?:an?\s+)?(?:load|loading)\s+weeks?\b", re.IGNORECASE)
_HARDEST = re.compile(
    r"\b(?:hardest|biggest|heaviest|most demanding)\b(?! (?:ride|session|workout|day|effort|interval))|\bpeak week\b",
    re.IGNORECASE,
)


def _hardest(facts: ProseFacts, weeks: list[WeekFacts], named: str) -> Iterator[str]:
    most_tss, most_hours = max(w.tss[0] for w in facts.weeks), max(w.hours[0] for w in facts.weeks)
    actual = max(w.tss[-1] for w in facts.weeks)
    if not any(w.tss[0] == most_tss or w.tss[-1] == actual or w.hours[0] == most_hours for w in weeks):
        hardest = next(w for w in facts.weeks if w.tss[0] == most_tss)
        yield f"calls {named} the hardest, but that is week {hardest.number} with {number(hardest.tss[0], 0)} TSS"


def _unlike(named: str, what: str, wrong: list[WeekFacts], is_span: bool) -> Iterator[str]:
    if wrong and not is_span:
        yield f"says {what} of {named}, but week {wrong[0].number} is {_what(wrong[0])}"


def _what(week: WeekFacts) -> str:
    kinds = f"a {week.week_type} week" if week.week_type is not WeekType.EVENT else "the week of the event"
    test = "with a test" if week.is_tested else "without a test"
    return kinds if week.phase in (Phase.RECOVERY, Phase.TAPER) else f"{kinds} ({week.phase}), {test}"


def _near(text: str, letters: int) -> str:
    return text[-letters:]


def _near_after(text: str, letters: int) -> str:
    return text[:letters]
