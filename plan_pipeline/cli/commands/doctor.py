"""``plan-pipeline doctor``: what is installed, set and writable, and what is wrong with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from plan_pipeline.cli.exits import finish
from plan_pipeline.cli.options import DataOption, JsonOption, LibraryOption, load_settings

if TYPE_CHECKING:
    from plan_pipeline.core.model.vocabulary import Sport
    from plan_pipeline.llm.configured import ProviderState
    from plan_pipeline.settings import Settings
    from plan_pipeline.storage.data_folder import DataFolder

PYTHON_FROM, PYTHON_BELOW = (3, 11), (3, 14)
DAGSTER_PACKAGES = ("dagster", "dagster-webserver", "dagster-graphql", "dagster-pipes", "dagster-shared")
"""Released together under one version; any other mix is untested."""

OTHER_PACKAGES = ("duckdb", "pydantic", "anthropic")
REINSTALL = "run `uv sync --frozen` in the project's folder"
LEAST_FREE_GB = 1.0
"""Room for some ten thousand plans with their versions, facts and Dagster's event log."""


class Finding(NamedTuple):
    """What a check found; ``remedy`` is empty where nothing is wrong."""

    detail: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        return not self.remedy


def doctor(
    ctx: typer.Context, data: DataOption = None, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """Check the installation; exit code 1 if something is wrong, each with its remedy."""
    from plan_pipeline.cli import output
    from plan_pipeline.settings import SettingsError

    findings = {
        "python": _python(),
        "dagster": _packages(DAGSTER_PACKAGES, of_one_release=True),
        "packages": _packages(OTHER_PACKAGES),
        "plug-ins": _plugins(),
    }
    try:
        settings = load_settings(ctx, data=data, library=library)
    except SettingsError as error:
        findings["settings"] = Finding(str(error), "correct the variables of the environment that are named")
    else:
        findings |= _of_settings(settings)
    healthy = all(finding.ok for finding in findings.values())
    if as_json:
        checks = [{"name": name, **finding._asdict(), "ok": finding.ok} for name, finding in findings.items()]
        output.print_json({"ok": healthy, "checks": checks})
    else:
        _print(findings)
    finish(healthy)


def _print(findings: dict[str, Finding]) -> None:
    from rich.table import Column
    from rich.text import Text

    from plan_pipeline.cli import output, tables

    def found(finding: Finding) -> Text:
        return Text(finding.detail).append(f"\n→ {finding.remedy}" if finding.remedy else "", style="yellow")

    table = tables.table_of(
        findings.items(),
        (Column(), lambda row: Text("ok", style="green") if row[1].ok else Text("wrong", style="red")),
        (Column("what", overflow="fold"), lambda row: row[0]),
        (Column("found", overflow="fold"), lambda row: found(row[1])),
    )
    output.stdout().print(table)


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if PYTHON_FROM <= sys.version_info[:2] < PYTHON_BELOW:
        return Finding(f"{found}, {sys.executable}")
    supported = f"{'.'.join(map(str, PYTHON_FROM))} or newer, below {'.'.join(map(str, PYTHON_BELOW))}"
    return Finding(found, f"use Python {supported}")


def _packages(packages: Iterable[str], *, of_one_release: bool = False) -> Finding:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    good = "missing" not in found.values() and (not of_one_release or len(set(found.values())) == 1)
    remedy = f"these belong to one release; {REINSTALL}" if of_one_release else REINSTALL
    listed = ", ".join(f"{package} {installed}" for package, installed in found.items())
    return Finding(listed, "" if good else remedy)


def _plugins() -> Finding:
    from plan_pipeline.core.registry import PluginError
    from plan_pipeline.plugins import REGISTRIES

    good, broken = [], []
    for registry in REGISTRIES.values():
        try:
            for name, plugin in registry.plugins().items():
                try:
                    registry.get(name)
                    good.append(f"{registry.kind} {name} of {plugin.package} {plugin.version}")
                except PluginError as error:
                    broken.append(str(error))
        except PluginError as error:  # a name that is given twice
            broken.append(str(error))
    detail = "; ".join([", ".join(good) or "none", *broken])
    return Finding(detail, "whatever asks for it stops until then; everything else goes on" if broken else "")


def _of_settings(settings: Settings) -> dict[str, Finding]:
    from plan_pipeline.settings import unread_variables
    from plan_pipeline.storage.data_folder import DataFolder

    data = DataFolder(settings.data)
    home = Path(os.environ.get("DAGSTER_HOME") or data.root / ".dagster")
    night = "on from the start" if settings.nightly else "off until it is turned on in the UI"
    checks: dict[str, Callable[[], Finding]] = {
        "data folder": lambda: _data_folder(data.root),
        "file system": lambda: _file_system(data.root),
        "free disk": lambda: _free_disk(data.root),
        "library": lambda: _library(settings),
        "configuration": lambda: _configuration(settings.config),
        "experiments": lambda: _experiments(data.experiments),
        "plans": lambda: _plans(data),
        "facts": lambda: _facts(data),
        "warehouse": lambda: _warehouse(data),
        "DAGSTER_HOME": lambda: _dagster_home(os.environ.get("DAGSTER_HOME"), data.root),
        "Dagster's state": lambda: _dagster_state(home),
        **_providers(settings),
        "settings not read": lambda: Finding("; ".join(unread_variables(settings)) or "none"),
        "duration adjustment": lambda: _adjustment(settings),
        "publishing": lambda: _publishing(settings),
        "nightly batch": lambda: Finding(f"{settings.batch_cron} {settings.timezone}, {night}"),
        "batches of questions": lambda: _question_batches(settings, data),
        "alerts": lambda: _alerts(settings),
    }
    return {name: _of_path(check) for name, check in checks.items()}


def _of_path(check: Callable[[], Finding]) -> Finding:
    """What a check finds; a path that cannot even be looked at, such as one that is too long, is what it found."""
    try:
        return check()
    except OSError as error:
        remedy = "check the path and its permissions, or name another with --data or PLAN_PIPELINE_DATA"
        return Finding(f"{error.filename}: {error.strerror}", remedy)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _data_folder(root: Path) -> Finding:
    from tempfile import NamedTemporaryFile

    place = _existing(root)
    if not place.is_dir():
        return Finding(f"{place} is a file", "name a folder with --data or PLAN_PIPELINE_DATA")
    try:
        with NamedTemporaryFile(dir=place, prefix=".doctor-"):
            pass
    except OSError as error:
        remedy = "make it writable, or name another with --data or PLAN_PIPELINE_DATA"
        return Finding(f"{place} cannot be written to ({error.strerror})", remedy)
    return Finding(f"{root}, writable" if place == root else f"{root}, will be made when needed")


def _file_system(root: Path) -> Finding:
    from plan_pipeline.storage.file_system import locks_on_this_machine_only, mount_of, unsupported_operations

    place = _existing(root)
    mount = mount_of(place)
    kind = mount.kind if mount else "a file system of unknown kind"
    if problems := unsupported_operations(place, mount):
        return Finding(f"{kind}: {len(problems)} of storage's needs are not met", "; ".join(problems))
    found = f"{kind}: files are replaced at once, synced and locked"
    return Finding("; ".join(filter(None, [found, locks_on_this_machine_only(place, mount)])))


def _free_disk(root: Path) -> Finding:
    from shutil import disk_usage

    free_gb = disk_usage(_existing(root)).free / 1e9
    remedy = "" if free_gb >= LEAST_FREE_GB else f"free at least {LEAST_FREE_GB:g} GB, or use another data folder"
    return Finding(f"{free_gb:.1f} GB", remedy)


def _library(settings: Settings) -> Finding:
    from plan_pipeline.library import validate_library
    from plan_pipeline.services.libraries.in_force import library_in_force
    from plan_pipeline.storage.data_folder import StorageError

    try:
        in_force = library_in_force(settings)
    except StorageError as error:
        what, _, remedy = str(error).partition("; ")
        return Finding(what, remedy)
    folder, report = in_force.folder, validate_library(in_force.folder)
    if report.passed:
        found = "; ".join(
            f"{_of(sport, report.versions)}{report.workout_counts[sport]} workouts, version {version}"
            for sport, version in report.versions.items()
        )
        return Finding(f"{folder}: {found}, {in_force}")
    remedy = "`plan-pipeline library validate` lists them; or name another with --library or PLAN_PIPELINE_LIBRARY"
    return Finding(f"{folder}: {len(report.errors)} errors, the first: {report.errors[0]}", remedy)


def _of(sport: Sport, sports: Collection[Sport]) -> str:
    """What numbers are of, where there are several sports."""
    return f"{sport}: " if len(sports) > 1 else ""


def _configuration(folder: Path) -> Finding:
    from plan_pipeline.config import ConfigError, load_configs

    try:
        configs = load_configs(folder)
    except ConfigError as error:
        remedy = "correct the file, or name another folder with PLAN_PIPELINE_CONFIG"
        return Finding(f"{folder}: {len(error.problems)} problems, the first: {error.problems[0]}", remedy)
    found = "; ".join(
        f"{_of(sport, configs)}{len(config.goals)} goals, {len(config.events)} event types, version {config.version}"
        for sport, config in configs.items()
    )
    return Finding(f"{folder}: {found}")


def _experiments(folder: Path) -> Finding:
    from datetime import UTC, datetime

    from plan_pipeline.core.experiment import is_running
    from plan_pipeline.experiments.definitions import read_definitions

    found = read_definitions(folder)
    if found.problems:
        remedy = "`plan-pipeline experiment check` lists them; until then these plans are made as their requests say"
        return Finding(f"{len(found.problems)} problems, the first: {found.problems[0]}", remedy)
    if not found.experiments:
        return Finding(f"none defined in {folder}")
    today = datetime.now(UTC).date()
    running = [each.name for each in found.experiments if is_running(each, today)]
    return Finding(f"{len(found.experiments)} defined, running: {', '.join(running) or 'none'}")


def _plans(data: DataFolder) -> Finding:
    from plan_pipeline.storage.data_folder import StorageError
    from plan_pipeline.storage.plans.plan_store import PlanStore

    store, problems = PlanStore(data), []
    plan_ids = store.plan_ids() if data.plans.is_dir() else ()
    for plan_id in plan_ids:
        try:
            store.check_published(plan_id, store.load_generation_record(plan_id))
        except StorageError as error:
            problems.append(str(error))
    if not problems:
        return Finding(f"{len(plan_ids)}, all as they were published")
    what, _, remedy = problems[0].partition("; ")
    return Finding(f"{what}; {len(problems)} of {len(plan_ids)} plans are damaged", remedy)


def _facts(data: DataFolder) -> Finding:
    if not data.facts.is_dir():
        return Finding("none yet")
    from plan_pipeline.storage.data_folder import StorageError
    from plan_pipeline.storage.warehouse.refresh import fact_problems

    try:
        problems = fact_problems(data)
    except StorageError as error:
        problems = (str(error),)
    if not problems:
        return Finding("every file is one that counts")
    what, _, remedy = problems[0].rpartition("; ")
    more = f"; {len(problems) - 1} more are not right" if len(problems) > 1 else ""
    return Finding(f"{what}{more}", remedy)


def _warehouse(data: DataFolder) -> Finding:
    from plan_pipeline.storage.warehouse.queries import query

    if not data.warehouse.exists():
        return Finding("none yet; the first generation builds it")
    try:
        plans = query(data, "SELECT count(*) AS plans FROM current_plans")["plans"][0]
    except Exception as error:
        remedy = "`plan-pipeline generate` builds it anew; nothing is lost, its facts are Parquet files"
        return Finding(f"{data.warehouse} cannot be read: {error}", remedy)
    return Finding(f"{data.warehouse}: {plans} plans")


def _dagster_home(value: str | None, root: Path) -> Finding:
    if not value:
        return Finding(f"not set; the state is kept in {root / '.dagster'}")
    home = Path(value)
    if not home.is_absolute() or not home.is_dir():
        what = "is not an absolute path" if not home.is_absolute() else "is not a folder"
        return Finding(f"{value} {what}", "make the folder and set its absolute path, or unset it")
    if not (home / "dagster.yaml").exists():
        remedy = "copy the project's dagster.yaml into it, or unset DAGSTER_HOME"
        return Finding(f"{value} has no dagster.yaml, so Dagster's defaults would apply", remedy)
    from plan_pipeline.orchestration.dagster_internals.instances import REMEDY, former_module

    if home != root / ".dagster" and (module := former_module(home / "dagster.yaml")):
        return Finding(f"{value} has the dagster.yaml of an earlier release, which names {module}", REMEDY)
    return Finding(value)


def _dagster_state(home: Path) -> Finding:
    from plan_pipeline.orchestration.dagster_internals.state_files import check_home, damaged_files, not_ours

    if trouble := check_home(home) or not_ours(home):
        return Finding(*trouble)
    if damaged := list(damaged_files(home)):
        return Finding(f"{len(damaged)} logs of runs are damaged, the first: {damaged[0]}", damaged[0].trouble.remedy)
    return Finding(f"{home}, sound" if home.is_dir() else "none yet; the first run makes it")


def _providers(settings: Settings) -> dict[str, Callable[[], Finding]]:
    """Of each provider of models, whether it can be asked. Only one that requests are to use by default must be."""
    from plan_pipeline.core.registry import PluginError
    from plan_pipeline.llm.configured import provider_states

    try:
        states = provider_states(settings)
    except PluginError:  # a name that is given twice, which "plug-ins" tells
        return {}
    return {f"models of {state.name}": partial(_provider, settings, state) for state in states}


def _provider(settings: Settings, state: ProviderState) -> Finding:
    where = f" at {state.address}" if state.address else ""
    if state.is_usable:
        return Finding(f"{state.model or 'can be asked'}{where}; `plan-pipeline models try {state.name}` asks it")
    what = "; ".join(state.lacks)
    if settings.default_overview == state.name:
        return Finding("AI_PROVIDER names it, and it cannot be asked", f"{what}; or unset AI_PROVIDER")
    return Finding(f"cannot be asked, which only requests with `overview: {state.name}` need: {what}")


def _alerts(settings: Settings) -> Finding:
    """The host alone: the rest of the address is as good as a password."""
    if settings.alert_url is None:
        return Finding("logged; PLAN_PIPELINE_ALERT_URL would have them posted as well")
    from urllib.parse import urlsplit

    host = urlsplit(settings.alert_url.get_secret_value()).hostname
    return Finding(f"logged, and posted to {host}")


def _question_batches(settings: Settings, data: DataFolder) -> Finding:
    from plan_pipeline.storage.data_folder import StorageError
    from plan_pipeline.storage.model_calls.batch_files import BatchFiles

    switched = f"{settings.llm_batch_cron} {settings.timezone}" if settings.llm_batch else "off"
    try:
        waiting = BatchFiles(data).open()
    except StorageError as error:
        return Finding(str(error), "nothing is handed in or collected, and no model asked, before this is put right")
    listed = [f"{record.name} of {record.since:%Y-%m-%d %H:%M} UTC, {len(record.plan_ids)} plans" for record in waiting]
    return Finding("; ".join([switched, *listed]))


def _publishing(settings: Settings) -> Finding:
    if not settings.publish:
        return Finding("switched off by PLAN_PIPELINE_PUBLISH: plans are made and recorded, published ones stay")
    return Finding("on")


def _adjustment(settings: Settings) -> Finding:
    if settings.enable_duration_adjustment is False:
        return Finding("switched off by ENABLE_DURATION_ADJUSTMENT: every plan uses the arm legacy")
    return Finding("as each request says")
