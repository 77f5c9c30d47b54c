"""The rules that hold for every plan of a sport, in words and with their numbers."""

from collections.abc import Iterator

from plan_pipeline.core import limits
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.request import MAX_WEEKS
from plan_pipeline.core.overview import sound_volume
from plan_pipeline.core.overview.season import most_taper_weeks
from plan_pipeline.core.overview.soundness import PHASES_OF
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.wording import listed


def shape_rules(config: PlanningConfig) -> Iterator[str]:
    """What holds for load, recovery and taper weeks, and for how they follow one another."""
    for week_type, phases in PHASES_OF.items():
        yield f"Phase of a week of type {week_type}: {listed(list(phases), 'or')}."
    cycle = config.week.load_cycle
    yield (
        f"Blocks of load weeks, usually {cycle.load_weeks}, end with a recovery week; for those who need more care "
        f"(from {cycle.careful_from_age} years on, and beginners where the request says so) after {cycle.careful}."
    )
    yield "A plan with an event ends with a taper: the event's week, and as many weeks before it as the request allows."
    yield f"Taper weeks are the last weeks of the plan: never more than {most_taper_weeks(config)}."
    yield "Intensity rises from base over build to peak; the taper keeps some of it and takes volume away."
    if (ramp := config.week.hours.ramp) is not None:
        yield (
            "Volume grows from load week to load week: it begins with what the athlete trains by now, or with "
            f"{ramp.start_share:.0%} of the fullest week where that is not known, and with at least "
            f"{ramp.least_start_share:.0%}. It comes to the fullest week after about {ramp.peak_at:.0%} of the load "
            f"weeks, and no week is more than {ramp.step_share:.0%} above the most of the {ramp.over_weeks} before."
        )


def day_rules(config: PlanningConfig) -> Iterator[str]:
    """What days are for, and which follow one another."""
    days, sport = config.week.days, record_of(config.sport)
    types, words = sport.parts, sport.words
    yield f"Hard days are {listed([kind for kind in sport.types if kind.is_hard], 'and')}."
    yield "Never two hard days after one another, from Sunday to the next Monday included."
    if has_tiers(config):
        yield f"No more training days a week than the request says; beginners rest on {days.least_rest_days} days."
    else:
        yield (
            f"At least {days.least_rest_days} rest days a week, or {days.most_training_days} training days of which "
            "at least 1 is recovery."
        )
    yield (
        f"Each load week has its long {words.session}, of type {long_types(config)}, at the weekend where that has "
        "room."
    )
    yield f"The day after a long {words.session} is easy: rest, {types.recovery} or {types.easy}."
    from_days = config.rule_number("taper-intensity", "from_days")
    yield (
        f"A taper or event week of {from_days:g} or more training days, not counting the day before the event, keeps "
        f"at least 1 hard, {types.brisk} or {types.varied} session."
    )
    last_day = f"{types.openers} on the day before" if types.openers else "the shortest on the day before"
    yield (
        "The days before an event, as far as they can be trained on: the last sharp session three to four days before "
        f"it, then easy days, {last_day}."
    )
    if any(aim.tests_from_weeks <= MAX_WEEKS for aim in (*config.goals.values(), *config.events.values())):
        yield "Tests stand in recovery weeks, near the start and at the end of a plan without an event."


def has_tiers(config: PlanningConfig) -> bool:
    """Whether plans go by how much the athlete trains by now."""
    return any(aim.tiers for aim in (*config.goals.values(), *config.events.values()))


def long_types(config: PlanningConfig) -> str:
    """The types that a week's long session may have, in words."""
    types = record_of(config.sport).parts
    return listed(list(dict.fromkeys([types.long, *([types.varied] if types.long is types.easy else [])])), "or")


def load_rules(config: PlanningConfig) -> Iterator[str]:
    """How much weeks hold, of hours and of stress."""
    low, high = sound_volume.LOAD_WEEK_SHARE
    light_low, light_high = sound_volume.RECOVERY_WEEK_SHARE
    growing = " (less while the volume grows)" if config.week.hours.ramp is not None else ""
    yield (
        f"Hours of a load week: {low:.0%} to {high:.0%} of the athlete's hours{growing}; of any week at most "
        f"{sound_volume.ANY_WEEK_MAX_SHARE:.0%}."
    )
    if has_tiers(config):
        yield "Where the plan counts kilometres, these are shares of those of the fullest week."
    if config.week.hours.ramp is not None:
        low, high = sound_volume.ON_RAMP_LIGHT_SHARE
        yield (
            f"Hours of a recovery week: {low:.0%} to {high:.0%} of the fullest of the {sound_volume.LATE_WEEKS} load "
            f"weeks before it, usually {config.week.hours.recovery:.0%}; of a taper or event week at most {high:.0%}, "
            "and no more than in the taper week before."
        )
        yield from _same_everywhere(config)
        return
    yield (
        f"Hours of a recovery week: {light_low:.0%} to {light_high:.0%} of the mean of the plan's load weeks; "
        f"where the plan has yet to grow, {light_low:.0%} of the load weeks before it will do."
    )
    yield (
        f"Hours of a taper or event week: at most {sound_volume.TAPER_MAX_SHARE:.0%} of that mean, and no more than in "
        "the taper week before."
    )
    yield from _same_everywhere(config)


def _same_everywhere(config: PlanningConfig) -> Iterator[str]:
    tss_low, tss_high = sound_volume.TSS_PER_HOUR
    yield (
        f"Hours fit the week's training days, each counted for its cap and at most {config.week.longest_session_min} "
        f"minutes; no session is shorter than {limits.SHORTEST_SESSION_MIN} minutes."
    )
    yield f"Stress: {tss_low:g} to {tss_high:g} for each hour, higher with more intensity."
