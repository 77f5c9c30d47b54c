"""What every plan is held to and what plans are for, in words and with their numbers: the part of a prompt that is the
same for all athletes.

All numbers are those of the planning configuration, of the library, and of ``core``, so that what is asked and what is
checked cannot part.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from plan_pipeline.core.config.aim import Aim, EventType, LongRideDemand, MinutesTarget, PhasePlan, Sessions, Tier
from plan_pipeline.core.config.levels import Level
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.envelope import Envelope, envelope_of
from plan_pipeline.core.model.athlete import AthleteProfile, TrainingAvailability
from plan_pipeline.core.model.plan import Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Band, ExperienceLevel, Phase, Sport, Weekday, WeekType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.sports.sport import SportRecord
from plan_pipeline.core.wording import listed, number
from plan_pipeline.llm.overview_draft import OverviewDraft
from plan_pipeline.llm.plan_rules import day_rules, load_rules, shape_rules
from plan_pipeline.llm.prompting import ATHLETE_TEXT, of_sport, prompt
from plan_pipeline.llm.texts import FOCUS_WORDS, GUIDANCE_WORDS, NOTES_WORDS

KNOWLEDGE_HEADING = "# What plans are for"
"""Where the part of the instructions begins whose words an athlete may read: what plans are for, and an example."""

OVERVIEW_PROMPT, REQUEST_PROMPT = "overview", "overview_request"


class Kind(NamedTuple):
    """A row of the table of workout types; ``speed`` is the mean of one, % of threshold, and empty off it."""

    name: str
    weekdays: str
    weekends: str
    stress: str
    hard: str
    speed: str


class AimLines(NamedTuple):
    """What a goal or an event of a type asks for."""

    title: str
    lines: tuple[str, ...]


@lru_cache(maxsize=4)
def overview_instructions(library: Library, config: PlanningConfig) -> str:
    """The system prompt of overviews, the same for every request of a configuration and a library."""
    envelope = envelope_of(library, config)
    return prompt(
        of_sport(OVERVIEW_PROMPT, config.sport),
        tag=ATHLETE_TEXT,
        week_types=listed(list(WeekType), "or"),
        focus_words=FOCUS_WORDS,
        notes_words=NOTES_WORDS,
        guidance_words=GUIDANCE_WORDS,
        kinds=kinds_of(envelope),
        shape=tuple(shape_rules(config)),
        days=tuple(day_rules(config)),
        load=tuple(load_rules(config)),
        levels=tuple(level_lines(config)),
        aims=tuple(_aims(config)),
        example=_example(library, config),
    )


def kinds_of(envelope: Envelope) -> tuple[Kind, ...]:
    """The types that the library has, with their ordinary lengths and load."""
    found = []
    for kind in envelope.by_type:
        weekday, weekend = envelope.profile(kind, Weekday.TUESDAY), envelope.profile(kind, Weekday.SATURDAY)
        stress = 60 * envelope.typical_tss(kind, Phase.BUILD, weekday.target) / weekday.target
        found.append(
            Kind(
                kind,
                f"{weekday.shortest} to {weekday.longest} min",
                f"{weekend.shortest} to {weekend.longest} min",
                number(stress, digits=0),
                "yes" if kind.is_hard else "no",
                number(envelope.typical_pct(kind), digits=0) if envelope.typical_pct(kind) else "",
            )
        )
    return tuple(found)


# --- levels --------------------------------------------------------------------------------------------------------


def level_lines(config: PlanningConfig) -> Iterator[str]:
    """What an athlete of each level can take."""
    for name in ExperienceLevel:
        level = config.levels.of(name)
        first = (f"; nothing from {each.below_pct:g} % up to week {each.until_week}" for each in level.first_weeks)
        yield (
            f"{name}: hard days, {'; '.join(hard_days(level))}; minutes a week at most "
            f"{_bands(level.weekly_minutes)}, in a session at most {_bands(level.session_minutes)} and "
            f"{level.session_from_106:g} from 106 % on{''.join(first)}"
        )


def hard_days(level: Level) -> Iterator[str]:
    """How many hard days a level may have, from when on."""
    for limit in level.hard_days:
        yield f"from week {limit.from_week} on at most {limit.at_most} a week"
    if (more := level.one_more_hard_day) is not None:
        yield f"one more in weeks of {more.from_hours:g} hours and {more.from_days} training days or more"


def _bands(minutes: dict[Band, float]) -> str:
    return ", ".join(f"{most:g} in {band} %" for band, most in minutes.items())


# --- what plans are for --------------------------------------------------------------------------------------------


def _aims(config: PlanningConfig) -> Iterator[AimLines]:
    sport = record_of(config.sport)
    for aim in (*config.goals.values(), *config.events.values()):
        kind = "Event" if isinstance(aim, EventType) else "Goal"
        yield AimLines(f"{kind} {aim.id}: to {aim.purpose}", tuple(_aim_lines(aim, sport)))


def _aim_lines(aim: Aim, sport: SportRecord) -> Iterator[str]:
    if isinstance(aim, EventType):
        yield f"It asks for {aim.demand}."
    for phase in aim.phases:
        yield f"{phase.phase}, {phase.share:.0%} of the load weeks, to {phase.purpose}: {_sessions_by_level(phase)}"
    sessions = ", ".join(f"{level} {aim.sessions_a_week.of(level)}" for level in ExperienceLevel)
    yield f"Key sessions a week at most: {sessions}."
    for target in aim.minutes:
        yield _minutes_line(target)
    yield _long_ride_line(aim.long_ride, sport)
    yield from _lines_of_volume(aim)


def _sessions_by_level(phase: PhasePlan) -> str:
    others = "".join(f"; {level}: {_named(sessions)}" for level, sessions in phase.for_level.items())
    return f"{_named(phase.sessions)}{others}."


def _named(sessions: Sessions) -> str:
    return "none" if not sessions else ", ".join(" or ".join(map(str, alternatives)) for alternatives in sessions)


def _minutes_line(target: MinutesTarget) -> str:
    spans = []
    for level in ExperienceLevel:
        first, last = target.weekly.of(level)
        if last:
            spans.append(f"{level} {first:g} to {last:g}, never below {target.least.of(level):g}")
    span = (
        ""
        if (target.from_share, target.to_share) == (0.0, 1.0)
        else (f" in the load weeks from {target.from_share:.0%} to {target.to_share:.0%} of them")
    )
    return f"Minutes in {' and '.join(target.bands)} %{span}: {'; '.join(spans)}."


def _long_ride_line(demand: LongRideDemand, sport: SportRecord) -> str:
    parts = [f"{demand.hours_share:.0%} of the week's hours", f"{demand.longest_min:g} minutes"]
    if demand.duration_share is not None:
        parts.append(f"{demand.duration_share:.0%} of the event's duration")
    late = " Some of them hold work in their last third." if demand.works_late else ""
    longest = f"The longest {sport.words.session} comes to the least of"
    return f"{longest} {listed(parts, 'and')}, within the day's cap.{late}"


def _lines_of_volume(aim: Aim) -> Iterator[str]:
    """How an aim's plans of a known length go, what its tiers run, and what its long sessions are laid out like."""
    for standard in aim.standard:
        weeks = ", ".join(map(str, standard.load_weeks))
        yield f"In a plan of {standard.weeks} weeks the phases have {weeks} load weeks."
    for name, tier in aim.tiers.items():
        yield f"Tier {name}: {_tier_words(tier)}."
    for pattern in aim.long_ride.patterns:
        span = f"{pattern.phase}, from {pattern.from_share:.0%} to {pattern.to_share:.0%} of its weeks"
        kind = f"as a day of type {pattern.kind}, " if pattern.kind else ""
        hard = ", a key session as well" if pattern.quality else ""
        yield f"Long days in {span}: {kind}{listed([_spaced(name) for name in pattern.patterns], 'or')}{hard}."
    if isinstance(aim, EventType) and aim.taper.shares:
        shares = listed([f"{share:.0%}" for share in aim.taper.shares], "and")
        yield (
            f"The taper lasts {aim.taper.days[0]} to {aim.taper.days[1]} days; its last weeks hold {shares} of the "
            "load weeks before, the event's own week as if it were whole."
        )


def _tier_words(tier: Tier) -> str:
    def between(span: tuple[float, float]) -> str:
        return f"{span[0]:g} to {span[1]:g} km"

    return (
        f"{between(tier.start_km)} a week at the start, {between(tier.peak_km)} in the fullest, the longest run "
        f"{between(tier.longest_km)} and at most {tier.long_share:.0%} of its week, training on up to "
        f"{tier.most_days} days"
    )


def _spaced(pattern: str) -> str:
    return pattern.replace("_", " ")


# --- an example ----------------------------------------------------------------------------------------------------


class Example(NamedTuple):
    """A plan of the shortest kind, and the answer that rules would give."""

    level: str
    hours: str
    days: str
    weeks: int
    purpose: str
    answer: str


_EXAMPLE_ATHLETES: Final[dict[Sport, dict[str, Any]]] = {
    Sport.CYCLING: {"ftp": 250},
    Sport.RUNNING: {"threshold_pace": "4:30/km", "current_weekly_km": 45},
}
_EXAMPLE_DAYS = (Weekday.TUESDAY, Weekday.THURSDAY, Weekday.SATURDAY, Weekday.SUNDAY)


def _example(library: Library, config: PlanningConfig) -> Example:
    goal = config.goals.get(config.defaults.goal) or next(iter(config.goals.values()))
    availability = TrainingAvailability(hours_per_week=6, week_days=_EXAMPLE_DAYS)
    athlete = AthleteProfile(
        athlete_id="example",
        experience_level=ExperienceLevel.INTERMEDIATE,
        goals=(),
        training_availability=availability,
        **_EXAMPLE_ATHLETES[config.sport],
    )
    request = PlanRequest(plan_id="example", sport=config.sport, athlete_profile=athlete, goal=goal.id, weeks=4)
    overview = plan_overview(request, library, config)
    answer = ""
    if isinstance(overview, Overview):
        draft = OverviewDraft.of(overview)
        notes = {"coaching_notes": "You have …", "monitoring_guidance": "Watch …"}
        answer = draft.model_copy(update=notes).model_dump_json()
    return Example(
        level=athlete.experience_level,
        hours=number(request.athlete_profile.hours_per_week),
        days=listed(list(_EXAMPLE_DAYS), "and"),
        weeks=request.total_weeks,
        purpose=goal.purpose,
        answer=answer,
    )
