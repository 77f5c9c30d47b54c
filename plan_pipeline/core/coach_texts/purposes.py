"""What each key workout is for, in one sentence."""

from plan_pipeline.core.coach_texts.key_workouts import Dose, Key, dose_of
from plan_pipeline.core.coach_texts.phrases import Phrases, Pool, Turns
from plan_pipeline.core.model.events import UNNAMED
from plan_pipeline.core.model.plan import PlanMetadata, PlanWeek, Workout
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import Phase, WorkoutType
from plan_pipeline.core.overview.notes.words import hours_of


class Purposes:
    """Writes the purposes of a plan's workouts, week after week."""

    def __init__(self, meta: PlanMetadata, phrases: Phrases, longest_ride_min: float) -> None:
        self._meta = meta
        self._phrases = phrases
        self._longest_min = longest_ride_min
        self._turns = Turns()
        self._last: dict[WorkoutType, Dose] = {}

    def of(self, week: PlanWeek, workout: Workout, key: Key) -> str:
        """The sentence on a key workout."""
        match key:
            case Key.TEST:
                return self._turns.next(self._phrases.tests)
            case Key.OPENERS:
                return self._turns.next(self._phrases.openers).format(event=self._event_after(week))
            case Key.SHARPENING:
                return self._turns.next(self._phrases.sharpening)
            case Key.LONG_RIDE | Key.LATE_WORK | Key.LONG_QUALITY:
                return self._of_long_ride(week, workout, key)
            case Key.WORK:
                return self._of_work(workout)

    def _event_after(self, week: PlanWeek) -> str:
        events = self._meta.every_event_in(week.week_number)
        event = events[-1] if events else self._meta.event
        return "the event" if event is None or event.name == UNNAMED else one_line(event.name)

    def _of_long_ride(self, week: PlanWeek, workout: Workout, key: Key) -> str:
        if week.phase in (Phase.RECOVERY, Phase.TAPER):
            return self._turns.next(self._phrases.light_long)
        if key is Key.LATE_WORK:
            return self._turns.next(self._phrases.late_work)
        if workout.duration_min == self._longest_min:
            return self._turns.next(self._phrases.longest).format(length=hours_of(workout.duration_min))
        day = next(day for day in week.training_days if day.weekday is workout.weekday)
        laid_out = [self._phrases.laid_out[each] for each in day.patterns if each in self._phrases.laid_out]
        usual = self._phrases.late_work if key is Key.LONG_QUALITY else self._long_rides
        return self._turns.next(laid_out[0] if laid_out else usual)

    @property
    def _long_rides(self) -> Pool:
        return self._phrases.long if self._meta.event is not None else self._phrases.long_no_event

    def _of_work(self, workout: Workout) -> str:
        aims = self._phrases.aims.get(workout.type, self._phrases.aims[self._phrases.else_for])
        aim, dose = self._turns.next(aims), dose_of(workout)
        if dose is None:
            return self._turns.next(self._phrases.without_dose).format(aim=aim)
        said = f"{dose}{self._more_than_last_time(workout.type, dose)}"
        return self._turns.next(self._phrases.with_dose).format(dose=said, Dose=said, aim=aim)

    def _more_than_last_time(self, kind: WorkoutType, dose: Dose) -> str:
        last, self._last[kind] = self._last.get(kind), dose
        if last is None or last[1:] != dose[1:] or dose.efforts <= last.efforts:
            return ""
        more = dose.efforts - last.efforts
        return f" ({'one' if more == 1 else more} more than last time)"
