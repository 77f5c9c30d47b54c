"""Where a plan's request came from, kept in the plan's folder, so that an older request never replaces a newer one.

Belongs here: storing a request that came in through a batch. Does not belong here: batches (see ``claims``).
"""

from __future__ import annotations

import datetime as dt

from pydantic import ValidationError

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.storage.data_folder import read_file, write_atomically
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import restore
from plan_pipeline.storage.requests.claims import Batch, Received

ORIGIN = "received.json"


class RequestSource(Frozen):
    """What brought a plan's request in last: the file and line, and the batch that stored it."""

    source: str
    batch_id: str
    received_at: dt.datetime


def store_received(store: PlanStore, received: Received, batch: Batch, *, timeout_s: float) -> bool:
    """Store a request of a batch, and bring its plan back if it was retired; doing it again changes nothing.

    Returns whether the plan is to be generated: not where a later batch has stored its request already. Raises
    ``PlanLockedError`` where a run keeps the plan for ``timeout_s`` seconds.
    """
    request = received.request
    with store.lock(request.plan_id, timeout_s):
        before = origin(store, request.plan_id)
        if before is not None and before.batch_id > batch.batch_id:
            return False
        if before is None or before.batch_id < batch.batch_id:
            store.save_request(request)
            restore(store, request.plan_id, timeout_s=timeout_s)
            made = RequestSource(source=received.source, batch_id=batch.batch_id, received_at=batch.received_at)
            path = store.data.place("plans", request.plan_id, ORIGIN)
            write_atomically(path, made.model_dump_json(indent=2).encode() + b"\n", durable=False)
        return True


def origin(store: PlanStore, plan_id: str) -> RequestSource | None:
    """Where a plan's request came from; ``None`` where it did not come through a batch, or that cannot be read."""
    store.data.plan_folder(plan_id)
    content = read_file(store.data.place("plans", plan_id, ORIGIN))
    try:
        return None if content is None else RequestSource.model_validate_json(content)
    except ValidationError:
        return None
