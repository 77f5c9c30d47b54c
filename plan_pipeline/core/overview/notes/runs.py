"""The notes of a running plan, put together: what it is for, volume, long and easy runs, ground, taper, races."""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import mean
from typing import Final

from plan_pipeline.core.model.athlete import USUAL_MIX_PCT
from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.model.vocabulary import (
    Constraint,
    CourseProfile,
    DayRole,
    EventPriority,
    Phase,
    VolumeTier,
    WorkoutType,
)
from plan_pipeline.core.overview.notes.paragraphs import (
    dates_paragraph,
    days_paragraph,
    kept_in_taper,
    light_weeks_paragraph,
    long_ride_paragraph,
    missed_days_paragraph,
    phases_paragraph,
    tests_paragraph,
    time_off_sentence,
)
from plan_pipeline.core.overview.notes.run_paces import (
    heat_paragraph,
    marathon_paragraph,
    paces_paragraph,
    race_metres,
    standing_paragraph,
    units_of,
)
from plan_pipeline.core.overview.notes.words import (
    extra_of,
    ground,
    ground_span,
    is_walked_by_turns,
    laid_out,
    load_weeks,
    weeks_named,
)
from plan_pipeline.core.paces.taper import TaperMethod, taper, taper_by_distance
from plan_pipeline.core.paces.text import distance_text, time_text
from plan_pipeline.core.purpose.between_races import easy_start
from plan_pipeline.core.purpose.purpose import Purpose
from plan_pipeline.core.wording import counted, listed, number

_TIERS: Final = {VolumeTier.LOW: "low", VolumeTier.MID: "middle", VolumeTier.HIGH: "high"}

MOST_STRUCTURES: Final = 8
"""Structures of long runs that are told one by one; of more, the commonest."""


def run_paragraphs(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> Iterator[str]:
    """The strategy of the plan, paragraph by paragraph; some may be empty."""
    yield _opening(purpose, weeks)
    yield standing_paragraph(purpose)
    yield _with_changes(purpose, weeks)
    yield _volume_paragraph(purpose, weeks)
    yield " ".join(filter(None, (long_ride_paragraph(purpose, weeks), _structures(weeks))))
    yield light_weeks_paragraph(weeks)
    yield days_paragraph(purpose, weeks)
    yield _easy_paragraph(weeks)
    yield tests_paragraph(purpose, weeks)
    yield paces_paragraph(purpose)
    yield marathon_paragraph(purpose)
    yield _ground_paragraph(purpose)
    yield _taper_paragraph(purpose, weeks)
    yield heat_paragraph(purpose)
    yield _races_paragraph(purpose)
    yield missed_days_paragraph(purpose, weeks)
    yield dates_paragraph(purpose.request)


# --- what for, and how much ------------------------------------------------------------------------------------


def _opening(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    request = purpose.request
    athlete, event = request.athlete_profile, request.event
    lead = "of structured training"
    if event is not None:
        lead = f"up to {one_line(event.name)} on {event.date:%d %B %Y}{_in_figures(purpose)}"
    goals = [one_line(goal).rstrip(".") for goal in athlete.goals]
    goal = f" Your goals: {'; '.join(goals)}." if goals else ""
    reading = f" Where you did not say it: {purpose.reading}." if purpose.reading else ""
    return f"{len(weeks)} weeks {lead} to {purpose.aim.purpose}.{goal}{reading}"


def _in_figures(purpose: Purpose) -> str:
    """The distance and the goal time of the event in brackets, as far as they are known."""
    metres, event = race_metres(purpose), purpose.request.event
    assert event is not None
    units = units_of(purpose.request.athlete_profile)
    parts = [distance_text(metres, units)] if metres else []
    parts += [f"goal {time_text(event.goal_time)}"] if event.goal_time else []
    return f" ({', '.join(parts)})" if parts else ""


def _with_changes(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """The phases, and what was dropped or repeated to fit them into the weeks there are."""
    fitting = purpose.fitting_of(len(load_weeks(weeks)))
    changes = fitting.changes if fitting else ""
    if purpose.aim.standard and fitting is None:
        changes = "So short a plan has no base to build: it is for who is fit already, and ramps, peaks and tapers."
    return " ".join(filter(None, (_easy_start(purpose, weeks), phases_paragraph(purpose, weeks), changes)))


def _easy_start(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """Why the first weeks of a block between two marathons are easy."""
    easy = weeks[: len(easy_start(purpose))]
    if not easy:
        return ""
    usual = max(week.target_hours for week in load_weeks(weeks))
    shares = listed(f"{100 * week.target_hours / usual:.0f} %" for week in easy)
    return (
        f"This is a block between two marathons: {weeks_named([week.week_number for week in easy])} "
        f"{'is' if len(easy) == 1 else 'are'} for getting over the last one, easy running only and {shares} of the "
        "fullest week; what you had before comes back faster than it was built."
    )


def _volume_paragraph(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """Volume from the first load week to the fullest, and the tier that it stands for."""
    athlete, load = purpose.request.athlete_profile, load_weeks(weeks)
    hours, units = [week.target_hours for week in load], athlete.units
    kms = [week.target_km for week in load if week.target_km is not None]
    if kms:
        said = (
            f"Load weeks hold {ground_span(kms, units)}, about {_span(hours)} h of running; you asked for "
            f"{ground(purpose.weekly_km, units)} in the fullest week."
        )
    else:
        about = [hour * 3.6 * athlete.runner.speed(USUAL_MIX_PCT) for hour in (min(hours), max(hours))]
        said = (
            f"Load weeks hold {_span(hours)} h, about {ground_span(about, units)} of running; you asked for "
            f"{number(athlete.hours_per_week, 2)} h a week."
        )
    if athlete.current_weekly_km is not None:
        said += f" You run {ground(athlete.current_weekly_km, units)} a week by now, and the plan starts from there."
    return said + _tier_of(purpose)


def _tier_of(purpose: Purpose) -> str:
    choice, units = purpose.tier, purpose.request.athlete_profile.units
    if choice is None:
        return ""
    own, other = choice.tier, choice.warning
    said = (
        f" That is the {_TIERS[choice.name]} tier for this aim: plans of it start at "
        f"{ground_span(own.start_km, units)} a week and peak at {ground_span(own.peak_km, units)}, with a longest run "
        f"of {ground_span(own.longest_km, units)}."
    )
    return f"{said} {other}" if other else said


def _span(values: Sequence[float]) -> str:
    low, high = (number(value) for value in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


# --- long and easy runs ----------------------------------------------------------------------------------------


def _structures(weeks: Sequence[OverviewWeek]) -> str:
    """What the long runs are laid out like, and which of them are key sessions."""
    found: dict[str, list[int]] = {}
    hard: list[int] = []
    for week in weeks:
        for day in week.trained:
            if day.role in (DayRole.LONG_RIDE, DayRole.LONG_QUALITY) and day.patterns:
                found.setdefault(day.patterns[0], []).append(week.week_number)
            if day.role is DayRole.LONG_QUALITY:
                hard.append(week.week_number)
    told = sorted(found, key=lambda pattern: (-len(found[pattern]), found[pattern][0]))
    told = [pattern for pattern in told if pattern not in ("easy", "rolling")][:MOST_STRUCTURES]
    parts = [f"{laid_out(pattern)} in {weeks_named(found[pattern])}" for pattern in sorted(told, key=found.__getitem__)]
    text = f"It is not the same run every week: {listed(parts)}; otherwise it is easy." if parts else ""
    if hard:
        text += (
            f" Those of {weeks_named(hard)} are key sessions: the day before is easy, the two days after are, and the "
            "week has one key session beside."
        )
    return text


def _easy_paragraph(weeks: Sequence[OverviewWeek]) -> str:
    """How easy runs differ, what they end with, and where they are walked in part."""
    texts = []
    walked = [week.week_number for week in weeks if any(is_walked_by_turns(day) for day in week.trained)]
    if walked:
        texts.append(
            f"In {weeks_named(walked)} you run and walk by turns. The walks are part of the training and no failure: "
            "take each before you need it, walk briskly, and run so slowly that you could talk. Tendons and bones take "
            "longer to get used to running than heart and lungs."
        )
    else:
        texts.append(
            "Easy runs differ in length on purpose: the shortest come before hard days, the longest two days after "
            "one. They are the larger part of the plan, and their pace is the slowest you have."
        )
    extras: dict[str, list[int]] = {"strides": [], "hill sprints": []}
    for week in weeks:
        kinds = {extra_of(day.patterns) for day in week.trained} - {""}
        for kind in kinds:
            extras[kind].append(week.week_number)
    texts += list(_extras(extras["strides"], extras["hill sprints"]))
    return " ".join(texts)


def _extras(strides: Sequence[int], sprints: Sequence[int]) -> Iterator[str]:
    how = "Strides are relaxed and fast, 15 to 30 seconds, with all the rest you want"
    if strides and sprints:
        yield (
            f"Some end fast: with strides in {weeks_named(strides)}, with hill sprints in {weeks_named(sprints)}. "
            f"{how}; hill sprints are short, steep and all out, with a walk back down. Neither tires, and both keep "
            "your stride quick."
        )
    elif strides:
        yield f"Some end with strides, in {weeks_named(strides)}. {how}; they do not tire, and keep your stride quick."


# --- ground and weather ----------------------------------------------------------------------------------------


def _ground_paragraph(purpose: Purpose) -> str:
    """What stands in for hills, track and trails where they are missing, said plainly."""
    lacks, event = frozenset(purpose.request.all_constraints), purpose.request.event
    profile = event.profile if event else None
    kinds = Counter(
        kind for phase in purpose.aim.phases for session in phase.sessions_of(purpose.experience) for kind in session
    )
    texts = []
    if Constraint.NO_HILLS in lacks:
        texts.append(
            "You have no hills at hand: hard repeats on the flat stand in for those uphill, and strides for hill "
            "sprints. They train the same heart, but not quite the same legs."
            if kinds[WorkoutType.HILLS]
            else "You have no hills at hand: strides on the flat stand in for hill sprints."
        )
        if profile in (CourseProfile.HILLY, CourseProfile.TRAIL):
            texts.append(
                "The course has hills that nothing here can stand in for, descents above all: find some for two or "
                "three runs in the last two months, or race with respect for them."
            )
    elif profile is CourseProfile.HILLY:
        texts.append("The course is hilly: run hills whenever there is a choice, and pace climbs by effort on the day.")
    if Constraint.NO_TRACK in lacks:
        texts.append(
            "You have no track: repeats are run by time, or on a flat stretch of road that you have measured once."
        )
    if Constraint.NO_TRAIL in lacks and profile is CourseProfile.TRAIL:
        texts.append(
            "You have no trails at hand for a race on trails: nothing else trains the footing, so get to one when you "
            "can, and go by time rather than distance there."
        )
    elif profile is CourseProfile.TRAIL:
        texts.append("On trails go by time and effort, and hike what is steep: walking there is racing too.")
    return " ".join(texts)


# --- taper, races on the way -----------------------------------------------------------------------------------


def _taper_paragraph(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """How many days the taper lasts and by which method, how volume falls, and what sharp work stays."""
    last = [week for week in weeks if week.phase is Phase.TAPER]
    trained = [week for week in last if week.trained]
    event = purpose.request.event
    if not trained or event is None:
        return ""
    days = event.weekday.position + 7 * (len(last) - 1)
    usual = mean(week.target_hours for week in load_weeks(weeks))
    steps = listed(f"{100 * (1 - week.target_hours / usual):.0f} %" for week in trained)
    kept = kept_in_taper(purpose, trained)
    kept += [f"strides on {day.weekday}" for day in trained[-1].trained if extra_of(day.patterns) == "strides"]
    keeps = f"; what stays is {listed(kept)}" if kept else ""
    return (
        f"The taper lasts {counted(days, 'day')}. {_by_what(purpose)} It takes volume down by {steps} against an "
        f"average load week, in {weeks_named([week.week_number for week in trained])}, and keeps the pace of what is "
        f"left{keeps}. Freshness comes from doing less."
    )


def _by_what(purpose: Purpose) -> str:
    """The method that the length of the taper was found by, and its reason."""
    kind, constants = purpose.event_type, purpose.request.athlete_profile.time_constants
    if kind is None:
        return ""
    if kind.race is None:
        least, most = kind.taper.days
        return f"It goes by the kind of race, for which {least} to {most} days are usual; whole weeks are planned."
    if constants is None:
        return f"It goes by the distance: {taper_by_distance(kind.race).rationale}; whole weeks are planned."
    found = taper(kind.race, constants.fitness_days, constants.fatigue_days, constants.gain_ratio)
    by = {
        TaperMethod.FITTED_MODEL: "by the model that was fitted to your training",
        TaperMethod.TIME_CONSTANTS: "by your time constants",
        TaperMethod.DISTANCE: "by the distance",
    }[found.method]
    return f"It goes {by}, {counted(found.days, 'day')}: {found.rationale}; whole weeks are planned."


def _races_paragraph(purpose: Purpose) -> str:
    """Races on the way, what they are for, and days off."""
    events = purpose.request.events
    off = time_off_sentence(purpose.request)
    if not events:
        return off
    named = listed(f"{one_line(event.name)} on {event.date:%d %B} ({event.priority})" for event in events)
    before = counted(purpose.config.week.hours.easy_days_before_b, "easy day")
    said = f"On the way you race {named}. A race stands in for a key session of its week, and the day after is easy."
    if any(event.priority is EventPriority.B for event in events):
        said += (
            f" Those of priority B are tune-ups, with {before} before them: race them all out, try shoes, breakfast "
            "and pacing, and put the time into the next request, since it says more about your paces than any workout."
        )
    return f"{said} {off}".rstrip()
