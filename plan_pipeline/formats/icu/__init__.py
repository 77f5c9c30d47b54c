"""The text that workouts are written in at Intervals.icu: a line a step, sets as ``3x`` above their steps.

Steps are ``- <what the athlete reads> 10m 50%`` or ``- 10m ramp 50-75%``, and of a run ``- 10m 78-82% Pace`` or
``- 400mtr 108% Pace``, where ``m`` is minutes; blank lines part sets from what is around them, and no set is in
another.
"""

from typing import Final

from plan_pipeline.core.model.vocabulary import SegmentType

NAME: Final = "# "
"""Begins the line that has the name, which is a field of its own at Intervals.icu."""

OFF_THE_BIKE: Final = "Off the bike"
OFF_THE_FEET: Final = "In place of a run"
"""The remarks of sessions whose steps have no target because they are not ridden or run; after the second it says what
is done."""

RUN_BY_EFFORT: Final = "A run by effort"
"""The remark of a run that has no pace in any step, by which it is told from a ride."""

SECTIONS: Final = {SegmentType.WARMUP: "Warmup", SegmentType.COOLDOWN: "Cooldown"}
