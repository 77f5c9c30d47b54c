"""The overview by rules: a request, its purpose and what the library can deliver → the weeks of a plan."""

from collections.abc import Iterator, Sequence
from functools import partial
from statistics import mean

from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.day_limits import day_limits
from plan_pipeline.core.duration.distributor import distribute_weekly_hours, typical_week_tss
from plan_pipeline.core.duration.envelope import DayBounds, envelope_for
from plan_pipeline.core.limits import GRID_MIN, SHORTEST_SESSION_MIN, up_to_grid
from plan_pipeline.core.model.plan import Infeasible, Overview, OverviewWeek, TrainingDay
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import DayRole, Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.budget import Budget, WeekKm
from plan_pipeline.core.overview.easy_days import easy_patterns
from plan_pipeline.core.overview.feasibility import infeasibility_of, missing_for_goal
from plan_pipeline.core.overview.long_patterns import with_patterns
from plan_pipeline.core.overview.long_rides import long_rides
from plan_pipeline.core.overview.notes.coaching import coaching_notes, monitoring_guidance
from plan_pipeline.core.overview.notes.focus import week_focus
from plan_pipeline.core.overview.race_days import easy_days_around_events, race_days
from plan_pipeline.core.overview.season import WeekSlot, season_of
from plan_pipeline.core.overview.testing import weeks_with_tests
from plan_pipeline.core.overview.week_before import NEARLY, NOTHING_BEFORE, WeekBefore
from plan_pipeline.core.overview.week_choices import WeekChoices
from plan_pipeline.core.overview.week_layout import WeekNeeds, layouts_of
from plan_pipeline.core.overview.week_minutes import with_minutes
from plan_pipeline.core.overview.week_room import NO_LONG_RIDE_COST, WeekRoom, training_day
from plan_pipeline.core.purpose.purpose import Purpose, UnknownAimError, purpose_of

TARGET_STEP_MIN = 15
"""Weekly hours are wanted in quarter hours, wherever the days can have them."""

RECOVERY_SHARE_STEP = 0.05
RECOVERY_SHARE_LIMITS = (0.40, 0.75)

STRETCH_COST, MISSED_MINUTE_COST = 2.0, 1000.0
"""What a layout gives up beside days and key sessions: session lengths outside their ordinary range, and a minute of
the week's hours missed."""

TOO_FAR_OFF = 0.03
"""A light week does without its test where that would take it so much further from its share of the load."""

FAR_FROM_TYPE = 0.1
"""Half of what validation allows the TSS of a taper week: a library whose sessions are all long has none for its last
sharp one but at a fraction of their length."""

EASY_AFTER_LONG_QUALITY = 2
"""Easy days after a long run that is a key session; the day before it is easy too."""

MISSED_SHARE = 0.12
"""Of a week that grows by steps so much is given up before the long session's line is."""


def plan_overview(request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
    """Write the weekly overview by rules.

    Hours and TSS of every week are within reach of its days; a request whose normal load week is not gives
    ``Infeasible`` with the nearest total and the limits in the way, and so does one for a goal that is not known, or
    that the library has no work for.
    """
    if (reason := infeasibility(request, library, config)) is not None:
        return reason
    purpose = purpose_of(request, config)
    overview = _Planner(purpose, library).overview()
    return missing_for_goal(purpose, library, overview.weeks) or overview


def infeasibility(request: PlanRequest, library: Library, config: PlanningConfig) -> Infeasible | None:
    """Why no overview can give what the request asks for, ``None`` if one can."""
    try:
        return infeasibility_of(purpose_of(request, config), library)
    except UnknownAimError as error:
        hours = request.athlete_profile.hours_per_week
        return Infeasible(reason=str(error), wanted_hours=hours, nearest_hours=hours, binding=("goal",))


class _Planner:
    """Writes the weeks of one plan in order; each is laid out with what the one before it left."""

    def __init__(self, purpose: Purpose, library: Library) -> None:
        self._purpose = purpose
        self._request = purpose.request
        self._types = purpose.sport.parts
        self._envelope = envelope_for(library, purpose)
        self._has_ramp = purpose.config.week.hours.ramp is not None
        self._km = WeekKm(purpose, self._envelope) if purpose.request.counts_km else None
        self._layouts = layouts_of(self._envelope, purpose.config)
        self._slots = season_of(purpose)
        self._race = {number: race_days(purpose, number) for number in range(1, purpose.request.total_weeks + 1)}
        rides = long_rides(purpose, self._slots) if purpose.is_on(Flag.LONG_RIDE) else {}
        self._rides = with_patterns(purpose, self._slots, rides, self._envelope)
        self._room = WeekRoom(purpose, self._envelope, self._rides, self._race)
        hard_long = {number for number, ride in self._rides.items() if ride.is_quality}
        self._choices = WeekChoices(purpose, self._slots, self._race, self._envelope.by_type, hard_long)
        self._tests = weeks_with_tests(purpose, self._slots) if purpose.is_on(Flag.TESTS) else frozenset()

    def overview(self) -> Overview:
        weeks: list[OverviewWeek] = []
        block_tss: dict[int, list[float]] = {}
        before = NOTHING_BEFORE
        for slot in self._slots:
            budget = self._budget(slot, before, block_tss.get(slot.block, []))
            if slot.week_type is WeekType.LOAD:
                block_tss.setdefault(slot.block, []).append(budget.tss)
            before = WeekBefore.of(budget.spread, slot.phase, self._envelope, self._hard_long_day(slot))
            if slot.week_type is WeekType.TAPER and self._has_ramp:
                before = before._replace(taper_min=budget.minutes, taper_km=budget.km)
            weeks.append(self._week(slot, budget))
        return Overview(
            weeks=with_minutes(self._purpose, weeks),
            coaching_notes=coaching_notes(self._purpose, weeks),
            monitoring_guidance=monitoring_guidance(self._purpose, weeks),
        )

    def _hard_long_day(self, slot: WeekSlot) -> Weekday | None:
        ride = self._rides.get(slot.number)
        return ride.day if ride is not None and ride.is_quality else None

    def _week(self, slot: WeekSlot, budget: Budget) -> OverviewWeek:
        days = self._training_days(slot, budget)
        return OverviewWeek(
            week_number=slot.number,
            week_type=slot.week_type,
            phase=slot.phase,
            focus=week_focus(self._purpose, slot, days),
            target_hours=round(budget.minutes / 60, 2),
            target_tss=round(budget.tss),
            target_km=budget.km,
            training_days=days,
        )

    def _training_days(self, slot: WeekSlot, budget: Budget) -> tuple[TrainingDay, ...]:
        """All seven weekdays, rest where nothing is planned."""
        planned = {day.weekday: day for day in budget.days}
        races = self._race[slot.number]
        sharp = {day for day, race in races.items() if race.role}
        ride = self._rides.get(slot.number)
        patterns = {day: race.patterns for day, race in races.items() if race.patterns and day in planned}
        kinds = [(day.weekday, day.workout_type) for day in budget.days]
        patterns |= easy_patterns(self._purpose, slot, kinds, frozenset(patterns))

        def day_of(weekday: Weekday) -> TrainingDay:
            if (bounds := planned.get(weekday)) is None:
                return training_day(weekday, WorkoutType.REST)
            role = DayRole.SHARPENING if weekday in sharp and bounds.workout_type.is_demanding else None
            if ride is not None and weekday in ride.by_day and bounds.workout_type in (ride.kind, self._types.long):
                role = ride.role if weekday is ride.day else DayRole.BACK_TO_BACK
                if weekday is ride.day:
                    patterns[weekday] = ride.patterns
            has_own = (role and role.is_long) or (weekday in races and races[weekday].minutes)
            minutes = bounds.shortest if has_own and bounds.shortest == bounds.longest else None
            km = None
            if minutes and ride is not None and ride.km and weekday is ride.day:
                km = round(ride.km * min(minutes / up_to_grid(ride.minutes), 1.0), 2)
                minutes = min(minutes, ride.minutes)
            return training_day(weekday, bounds.workout_type, role, minutes, patterns.get(weekday, ()), km)

        return tuple(map(day_of, Weekday))

    # --- one week ------------------------------------------------------------------------------------------

    def _budget(self, slot: WeekSlot, before: WeekBefore, block_tss: Sequence[float]) -> Budget:
        is_light = slot.week_type is WeekType.RECOVERY and block_tss and not self._request.days_taken(slot.number)
        if not is_light:
            return self._best(slot, before, slot.share)
        low, high = self._purpose.config.week.hours.recovery_tss
        tried: list[tuple[float, Budget]] = []
        for share in _shares_around(slot.share):
            budget = self._best(slot, before, share)
            ratio = budget.tss / mean(block_tss)
            if low <= ratio <= high:
                return budget
            tried.append((max(low - ratio, ratio - high), budget))
        missed, best = min(tried, key=lambda option: option[0])
        if missed > TOO_FAR_OFF and slot.number in self._tests:
            self._tests -= {slot.number}
            return self._budget(slot, before, block_tss)
        return best

    def _best(self, slot: WeekSlot, before: WeekBefore, share: float) -> Budget:
        """The best layout in which no demanding day follows long rides, as far as the days' minutes are known."""
        easy = self._easy_days(slot)
        while True:
            lay_out = partial(self._cheapest, slot, before, share, easy)
            budget = lay_out(self._km.pace_factor if self._km else 1.0)
            if self._km is not None and budget.days:
                budget = self._km.settled(slot.number, budget, lay_out, before.taper_km)
            tired = before.tired_days(budget.spread, slot.phase, self._envelope, self._purpose.config) - easy
            if not tired:
                return budget._replace(tss=self._typical_tss(slot, budget)) if budget.days else budget
            easy |= tired

    def _cheapest(
        self, slot: WeekSlot, before: WeekBefore, share: float, easy: frozenset[Weekday], pace_factor: float
    ) -> Budget:
        """The layout that misses the fewest minutes, then gives up the least of days, quality and ordinary lengths."""
        caps = {day: self._purpose.longest_on(day) for day in slot.days}
        wanted = round(self._wanted_min(slot, share, before.taper_min) * pace_factor)
        best: tuple[float, int, tuple[DayBounds, ...], int] | None = None
        for given_up, number, needs in self._needs(slot, before, self._preferred_days(slot, wanted), easy):
            if best is not None and (given_up, number) > best[:2]:
                break
            if (layout := self._layouts.lay_out(caps, needs)) is None:
                continue
            for cost, days in self._room.of(slot, layout, given_up):
                if best is not None and (cost, number) >= best[:2]:
                    break
                minutes = self._envelope.reachable_minutes(days, wanted)
                cost += self._missed_cost(minutes, wanted) + STRETCH_COST * (not _fits_profiles(days, minutes))
                if best is None or (cost, number) < best[:2]:
                    best = (cost, number, days, minutes)
        if best is None:
            return Budget(km=None if self._km is None else 0.0)
        _, _, days, minutes = best
        spread = distribute_weekly_hours(days, minutes / 60)
        return Budget(days, minutes, spread=spread, pace_factor=pace_factor, had_share=minutes / wanted)

    def _missed_cost(self, minutes: int, wanted: int) -> float:
        """What is given up for minutes of a week that its days cannot have.

        Where volume grows by steps, a long session stays within its own before the week has all of its minutes.
        """
        missed = abs(minutes - wanted)
        if not self._has_ramp:
            return MISSED_MINUTE_COST * missed
        return NO_LONG_RIDE_COST * max(missed - GRID_MIN, 0) / (MISSED_SHARE * max(wanted, 1))

    def _typical_tss(self, slot: WeekSlot, budget: Budget) -> float:
        """The TSS of the week; with its sharp session as it has to be, where that is far from others of its type."""
        typical = typical_week_tss(budget.spread, slot.phase, self._envelope)
        held = tuple(self._as_sharp(slot, day) for day in budget.days)
        if held == budget.days:
            return typical
        spread = distribute_weekly_hours(held, budget.minutes / 60)
        with_sharp = typical_week_tss(spread, slot.phase, self._envelope)
        return with_sharp if abs(typical - with_sharp) > FAR_FROM_TYPE * with_sharp else typical

    def _as_sharp(self, slot: WeekSlot, day: DayBounds) -> DayBounds:
        """A day with what its last sharp session may have, where it has one and the library has some."""
        race = self._race[slot.number].get(day.weekday)
        if race is None or not race.role or not day.workout_type.is_demanding:
            return day
        sharp = training_day(day.weekday, day.workout_type, DayRole.SHARPENING)
        limits = day_limits(self._purpose, slot.number, sharp)
        return self._envelope.bounds(day.workout_type, day.weekday, day.cap_min, limits) or day

    def _wanted_min(self, slot: WeekSlot, share: float, taper_min: int | None) -> int:
        """Minutes that a week is to have; in a taper no more than ``taper_min``, those of the week before."""
        step = GRID_MIN if share == 1.0 or self._has_ramp else TARGET_STEP_MIN
        wanted_min = self._purpose.hours * 60
        at_most = int(wanted_min // GRID_MIN) * GRID_MIN
        wanted = max(min(round(wanted_min * share / step) * step, at_most), SHORTEST_SESSION_MIN)
        if slot.week_type is WeekType.EVENT:
            hours = self._purpose.config.week.hours
            race = self._race[slot.number]
            sharp = sum(round(hours.sharp_session_room_min) for day in race.values() if day.role)
            least = sharp + SHORTEST_SESSION_MIN * sum(day.is_needed and not day.role for day in race.values())
            wanted = max(min(wanted, round(hours.event_week_session_min) * len(race)), least)
        return min(wanted, taper_min) if taper_min and slot.week_type.is_taper else wanted

    def _preferred_days(self, slot: WeekSlot, wanted: int) -> int:
        """Training days that give each session an ordinary length."""
        hours = self._purpose.config.week.hours
        session = hours.sharpening_session_min if slot.phase is Phase.TAPER else hours.session_min
        session += hours.session_share * wanted
        least = min(hours.least_days, int(wanted // SHORTEST_SESSION_MIN) or 1)
        preferred = min(max(int(wanted // session), least), self._choices.most_days(slot))
        has_two = preferred == 1 and len(slot.days) > 1 and wanted >= 2 * SHORTEST_SESSION_MIN
        return 2 if has_two else preferred

    def _needs(
        self, slot: WeekSlot, before: WeekBefore, preferred_days: int, easy: frozenset[Weekday]
    ) -> Iterator[tuple[float, int, WeekNeeds]]:
        """What the week may ask of its days: what each gives up of days and quality, its number, the least first."""
        given, needed = self._given(slot, easy)
        softened = tuple((day, self._types.easy if kind.is_demanding else kind) for day, kind in given)
        quiet = easy_days_around_events(self._purpose, slot.number)
        apart = self._purpose.days_between_hard
        ride = self._rides.get(slot.number)
        has_long = ride is not None and ride.kind is not self._types.long
        choices = self._choices.of(slot, preferred_days, len(needed), has_test=slot.number in self._tests)
        for number, choice in enumerate(choices):
            if choice.is_soft and softened == given:
                continue
            kinds = softened if choice.is_soft else given
            recovery = slot.phase is Phase.RECOVERY and choice.days >= 5 and not self._purpose.walks_in(slot.number)
            asked = (
                choice.days,
                choice.quality,
                recovery,
                kinds,
                needed,
                easy,
                quiet,
                before.since_hard,
                apart,
                has_long,
            )
            yield choice.given_up, number, WeekNeeds(*asked)

    def _given(
        self, slot: WeekSlot, easy: frozenset[Weekday]
    ) -> tuple[tuple[tuple[Weekday, WorkoutType], ...], frozenset[Weekday]]:
        """What days are for beforehand, and which of them are trained in any case."""
        race = self._race[slot.number]
        given = {day: each.workout_type for day, each in race.items()}
        needed = {day for day, each in race.items() if each.is_needed}
        ride = self._rides.get(slot.number)
        if ride is not None and ride.day not in given:
            given[ride.day] = ride.kind
            needed.add(ride.day)
            if ride.second is not None and ride.second[0] not in given:
                given[ride.second[0]] = self._types.long
                needed.add(ride.second[0])
        for day in easy & given.keys():
            if given[day].is_demanding and (ride is None or day is not ride.day):
                given[day] = self._types.easy
        kinds = {day: kind if kind in self._envelope.by_type else self._types.recovery for day, kind in given.items()}
        return tuple(sorted(kinds.items(), key=lambda item: item[0].position)), frozenset(needed)

    def _easy_days(self, slot: WeekSlot) -> frozenset[Weekday]:
        """Days that hold nothing demanding because the long ride is on the day before."""
        easy: set[Weekday] = set()
        ride = self._rides.get(slot.number)
        if ride is not None and ride.is_quality:
            easy |= {day for day in Weekday if -1 <= day.position - ride.day.position <= EASY_AFTER_LONG_QUALITY}
            easy.discard(ride.day)
        if ride is not None:
            after = ride.day.position + 1
            if after < len(Weekday) and (
                ride.day is Weekday.SATURDAY or ride.minutes >= NEARLY * self._purpose.config.content.hardness.long_min
            ):
                easy.add(list(Weekday)[after])
        return frozenset(easy)


def _shares_around(share: float) -> Iterator[float]:
    """A share, then its neighbours outwards, within the limits of a recovery week."""
    low, high = RECOVERY_SHARE_LIMITS
    yield share
    for steps in range(1, 8):
        for near in (share - steps * RECOVERY_SHARE_STEP, share + steps * RECOVERY_SHARE_STEP):
            if low <= round(near, 4) <= high:
                yield round(near, 4)


def _fits_profiles(days: Sequence[DayBounds], minutes: int) -> bool:
    return sum(day.profile.shortest for day in days) <= minutes <= sum(day.profile.longest for day in days)
