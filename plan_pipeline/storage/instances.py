"""The instances of plans on disk, ``instances/<plan>/<instance>.json``: each a small file that is replaced as a whole.

They lie beside the plans and not in their folders, so that nothing that becomes of a plan touches them. Whoever writes
one holds the lock of its plan.
"""

import stat
from pathlib import Path
from typing import Final

from plan_pipeline.core.model.instance import PlanInstance, check_instance_id, plan_of_instance
from plan_pipeline.core.model.request import check_key
from plan_pipeline.storage.data_folder import DataFolder, listed, write_atomically
from plan_pipeline.storage.model_files import as_json, damaged, read_model

_SUFFIX: Final = ".json"
_REMEDY: Final = "put an earlier copy of the file back, or remove it and put the plan on dates again"


class InstanceStore:
    """The instances of a data folder."""

    def __init__(self, data: DataFolder) -> None:
        self.data = data

    def load(self, instance_id: str) -> PlanInstance | None:
        """An instance; ``None`` where there is none.

        Raises ``UnsafePathError`` for an id that is none, ``DamagedArtefactError`` for a file that is not the
        instance's.
        """
        path = self.data.instance(instance_id)
        found = read_model(path, PlanInstance, _REMEDY)
        if found is not None and (found.instance_id, found.plan_id) != (instance_id, plan_of_instance(instance_id)):
            raise damaged(path, f"it is the instance {found.instance_id!r} of plan {found.plan_id!r}", _REMEDY)
        return found

    def save(self, instance: PlanInstance) -> Path:
        """Keep an instance in place of what it was. The caller holds the lock of its plan."""
        path = self.data.instance(instance.instance_id)
        write_atomically(path, as_json(instance))
        return path

    def of_plan(self, plan_id: str) -> tuple[PlanInstance, ...]:
        """The instances of a plan by the day they begin on. Raises ``DamagedArtefactError`` for one that is damaged."""
        found = (self.load(name) for name in self._names(plan_id))
        in_order = sorted((each for each in found if each), key=lambda each: (each.start_date, each.instance_id))
        return tuple(in_order)

    def plan_ids(self) -> tuple[str, ...]:
        """The plans that there are instances of, in order."""
        folders = (path.name for path, status in listed(self._folder) if stat.S_ISDIR(status.st_mode))
        return tuple(sorted(filter(_is_key, folders)))

    def ids(self) -> tuple[str, ...]:
        """The ids of all instances, in order."""
        return tuple(name for plan_id in self.plan_ids() for name in self._names(plan_id))

    @property
    def _folder(self) -> Path:
        return self.data.place("instances")

    def _names(self, plan_id: str) -> tuple[str, ...]:
        """The ids of a plan's instances; files of other names are left out."""
        files = (path for path, _ in listed(self.data.place("instances", check_key(plan_id))))
        names = (path.stem for path in files if path.suffix == _SUFFIX)
        return tuple(sorted(name for name in names if plan_of_instance(name) == plan_id and _is_id(name)))


def _is_key(name: str) -> bool:
    try:
        check_key(name)
    except ValueError:
        return False
    return True


def _is_id(name: str) -> bool:
    try:
        check_instance_id(name)
    except ValueError:
        return False
    return True
