"""What is coming in a week, why, and what to watch, in two to four sentences."""

from collections.abc import Iterator, Sequence
from typing import Final

from plan_pipeline.core.adding import added
from plan_pipeline.core.coach_texts.key_workouts import Key
from plan_pipeline.core.coach_texts.phrase_books import PHRASES
from plan_pipeline.core.coach_texts.phrases import Pool, Turns
from plan_pipeline.core.model.days import Span, days_later
from plan_pipeline.core.model.events import UNNAMED, Event
from plan_pipeline.core.model.plan import Plan, PlanWeek, Workout
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import DayRole, Phase, Weekday, WeekType
from plan_pipeline.core.overview.notes.words import ground, hours_of, laid_out
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.wording import counted, listed, number

KeyWorkouts = Sequence[tuple[Workout, Key]]
MOST_SENTENCES: Final = 4
SHORTEST_LONG_MIN: Final = 60
"""Nobody calls a ride or a run of less than an hour long, be it the week's longest."""

PLAIN: Final = ("", "easy")
"""What need not be said of a long session."""

_LONG = (Key.LONG_RIDE, Key.LATE_WORK, Key.LONG_QUALITY)


class Previews:
    """Writes the previews of a plan's weeks, one after another."""

    def __init__(self, plan: Plan) -> None:
        self._meta = plan.training_plan.plan_metadata
        self._weeks = plan.training_plan.weekly_plan
        self._words = record_of(plan.training_plan.sport).words
        self._phrases = PHRASES[plan.training_plan.sport]
        self._units = plan.training_plan.athlete_profile.units
        self._is_by_rules = plan.ai_metadata.ai_provider is None
        self._turns = Turns()
        load = [week for week in self._weeks if week.week_type is WeekType.LOAD]
        self._hardest = max(load or self._weeks, key=lambda week: week.validation.actual_tss).week_number
        self._longest_so_far = 0.0

    def of(self, week: PlanWeek, keys: KeyWorkouts) -> str:
        """The preview of a week; weeks are asked for in their order."""
        around, watch = list(self._surroundings(week)), list(self._watch(week, keys))
        sentences = [self._opening(week), *self._work(keys), *self._long_rides(week, keys)]
        sentences = [*sentences[: MOST_SENTENCES - len(around)], *around, *watch]
        longest = max((w.duration_min for w, key in keys if key in _LONG), default=0.0)
        self._longest_so_far = max(self._longest_so_far, longest)
        return " ".join(sentences[:MOST_SENTENCES])

    # --- what is coming ----------------------------------------------------------------------------------------

    def _opening(self, week: PlanWeek) -> str:
        if not week.workouts:
            return self._empty(week)
        amount = self._amount(week)
        event = self._meta.event_in(week.week_number)
        if event is not None:
            return f"{_name(event)} is on {event.weekday}, and before it you {self._words.do} {amount}."
        begins = self._begins(week)
        lead = begins or self._turns.next(self._phrases.openings[week.phase])
        if week.week_number == self._hardest:
            return f"{lead}, with the hardest week of the plan: {amount}, {week.validation.actual_tss:.0f} TSS."
        aim = self._aim(week)
        if aim and (begins or not self._turns_are_used_up(week)):
            return f"{lead}: {amount} to {aim}."
        return f"{lead} with {amount}."

    def _turns_are_used_up(self, week: PlanWeek) -> bool:
        """Whether the phase's aim was said the week before."""
        before = self._before(week)
        return before is not None and self._aim(before) == self._aim(week)

    def _amount(self, week: PlanWeek) -> str:
        counted_min = added(workout.duration_min for workout in week.workouts if not workout.optional)
        days = len({workout.weekday for workout in week.workouts})
        hours = f"{number(counted_min / 60, 2)} h"
        km = added(workout.distance_km or 0.0 for workout in week.workouts if not workout.optional)
        return f"{f'{ground(km, self._units)} ({hours})' if km else hours} on {counted(days, 'day')}"

    def _begins(self, week: PlanWeek) -> str | None:
        earlier = [each.phase for each in self._weeks[: week.week_number - 1]]
        return self._phrases.first.get(week.phase) if week.phase not in earlier else None

    def _aim(self, week: PlanWeek) -> str:
        """What the rules say that the week is for; a model's words are not taken apart."""
        aim, colon, _ = week.focus.partition(":")
        if not (self._is_by_rules and colon and week.week_type is WeekType.LOAD):
            return ""
        return aim[:1].lower() + aim[1:]

    def _empty(self, week: PlanWeek) -> str:
        if self._days_off(week):
            return "You are off all week: nothing is planned, and nothing has to be made up."
        event = self._meta.event_in(week.week_number)
        if event is not None:
            return f"{_name(event)} is on {event.weekday}, and nothing else is planned: arrive fresh."
        return "Nothing is planned for this week."

    def _work(self, keys: KeyWorkouts) -> Iterator[str]:
        tests = [workout for workout, key in keys if key is Key.TEST]
        for test in tests:
            yield self._turns.next(self._phrases.test).format(day=test.weekday, name=one_line(test.name))
        said = [f"{one_line(w.name)} on {w.weekday}" for w, key in keys if key not in _LONG and w not in tests]
        if said:
            frame = self._turns.next(self._phrases.work if len(said) > 1 else self._phrases.work_one)
            yield frame.format(sessions=listed(said), Sessions=listed(said))

    def _long_rides(self, week: PlanWeek, keys: KeyWorkouts) -> Iterator[str]:
        rides, words = [workout for workout, key in keys if key in _LONG], self._words
        if not rides:
            return
        if len(rides) > 1 and any(day.role is DayRole.BACK_TO_BACK for day in week.training_days):
            days = listed(f"{hours_of(ride.duration_min)} on {ride.weekday}" for ride in rides)
            yield f"Two long {words.sessions} follow each other, {days}: the second is the point."
            return
        ride = max(rides, key=lambda each: each.duration_min)
        length, end = self._length(ride), self._layout(week, ride, keys)
        beyond = ", the longest so far" if 0 < self._longest_so_far < ride.duration_min else ""
        if ride.duration_min < SHORTEST_LONG_MIN:
            yield f"{ride.weekday} has the longest {words.session}, {length}{end}."
        else:
            yield f"{ride.weekday}'s long {words.session} takes {length}{end}{beyond}."

    def _length(self, ride: Workout) -> str:
        ground_covered = f" ({ground(ride.distance_km, self._units, 1)})" if ride.distance_km else ""
        return f"{hours_of(ride.duration_min)}{ground_covered}"

    def _layout(self, week: PlanWeek, ride: Workout, keys: KeyWorkouts) -> str:
        """What the long session holds beside easy work, to follow its length."""
        if any(workout is ride and key is Key.LATE_WORK for workout, key in keys):
            return " with work at its end"
        pattern = next((day.patterns[0] for day in week.trained if day.weekday is ride.weekday and day.patterns), "")
        return f", {laid_out(pattern)}" if pattern not in PLAIN else ""

    # --- what is around it -------------------------------------------------------------------------------------

    def _surroundings(self, week: PlanWeek) -> Iterator[str]:
        on_the_way = [event for event in self._meta.every_event_in(week.week_number) if event is not self._meta.event]
        if on_the_way:
            rides = listed(f"{_name(event)} ({event.priority}) on {event.weekday}" for event in on_the_way)
            yield f"You {self._words.do} {rides} on the way; the days around are easy."
        if (off := self._days_off(week)) and week.workouts:
            yield f"You are away {_days(off)}, and the plan does not make up for it."

    def _days_off(self, week: PlanWeek) -> tuple[Weekday, ...]:
        start = self._meta.start_date
        if start is None or not self._meta.time_off:
            return ()
        monday = days_later(start, 7 * (week.week_number - 1))
        away: list[Span] = [off.days for off in self._meta.time_off]
        return tuple(d for d in Weekday if any(span.holds(days_later(monday, d.position)) for span in away))

    def _watch(self, week: PlanWeek, keys: KeyWorkouts) -> Iterator[str]:
        if not week.workouts:
            return
        if week.week_type is WeekType.EVENT:
            yield self._turns.next(self._phrases.event_week)
        elif week.phase is Phase.TAPER:
            yield self._turns.next(self._phrases.taper)
        elif week.phase is Phase.RECOVERY:
            yield self._turns.next(self._phrases.recovery)
        elif week.week_number == self._hardest:
            yield self._turns.next(self._phrases.watch_biggest)
        elif self._is_last_before_recovery(week) and week.week_number % 2 == 0:
            yield self._turns.next(self._phrases.last_before_recovery)
        else:
            yield self._turns.next(self._pool(week, keys))

    def _pool(self, week: PlanWeek, keys: KeyWorkouts) -> Pool:
        kinds = [workout.type for workout, key in keys if key is Key.WORK and workout.type in self._phrases.watch]
        has_long = any(key in _LONG for _, key in keys)
        if kinds and not (has_long and week.week_number % 3 == 0):
            return self._phrases.watch[kinds[week.week_number % len(kinds)]]
        return self._phrases.watch_long if has_long else self._phrases.watch_easy

    def _is_last_before_recovery(self, week: PlanWeek) -> bool:
        after = self._weeks[week.week_number] if week.week_number < len(self._weeks) else None
        return after is not None and after.phase is Phase.RECOVERY and bool(after.workouts)

    def _before(self, week: PlanWeek) -> PlanWeek | None:
        return self._weeks[week.week_number - 2] if week.week_number > 1 else None


def _days(days: Sequence[Weekday]) -> str:
    is_run = days[-1].position - days[0].position == len(days) - 1
    return f"from {days[0]} to {days[-1]}" if is_run and len(days) > 2 else f"on {listed(days)}"


def _name(event: Event) -> str:
    return "Your event" if event.name == UNNAMED else one_line(event.name)
