"""Cycling: % of FTP, Coggan's levels."""

from typing import Final

from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import Band, Sport, WorkoutType
from plan_pipeline.core.sports.sport import Levels, SessionTypes, SportRecord, Words, Zone

CYCLING: Final = SportRecord(
    sport=Sport.CYCLING,
    types=(
        WorkoutType.REST,
        WorkoutType.RECOVERY,
        WorkoutType.ENDURANCE,
        WorkoutType.TEMPO,
        WorkoutType.SWEET_SPOT,
        WorkoutType.THRESHOLD,
        WorkoutType.VO2MAX,
        WorkoutType.ANAEROBIC,
        WorkoutType.MIXED,
        WorkoutType.STRENGTH,
        WorkoutType.TEST,
        WorkoutType.OPENERS,
    ),
    parts=SessionTypes(
        easy=WorkoutType.ENDURANCE,
        long=WorkoutType.ENDURANCE,
        recovery=WorkoutType.RECOVERY,
        brisk=WorkoutType.TEMPO,
        varied=WorkoutType.MIXED,
        threshold=WorkoutType.THRESHOLD,
        openers=WorkoutType.OPENERS,
    ),
    easier={
        WorkoutType.ANAEROBIC: WorkoutType.VO2MAX,
        WorkoutType.VO2MAX: WorkoutType.THRESHOLD,
        WorkoutType.THRESHOLD: WorkoutType.SWEET_SPOT,
        WorkoutType.SWEET_SPOT: WorkoutType.TEMPO,
        WorkoutType.MIXED: WorkoutType.TEMPO,
        WorkoutType.TEMPO: WorkoutType.ENDURANCE,
        WorkoutType.OPENERS: WorkoutType.RECOVERY,
    },
    lowest_pct={  # Coggan's levels, and the sweet spot between two of them
        WorkoutType.ANAEROBIC: 121,
        WorkoutType.VO2MAX: 106,
        WorkoutType.THRESHOLD: 96,
        WorkoutType.MIXED: 96,
        WorkoutType.OPENERS: 96,
        WorkoutType.SWEET_SPOT: 84,
    },
    delivers={
        Band.SWEET_SPOT: (WorkoutType.TEMPO, WorkoutType.SWEET_SPOT, WorkoutType.THRESHOLD, WorkoutType.MIXED),
        Band.THRESHOLD: (WorkoutType.SWEET_SPOT, WorkoutType.THRESHOLD, WorkoutType.MIXED),
        Band.VO2MAX: (WorkoutType.VO2MAX, WorkoutType.ANAEROBIC, WorkoutType.MIXED),
        Band.ANAEROBIC: (WorkoutType.VO2MAX, WorkoutType.ANAEROBIC, WorkoutType.MIXED),
    },
    zones=(
        Zone("recovery", 0, 56),
        Zone("endurance", 56, 76),
        Zone("tempo", 76, 91),
        Zone("threshold", 91, 106),
        Zone("VO2max", 106, 121),
        Zone("anaerobic", 121, 600),
    ),
    levels=Levels(zone_2_pct=76, zone_3_pct=106, intense_pct=91, severe_pct=105),
    recovery_ceiling_pct=60,
    critical_pct=100,
    segment=Segment,
    threshold="FTP",
    reserve="W′",
    words=Words(
        session="ride",
        sessions="rides",
        athlete="rider",
        doing="riding",
        done="ridden",
        intensity="power",
        off="off the bike",
        do="ride",
        note="Intensity is a percentage of threshold power (FTP); TSS is planned from normalized power (NP).",
    ),
)
