"""What a configuration says, as tables that people read: in a terminal, and in docs/planning.md."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from plan_pipeline.config.differences import fields_of
from plan_pipeline.core.config.aim import Aim, EventType, PhasePlan, Sessions
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import Band, ExperienceLevel
from plan_pipeline.core.wording import counted

NONE: Final = "–"


class TextTable(NamedTuple):
    """A table of text: the names of its columns, and rows of as many cells."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def events(config: PlanningConfig) -> TextTable:
    """What events ask for: their usual length, long ride, taper, and who asks for it by what name."""
    names = (
        "event",
        "usual min",
        "km/h",
        "IF",
        "long ride: least of",
        "late work",
        "back to back",
        "taper",
        "sharpen, openers",
    )
    return TextTable(names, tuple(map(_event, config.events.values())))


def _event(event: EventType) -> tuple[str, ...]:
    ride, taper = event.long_ride, event.taper
    low, high = event.intensity
    pairs = ride.back_to_back
    return (
        event.id,
        f"{event.default_duration_min:g}",
        f"{event.speed_km_h:g}",
        f"{low:.2f}–{high:.2f}",
        _long_ride(event),
        "yes" if ride.works_late else NONE,
        f"{pairs.weekends} × in {', '.join(pairs.phases)}" if pairs else NONE,
        f"{taper.days[0]}–{taper.days[1]} days",
        f"{' / '.join(map(str, taper.sharpen_on))}, {taper.openers_on if taper.openers == 'always' else taper.openers}",
    )


def _long_ride(aim: Aim) -> str:
    ride = aim.long_ride
    parts = [f"{ride.hours_share:.0%} of the week", f"{ride.longest_min:g} min"]
    if ride.duration_share is not None:
        parts.insert(0, f"{ride.duration_share:.0%} of the event")
    return ", ".join(parts)


def goals(config: PlanningConfig) -> TextTable:
    """What goals ask for: key sessions, onset, long ride and hours."""
    names = ("goal", "sessions a week B/I/A", "first by week B/I/A", "long ride: least of", "hours")
    return TextTable(names, tuple(map(_goal, config.goals.values())))


def _goal(goal: Aim) -> tuple[str, ...]:
    hours = " → ".join(f"{share:.0%}" for share in (*goal.volume_shares, 1.0))
    return (goal.id, _by_level(goal.sessions_a_week), _by_level(goal.onset_week), _long_ride(goal), hours)


def _by_level(values: Any) -> str:
    return " / ".join(str(values.of(level)) for level in ExperienceLevel)


def phases(aims: Iterable[Aim]) -> TextTable:
    """The phases of goals or event types, and their key sessions, the most important first; ``or`` is for turns."""
    rows = [
        (aim.id if not i else "", phase.phase.value, f"{phase.share:.0%}", phase.purpose, _of_phase(phase))
        for aim in aims
        for i, phase in enumerate(aim.phases)
    ]
    return TextTable(("", "phase", "of load weeks", "to", "key sessions"), tuple(rows))


def _of_phase(phase: PhasePlan) -> str:
    others = [f"{level}: {_sessions(sessions)}" for level, sessions in phase.for_level.items()]
    return "; ".join([_sessions(phase.sessions), *others])


def _sessions(sessions: Sessions) -> str:
    return ", ".join(" or ".join(types) for types in sessions) or "none"


def tiers(aims: Iterable[Aim]) -> TextTable:
    """What runners of each tier run towards an aim."""
    rows = [
        (
            aim.id if not i else "",
            str(name),
            *("–".join(f"{km:g}" for km in span) for span in (tier.start_km, tier.peak_km, tier.longest_km)),
            f"{tier.long_share:.0%}",
            str(tier.most_days),
        )
        for aim in aims
        for i, (name, tier) in enumerate(aim.tiers.items())
    ]
    names = ("", "tier", "start, km", "peak, km", "longest run, km", "of the week", "days at most")
    return TextTable(names, tuple(rows))


def minutes(aims: Iterable[Aim]) -> TextTable:
    """Minutes that a load week is to have in bands together, from the first week of a span to its last."""
    rows = []
    for aim in aims:
        for i, target in enumerate(aim.minutes):
            weekly = (_from_to(target.weekly.of(level), target.least.of(level)) for level in ExperienceLevel)
            span = f"{target.from_share:.0%}–{target.to_share:.0%}"
            rows.append((aim.id if not i else "", " + ".join(target.bands), span, *weekly))
    return TextTable(
        ("", "% of threshold", "of load weeks", *(f"{level}: min" for level in ExperienceLevel)), tuple(rows)
    )


def _from_to(weekly: tuple[float, float], least: float) -> str:
    first, last = weekly
    said = f"{first:g} → {last:g}" if first != last else f"{last:g}"
    return f"{said} (≥ {least:g})" if least else said


def levels(config: PlanningConfig) -> TextTable:
    """What a rider of each level takes."""
    by_name = {level: config.levels.of(level) for level in ExperienceLevel}
    rows: list[tuple[str, Callable[[Any], str]]] = [
        ("hard days a week", lambda level: ", ".join(f"{d.at_most} from week {d.from_week}" for d in level.hard_days)),
        ("one more", _one_more),
        *((f"min a week at {band}", _weekly(band)) for band in Band),
        *((f"min a session at {band}", _session(band)) for band in (Band.SWEET_SPOT, Band.THRESHOLD)),
        ("min a session from 106", lambda level: f"{level.session_from_106:g}"),
        ("first weeks", _first_weeks),
        ("week 1", lambda level: f"{level.first_week_share:.0%} of the minutes"),
        ("growth of hours a week", lambda level: f"{level.hours_step:.0%}"),
        ("W′", lambda level: f"{level.capacity.w_prime_s:g} s at threshold power"),
    ]
    table = tuple((name, *(say(level) for level in by_name.values())) for name, say in rows)
    return TextTable(("", *map(str, by_name)), table)


def _one_more(level: Any) -> str:
    more = level.one_more_hard_day
    return f"from {more.from_hours:g} h and {more.from_days} days" if more else NONE


def _weekly(band: Band) -> Callable[[Any], str]:
    def say(level: Any) -> str:
        more = level.goal_weekly_minutes.get(band)
        return f"{level.weekly_minutes[band]:g}" + (f" ({more:g} for a goal)" if more else "")

    return say


def _session(band: Band) -> Callable[[Any], str]:
    return lambda level: f"{level.session_minutes[band]:g}"


def _first_weeks(level: Any) -> str:
    said = [f"below {onset.below_pct:g} % to week {onset.until_week}" for onset in level.first_weeks]
    return ", ".join(said) or NONE


def week(config: PlanningConfig) -> TextTable:
    """Every field of ``week.yaml``."""
    return fields(config.week)


def rules(config: PlanningConfig) -> TextTable:
    """The rules, their weight, and the numbers that can be changed."""
    said = {"week": config.week, "content": config.content, "level": config.levels.intermediate}
    rows = [
        (
            name,
            rule.severity.value if rule.enabled else "off",
            rule.threshold.format_map({**said, **rule.numbers}),
            ", ".join(f"{key} {value:g}" for key, value in rule.parameters.items()) or NONE,
        )
        for name, rule in config.rules.items()
    ]
    return TextTable(("rule", "severity", "what is asked for", "numbers"), tuple(rows))


def flags(config: PlanningConfig) -> TextTable:
    """The feature flags, and for whom they are on."""
    rows = []
    for name, flag in config.flags.items():
        when = [f"{word} {day}" for word, day in (("since", flag.since), ("until", flag.until)) if day]
        lists = (("always", flag.always), ("never", flag.never))
        some = [f"{word} for {counted(len(athletes), 'athlete')}" for word, athletes in lists if athletes]
        state = "off" if not flag.enabled else "on" if flag.share == 1 else f"on for {flag.share:.0%}"
        rows.append((name, ", ".join([state, *when, *some]), flag.description))
    return TextTable(("flag", "state", "what it switches"), tuple(rows))


def fields(model: Frozen) -> TextTable:
    """Every field of a part of the configuration by name."""
    found = fields_of(model.model_dump(mode="json"), "")
    return TextTable(
        ("field", "value"), tuple((name.removeprefix("."), in_short(value)) for name, value in found.items())
    )


def in_short(value: Any) -> str:
    """A value of a configuration on one line, as YAML has it."""
    if isinstance(value, list):
        return f"[{', '.join(map(in_short, value))}]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: NONE}[value]
    return f"{value:g}" if isinstance(value, float) else str(value)


TABLES: Final[Mapping[str, Callable[[PlanningConfig], TextTable]]] = {
    "events": events,
    "goals": goals,
    "levels": levels,
    "week": week,
    "rules": rules,
    "flags": flags,
}
"""What can be shown, by name."""
