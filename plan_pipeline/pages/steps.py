"""The steps of a session in words and figures, and the minutes it has in each zone."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import SegmentType, Sport
from plan_pipeline.core.notation import (
    is_by_effort,
    minutes,
    step_length,
    step_pace,
    step_range,
    workout_notation,
    written_parts,
)
from plan_pipeline.pages.profile import OFF_THE_BIKE
from plan_pipeline.pages.zones import zone_of, zones_for


class StepView(NamedTuple):
    """A step: how long, how hard in % of threshold and in watts or as a pace, and what its author says of it."""

    length: str
    pct: str
    target: str
    zone: int
    text: str


class PartView(NamedTuple):
    """A step, or the steps of a set with how often they are done."""

    repeats: int
    steps: tuple[StepView, ...]


class ZoneMinutes(NamedTuple):
    zone: int
    name: str
    range_pct: str
    minutes: str
    share: str


def parts_of(segments: Sequence[Segment], ftp: float | None, sport: Sport = Sport.CYCLING) -> tuple[PartView, ...]:
    """The parts of a session, with paces where its steps have some, and watts where an FTP is given."""
    return tuple(
        PartView(part.repeats, tuple(_in_watts(step, segment, ftp) for step, segment in part.steps))
        for part in _in_words(tuple(segments), sport).parts
    )


@lru_cache(maxsize=8192)
def zones_of(zone_minutes: tuple[float, ...], sport: Sport = Sport.CYCLING) -> tuple[ZoneMinutes, ...]:
    """Minutes in the zones that a session has any of, with their share of all."""
    total = sum(zone_minutes) or 1.0
    return tuple(
        ZoneMinutes(
            zone.number,
            zone.name,
            zone.range_pct,
            minutes(round(spent) if spent >= 1 else spent),
            f"{100 * spent / total:.1f}",
        )
        for zone, spent in zip(zones_for(sport), zone_minutes, strict=True)
        if spent >= 1 / 120
    )


def notation_of(segments: tuple[Segment, ...], sport: Sport) -> str:
    """A session in one line."""
    return _in_words(segments, sport).notation


class _WordedPart(NamedTuple):
    """A step, or the steps of a set, before anybody's watts."""

    repeats: int
    steps: tuple[tuple[StepView, Segment], ...]


class _Worded(NamedTuple):
    """A session in words, the same for everybody."""

    notation: str
    parts: tuple[_WordedPart, ...]


@lru_cache(maxsize=8192)
def _in_words(segments: tuple[Segment, ...], sport: Sport) -> _Worded:
    """Put into words once, however many plans hold the session."""
    parts = tuple(
        _WordedPart(part.repeats, tuple((_step(step, sport), step) for step in part.steps))
        for part in written_parts(segments)
    )
    return _Worded(" · ".join(workout_notation(segments)), parts)


def _step(segment: Segment, sport: Sport) -> StepView:
    low, high = segment.intensity_low_pct, segment.intensity_high_pct
    return StepView(
        length=step_length(segment),
        pct=_how_hard(segment),
        target=step_pace(segment),
        zone=OFF_THE_BIKE if low is None or high is None else zone_of((low + high) / 2, sport),
        text=segment.description,
    )


def _how_hard(segment: Segment) -> str:
    if is_by_effort(segment):
        return "by effort"
    if segment.type is SegmentType.WALK:
        return "walk"
    pct = step_range(segment, 1.0)
    return f"{pct} %" if pct else ""


def _in_watts(step: StepView, segment: Segment, ftp: float | None) -> StepView:
    return step._replace(target=f"{step_range(segment, ftp / 100, 0)} W") if step.pct and ftp else step
