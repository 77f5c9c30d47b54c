"""Message Batches: many questions handed in together at half the price, answered within a day.

Imports the SDK, so it is imported where a batch is really handed in or collected. Keeps nothing: who collects a batch
twice is given the same answers twice.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any, Final

from anthropic.types.messages import MessageBatch
from pydantic import BaseModel, ValidationError

from plan_pipeline.core.model.model_call import CallOutcome
from plan_pipeline.llm.anthropic.client import FAILURES
from plan_pipeline.llm.anthropic.failures import cut_short, failure_of, not_the_api, of_batch
from plan_pipeline.llm.anthropic.provider import AnthropicProvider
from plan_pipeline.llm.anthropic.replies import reply_of
from plan_pipeline.llm.asking import CallFailedError, Question, Reply
from plan_pipeline.llm.batches import BatchState

CUSTOM_ID: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""The form of the ids that the API takes."""

MOST_REQUESTS: Final = 100_000
"""In one batch, as the API has it."""

PAGE_SIZE: Final = 100


@dataclass(frozen=True)
class AnthropicBatches:
    """The batches of the account that the provider's key is for. Every method makes a request, ``results`` two.

    Each raises ``CallFailedError`` where it brought no answer, and repeats nothing.
    """

    provider: AnthropicProvider

    def submit(self, questions: Mapping[str, Question]) -> BatchState:
        """Hand in questions, each under an id of the caller's that its result comes back with.

        Where the connection breaks off the batch may be there all the same: ``recent`` shows it. Raises ``ValueError``
        for no question or too many, and for an id that is not of 1 to 64 letters, digits, ``_`` and ``-``.
        """
        if not 1 <= len(questions) <= MOST_REQUESTS:
            raise ValueError(f"a batch has 1 to {MOST_REQUESTS:,} questions, not {len(questions):,}")
        for custom_id in questions:
            if not CUSTOM_ID.fullmatch(custom_id):
                raise ValueError(f"{custom_id!r} is no id in a batch: use 1 to 64 letters, digits, '_' and '-'")
        requests: Any = [
            {"custom_id": custom_id, "params": self.provider.parameters(question)}
            for custom_id, question in questions.items()
        ]
        with self._failures():
            return self._state(self.provider.client.sdk.messages.batches.create(requests=requests))

    def state(self, batch_id: str) -> BatchState:
        """How far a batch is."""
        with self._failures():
            return self._state(self.provider.client.sdk.messages.batches.retrieve(batch_id))

    def recent(self, at_most: int = PAGE_SIZE, since: dt.datetime | None = None) -> tuple[BatchState, ...]:
        """The batches handed in last, the latest first, whoever did it with this account.

        With ``since`` none that was created before it. Makes a request for every hundred batches.
        """
        with self._failures():
            page = self.provider.client.sdk.messages.batches.list(limit=min(at_most, PAGE_SIZE))
            states = (self._state(batch) for batch in islice(page, at_most))
            return tuple(takewhile(lambda state: since is None or state.created_at >= since, states))

    def cancel(self, batch_id: str) -> BatchState:
        """Have a batch end early: what is not being answered yet will be ``canceled``."""
        with self._failures():
            return self._state(self.provider.client.sdk.messages.batches.cancel(batch_id))

    def results(self, batch_id: str) -> Iterator[tuple[str, Reply | CallFailedError]]:
        """What came of each question of a batch that has ended, by its id, in any order, as it is read.

        Raises ``CallFailedError`` in between where the connection breaks off; what was given until then holds.
        """
        with self._failures(), closing(self.provider.client.sdk.messages.batches.results(batch_id)) as lines:
            for line in lines:
                yield line.custom_id, self._outcome(line.result.to_dict(mode="json", warnings=False))

    def _outcome(self, result: Mapping[str, Any]) -> Reply | CallFailedError:
        access, model = self.provider.access, self.provider.model
        match result["type"]:
            case "succeeded":
                try:
                    return reply_of(result["message"])
                except (ValueError, KeyError, TypeError):
                    return not_the_api(access, 200)
            case "errored":
                error = result["error"]
                return of_batch(error["error"], error.get("request_id"), access, model)
            case "expired":
                return CallFailedError(
                    f"The batch ended before {model} came to this question: hand it in again",
                    CallOutcome.EXPIRED,
                    is_transient=True,
                )
            case other:
                return CallFailedError(f"The question was {other} with its batch", CallOutcome.EXPIRED)

    def _state(self, batch: MessageBatch) -> BatchState:
        read = _Batch.model_validate(batch.to_dict(mode="json", warnings=False))
        counts = read.request_counts
        return BatchState(
            batch_id=read.id,
            has_ended=read.processing_status == "ended",
            created_at=read.created_at,
            expires_at=read.expires_at,
            waiting=counts.processing,
            succeeded=counts.succeeded,
            errored=counts.errored,
            expired=counts.expired,
            canceled=counts.canceled,
        )

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """What the SDK raises within, as ``CallFailedError``."""
        access, model = self.provider.access, self.provider.model
        try:
            yield
        except FAILURES as error:
            raise failure_of(error, access, model) from None
        except ValidationError:
            raise not_the_api(access, 200) from None
        except ValueError as error:  # a line that is no JSON
            line = getattr(error, "doc", "")
            raise (cut_short(model, len(line)) if line.lstrip().startswith("{") else not_the_api(access, 200)) from None
        except (AttributeError, KeyError, TypeError):  # JSON of something else
            raise not_the_api(access, 200) from None


class _Counts(BaseModel):
    processing: int
    succeeded: int
    errored: int
    expired: int
    canceled: int


class _Batch(BaseModel):
    """What is read of a batch."""

    id: str
    processing_status: str
    created_at: dt.datetime
    expires_at: dt.datetime
    request_counts: _Counts
