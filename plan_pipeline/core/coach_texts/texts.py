"""The texts of a plan: those that a model wrote into it, and by templates all others."""

from collections.abc import Mapping

from plan_pipeline.core.coach_texts.key_workouts import keys_of
from plan_pipeline.core.coach_texts.phrase_books import PHRASES
from plan_pipeline.core.coach_texts.previews import Previews
from plan_pipeline.core.coach_texts.purposes import Purposes
from plan_pipeline.core.final_plan import content_hash, sealed
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Plan, PlanWeek
from plan_pipeline.core.model.vocabulary import WorkoutType


class WeekTexts(Frozen):
    """The preview of a week, and the purposes of its workouts in their order; ``None`` for all but key workouts."""

    week_number: int
    preview: str
    purposes: tuple[str | None, ...]


class CoachTexts(Frozen):
    """What a coach says beside a plan, week by week."""

    weeks: tuple[WeekTexts, ...]

    def week(self, number: int) -> WeekTexts:
        return self.weeks[number - 1]


class WrittenTexts(Frozen):
    """Texts for some weeks and workouts of a plan: previews by week number, purposes by week number and place in it."""

    previews: Mapping[int, str]
    purposes: Mapping[tuple[int, int], str]


def texts_of(plan: Plan) -> CoachTexts:
    """A preview for each week and a purpose for each key workout.

    The same plan gives the same texts; every number, day and name in them is the plan's. What the plan itself holds
    of texts, which a model wrote, is taken as it is.
    """
    body = plan.training_plan
    rides = (w.duration_min for week in body.weekly_plan for w in week.workouts if w.type is not WorkoutType.STRENGTH)
    purposes = Purposes(body.plan_metadata, PHRASES[body.sport], max(rides, default=0.0))
    previews = Previews(plan)
    weeks = []
    for week in body.weekly_plan:
        keys = keys_of(week)
        by_rules = tuple(
            None if key is None else purposes.of(week, workout, key)
            for workout, key in zip(week.workouts, keys, strict=True)
        )
        preview = previews.of(week, [(w, key) for w, key in zip(week.workouts, keys, strict=True) if key is not None])
        weeks.append(
            WeekTexts(
                week_number=week.week_number,
                preview=week.preview or preview,
                purposes=tuple(w.purpose or text for w, text in zip(week.workouts, by_rules, strict=True)),
            )
        )
    return CoachTexts(weeks=tuple(weeks))


def key_places(week: PlanWeek) -> tuple[int, ...]:
    """The places of a week's key workouts among its workouts, from 0."""
    return tuple(place for place, key in enumerate(keys_of(week)) if key is not None)


def with_texts(plan: Plan, texts: WrittenTexts) -> Plan:
    """The plan with texts that were written for it, hashed and sealed anew; nothing else of it changes."""
    if not texts.previews and not texts.purposes:
        return plan
    body = plan.training_plan
    weeks = tuple(_with_texts(week, texts) for week in body.weekly_plan)
    body = body.model_copy(update={"weekly_plan": weeks})
    generation = plan.generation.model_copy(update={"content_hash": content_hash(body)})
    return sealed(plan.model_copy(update={"training_plan": body, "generation": generation}))


def _with_texts(week: PlanWeek, texts: WrittenTexts) -> PlanWeek:
    number = week.week_number
    workouts = tuple(
        workout.model_copy(update={"purpose": texts.purposes[number, place]})
        if (number, place) in texts.purposes
        else workout
        for place, workout in enumerate(week.workouts)
    )
    return week.model_copy(update={"preview": texts.previews.get(number, week.preview), "workouts": workouts})
