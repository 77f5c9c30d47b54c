"""What may change of a migrated workout, and what gives way first: the rules that legacy libraries were made for.

A workout is extensible where ``variable_components`` says so, or where an endurance or mixed ride has a steady block of
half an hour. Ranges are declared on whole sets and on blocks up to 75 % of threshold, never on intervals.
"""

import math
from typing import Any

from plan_pipeline.core.model.segments import ENDURANCE_CEILING_PCT
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import ScalingStrategy, SegmentType, WorkoutType
from plan_pipeline.core.model.workout import WorkoutSet
from plan_pipeline.library.migration.report import Notes
from plan_pipeline.library.migration.values import number_in, quoted, text_in, whole_in
from plan_pipeline.library.ranged import Parts, Ranged
from plan_pipeline.library.set_recognition import MOST_REPEATS, is_work, same_work

LONG_STEADY_MIN = 30.0
"""A steady block from here on makes an endurance or mixed ride extensible."""

EDGE_ROOM_MIN = 5
"""How much a warm-up may lose or gain and a cool-down lose, and the least that is left of them, minutes."""

RIDE_HOME_MIN = 20
"""How much a cool-down may gain: few old workouts have another easy block, and few sets leave much of a day to fill."""

LEAST_MAIN_MIN = 20
"""What is left of the longest easy block at least, where it is longer."""

MAIN_SHARE = 1 / 3
"""What is left of it at least where nothing is stated, so that short weeks have rides to choose from."""

LONGEST_SESSION_MIN = 360
"""How long a range lets a session become at most."""

SETS = "sets"
_EDGES = (SegmentType.WARMUP, SegmentType.COOLDOWN)


def with_ranges(parts: Parts, kind: WorkoutType, variable: Any, notes: Notes) -> Ranged:
    """The parts with ranges; ``variable`` is the legacy field ``variable_components``, whatever it holds."""
    if not variable and not _has_long_steady(parts, kind):
        return Ranged(parts, ScalingStrategy.FIXED)
    component = variable if isinstance(variable, dict) else {}
    if text_in(component.get("adjustable_field")).lower() == SETS:
        if ranged := _with_repeat_range(parts, component, notes):
            return Ranged(_with_easy_ranges(ranged, main=None), ScalingStrategy.ADD_SETS)
        notes.repair("variable_components", "asks for more or fewer sets and no set may change; easy blocks do instead")
    main = _main_block(parts)
    if variable and main is not None and (limits := _limits(component)):
        ranged = _with_main_range(parts, main, limits)
    else:
        ranged = _with_easy_ranges(parts, main)
    if is_extensible(ranged):
        return Ranged(ranged, _strategy(kind) if not variable else ScalingStrategy.PROPORTIONAL)
    why = "no block up to 75 % of threshold may become longer, and intervals keep their length"
    notes.infer("extensible", False, f"variable_components {quoted(variable)} cannot be followed: {why}")
    return Ranged(parts, ScalingStrategy.FIXED)


def is_extensible(parts: Parts) -> bool:
    """Whether some part has a range to move in."""
    return any(limits is not None and limits[0] < limits[1] for limits in map(range_of, parts))


def range_of(part: Step | WorkoutSet) -> tuple[int, int] | None:
    """What is declared on a part: repeats of a set, minutes of a step."""
    return part.repeat_range if isinstance(part, WorkoutSet) else part.duration_range_min


def pinned(parts: Parts) -> Parts:
    """The parts with the repeats of all sets as they are."""
    return tuple(
        part.model_copy(update={"repeat_range": None}) if isinstance(part, WorkoutSet) else part for part in parts
    )


def _has_long_steady(parts: Parts, kind: WorkoutType) -> bool:
    return kind in (WorkoutType.ENDURANCE, WorkoutType.MIXED) and any(
        isinstance(part, Step)
        and part.type in (SegmentType.STEADY, SegmentType.ENDURANCE)
        and part.duration_min >= LONG_STEADY_MIN
        for part in parts
    )


def _strategy(kind: WorkoutType) -> ScalingStrategy:
    if kind is WorkoutType.ENDURANCE:
        return ScalingStrategy.EXTEND_MAIN
    return ScalingStrategy.EXTEND_RECOVERY if kind is WorkoutType.RECOVERY else ScalingStrategy.PROPORTIONAL


def _with_repeat_range(parts: Parts, component: dict[str, Any], notes: Notes) -> Parts | None:
    """The longest set with a range that holds its own count; ``None`` where there is no set, or none may change.

    An effort that follows the set, as after the last recovery was left out, counts towards what was stated.
    """
    sets = [i for i, part in enumerate(parts) if isinstance(part, WorkoutSet)]
    if not sets:
        return None
    at = max(sets, key=lambda i: _minutes(parts[i]))
    chosen = parts[at]
    assert isinstance(chosen, WorkoutSet)
    following = parts[at + 1] if at + 1 < len(parts) else None
    more = 1 if isinstance(following, Step) and same_work(following, chosen.steps[0]) else 0
    fewest, most = whole_in(component.get("min_value")), whole_in(component.get("max_value"))
    if fewest is None or most is None or not 1 <= fewest <= most:
        fewest, most = max(1, chosen.repeat + more - 1), chosen.repeat + more + 1
        notes.infer("repeat_range", f"{fewest}-{most}", "variable_components has no sound limits: one more or less")
    elif not fewest <= chosen.repeat + more <= most:
        what = f"{fewest} to {most} sets do not hold the {chosen.repeat + more} that are written; widened to hold them"
        notes.repair("variable_components", what)
    low = min(max(fewest - more, 1), chosen.repeat)
    high = min(max(most - more, chosen.repeat), MOST_REPEATS)
    if low == high:
        return None
    ranged = chosen.model_copy(update={"repeat_range": (low, high)})
    return (*parts[:at], ranged, *parts[at + 1 :])


def _limits(component: dict[str, Any]) -> tuple[float, float] | None:
    shortest, longest = number_in(component.get("min_value")), number_in(component.get("max_value"))
    if shortest is None or longest is None or not 0 < shortest < longest:
        return None
    return shortest, min(longest, LONGEST_SESSION_MIN)


def _main_block(parts: Parts) -> int | None:
    """The longest block that may change, before warm-up and cool-down."""
    blocks = [
        i for i, part in enumerate(parts) if isinstance(part, Step) and _is_easy(part) and part.type not in _EDGES
    ]
    return max(blocks, key=lambda i: _minutes(parts[i]), default=None)


def _with_main_range(parts: Parts, main: int, limits: tuple[float, float]) -> Parts:
    """A range that brings the ride to its limits; limits that hold the block alone and not the ride are the block's."""
    block, total = parts[main], sum(map(_minutes, parts))
    assert isinstance(block, Step)
    own = block.duration_min
    of_block = limits[0] <= own <= limits[1] and not limits[0] <= total <= limits[1]
    rest = 0.0 if of_block else total - own
    low = min(max(math.ceil(limits[0] - rest), EDGE_ROOM_MIN), math.floor(own))
    high = max(math.floor(limits[1] - rest), math.ceil(own))
    return _ranged(parts, {main: (low, high)})


def _with_easy_ranges(parts: Parts, main: int | None) -> Parts:
    """Room for every easy block that is not between efforts, and for the main block wherever it is."""
    work = [i for i, part in enumerate(parts) if isinstance(part, WorkoutSet) or is_work(part)]
    room = LONGEST_SESSION_MIN - sum(map(_minutes, parts))
    found = {}
    for i, part in enumerate(parts):
        if not isinstance(part, Step) or not _is_easy(part):
            continue
        own = part.duration_min
        if i == main and own >= LEAST_MAIN_MIN:
            found[i] = (max(LEAST_MAIN_MIN, math.floor(own * MAIN_SHARE)), math.ceil(own + max(0.0, min(own, room))))
        elif not work or not work[0] < i < work[-1]:
            least = min(EDGE_ROOM_MIN, math.floor(own))
            shorter, longer = _room(part, own)
            found[i] = (max(least, math.floor(own) - shorter), math.ceil(own) + (longer if room > 0 else 0))
    return _ranged(parts, found)


def _room(part: Step, own_min: float) -> tuple[int, int]:
    """Minutes that an easy block at either end may lose and gain."""
    if part.type is SegmentType.COOLDOWN:
        return EDGE_ROOM_MIN, RIDE_HOME_MIN
    if part.type is SegmentType.WARMUP:
        return EDGE_ROOM_MIN, EDGE_ROOM_MIN
    share = max(EDGE_ROOM_MIN, math.floor(own_min / 2))
    return share, share


def _ranged(parts: Parts, ranges: dict[int, tuple[int, int]]) -> Parts:
    return tuple(
        part.model_copy(update={"duration_range_min": ranges[i]})
        if i in ranges and isinstance(part, Step) and 1 <= ranges[i][0] <= part.duration_min
        else part
        for i, part in enumerate(parts)
    )


def _is_easy(step: Step) -> bool:
    return step.intensity_high_pct is not None and step.intensity_high_pct <= ENDURANCE_CEILING_PCT


def _minutes(part: Step | WorkoutSet) -> float:
    return part.duration_min * part.repeat if isinstance(part, WorkoutSet) else part.duration_min
