"""``plan-pipeline doctor``: what is installed, set and writable, and what is wrong with it.

Belongs here: the checks of an installation and their remedies. Does not belong here: checks of plans.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import typer

from plan_pipeline.cli.options import DataOption, JsonOption, LibraryOption, load_settings

if TYPE_CHECKING:
    from plan_pipeline.settings import Settings
    from plan_pipeline.storage.data_folder import DataFolder

PYTHON_FROM, PYTHON_BELOW = (3, 11), (3, 14)
DAGSTER_PACKAGES = ("dagster", "dagster-webserver", "dagster-graphql", "dagster-pipes", "dagster-shared")
"""Released together under one version; any other mix is untested."""

OTHER_PACKAGES = ("duckdb", "pydantic", "anthropic")
REINSTALL = "run `uv sync --frozen` in the project's folder"
LEAST_FREE_GB = 1.0
"""Room for some ten thousand plans with their versions, facts and Dagster's event log."""


@dataclass(frozen=True)
class DoctorCheck:
    """One thing that was looked at; ``remedy`` is empty where nothing is wrong."""

    name: str
    detail: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        return not self.remedy


def doctor(
    ctx: typer.Context, data: DataOption = None, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """DoctorCheck the installation; exit code 1 if something is wrong, each with its remedy."""
    from rich.text import Text

    from plan_pipeline.cli import output, tables
    from plan_pipeline.cli.exits import ExitCode
    from plan_pipeline.settings import SettingsError

    checks = [_python(), _dagster(), _packages()]
    try:
        settings = load_settings(ctx, data=data, library=library)
    except SettingsError as error:
        checks.append(
            DoctorCheck("settings", str(error), remedy="correct the variables of the environment that are named")
        )
    else:
        checks += _of_settings(settings)
    healthy = all(check.ok for check in checks)
    if as_json:
        output.print_json({"ok": healthy, "checks": [{**asdict(check), "ok": check.ok} for check in checks]})
    else:
        table = tables.new_table()
        for column in ("", "what", "found"):
            table.add_column(column, overflow="fold")
        for check in checks:
            mark = Text("ok", style="green") if check.ok else Text("wrong", style="red")
            remedy = Text(f"\n→ {check.remedy}" if check.remedy else "", style="yellow")
            table.add_row(mark, check.name, Text(check.detail) + remedy)
        output.stdout().print(table)
    raise typer.Exit(ExitCode.DONE if healthy else ExitCode.REJECTED)


def _of_settings(settings: Settings) -> Iterator[DoctorCheck]:
    from plan_pipeline.storage.data_folder import DataFolder

    data = DataFolder(settings.data)
    yield _data_folder(data.root)
    yield _file_system(data.root)
    yield _free_disk(data.root)
    yield _library(settings.library)
    yield _experiments(data.experiments)
    yield _warehouse(data)
    yield _dagster_home(os.environ.get("DAGSTER_HOME"), data.root)
    yield _api_key(settings)
    yield _adjustment(settings)
    yield _night(settings)
    yield _alerts(settings)


def _python() -> DoctorCheck:
    found = ".".join(map(str, sys.version_info[:3]))
    if PYTHON_FROM <= sys.version_info[:2] < PYTHON_BELOW:
        return DoctorCheck("python", f"{found}, {sys.executable}")
    supported = f"{'.'.join(map(str, PYTHON_FROM))} or newer, below {'.'.join(map(str, PYTHON_BELOW))}"
    return DoctorCheck("python", found, remedy=f"use Python {supported}")


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _dagster() -> DoctorCheck:
    found = {package: _installed(package) for package in DAGSTER_PACKAGES}
    detail = ", ".join(f"{package} {installed}" for package, installed in found.items())
    if len(set(found.values())) == 1 and "missing" not in found.values():
        return DoctorCheck("dagster", detail)
    return DoctorCheck("dagster", detail, remedy=f"these belong to one release; {REINSTALL}")


def _packages() -> DoctorCheck:
    found = {package: _installed(package) for package in OTHER_PACKAGES}
    detail = ", ".join(f"{package} {installed}" for package, installed in found.items())
    return DoctorCheck("packages", detail, remedy=REINSTALL if "missing" in found.values() else "")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _data_folder(root: Path) -> DoctorCheck:
    place = _existing(root)
    if not place.is_dir():
        return DoctorCheck(
            "data folder", f"{place} is a file", remedy="name a folder with --data or PLAN_PIPELINE_DATA"
        )
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".doctor-"):
            pass
    except OSError as error:
        remedy = "make it writable, or name another with --data or PLAN_PIPELINE_DATA"
        return DoctorCheck("data folder", f"{place} cannot be written to ({error.strerror})", remedy=remedy)
    return DoctorCheck("data folder", f"{root}, writable" if place == root else f"{root}, will be made when needed")


def _file_system(root: Path) -> DoctorCheck:
    from plan_pipeline.storage.file_system import locks_on_this_machine_only, mount_of, unsupported_operations

    place = _existing(root)
    mount = mount_of(place)
    kind = mount.kind if mount else "a file system of unknown kind"
    if problems := unsupported_operations(place, mount):
        return DoctorCheck(
            "file system", f"{kind}: {len(problems)} of storage's needs are not met", "; ".join(problems)
        )
    found = f"{kind}: files are replaced at once, synced and locked"
    return DoctorCheck("file system", "; ".join(filter(None, [found, locks_on_this_machine_only(place, mount)])))


def _free_disk(root: Path) -> DoctorCheck:
    free_gb = shutil.disk_usage(_existing(root)).free / 1e9
    remedy = "" if free_gb >= LEAST_FREE_GB else f"free at least {LEAST_FREE_GB:g} GB, or use another data folder"
    return DoctorCheck("free disk", f"{free_gb:.1f} GB", remedy=remedy)


def _library(folder: Path) -> DoctorCheck:
    from plan_pipeline.library import validate_library

    report = validate_library(folder)
    if report.passed:
        return DoctorCheck("library", f"{folder}: {report.workout_count} workouts, version {report.version}")
    remedy = "`plan-pipeline library validate` lists them; or name another with --library or PLAN_PIPELINE_LIBRARY"
    return DoctorCheck(
        "library", f"{folder}: {len(report.errors)} errors, the first: {report.errors[0]}", remedy=remedy
    )


def _experiments(folder: Path) -> DoctorCheck:
    from datetime import UTC, datetime

    from plan_pipeline.core.experiment import is_running
    from plan_pipeline.experiments.definitions import read_definitions

    found = read_definitions(folder)
    if found.problems:
        remedy = "`plan-pipeline experiment check` lists them; until then these plans are made as their requests say"
        return DoctorCheck(
            "experiments", f"{len(found.problems)} problems, the first: {found.problems[0]}", remedy=remedy
        )
    if not found.experiments:
        return DoctorCheck("experiments", f"none defined in {folder}")
    today = datetime.now(UTC).date()
    running = [each.name for each in found.experiments if is_running(each, today)]
    return DoctorCheck("experiments", f"{len(found.experiments)} defined, running: {', '.join(running) or 'none'}")


def _warehouse(data: DataFolder) -> DoctorCheck:
    from plan_pipeline.storage.warehouse import refresh as warehouse

    if not data.warehouse.exists():
        return DoctorCheck("warehouse", "none yet; the first generation builds it")
    try:
        plans = warehouse.query(data, "SELECT count(*) AS plans FROM current_plans")["plans"][0]
    except Exception as error:
        remedy = "`plan-pipeline generate` builds it anew; nothing is lost, its facts are Parquet files"
        return DoctorCheck("warehouse", f"{data.warehouse} cannot be read: {error}", remedy=remedy)
    return DoctorCheck("warehouse", f"{data.warehouse}: {plans} plans")


def _dagster_home(value: str | None, root: Path) -> DoctorCheck:
    if not value:
        return DoctorCheck("DAGSTER_HOME", f"not set; the state is kept in {root / '.dagster'}")
    home = Path(value)
    if not home.is_absolute() or not home.is_dir():
        what = "is not an absolute path" if not home.is_absolute() else "is not a folder"
        return DoctorCheck(
            "DAGSTER_HOME", f"{value} {what}", remedy="make the folder and set its absolute path, or unset it"
        )
    if not (home / "dagster.yaml").exists():
        remedy = "copy the project's dagster.yaml into it, or unset DAGSTER_HOME"
        return DoctorCheck(
            "DAGSTER_HOME", f"{value} has no dagster.yaml, so Dagster's defaults would apply", remedy=remedy
        )
    return DoctorCheck("DAGSTER_HOME", value)


def _api_key(settings: Settings) -> DoctorCheck:
    if settings.anthropic_api_key is None:
        return DoctorCheck(
            "Anthropic API key", "not set; only requests with `overview: anthropic` need ANTHROPIC_API_KEY"
        )
    from plan_pipeline.settings import without_credentials

    where = f" at {without_credentials(settings.anthropic_base_url)}" if settings.anthropic_base_url else ""
    return DoctorCheck("Anthropic API key", f"set; overviews are written by {settings.anthropic_model}{where}")


def _night(settings: Settings) -> DoctorCheck:
    state = "on from the start" if settings.nightly else "off until it is turned on in the UI"
    return DoctorCheck("nightly batch", f"{settings.batch_cron} {settings.timezone}, {state}")


def _alerts(settings: Settings) -> DoctorCheck:
    """The host alone: the rest of the address is as good as a password."""
    if settings.alert_url is None:
        return DoctorCheck("alerts", "logged; PLAN_PIPELINE_ALERT_URL would have them posted as well")
    host = urlsplit(settings.alert_url.get_secret_value()).hostname
    return DoctorCheck("alerts", f"logged, and posted to {host}")


def _adjustment(settings: Settings) -> DoctorCheck:
    if settings.enable_duration_adjustment is False:
        return DoctorCheck(
            "duration adjustment", "switched off by ENABLE_DURATION_ADJUSTMENT: every plan uses the arm legacy"
        )
    return DoctorCheck("duration adjustment", "as each request says")
