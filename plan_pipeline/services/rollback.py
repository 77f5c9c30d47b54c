"""Putting an earlier version of a plan back in place, and having that noted where runs are watched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.rollbacks import Rollback, roll_back


def roll_back_plan(
    plans: PlanStore, plan_id: str, *, to: str | None, note: Callable[[Rollback], None], now: dt.datetime | None = None
) -> Rollback:
    """Publish generation ``to`` again, or the newest one before what is published; ``note`` is called once it is.

    Raises what ``storage.plans.rollbacks.roll_back`` raises.
    """
    done = roll_back(plans, plan_id, to=to, now=now or dt.datetime.now(dt.UTC))
    note(done)
    return done
