"""One small question that shows whether a model can be asked, and whether it answers in the form that it is given."""

from typing import NamedTuple

from pydantic import Field, ValidationError

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.model_call import CallPurpose, ModelCall
from plan_pipeline.llm.asking import Question, Reply, StopReason, Told
from plan_pipeline.llm.desk import ModelDesk
from plan_pipeline.strict_input.validation_messages import describe

TRIAL_VERSION = "trial-1"
"""Of the question below; of nobody's plan, so it has no version of a configuration."""


class TrialAnswer(Frozen):
    """What is asked for. The limits are told to the model, and held against its answer."""

    minutes: int = Field(ge=20, le=90, description="Length of the ride in minutes, 20 to 90.")
    advice: str = Field(min_length=1, max_length=300, description="One sentence for the athlete.")


TRIAL = Question(
    purpose=CallPurpose.TRIAL,
    plan_id="trial",
    system="You are a cycling coach. You answer with one JSON object of the form that you are given.",
    turns=(Told(text="How long is a recovery ride on the day after a hard session, and what matters most in it?"),),
    answer_schema=TrialAnswer.model_json_schema() | {"additionalProperties": False},
    prompt_version=TRIAL_VERSION,
    config_version="none",
)


class Trial(NamedTuple):
    """How a trial went: the call as it is on record, the answer, and in ``problems`` what is wrong with it."""

    call: ModelCall
    reply: Reply
    answer: TrialAnswer | None
    problems: tuple[str, ...]


def try_provider(desk: ModelDesk) -> Trial:
    """Ask a provider the question, once more than any time before: the desk is to renew what it asks.

    Raises ``CallFailedError`` where no answer comes, and ``BudgetError``.
    """
    prepare = getattr(desk.provider, "prepare", None)  # what takes seconds before the first call is none of its latency
    if prepare is not None:
        prepare()
    found = desk.ask(TRIAL, attempt=1)
    answer, problems = _read(found.reply)
    desk.settle(found, len(problems))
    return Trial(found.call, found.reply, answer, problems)


def _read(reply: Reply) -> tuple[TrialAnswer | None, tuple[str, ...]]:
    match reply.stop:
        case StopReason.REFUSED:
            return None, (f"it was refused: {reply.why_refused or 'the provider does not say why'}",)
        case StopReason.CUT_OFF:
            return None, ("it was cut off; raise PLAN_PIPELINE_LLM_MAX_TOKENS",)
    try:
        return TrialAnswer.model_validate_json(reply.text), ()
    except ValidationError as error:
        return None, tuple(describe(error, TrialAnswer))
