"""The purpose of a plan: the aim it follows, the athlete's level, and what both ask of its weeks in minutes."""

import math
from dataclasses import dataclass
from functools import cached_property

from plan_pipeline.core.config.aim import Aim, EventType, Goal, LongRideDemand, MinutesTarget, PhasePlan
from plan_pipeline.core.config.flags import Flag, flags_for
from plan_pipeline.core.config.levels import Level
from plan_pipeline.core.config.planning_config import PlanningConfig, unknown_id
from plan_pipeline.core.limits import GRID_MIN
from plan_pipeline.core.model.athlete import USUAL_MIX_PCT
from plan_pipeline.core.model.plan import BandMinutes
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Band, Constraint, CourseProfile, ExperienceLevel, Sport, Weekday
from plan_pipeline.core.paces.vdot import RaceDistance
from plan_pipeline.core.purpose.expected_duration import expected_duration_min
from plan_pipeline.core.purpose.fitting import Fitting, fitted
from plan_pipeline.core.purpose.reading import first_meaning, type_of_event
from plan_pipeline.core.purpose.tiers import TierChoice, tier_of
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.sports.sport import SportRecord

LONG_OF_MEAN = 1.2
"""The longest run comes to at least so many times a usual one, or other days would be longer than it."""

LONGEST_RUN_MIN = 150.0
LONGEST_BEFORE_MARATHON_MIN = 180.0
MARATHON_KM = 42.0
"""No long run is longer than the first, or than the second before a race as far as a marathon, which is 42 km to those
who write it short. Source: convention (RUNNING facts, § 5)."""

LONG_RUN_PCT = 78.0
"""The mean speed of a long run, % of threshold speed, by which its kilometres are reckoned as minutes."""

SHORTEST_PHASED_WEEKS = 6
"""A shorter plan has no phases to fit: it is for who is fit already, and ramps, peaks and tapers."""


class UnknownAimError(ValueError):
    """The request names a goal that the configuration does not have; the message lists those that it has."""


@dataclass(frozen=True, eq=False)
class Purpose:
    """What a request is for.

    ``aim`` is what its phases and minutes follow: the goal it names, else its event's type, else what its words mean.
    ``reading`` says in a sentence how that was found where the request does not say it itself.
    """

    request: PlanRequest
    config: PlanningConfig
    aim: Aim
    goal: Goal | None
    event_type: EventType | None
    reading: str

    @cached_property
    def sport(self) -> SportRecord:
        """What the sport of the request is like."""
        return record_of(self.request.sport)

    @cached_property
    def experience(self) -> ExperienceLevel:
        return self.request.athlete_profile.experience_level

    @cached_property
    def level(self) -> Level:
        return self.config.levels.of(self.experience)

    def level_in(self, week_number: int) -> Level:
        """The level whose limits hold in a week: after a break they are a beginner's for a while."""
        return self.config.levels.beginner if week_number <= self.aim.beginner_weeks else self.level

    @cached_property
    def hours(self) -> float:
        """Hours of a normal load week."""
        return self.request.athlete_profile.hours_per_week

    @cached_property
    def flags(self) -> dict[str, bool]:
        """The feature flags that hold for the plan, by name."""
        request = self.request
        return flags_for(self.config.flags, request.athlete_profile.athlete_id, request.first_monday, request.sport)

    def is_on(self, flag: Flag) -> bool:
        """Whether a feature flag holds for the plan; one that the configuration does not list, where that is usual."""
        is_on = self.flags.get(flag, flag.is_usual(self.request.sport))
        if flag.is_of_variation and flag is not Flag.VARIATION_ENGINE:
            return is_on and self.is_on(Flag.VARIATION_ENGINE)
        return is_on

    @cached_property
    def flags_on(self) -> tuple[str, ...]:
        """The names of the feature flags that hold for the plan."""
        return tuple(flag.value for flag in Flag if self.is_on(flag))

    @cached_property
    def days_between_hard(self) -> int:
        """Easy days between two hard ones, at least: more from an age on."""
        settings = self.config.week.days
        is_older = (self.request.athlete_profile.age or 0) >= settings.easy_from_age
        return settings.days_between_hard_from_age if is_older else settings.days_between_hard

    # --- minutes ---------------------------------------------------------------------------------------------

    def phases_of(self, load_weeks: int) -> tuple[PhasePlan, ...]:
        """The phase of each of so many load weeks, in order: fitted from a standard plan, else by their shares."""
        if (fitting := self.fitting_of(load_weeks)) is not None:
            each = zip(self.aim.phases, fitting.load_weeks, strict=True)
            return tuple(phase for phase, weeks in each for _ in range(weeks))
        ends, so_far = [], 0.0
        for phase in self.aim.phases:
            so_far += phase.share
            ends.append(round(so_far * load_weeks))
        ends[-1] = load_weeks
        return tuple(
            next(phase for phase, end in zip(self.aim.phases, ends, strict=True) if week < end)
            for week in range(load_weeks)
        )

    def fitting_of(self, load_weeks: int) -> Fitting | None:
        """How the phases of so many load weeks are fitted from a standard plan; ``None`` where the aim has none, or the
        plan is so short that it is one ramp to a peak.
        """
        if not self.aim.standard or self.request.total_weeks < SHORTEST_PHASED_WEEKS:
            return None
        names = [phase.purpose for phase in self.aim.phases]
        return fitted(self.aim.standard, names, load_weeks, self.request.total_weeks)

    def week_minutes(
        self, load_week: int, load_weeks: int, week_number: int, *, is_tested: bool = False
    ) -> tuple[BandMinutes, ...]:
        """What a load week, counted from 0 among so many, is to have in bands, the aim's emphasis first.

        Minutes grow in a straight line over a target's span; the plan's first week has less. Unless they stand for
        themselves they are in proportion to the week's hours where those are few or many, and they are never above
        what the level allows. A test, or a race on the way, takes the place of a session and so a share of them.
        """
        found = []
        for target in self.aim.minutes:
            span = range(round(target.from_share * load_weeks), round(target.to_share * load_weeks))
            if load_week in span and week_number >= target.from_week.of(self.experience):
                found.append(self._minutes(target, load_week - span.start, len(span), week_number))
        share = self.config.week.tests.minutes_share if is_tested or self.request.events_in(week_number) else 1.0
        return tuple(_shared(minutes, share) for minutes in found if minutes.wanted)

    def _minutes(self, target: MinutesTarget, step: int, steps: int, week_number: int) -> BandMinutes:
        first, last = target.weekly.of(self.experience)
        scale = self.config.week.dose.scale(self.hours) if target.follows_hours else 1.0
        level = self.level_in(week_number)
        wanted = first + (last - first) * (step / (steps - 1) if steps > 1 else 0.5)
        wanted *= scale * (level.first_week_share if week_number == 1 else 1.0)
        least = target.least.of(self.experience) * min(scale, 1.0)
        most = sum(self.most_minutes(band, week_number) for band in target.bands)
        return BandMinutes(
            bands=target.bands, wanted=round(min(max(wanted, least), most), 1), least=round(min(least, most), 1)
        )

    def most_minutes(self, band: Band, week_number: int) -> float:
        """The most minutes a week may hold in a band: none before the level allows it, more for the aim's own."""
        level = self.level_in(week_number)
        if week_number < level.first_week_of(band):
            return 0.0
        usual = level.weekly_minutes[band]
        if band in self._emphasis:
            return max(usual, level.goal_weekly_minutes.get(band, 0.0))
        return usual

    @cached_property
    def _emphasis(self) -> frozenset[Band]:
        """The bands that the plan is mainly for."""
        return frozenset(self.aim.minutes[0].bands if self.aim.minutes else ())

    # --- the long ride ---------------------------------------------------------------------------------------

    @cached_property
    def expected_duration_min(self) -> float | None:
        """Minutes that the event will take: as the request says, else by distance and climbing, else usual."""
        return expected_duration_min(self.request, self.event_type)

    @cached_property
    def tier(self) -> TierChoice | None:
        """How much the runner runs by now, as the aim's tiers have it; ``None`` where it has none."""
        return tier_of(self.request, self.aim) if self.aim.tiers else None

    @cached_property
    def most_training_days(self) -> int:
        """Training days of a week, at most: by the configuration, the tier and the rest that a beginner needs."""
        most = self.config.week.days.most_training_days
        if self.tier is not None:
            most = min(most, self.tier.tier.most_days)
            if self.experience is ExperienceLevel.BEGINNER:
                most = min(most, len(Weekday) - self.config.week.days.least_rest_days)
        return most

    def walks_in(self, week_number: int) -> bool:
        """Whether the runs of a week are broken by walks: a beginner's who runs little, in the first weeks."""
        easy = self.config.week.easy
        if easy is None or self.experience is not ExperienceLevel.BEGINNER:
            return False
        now_km = self.request.athlete_profile.current_weekly_km
        is_new = self.weekly_km * 0.5 <= easy.walks_below_km if now_km is None else now_km <= easy.walks_below_km
        return is_new and week_number <= easy.until_week_for_beginners

    @property
    def profile(self) -> CourseProfile | None:
        """What the course of the event is like, where the request says so; that of a trail race is trail."""
        event = self.request.event
        if event is None or self.request.sport is not Sport.RUNNING:
            return None
        if event.profile is not None or self.event_type is None or self.event_type.id != CourseProfile.TRAIL:
            return event.profile
        return CourseProfile.TRAIL

    def walk_patterns(self, week_number: int) -> tuple[str, ...]:
        """How the runs of a week are broken by walks: the stretches grow longer in equal parts of those weeks."""
        easy = self.config.week.easy
        if easy is None or not self.walks_in(week_number):
            return ()
        stages = easy.for_beginners
        return (stages[(week_number - 1) * len(stages) // easy.until_week_for_beginners],)

    @cached_property
    def excluded_patterns(self) -> tuple[str, ...]:
        """How no workout of the plan is laid out: with walks, for those who do not need them."""
        easy = self.config.week.easy
        return () if easy is None or self.walks_in(1) else easy.for_beginners

    @cached_property
    def longest_known_min(self) -> float | None:
        """The longest session of the last weeks, minutes, where the request says it."""
        athlete = self.request.athlete_profile
        if athlete.longest_run_km is not None:
            return athlete.longest_run_km * 1000 / athlete.runner.speed(LONG_RUN_PCT) / 60
        return athlete.longest_ride_min

    @cached_property
    def current_share(self) -> float | None:
        """What is trained by now as a share of a normal load week; ``None`` where the request does not say."""
        athlete = self.request.athlete_profile
        if athlete.current_weekly_km is not None:
            return athlete.current_weekly_km / self.weekly_km
        return None if athlete.current_hours is None else athlete.current_hours / self.hours

    @cached_property
    def weekly_km(self) -> float:
        """Kilometres of a runner's normal load week, as asked for or as the hours come to."""
        athlete = self.request.athlete_profile
        wanted = athlete.training_availability.weekly_km
        return wanted if wanted is not None else self.hours * 3.6 * athlete.runner.speed(USUAL_MIX_PCT)

    @cached_property
    def long_ride_day(self) -> Weekday | None:
        """The weekend day with more room, Sunday where both have as much; else the day with the most room."""
        room = {day: self.longest_on(day) for day in self.request.athlete_profile.training_availability.week_days}
        weekend = [day for day in room if day.is_weekend and room[day] >= self.config.week.long_ride.least_room_min]
        candidates = weekend or [day for day in room if room[day] > 0]
        return max(candidates, key=lambda day: (room[day], day.position), default=None)

    def longest_run_on(self, day: Weekday) -> float:
        """The longest session that a day can hold in a plan whose runs are brought to kilometres, minutes."""
        return min(self.longest_on(day), max(self.longest_long_min, self.suitable_long_ride_min))

    def longest_on(self, day: Weekday) -> int:
        """The longest ride that a day can hold, minutes."""
        cap = self.request.athlete_profile.training_availability.cap_min(day)
        indoors = Constraint.INDOOR_ONLY in self.request.constraints
        return min(cap, round(self.config.week.long_ride.indoor_longest_min)) if indoors else cap

    @cached_property
    def suitable_long_ride_min(self) -> float:
        """What the longest ride would be by the event or goal and the hours, whatever the days can hold; minutes."""
        demand = self.long_ride_demand
        share = demand.hours_share
        days = len(self.request.athlete_profile.training_availability.week_days)
        if days <= self.config.week.long_ride.few_days:
            share = max(share, self.config.week.long_ride.few_days_share)
        parts = [share * 60 * self.hours, self.longest_long_min]
        if self.tier is not None:
            longer_than_others = LONG_OF_MEAN * 60 * self.hours / min(days, self.most_training_days)
            usual = min(self.longest_long_min, self._longest_of_tier_min(self.tier))
            most = min(self.long_share_of_week * 60 * self.hours, max(self.longest_long_min, LONGEST_RUN_MIN))
            parts = [parts[0], max(usual, min(longer_than_others, most))]
        if demand.duration_share is not None and self.expected_duration_min is not None:
            parts.append(demand.duration_share * self.expected_duration_min)
        return _on_grid(min(parts))

    @cached_property
    def longest_long_min(self) -> float:
        """What a long session may last at most by the aim; minutes."""
        longest = float(self.long_ride_demand.longest_min)
        return max(longest, LONGEST_BEFORE_MARATHON_MIN) if self.is_for_marathon else longest

    @cached_property
    def is_for_marathon(self) -> bool:
        """Whether the plan is for a running race as far as a marathon or farther."""
        event = self.request.event
        if event is not None and event.distance_km is not None:
            return self.request.sport is Sport.RUNNING and event.distance_km >= MARATHON_KM
        kind = self.event_type or self.aim
        return isinstance(kind, EventType) and kind.race is RaceDistance.MARATHON

    def _longest_of_tier_min(self, choice: TierChoice) -> float:
        """The longest run of a tier, its share of the week held to, in minutes at the pace of long runs."""
        _, longest_km = choice.tier.longest_km
        speed = self.request.athlete_profile.runner.speed(LONG_RUN_PCT)
        return min(longest_km * 1000 / speed / 60, self.long_share_of_week * 60 * self.hours)

    @cached_property
    def long_run_km_a_min(self) -> float | None:
        """Kilometres of a long run a minute, by which its line in minutes is one in kilometres; ``None`` for a ride."""
        if self.request.sport is not Sport.RUNNING:
            return None
        return self.request.athlete_profile.runner.speed(LONG_RUN_PCT) * 60 / 1000

    @cached_property
    def long_share_of_week(self) -> float:
        """The most of a week that its long session may be, as a share: all of it where no tier says less."""
        if self.tier is None:
            return 1.0
        days = len(self.request.athlete_profile.training_availability.week_days)
        settings = self.config.week.long_ride
        return settings.few_days_week_share if days <= settings.few_days else self.tier.tier.long_share

    @cached_property
    def long_ride_target_min(self) -> float:
        """What the longest ride is to come to, within the caps of the days; minutes."""
        if self.long_ride_day is None:
            return 0.0
        return min(self.suitable_long_ride_min, _on_grid(self.longest_on(self.long_ride_day)))

    @property
    def long_ride_days_before(self) -> tuple[int, int]:
        """How many days before the event the last of the longest rides is, least and most."""
        return self.long_ride_demand.last_days_before or self.config.week.long_ride.last_days_before

    @cached_property
    def long_ride_demand(self) -> LongRideDemand:
        return (self.event_type or self.aim).long_ride


_latest: list[Purpose] = []
"""The purpose that was asked for last: a plan's stages ask for the same one after another."""


def purpose_of(request: PlanRequest, config: PlanningConfig) -> Purpose:
    """What a request is for. Raises ``UnknownAimError`` for a goal that the configuration does not have."""
    for known in tuple(_latest):
        if known.request is request and known.config is config:
            return known
    found = _purpose_of(request, config)
    _latest[:] = [found]
    return found


def _purpose_of(request: PlanRequest, config: PlanningConfig) -> Purpose:
    goal = event_type = None
    readings: list[str] = []
    if request.goal is not None and (goal := config.goal(request.goal)) is None:
        raise UnknownAimError(f"goal: {unknown_id('goal', request.goal, config.goals)}")
    if request.event is not None:
        event_type, how = type_of_event(request, config)
        readings += [how] if how else []
    aim: Aim | None = goal or event_type
    if aim is None:
        words = first_meaning(request.athlete_profile.goals, config)
        aim = words.aim if words else config.goals[config.defaults.goal]
        said = (
            f"your goal {words.text!r} is read as {aim.name!r}" if words else f"no goal is named, so it is {aim.name!r}"
        )
        readings.append(said)
        goal = aim if isinstance(aim, Goal) else None
    return Purpose(request, config, aim, goal, event_type, "; ".join(readings))


def purpose_if_known(request: PlanRequest, config: PlanningConfig) -> Purpose | None:
    """What a request is for; ``None`` where it names a goal that the configuration does not have."""
    try:
        return purpose_of(request, config)
    except UnknownAimError:
        return None


def _on_grid(minutes: float) -> float:
    return float(math.floor(minutes / GRID_MIN + 1e-9) * GRID_MIN)


def _shared(minutes: BandMinutes, share: float) -> BandMinutes:
    if share == 1.0:
        return minutes
    return BandMinutes(
        bands=minutes.bands, wanted=round(minutes.wanted * share, 1), least=round(minutes.least * share, 1)
    )
