"""What the long runs of a plan are laid out like: their structure by phase and place in it."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from plan_pipeline.core.config.aim import LongPattern
from plan_pipeline.core.config.flags import Flag
from plan_pipeline.core.duration.day_limits import day_limits
from plan_pipeline.core.duration.envelope import Envelope
from plan_pipeline.core.limits import up_to_grid
from plan_pipeline.core.model.vocabulary import DayRole, Phase, WorkoutType
from plan_pipeline.core.overview.long_rides import LongRide
from plan_pipeline.core.overview.season import WeekSlot
from plan_pipeline.core.overview.week_room import training_day
from plan_pipeline.core.purpose.purpose import LONG_RUN_PCT, Purpose

NOT_AGAIN = 2
"""A long run is not laid out like one of so many before it, where others fit."""


def with_patterns(
    purpose: Purpose, slots: Sequence[WeekSlot], rides: Mapping[int, LongRide], envelope: Envelope
) -> dict[int, LongRide]:
    """The long runs with what each is laid out like, where the aim says so and the library has it at their length.

    Of the patterns for a place one that was not there lately is taken, and of those the one that came least often.
    Light weeks have easy ones only.
    """
    demand, settings = purpose.long_ride_demand, purpose.config.week.long_ride
    if not demand.patterns or not purpose.is_on(Flag.LONG_RUN_VARIATION):
        return dict(rides)
    easy = _Asked(settings.light_patterns)
    used: Counter[str] = Counter()
    lately: deque[str] = deque(maxlen=NOT_AGAIN)

    def order(pattern: str) -> tuple[int, int]:
        """First what was not there lately, or longest ago; then what came least often."""
        return (max((i for i, each in enumerate(lately, 1) if each == pattern), default=0), used[pattern])

    found = dict(rides)
    for slot in slots:
        ride = rides.get(slot.number)
        if ride is None:
            continue
        walks = purpose.walk_patterns(slot.number)
        walked = [_Asked(walks), _Asked(walks, kind=purpose.sport.parts.easy)]
        asked = walked if walks else _on_course(purpose, slot, list(_asked(demand.patterns, slots, slot)))
        if purpose.request.events_in(slot.number):
            asked = []
        found[slot.number] = ride._replace(patterns=easy.patterns)
        for entry in (*asked, easy):
            options = list(_options(purpose, slot, ride, entry, envelope))
            if options:
                chosen = min(options, key=lambda each: order(each.patterns[0]))
                used[chosen.patterns[0]] += 1
                lately.append(chosen.patterns[0])
                found[slot.number] = chosen
                break
    return found


class _Asked(NamedTuple):
    """What a long run may be laid out like, whether it is a key session then, and its type where that is another."""

    patterns: tuple[str, ...]
    quality: bool = False
    kind: WorkoutType | None = None


def _on_course(purpose: Purpose, slot: WeekSlot, asked: list[_Asked]) -> list[_Asked]:
    """What a place asks for; after base an easy long run is like the course of the race."""
    settings, profile = purpose.config.week.long_ride, purpose.profile
    like_course = settings.of_profile.get(profile, ()) if profile is not None else ()
    if slot.phase is Phase.BASE or not like_course or not asked or asked[0].quality:
        return asked
    return [asked[0]._replace(patterns=(*like_course, *asked[0].patterns)), *asked]


def _asked(patterns: Sequence[LongPattern], slots: Sequence[WeekSlot], slot: WeekSlot) -> Iterator[_Asked]:
    """What the place of a load week in its phase asks for."""
    if slot.load_week is None:
        return
    in_phase = [each.number for each in slots if each.load_week is not None and each.phase is slot.phase]
    place = in_phase.index(slot.number) / len(in_phase)
    for each in patterns:
        if each.phase is slot.phase and each.from_share <= place < each.to_share:
            yield _Asked(each.patterns, each.quality, each.kind)


def _options(purpose: Purpose, slot: WeekSlot, ride: LongRide, entry: _Asked, envelope: Envelope) -> Iterator[LongRide]:
    """The long run with each of the patterns that some workout has at its length and the runner can do."""
    role = DayRole.LONG_QUALITY if entry.quality else DayRole.LONG_RIDE
    kind = entry.kind or ride.kind
    for pattern in entry.patterns:
        day = training_day(ride.day, kind, role, patterns=(pattern,))
        limits = day_limits(purpose, slot.number, day)
        own_min, km = _as_far(purpose, ride, envelope.typical_pct(kind, limits))
        minutes = up_to_grid(own_min)
        own_min = minutes if purpose.walks_in(slot.number) else own_min
        if envelope.bounds_within((minutes, minutes), kind, ride.day, purpose.longest_on(ride.day), limits):
            yield ride._replace(role=role, kind=kind, minutes=own_min, patterns=(pattern,), km=km)


def _as_far(purpose: Purpose, ride: LongRide, typical_pct: float) -> tuple[int, float | None]:
    """Minutes in which the run is as far as the line has it, at the pace of what it is laid out like, and how far that
    is: less where it would last longer than long runs do."""
    if not typical_pct:
        return ride.minutes, ride.km
    most = min(purpose.longest_on(ride.day), max(purpose.longest_long_min, ride.minutes))
    wanted = ride.minutes * LONG_RUN_PCT / typical_pct
    km = ride.km if ride.km is None or wanted <= most else round(ride.km * most / wanted, 2)
    return int(min(wanted, most)), km
