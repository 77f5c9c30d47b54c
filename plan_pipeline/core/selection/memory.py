"""What the weeks so far have used, on which a week's points depend."""

import math
from collections.abc import Sequence

from plan_pipeline.core.config.week_settings import LongRideSettings
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.model.workout import LibraryWorkout

REST_USES = 2
"""A workout does not come back within the last two uses of its type."""

WORK_FROM_106_MIN = 4.0
"""Fewer minutes at or above 106 % of threshold are spin-ups, and no work."""

FIRST_SESSIONS = 2
"""So many sessions at or above 106 % are a plan's first ones."""

FAMILIAR_WEEKS = 4
"""A structure seen within this many weeks is familiar, the more so the more recent."""


ALIKE_MIN = 5.0
"""A session is about as long as another that differs by no more."""

Session = tuple[str, float]
"""A workout by its id, and its minutes."""


class Memory:
    """What the weeks so far have used; the only thing one week's choice knows of another's."""

    def __init__(self, long_ride: LongRideSettings, longest_min: float | None = None) -> None:
        self._long_ride = long_ride
        self._uses: dict[WorkoutType, list[tuple[int, str]]] = {}
        """Week and fingerprint of every use of a type, in order."""

        self._variants: dict[WorkoutType, list[str]] = {}
        """The variant of every use of a type, in order."""

        self._in_light_weeks: dict[int, set[str]] = {}
        """The workouts that light weeks had as their first session, their second and so on, by id."""

        self._weeks: dict[int, list[Session]] = {}
        """The sessions that each week has so far, in order."""

        self._longest: dict[int, float] = {} if longest_min is None else {0: longest_min}
        self.levels: dict[str, int] = {}
        """The step that each series begun so far has come to."""

        self.tests: set[str] = set()
        """The tests ridden so far, by workout id."""

        self.sessions_from_106 = 0
        """Sessions so far with work at or above 106 % of threshold."""

    def add(self, week: OverviewWeek, workout: LibraryWorkout, minutes: float, from_106_min: float = 0.0) -> None:
        """Remember a use. A light week's step back does not count as the series' last step."""
        self.sessions_from_106 += from_106_min >= WORK_FROM_106_MIN and workout.type is not WorkoutType.TEST
        self._longest[week.week_number] = max(self._longest.get(week.week_number, 0.0), minutes)
        self._uses.setdefault(workout.type, []).append((week.week_number, workout.fingerprint))
        self._variants.setdefault(workout.type, []).append(workout.variant)
        sessions = self._weeks.setdefault(week.week_number, [])
        if week.phase.is_light:
            self._in_light_weeks.setdefault(len(sessions), set()).add(workout.id)
        sessions.append((workout.id, minutes))
        if workout.type is WorkoutType.TEST:
            self.tests.add(workout.id)
        if workout.series and not week.phase.is_light:
            self.levels[workout.series.id] = workout.series.level

    @property
    def is_new_to_106(self) -> bool:
        """Whether the plan's next session at or above 106 % is among its first."""
        return self.sessions_from_106 < FIRST_SESSIONS

    def resting(self, workout_type: WorkoutType) -> set[str]:
        """The structures that are among the last two uses of their type, by fingerprint."""
        return {fingerprint for _, fingerprint in self._uses.get(workout_type, [])[-REST_USES:]}

    def variants(self, workout_type: WorkoutType) -> tuple[str, ...]:
        """How the workouts of a type were laid out so far, the last one last."""
        return tuple(self._variants.get(workout_type, ()))

    def in_light_weeks(self, place: int) -> set[str]:
        """What light weeks so far had as their first session (0), their second (1) and so on, by workout id."""
        return self._in_light_weeks.get(place, set())

    def week_like(self, sessions: Sequence[Session]) -> Sequence[Session] | None:
        """A week before that had the workouts of ``sessions`` in their order, each about as long, if there is one."""
        return next((each for each in self._weeks.values() if _are_alike(each, sessions)), None)

    def longest_allowed_min(self, week: int) -> float:
        """The longest ride of a week that grows step by step from those of the weeks before; infinite without any."""
        weeks = range(week - self._long_ride.over_weeks, week)
        longest = max([self._longest.get(earlier, 0.0) for earlier in weeks], default=0.0)
        return longest + self._long_ride.step_after(longest) if longest else math.inf

    def familiar(self, workout_type: WorkoutType, week: int) -> dict[str, float]:
        """Structures used lately, by fingerprint: 1 for one used this week, falling to 0 in ``FAMILIAR_WEEKS``."""
        lately: dict[str, float] = {}
        for at, fingerprint in reversed(self._uses.get(workout_type, ())):
            if week - at >= FAMILIAR_WEEKS:
                break
            lately.setdefault(fingerprint, 1 - (week - at) / FAMILIAR_WEEKS)
        return lately


def _are_alike(week: Sequence[Session], other: Sequence[Session]) -> bool:
    return len(week) == len(other) and all(
        one == another and abs(minutes - others) <= ALIKE_MIN
        for (one, minutes), (another, others) in zip(week, other, strict=True)
    )
