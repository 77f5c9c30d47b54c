"""The type of a workout, by what is done in it: of a ride here, of a run in ``running_types``."""

import re
from collections.abc import Sequence
from typing import Final

from plan_pipeline.core.content.session import SessionContent, session_content
from plan_pipeline.core.model.segments import Segment
from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.library.inference.running_types import type_of_run

RECOVERY_UP_TO_PCT: Final = 60.0
TEMPO_FROM_PCT: Final = 76.0
SWEET_SPOT_FROM_PCT: Final = 87.0
THRESHOLD_FROM_PCT: Final = 96.0

USUAL_DOSE_MIN: Final = {
    WorkoutType.ANAEROBIC: 4.0,
    WorkoutType.VO2MAX: 9.0,
    WorkoutType.THRESHOLD: 14.0,
    WorkoutType.SWEET_SPOT: 20.0,
    WorkoutType.TEMPO: 26.0,
}
"""Minutes at the intensity of a type that a session of it has in the library; four in five of the library's workouts
are found again by them, and most others are mixed ones."""

LEAST_DOSE: Final = 0.4
FULL_DOSE: Final = 0.9
"""Shares of the usual dose: below the first a ride is endurance, below the second it is where it is easy as a whole."""

EASY_AS_A_WHOLE: Final = 0.70
HARD_AS_A_WHOLE: Final = 0.80
"""Intensity factors of endurance rides with something in them, and of long sessions of one type."""

BESIDE_SHARE: Final = 0.6
BESIDE_DOSE: Final = 0.3
"""A second type makes a session mixed from so much of the first one's dose on, and of its own usual one."""

TEMPO_SHARE: Final = 0.2
"""Of a ride's minutes at tempo, below which it is endurance."""

LONG_MIN: Final = 150.0
OPENERS_UP_TO_MIN: Final = 75.0

_TEST = re.compile(r"\btest\b", re.IGNORECASE)
_OPENERS = re.compile(r"\b(opener|openers|activation|primer)\b", re.IGNORECASE)


def type_of(segments: Sequence[Segment], name: str, sport: Sport = Sport.CYCLING) -> WorkoutType:
    """The type whose usual dose a session of a sport has most of. Tests and openers are told by their name."""
    return _TYPE_OF[sport](segments, name)


def _type_of_ride(segments: Sequence[Segment], name: str) -> WorkoutType:
    content = session_content(tuple(segments))
    if not content.stretches:
        return WorkoutType.STRENGTH
    if _TEST.search(name):
        return WorkoutType.TEST
    if max(max(start, end) for _, start, end in content.stretches) <= RECOVERY_UP_TO_PCT:
        return WorkoutType.RECOVERY
    if _OPENERS.search(name) and content.minutes <= OPENERS_UP_TO_MIN:
        return WorkoutType.OPENERS
    return _by_dose(content)


def _by_dose(content: SessionContent) -> WorkoutType:
    tempo = content.minutes_from(TEMPO_FROM_PCT) - content.minutes_from(SWEET_SPOT_FROM_PCT)
    minutes = {
        WorkoutType.ANAEROBIC: content.bands.anaerobic,
        WorkoutType.VO2MAX: content.bands.vo2max,
        WorkoutType.THRESHOLD: content.bands.threshold,
        WorkoutType.SWEET_SPOT: content.minutes_from(SWEET_SPOT_FROM_PCT) - content.minutes_from(THRESHOLD_FROM_PCT),
        WorkoutType.TEMPO: tempo,
    }
    doses = sorted(((minutes[kind] / usual, kind) for kind, usual in USUAL_DOSE_MIN.items()), reverse=True)
    (most, kind), (second, other) = doses[:2]
    is_easy = content.intensity_factor < EASY_AS_A_WHOLE and most < FULL_DOSE and kind is not WorkoutType.ANAEROBIC
    if most < LEAST_DOSE or is_easy or (kind is WorkoutType.TEMPO and tempo < TEMPO_SHARE * content.minutes):
        return WorkoutType.ENDURANCE
    is_one_effort = {kind, other} == {WorkoutType.TEMPO, WorkoutType.SWEET_SPOT} and kind is WorkoutType.TEMPO
    if second >= max(BESIDE_SHARE * most, BESIDE_DOSE) and not is_one_effort:
        return WorkoutType.MIXED
    is_long = content.minutes >= LONG_MIN and content.intensity_factor < HARD_AS_A_WHOLE
    return WorkoutType.MIXED if is_long and kind is not WorkoutType.TEMPO else kind


_TYPE_OF: Final = {Sport.CYCLING: _type_of_ride, Sport.RUNNING: type_of_run}
