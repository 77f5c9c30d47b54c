"""True sentences about a plan as a coach or a model writes them, each with numbers, days and dates to get wrong.

Belongs here: the sentences. Does not belong here: what is asked of the checker (see ``test_contradictions``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from plan_pipeline.core.model.vocabulary import Phase, Weekday, WorkoutType
from plan_pipeline.core.overview.notes.power import BANDS_PCT
from plan_pipeline.core.overview.notes.words import hours_of, weeks_named
from plan_pipeline.core.prose.facts import ProseFacts
from plan_pipeline.core.wording import number

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class Claim(NamedTuple):
    """A sentence with a gap; ``true`` fills it as the plan has it, each of ``wrong`` as it does not."""

    sentence: str
    true: str
    wrong: tuple[str, ...]

    @property
    def kept(self) -> str:
        return self.sentence.replace("@", self.true, 1)

    @property
    def broken(self) -> tuple[str, ...]:
        return tuple(self.sentence.replace("@", wrong, 1) for wrong in self.wrong)


def claims_about(facts: ProseFacts) -> Iterator[Claim]:
    """Claims of every kind that holds of a plan."""
    yield from _length(facts)
    yield from _hours(facts)
    yield from _ftp(facts)
    yield from _weeks(facts)
    yield from _days(facts)
    yield from _rides(facts)
    yield from _loads(facts)
    yield from _dates(facts)


def _length(facts: ProseFacts) -> Iterator[Claim]:
    total = facts.total_weeks
    wrong = tuple(map(str, (total + 2, max(4, total - 3))))
    for sentence in (
        "You have @ weeks until the start line, so we build patiently.",
        "This @-week plan raises your threshold step by step.",
        "Over the next @ weeks we move from endurance to sharper work.",
        "@ weeks of structured training lie ahead of you.",
        "The plan runs for @ weeks in total.",
    ):
        yield Claim(sentence, str(total), wrong)
    if total < len(WORDS) - 2:
        yield Claim("@ weeks of training lead you there.", WORDS[total].capitalize(), (WORDS[total + 2].capitalize(),))
    light = sum(week.phase is Phase.RECOVERY for week in facts.weeks)
    if light > 1:
        yield Claim("There are @ recovery weeks in which you absorb the work.", str(light), (str(light + 1),))


def _hours(facts: ProseFacts) -> Iterator[Claim]:
    asked = facts.athlete.training_availability.hours_per_week
    most, least = (pick(w.hours[0] for w in facts.load_weeks) for pick in (max, min))
    far = (number(1.6 * most + 2, 0), "1")
    yield Claim("Your biggest week has @ hours of training.", number(most, 2), far)
    yield Claim("You told me that you have @ hours a week.", number(asked, 2), (number(1.5 * asked + 1, 1),))
    yield Claim(
        "Load weeks hold between @ and " + f"{number(most, 2)} hours.", number(least, 2), (number(0.4 * least, 2),)
    )
    yield Claim("Plan on about @ h per week in the load weeks.", number(most, 1), (number(1.5 * most + 1, 1),))
    for week in facts.load_weeks[::3]:
        hours = week.hours[0]
        wrong = (number(1.3 * hours + 1, 2), number(0.6 * hours, 2))
        yield Claim(f"In week {week.number} you ride @ hours.", number(hours, 2), wrong)
        yield Claim(f"Week {week.number} comes to @ h with {week.tss[0]:.0f} TSS.", number(hours, 2), wrong)
        yield Claim(
            f"Week {week.number} comes to {number(hours, 2)} h with @ TSS.",
            f"{week.tss[0]:.0f}",
            (f"{1.2 * week.tss[0]:.0f}",),
        )


def _ftp(facts: ProseFacts) -> Iterator[Claim]:
    ftp, goal = facts.athlete.ftp, facts.target_ftp
    wrong = (f"{ftp - 17:.0f}", f"{goal + 19:.0f}")
    gain = goal - ftp
    yield Claim(f"The aim is to move your FTP from @ W to {goal:.0f} W.", f"{ftp:.0f}", wrong)
    yield Claim(f"The aim is to move your FTP from {ftp:.0f} W to @ W.", f"{goal:.0f}", wrong)
    yield Claim("Your FTP stands at @ W today.", f"{ftp:.0f}", wrong)
    yield Claim("We are aiming for @ watts at the end.", f"{goal:.0f}", wrong)
    if gain >= 5:
        yield Claim("That is a gain of @ W in FTP.", f"{gain:.0f}", (f"{gain + 9:.0f}", f"{gain / 2:.0f}"))
        pct = 100 * gain / ftp
        yield Claim("That asks your FTP to rise by @ %.", number(pct), (number(pct + 3), number(pct / 2)))
    if facts.athlete.weight_kg:
        per_kg = ftp / facts.athlete.weight_kg
        yield Claim("You start from @ W/kg.", f"{per_kg:.1f}", (f"{per_kg + 0.5:.1f}",))
    kinds = {kind for week in facts.weeks for each in week.kinds.values() for kind in each}
    for kind, (low, high) in BANDS_PCT.items():
        if kind in kinds:
            name = "VO2max" if kind is WorkoutType.VO2MAX else kind.value.replace("_", " ")
            top = f"{high / 100 * ftp:.0f}"
            yield Claim(
                f"Ride {name} between @ and {top} W.", f"{low / 100 * ftp:.0f}", (f"{(low - 12) / 100 * ftp:.0f}",)
            )
            yield Claim(
                f"Your {name} work sits at {low / 100 * ftp:.0f}–@ W.", top, (f"{(high + 12) / 100 * ftp:.0f}",)
            )
            yield Claim(f"Keep {name} at {low}–@ % of FTP.", str(high), (str(high + 12),))


def _weeks(facts: ProseFacts) -> Iterator[Claim]:
    light = [week.number for week in facts.weeks if week.phase is Phase.RECOVERY]
    load = [week.number for week in facts.weeks if week.is_load]
    tested = [week.number for week in facts.weeks if week.is_tested]
    beyond = str(facts.total_weeks + 1)
    for number_ in light:
        not_light = (str(load[0]), str(load[-1]), beyond)
        yield Claim("Week @ is your recovery week.", str(number_), not_light)
        yield Claim("Treat week @ as a recovery week and sleep more.", str(number_), not_light)
    if len(light) > 1:
        yield Claim(f"Recovery weeks fall in weeks @ and {light[-1]}.", str(light[0]), (str(load[0]),))
    not_tested = [each for each in load if each not in tested]
    for number_ in tested:
        yield Claim("You test your FTP in week @.", str(number_), tuple(map(str, not_tested[:1])))
    phases: dict[Phase, list[int]] = {}
    for week in facts.weeks:
        phases.setdefault(week.phase, []).append(week.number)
    for phase in (Phase.BASE, Phase.BUILD, Phase.PEAK, Phase.TAPER):
        own = phases.get(phase, [])
        others = [n for other, ns in phases.items() if other not in (phase, Phase.RECOVERY) for n in ns]
        if own and others:
            other = str(others[0] if others[0] > own[-1] else others[-1])
            yield Claim(f"The {phase} phase runs through {weeks_named(own)}, week @ with it.", str(own[-1]), ())
            if len(own) > 2:
                yield Claim(f"Weeks @, {own[1]} and {own[-1]} are {phase} weeks.", str(own[0]), (other,))
            yield Claim(f"{phase.value.capitalize()} (week @) comes with its own purpose.", str(own[0]), (other,))


def _days(facts: ProseFacts) -> Iterator[Claim]:
    load = facts.load_weeks
    always_rest = [day for day in Weekday if not any(day in week.kinds for week in facts.weeks)]
    mostly = [day for day in Weekday if all(day in week.kinds for week in load)]
    never = tuple(map(str, always_rest[:2]))
    for day in always_rest[:2]:
        yield Claim("You rest on @.", day, tuple(map(str, mostly[:2])))
        yield Claim("@ is a rest day every week.", day, tuple(map(str, mostly[-2:])))
        yield Claim("@s are for rest.", day, tuple(map(str, mostly[:1])))
    longs = {day for week in facts.weeks for day in week.long_days}
    not_long = tuple(str(day) for day in Weekday if day not in longs)[:2]
    for day in longs:
        yield Claim("The long ride is on @.", day, not_long)
        yield Claim("Your @ long ride is what the plan rests on.", day, not_long)
    hard = {day for week in facts.weeks for day in week.hard_days}
    if hard and never:
        day = sorted(hard, key=lambda each: each.position)[0]
        yield Claim("Hard work comes on @, when you are fresh.", day, never)
        yield Claim("Your key session is on @.", day, never)
    for kind, name in (
        (WorkoutType.THRESHOLD, "threshold session"),
        (WorkoutType.OPENERS, "openers"),
        (WorkoutType.TEST, "test"),
    ):
        days = [day for day in Weekday if any(kind in week.kinds.get(day, ()) for week in facts.weeks)]
        others = tuple(str(day) for day in Weekday if day not in days)[:2]
        if days:
            yield Claim(f"The {name} falls on @.", days[0], others)
    counts = sorted({len(week.kinds) for week in load})
    known = {*counts, len(facts.athlete.training_availability.week_days)}
    wrong = tuple(str(n) for n in (counts[-1] + 2, counts[-1] + 1) if n not in known and n <= 7)[:1]
    yield Claim("You train @ days a week in the load weeks.", str(counts[-1]), wrong)


def _rides(facts: ProseFacts) -> Iterator[Claim]:
    rides = [(max(week.long_rides_min), week) for week in facts.weeks if week.long_rides_min]
    if not rides:
        return
    longest, week = max(rides, key=lambda pair: pair[0])
    shown, far = hours_of(longest), (hours_of(1.4 * longest), hours_of(longest + 65))
    yield Claim(
        "The longest ride of the plan is @ long." if longest < 60 else "Your longest ride reaches @.",
        shown,
        far if longest >= 60 else (),
    )
    if longest >= 60:
        yield Claim(f"In week {week.number} the long ride is @.", shown, (*far, hours_of(longest - 20)))
        yield Claim(f"The long ride grows to @ in week {week.number}.", shown, (hours_of(longest + 25),))


def _loads(facts: ProseFacts) -> Iterator[Claim]:
    most = max(week.tss[0] for week in facts.weeks)
    yield Claim("Weekly load peaks at @ TSS.", f"{most:.0f}", (f"{1.15 * most:.0f}", f"{0.8 * most:.0f}"))
    if facts.athlete.start_ctl is not None:
        ctl = facts.athlete.start_ctl
        yield Claim("You start with a CTL of @.", f"{ctl:.0f}", (f"{1.6 * ctl + 15:.0f}",))


def _dates(facts: ProseFacts) -> Iterator[Claim]:
    if facts.first_monday:
        monday = facts.first_monday
        yield Claim("The plan starts on @.", f"{monday:%d %B}", (f"{monday + dt.timedelta(days=9):%d %B}",))
        yield Claim("Week 1 begins on @.", f"{monday:%B} {monday.day}", (f"{monday + dt.timedelta(days=5):%d %B}",))
    for event in facts.every_event:
        wrong = tuple(event.date + dt.timedelta(days=days) for days in (1, -2, 30))
        yield Claim(
            f"{event.name} on @ is what you train for.",
            f"{event.date:%d %B %Y}",
            tuple(f"{day:%d %B %Y}" for day in wrong),
        )
        yield Claim(f"You ride {event.name} on @.", event.date.isoformat(), tuple(day.isoformat() for day in wrong))
        yield Claim(f"{event.name} is on @.", event.weekday, tuple(f"{day:%A}" for day in wrong[:2]))
        if event.distance_km:
            yield Claim(f"{event.name} is @ km long.", f"{event.distance_km:g}", (f"{1.2 * event.distance_km:g}",))
    if facts.event:
        date = facts.event.date
        wrong_day = date + dt.timedelta(days=1)
        said = f"{date:%A}, {date:%B} {date.day}"
        yield Claim(
            "Race day is @.",
            said,
            (f"{wrong_day:%A}, {wrong_day:%B} {wrong_day.day}", said.replace(f"{date:%A}", f"{wrong_day:%A}")),
        )
    for off in facts.time_off:
        yield Claim(
            "You are away from @.",
            f"{off.first_day:%d %B} to {off.last_day:%d %B}",
            (f"{off.first_day:%d %B} to {off.last_day + dt.timedelta(days=3):%d %B}",),
        )
