"""Which workout library is in force: the one that is named, else the one that was activated, else the shipped one."""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from plan_pipeline.settings import Settings
from plan_pipeline.shipped import shipped
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.library_record import LibraryChange, read_library_history, version_folder


class ChosenBy(StrEnum):
    """Why a library is in force."""

    SETTING = "setting"
    ACTIVATION = "activation"
    DEFAULT = "default"


class LibraryInForce(NamedTuple):
    """A library's folder, why it is this one, and the change that says so where it was activated."""

    folder: Path
    chosen_by: ChosenBy
    change: LibraryChange | None = None

    def __str__(self) -> str:
        """Why it is in force, as a sentence goes on: ``named by --library or PLAN_PIPELINE_LIBRARY``."""
        if self.chosen_by is ChosenBy.SETTING:
            return "named by --library or PLAN_PIPELINE_LIBRARY"
        if self.chosen_by is ChosenBy.DEFAULT or self.change is None:
            return "the one that comes with plan-pipeline"
        return f"activated from {self.change.source} on {self.change.at:%Y-%m-%d %H:%M} UTC by {self.change.by}"


def library_in_force(settings: Settings) -> LibraryInForce:
    """The library that plans are made from, by settings and what was activated in their data folder.

    Raises ``StorageError`` where the record of activations cannot be read: nothing else is put in its place.
    """
    if named := settings.named_library:
        return LibraryInForce(named, ChosenBy.SETTING)
    data = DataFolder(settings.data)
    change = read_library_history(data).in_force
    if change is None or change.place is None:
        return LibraryInForce(shipped("workout_library"), ChosenBy.DEFAULT, change)
    return LibraryInForce(version_folder(data, change.place), ChosenBy.ACTIVATION, change)
