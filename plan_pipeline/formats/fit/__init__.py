"""FIT, the workout files of head units and watches: written with fit-tool, read with fitdecode.

Sets are repeat steps, and the role of a step is its intensity. FIT has no ramps: a step has a band, which is read as a
ramp in a warm-up, in a cool-down and, in a ride, where the step's name says so. Power is in % of threshold, the speed
of a run in m/s.
"""

from typing import Final

from plan_pipeline.core.model.vocabulary import SegmentType

WATTS_FROM: Final = 1000
"""What power in a step begins at where it is in watts; below it is in % of threshold."""

RAMP: Final = "Ramp"
FALLING: Final = "Ramp down"
"""How the name of a step begins whose band is a ramp, though it is neither warm-up nor cool-down."""

DEVELOPMENT: Final = 255
"""The manufacturer's number that is nobody's."""

RUNNERS_PRODUCT: Final = 1
"""The product of our files that are for runners, which tells their strength training from that of riders."""

INTENSITIES: Final = {
    SegmentType.WARMUP: "WARMUP",
    SegmentType.COOLDOWN: "COOLDOWN",
    SegmentType.RECOVERY: "RECOVERY",
    SegmentType.INTERVAL: "INTERVAL",
    SegmentType.WALK: "RECOVERY",
    SegmentType.STRIDE: "INTERVAL",
    SegmentType.HILL: "INTERVAL",
    SegmentType.RACE_PACE: "INTERVAL",
}
RAMPS: Final = (SegmentType.WARMUP, SegmentType.COOLDOWN)
