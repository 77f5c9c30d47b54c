"""A plan's receipt, ``received.json`` in its folder: where its request came from, and its place in the order of all."""

from __future__ import annotations

import datetime as dt

from pydantic import AliasChoices, Field

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.storage.data_folder import write_atomically
from plan_pipeline.storage.model_files import DamagedArtefactError, as_json, read_model
from plan_pipeline.storage.plans.plan_files import RECEIPT
from plan_pipeline.storage.plans.plan_store import PlanStore


class Receipt(Frozen):
    """``source`` is a file with its line, a run, or a command. Of two requests the one with the greater ``order`` came
    later, whatever the clock said; release 0.1.0 called it ``batch_id``.
    """

    source: str
    order: str = Field(validation_alias=AliasChoices("order", "batch_id"))
    received_at: dt.datetime


def load_receipt(plans: PlanStore, plan_id: str) -> Receipt | None:
    """The receipt of a plan's request; ``None`` where there is none that can be read."""
    plans.data.plan_folder(plan_id)
    path = plans.data.place("plans", plan_id, RECEIPT)
    try:
        return read_model(path, Receipt, "give the request again")
    except DamagedArtefactError:
        return None


def save_receipt(plans: PlanStore, plan_id: str, receipt: Receipt) -> None:
    """Replace the receipt of a plan; the caller holds the plan's lock."""
    path = plans.data.place("plans", plan_id, RECEIPT)
    write_atomically(path, as_json(receipt), durable=False)
