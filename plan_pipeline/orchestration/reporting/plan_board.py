"""The board of all plans: how many there are of each status, and which need someone, as the metadata of an asset."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.orchestration.reporting.markdown import markdown_table
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.services.pages.page_files import START, write_start_page
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.plan_states import (
    CurrentStatus,
    PlanState,
    StateCounts,
    count_states,
    oldest_of,
    plan_states,
)
from plan_pipeline.storage.plans.plan_store import PlanStore

PLAN_STATUS: Final = dg.AssetKey("plan_status")

MAX_PLANS: Final = 50
"""Plans that the board names: what a person goes through in a morning. `plan-pipeline plans` lists all."""

SHOWN_REASON: Final = 200
"""Characters of a plan's reasons in a table; the plan's own record has all of them."""

_DAY: Final = dt.timedelta(days=1)
_HOUR: Final = dt.timedelta(hours=1)


def count_plans(plans: PlanStore, stale_after_hours: float, now: dt.datetime) -> StateCounts:
    """All plans of an installation by what they are now."""
    return count_states(_states(plans, stale_after_hours, now), most=MAX_PLANS)


def _states(plans: PlanStore, stale_after_hours: float, now: dt.datetime) -> Iterable[PlanState]:
    return plan_states(plans, oldest=oldest_of(now, stale_after_hours))


def board(pipeline: Pipeline) -> Metadata:
    """The board as it is now. The start page of all plans is brought up to date with it, where there is to be one."""
    now, plans, settings = dt.datetime.now(dt.UTC), pipeline.plans, pipeline.settings
    states, start_page = _states(plans, settings.stale_after_hours, now), plans.data.page(START)
    if settings.pages or start_page.is_file():
        states = tuple(states)
        write_start_page(plans.data, states, today=now.date())
    counts = count_states(states, most=MAX_PLANS)
    heading = f"**{counts.active} active plans, {counts.need_someone} need someone** ({now:%Y-%m-%d %H:%M} UTC)"
    numbers = [*((status.in_words, counts.by_status[status]) for status in _AS_SHOWN), ("stale", counts.stale)]
    parts = [heading, markdown_table({"status": what, "plans": str(number)} for what, number in numbers)]
    if counts.worst:
        parts.append(states_table(counts, now))
    return {
        "board": MetadataValue.md("\n\n".join(parts)),
        **counts_metadata(counts),
        "plans_published": MetadataValue.int(counts.by_status[CurrentStatus.PUBLISHED]),
        "plans_retired": MetadataValue.int(counts.by_status[CurrentStatus.RETIRED]),
        **({"page": MetadataValue.path(str(start_page))} if start_page.is_file() else {}),
    }


def counts_metadata(counts: StateCounts) -> Metadata:
    """How many plans are active, need someone, are stale, or are something else that may need somebody."""
    return {
        "active_plans": MetadataValue.int(counts.active),
        "plans_left": MetadataValue.int(counts.need_someone),
        "plans_stale": MetadataValue.int(counts.stale),
        **{f"plans_{status.value}": MetadataValue.int(counts.by_status[status]) for status in _TROUBLES},
    }


def states_table(counts: StateCounts, now: dt.datetime) -> str:
    """The plans that need someone, the worst first, with reason and age."""
    return markdown_table((_cells(state, now) for state in counts.worst), total=counts.need_someone)


def refresh_board(context: dg.OpExecutionContext, pipeline: Pipeline) -> None:
    """Refresh the board at the end of a step of another job."""
    metadata = board(pipeline)
    context.log_event(dg.AssetMaterialization(PLAN_STATUS, metadata=metadata))


def report_board(instance: dg.DagsterInstance, pipeline: Pipeline) -> None:
    """Refresh the board where there is no run to do so."""
    metadata = board(pipeline)
    instance.report_runless_asset_event(dg.AssetMaterialization(PLAN_STATUS, metadata=metadata))


_TROUBLES: Final = tuple(status for status in CurrentStatus if status.is_trouble)
_AS_SHOWN: Final = (CurrentStatus.PUBLISHED, *_TROUBLES, CurrentStatus.RETIRED)


def _cells(state: PlanState, now: dt.datetime) -> dict[str, str]:
    why = "; ".join([*(["was made too long ago"] if state.stale else []), *state.reasons])
    return {
        "plan": state.plan_id,
        "status": state.status.in_words + (", stale" if state.stale else ""),
        "age": _age(now - state.since) if state.since else "",
        "since (UTC)": f"{state.since:%Y-%m-%d %H:%M}" if state.since else "",
        "athlete": state.athlete_id or "",
        "why": why if len(why) <= SHOWN_REASON else why[: SHOWN_REASON - 1] + "…",
    }


def _age(age: dt.timedelta) -> str:
    if age >= 2 * _DAY:
        return f"{age // _DAY} days"
    return f"{age // _HOUR} h" if age >= _HOUR else f"{max(age, dt.timedelta()) // dt.timedelta(minutes=1)} min"
