"""The Message Batches of the fake API: requests that are answered later, with results in any order."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from plan_pipeline_tests.llm.messages_rules import InvalidRequestError

CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
KINDS = ("succeeded", "errored", "canceled", "expired")

Result = dict[str, Any]
"""The ``result`` of one request, as the API writes it."""


@dataclass
class Batch:
    """A batch on the server. ``polls_left`` is how often it is still asked for in vain."""

    batch_id: str
    requests: list[dict[str, Any]]
    polls_left: int
    created_at: dt.datetime
    is_canceled: bool = False
    results: dict[str, Result] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        return len(self.results) == len(self.requests)

    @property
    def status(self) -> Literal["in_progress", "canceling", "ended"]:
        if self.has_ended:
            return "ended"
        return "canceling" if self.is_canceled else "in_progress"

    def lines(self) -> list[dict[str, Any]]:
        """The results, in an order that has nothing to do with that of the requests."""
        lines = [{"custom_id": custom_id, "result": result} for custom_id, result in self.results.items()]
        random.Random(self.batch_id).shuffle(lines)
        return lines

    def as_json(self, base_url: str) -> dict[str, Any]:
        counts = {kind: sum(result["type"] == kind for result in self.results.values()) for kind in KINDS}
        return {
            "id": self.batch_id,
            "type": "message_batch",
            "processing_status": self.status,
            "request_counts": {"processing": len(self.requests) - len(self.results), **counts},
            "created_at": self.created_at.isoformat(),
            "expires_at": (self.created_at + dt.timedelta(hours=24)).isoformat(),
            "ended_at": dt.datetime.now(dt.UTC).isoformat() if self.has_ended else None,
            "archived_at": None,
            "cancel_initiated_at": self.created_at.isoformat() if self.is_canceled else None,
            "results_url": f"{base_url}/results-of/{self.batch_id}.jsonl" if self.has_ended else None,
        }


@dataclass
class BatchDesk:
    """All batches of a server. ``process`` answers one request of a batch, by its custom id and its parameters."""

    process: Callable[[str, dict[str, Any]], Result]
    polls: int = 1
    batches: list[Batch] = field(default_factory=list)

    def create(self, requests: Sequence[dict[str, Any]]) -> Batch:
        if not requests:
            raise InvalidRequestError("requests: at least one request is required")
        ids = [request["custom_id"] for request in requests]
        for custom_id in ids:
            if not CUSTOM_ID.fullmatch(custom_id):
                raise InvalidRequestError("requests.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'")
        if len(set(ids)) < len(ids):
            raise InvalidRequestError("requests: custom_id must be unique within a batch")
        batch = Batch(
            f"msgbatch_{len(self.batches) + 1:04}", list(requests), self.polls, created_at=dt.datetime.now(dt.UTC)
        )
        self.batches.append(batch)
        return batch

    def find(self, batch_id: str) -> Batch | None:
        return next((batch for batch in self.batches if batch.batch_id == batch_id), None)

    def poll(self, batch: Batch) -> None:
        """Ask for a batch: once in a while it has ended."""
        if batch.polls_left > 0:
            batch.polls_left -= 1
        elif not batch.has_ended:
            batch.results = {
                request["custom_id"]: {"type": "canceled"}
                if batch.is_canceled
                else self.process(request["custom_id"], request["params"])
                for request in batch.requests
            }

    def page(self, base_url: str, limit: int, after_id: str | None) -> dict[str, Any]:
        """The batches after one of them, the latest first."""
        latest_first = list(reversed(self.batches))
        ids = [batch.batch_id for batch in latest_first]
        start = ids.index(after_id) + 1 if after_id in ids else 0
        shown = latest_first[start : start + limit]
        return {
            "data": [batch.as_json(base_url) for batch in shown],
            "has_more": start + limit < len(latest_first),
            "first_id": shown[0].batch_id if shown else None,
            "last_id": shown[-1].batch_id if shown else None,
        }
