"""What each key workout is for, in one sentence."""

from plan_pipeline.core.coach_texts import phrases
from plan_pipeline.core.coach_texts.key_workouts import Dose, Key, dose_of
from plan_pipeline.core.coach_texts.phrases import Turns
from plan_pipeline.core.model.events import UNNAMED
from plan_pipeline.core.model.plan import PlanMetadata, PlanWeek, Workout
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import Phase, WorkoutType
from plan_pipeline.core.overview.words import hours_of


class Purposes:
    """Writes the purposes of a plan's workouts, week after week."""

    def __init__(self, meta: PlanMetadata, longest_ride_min: float) -> None:
        self._meta = meta
        self._longest_min = longest_ride_min
        self._turns = Turns()
        self._last: dict[WorkoutType, Dose] = {}

    def of(self, week: PlanWeek, workout: Workout, key: Key) -> str:
        """The sentence on a key workout."""
        match key:
            case Key.TEST:
                return self._turns.next(phrases.TESTS)
            case Key.OPENERS:
                return self._turns.next(phrases.OPENERS).format(event=self._event_after(week))
            case Key.SHARPENING:
                return self._turns.next(phrases.SHARPENING)
            case Key.LONG_RIDE | Key.LATE_WORK:
                return self._of_long_ride(week, workout, key)
            case Key.WORK:
                return self._of_work(workout)

    def _event_after(self, week: PlanWeek) -> str:
        events = self._meta.every_event_in(week.week_number)
        event = events[-1] if events else self._meta.event
        return "the event" if event is None or event.name == UNNAMED else one_line(event.name)

    def _of_long_ride(self, week: PlanWeek, workout: Workout, key: Key) -> str:
        if week.phase in (Phase.RECOVERY, Phase.TAPER):
            return self._turns.next(phrases.LIGHT_LONG_RIDE)
        if key is Key.LATE_WORK:
            return self._turns.next(phrases.LATE_WORK)
        if workout.duration_min == self._longest_min:
            return self._turns.next(phrases.LONGEST_RIDE).format(length=hours_of(workout.duration_min))
        return self._turns.next(self._long_rides)

    @property
    def _long_rides(self) -> tuple[str, ...]:
        return phrases.LONG_RIDE if self._meta.event is not None else phrases.LONG_RIDE_NO_EVENT

    def _of_work(self, workout: Workout) -> str:
        aims = phrases.AIMS.get(workout.type, phrases.AIMS[WorkoutType.ENDURANCE])
        aim, dose = self._turns.next(aims), dose_of(workout)
        if dose is None:
            return self._turns.next(phrases.WITHOUT_DOSE).format(aim=aim)
        said = f"{dose}{self._more_than_last_time(workout.type, dose)}"
        return self._turns.next(phrases.WITH_DOSE).format(dose=said, Dose=said, aim=aim)

    def _more_than_last_time(self, kind: WorkoutType, dose: Dose) -> str:
        last, self._last[kind] = self._last.get(kind), dose
        if last is None or last[1:] != dose[1:] or dose.efforts <= last.efforts:
            return ""
        more = dose.efforts - last.efforts
        return f" ({'one' if more == 1 else more} more than last time)"
