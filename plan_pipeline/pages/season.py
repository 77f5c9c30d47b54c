"""The charts of a plan: hours and the long ride, TSS, the goal's minutes, and fitness from day to day."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from plan_pipeline.core.content.bands import BandMinutes, bands_in_words, sum_of_bands
from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.load_over_time import DayLoad, load_over_time
from plan_pipeline.core.model.plan import PlanWeek, TrainingPlan, Workout
from plan_pipeline.core.model.vocabulary import Band, Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.overview.notes.words import hours_of
from plan_pipeline.core.paces.text import Units
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.sports.sport import SportRecord
from plan_pipeline.core.wording import number
from plan_pipeline.pages.chart import Chart, Scale
from plan_pipeline.pages.zones import zone_of

DAYS: Final = len(Weekday)

MIDDLE_PCT: Final = {Band.SWEET_SPOT: 90.0, Band.THRESHOLD: 101.0, Band.VO2MAX: 113.0, Band.ANAEROBIC: 125.0}
"""An intensity in the middle of each band, % of threshold; its zone gives the band its colour."""


class WeekNumbers(NamedTuple):
    """What a week comes to, in decimal hours; ``wanted_min`` is of the goal's bands, ``None`` without any.

    ``ground`` and ``long_ground`` are the distances of the week and of its longest session in the season's unit, 0
    where none are known, ``target_ground`` the distance that was wanted, where it was counted.
    """

    number: int
    phase: Phase
    hours: float
    target_hours: float
    tss: float
    target_tss: float
    long_ride_min: float
    bands: BandMinutes
    wanted_min: float | None
    least_min: float | None
    ctl: float
    tsb: float
    ground: float = 0.0
    long_ground: float = 0.0
    target_ground: float | None = None


class Season(NamedTuple):
    """A plan in numbers: its weeks, its days, and the CTL it starts from, which may be an assumption."""

    weeks: tuple[WeekNumbers, ...]
    days: tuple[DayLoad, ...]
    start_ctl: float
    start_is_assumed: bool
    goal_bands: tuple[Band, ...]
    record: SportRecord
    unit: str

    @property
    def has_ground(self) -> bool:
        """Whether distances are known."""
        return any(week.ground for week in self.weeks)

    def colour_of(self, band: Band) -> str:
        """The class that colours a band."""
        return f"z{zone_of(MIDDLE_PCT[band], self.record.sport)}"


def season_of(plan: TrainingPlan) -> Season:
    """What a plan's weeks and days come to. An optional workout counts in neither, as it does in no week's hours."""
    stated = plan.athlete_profile.start_ctl
    weeks = plan.weekly_plan
    start = _even_training(weeks) if stated is None else stated
    days = load_over_time((tss for week in weeks for tss in _daily_tss(week)), start)
    wanted = {band for week in weeks for minutes in week.minutes for band in minutes.bands}
    sundays = days[DAYS - 1 :: DAYS]
    units = plan.athlete_profile.units or Units.KM
    numbers = tuple(_numbers(week, sunday, units) for week, sunday in zip(weeks, sundays, strict=True))
    bands = tuple(band for band in Band if band in wanted)
    return Season(numbers, days, start, stated is None, bands, record_of(plan.sport), units.short)


def charts_of(season: Season) -> tuple[Chart, ...]:
    """The charts of a plan; the goal's minutes only where the plan has a goal that is counted in them."""
    charts = (distance_chart, hours_chart, tss_chart, goal_chart, fitness_chart)
    return tuple(filter(None, (of(season) for of in charts)))


def distance_chart(season: Season) -> Chart | None:
    """The distance of each week against that wanted, with the longest session; ``None`` where none is known."""
    weeks, unit, session = season.weeks, season.unit, season.record.words.session
    if not season.has_ground:
        return None
    scale = Scale(len(weeks), max(max(week.ground, week.target_ground or 0.0) for week in weeks))
    longest = max(weeks, key=lambda week: week.long_ground)
    points = [
        (i + 0.5, week.long_ground, f"Week {week.number}: longest {session} {number(week.long_ground)} {unit}")
        for i, week in enumerate(weeks)
        if week.long_ground
    ]
    wanted = [(i, week.target_ground) for i, week in enumerate(weeks) if week.target_ground is not None]
    return Chart(
        chart_id="distance",
        title="Distance a week",
        unit=unit,
        summary=(
            f"{number(sum(week.ground for week in weeks), 0)} {unit} in {len(weeks)} weeks; the longest {session} is "
            f"{number(longest.long_ground)} {unit}, in week {longest.number}."
        ),
        legend=(*((("wanted", f"{unit} wanted"),) if wanted else ()), ("long-ride", f"longest {session}")),
        bars=tuple(
            scale.bar(i, week.ground, week.phase, f"Week {week.number}, {week.phase}: {number(week.ground)} {unit}")
            for i, week in enumerate(weeks)
        ),
        marks=tuple(scale.mark(i, distance) for i, distance in wanted),
        lines=(scale.dotted("long-ride", points),),
        grid=scale.grid,
        weeks=scale.week_labels,
    )


def hours_chart(season: Season) -> Chart:
    """Hours of each week against those wanted, with the longest ride, which is in hours as well."""
    weeks, session = season.weeks, season.record.words.session
    scale = Scale(len(weeks), max(max(week.hours, week.target_hours) for week in weeks))
    longest = max(weeks, key=lambda week: week.long_ride_min)
    points = [
        (i + 0.5, week.long_ride_min / 60, f"Week {week.number}: longest {session} {hours_of(week.long_ride_min)}")
        for i, week in enumerate(weeks)
        if week.long_ride_min
    ]
    return Chart(
        chart_id="hours",
        title="Hours a week",
        unit="h",
        summary=(
            f"{number(sum(week.hours for week in weeks))} hours in {len(weeks)} weeks; the longest {session} is "
            f"{hours_of(longest.long_ride_min)}, in week {longest.number}."
        ),
        legend=(("wanted", "hours wanted"), ("long-ride", f"longest {session}")),
        bars=tuple(
            scale.bar(
                i,
                week.hours,
                week.phase,
                f"Week {week.number}, {week.phase}: {number(week.hours, 2)} h, {number(week.target_hours, 2)} h wanted",
            )
            for i, week in enumerate(weeks)
        ),
        marks=tuple(scale.mark(i, week.target_hours) for i, week in enumerate(weeks)),
        lines=(scale.dotted("long-ride", points),),
        grid=scale.grid,
        weeks=scale.week_labels,
    )


def tss_chart(season: Season) -> Chart:
    """TSS of each week against that wanted."""
    weeks = season.weeks
    scale = Scale(len(weeks), max(max(week.tss, week.target_tss) for week in weeks))
    highest = max(weeks, key=lambda week: week.tss)
    return Chart(
        chart_id="load",
        title="Training load a week",
        unit="TSS",
        summary=(
            f"{sum(week.tss for week in weeks):.0f} TSS in all; the hardest week is week {highest.number} with "
            f"{highest.tss:.0f} TSS."
        ),
        legend=(("wanted", "TSS wanted"),),
        bars=tuple(
            scale.bar(
                i,
                week.tss,
                week.phase,
                f"Week {week.number}, {week.phase}: {week.tss:.0f} TSS, {week.target_tss:.0f} wanted",
            )
            for i, week in enumerate(weeks)
        ),
        marks=tuple(scale.mark(i, week.target_tss) for i, week in enumerate(weeks)),
        grid=scale.grid,
        weeks=scale.week_labels,
    )


def goal_chart(season: Season) -> Chart | None:
    """Minutes in the goal's bands against those wanted; ``None`` for a plan whose goal is not counted in minutes."""
    weeks, bands = season.weeks, season.goal_bands
    if not bands:
        return None
    total = [week.bands.within(bands) for week in weeks]
    scale = Scale(len(weeks), max(*total, *(week.wanted_min or 0.0 for week in weeks), 10.0))
    bars = []
    for i, week in enumerate(weeks):
        base = 0.0
        for band in bands:
            minutes = week.bands.of(band)
            if minutes:
                text = f"Week {week.number}: {number(minutes, 0)} min at {bands_in_words([band])}"
                bars.append(scale.bar(i, minutes, season.colour_of(band), text, base))
                base += minutes
    best = max(range(len(weeks)), key=lambda i: total[i])
    return Chart(
        chart_id="goal",
        title=f"Minutes that count for the goal, at {bands_in_words(bands)} of {season.record.threshold}",
        unit="min",
        summary=(
            f"{number(sum(total), 0)} minutes at {bands_in_words(bands)} of {season.record.threshold} in all, most in "
            f"week {weeks[best].number} with {number(total[best], 0)}."
        ),
        legend=(
            *((season.colour_of(band), bands_in_words([band])) for band in bands),
            ("wanted", "minutes wanted"),
            ("least", "least that counts"),
        ),
        bars=tuple(bars),
        marks=(
            *(scale.mark(i, week.least_min, "least") for i, week in enumerate(weeks) if week.least_min),
            *(scale.mark(i, week.wanted_min) for i, week in enumerate(weeks) if week.wanted_min),
        ),
        grid=scale.grid,
        weeks=scale.week_labels,
    )


def fitness_chart(season: Season) -> Chart:
    """CTL, ATL and TSB from day to day."""
    days = season.days
    values = [value for day in days for value in (day.ctl, day.atl, day.tsb)]
    scale = Scale(len(season.weeks), max(values), min(values))
    end = days[-1]
    start = f"CTL goes from {season.start_ctl:.0f} to {end.ctl:.0f}"
    assumed = ", from an even training of the first load week's size" if season.start_is_assumed else ""

    def curve(at: int, shift: float) -> Iterator[tuple[float, float]]:
        return (((i + shift) / DAYS, day[at]) for i, day in enumerate(days))

    return Chart(
        chart_id="fitness",
        title="Fitness, fatigue and form",
        unit="TSS a day",
        summary=f"{start}{assumed}; TSB on the last morning is {_signed(end.tsb)}. The event itself is not counted.",
        legend=(("ctl", "fitness (CTL)"), ("atl", "fatigue (ATL)"), ("tsb", "form (TSB)")),
        lines=(
            scale.line("tsb", curve(3, 0.0)),
            scale.line("atl", curve(2, 1.0)),
            scale.line("ctl", curve(1, 1.0)),
        ),
        grid=scale.grid,
        weeks=scale.week_labels,
        zero=number(scale.y(0.0), 1) if min(values) < 0 else "",
    )


def _signed(value: float) -> str:
    return f"{value:+.0f}".replace("-", "−")


def _numbers(week: PlanWeek, sunday: DayLoad, units: Units) -> WeekNumbers:
    counted = [workout for workout in week.workouts if not workout.optional]
    rides = [workout.duration_min for workout in counted if workout.type is not WorkoutType.STRENGTH]
    distances, each = [workout.distance_km or 0.0 for workout in counted], 1000 / units.metres
    return WeekNumbers(
        number=week.week_number,
        phase=week.phase,
        hours=week.validation.actual_hours,
        target_hours=week.target_hours,
        tss=week.validation.actual_tss,
        target_tss=week.target_tss,
        long_ride_min=max(rides, default=0.0),
        bands=sum_of_bands(session_content(workout.segments).bands for workout in counted),
        wanted_min=sum(minutes.wanted for minutes in week.minutes) if week.minutes else None,
        least_min=sum(minutes.least for minutes in week.minutes) if week.minutes else None,
        ctl=sunday.ctl,
        tsb=sunday.ctl - sunday.atl,
        ground=sum(distances) * each,
        long_ground=max(distances, default=0.0) * each,
        target_ground=None if week.target_km is None else week.target_km * each,
    )


def _daily_tss(week: PlanWeek) -> Sequence[float]:
    days = [0.0] * DAYS
    for workout in week.workouts:
        days[workout.weekday.position] += _counted_tss(workout)
    return days


def _counted_tss(workout: Workout) -> float:
    return 0.0 if workout.optional else workout.tss


def _even_training(weeks: Sequence[PlanWeek]) -> float:
    """The daily TSS of the first load week: the CTL of somebody who has trained so evenly, as rule ctl-ramp has it."""
    first = next((week for week in weeks if week.week_type is WeekType.LOAD), weeks[0])
    return sum(map(_counted_tss, first.workouts)) / DAYS
