"""The role of steps that a format does not say: warm-up and cool-down by place, work and rest by power."""

from collections.abc import Sequence
from typing import Final

from plan_pipeline.core.model.segments import ENDURANCE_CEILING_PCT
from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.formats.session import SessionPart, SessionSet, SessionStep

RECOVERY_CEILING_PCT: Final = 60.0
TEMPO_CEILING_PCT: Final = 87.0
"""% of threshold: the top of what rests between efforts, and of what is not yet an effort of its own."""

LONGEST_REST_S: Final = 10 * 60
LONGEST_REST_IN_SET_S: Final = 6 * 60
"""What is easy for longer is ridden for its own sake."""

LONGEST_WAY_IN_S: Final = 30 * 60
"""A first or last block that is longer is ridden for its own sake."""


def with_roles(parts: Sequence[SessionPart]) -> tuple[SessionPart, ...]:
    """The parts with a role for every step."""
    last = len(parts) - 1
    found: list[SessionPart] = []
    for i, part in enumerate(parts):
        if isinstance(part, SessionSet):
            found.append(_set(part))
        else:
            work_follows = i < last and _hardest(parts[i + 1]) > ENDURANCE_CEILING_PCT
            found.append(_in_role(part, _way(part, i, last) or _by_power(part, is_rest=i > 0 and work_follows)))
    return tuple(found)


def _hardest(part: SessionPart) -> float:
    return max(step.highest_pct for step in (part.steps if isinstance(part, SessionSet) else (part,)))


def _set(part: SessionSet) -> SessionSet:
    hardest = max(step.highest_pct for step in part.steps)
    steps = tuple(_in_role(step, _role_in_set(step, hardest)) for step in part.steps)
    return part.model_copy(update={"steps": steps})


def _role_in_set(step: SessionStep, hardest: float) -> SegmentType:
    is_rest = step.duration_s <= LONGEST_REST_IN_SET_S or step.highest_pct <= RECOVERY_CEILING_PCT - 2
    if is_rest and step.highest_pct <= ENDURANCE_CEILING_PCT < hardest:
        return SegmentType.RECOVERY
    return _by_power(step, is_rest=False)


def _way(step: SessionStep, at: int, last: int) -> SegmentType | None:
    """Warm-up or cool-down: the first or last of several parts, if it is short, and easy or a ramp the right way."""
    start, end = step.start_pct, step.end_pct
    if start is None or end is None or step.duration_s > LONGEST_WAY_IN_S:
        return None
    is_easy = step.highest_pct <= ENDURANCE_CEILING_PCT
    if at == 0 < last and (is_easy or start < end):
        return SegmentType.WARMUP
    if at == last > 0 and (is_easy or start > end):
        return SegmentType.COOLDOWN
    return None


def _by_power(step: SessionStep, *, is_rest: bool) -> SegmentType:
    if step.start_pct is None:
        return SegmentType.STRENGTH
    if is_rest and step.highest_pct <= RECOVERY_CEILING_PCT and step.duration_s <= LONGEST_REST_S:
        return SegmentType.RECOVERY
    if step.highest_pct <= ENDURANCE_CEILING_PCT:
        return SegmentType.ENDURANCE
    return SegmentType.TEMPO if step.highest_pct <= TEMPO_CEILING_PCT else SegmentType.INTERVAL


def _in_role(step: SessionStep, role: SegmentType) -> SessionStep:
    return step if step.role is not None else step.model_copy(update={"role": role})
