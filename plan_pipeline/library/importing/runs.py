"""What a library asks of runs that files do not keep to: whole minutes beside distances, and words with one meaning."""

import re

from plan_pipeline.core.model.steps import RunningStep, Step
from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.core.model.workout import steps_in
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.library.importing.ranges import odd_seconds_taker
from plan_pipeline.library.ranged import Parts


class NoEasyStepError(ValueError):
    """A run of distances has no easy step; the text says what to do."""


def in_whole_minutes(parts: Parts) -> tuple[Parts, tuple[str, ...]]:
    """The parts with an easy step of minutes where some are distances, and what was changed for it, a sentence each.

    The last easy distance outside of sets becomes minutes where there is no other such step. Raises
    ``NoEasyStepError`` where there is none at all.
    """
    steps = steps_in(parts)
    if not any(step.is_distance for step in steps) or odd_seconds_taker(parts) is not None:
        return parts, ()
    easy = [i for i, part in enumerate(parts) if isinstance(part, RunningStep) and part.segment.is_easy]
    if not easy:
        raise NoEasyStepError(
            "has distances and no easy step, which takes up their odd seconds; add one such as a cool-down of 10 min"
        )
    at = easy[-1]
    step = parts[at]
    assert isinstance(step, RunningStep)
    assert step.distance_m is not None
    minutes = float(max(1, round(step.duration_min)))
    said = f"an easy distance of {step.distance_m:g} m was read as {minutes:g} min, to take up the odd seconds"
    fields = step.model_dump(by_alias=True, exclude={"distance_m"})
    changed: Step = RunningStep.model_validate({**fields, "duration_min": minutes})
    return (*parts[:at], changed, *parts[at + 1 :]), (said,)


def without_refused_words(name: str, kind: WorkoutType, sport: Sport) -> tuple[str, tuple[str, ...]]:
    """A name without words that mean different things to different people, with the type in their place."""
    found, said = name, list[str]()
    for word in record_of(sport).refused_words:
        pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
        if pattern.search(found):
            instead = kind.value.replace("_", " ")
            found = pattern.sub(instead, found)
            said.append(f"{word!r} in its name was written as {instead}, which it is")
    return found[:1].upper() + found[1:] if said else found, tuple(said)
