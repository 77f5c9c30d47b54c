"""The steps that readers make of a run: minutes or a distance, at a pace or by effort."""

import re
from typing import Final

from plan_pipeline.core.model.vocabulary import SegmentType, WorkoutType
from plan_pipeline.core.paces.runner import REFERENCE_RUNNER
from plan_pipeline.core.paces.vdot import METRES_A_MILE
from plan_pipeline.formats.numbers import plain
from plan_pipeline.formats.reading import Repairs, UnreadableSessionError
from plan_pipeline.formats.session import SessionStep

EFFORT_PCT: Final = {SegmentType.WALK: 45.0, SegmentType.STRIDE: 120.0, SegmentType.HILL: 107.0}
"""What the load of a step by effort is reckoned with, % of threshold speed: a walk, and what strides and hills are like
on the flat (choice)."""

SPRINT_UP_TO_S: Final = 20.0
"""Hills so short are sprints, as strides are."""

OTHER_EFFORT_PCT: Final = {
    SegmentType.WARMUP: 72.0,
    SegmentType.COOLDOWN: 68.0,
    SegmentType.RECOVERY: 66.0,
    SegmentType.INTERVAL: 104.0,
}
EASY_EFFORT_PCT: Final = 77.0
"""The same of steps that do not say more of themselves, and of those that say nothing: easy running. It is told."""

MOST_M: Final = 50_000.0
"""Of one step, metres, as the library has it."""

LEAST_SHARE: Final = 0.25
MILE_ROUNDING_M: Final = 0.5
"""Of a mile: distances that are so near to a number of quarters are written in miles, or were meant as such."""

OFF_WORDS: Final = {WorkoutType.STRENGTH: "Strength", WorkoutType.CROSS_TRAINING: "Cross-training"}
"""What a file calls a session that is done in place of a run."""

_ROLE_WORD = re.compile(r"(walk|stride|hill)(?:s|ing)?\b", re.IGNORECASE)


def run_step(
    repairs: Repairs,
    *,
    where: str,
    seconds: float | None = None,
    distance_m: float | None = None,
    ends: tuple[float, float] | None = None,
    role: SegmentType | None = None,
    text: str = "",
) -> SessionStep:
    """A step of so many seconds or metres at % of threshold speed; without one it goes by effort.

    What a distance takes is that of the reference runner, as in the library. Raises ``UnreadableSessionError`` that
    names the place for a speed of nothing and for a distance beyond any step.
    """
    by_effort = ends is None
    if ends is None:
        role = role if role in EFFORT_PCT else role_said_in(text) or role
        pct = _effort_pct(role, seconds)
        if role not in EFFORT_PCT:
            repairs.add(f"a step has no pace; it goes by effort and counts as {pct:g} % of threshold speed")
        ends = pct, pct
        text = _without_role(text, role)
    if min(ends) <= 0:
        raise UnreadableSessionError(f"{where} has a speed of 0, which is no pace; give one, or none for a pause")
    if distance_m is not None:
        if not 0 < distance_m <= MOST_M:
            raise UnreadableSessionError(f"{where} is {distance_m:g} m, beyond 0 to {MOST_M:g} m; correct its distance")
        seconds = float(max(1, REFERENCE_RUNNER.seconds(distance_m, sum(ends) / 2)))
    assert seconds is not None
    return SessionStep(
        duration_s=seconds,
        start_pct=ends[0],
        end_pct=ends[1],
        role=role,
        text=text,
        distance_m=distance_m,
        by_effort=by_effort,
    )


def _effort_pct(role: SegmentType | None, seconds: float | None) -> float:
    if role is SegmentType.HILL and seconds is not None and seconds <= SPRINT_UP_TO_S:
        return EFFORT_PCT[SegmentType.STRIDE]
    return (EFFORT_PCT | OTHER_EFFORT_PCT).get(role, EASY_EFFORT_PCT) if role else EASY_EFFORT_PCT


def role_said_in(text: str) -> SegmentType | None:
    """What a step by effort is where its text begins with it: a walk, a stride or a hill."""
    match = _ROLE_WORD.match(text.strip())
    return SegmentType(match[1].lower()) if match else None


def _without_role(text: str, role: SegmentType | None) -> str:
    """A text without what ``with_role`` begins it with."""
    word, colon, rest = text.partition(": ")
    if role is None or word.strip().lower() != role.value:
        return text
    return rest if colon else ""


def with_role(step: SessionStep, text: str) -> str:
    """What is written of a step, which begins with what it is where it goes by effort and formats do not say it."""
    if not step.by_effort or step.role not in EFFORT_PCT or role_said_in(text) is step.role:
        return text
    word = str(step.role).capitalize()
    return f"{word}: {text}" if text else word


def in_quarter_miles(distance_m: float) -> float | None:
    """Miles where a distance is a number of quarters of them; ``None`` for any other."""
    quarters = round(distance_m / METRES_A_MILE / LEAST_SHARE)
    miles = quarters * LEAST_SHARE
    return miles if quarters and abs(distance_m - miles * METRES_A_MILE) < MILE_ROUNDING_M else None


def distance_words(distance_m: float) -> str:
    """A distance as it is read: ``400 m``, ``1.2 km``, ``1 mi``."""
    if miles := in_quarter_miles(distance_m):
        return f"{plain(miles)} mi"
    return f"{plain(distance_m / 1000)} km" if distance_m >= 1000 else f"{plain(distance_m)} m"


def whole_metres(distance_m: float) -> float:
    """A distance that was rounded to centimetres as it was meant: miles, or as it stands."""
    miles = in_quarter_miles(distance_m)
    is_rounded = miles is not None and abs(distance_m - miles * METRES_A_MILE) < 0.01
    return round(miles * METRES_A_MILE, 3) if miles is not None and is_rounded else round(distance_m, 2)
