"""The files of pages, below ``pages/`` of the data folder; one is only written where what it shows has changed.

A page that is there is kept up to date with what is published; ``Settings.pages`` has every published plan get one.
"""

import datetime as dt
import logging
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.workout import Library
from plan_pipeline.services.explanations import plan_alternatives
from plan_pipeline.services.plan_states import CurrentStatus, PlanState, plan_states
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.full_disk import is_full_disk
from plan_pipeline.storage.plans.plan_files import write_if_changed
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import active_plan_ids

START, LIBRARY = "index", "library"
"""The names of the pages that are not a plan's."""

InForce = Callable[[], tuple[Library, PlanningConfig]]
"""Gives the library and the configuration that plans are made from now."""

_HEAD_BYTES: Final = 2048
_GENERATION: Final = re.compile(rb'<meta name="generation" content="([^"]+)">')

_log = logging.getLogger(__name__)


class WrittenPage(NamedTuple):
    """Where a page lies, and whether it was written just now or was there as it is."""

    path: Path
    changed: bool


def write_plan_page(plans: PlanStore, plan: Plan, library: Library, config: PlanningConfig) -> WrittenPage:
    """Write the page of a published plan, with what else the library has for its days."""
    from plan_pipeline.pages.plan_page import plan_page

    page = plan_page(plan, alternatives=plan_alternatives(plans, plan, library, config))
    return _written(plans.data.plan_page(plan.training_plan.plan_id), page)


def write_library_page(data: DataFolder, library: Library, config: PlanningConfig) -> WrittenPage:
    """Write the page of the library."""
    from plan_pipeline.pages.library_page import library_page

    return _written(data.page(LIBRARY), library_page(library, config, start=f"{START}.html"))


def write_start_page(data: DataFolder, states: Iterable[PlanState]) -> WrittenPage:
    """Write the page that lists plans, in the order of their ids, with links to the pages that there are."""
    from plan_pipeline.pages.start_page import PlanLine, start_page

    lines = [
        PlanLine(
            plan_id=state.plan_id,
            page=f"plans/{state.plan_id}.html" if data.plan_page(state.plan_id).is_file() else "",
            athlete=state.athlete_id or "",
            goal=state.goal or state.event_type or "",
            weeks=str(state.weeks or ""),
            status=state.status.in_words,
            is_trouble=state.status.is_trouble,
            made=f"{state.generated_at:%Y-%m-%d}" if state.generated_at else "",
            remark="; ".join(filter(None, (state.goals, *state.reasons))),
        )
        for state in states
    ]
    library = f"{LIBRARY}.html" if data.page(LIBRARY).is_file() else ""
    statuses = [status.in_words for status in reversed(CurrentStatus)]
    return _written(data.page(START), start_page(lines, statuses=statuses, library=library))


def write_all_pages(
    plans: PlanStore, library: Library, config: PlanningConfig, *, oldest: dt.datetime
) -> tuple[WrittenPage, ...]:
    """Write the pages of all active plans that have something published, of the library, and the list of all plans.

    The list is the last one. ``oldest`` is as in ``plan_states``. A plan that is damaged keeps the page it has.
    """
    written = []
    for plan_id in active_plan_ids(plans):
        with suppress(StorageError):
            published = plans.load_plan(plan_id)
            if published is not None:
                written.append(write_plan_page(plans, published, library, config))
    written.append(write_library_page(plans.data, library, config))
    return (*written, write_start_page(plans.data, plan_states(plans, oldest=oldest)))


def keep_plan_page(
    plans: PlanStore,
    plan_id: str,
    generation_id: str,
    in_force: InForce,
    *,
    plan: Plan | None = None,
    every: bool = False,
) -> str | None:
    """Where the page of a plan lies, written if it does not show the generation that is in place now.

    ``None`` for a plan without a page, unless ``every`` one is to have one; ``plan`` is the published one where it is
    at hand. ``in_force`` is only asked where a page is written. A page that cannot be written is told of in the log and
    leaves the plan as it is; a full disk is an error here as anywhere.
    """
    try:
        path = plans.data.plan_page(plan_id)
        if not path.is_file() and not every:
            return None
        if _generation_on(path) != generation_id:
            is_at_hand = plan is not None and plan.generation.generation_id == generation_id
            published = plan if is_at_hand else plans.load_plan(plan_id)
            if published is not None:
                write_plan_page(plans, published, *in_force())
    except Exception as error:
        if is_full_disk(error):
            raise
        level = logging.WARNING if isinstance(error, StorageError | OSError) else logging.ERROR
        _log.log(
            level, "plan %s has no page of what is published: %s", plan_id, error, exc_info=level > logging.WARNING
        )
        return None
    return str(path)


def _generation_on(path: Path) -> str | None:
    """The generation that a page says it shows; ``None`` where there is no page, or it says nothing."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        found = _GENERATION.search(file.read(_HEAD_BYTES))
    return found[1].decode() if found else None


def _written(path: Path, page: str) -> WrittenPage:
    return WrittenPage(path, write_if_changed(path, page.encode(), durable=False))
