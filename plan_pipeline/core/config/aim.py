"""What a plan can be for, a goal or an event of a type: how its load weeks are spent, and what its long ride is."""

import operator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from plan_pipeline.core.config.values import ByLevel, Count, Id, Kilometres, Minutes, Sentence, Share
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.vocabulary import Band, ExperienceLevel, Phase, VolumeTier, WorkoutType
from plan_pipeline.core.model.written import Number, Truth, WholeNumber
from plan_pipeline.core.paces.vdot import RaceDistance

Alternatives = Annotated[tuple[WorkoutType, ...], Field(min_length=1)]
"""What one key session is: a type, or several that take turns from load week to load week."""

Sessions = tuple[Alternatives, ...]
"""The key sessions of a week, the most important first; a week has as many of them as level and days allow."""


class PhasePlan(Frozen):
    """A stretch of load weeks: its share of them all, what it is for, and its key sessions.

    ``purpose`` goes on after "Weeks 3 to 6 …": *raise threshold power*. ``for_level`` has other sessions for a level.
    """

    phase: Literal[Phase.BASE, Phase.BUILD, Phase.PEAK]
    purpose: Sentence
    share: Annotated[Number, Field(gt=0, le=1)]
    sessions: Sessions
    for_level: dict[ExperienceLevel, Sessions] = Field(default_factory=dict)

    def sessions_of(self, level: ExperienceLevel) -> Sessions:
        """The key sessions for a level."""
        return self.for_level.get(level, self.sessions)


class MinutesTarget(Frozen):
    """Minutes in some bands together that a load week is to have: from the first week of its span to the last.

    The span is a share of the load weeks. ``least`` is what a week must have to count as one for the aim. Both follow
    the hours where those are few or many, as ``week.yaml`` has it, unless ``follows_hours`` is false. There are none
    before ``from_week``, nor in a band that the level's first weeks do not hold yet. Of several targets the first whose
    span holds a week is what the week is mainly for.
    """

    bands: tuple[Band, ...] = Field(min_length=1)
    weekly: ByLevel[tuple[Minutes, Minutes]]
    least: ByLevel[Minutes]
    from_week: ByLevel[Count] = ByLevel[Count](beginner=1, intermediate=1, advanced=1)
    from_share: Share = 0.0
    to_share: Share = 1.0
    follows_hours: Truth = True

    @model_validator(mode="after")
    def _span_is_sound(self) -> Self:
        if self.from_share >= self.to_share:
            raise ValueError(f"from_share {self.from_share:g} must be below to_share {self.to_share:g}")
        return self


class BackToBack(Frozen):
    """Two long rides on consecutive days: on how many weekends at most, in which phases, and how far apart.

    Each ride has ``least_share`` of the long ride's target, the second ``wanted_share`` of the first; the last pair is
    ``last_days_before`` the event or earlier.
    """

    weekends: Count
    phases: tuple[Phase, ...]
    every_weeks: Annotated[WholeNumber, Field(ge=2)] = 3
    least_share: Share = 0.5
    wanted_share: Share = 0.6
    last_days_before: Count = 14


class LongPattern(Frozen):
    """What the long runs of a stretch of a phase are laid out like; the stretch is a share of its load weeks.

    Of several ``patterns`` the one that came least often so far is taken. With ``quality`` the run is a key session as
    well. ``kind`` is another type than the long run's, such as a race simulation.
    """

    phase: Literal[Phase.BASE, Phase.BUILD, Phase.PEAK]
    from_share: Share = 0.0
    to_share: Share = 1.0
    patterns: tuple[Id, ...] = Field(min_length=1)
    quality: Truth = False
    kind: WorkoutType | None = None


class LongRideDemand(Frozen):
    """What the longest ride is to come to: the least of these, within the day's cap.

    ``duration_share`` is of the event's expected duration, ``hours_share`` of a load week's hours. With ``works_late``
    some long rides hold work in their last third. ``last_days_before`` (least, most) is when the last of the longest
    rides is, where that is not as ``week.yaml`` has it.
    """

    duration_share: Annotated[Number, Field(gt=0, le=1.5)] | None = None
    hours_share: Share
    longest_min: Minutes
    works_late: Truth = False
    last_days_before: tuple[Count, Count] | None = None
    back_to_back: BackToBack | None = None
    patterns: tuple[LongPattern, ...] = Field(default=(), exclude_if=operator.not_)


DayBefore = Annotated[WholeNumber, Field(ge=-14, le=-1)]
"""A day before an event, counted from it."""


class Taper(Frozen):
    """The last days before an event. Days are counted from it: -4 is four days before.

    ``shares`` are of the volume of late in the weeks of a taper of that many, the event's own as if it were whole; the
    last so many of them hold for a shorter taper. Without any they are those of ``week.yaml``.

    A taper lasts ``days`` (least, most). The last sharp session is on the first of ``sharpen_on`` that is free, with
    ``sharpen_min`` (least, most) minutes from ``sharpen_from_pct``. Openers are on ``openers_on``, if at all.
    """

    days: tuple[Count, Count]
    sharpen_on: tuple[DayBefore, ...] = Field(min_length=1)
    sharpen_types: Alternatives
    sharpen_from_pct: Number = 96.0
    sharpen_min: tuple[Minutes, Minutes] = (4.0, 12.0)
    openers_on: DayBefore = -1
    openers: Literal["always", "optional", "never"] = "always"
    shares: tuple[Share, ...] = Field(default=(), exclude_if=operator.not_)

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        for field in ("days", "sharpen_min"):
            least, most = getattr(self, field)
            if least > most:
                raise ValueError(f"{field}: {least:g} is more than {most:g}; write the least first")
        return self


class StandardPhases(Frozen):
    """A plan of a length that others are fitted from: load weeks of each phase, in the order of the phases."""

    weeks: Count
    load_weeks: tuple[Count, ...] = Field(min_length=1)


class Tier(Frozen):
    """What runners of a tier run: kilometres a week at the start and at the peak, and in the longest run, each as least
    and most; the most of the week that the long run may be, and the most days.
    """

    start_km: tuple[Kilometres, Kilometres]
    peak_km: tuple[Kilometres, Kilometres]
    longest_km: tuple[Kilometres, Kilometres]
    long_share: Share
    most_days: Annotated[WholeNumber, Field(ge=1, le=7)]


class Aim(Frozen):
    """What goals and events have in common.

    ``purpose`` goes on after "to …". ``aliases`` are other spellings of the id, ``words`` what free texts name it by.
    ``sessions_a_week`` are key sessions, at most; ``onset_week`` is the load week by which the first of them comes.
    ``tests`` are the workouts that measure it by id, the best first; without any they are those of ``week.yaml``.
    """

    id: Id
    name: Sentence
    purpose: Sentence
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    source: Sentence
    phases: tuple[PhasePlan, ...] = Field(min_length=1)
    minutes: tuple[MinutesTarget, ...] = ()
    sessions_a_week: ByLevel[Count]
    onset_week: ByLevel[Count]
    long_ride: LongRideDemand
    tests: tuple[Id, ...] = ()
    tests_from_weeks: Count
    """Plans from this length on hold tests."""

    first_test_week: Count | None = None
    """The week of the first test where it is not the usual one."""

    volume_shares: tuple[Share, ...] = ()
    """Hours of the first load weeks where they are below the usual, one a week, as shares of a load week."""

    standard: tuple[StandardPhases, ...] = Field(default=(), exclude_if=operator.not_)
    """The plans that phases are fitted from, where they are not by shares alone."""

    tiers: dict[VolumeTier, Tier] = Field(default_factory=dict, exclude_if=operator.not_)

    beginner_weeks: Count = 0
    """So many first weeks are held to the limits of a beginner, whatever the level."""

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        total = sum(phase.share for phase in self.phases)
        if abs(total - 1) > 0.001:
            raise ValueError(f"phases: their shares add up to {total:g}; let them add up to 1")
        return self


class Goal(Aim):
    """A goal without an event."""

    tests_from_weeks: Count = 6

    needs_tests: Truth = False
    """Only a test shows whether the goal is reached, so that a plan without one is warned of."""


class EventType(Aim):
    """A kind of event.

    Its expected duration is ``default_duration_min`` unless the request has one, or a distance, which is ridden at
    ``speed_km_h``; ``climbing_min_per_100_m`` is added for its elevation. ``intensity`` is the usual share of
    threshold. ``demand`` says in words what it asks for. A running race over a distance that times are worked out for
    has a ``race``; a plan for beginners is no shorter than ``least_weeks_for_beginners``.
    """

    demand: Sentence
    race: RaceDistance | None = Field(default=None, exclude_if=operator.not_)
    least_weeks_for_beginners: Count = Field(default=0, exclude_if=operator.not_)
    default_duration_min: Minutes
    speed_km_h: Annotated[Number, Field(gt=0, le=80)]
    climbing_min_per_100_m: Annotated[Number, Field(ge=0, le=60)] = 0.0
    intensity: tuple[Share | Annotated[Number, Field(le=2)], Number]
    taper: Taper
    tests_from_weeks: Count = 10
