"""What a model writes of an overview: short names and no more than it has to decide, since every word is paid."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import Field

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Overview, OverviewWeek, TrainingDay
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import Phase, Sport, Weekday, WeekType, WorkoutType
from plan_pipeline.core.model.written import Number
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.llm.schemas import with_words
from plan_pipeline.llm.texts import FOCUS_WORDS, GUIDANCE_WORDS, NOTES_WORDS, text_problem

_DAYS = len(Weekday)

MIX_PCT: Final = (45.0, 100.0)
"""The mean speed of a week, % of threshold speed: between one that is walked and one that nobody runs."""

KM_STEP: Final = 0.5
"""Weeks are planned in halves of a kilometre, which matters where there are few."""


class WeekDraft(Frozen):
    """A week as a model writes it; its number is its place."""

    type: WeekType
    phase: Phase
    focus: str = Field(min_length=1)
    hours: Number = Field(ge=0, le=100)
    tss: Number = Field(ge=0, le=10_000)
    days: Annotated[tuple[WorkoutType, ...], Field(min_length=_DAYS, max_length=_DAYS)]

    @classmethod
    def of(cls, week: OverviewWeek) -> "WeekDraft":
        """A week of an overview in this form."""
        return cls(**_fields_of(week))

    def week(self, number: int) -> OverviewWeek:
        """The week as an overview has it."""
        days = tuple(TrainingDay(weekday=d, workout_type=t) for d, t in zip(Weekday, self.days, strict=True))
        return OverviewWeek(
            week_number=number,
            week_type=self.type,
            phase=self.phase,
            focus=self.focus,
            target_hours=self.hours,
            target_tss=self.tss,
            training_days=days,
        )


class KmWeekDraft(WeekDraft):
    """A week of a plan that counts kilometres: ``hours`` are those that its ``km`` take."""

    km: Number = Field(ge=0, le=400)

    @classmethod
    def of(cls, week: OverviewWeek) -> "KmWeekDraft":
        return cls(km=week.target_km or 0.0, **_fields_of(week))

    def week(self, number: int) -> OverviewWeek:
        return super().week(number).model_copy(update={"target_km": self.km})


def _fields_of(week: OverviewWeek) -> dict[str, Any]:
    return {
        "type": week.week_type,
        "phase": week.phase,
        "focus": week.focus,
        "hours": week.target_hours,
        "tss": week.target_tss,
        "days": tuple(day.workout_type for day in week.training_days),
    }


class OverviewDraft(Frozen):
    """A whole overview as a model writes it."""

    weeks: tuple[WeekDraft, ...] = Field(min_length=1)
    coaching_notes: str = Field(min_length=1)
    monitoring_guidance: str = Field(min_length=1)

    @classmethod
    def of(cls, overview: Overview) -> "OverviewDraft":
        """An overview in this form, in that with kilometres where it counts them."""
        counts_km = any(week.target_km is not None for week in overview.weeks)
        form, week_form = (KmOverviewDraft, KmWeekDraft) if counts_km else (OverviewDraft, WeekDraft)
        return form(
            weeks=tuple(map(week_form.of, overview.weeks)),
            coaching_notes=overview.coaching_notes,
            monitoring_guidance=overview.monitoring_guidance,
        )

    @property
    def texts(self) -> dict[str, str]:
        """All texts by what messages call them."""
        return {
            "coaching_notes": self.coaching_notes,
            "monitoring_guidance": self.monitoring_guidance,
            **{f"Week {number}, focus": week.focus for number, week in enumerate(self.weeks, start=1)},
        }

    @property
    def as_weeks(self) -> tuple[OverviewWeek, ...]:
        """The weeks as an overview has them, numbered from 1."""
        return tuple(week.week(number) for number, week in enumerate(self.weeks, start=1))


class KmOverviewDraft(OverviewDraft):
    """A whole overview of a plan that counts kilometres."""

    weeks: tuple[KmWeekDraft, ...] = Field(min_length=1)


def draft_form(request: PlanRequest) -> type[OverviewDraft]:
    """The form that a request is answered in."""
    return KmOverviewDraft if request.counts_km else OverviewDraft


def draft_schema(request: PlanRequest) -> dict[str, Any]:
    """The JSON Schema of the answer, the same for every plan of a sport and form, so that it can be cached."""
    return with_words(draft_form(request).model_json_schema(), {"WorkoutType": record_of(request.sport).types})


def foreign_types(draft: OverviewDraft, sport: Sport) -> Iterator[str]:
    """Types of another sport that an overview has, a sentence each."""
    known = record_of(sport).types
    for number, week in enumerate(draft.weeks, start=1):
        for kind in dict.fromkeys(week.days):
            if kind not in known:
                days = ", ".join(day for day, each in zip(Weekday, week.days, strict=True) if each is kind)
                yield f"Week {number}: {kind} ({days}) is no type of {sport}; use {', '.join(known)}."


def speed_problems(draft: OverviewDraft, request: PlanRequest) -> Iterator[str]:
    """Weeks whose kilometres do not go with their hours at any mix of the runner's paces, a sentence each."""
    for number, week in enumerate(draft.weeks, start=1):
        if not isinstance(week, KmWeekDraft) or not week.hours:
            continue
        slowest, fastest = (3.6 * request.athlete_profile.runner.speed(pct) for pct in MIX_PCT)
        if not slowest * week.hours - KM_STEP <= week.km <= fastest * week.hours + KM_STEP:
            yield (
                f"Week {number}: {week.km:g} km in {week.hours:g} h are {week.km / week.hours:.1f} km an hour; at this "
                f"runner's paces a week comes to {slowest:.1f} to {fastest:.1f}. Change km or hours."
            )


def length_problems(draft: OverviewDraft) -> Iterator[str]:
    """Which texts are too short or too long, or say nothing, a sentence each."""
    words = {"coaching_notes": NOTES_WORDS, "monitoring_guidance": GUIDANCE_WORDS}
    for name, text in draft.texts.items():
        if problem := text_problem(text, words.get(name, FOCUS_WORDS)):
            yield f"{name}: {problem}"
