"""Taking a request in: the one function for the command line, the inbox and the launchpad."""

import datetime as dt

from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import BY_RULES, WorkoutSource
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.records import Receipt
from plan_pipeline.storage.plans.retirement import is_retired, restore
from plan_pipeline.storage.requests.arrivals import claim_after_inbox
from plan_pipeline.storage.requests.claims import Claims, batch_ids

CLAIM_TIMEOUT_S = 60.0
"""How long the inbox may hold up requests from elsewhere while it is read, or its old files are removed."""


def with_defaults(request: PlanRequest, settings: Settings) -> PlanRequest:
    """A request as it was read, with what the settings say where it does not say its overview's writer or its workouts.

    Whoever takes requests in calls it before they are stored, so that a stored request says who writes for it.
    """
    said = request.options.model_fields_set
    overview = request.options.overview if "overview" in said else settings.default_overview
    workouts = request.options.workouts if "workouts" in said else settings.default_workouts
    if overview == BY_RULES and "workouts" not in said:
        workouts = WorkoutSource.LIBRARY
    return request.with_options(overview=overview, workouts=workouts)


def submit_request(plans: PlanStore, request: PlanRequest, receipt: Receipt, *, timeout_s: float) -> bool:
    """Store a request with its receipt, and bring its plan back if it was retired; doing it again changes nothing.

    Returns whether it is the request that counts: not where another one that came later was stored already. Raises
    ``PlanLockedError`` where a run keeps the plan for ``timeout_s`` seconds.
    """
    plan_id = request.plan_id
    with plans.lock(plan_id, timeout_s):
        stored = plans.load_receipt(plan_id)
        if stored is not None and stored.order > receipt.order:
            return _is_in_place(plans, request)
        if stored is None or stored.order < receipt.order:
            plans.save_request(request)
            restore(plans, plan_id, timeout_s=timeout_s)
            plans.save_receipt(plan_id, receipt)
        return True


def _is_in_place(plans: PlanStore, request: PlanRequest) -> bool:
    """Whether an active plan has this very request already."""
    try:
        return plans.load_request(request.plan_id) == request and not is_retired(plans, request.plan_id)
    except StorageError:
        return False


def receipt_now(data: DataFolder, source: str) -> Receipt:
    """The receipt of requests that are given now: later than all that were given before, wherever those wait.

    Raises ``LockedError`` where the inbox is held for a minute.
    """
    now = dt.datetime.now(dt.UTC)
    claims = Claims(data)
    with claims.lock(CLAIM_TIMEOUT_S):
        (order,) = batch_ids(claim_after_inbox(claims, now), 1)
    return Receipt(source=source, order=order, received_at=now)


def superseded_message(plans: PlanStore, plan_id: str, by: str | None = None) -> str:
    """Why a request was not stored: which newer one there is, the one that is stored or ``by`` name, and what to do."""
    newer = plans.load_receipt(plan_id)
    by = by or (newer.source if newer else None)
    source = f", from {by}" if by else ""
    return f"a newer request for plan {plan_id!r} came in meanwhile{source}; if this one is to count, give it again"
