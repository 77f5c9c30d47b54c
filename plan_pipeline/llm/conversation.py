"""A conversation that ends with an answer that can be used, or with the reasons why there is none."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from plan_pipeline.core.overview.writer import OverviewError, OverviewUnavailableError
from plan_pipeline.llm.asking import (
    Answered,
    CallFailedError,
    Question,
    Reply,
    StopReason,
    Told,
    ToolResult,
    ToolResults,
)
from plan_pipeline.llm.desk import Answer, BudgetError, Desk

log = logging.getLogger(__name__)

T = TypeVar("T")

USE_RULES = "or use options.overview: rules"

Problems = tuple[str, ...]


class Wrong(NamedTuple):
    """An answer that cannot be used, and everything that is wrong with it, a sentence each."""

    problems: Problems


class Reached(NamedTuple, Generic[T]):
    """What came of a conversation, who gave it, and in how many answers."""

    value: T
    model: str
    attempts: int


@dataclass(frozen=True)
class Conversation:
    """Asks a model until it is right, at most ``attempts`` times."""

    desk: Desk
    attempts: int

    def until_right(self, question: Question, read: Callable[[Reply], T | Wrong], wanted: str) -> Reached[T]:
        """What ``read`` makes of an answer that has no problems; those of others are all sent back at once.

        ``wanted`` says in messages what is asked for. Raises ``OverviewError`` where none of the answers can be used,
        with the problems of each, or where there was none.
        """
        tried: list[Problems] = []
        for attempt in range(1, self.attempts + 1):
            answer = ask(self.desk, question, attempt)
            found = read(answer.reply)
            if not isinstance(found, Wrong):
                self.desk.settle(answer, problems=0)
                return Reached(found, answer.reply.model, attempt)
            wrong = found.problems
            self.desk.settle(answer, problems=len(wrong))
            log.warning("attempt %d at %s of %s has %d problem(s)", attempt, wanted, question.plan_id, len(wrong))
            tried.append(wrong)
            question = question.followed_by(Answered(content=answer.reply.content), *_sent_back(answer.reply, wrong))
        raise OverviewError(_given_up(self.desk.provider.model, wanted, question.plan_id, tried), tuple(tried))


def ask(desk: Desk, question: Question, attempt: int) -> Answer:
    """An answer that is whole. Raises ``OverviewError``, as ``OverviewUnavailableError`` where one may come later."""
    try:
        answer = desk.ask(question, attempt)
    except CallFailedError as error:
        failure = OverviewUnavailableError if error.is_transient else OverviewError
        raise failure(f"{error}, {USE_RULES}") from None
    except BudgetError as error:
        raise OverviewError(f"{error}, {USE_RULES}") from None
    reply = answer.reply
    if reply.stop is StopReason.REFUSED:
        why = f": {reply.why_refused}" if reply.why_refused else ""
        raise OverviewError(
            f"{reply.model} declined to answer{why}; check the goals and the event's name of {question.plan_id}, "
            f"{USE_RULES}"
        )
    if reply.stop is StopReason.CUT_OFF:
        raise OverviewError(
            f"The answer of {reply.model} was cut off ({reply.stop_words}) at max_tokens={desk.provider.max_tokens}; "
            f"raise PLAN_PIPELINE_LLM_MAX_TOKENS, ask for fewer weeks, {USE_RULES}"
        )
    return answer


def problem_list(problems: Iterable[str]) -> str:
    """Problems as a list, for the model."""
    return "\n".join(f"- {problem}" for problem in problems)


def _sent_back(reply: Reply, problems: Problems) -> Iterable[Told | ToolResults]:
    text = f"This was not accepted:\n{problem_list(problems)}\nCorrect all of it and give the whole answer again."
    if not reply.tool_calls:
        return [Told(text=text)]
    results = (ToolResult(call_id=call.call_id, name=call.name, text=text, is_error=True) for call in reply.tool_calls)
    return [ToolResults(results=tuple(results))]


def _given_up(model: str, wanted: str, plan_id: str, tried: list[Problems]) -> str:
    return (
        f"{model} wrote no sound {wanted} of {plan_id} in {len(tried)} attempts. Wrong with the last one:\n"
        f"{problem_list(tried[-1])}\nTry again with a renewed overview, change the request, {USE_RULES}"
    )
