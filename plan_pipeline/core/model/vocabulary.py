"""The closed sets of words that requests, workouts and plans are written in.

Input is read leniently (``"Sweet Spot"``, ``"sweetspot"``, ``"tue"``), output is always the member's value.
"""

from __future__ import annotations

import math

from plan_pipeline.core.word import Word


class Weekday(Word):
    """A day of the week; weeks run from Monday to Sunday."""

    MONDAY = "Monday"
    TUESDAY = "Tuesday"
    WEDNESDAY = "Wednesday"
    THURSDAY = "Thursday"
    FRIDAY = "Friday"
    SATURDAY = "Saturday"
    SUNDAY = "Sunday"

    @classmethod
    def _aliases(cls) -> dict[str, str]:
        short = {day.value[:letters].lower(): day.value.lower() for day in cls for letters in (2, 3)}
        return short | {"tues": "tuesday", "weds": "wednesday", "thur": "thursday", "thurs": "thursday"}

    @property
    def position(self) -> int:
        """0 for Monday to 6 for Sunday."""
        return _WEEKDAY_POSITION[self]

    @property
    def is_weekend(self) -> bool:
        return self in (Weekday.SATURDAY, Weekday.SUNDAY)


_WEEKDAY_POSITION = {day: i for i, day in enumerate(Weekday)}


class Sport(Word):
    """What is trained; intensity is a percentage of threshold in every sport."""

    CYCLING = "cycling"
    RUNNING = "running"

    @classmethod
    def _aliases(cls) -> dict[str, str]:
        return {**dict.fromkeys(("bike", "cycle", "ride"), "cycling"), "run": "running"}


def is_cycling(sport: object) -> bool:
    """Whether a field says the sport that is meant where none is named; it is then not written."""
    return sport is Sport.CYCLING


class WorkoutType(Word):
    """The kind of stimulus a day is for."""

    REST = "rest"
    RECOVERY = "recovery"
    ENDURANCE = "endurance"
    TEMPO = "tempo"
    SWEET_SPOT = "sweet_spot"
    THRESHOLD = "threshold"
    VO2MAX = "vo2max"
    ANAEROBIC = "anaerobic"
    MIXED = "mixed"
    STRENGTH = "strength"
    TEST = "test"
    OPENERS = "openers"
    EASY = "easy"
    LONG = "long"
    STEADY = "steady"
    PROGRESSIVE = "progressive"
    MARATHON_PACE = "marathon_pace"
    CRUISE_INTERVALS = "cruise_intervals"
    RACE_PACE = "race_pace"
    REPETITION = "repetition"
    HILLS = "hills"
    RACE_SIMULATION = "race_simulation"
    CROSS_TRAINING = "cross_training"

    @classmethod
    def _aliases(cls) -> dict[str, str]:
        return dict.fromkeys(("restday", "off", "dayoff"), "rest")

    @property
    def is_hard(self) -> bool:
        """Whether a day of this type counts towards the week's hard days."""
        return self in _HARD_TYPES

    @property
    def is_demanding(self) -> bool:
        """Whether a day of this type may hold hard work, so that it keeps its distance from others like it."""
        return self.is_hard or self in _VARIED_TYPES

    @property
    def is_flexible(self) -> bool:
        """Whether a day of this type takes up the week's slack before any other."""
        return self in _FLEXIBLE_TYPES


_HARD_TYPES = frozenset(
    {
        WorkoutType.SWEET_SPOT,
        WorkoutType.THRESHOLD,
        WorkoutType.VO2MAX,
        WorkoutType.ANAEROBIC,
        WorkoutType.TEST,
        WorkoutType.MARATHON_PACE,
        WorkoutType.CRUISE_INTERVALS,
        WorkoutType.RACE_PACE,
        WorkoutType.REPETITION,
        WorkoutType.HILLS,
        WorkoutType.RACE_SIMULATION,
    }
)
_VARIED_TYPES = frozenset({WorkoutType.MIXED, WorkoutType.PROGRESSIVE})
_FLEXIBLE_TYPES = frozenset(
    {
        WorkoutType.ENDURANCE,
        WorkoutType.MIXED,
        WorkoutType.RECOVERY,
        WorkoutType.EASY,
        WorkoutType.LONG,
        WorkoutType.CROSS_TRAINING,
    }
)


class SegmentType(Word):
    """The role of a step within a workout."""

    WARMUP = "warmup"
    STEADY = "steady"
    ENDURANCE = "endurance"
    TEMPO = "tempo"
    INTERVAL = "interval"
    RECOVERY = "recovery"
    COOLDOWN = "cooldown"
    STRENGTH = "strength"
    WALK = "walk"
    STRIDE = "stride"
    HILL = "hill"
    RACE_PACE = "race_pace"


class Target(Word):
    """What a step of running goes by: a pace, the pace of a race, or effort where no pace would mean anything."""

    PACE = "pace"
    RACE = "race"
    EFFORT = "effort"


class ScalingStrategy(Word):
    """Which parts of a workout give way first when its duration has to change."""

    FIXED = "fixed"
    ADD_SETS = "add_sets"
    PROPORTIONAL = "proportional"
    EXTEND_MAIN = "extend_main"
    EXTEND_RECOVERY = "extend_recovery"


class DayKind(Word):
    """The two kinds of day that duration profiles and library workouts distinguish."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"

    @classmethod
    def of(cls, weekday: Weekday) -> DayKind:
        return cls.WEEKEND if weekday.is_weekend else cls.WEEKDAY


class Phase(Word):
    """What a week of the plan is for. ``foundation`` is read as ``base``."""

    BASE = "base"
    BUILD = "build"
    PEAK = "peak"
    RECOVERY = "recovery"
    TAPER = "taper"

    @classmethod
    def _aliases(cls) -> dict[str, str]:
        return {"foundation": "base"}

    @property
    def is_light(self) -> bool:
        """Whether validation holds the week to the stricter tolerances."""
        return self in (Phase.RECOVERY, Phase.TAPER)


class WeekType(Word):
    """A week's place in the load cycle. The name of a load week's phase is read as ``load``."""

    LOAD = "load"
    RECOVERY = "recovery"
    TAPER = "taper"
    EVENT = "event"

    @classmethod
    def _aliases(cls) -> dict[str, str]:
        return {**dict.fromkeys(("foundation", "base", "build", "peak"), "load"), "race": "event"}

    @property
    def is_taper(self) -> bool:
        """Whether the week leads to an event."""
        return self in (WeekType.TAPER, WeekType.EVENT)


class ExperienceLevel(Word):
    """How used to structured training the athlete is."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class VolumeTier(Word):
    """How much a runner runs by now, as standard plans are graded."""

    LOW = "low"
    MID = "mid"
    HIGH = "high"


class CourseProfile(Word):
    """What the course of a race is like."""

    FLAT = "flat"
    HILLY = "hilly"
    TRAIL = "trail"


class Requirement(Word):
    """What a workout cannot be done without."""

    HILLS = "hills"
    OUTDOORS = "outdoors"
    TRACK = "track"
    TRAIL = "trail"
    TREADMILL = "treadmill"


class EventPriority(Word):
    """What an event is to a season: the aim of a plan (A), raced after a small taper (B), or part of training (C)."""

    A = "A"
    B = "B"
    C = "C"

    @classmethod
    def _aliases(cls) -> dict[str, str]:
        return {
            spelling: letter.value
            for letter in cls
            for word in ("race", "event", "priority")
            for spelling in (f"{letter.value.lower()}{word}", f"{word}{letter.value.lower()}")
        }


class Constraint(Word):
    """What an athlete cannot do, wherever it would be asked of them."""

    NO_HILLS = "no_hills"
    INDOOR_ONLY = "indoor_only"
    NO_TRACK = "no_track"
    NO_TRAIL = "no_trail"
    NO_TREADMILL = "no_treadmill"

    @classmethod
    def _aliases(cls) -> dict[str, str]:
        return {
            **dict.fromkeys(("nohill", "flat", "flatonly"), "no_hills"),
            **dict.fromkeys(("indoor", "indoors", "indoorsonly"), "indoor_only"),
        }

    @property
    def forbids(self) -> frozenset[Requirement]:
        """What no workout may require."""
        return _FORBIDDEN[self]


_FORBIDDEN = {
    Constraint.NO_HILLS: frozenset({Requirement.HILLS}),
    Constraint.INDOOR_ONLY: frozenset({Requirement.HILLS, Requirement.OUTDOORS, Requirement.TRACK, Requirement.TRAIL}),
    Constraint.NO_TRACK: frozenset({Requirement.TRACK}),
    Constraint.NO_TRAIL: frozenset({Requirement.TRAIL}),
    Constraint.NO_TREADMILL: frozenset({Requirement.TREADMILL}),
}


class Band(Word):
    """Intensity that minutes are counted in, % of threshold: from 84, from 96, from 106 to 120, and above."""

    SWEET_SPOT = "84-95"
    THRESHOLD = "96-105"
    VO2MAX = "106-120"
    ANAEROBIC = "over-120"

    @property
    def begins_pct(self) -> float:
        """% of threshold that the band begins at; the last one begins above it."""
        return _BAND_BEGINS_PCT[self]

    @property
    def ends_pct(self) -> float:
        """% of threshold that the next band begins at; infinity for the last."""
        return _BAND_ENDS_PCT[self]


_BAND_BEGINS_PCT = {Band.SWEET_SPOT: 84.0, Band.THRESHOLD: 96.0, Band.VO2MAX: 106.0, Band.ANAEROBIC: 120.0}
_BAND_ENDS_PCT = dict(zip(Band, [*list(_BAND_BEGINS_PCT.values())[1:], math.inf], strict=True))


class DayRole(Word):
    """What a day is for in the plan as a whole, beyond its type.

    ``late_work`` is a long ride with work in its last third, ``long_quality`` a long run that is a key session as well,
    ``back_to_back`` the long ride on the day beside the other one, ``sharpening`` the last sharp session before an
    event.
    """

    LONG_RIDE = "long_ride"
    LATE_WORK = "late_work"
    LONG_QUALITY = "long_quality"
    BACK_TO_BACK = "back_to_back"
    SHARPENING = "sharpening"

    @property
    def is_long(self) -> bool:
        """Whether the day holds one of the plan's long rides."""
        return self is not DayRole.SHARPENING


class WorkoutSource(Word):
    """Where workouts come from."""

    LIBRARY = "library"
    LLM = "llm"


class TssMethod(Word):
    """How a stored TSS was computed."""

    NP30 = "tss_np30"
    IF2 = "tss_if2"
    RTSS = "rtss_ngp30"
    NONE = "none"


class Scenario(Word):
    """Which reading of a week was the one validation judged it by."""

    ALL_WORKOUTS = "all_workouts"
    WITHOUT_RECOVERY = "without_recovery"
    AUTO_FIXED = "auto_fixed"


class PlanStatus(Word):
    """How the generation of a plan ended."""

    PUBLISHED = "published"
    REJECTED = "rejected"
    INFEASIBLE = "infeasible"
    ERROR = "error"


LEGACY, ADJUSTED, OPTIMAL = "legacy", "adjusted", "optimal"
"""The built-in arms by name; the registry ``ARMS`` may have others."""

BY_RULES, BY_ANTHROPIC = "rules", "anthropic"
"""Who writes the weekly overview, by name; the registry ``OVERVIEW_WRITERS`` may have others."""
