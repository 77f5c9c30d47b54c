"""What every plan is held to and what plans are for, in words and with their numbers: the part of a prompt that is the
same for all athletes.

All numbers are those of the planning configuration, of the library, and of ``core``, so that what is asked and what is
checked cannot part.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from plan_pipeline.core import limits
from plan_pipeline.core.config.aim import Aim, EventType, LongRideDemand, MinutesTarget, PhasePlan, Sessions
from plan_pipeline.core.config.levels import Level
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.envelope import Envelope, envelope_of
from plan_pipeline.core.model.athlete import AthleteProfile, TrainingAvailability
from plan_pipeline.core.model.plan import Overview
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Band, ExperienceLevel, Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview import soundness
from plan_pipeline.core.overview.plan_overview import plan_overview
from plan_pipeline.core.overview.season import most_taper_weeks
from plan_pipeline.core.wording import listed, number
from plan_pipeline.llm.overview_draft import OverviewDraft
from plan_pipeline.llm.prompting import ATHLETE_TEXT, prompt
from plan_pipeline.llm.texts import FOCUS_WORDS, GUIDANCE_WORDS, NOTES_WORDS

KNOWLEDGE_HEADING = "# What plans are for"
"""Where the part of the instructions begins whose words an athlete may read: what plans are for, and an example."""

OVERVIEW_PROMPT, REQUEST_PROMPT = "overview", "overview_request"


class Kind(NamedTuple):
    """A row of the table of workout types."""

    name: str
    weekdays: str
    weekends: str
    stress: str
    hard: str


class AimLines(NamedTuple):
    """What a goal or an event of a type asks for."""

    title: str
    lines: tuple[str, ...]


@lru_cache(maxsize=4)
def overview_instructions(library: Library, config: PlanningConfig) -> str:
    """The system prompt of overviews, the same for every request of a configuration and a library."""
    envelope = envelope_of(library, config)
    return prompt(
        OVERVIEW_PROMPT,
        tag=ATHLETE_TEXT,
        week_types=listed(list(WeekType), "or"),
        focus_words=FOCUS_WORDS,
        notes_words=NOTES_WORDS,
        guidance_words=GUIDANCE_WORDS,
        kinds=kinds_of(envelope),
        shape=tuple(_shape_rules(config)),
        days=tuple(_day_rules(config)),
        load=tuple(_load_rules(config)),
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
            )
        )
    return tuple(found)


# --- rules ---------------------------------------------------------------------------------------------------------


def _shape_rules(config: PlanningConfig) -> Iterator[str]:
    for week_type, phases in soundness.PHASES_OF.items():
        yield f"Phase of a week of type {week_type}: {listed(list(phases), 'or')}."
    cycle = config.week.load_cycle
    yield (
        f"Blocks of load weeks, usually {cycle.load_weeks}, end with a recovery week; for those who need more care "
        f"(from {cycle.careful_from_age} years on, and beginners where the request says so) after {cycle.careful}."
    )
    yield "A plan with an event ends with a taper: the event's week, and as many weeks before it as the request allows."
    yield f"Taper weeks are the last weeks of the plan: never more than {most_taper_weeks(config)}."
    yield "Intensity rises from base over build to peak; the taper keeps some of it and takes volume away."


def _day_rules(config: PlanningConfig) -> Iterator[str]:
    days = config.week.days
    hard = listed([kind for kind in WorkoutType if kind.is_hard], "and")
    yield f"Hard days are {hard}."
    yield "Never two hard days after one another, from Sunday to the next Monday included."
    yield (
        f"At least {days.least_rest_days} rest days a week, or {days.most_training_days} training days of which at "
        "least 1 is recovery."
    )
    yield "Each load week has its long ride, of type endurance or mixed, at the weekend where that has room."
    yield "The day after a long ride is easy: rest, recovery or endurance."
    from_days = config.rule_number("taper-intensity", "from_days")
    yield (
        f"A taper or event week of {from_days:g} or more training days, not counting the day before the event, keeps "
        "at least 1 hard, tempo or mixed session."
    )
    yield (
        "The days before an event, as far as they can be trained on: the last sharp session three to four days before "
        "it, then easy days, openers on the day before."
    )
    yield "Tests stand in recovery weeks, near the start and at the end of a plan without an event."


def _load_rules(config: PlanningConfig) -> Iterator[str]:
    low, high = soundness.LOAD_WEEK_SHARE
    light_low, light_high = soundness.RECOVERY_WEEK_SHARE
    tss_low, tss_high = soundness.TSS_PER_HOUR
    yield (
        f"Hours of a load week: {low:.0%} to {high:.0%} of the athlete's hours; of any week at most "
        f"{soundness.ANY_WEEK_MAX_SHARE:.0%}."
    )
    yield (
        f"Hours of a recovery week: {light_low:.0%} to {light_high:.0%} of the mean of the plan's load weeks; "
        f"where the plan has yet to grow, {light_low:.0%} of the load weeks before it will do."
    )
    yield (
        f"Hours of a taper or event week: at most {soundness.TAPER_MAX_SHARE:.0%} of that mean, and no more than in "
        "the taper week before."
    )
    yield (
        f"Hours fit the week's training days, each counted for its cap and at most {config.week.longest_session_min} "
        f"minutes; no session is shorter than {limits.SHORTEST_SESSION_MIN} minutes."
    )
    yield f"Stress: {tss_low:g} to {tss_high:g} for each hour, higher with more intensity."


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
    for aim in (*config.goals.values(), *config.events.values()):
        kind = "Event" if isinstance(aim, EventType) else "Goal"
        yield AimLines(f"{kind} {aim.id}: to {aim.purpose}", tuple(_aim_lines(aim)))


def _aim_lines(aim: Aim) -> Iterator[str]:
    if isinstance(aim, EventType):
        yield f"It asks for {aim.demand}."
    for phase in aim.phases:
        yield f"{phase.phase}, {phase.share:.0%} of the load weeks, to {phase.purpose}: {_sessions_by_level(phase)}"
    sessions = ", ".join(f"{level} {aim.sessions_a_week.of(level)}" for level in ExperienceLevel)
    yield f"Key sessions a week at most: {sessions}."
    for target in aim.minutes:
        yield _minutes_line(target)
    yield _long_ride_line(aim.long_ride)


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


def _long_ride_line(demand: LongRideDemand) -> str:
    parts = [f"{demand.hours_share:.0%} of the week's hours", f"{demand.longest_min:g} minutes"]
    if demand.duration_share is not None:
        parts.append(f"{demand.duration_share:.0%} of the event's duration")
    late = " Some of them hold work in their last third." if demand.works_late else ""
    return f"The longest ride comes to the least of {listed(parts, 'and')}, within the day's cap.{late}"


# --- an example ----------------------------------------------------------------------------------------------------


class Example(NamedTuple):
    """A plan of the shortest kind, and the answer that rules would give."""

    level: str
    hours: str
    days: str
    weeks: int
    purpose: str
    answer: str


_EXAMPLE_DAYS = (Weekday.TUESDAY, Weekday.THURSDAY, Weekday.SATURDAY, Weekday.SUNDAY)


def _example(library: Library, config: PlanningConfig) -> Example:
    goal = config.goals.get(config.defaults.goal) or next(iter(config.goals.values()))
    availability = TrainingAvailability(hours_per_week=6, week_days=_EXAMPLE_DAYS)
    athlete = AthleteProfile(
        athlete_id="example",
        ftp=250,
        experience_level=ExperienceLevel.INTERMEDIATE,
        goals=(),
        training_availability=availability,
    )
    request = PlanRequest(plan_id="example", athlete_profile=athlete, goal=goal.id, weeks=4)
    overview = plan_overview(request, library, config)
    answer = ""
    if isinstance(overview, Overview):
        draft = OverviewDraft.of(overview)
        notes = {"coaching_notes": "You have …", "monitoring_guidance": "Watch …"}
        answer = draft.model_copy(update=notes).model_dump_json()
    return Example(
        level=athlete.experience_level,
        hours=number(availability.hours_per_week),
        days=listed(list(_EXAMPLE_DAYS), "and"),
        weeks=request.total_weeks,
        purpose=goal.purpose,
        answer=answer,
    )
