"""The role of steps that a format does not say: warm-up and cool-down by place, work and rest by intensity."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from plan_pipeline.core.model.segments import EASY_RUNNING_CEILING_PCT, ENDURANCE_CEILING_PCT
from plan_pipeline.core.model.vocabulary import SegmentType, Sport, WorkoutType
from plan_pipeline.formats.session import SessionPart, SessionSet, SessionStep


class Ceilings(NamedTuple):
    """The top of what rests between efforts, of what is easy, and of ``brisk``, which is not yet an effort of its own.

    All are % of threshold.
    """

    recovery_pct: float
    easy_pct: float
    brisk_pct: float
    brisk: SegmentType


CEILINGS: Final = {
    Sport.CYCLING: Ceilings(60.0, ENDURANCE_CEILING_PCT, 87.0, SegmentType.TEMPO),
    Sport.RUNNING: Ceilings(76.0, EASY_RUNNING_CEILING_PCT, 95.9, SegmentType.STEADY),
}

LONGEST_REST_S: Final = 10 * 60
LONGEST_REST_IN_SET_S: Final = 6 * 60
"""What is easy for longer is done for its own sake."""

LONGEST_WAY_IN_S: Final = 30 * 60
"""A first or last block that is longer is done for its own sake."""


def with_roles(
    parts: Sequence[SessionPart], sport: Sport = Sport.CYCLING, unmeasured: WorkoutType | None = None
) -> tuple[SessionPart, ...]:
    """The parts with a role for every step; what is done in place of the sport is strength or ``unmeasured``."""
    is_strength = unmeasured in (None, WorkoutType.STRENGTH)
    return _Roles(CEILINGS[sport], SegmentType.STRENGTH if is_strength else SegmentType.ENDURANCE).of(parts)


class _Roles:
    def __init__(self, ceilings: Ceilings, in_place: SegmentType) -> None:
        self.ceilings = ceilings
        self.in_place = in_place

    def of(self, parts: Sequence[SessionPart]) -> tuple[SessionPart, ...]:
        last = len(parts) - 1
        found: list[SessionPart] = []
        for i, part in enumerate(parts):
            if isinstance(part, SessionSet):
                found.append(self._set(part))
            else:
                work_follows = i < last and _hardest(parts[i + 1]) > self.ceilings.easy_pct
                role = self._way(part, i, last) or self._by_intensity(part, is_rest=i > 0 and work_follows)
                found.append(_in_role(part, role))
        return tuple(found)

    def _set(self, part: SessionSet) -> SessionSet:
        hardest = _hardest(part)
        steps = tuple(_in_role(step, self._role_in_set(step, hardest)) for step in part.steps)
        return part.model_copy(update={"steps": steps})

    def _role_in_set(self, step: SessionStep, hardest: float) -> SegmentType:
        is_rest = step.duration_s <= LONGEST_REST_IN_SET_S or step.highest_pct <= self.ceilings.recovery_pct - 2
        if is_rest and step.highest_pct <= self.ceilings.easy_pct < hardest:
            return SegmentType.RECOVERY
        return self._by_intensity(step, is_rest=False)

    def _way(self, step: SessionStep, at: int, last: int) -> SegmentType | None:
        """Warm-up or cool-down: the first or last of several parts, if it is short, and easy or a ramp that way."""
        start, end = step.start_pct, step.end_pct
        if start is None or end is None or step.duration_s > LONGEST_WAY_IN_S:
            return None
        is_easy = step.highest_pct <= self.ceilings.easy_pct
        if at == 0 < last and (is_easy or start < end):
            return SegmentType.WARMUP
        if at == last > 0 and (is_easy or start > end):
            return SegmentType.COOLDOWN
        return None

    def _by_intensity(self, step: SessionStep, *, is_rest: bool) -> SegmentType:
        if step.start_pct is None:
            return self.in_place
        if is_rest and step.highest_pct <= self.ceilings.recovery_pct and step.duration_s <= LONGEST_REST_S:
            return SegmentType.RECOVERY
        if step.highest_pct <= self.ceilings.easy_pct:
            return SegmentType.ENDURANCE
        return self.ceilings.brisk if step.highest_pct <= self.ceilings.brisk_pct else SegmentType.INTERVAL


def _hardest(part: SessionPart) -> float:
    return max(step.highest_pct for step in (part.steps if isinstance(part, SessionSet) else (part,)))


def _in_role(step: SessionStep, role: SegmentType) -> SessionStep:
    return step if step.role is not None else step.model_copy(update={"role": role})
