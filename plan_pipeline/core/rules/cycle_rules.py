"""Measures of a plan's course as a whole: how many light weeks it has, and whether the athlete is tested."""

from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import ExperienceLevel, WeekType
from plan_pipeline.core.rules.plan_view import PlanView, WeekView
from plan_pipeline.core.rules.rule import Finding, broken, kept
from plan_pipeline.core.wording import counted


def load_weeks_in_a_cycle(plan: PlanView) -> int:
    """Load weeks before each light one: fewer for athletes of an age, and for somewhat younger ones who ride hard."""
    cycle, age = plan.config.week.load_cycle, plan.request.athlete_profile.age or 0
    hard = max((sum(bool(day.hard) for day in week.days) for week in plan.load_weeks), default=0)
    is_careful = age >= cycle.careful_from_age or (
        age >= cycle.careful_if_hard_from_age and hard >= cycle.careful_hard_days
    )
    return cycle.careful if is_careful else cycle.load_weeks


def most_light_weeks(plan: PlanView) -> int:
    """The most light weeks that a plan may hold, its taper not counted: by its length, or by the athlete's cycle."""
    cycle, length = plan.config.week.load_cycle, len(plan.weeks)
    by_length = next((most for weeks, most in cycle.most_light if length <= weeks), cycle.most_light[-1][1])
    may_be_careful = (plan.request.athlete_profile.age or 0) >= cycle.careful_if_hard_from_age
    return max(by_length, length // (cycle.careful + 1)) if may_be_careful else by_length


def is_mostly_off(plan: PlanView, week: WeekView) -> bool:
    """Whether time off takes at least half of the days that the athlete has in a week: it rests them as a light one."""
    available = plan.request.athlete_profile.training_availability.week_days
    off = plan.request.days_off(week.number)
    return bool(off) and 2 * sum(day in off for day in available) >= len(available)


def light_weeks(plan: PlanView) -> list[int]:
    """The light weeks of a plan that count as such, by number.

    Not the one that ends a plan, where it is no short one: it makes room for what comes. Nor one that time off has made
    light.
    """
    length = len(plan.weeks)
    return [
        week.number
        for week in plan.weeks
        if week.week.week_type is WeekType.RECOVERY
        and not is_mostly_off(plan, week)
        and not (week.number == length and length > plan.config.week.load_cycle.short_plan_weeks)
    ]


def recovery_count(plan: PlanView) -> Finding:
    """Not more light weeks than fit the plan's length, and in plans of eight weeks or more one for each five of load.

    A light week that ends the plan, and one that time off has made light, is none too many. Measures the light weeks.
    """
    cycle, length = plan.config.week.load_cycle, len(plan.weeks)
    light = [week for week in plan.weeks if week.week.week_type is WeekType.RECOVERY]
    off = [week.number for week in plan.weeks if is_mostly_off(plan, week)]
    chosen, most = light_weeks(plan), most_light_weeks(plan)
    if len(chosen) > most:
        return broken(
            len(chosen),
            tuple(chosen[most:]),
            f"{counted(len(chosen), 'light week')} in a plan of {length} weeks (weeks "
            f"{', '.join(map(str, chosen))}); at most {most}, so make week {chosen[most]} a load week.",
        )
    resting = {*(week.number for week in light), *off}
    load = [week.number for week in plan.load_weeks if week.number not in resting]
    least = len(load) // cycle.least_light_per_load_weeks if length >= cycle.least_light_from_weeks else 0
    if len(resting) < least:
        return broken(
            len(resting),
            (),
            f"{counted(len(resting), 'light week')} for {len(load)} load weeks; put one after at most "
            f"{cycle.least_light_per_load_weeks} of them.",
        )
    return kept(len(light) or None)


def test_present(plan: PlanView) -> Finding:
    """A plan that is long enough tests the athlete, and no test is in the last two weeks before the event.

    How long is enough is said by the goal or the type of event. A note, and a warning where the goal is measured by
    tests. Measures the tests.
    """
    purpose, tests = plan.purpose, plan.config.week.tests
    held = [day for day in plan.days if any(ride.is_test for ride in day.rides)]
    severity = RuleSeverity.WARNING if purpose.goal and purpose.goal.needs_tests else RuleSeverity.NOTE
    from_weeks = (purpose.event_type or purpose.goal or plan.config.goals[plan.config.defaults.goal]).tests_from_weeks
    if plan.event_position is not None:
        late = [day for day in held if plan.event_position - day.position < tests.last_days_before_event]
        if late:
            week = plan.week_of(late[0])
            return broken(
                len(held),
                (week,),
                f"Week {week}: a test on {late[0].weekday} is {plan.event_position - late[0].position} days before the "
                f"event; the last one belongs {tests.last_days_before_event} days before it or earlier.",
                severity,
            )
    if held or len(plan.weeks) < from_weeks:
        return kept(len(held) or None)
    first = max(
        tests.first_week, tests.beginner_first_week if plan.purpose.experience is ExperienceLevel.BEGINNER else 0
    )
    return broken(
        0,
        (),
        f"Nothing in {len(plan.weeks)} weeks tests the athlete; let a test stand in for a hard session in "
        f"week {first}, and again every {tests.every_weeks[0]} to {tests.every_weeks[1]} weeks.",
        severity,
    )
