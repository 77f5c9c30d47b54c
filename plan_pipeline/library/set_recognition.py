"""Sets in a workout that is written out flat: the same steps several times over become one set with its count."""

import re
from collections.abc import Iterator, Sequence

from plan_pipeline.core.model.segments import ENDURANCE_CEILING_PCT
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.core.model.workout import WorkoutSet
from plan_pipeline.core.repeats import repeats_at

MOST_STEPS = 8
"""Steps of one repeat: workouts of the wild have two, over-unders up to seven."""

MOST_REPEATS = 60
"""What a set may hold; more of the same begins another set."""

_COUNTING = re.compile(
    r"\s*[(\[]?(?:#\s*)?\b\d+\s*(?:/|of|von|de)\s*\d+\b[)\]]?|\s*#\s*\d+\b|\s+\d+\s*$", re.IGNORECASE
)
"""``Interval 2 of 5``, ``Effort 2/5``, ``Interval #2`` and ``Interval 2`` count; ``10 min at 95 %`` does not."""


def recognise_sets(steps: Sequence[Step]) -> tuple[Step | WorkoutSet, ...]:
    """The steps in their order, those that follow each other several times over as sets.

    A repeat begins with work: an interval, anything above 75 % of threshold, or a step off the bike. Written out again,
    the parts have the minutes and intensities of ``steps``. Where the descriptions of the repeats differ, the set has
    the first one's, without its count.
    """
    return tuple(_parts(steps))


def is_work(step: Step) -> bool:
    """Whether a set may begin with a step."""
    if step.type in (SegmentType.INTERVAL, SegmentType.STRENGTH):
        return True
    is_edge = step.type in (SegmentType.WARMUP, SegmentType.COOLDOWN)
    return not is_edge and step.intensity_high_pct is not None and step.intensity_high_pct > ENDURANCE_CEILING_PCT


def same_work(one: Step, other: Step) -> bool:
    """Whether two steps are ridden alike, whatever they are called."""
    return _key(one) == _key(other)


def _parts(steps: Sequence[Step]) -> Iterator[Step | WorkoutSet]:
    keys = [_key(step) for step in steps]
    at = 0
    while at < len(steps):
        found = repeats_at(keys, at, longest=MOST_STEPS, most=MOST_REPEATS) if is_work(steps[at]) else None
        if found is None:
            yield steps[at]
            at += 1
            continue
        repeats = [steps[at + i * found.length : at + (i + 1) * found.length] for i in range(found.times)]
        yield WorkoutSet(repeat=found.times, steps=tuple(map(_in_common, zip(*repeats, strict=True))))
        at += found.covered


def _in_common(steps: Sequence[Step]) -> Step:
    if len({step.description for step in steps}) == 1:
        return steps[0]
    description = _COUNTING.sub("", steps[0].description).strip(" -–:,")
    return steps[0].model_copy(update={"description": description})


def _key(step: Step) -> tuple[SegmentType, float, float | None, float | None]:
    return (step.type, step.duration_min, step.intensity_low_pct, step.intensity_high_pct)
