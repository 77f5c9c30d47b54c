"""One small question that shows whether a model can be asked, and whether it answers in the form that it is given."""

import time
from typing import NamedTuple

from pydantic import Field, ValidationError

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.model_call import CallPurpose
from plan_pipeline.llm.asking import Provider, Question, Reply, StopReason, Told
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
    """How a trial went. ``problems`` says what is wrong with the answer; ``latency_ms`` is that of the one request."""

    reply: Reply
    latency_ms: float
    answer: TrialAnswer | None
    problems: tuple[str, ...]


def try_provider(provider: Provider) -> Trial:
    """Ask a provider the question, once. Raises ``CallFailedError`` where no answer comes."""
    prepare = getattr(provider, "prepare", None)  # what takes seconds before the first call is none of its latency
    if prepare is not None:
        prepare()
    started = time.perf_counter()
    reply = provider.ask(TRIAL)
    latency_ms = (time.perf_counter() - started) * 1000
    return Trial(reply, latency_ms, *_read(reply))


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
