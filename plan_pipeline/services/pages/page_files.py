"""The files of pages, below ``pages/`` of the data folder; one is only written where what it shows has changed."""

from pathlib import Path
from typing import NamedTuple

from plan_pipeline.core.model.plan import Plan
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_files import write_if_changed


class WrittenPage(NamedTuple):
    """Where a page lies, and whether it was written just now or was there as it is."""

    path: Path
    changed: bool


def write_plan_page(data: DataFolder, plan: Plan) -> WrittenPage:
    """Write the page of a published plan."""
    from plan_pipeline.pages.plan_page import plan_page

    return _written(data.plan_page(plan.training_plan.plan_id), plan_page(plan))


def _written(path: Path, page: str) -> WrittenPage:
    return WrittenPage(path, write_if_changed(path, page.encode(), durable=False))
