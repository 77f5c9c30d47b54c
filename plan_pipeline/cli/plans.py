"""Finding the plan, and the week of it, that a command is asked for."""

from collections.abc import Iterable
from difflib import get_close_matches

from plan_pipeline.cli.exits import InputError
from plan_pipeline.core.model.instance import is_instance_id, plan_of_instance
from plan_pipeline.core.model.plan import Plan, PlanWeek
from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline.storage.instances import InstanceStore
from plan_pipeline.storage.plans.plan_store import PlanStore

NAMES_TO_SUGGEST = 5


def check_known(store: PlanStore, plans: Iterable[str], *, consequence: str = "", instances: bool = False) -> None:
    """Raises ``InputError`` for the first plan that the data folder does not have, with the nearest that it has.

    With ``instances`` the id of an instance of a plan will do as well.
    """
    known = store.plan_ids()
    for plan in plans:
        if plan in known:
            continue
        if is_instance_id(plan):
            _check_instance(store, plan, consequence, instances=instances)
            continue
        near = get_close_matches(plan, known, n=NAMES_TO_SUGGEST, cutoff=0.4)
        if not known:
            hint = "and none at all in the data folder; `plan-pipeline generate` first"
            raise InputError(f"there is no plan {plan!r}{consequence}, {hint}")
        hint = f"did you mean {', '.join(near)}?" if near else f"there are {len(known)}, such as {known[0]}"
        raise InputError(f"there is no plan {plan!r}{consequence}; {hint}")


def _check_instance(store: PlanStore, name: str, consequence: str, *, instances: bool) -> None:
    known = InstanceStore(store.data).ids()
    if name not in known:
        near = get_close_matches(name, known, n=NAMES_TO_SUGGEST, cutoff=0.4)
        hint = f"did you mean {', '.join(near)}?" if near else "`plan-pipeline schedule --list` lists those there are"
        raise InputError(f"there is no instance {name!r}{consequence}; {hint}")
    if not instances:
        plan = plan_of_instance(name)
        raise InputError(f"{name!r} is an instance of plan {plan!r}{consequence}; name the plan")


def week_of(plan: Plan, number: int) -> PlanWeek:
    """A week of a plan, numbered from 1. Raises ``InputError`` beyond the last."""
    body = plan.training_plan
    if number > len(body.weekly_plan):
        raise InputError(f"--week: {number} is beyond the plan; {body.plan_id} has {len(body.weekly_plan)} weeks")
    return body.weekly_plan[number - 1]


def day_of(plan: Plan, week: PlanWeek, name: str) -> Weekday:
    """A day of a plan's week that has a workout. Raises ``InputError`` for any other."""
    ridden = ", ".join(workout.weekday for workout in week.workouts)
    try:
        day = Weekday(name)
    except ValueError:
        raise InputError(f"--day: {name!r} is not a day of the week; week {week.week_number} has {ridden}") from None
    if day not in {workout.weekday for workout in week.workouts}:
        events = plan.training_plan.plan_metadata.every_event_in(week.week_number)
        what = "the day of the event" if any(event.weekday is day for event in events) else "a rest day"
        raise InputError(f"--day: {day} is {what}; week {week.week_number} has workouts on {ridden}")
    return day
