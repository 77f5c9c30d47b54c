"""The shape of a plan: which weeks load, recover and taper, what each is for, and its relative volume."""

import math
from typing import NamedTuple

from plan_pipeline.core.limits import LOAD_BLOCKS, SHORT_PLAN_WEEKS
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import ExperienceLevel, Phase, Weekday, WeekType

FIRST_WEEK_SHARE, BLOCK_START_SHARE, LOAD_SHARE = 0.90, 0.95, 1.00
"""Volume of the plan's first week, of the first week of a later block, and of every other load week."""

RECOVERY_SHARE = 0.60

TAPER_SHARES = (0.55, 0.40)
"""Volume of a taper's two weeks, the second as if it were a whole one: only its days before the event count.
Together they take the volume down by about half, progressively (8-14 days and 41-60 %: Bosquet 2007, PMID
17762369)."""

MIDDLE_PLAN_WEEKS = 9
BASE_SHARE_MIDDLE, BASE_SHARE_LONG = 0.34, 0.45
"""Share of the load weeks spent in base, by plan length (convention): a short plan starts in build."""

BEGINNER_EXTRA_BASE = 0.10
PEAK_SHARE = 0.20


class WeekSlot(NamedTuple):
    """One week of the plan's shape. ``share`` is its volume relative to a normal load week."""

    number: int
    week_type: WeekType
    phase: Phase
    share: float
    block: int
    """Load blocks are counted from 0; a recovery week belongs to the block before it."""


def load_cycle(request: PlanRequest) -> tuple[WeekSlot, ...]:
    """The weeks of a plan in order: load blocks with recovery weeks between them, and a taper before an event.

    The block before a taper or the end of the plan is never cut short by a recovery week; an undated plan
    whose length is a whole number of cycles ends with one.
    """
    taper = _taper_shares(request)
    longest = LOAD_BLOCKS.in_a_cycle(request.athlete_profile)
    blocks, ends_light = _blocks(request.total_weeks - len(taper), longest, may_end_light=not taper)
    phases = iter(_load_phases(sum(blocks), request))
    slots: list[WeekSlot] = []
    for block, weeks in enumerate(blocks):
        for week in range(weeks):
            share = LOAD_SHARE if week else BLOCK_START_SHARE if block else FIRST_WEEK_SHARE
            slots.append(WeekSlot(len(slots) + 1, WeekType.LOAD, next(phases), share, block))
        if block < len(blocks) - 1 or ends_light:
            slots.append(WeekSlot(len(slots) + 1, WeekType.RECOVERY, Phase.RECOVERY, RECOVERY_SHARE, block))
    for share in taper:
        kind = WeekType.EVENT if len(slots) == request.total_weeks - 1 else WeekType.TAPER
        slots.append(WeekSlot(len(slots) + 1, kind, Phase.TAPER, share, len(blocks)))
    return tuple(slots)


def _taper_shares(request: PlanRequest) -> tuple[float, ...]:
    """The volume of the weeks that lead to an event; on a Monday its own week has no day to train before it."""
    if request.event_weekday is None:
        return ()
    first, last = TAPER_SHARES
    days_before = request.event_weekday.position
    return (first, last, 0.0) if days_before == 0 else (first, last * days_before / len(Weekday))


def _blocks(weeks: int, longest: int, *, may_end_light: bool) -> tuple[list[int], bool]:
    """Load weeks of each block, as even as possible, none over ``longest``; whether the last week is light."""
    if may_end_light and weeks % (longest + 1) == 0:
        return [longest] * (weeks // (longest + 1)), True
    light = max(0, math.ceil((weeks - longest) / (longest + 1)))
    count = light + 1
    small, larger = divmod(weeks - light, count)
    sizes = [small] * (count - larger) + [small + 1] * larger
    return (sizes[::-1] if sizes[0] == 1 else sizes), False


def _load_phases(load_weeks: int, request: PlanRequest) -> list[Phase]:
    share = BASE_SHARE_LONG if request.total_weeks > MIDDLE_PLAN_WEEKS else BASE_SHARE_MIDDLE
    if request.total_weeks <= SHORT_PLAN_WEEKS:
        share = 0.0
    if request.athlete_profile.experience_level is ExperienceLevel.BEGINNER:
        share += BEGINNER_EXTRA_BASE
    base = round(load_weeks * share)
    peak = min(max(1, round(load_weeks * PEAK_SHARE)), load_weeks - base)
    return [Phase.BASE] * base + [Phase.BUILD] * (load_weeks - base - peak) + [Phase.PEAK] * peak
