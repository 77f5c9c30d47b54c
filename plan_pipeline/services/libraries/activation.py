"""Changing the library in force: activate one, or go back to an earlier one."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.library import LibraryError, folder_version, load_library, sports_of, validate_library
from plan_pipeline.library.problems import Problem
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.library_record import (
    LibraryAction,
    LibraryChange,
    LibraryHistory,
    append_change,
    library_lock,
    read_library_history,
    store_version,
    version_folder,
)

SHIPPED: Final = "shipped"
"""What ``rollback --to`` calls the library that comes with the program."""


class LibraryChangeError(ValueError):
    """The library in force cannot be changed as asked; the message says why, and what to do."""


class Changed(NamedTuple):
    """The change that is in force now; without ``is_new`` it was before as well."""

    change: LibraryChange
    is_new: bool


def activate_library(
    data: DataFolder, folder: Path, configs: Mapping[Sport, PlanningConfig], *, now: dt.datetime, by: str
) -> Changed:
    """Keep a copy of a library, of all its sports, in the data folder and make it the one in force, for whatever starts
    from now on.

    Nothing changes before the last step, which replaces one file. Raises ``LibraryError`` with every error where the
    library does not validate, ``LibraryLockedError``, and ``StorageError`` for a record that is damaged.
    """
    report = validate_library(folder, configs)
    if not report.passed:
        raise LibraryError(report.errors)
    version = folder_version(report.versions)
    with library_lock(data):
        history = read_library_history(data)
        current = history.in_force
        if current is not None and current.version == version and _kept(data, current) is not None:
            return Changed(current, is_new=False)
        place = _stored(data, folder, history, version)
        before = current.number if current else 0
        change = LibraryChange(
            number=before + 1,
            action=LibraryAction.ACTIVATE,
            at=now,
            by=by,
            before=before,
            version=version,
            place=place,
            source=str(folder.absolute()),
            workouts=report.workout_count,
        )
        append_change(data, history, change)
    return Changed(change, is_new=True)


def roll_back_library(data: DataFolder, *, to: str | None, now: dt.datetime, by: str) -> Changed:
    """Return to what was in force before the current library, to a version that once was, or to the shipped library.

    Raises ``LibraryChangeError`` where there is nothing to return to, or it is not there any more.
    """
    with library_lock(data):
        history = read_library_history(data)
        current = history.in_force
        if current is None:
            raise LibraryChangeError("no library was activated here, so there is nothing to undo")
        if to is None:
            target, before = _previous(history, current)
        else:
            target, before = _named(history, to), current.number
        if (target.version if target else None) == current.version:
            return Changed(current, is_new=False)
        if target is not None and _kept(data, target) is None:
            raise LibraryChangeError(
                f"the copy of library {target.version} in {data.library} is missing or damaged; activate it again from "
                f"{target.source}, or use --to {SHIPPED}"
            )
        change = LibraryChange(
            number=current.number + 1,
            action=LibraryAction.ROLLBACK,
            at=now,
            by=by,
            version=target.version if target else None,
            place=target.place if target else None,
            source=target.source if target else None,
            workouts=target.workouts if target else None,
            before=before,
        )
        append_change(data, history, change)
    return Changed(change, is_new=True)


def _previous(history: LibraryHistory, current: LibraryChange) -> tuple[LibraryChange | None, int | None]:
    """What was in force before, ``None`` for the shipped library, and what a further rollback would return to."""
    if current.before is None:
        raise LibraryChangeError(
            f"there is nothing before the library that comes with plan-pipeline; name a version with --to, or {SHIPPED}"
        )
    target = history.change(current.before)
    if target is None or target.version is None:
        return None, target.before if target else None
    return target, target.before


def _named(history: LibraryHistory, to: str) -> LibraryChange | None:
    if to == SHIPPED:
        return None
    for change in reversed(history.changes):
        if change.version == to:
            return change
    known = ", ".join(dict.fromkeys(change.version for change in history.changes if change.version))
    raise LibraryChangeError(f"--to {to}: no library of this version was activated here; use {known} or {SHIPPED}")


def _stored(data: DataFolder, folder: Path, history: LibraryHistory, version: str) -> str:
    """Where a copy of a library is kept: that of an earlier activation, or a new one."""
    for change in reversed(history.changes):
        if change.version == version and change.place is not None and _kept(data, change) is not None:
            return change.place
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for sport in sports_of(folder)
        for path in sorted((folder / sport.value).glob("[!.]*.yaml"))
    }
    place = store_version(data, version, files)
    if _version_of(version_folder(data, place)) != version:
        problem = Problem(file=str(folder), message="was changed while it was copied; activate it again")
        raise LibraryError([problem])
    return place


def _kept(data: DataFolder, change: LibraryChange) -> Path | None:
    """The copy that a change names, if it is there and as it was."""
    if change.place is None:
        return None
    folder = version_folder(data, change.place)
    return folder if _version_of(folder) == change.version else None


def _version_of(folder: Path) -> str | None:
    try:
        versions = {sport: load_library(folder, sport).version for sport in sports_of(folder)}
        return folder_version(versions) if versions else None
    except LibraryError:
        return None
