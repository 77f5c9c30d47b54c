"""What a model is told that writes the workouts of a plan's weeks."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.content.bands import bands_in_words
from plan_pipeline.core.model.model_call import CallPurpose
from plan_pipeline.core.model.plan import Overview, OverviewWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import ExperienceLevel, WorkoutType
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.notation import workout_notation
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.validation.week_validation import LIGHT_TOLERANCES, NORMAL_TOLERANCES
from plan_pipeline.core.wording import listed
from plan_pipeline.llm.asking import Question, Told
from plan_pipeline.llm.athlete_facts import athlete_facts
from plan_pipeline.llm.guidelines import level_lines
from plan_pipeline.llm.prompting import ATHLETE_TEXT, of_sport, prompt, prompt_version
from plan_pipeline.llm.request_prompt import typed_by_athlete
from plan_pipeline.llm.weeks.drafts import ADD_WEEK, FINALIZE, NAME_CHARACTERS
from plan_pipeline.llm.weeks.forms import WEEK_FORMS

WEEKS_PROMPT, WEEKS_REQUEST_PROMPT = "weeks", "weeks_request"

EXAMPLES_OF_A_TYPE: Final = 5
"""Workouts of each type that the model is shown, spread over those the library has."""


def weeks_question(request: PlanRequest, overview: Overview, library: Library, config: PlanningConfig) -> Question:
    """What is asked first for the workouts of a plan."""
    told = prompt(
        of_sport(WEEKS_REQUEST_PROMPT, request.sport),
        athlete=tuple(athlete_facts(request)),
        weeks=tuple(map(_week_line, overview.weeks)),
        caps=_caps(request),
        typed=typed_by_athlete(request),
    )
    return Question(
        purpose=CallPurpose.WEEKS,
        plan_id=request.plan_id,
        system=weeks_instructions(library, config),
        turns=(Told(text=told),),
        tools=WEEK_FORMS[request.sport].tools,
        prompt_version=prompt_version(
            *(of_sport(name, request.sport) for name in (WEEKS_PROMPT, WEEKS_REQUEST_PROMPT))
        ),
        config_version=config.version,
    )


@lru_cache(maxsize=4)
def weeks_instructions(library: Library, config: PlanningConfig) -> str:
    """The system prompt of written weeks, the same for every plan of a configuration and a library."""
    return prompt(
        of_sport(WEEKS_PROMPT, config.sport),
        add_week=ADD_WEEK,
        finalize=FINALIZE,
        tag=ATHLETE_TEXT,
        time_pct=f"{NORMAL_TOLERANCES.time.error_pct:g}",
        light_time_pct=f"{LIGHT_TOLERANCES.time.error_pct:g}",
        tss_pct=f"{NORMAL_TOLERANCES.tss.error_pct:g}",
        light_tss_pct=f"{LIGHT_TOLERANCES.tss.error_pct:g}",
        name_characters=NAME_CHARACTERS,
        segment_types=listed(list(WEEK_FORMS[config.sport].step_types), "or"),
        levels=tuple(level_lines(config)),
        capacities=tuple(_capacities(config)),
        critical_pct=f"{record_of(config.sport).critical_pct:g}",
        examples=tuple(_examples(library)),
    )


def _capacities(config: PlanningConfig) -> Iterator[str]:
    for name in ExperienceLevel:
        capacity = config.levels.of(name).capacity
        longest = ", ".join(f"{each.minutes:g} min at {each.pct:g} %" for each in capacity.maximal)
        yield (
            f"{name}: W′ of {capacity.w_prime_s:g} s, of which an ordinary workout leaves "
            f"{capacity.ordinary_from_pct:g} % at every moment; all out for {longest}, and training stays below that"
        )


def _examples(library: Library) -> Iterator[str]:
    by_type: dict[WorkoutType, list[str]] = {}
    for workout in library.workouts:
        written = "; ".join(workout_notation(workout.segments))
        by_type.setdefault(workout.type, []).append(f"{workout.type}, {workout.name}: {written}")
    for lines in by_type.values():
        step = max(len(lines) // EXAMPLES_OF_A_TYPE, 1)
        yield from lines[::step][:EXAMPLES_OF_A_TYPE]


def _week_line(week: OverviewWeek) -> str:
    days = ", ".join(
        f"{day.weekday} {day.workout_type}"
        + (f" ({day.role.value.replace('_', ' ')})" if day.role else "")
        + (f" of {day.minutes} min" if day.minutes else "")
        + (f" as {' or '.join(pattern.replace('_', ' ') for pattern in day.patterns)}" if day.patterns else "")
        for day in week.trained
    )
    minutes = "".join(
        f"; {asked.wanted:g} min in {bands_in_words(asked.bands)}, at least {asked.least:g}" for asked in week.minutes
    )
    km = "" if week.target_km is None else f" for {week.target_km:g} km"
    return (
        f"Week {week.week_number}, {week.week_type}, {week.phase} ({week.focus}): "
        f"target_hours {week.target_hours:g}{km}, "
        f"target_tss {week.target_tss:g}; {days or 'all rest'}{minutes}"
    )


def _caps(request: PlanRequest) -> str:
    available = request.athlete_profile.training_availability
    capped: Iterable[str] = (f"{day} {minutes} min" for day, minutes in available.max_minutes.items())
    return ", ".join(capped) or "None."
