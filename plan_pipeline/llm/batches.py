"""Questions that are handed in together and answered later, in no provider's spelling; and which one is open of a plan.

Does not belong here: what is kept of a batch (see ``storage.model_calls``), and when one is submitted or collected.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.llm.asking import CallFailedError, Provider, Question, Reply, question_hash
from plan_pipeline.llm.desk import Answer, AnswerStore, stored_answer


class BatchState(Frozen):
    """How far a batch is. ``waiting`` counts the questions that are not answered yet; until a batch has ended, all are.

    ``expired`` and ``errored`` may be handed in again; nothing was paid for them.
    """

    batch_id: str
    has_ended: bool
    created_at: dt.datetime
    expires_at: dt.datetime
    waiting: int
    succeeded: int
    errored: int
    expired: int
    canceled: int

    @property
    def questions(self) -> int:
        """How many questions the batch has."""
        return self.waiting + self.succeeded + self.errored + self.expired + self.canceled


class QuestionBatches(Protocol):
    """The batches of an account. A method raises ``CallFailedError`` where it brought nothing, and repeats nothing."""

    @property
    def provider(self) -> Provider: ...

    def submit(self, questions: Mapping[str, Question]) -> BatchState:
        """Hand in questions, each under an id that its result comes back with.

        Where the connection breaks off the batch may be there all the same: ``recent`` shows it.
        """
        ...

    def state(self, batch_id: str) -> BatchState:
        """How far a batch is."""
        ...

    def recent(self, at_most: int, since: dt.datetime | None = None) -> tuple[BatchState, ...]:
        """The batches handed in last, the latest first, none that was created before ``since``."""
        ...

    def results(self, batch_id: str) -> Iterator[tuple[str, Reply | CallFailedError]]:
        """What came of each question of a batch that has ended, by its id, in any order.

        Raises ``CallFailedError`` in between where the connection breaks off; what was given until then holds.
        """
        ...


class QuestionOpenError(Exception):
    """A question that nobody has answered yet. ``attempt`` counts the questions of its conversation from 1."""

    def __init__(self, question: Question, attempt: int) -> None:
        super().__init__(f"question {attempt} of {question.plan_id} is open")
        self.question = question
        self.attempt = attempt


@dataclass(frozen=True)
class PendingDesk:
    """A desk that has nothing but stored answers: what is asked at it costs nothing, and shows which question is next.

    Nothing is recorded of what is made of an answer: that is for the run that uses it.
    """

    provider: Provider
    answers: AnswerStore

    def ask(self, question: Question, attempt: int) -> Answer:
        """The stored answer to a question. Raises ``QuestionOpenError`` where there is none."""
        answer = stored_answer(self.answers.find(question_hash(self.provider, question)))
        if answer is None:
            raise QuestionOpenError(question, attempt)
        return answer

    def settle(self, answer: Answer, problems: int) -> None:
        """Does nothing."""
