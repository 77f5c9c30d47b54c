"""Standard plans on disk: ``standard_plans/<id>/plan.json``, and the page of text beside it."""

from typing import Final, NamedTuple

from plan_pipeline.core.model.plan import Plan
from plan_pipeline.storage.data_folder import DataFolder, StorageError, read_file, write_atomically
from plan_pipeline.storage.model_files import as_json, read_model

PLAN: Final = "plan.json"
PAGE: Final = "page.txt"
_REMEDY: Final = "`plan-pipeline standard-plans generate {}` makes it anew"


class StoredStandardPlan(NamedTuple):
    """A standard plan as it was made last, and its page of text."""

    plan: Plan
    page: str


class StandardPlanStore:
    """The standard plans of a data folder."""

    def __init__(self, data: DataFolder) -> None:
        self._data = data

    def has(self, plan_id: str) -> bool:
        """Whether a plan was made. Raises ``UnsafePathError`` for an id that is none."""
        return self._data.standard_plan(plan_id, PLAN).is_file()

    def save(self, plan_id: str, made: StoredStandardPlan) -> None:
        """Put a plan and its page in place of what was there. Raises ``UnsafePathError`` for an id that is none."""
        write_atomically(self._data.standard_plan(plan_id, PLAN), as_json(made.plan))
        write_atomically(self._data.standard_plan(plan_id, PAGE), made.page.encode())

    def load(self, plan_id: str) -> StoredStandardPlan | None:
        """A plan and its page, ``None`` where they were not made yet.

        Raises ``UnsafePathError`` for an id that is none, ``StorageError`` with a remedy for files that are damaged.
        """
        remedy = _REMEDY.format(plan_id)
        plan = read_model(self._data.standard_plan(plan_id, PLAN), Plan, remedy)
        path = self._data.standard_plan(plan_id, PAGE)
        page = read_file(path)
        if plan is None or page is None:
            return None
        try:
            return StoredStandardPlan(plan, page.decode())
        except UnicodeDecodeError:
            raise StorageError(f"{path} is damaged (no text); {remedy}") from None
