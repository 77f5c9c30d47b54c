"""Measures of how far is run: single runs, weeks, cutbacks, and the long run's share. All are in kilometres."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from plan_pipeline.core.model.vocabulary import VolumeTier, WorkoutType
from plan_pipeline.core.rules.cycle_rules import is_mostly_off
from plan_pipeline.core.rules.plan_view import PlanView, RideView, WeekView
from plan_pipeline.core.rules.rule import Finding, broken, judged, kept
from plan_pipeline.core.rules.running.runs import Run, is_careful, long_run_of, runs_of
from plan_pipeline.core.wording import likewise, listed, number

_ROUNDING_MIN = 1.0
"""Half kilometres that are added for a week's sum are no reproach to a run's minutes."""


def single_run_spike(plan: PlanView, days: int, at_most_pct: float, strong_pct: float) -> Finding:
    """No run is much longer than the longest of the 30 days before it; races are runs of their own, and not judged.

    Before the plan there is what the request says of the longest run; where it says nothing, the first 30 days are not
    judged. Measures the largest growth, in % of that longest run.
    """
    growth: dict[Run, float] = {}
    runs = runs_of(plan)
    for run in runs:
        longest = _longest_before(plan, runs, run, days)
        if longest and not run.is_race:
            growth[run] = round(100 * (run.km / longest - 1), 1)
    worst = max(growth, key=growth.__getitem__, default=None)
    if worst is None:
        return kept(None)
    weeks = tuple(dict.fromkeys(run.week for run, pct in growth.items() if pct > at_most_pct))
    if not weeks:
        return kept(growth[worst])
    longest = _longest_before(plan, runs, worst, days)
    strong = f"; more than {strong_pct:g} % is a strong warning" if growth[worst] > strong_pct else ""
    return broken(
        growth[worst],
        weeks,
        f"Week {worst.week}: {number(worst.km)} km on {worst.weekday} are {number(growth[worst])} % more than the "
        f"longest run of the {days} days before, {number(longest)} km{likewise(weeks, worst.week)}{strong}; "
        f"run at most {number(longest * (1 + at_most_pct / 100))} km.",
    )


def _longest_before(plan: PlanView, runs: Sequence[Run], run: Run, days: int) -> float:
    """The longest run of so many days before one, km; 0 where it is not known. ``runs`` are in the order of days."""
    known = plan.request.athlete_profile.longest_run_km
    reaches_back = run.position < days
    if reaches_back and known is None:
        return 0.0
    first, end = (bisect_left(runs, day, key=attrgetter("position")) for day in (run.position - days, run.position))
    before = [other.km for other in runs[first:end]]
    return max([*before, known] if reaches_back and known else before, default=0.0)


def weekly_ramp(plan: PlanView, over_weeks: int, at_most_pct: float, in_two_weeks_pct: float) -> Finding:
    """A week that has more than any of the four before has little more, and not much more within two weeks.

    Before the plan there is what the request says is run in a week by now. Measures the largest growth over the best of
    those weeks, or over the best until two weeks before, in %: of the one that goes further beyond what it may be.
    """
    found: list[tuple[float, float, WeekView, float, float]] = []
    for i, week in enumerate(plan.weeks):
        best = _best_before(plan, i, over_weeks)
        if not best or week.km <= best:
            continue
        for before, most_pct in ((best, at_most_pct), (_best_before(plan, i - 1, over_weeks), in_two_weeks_pct)):
            if before:
                growth = round(100 * (week.km / before - 1), 1)
                found.append((growth - most_pct, growth, week, before, most_pct))
    if not found:
        return kept(None)
    beyond, growth, worst, before, most_pct = max(found, key=lambda each: each[0])
    if beyond <= 0:
        return kept(growth)
    weeks = tuple(sorted({week.number for over, _, week, _, _ in found if over > 0}))
    since = "until two weeks before" if most_pct == in_two_weeks_pct else f"of the {over_weeks} before"
    return broken(
        growth,
        weeks,
        f"Week {worst.number}: {number(worst.km)} km are {number(growth)} % more than the {number(before)} of the best "
        f"week {since}{likewise(weeks, worst.number)}; at most {most_pct:g} %, "
        f"{number(before * (1 + most_pct / 100))} km.",
    )


def _best_before(plan: PlanView, i: int, over_weeks: int) -> float:
    """Kilometres of the best of so many weeks before one, counted from 0; 0 where none is known."""
    if i < 0:
        return 0.0
    now_km = plan.request.athlete_profile.current_weekly_km
    reached = [now_km] if now_km is not None and i < over_weeks else []
    return max([week.km for week in plan.weeks[max(0, i - over_weeks) : i]] + reached, default=0.0)


def volume_or_intensity(plan: PlanView, growth_pct: float) -> Finding:
    """No week brings both clearly more kilometres than any before it and a hard type of session for the first time.

    Measures how many do.
    """
    both: dict[int, list[WorkoutType]] = {}
    known: set[WorkoutType] = set()
    best = 0.0
    for week in plan.weeks:
        hard = {ride.workout.type for ride in week.rides if ride.workout.type.is_hard}
        if best and week.km > best * (1 + growth_pct / 100) and hard - known:
            both[week.number] = sorted(hard - known)
        known |= hard
        best = max(best, week.km)
    if not both:
        return kept(0.0)
    weeks = tuple(both)
    kinds = listed([kind.value.replace("_", " ") for kind in both[weeks[0]]])
    return broken(
        float(len(weeks)),
        weeks,
        f"Week {weeks[0]}: {kinds} for the first time in a week of more kilometres than any before"
        f"{likewise(weeks, weeks[0])}; bring in one at a time.",
    )


def cutback(plan: PlanView, least_pct: float, at_most: int, careful: int, careful_after_age: int) -> Finding:
    """Every three or four weeks there is one of fewer kilometres; every three for beginners and from an age on.

    A week cuts back by what it has less than the highest since the last that did; time off does too, and so does the
    taper. Measures the most weeks in a row without one.
    """
    most = careful if is_careful(plan, careful_after_age) else at_most
    stretches: list[list[WeekView]] = [[]]
    for week in plan.weeks:
        highest = max((before.km for before in stretches[-1]), default=0.0)
        if week.is_taper:
            break
        if is_mostly_off(plan, week) or (highest and week.km <= highest * (1 - least_pct / 100) + 1e-6):
            stretches.append([])
        else:
            stretches[-1].append(week)
    longest = max(stretches, key=len)
    if len(longest) <= most:
        return kept(len(longest) or None)
    late = longest[most]
    highest = max(week.km for week in longest[:most])
    return broken(
        len(longest),
        tuple(week.number for stretch in stretches for week in stretch[most:]),
        f"Weeks {longest[0].number} to {longest[-1].number}: {len(longest)} weeks in a row without a cutback; at most "
        f"{most}, so let week {late.number} have {number(highest * (1 - least_pct / 100))} km or less.",
    )


def long_run_share(
    plan: PlanView,
    share: float,
    share_of_low_tier: float,
    share_of_few_runs: float,
    few_runs: int,
    most_min: float,
    most_min_for_marathon: float,
    of_tier: float,
) -> Finding:
    """The long run is no more than its share of the week's kilometres, and not too many minutes.

    A low tier and a week of few runs may have a larger share, and so may an event whose tiers say so: ``of_tier`` times
    theirs. Taper weeks, and
    those that a race or time off makes short, are left out. Measures the largest share, in %.
    """
    is_low = plan.purpose.tier is not None and plan.purpose.tier.name is VolumeTier.LOW
    share_of_tier = of_tier * plan.purpose.tier.tier.long_share if plan.purpose.tier else 0.0
    most = most_min_for_marathon if plan.purpose.is_for_marathon else most_min
    shares: dict[int, float] = {}
    wrong: dict[int, list[str]] = {}
    for week in plan.weeks:
        run = long_run_of(week)
        if run is None or week.is_taper or week.is_disturbed:
            continue
        is_few = sum(day.is_run for day in week.days) <= few_runs
        usual = share_of_few_runs if is_few else share_of_low_tier if is_low else share
        allowed = 100 * max(usual, share_of_tier)
        shares[week.number] = round(100 * run.km / week.km, 1)
        if faults := list(_faults_of_long_run(run, shares[week.number], allowed, most)):
            wrong[week.number] = faults
    return judged(
        shares,
        wrong.__contains__,
        lambda worst, others: (
            f"Week {worst}: {listed(wrong[worst])}{others}; give kilometres of the long run to the other days."
        ),
        badness=lambda week: shares[week] + 100 * (week in wrong),
    )


def _faults_of_long_run(run: RideView, share_pct: float, most_pct: float, most_min: float) -> Iterator[str]:
    day = run.workout.weekday
    if share_pct > most_pct:
        yield f"{number(run.km)} km on {day} are {number(share_pct)} % of the week, at most {most_pct:g}"
    if run.minutes > most_min + _ROUNDING_MIN:
        yield f"{number(run.minutes, 0)} min on {day}, at most {most_min:g}"
