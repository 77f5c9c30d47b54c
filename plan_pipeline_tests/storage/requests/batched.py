"""What the inbox took in and no run has worked off yet."""

from __future__ import annotations

from collections.abc import Iterator

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.storage.requests.claims import Batch
from plan_pipeline.storage.requests.inbox import Inbox


def batched(inbox: Inbox) -> Iterator[PlanRequest]:
    """The requests of all batches that wait, in order."""
    for batch in _batches(inbox):
        yield from (received.request for received in batch.requests)


def orders(inbox: Inbox) -> Iterator[str]:
    """The places of these requests in the order of all."""
    for batch in _batches(inbox):
        yield from (batch.receipt(received).order for received in batch.requests)


def _batches(inbox: Inbox) -> Iterator[Batch]:
    for batch_id in inbox.claims.pending():
        with inbox.claims.batch(batch_id) as batch:
            assert batch is not None
            yield batch
