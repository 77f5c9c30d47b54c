"""A workout in the library's own form, as JSON: ``sport`` and ``parts``, as in its YAML."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from plan_pipeline.core.model.vocabulary import Sport, WorkoutType
from plan_pipeline.core.model.workout import Part
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.formats.reading import ReadSession, Repairs, UnreadableSessionError, finished
from plan_pipeline.formats.session import parts_of_library
from plan_pipeline.strict_input.input_limits import shortened
from plan_pipeline.strict_input.validation_messages import first_problem, in_words

_MODEL_NAMES: Final = re.compile(r"\.(?:running|step|set)(?=[.:])")
"""What a place in a file has no names for."""


class _Parts(BaseModel):
    """The parts of a workout, as its file has them."""

    parts: tuple[Part, ...]


def library_form(whole: Mapping[str, Any], repairs: Repairs) -> ReadSession:
    """The session of a workout; what may change in it is left to the import. Raises ``UnreadableSessionError``."""
    sport = _word(Sport, whole.get("sport", Sport.CYCLING.value), "sport")
    kind = _word(WorkoutType, whole["type"], "type") if whole.get("type") else None
    parts = whole["parts"]
    if not isinstance(parts, list):
        raise UnreadableSessionError(f"parts is {shortened(in_words(parts))}, not a list of steps and sets; correct it")
    try:
        found = _Parts(parts=tuple(map(_running, parts) if sport is Sport.RUNNING else parts)).parts
    except ValidationError as error:
        raise UnreadableSessionError(f"{_MODEL_NAMES.sub('', first_problem(error, _Parts))}; correct it") from None
    return finished(
        str(whole.get("name") or ""),
        parts_of_library(found),
        repairs,
        description=str(whole.get("description") or ""),
        least_repeats=None,
        sport=sport,
        off_the_bike=kind is WorkoutType.STRENGTH,
        unmeasured=kind if kind in record_of(sport).unmeasured else None,
    )


def _running(part: Any) -> Any:
    """A part whose steps are of running, those without a speed too."""
    if not isinstance(part, dict):
        return part
    if isinstance(steps := part.get("steps"), list):
        return {**part, "steps": list(map(_running, steps))}
    return {"by_effort": False, **part}


def _word(words: Any, given: Any, field: str) -> Any:
    try:
        return words(given)
    except ValueError:
        raise UnreadableSessionError(
            f"{field} is {shortened(in_words(given))}, which is none; write one of {', '.join(words)}"
        ) from None
