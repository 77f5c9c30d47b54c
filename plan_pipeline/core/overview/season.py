"""The shape of a plan: which weeks load, are light and taper, what each is for, and how much of the usual it holds."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from plan_pipeline.core.config.aim import EventType, PhasePlan
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.config.week_settings import LoadCycle, Ramp
from plan_pipeline.core.model.athlete import AthleteProfile
from plan_pipeline.core.model.request import MAX_WEEKS, PlanRequest
from plan_pipeline.core.model.vocabulary import EventPriority, ExperienceLevel, Phase, Weekday, WeekType
from plan_pipeline.core.paces.taper import taper
from plan_pipeline.core.purpose.between_races import block_between, easy_start
from plan_pipeline.core.purpose.purpose import Purpose

FALLING_SHARE = 0.9
"""Every week of a taper has at most so much of the one before it, where volume grows by steps."""

BLOCK_WEEKS = 3

TOO_LONG_A_TAPER = 0.5
"""A day too many in a taper weighs so much less than a day too few: up to three weeks do no harm (Bosquet 2007)."""

AWAY_SHARE = 0.5
"""A week in which so much of the athlete's days is off is a light one, and takes the place of another."""

OVER_BLOCK_COST, UNDER_BLOCK_COST, LIGHT_WEEK_COST, ENDS_LIGHT_BONUS = 3.0, 0.5, 0.4, 0.3
"""What a division into blocks loses: for each load week more than usual, or fewer, squared; for each light week. A plan
without an event gains a little where it ends light, which is when a test shows most."""


class WeekSlot(NamedTuple):
    """One week of the plan's shape. ``share`` is its volume relative to a normal load week.

    ``load_week`` counts load weeks from 0, ``None`` for others; ``block`` counts blocks, a light week belonging to the
    block before it. ``days`` are those that can be trained on.
    """

    number: int
    week_type: WeekType
    phase: Phase
    share: float
    block: int
    days: tuple[Weekday, ...]
    load_week: int | None = None
    phase_plan: PhasePlan | None = None


def season_of(purpose: Purpose) -> tuple[WeekSlot, ...]:
    """The weeks of a plan in order: load blocks with light weeks between them, and a taper before an event.

    Weeks that are mostly off are light; others are made light where a block would get too long. The block before a
    taper or the end of the plan is never cut short.
    """
    request = purpose.request
    tapering = taper_weeks(purpose)
    kinds = [*_load_and_light(purpose, request.total_weeks - tapering), *([WeekType.TAPER] * tapering)]
    if tapering:
        kinds[-1] = WeekType.EVENT
    load_weeks = kinds.count(WeekType.LOAD)
    plans = purpose.phases_of(load_weeks)
    slots: list[WeekSlot] = []
    block, load_week = 0, 0
    for number, kind in enumerate(kinds, start=1):
        days = request.trainable_days(number)
        if kind is WeekType.LOAD:
            starts_block = not slots or slots[-1].week_type is not WeekType.LOAD
            share = _load_share(purpose, load_week, number, load_weeks, slots, starts_block=starts_block)
            plan = plans[load_week]
            slots.append(WeekSlot(number, kind, plan.phase, share, block, days, load_week, plan))
            load_week += 1
        else:
            phase = Phase.RECOVERY if kind is WeekType.RECOVERY else Phase.TAPER
            share = _light_share(purpose, kind, number) * _usual_share(slots)
            falls = kind is not WeekType.RECOVERY and purpose.config.week.hours.ramp is not None
            if falls and slots and not request.days_off(number - 1):
                share = min(share, FALLING_SHARE * slots[-1].share)
            slots.append(WeekSlot(number, kind, phase, share, block, days))
            block += 1
    return tuple(slots)


# --- taper -----------------------------------------------------------------------------------------------


def taper_weeks(purpose: Purpose) -> int:
    """Weeks of the taper, the event's own included; of the lengths that the event asks for, the nearest.

    A short plan tapers in as few days as still work, so that it keeps weeks to train.
    """
    request, kind = purpose.request, purpose.event_type
    if request.event_weekday is None or kind is None:
        return 0
    least, most = taper_days(purpose, kind)
    if request.total_weeks <= purpose.config.week.load_cycle.short_plan_weeks:
        least = min(least, purpose.config.week.hours.shortest_taper_days)
    in_event_week = request.event_weekday.position
    shortest = min(least, kind.taper.days[0]) if request.athlete_profile.time_constants is not None else 0

    def outside(weeks: int) -> tuple[float, int]:
        days = in_event_week + len(Weekday) * (weeks - 1)
        too_short = max(0, shortest - days)
        return (max(least - days, (days - most) * TOO_LONG_A_TAPER, 0) + too_short, weeks)

    return min(range(1, most_taper_weeks(purpose.config) + 1), key=outside)


def taper_days(purpose: Purpose, kind: EventType) -> tuple[int, int]:
    """Days that a taper lasts, least and most: those of the event or of a block between two, or of the athlete's own
    time constants.
    """
    constants, block = purpose.request.athlete_profile.time_constants, block_between(purpose)
    if constants is None and block is not None:
        return block.taper_days
    if constants is None or kind.race is None:
        return kind.taper.days
    days = taper(kind.race, constants.fitness_days, constants.fatigue_days, constants.gain_ratio).days
    return days, days


def most_taper_weeks(config: PlanningConfig) -> int:
    """The weeks of the longest taper that the rule on its volume lets pass."""
    return int(min(config.rule_number("taper-volume", "longest_days"), len(Weekday) * MAX_WEEKS)) // len(Weekday)


# --- blocks ----------------------------------------------------------------------------------------------


def load_weeks_in_a_row(athlete: AthleteProfile, cycle: LoadCycle) -> int:
    """Load weeks before each light one, usually: three; two from 50, and from 40 for those with many hard days."""
    age = athlete.age or 0
    many_hard_days = athlete.experience_level is ExperienceLevel.ADVANCED
    careful = age >= cycle.careful_from_age or (age >= cycle.careful_if_hard_from_age and many_hard_days)
    return cycle.careful if careful else cycle.load_weeks


def most_load_weeks_in_a_row(athlete: AthleteProfile, total_weeks: int, cycle: LoadCycle) -> int:
    """Load weeks without a light one between them, at most: one more than usual, and a short plan may be one block."""
    usual = load_weeks_in_a_row(athlete, cycle)
    return cycle.most_in_short_plan if total_weeks <= cycle.short_plan_weeks else usual + 1


def most_light_weeks(athlete: AthleteProfile, total_weeks: int, cycle: LoadCycle) -> int:
    """Light weeks in a plan, at most; the taper is not counted."""
    listed = [light for weeks, light in sorted(cycle.most_light) if total_weeks <= weeks]
    usual = listed[0] if listed else max(light for _, light in cycle.most_light)
    if load_weeks_in_a_row(athlete, cycle) < cycle.load_weeks and total_weeks > cycle.short_plan_weeks:
        return max(usual, total_weeks // (cycle.careful + 1))
    return usual


def _load_and_light(purpose: Purpose, weeks: int) -> list[WeekType]:
    """Load and light weeks before the taper."""
    request = purpose.request
    away = [_share_off(request, number) >= AWAY_SHARE for number in range(1, weeks + 1)]
    cycle = purpose.config.week.load_cycle
    usual = load_weeks_in_a_row(request.athlete_profile, cycle)
    spare = most_light_weeks(request.athlete_profile, request.total_weeks, cycle)
    kinds = [WeekType.RECOVERY] * len(easy_start(purpose)[: weeks - 1])
    for is_away, run in groupby(away[len(kinds) :]):
        length = len(list(run))
        if is_away:
            kinds += [WeekType.RECOVERY] * length
            continue
        ends_plan = len(kinds) + length == request.total_weeks
        blocks, ends_light = _blocks(length, usual, spare, may_end_light=ends_plan)
        spare = max(0, spare - len(blocks) + 1)
        for i, block in enumerate(blocks):
            kinds += [WeekType.LOAD] * block
            if i < len(blocks) - 1 or ends_light:
                kinds.append(WeekType.RECOVERY)
    if WeekType.LOAD not in kinds:
        kinds[0] = WeekType.LOAD
    return kinds


def _blocks(weeks: int, usual: int, most_light: int, *, may_end_light: bool) -> tuple[list[int], bool]:
    """Load weeks of each block, and whether a light week ends the plan; no block is over ``usual`` by more than one."""
    found: list[tuple[float, list[int], bool]] = []
    for ends_light in {False, may_end_light}:
        for between in range(weeks):
            light = between + ends_light
            if weeks - light < between + 1:
                break
            sizes = _sizes(weeks - light, between + 1)
            counted = between + (ends_light and weeks > 2 * (usual + 1))  # two blocks may each end light
            cost: float = 1000 * max(0, counted - most_light) + 100 * max(0, max(sizes) - usual - 1)
            cost += sum((OVER_BLOCK_COST if size > usual else UNDER_BLOCK_COST) * (size - usual) ** 2 for size in sizes)
            found.append((cost + LIGHT_WEEK_COST * light - ENDS_LIGHT_BONUS * ends_light, sizes, ends_light))
    _, sizes, ends_light = min(found)
    return sizes, ends_light


def _sizes(load_weeks: int, count: int) -> list[int]:
    """Blocks as even as possible, the longer ones later; a block of a single week comes last."""
    small, larger = divmod(load_weeks, count)
    sizes = [small] * (count - larger) + [small + 1] * larger
    return sizes[::-1] if sizes[0] == 1 else sizes


# --- volume ----------------------------------------------------------------------------------------------


def _usual_share(slots: Sequence[WeekSlot]) -> float:
    """The volume that the load weeks of late have come to, which light weeks and a taper are a share of."""
    return max([slot.share for slot in slots if slot.load_week is not None][-BLOCK_WEEKS:], default=1.0)


def least_load_share(purpose: Purpose, number: int) -> float:
    """What a load week holds at least, as a share of one that nothing shortens: days off, an event, a slow start."""
    return min(_shortened(purpose, load_week, number) for load_week in range(number))


def _load_share(
    purpose: Purpose, load_week: int, number: int, load_weeks: int, earlier: Sequence[WeekSlot], *, starts_block: bool
) -> float:
    """The volume of a load week: less at the start and after a light week, and for what shortens it."""
    hours = purpose.config.week.hours
    if hours.ramp is not None:
        return _on_ramp(purpose, hours.ramp, load_week, load_weeks, earlier) * _untouched(purpose, number)
    usual = hours.first_week if load_week == 0 else hours.block_start if starts_block else 1.0
    shortened = _shortened(purpose, load_week, number)
    return shortened if load_week < len(purpose.aim.volume_shares) else min(usual, shortened)


def _on_ramp(purpose: Purpose, ramp: Ramp, load_week: int, load_weeks: int, earlier: Sequence[WeekSlot]) -> float:
    """The volume of a load week on the way from what is run today to the fullest week, within the steps."""
    start = _ramp_start(purpose, ramp)
    peak_at = max(1, round(ramp.peak_at * (load_weeks - 1)))
    on_line = start + (1 - start) * min(load_week / peak_at, 1.0)
    lately = [slot.share for slot in earlier[-ramp.over_weeks :]]
    if easy_start(purpose) and len(earlier) < ramp.over_weeks:
        lately.append(start)
    return min(on_line, max(lately) * (1 + ramp.step_share)) if lately else start


def _ramp_start(purpose: Purpose, ramp: Ramp) -> float:
    """The first week: what is run today, and no less than a share of the fullest."""
    current = purpose.current_share
    return ramp.start_share if current is None else min(max(current, ramp.least_start_share), 1.0)


def _untouched(purpose: Purpose, number: int) -> float:
    """What an event on the way and days off leave of a week, as a share."""
    has_b = any(event.priority is EventPriority.B for event in purpose.request.events_in(number))
    share = purpose.config.week.hours.week_of_event_b if has_b else 1.0
    return share * (1 - _share_off(purpose.request, number))


def _shortened(purpose: Purpose, load_week: int, number: int) -> float:
    """The share that a slow start, an event on the way and days off leave of a load week."""
    hours, slow_start = purpose.config.week.hours, purpose.aim.volume_shares
    if hours.ramp is not None:
        return _ramp_start(purpose, hours.ramp) * _untouched(purpose, number)
    share = slow_start[load_week] if load_week < len(slow_start) else 1.0
    current = purpose.request.athlete_profile.current_hours
    if current is not None:
        grown = current / purpose.hours * (1 + purpose.level.hours_step) ** (load_week + 1)
        share = min(share, max(grown, hours.least_first_week))
    if any(event.priority is EventPriority.B for event in purpose.request.events_in(number)):
        share = min(share, hours.week_of_event_b)
    return share * (1 - _share_off(purpose.request, number))


def _light_share(purpose: Purpose, kind: WeekType, number: int) -> float:
    hours, request = purpose.config.week.hours, purpose.request
    left = 1 - _share_off(request, number)
    if kind is WeekType.RECOVERY:
        easy = easy_start(purpose)
        return easy[number - 1] * left if number <= len(easy) else min(hours.recovery, left)
    if purpose.event_type is not None and purpose.event_type.taper.shares:
        block = block_between(purpose)
        shares = purpose.event_type.taper.shares if block is None else block.taper
        return _of_taper(request, shares, number) * left
    first, last = hours.taper
    days_in_event_week = request.event_weekday.position if request.event_weekday else 0
    if kind is WeekType.EVENT:
        return last * days_in_event_week / len(Weekday) * left
    leads_to_event = number == request.total_weeks - 1 and days_in_event_week == 0
    return min(last if leads_to_event else first, left)


def _of_taper(request: PlanRequest, shares: Sequence[float], number: int) -> float:
    """The share that a week of a taper has by its distance from the event; the event's own has its days' part."""
    weeks_left = request.total_weeks - number
    share = shares[-1 - weeks_left] if weeks_left < len(shares) else shares[0]
    days = request.event_weekday.position if request.event_weekday else len(Weekday)
    return share if weeks_left else share * days / len(Weekday)


def _share_off(request: PlanRequest, number: int) -> float:
    """The share of a week's days that the athlete is away on."""
    days = request.athlete_profile.training_availability.week_days
    off = request.days_off(number)
    return len([day for day in days if day in off]) / len(days)


def days_before_event(purpose: Purpose, number: int) -> Iterator[tuple[Weekday, int]]:
    """Every day of a week with its distance from the event, -4 for four days before; none for a plan without one."""
    event = purpose.request.event_weekday
    if event is not None:
        weeks_left = purpose.request.total_weeks - number
        for day in Weekday:
            yield day, day.position - event.position - len(Weekday) * weeks_left
