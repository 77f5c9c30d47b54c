"""What a model writes of an overview: short names and no more than it has to decide, since every word is paid."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Overview, OverviewWeek, TrainingDay
from plan_pipeline.core.model.vocabulary import Phase, Weekday, WeekType, WorkoutType
from plan_pipeline.core.model.written import Number
from plan_pipeline.llm.texts import FOCUS_WORDS, GUIDANCE_WORDS, NOTES_WORDS, text_problem

_DAYS = len(Weekday)


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
        return cls(
            type=week.week_type,
            phase=week.phase,
            focus=week.focus,
            hours=week.target_hours,
            tss=week.target_tss,
            days=tuple(day.workout_type for day in week.training_days),
        )

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


class OverviewDraft(Frozen):
    """A whole overview as a model writes it."""

    weeks: tuple[WeekDraft, ...] = Field(min_length=1)
    coaching_notes: str = Field(min_length=1)
    monitoring_guidance: str = Field(min_length=1)

    @classmethod
    def of(cls, overview: Overview) -> "OverviewDraft":
        """An overview in this form."""
        return cls(
            weeks=tuple(map(WeekDraft.of, overview.weeks)),
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


def draft_schema() -> dict[str, Any]:
    """The JSON Schema of the answer, the same for every plan, so that it can be cached."""
    return OverviewDraft.model_json_schema()


def length_problems(draft: OverviewDraft) -> Iterator[str]:
    """Which texts are too short or too long, or say nothing, a sentence each."""
    words = {"coaching_notes": NOTES_WORDS, "monitoring_guidance": GUIDANCE_WORDS}
    for name, text in draft.texts.items():
        if problem := text_problem(text, words.get(name, FOCUS_WORDS)):
            yield f"{name}: {problem}"
