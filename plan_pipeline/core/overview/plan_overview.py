"""The overview by rules: a request and what the library can deliver → the weeks of a plan, or why there are none."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from statistics import mean
from typing import NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.distributor import distribute_weekly_hours, typical_week_tss
from plan_pipeline.core.duration.envelope import DayBounds, Envelope, envelope_of
from plan_pipeline.core.limits import EXACT_MIN, GRID_MIN, MAX_TRAINING_DAYS, SHORTEST_SESSION_MIN
from plan_pipeline.core.model.plan import Infeasible, Overview, OverviewWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import ExperienceLevel, Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.overview.coaching import coaching_notes, monitoring_guidance, week_focus
from plan_pipeline.core.overview.load_cycle import LOAD_SHARE, WeekSlot, load_cycle
from plan_pipeline.core.overview.week_layout import WeekLayout, WeekNeeds, lay_out_week

ORDINARY_SESSION_MIN = 50
"""A week has as many training days as give each at least this on average."""

SHARPENING_SESSION_MIN = 35
"""The same in a taper, which keeps the frequency and shortens the sessions."""

TARGET_STEP_MIN = 15
"""Weekly hours are wanted in quarter hours, wherever the days can have them."""

REACHABLE_SHARE = 0.025
"""A week's wanted minutes may be moved this far to what its days can have before the request is infeasible."""

RECOVERY_TSS_SHARES = (0.53, 0.62)
"""A recovery week's TSS as a share of its block's mean: 50-65 % by convention, less what workouts stray from it."""

EVENT_WEEK_SESSION_MIN = 75
"""The week of the event has at most this much on each day before it, on average."""

RECOVERY_SHARE_STEP = 0.05
RECOVERY_SHARE_LIMITS = (0.40, 0.75)

EASY_DAYS = 2
"""Days of a week that are kept easy where there are more than three."""

BEGINNER_QUALITY = 2

HIGH_VOLUME_HOURS = 10
"""From here on an advanced athlete's build weeks hold a third hard day."""

DAY_COST, QUALITY_COST, STRETCH_COST, MISSED_MINUTE_COST = 3.0, 4.0, 2.0, 1000.0
"""What a layout gives up, in one currency: a day more or less than preferred, a quality session dropped, session
lengths outside their ordinary range, a minute of the week's hours missed."""

_SUBSTITUTES = {
    WorkoutType.ANAEROBIC: WorkoutType.VO2MAX,
    WorkoutType.VO2MAX: WorkoutType.THRESHOLD,
    WorkoutType.THRESHOLD: WorkoutType.SWEET_SPOT,
    WorkoutType.SWEET_SPOT: WorkoutType.TEMPO,
    WorkoutType.TEMPO: WorkoutType.MIXED,
}
"""What replaces a type of which the library has no workout."""


class _Budget(NamedTuple):
    """A week laid out: its days and the minutes they are to have."""

    layout: WeekLayout
    minutes: int
    tss: float


def plan_overview(request: PlanRequest, library: Library, config: PlanningConfig) -> Overview | Infeasible:
    """Write the weekly overview by rules.

    Hours and TSS of every week are within reach of its days; a request whose normal load week is not gives
    ``Infeasible`` with the nearest total and the limits in the way.
    """
    return _Planner(request, envelope_of(library, config)).overview()


def infeasibility(request: PlanRequest, library: Library, config: PlanningConfig) -> Infeasible | None:
    """Why no overview can give the request's hours on its days, ``None`` if one can."""
    return _Planner(request, envelope_of(library, config)).infeasibility()


class _Planner:
    def __init__(self, request: PlanRequest, envelope: Envelope) -> None:
        self._request = request
        self._envelope = envelope
        self._availability = request.athlete_profile.training_availability
        self._caps = {day: self._availability.cap_min(day) for day in self._availability.week_days}
        self._wanted_min = self._availability.hours_per_week * 60
        self._budgets: dict[Hashable, _Budget] = {}

    def overview(self) -> Overview | Infeasible:
        if (infeasible := self.infeasibility()) is not None:
            return infeasible
        weeks: list[OverviewWeek] = []
        block_tss: dict[int, list[float]] = {}
        for slot in load_cycle(self._request):
            caps = self._caps_of(slot)
            hard_sunday = bool(weeks) and weeks[-1].training_days[Weekday.SUNDAY.position].workout_type.is_hard
            budget = self._budget(slot, caps, hard_sunday, block_tss.get(slot.block, []))
            if slot.week_type is WeekType.LOAD:
                block_tss.setdefault(slot.block, []).append(budget.tss)
            week = OverviewWeek(
                week_number=slot.number,
                week_type=slot.week_type,
                phase=slot.phase,
                focus=week_focus(self._request, slot, [day.workout_type for day in budget.layout.days]),
                target_hours=round(budget.minutes / 60, 2),
                target_tss=round(budget.tss),
                training_days=budget.layout.training_days,
            )
            weeks.append(week)
        return Overview(
            weeks=tuple(weeks),
            coaching_notes=coaching_notes(self._request, weeks),
            monitoring_guidance=monitoring_guidance(self._request, weeks),
        )

    def _caps_of(self, slot: WeekSlot) -> Mapping[Weekday, int]:
        """The week's days; in the event's week only those before the event."""
        event_day = self._request.event_weekday
        if slot.week_type is not WeekType.EVENT or event_day is None:
            return self._caps
        return {day: cap for day, cap in self._caps.items() if day.position < event_day.position}

    def _budget(
        self, slot: WeekSlot, caps: Mapping[Weekday, int], hard_sunday: bool, block_tss: Sequence[float]
    ) -> _Budget:
        if slot.week_type is not WeekType.RECOVERY or not block_tss:
            return self._best(slot, caps, hard_sunday, slot.share)
        low, high = RECOVERY_TSS_SHARES
        tried: list[tuple[float, _Budget]] = []
        for share in _shares_around(slot.share):
            budget = self._best(slot, caps, hard_sunday, share)
            ratio = budget.tss / mean(block_tss)
            if low <= ratio <= high:
                return budget
            tried.append((max(low - ratio, ratio - high), budget))
        return min(tried, key=lambda option: option[0])[1]

    def _best(self, slot: WeekSlot, caps: Mapping[Weekday, int], hard_sunday: bool, share: float) -> _Budget:
        """The layout that can have the wanted minutes with the least given up, with the minutes it can have."""
        step = GRID_MIN if share == LOAD_SHARE else TARGET_STEP_MIN
        at_most = int(self._wanted_min // GRID_MIN) * GRID_MIN
        wanted = max(min(round(self._wanted_min * share / step) * step, at_most), SHORTEST_SESSION_MIN)
        if slot.week_type is WeekType.EVENT:
            wanted = min(wanted, EVENT_WEEK_SESSION_MIN * len(caps))
        eve, quality = self._request.eve_in(slot.number), quality_sessions(self._request, slot)
        key = (quality, slot.phase, eve, tuple(caps.items()), hard_sunday, wanted)
        if key not in self._budgets:
            self._budgets[key] = self._cheapest(slot, caps, hard_sunday, wanted)
        return self._budgets[key]

    def _cheapest(self, slot: WeekSlot, caps: Mapping[Weekday, int], hard_sunday: bool, wanted: int) -> _Budget:
        """The layout that misses the fewest minutes, then gives up the least of days, quality and ordinary lengths."""
        best: tuple[float, int, WeekLayout, int] | None = None
        for given_up, i, needs in self._needs(slot, caps, hard_sunday, wanted):
            if best is not None and (given_up, i) > best[:2]:
                break
            if (layout := lay_out_week(caps, needs, self._envelope)) is None:
                continue
            minutes = self._envelope.reachable_minutes(layout.days, wanted)
            cost = given_up + MISSED_MINUTE_COST * abs(minutes - wanted)
            cost += STRETCH_COST * (not _fits_profiles(layout.days, minutes))
            if best is None or (cost, i) < best[:2]:
                best = (cost, i, layout, minutes)
        if best is None:
            return _Budget(WeekLayout(()), 0, 0.0)
        _, _, layout, minutes = best
        spread = distribute_weekly_hours(layout.days, minutes / 60)
        return _Budget(layout, minutes, typical_week_tss(spread, slot.phase, self._envelope))

    def _needs(
        self, slot: WeekSlot, caps: Mapping[Weekday, int], hard_sunday: bool, wanted: int
    ) -> list[tuple[float, int, WeekNeeds]]:
        """What the week may ask of its days: what each gives up of days and quality, its number, the least first."""
        quality = tuple(self._stand_in(kind) for kind in quality_sessions(self._request, slot))
        session = SHARPENING_SESSION_MIN if slot.phase is Phase.TAPER else ORDINARY_SESSION_MIN
        preferred = min(max(wanted // session, 1), len(caps), MAX_TRAINING_DAYS)
        if preferred == 1 and len(caps) > 1 and wanted >= 2 * SHORTEST_SESSION_MIN:
            preferred = 2
        found: list[tuple[float, int, WeekNeeds]] = []
        for days in range(1, min(len(caps), MAX_TRAINING_DAYS) + 1):
            most = min(len(quality), max(1, days - EASY_DAYS))
            for kept in range(most, -1, -1):
                recovery = slot.phase is Phase.RECOVERY and days >= 5
                needs = WeekNeeds(days, quality[:kept], recovery, hard_sunday, self._request.eve_in(slot.number))
                given_up = DAY_COST * abs(days - preferred) + QUALITY_COST * (most - kept)
                found.append((given_up, len(found), needs))
        return sorted(found, key=lambda option: option[:2])

    def _stand_in(self, kind: WorkoutType) -> WorkoutType:
        while kind not in self._envelope.by_type and kind in _SUBSTITUTES:
            kind = _SUBSTITUTES[kind]
        return kind

    def infeasibility(self) -> Infeasible | None:
        """Whether the normal load week is beyond what the days can have at all."""
        if WorkoutType.ENDURANCE not in self._envelope.by_type:
            limit = "the library has no endurance workouts"
            return _infeasible(f"{limit}: add some, every plan needs them", self._wanted_min, 0, (limit,))
        days = _longest_week(self._caps, self._envelope)
        wanted = round(self._wanted_min)
        if not days:
            limits = tuple(f"{day.value} is capped at {cap} min" for day, cap in self._caps.items())
            reason = f"no day can hold a session of {SHORTEST_SESSION_MIN} min: {'; '.join(limits)}"
            return _infeasible(reason, wanted, 0, limits)
        longest, shortest = sum(day.longest for day in days), min(day.shortest for day in days)
        if wanted > longest * (1 + REACHABLE_SHARE):
            limits = tuple(_limit_of(day) for day in days)
            shown = "; ".join(limits) + ("" if len(days) > 1 else "; no other day is available")
            reason = f"at most {longest / 60:.1f} h of {wanted / 60:g} h a week: {shown}"
            return _infeasible(reason, wanted, longest, limits)
        if wanted < shortest * (1 - REACHABLE_SHARE):
            limit = f"the shortest session is {shortest} min"
            reason = f"at least {shortest / 60:.1f} h, not {wanted / 60:g} h a week: {limit}"
            return _infeasible(reason, wanted, shortest, (limit,))
        nearest = self._nearest_to(wanted)
        if abs(nearest - wanted) <= max(REACHABLE_SHARE * wanted, EXACT_MIN):
            return None
        limit = "the library's workouts have no lengths that add up to it"
        reason = f"nearest to {wanted / 60:g} h a week is {nearest / 60:.1f} h: {limit}"
        return _infeasible(reason, wanted, nearest, (limit,))

    def _nearest_to(self, wanted: int) -> int:
        """The minutes nearest to those wanted that any layout of a normal week can have; the first that is near."""
        nearest: int | None = None
        for _, _, needs in self._needs(_NORMAL_WEEK, self._caps, False, wanted):
            if (layout := lay_out_week(self._caps, needs, self._envelope)) is not None:
                minutes = self._envelope.reachable_minutes(layout.days, wanted)
                if nearest is None or abs(minutes - wanted) < abs(nearest - wanted):
                    nearest = minutes
                if abs(minutes - wanted) <= EXACT_MIN:
                    break
        return nearest or 0


_NORMAL_WEEK = WeekSlot(1, WeekType.LOAD, Phase.BASE, 1.0, 0)


def quality_sessions(request: PlanRequest, slot: WeekSlot) -> tuple[WorkoutType, ...]:
    """The quality sessions a week wants, the most important first; fewer where days or hours do not allow them.

    Convention: tempo and sweet spot in base, threshold and VO2max in build, VO2max, threshold and race-like
    rides in peak; a taper keeps the intensity (Bosquet 2007); a recovery week keeps one tempo ride.
    """
    level = request.athlete_profile.experience_level
    many_hours = request.athlete_profile.training_availability.hours_per_week >= HIGH_VOLUME_HOURS
    odd = slot.number % 2 == 1
    if slot.phase is Phase.BASE:
        wanted: tuple[WorkoutType, ...] = (WorkoutType.SWEET_SPOT, WorkoutType.TEMPO)
        if level is ExperienceLevel.ADVANCED:
            wanted = (WorkoutType.SWEET_SPOT, WorkoutType.THRESHOLD, WorkoutType.TEMPO)
    elif slot.phase is Phase.BUILD:
        wanted = (WorkoutType.THRESHOLD, WorkoutType.VO2MAX if odd else WorkoutType.SWEET_SPOT, WorkoutType.MIXED)
        if level is ExperienceLevel.ADVANCED and many_hours:
            wanted = (WorkoutType.VO2MAX, WorkoutType.THRESHOLD, WorkoutType.SWEET_SPOT)
    elif slot.phase is Phase.PEAK:
        wanted = (WorkoutType.VO2MAX, WorkoutType.THRESHOLD if odd else WorkoutType.ANAEROBIC, WorkoutType.MIXED)
    elif slot.week_type is WeekType.TAPER:
        wanted = (WorkoutType.VO2MAX, WorkoutType.THRESHOLD)
    elif slot.week_type is WeekType.EVENT:
        wanted = (WorkoutType.VO2MAX,)
    else:
        wanted = (WorkoutType.TEMPO,)
    return wanted[:BEGINNER_QUALITY] if level is ExperienceLevel.BEGINNER else wanted


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


def _longest_week(caps: Mapping[Weekday, int], envelope: Envelope) -> tuple[DayBounds, ...]:
    """The days of the longest week there can be: endurance on up to five days, recovery on a sixth."""
    endurance = [b for day, cap in caps.items() if (b := envelope.bounds(WorkoutType.ENDURANCE, day, cap))]
    ranked = sorted(endurance, key=lambda day: -day.longest)
    days = ranked[: MAX_TRAINING_DAYS - 1]
    for spare in ranked[MAX_TRAINING_DAYS - 1 :]:
        if recovery := envelope.bounds(WorkoutType.RECOVERY, spare.weekday, spare.cap_min):
            days.append(recovery)
            break
    return tuple(sorted(days, key=lambda day: day.weekday.position))


def _limit_of(day: DayBounds) -> str:
    if day.cap_min <= day.longest:
        return f"{day.weekday} is capped at {day.cap_min} min"
    kind = "recovery ride" if day.workout_type is WorkoutType.RECOVERY else "ride"
    return f"{day.weekday}'s longest {kind} is {day.longest} min"


def _infeasible(reason: str, wanted_min: float, nearest_min: float, binding: tuple[str, ...]) -> Infeasible:
    return Infeasible(
        reason=reason,
        wanted_hours=round(wanted_min / 60, 2),
        nearest_hours=round(nearest_min / 60, 2),
        binding=binding,
    )
