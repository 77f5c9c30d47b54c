"""Running: % of threshold speed, the speed at 88 % of VDOT, which can be held for an hour.

Zones and levels: shared facts of Daniels & Gilbert's formulas as % of that speed; the first lactate threshold is 82.3 %
of critical speed (Muniz-Pumares 2025), and critical speed is 1.02 of threshold speed.
"""

from typing import Final

from plan_pipeline.core.model.segments import RunningSegment
from plan_pipeline.core.model.vocabulary import Band, Sport, WorkoutType
from plan_pipeline.core.sports.sport import Levels, SessionTypes, SportRecord, Words, Zone

RUNNING: Final = SportRecord(
    sport=Sport.RUNNING,
    types=(
        WorkoutType.REST,
        WorkoutType.RECOVERY,
        WorkoutType.EASY,
        WorkoutType.LONG,
        WorkoutType.STEADY,
        WorkoutType.PROGRESSIVE,
        WorkoutType.MARATHON_PACE,
        WorkoutType.THRESHOLD,
        WorkoutType.CRUISE_INTERVALS,
        WorkoutType.RACE_PACE,
        WorkoutType.VO2MAX,
        WorkoutType.REPETITION,
        WorkoutType.HILLS,
        WorkoutType.RACE_SIMULATION,
        WorkoutType.CROSS_TRAINING,
        WorkoutType.STRENGTH,
        WorkoutType.TEST,
    ),
    parts=SessionTypes(
        easy=WorkoutType.EASY,
        long=WorkoutType.LONG,
        recovery=WorkoutType.RECOVERY,
        brisk=WorkoutType.STEADY,
        varied=WorkoutType.PROGRESSIVE,
        threshold=WorkoutType.THRESHOLD,
    ),
    easier={
        WorkoutType.HILLS: WorkoutType.VO2MAX,
        WorkoutType.REPETITION: WorkoutType.VO2MAX,
        WorkoutType.VO2MAX: WorkoutType.RACE_PACE,
        WorkoutType.RACE_PACE: WorkoutType.CRUISE_INTERVALS,
        WorkoutType.RACE_SIMULATION: WorkoutType.RACE_PACE,
        WorkoutType.CRUISE_INTERVALS: WorkoutType.THRESHOLD,
        WorkoutType.THRESHOLD: WorkoutType.STEADY,
        WorkoutType.MARATHON_PACE: WorkoutType.STEADY,
        WorkoutType.PROGRESSIVE: WorkoutType.STEADY,
        WorkoutType.STEADY: WorkoutType.EASY,
    },
    lowest_pct={
        WorkoutType.REPETITION: 112,
        WorkoutType.VO2MAX: 106,
        WorkoutType.HILLS: 106,
        WorkoutType.RACE_PACE: 102,
        WorkoutType.CRUISE_INTERVALS: 96,
        WorkoutType.THRESHOLD: 96,
        WorkoutType.MARATHON_PACE: 92,
        WorkoutType.RACE_SIMULATION: 92,
        WorkoutType.PROGRESSIVE: 84,
        WorkoutType.STEADY: 84,
    },
    delivers={
        Band.SWEET_SPOT: (
            WorkoutType.STEADY,
            WorkoutType.PROGRESSIVE,
            WorkoutType.LONG,
            WorkoutType.MARATHON_PACE,
            WorkoutType.RACE_SIMULATION,
        ),
        Band.THRESHOLD: (
            WorkoutType.THRESHOLD,
            WorkoutType.CRUISE_INTERVALS,
            WorkoutType.RACE_PACE,
            WorkoutType.PROGRESSIVE,
            WorkoutType.MARATHON_PACE,
            WorkoutType.RACE_SIMULATION,
        ),
        Band.VO2MAX: (WorkoutType.VO2MAX, WorkoutType.HILLS, WorkoutType.RACE_PACE, WorkoutType.REPETITION),
        Band.ANAEROBIC: (WorkoutType.REPETITION, WorkoutType.HILLS),
    },
    zones=(
        Zone("recovery", 0, 72),
        Zone("easy", 72, 84),
        Zone("steady", 84, 92),
        Zone("marathon", 92, 96),
        Zone("threshold", 96, 102),
        Zone("10 km", 102, 106),
        Zone("VO2max", 106, 112),
        Zone("repetition", 112, 600),
    ),
    levels=Levels(zone_2_pct=84, zone_3_pct=102, intense_pct=96, severe_pct=106),
    recovery_ceiling_pct=76,
    critical_pct=102,
    segment=RunningSegment,
    threshold="threshold speed",
    words=Words(
        session="run",
        sessions="runs",
        athlete="runner",
        doing="running",
        done="run",
        intensity="pace",
        off="off the feet",
        do="run",
        note=(
            "Intensity is a percentage of threshold speed, the speed that can be held for an hour; paces are those of "
            "flat ground in good weather. TSS is planned from speed, and is not that of other sports."
        ),
    ),
    unmeasured=(WorkoutType.CROSS_TRAINING, WorkoutType.STRENGTH),
    refused_words={
        "tempo": "which is marathon pace to some and threshold to others; say steady, marathon pace or threshold"
    },
)
