"""Reading an answer as a model of ours: from text that should be JSON, or from a tool's arguments."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from plan_pipeline.llm.conversation import Wrong
from plan_pipeline.strict_input.input_limits import StrictInputError
from plan_pipeline.strict_input.strict_json import parse_json
from plan_pipeline.strict_input.validation_messages import describe

M = TypeVar("M", bound=BaseModel)

NOTHING = "The answer is empty; give the JSON object that was asked for."


def read_text(model: type[M], text: str) -> M | Wrong:
    """The object in an answer's text, or everything that is wrong with its form."""
    if not text.strip():
        return Wrong((NOTHING,))
    try:
        given = parse_json(text)
    except StrictInputError as error:
        return Wrong((f"The answer {error}; write one JSON object and nothing beside it.",))
    return read_object(model, given)


def read_object(model: type[M], given: Any) -> M | Wrong:
    """The object of a tool's arguments, or everything that is wrong with its form."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        return Wrong(tuple(describe(error, model)))
