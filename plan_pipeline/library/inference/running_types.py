"""The type of a run, by the zones its minutes are in and how they are laid out."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from plan_pipeline.core.model.segments import RunningSegment, Segment
from plan_pipeline.core.model.vocabulary import SegmentType, WorkoutType
from plan_pipeline.core.paces.vdot import RaceDistance
from plan_pipeline.core.sports.running import RUNNING

RECOVERY_UP_TO_MIN: Final = 45.0
LONG_MIN: Final = 90.0
"""Minutes up to which a slow run is for recovery, and from which an easy one is a long run (convention)."""

USUAL_DOSE_MIN: Final = {
    WorkoutType.REPETITION: 8.0,
    WorkoutType.VO2MAX: 15.0,
    WorkoutType.RACE_PACE: 18.0,
    WorkoutType.THRESHOLD: 22.0,
    WorkoutType.MARATHON_PACE: 35.0,
    WorkoutType.STEADY: 30.0,
}
"""Minutes in the zone of a type that a session of it usually has, by the variants that coaches publish."""

LEAST_DOSE: Final = 0.3
"""A share of the usual dose, below which a run is easy or long with something in it."""

STRIDE_UP_TO_MIN: Final = 0.6
STRIDES_UP_TO_MIN: Final = 4.0
"""Fast running of so short bouts, and no more of it in all, makes no session another: strides on an easy day, on the
flat or uphill."""

LONG_WORK_SHARE: Final = 0.6
"""Of its minutes, up to which a long run with work in it is still one."""

LEAST_BOUTS: Final = 3
"""Repeats at threshold from which they are cruise intervals, and levels from which a rise is a progression."""

PROGRESSION_PCT: Final = 8.0
"""By how much one rising step has to rise to be a progression, % of threshold speed."""

_ZONE_TYPES: Final = {
    "steady": WorkoutType.STEADY,
    "marathon": WorkoutType.MARATHON_PACE,
    "threshold": WorkoutType.THRESHOLD,
    "10 km": WorkoutType.RACE_PACE,
    "VO2max": WorkoutType.VO2MAX,
    "repetition": WorkoutType.REPETITION,
}
_TEST = re.compile(r"\btest\b|\btime trial\b", re.IGNORECASE)
_HILLS = re.compile(r"\b(?:hills?|uphill)\b", re.IGNORECASE)
_SIMULATION = re.compile(r"\b(?:simulation|dress rehearsal)\b", re.IGNORECASE)
_LONG = re.compile(r"^long\b|\blong (?:easy )?run$", re.IGNORECASE)
_EASY = re.compile(r"\beasy\b", re.IGNORECASE)
_CROSS = re.compile(
    r"\b(?:cross.?training|bike|cycling|swim\w*|row\w*|elliptical|aqua\w*|pool|ski\w*|hik\w+)\b", re.IGNORECASE
)


def type_of_run(segments: Sequence[Segment], name: str) -> WorkoutType:
    """The type whose usual dose a run has most of; tests, hills and simulations are told by their names as well."""
    if all(segment.intensity_high_pct is None for segment in segments):
        is_strength = any(segment.type is SegmentType.STRENGTH for segment in segments) and not _CROSS.search(name)
        return WorkoutType.STRENGTH if is_strength else WorkoutType.CROSS_TRAINING
    if _TEST.search(name):
        return WorkoutType.TEST
    work = _without_strides([segment for segment in segments if _is_work(segment)])
    if _is_of_hills(work, name):
        return WorkoutType.HILLS
    if work and _SIMULATION.search(name):
        return WorkoutType.RACE_SIMULATION
    minutes, work_min = (sum(each.duration_min for each in some) for some in (segments, work))
    if _LONG.search(name) or (minutes >= LONG_MIN and work_min <= LONG_WORK_SHARE * minutes):
        return WorkoutType.LONG
    if _is_progression(segments):
        return WorkoutType.PROGRESSIVE
    return _by_dose(work) or _easy_type(segments, minutes, name)


def _is_of_hills(work: Sequence[Segment], name: str) -> bool:
    """Whether a run is of hills: by its steps, or by its name where it has repeats."""
    by_name = _HILLS.search(name) and any(segment.set_count for segment in work)
    return bool(by_name) or any(segment.type is SegmentType.HILL for segment in work)


def _easy_type(segments: Sequence[Segment], minutes: float, name: str) -> WorkoutType:
    highest = max(segment.intensity_high_pct or 0.0 for segment in segments)
    is_slow = highest <= RUNNING.recovery_ceiling_pct and minutes <= RECOVERY_UP_TO_MIN
    return WorkoutType.RECOVERY if is_slow and not _EASY.search(name) else WorkoutType.EASY


def _by_dose(work: Sequence[Segment]) -> WorkoutType | None:
    """The type that a run has most of, by its usual dose; ``None`` where it has little of any."""
    minutes = dict.fromkeys(USUAL_DOSE_MIN, 0.0)
    for segment in work:
        minutes[_type_in(segment)] += segment.duration_min
    dose, kind = max((minutes[kind] / usual, kind) for kind, usual in USUAL_DOSE_MIN.items())
    if dose < LEAST_DOSE:
        return None
    repeats = sum(_type_in(segment) is WorkoutType.THRESHOLD for segment in work if segment.set_count)
    return WorkoutType.CRUISE_INTERVALS if kind is WorkoutType.THRESHOLD and repeats >= LEAST_BOUTS else kind


def _without_strides(work: Sequence[Segment]) -> list[Segment]:
    """Work without its fast bouts where they are short and few."""
    fast = [each.duration_min for each in work if _is_fast(each)]
    are_strides = sum(fast) <= STRIDES_UP_TO_MIN and max(fast, default=0.0) <= STRIDE_UP_TO_MIN
    return [each for each in work if not (are_strides and _is_fast(each))]


def _is_fast(segment: Segment) -> bool:
    return segment.type is SegmentType.HILL or _type_in(segment) is WorkoutType.REPETITION


def _type_in(segment: Segment) -> WorkoutType:
    """The type of work at the pace of a step: of a race by the race, else by its zone."""
    race = segment.race if isinstance(segment, RunningSegment) else None
    if race is RaceDistance.MARATHON:
        return WorkoutType.MARATHON_PACE
    if race is not None:
        return WorkoutType.RACE_PACE
    pct = _middle(segment)
    zone = next(zone for zone in RUNNING.zones if zone.low_pct <= pct < zone.high_pct or zone is RUNNING.zones[-1])
    return _ZONE_TYPES[zone.name]


def _is_work(segment: Segment) -> bool:
    is_way = segment.type in (SegmentType.WARMUP, SegmentType.COOLDOWN, SegmentType.STRIDE)
    return not is_way and _middle(segment) >= RUNNING.easy_ceiling_pct


def _middle(segment: Segment) -> float:
    return ((segment.intensity_low_pct or 0.0) + (segment.intensity_high_pct or 0.0)) / 2


def _is_progression(segments: Sequence[Segment]) -> bool:
    """Whether what is between warm-up and cool-down rises, in one step or in several, and ends above easy."""
    main = [s for s in segments if s.type not in (SegmentType.WARMUP, SegmentType.COOLDOWN)]
    while main and not _ends_in_work(main[-1]):
        main.pop()
    if not main or any(s.set_count is not None for s in main):
        return False
    if len(main) == 1:
        return (main[0].intensity_high_pct or 0.0) - (main[0].intensity_low_pct or 0.0) >= PROGRESSION_PCT
    levels = list(_levels(main))
    return len(levels) >= LEAST_BOUTS and all(earlier < later for earlier, later in pairwise(levels))


def _ends_in_work(segment: Segment) -> bool:
    return (segment.intensity_high_pct or 0.0) > RUNNING.easy_ceiling_pct


def _levels(segments: Sequence[Segment]) -> Iterator[float]:
    before: float | None = None
    for segment in segments:
        if (level := _middle(segment)) != before:
            yield level
        before = level
