"""The files of pages, below ``pages/`` of the data folder; one is only written where what it shows has changed.

A page that is there is kept up to date with what is published; ``Settings.pages`` has every published plan get one.
"""

import datetime as dt
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.instance import PlanInstance
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.model.workout import Library
from plan_pipeline.services.explanations import plan_alternatives
from plan_pipeline.services.plan_states import CurrentStatus, PlanState, plan_states
from plan_pipeline.services.sources import InForce
from plan_pipeline.storage.data_folder import DataFolder, StorageError
from plan_pipeline.storage.full_disk import is_full_disk
from plan_pipeline.storage.instances import InstanceStore
from plan_pipeline.storage.plans.plan_files import write_if_changed
from plan_pipeline.storage.plans.plan_store import PlanStore
from plan_pipeline.storage.plans.retirement import active_plan_ids

if TYPE_CHECKING:
    from plan_pipeline.pages.start_page import InstanceLine

START, LIBRARY = "index", "library"
"""The names of the pages that are not a plan's."""

_HEAD_BYTES: Final = 2048
_GENERATION: Final = re.compile(rb'<meta name="generation" content="([^"]+)">')
_CHANGES: Final = re.compile(rb'<meta name="instance-changes" content="(\d+)">')

_log = logging.getLogger(__name__)


class WrittenPage(NamedTuple):
    """Where a page lies, and whether it was written just now or was there as it is."""

    path: Path
    changed: bool


class _Shown(NamedTuple):
    """What a page says it shows: a generation, and of an instance how often it was changed until then."""

    generation_id: str
    changes: int | None = None


def write_plan_page(plans: PlanStore, plan: Plan, library: Library, config: PlanningConfig) -> WrittenPage:
    """Write the page of a published plan, or of an instance of one, with what else the library has for its days."""
    from plan_pipeline.pages.plan_page import plan_page

    page = plan_page(plan, alternatives=plan_alternatives(plans, plan, library, config))
    return _written(plans.data.plan_page(plan.own_id), page)


def write_library_page(data: DataFolder, library: Library, config: PlanningConfig) -> WrittenPage:
    """Write the page of the library of a sport."""
    from plan_pipeline.pages.library_page import library_page

    return _written(data.page(library_page_name(library.sport)), library_page(library, config, start=f"{START}.html"))


def library_page_name(sport: Sport) -> str:
    """The name of the page of a sport's library."""
    return LIBRARY if sport is Sport.CYCLING else f"{LIBRARY}-{sport}"


def write_start_page(data: DataFolder, states: Iterable[PlanState], *, today: dt.date) -> WrittenPage:
    """Write the page that lists plans, in the order of their ids, and instances, in the order of their days, with links
    to the pages that there are. What an instance is, is as of ``today``.
    """
    from plan_pipeline.pages.start_page import PlanLine, start_page

    lines = [
        PlanLine(
            plan_id=state.plan_id,
            page=_address(data, state.plan_id),
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
    libraries = {sport: name for sport in Sport if data.page(name := library_page_name(sport)).is_file()}
    statuses = [status.in_words for status in reversed(CurrentStatus)]
    instances = _instance_lines(data, today)
    return _written(data.page(START), start_page(lines, instances, statuses=statuses, libraries=_addresses(libraries)))


def write_all_pages(
    plans: PlanStore, in_force: InForce, sports: Iterable[Sport], *, oldest: dt.datetime, today: dt.date
) -> tuple[WrittenPage, ...]:
    """Write the pages of all active plans that have something published and of their instances that are not over, of
    the libraries of ``sports``, and the list of all plans.

    The list is the last one. ``oldest`` is as in ``plan_states``. A plan that is damaged keeps the page it has. Raises
    ``LibraryError`` and ``ConfigError`` for a sport that a page is to be written of and that is not good.
    """
    written = []
    for plan_id in active_plan_ids(plans):
        with suppress(StorageError):
            published = plans.load_plan(plan_id)
            if published is not None:
                made_from = in_force(published.training_plan.sport)
                written.append(write_plan_page(plans, published, *made_from))
                written += [
                    write_plan_page(plans, _as_instance(published, each), *made_from)
                    for each in InstanceStore(plans.data).of_plan(plan_id)
                    if not each.status_on(today).is_over
                ]
    written += [write_library_page(plans.data, *in_force(sport)) for sport in sports]
    return (*written, write_start_page(plans.data, plan_states(plans, oldest=oldest), today=today))


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
    load = _published(plans, plan_id, plan)
    return _kept_page(plans, plan_id, _Shown(generation_id), in_force, every=every, load=load)


def keep_instance_pages(
    plans: PlanStore,
    plan_id: str,
    in_force: InForce,
    *,
    plan: Plan | None = None,
    every: bool = False,
    today: dt.date,
    changed: Sequence[PlanInstance] = (),
) -> None:
    """Write the pages of a plan's instances that show another generation than is in place now, or other dates.

    What was over before ``today`` keeps the page it has, unless it is among those that were ``changed`` just now.
    ``plan`` and ``every`` are as in ``keep_plan_page``, and so is what becomes of a page that cannot be written.
    """
    try:
        instances = InstanceStore(plans.data).of_plan(plan_id)
    except StorageError as error:
        _log.warning("plan %s has instances without pages of what is published: %s", plan_id, error)
        return
    load, names = _published(plans, plan_id, plan), {each.instance_id for each in changed}
    generation_id = plan.generation.generation_id if plan else plans.published_generation_id(plan_id)
    for each in instances:
        if generation_id is None or (each.status_on(today).is_over and each.instance_id not in names):
            continue
        shown = _Shown(generation_id, each.changes)
        _kept_page(plans, each.instance_id, shown, in_force, every=every, load=partial(_placed, load, each))


def _kept_page(
    plans: PlanStore,
    own_id: str,
    wanted: _Shown,
    in_force: InForce,
    *,
    every: bool,
    load: Callable[[str], Plan | None],
) -> str | None:
    """Where the page of a plan or an instance lies, written if it does not show what is wanted."""
    try:
        path = plans.data.plan_page(own_id)
        if not path.is_file() and not every:
            return None
        if _shown_on(path) != wanted:
            shown = load(wanted.generation_id)
            if shown is not None:
                write_plan_page(plans, shown, *in_force(shown.training_plan.sport))
    except Exception as error:
        if is_full_disk(error):
            raise
        level = logging.WARNING if isinstance(error, StorageError | OSError) else logging.ERROR
        _log.log(level, "plan %s has no page of what is published: %s", own_id, error, exc_info=level > logging.WARNING)
        return None
    return str(path)


def _published(plans: PlanStore, plan_id: str, plan: Plan | None) -> Callable[[str], Plan | None]:
    """A function that gives the published plan: the one at hand, where it is of the generation that is asked for."""

    def load(generation_id: str) -> Plan | None:
        is_at_hand = plan is not None and plan.generation.generation_id == generation_id
        return plan if is_at_hand else plans.load_plan(plan_id)

    return load


def _placed(load: Callable[[str], Plan | None], instance: PlanInstance, generation_id: str) -> Plan | None:
    plan = load(generation_id)
    return None if plan is None else _as_instance(plan, instance)


def _as_instance(plan: Plan, instance: PlanInstance) -> Plan:
    from plan_pipeline.core.on_dates import as_instance

    return as_instance(plan, instance)


def _instance_lines(data: DataFolder, today: dt.date) -> list["InstanceLine"]:
    """The lines of all instances, those that are not over first; one that is damaged has none."""
    from plan_pipeline.pages.start_page import InstanceLine

    store = InstanceStore(data)
    found: list[PlanInstance] = []
    for plan_id in store.plan_ids():
        with suppress(StorageError):
            found += store.of_plan(plan_id)
    in_order = sorted(found, key=lambda each: (each.status_on(today).is_over, each.start_date, each.instance_id))
    return [
        InstanceLine(
            instance_id=each.instance_id,
            page=_address(data, each.instance_id),
            athlete=each.athlete_id,
            plan_id=each.plan_id,
            first_day=each.start_date,
            last_day=each.end_date,
            status=each.status_on(today).value,
        )
        for each in in_order
    ]


def _addresses(libraries: Mapping[Sport, str]) -> dict[str, str]:
    """The addresses of the libraries' pages by what they are called; the sport is named where there are several."""
    return {
        "The workout library" if len(libraries) == 1 else f"The workout library of {sport}": f"{name}.html"
        for sport, name in libraries.items()
    }


def _address(data: DataFolder, own_id: str) -> str:
    """The address of a page from the start page; empty where there is none."""
    return f"plans/{own_id}.html" if data.plan_page(own_id).is_file() else ""


def _shown_on(path: Path) -> _Shown | None:
    """What a page says it shows; ``None`` where there is no page, or it says nothing."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    generation, changes = _GENERATION.search(head), _CHANGES.search(head)
    return _Shown(generation[1].decode(), int(changes[1]) if changes else None) if generation else None


def _written(path: Path, page: str) -> WrittenPage:
    return WrittenPage(path, write_if_changed(path, page.encode(), durable=False))
