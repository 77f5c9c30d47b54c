"""Imports run one way, between the packages and inside the larger ones, and the core stays pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import plan_pipeline

PACKAGE = Path(plan_pipeline.__file__).parent
NAME = PACKAGE.name

GROUND = {"strict_input", "redaction", "settings", "other_names", "shipped", "core"}
KEPT = GROUND | {"plugins", "experiments", "storage", "pages", "formats", "llm", "library", "config"}

BELOW = {
    "core": {"core"},
    "plugins": {"core", "formats", "llm", "settings"},
    "shipped": set(),
    "strict_input": {"strict_input"},
    "library": {"library", "strict_input", "shipped", "core"},
    "config": {"config", "strict_input", "shipped", "core"},
    "llm": {"llm", "redaction", "settings", "strict_input", "core"},
    "pages": {"pages", "core"},
    "formats": {"formats", "pages", "strict_input", "core"},
    "other_names": {"core"},
    "settings": {"settings", "other_names", "strict_input", "shipped", "core"},
    "redaction": {"redaction", "settings", "core"},
    "storage": GROUND | {"storage"},
    "experiments": GROUND | {"experiments", "pages", "storage"},
    "services": KEPT | {"services"},
    "orchestration": KEPT | {"services", "orchestration"},
    "definitions": {"orchestration", "settings"},
    "worker": KEPT | {"definitions", "services", "orchestration"},
    "cli": KEPT | {"services", "orchestration", "cli"},
}
"""What each part of the package may import of the package."""

PRIVATE_DAGSTER_ONLY_IN = "orchestration/dagster_internals/"

WORKSHOP = {
    "run_config",
    "run_tags",
    "partitions",
    "dagster_internals",
    "failures",
    "model_calls",
    "generations",
    "reporting",
}
"""What assets and jobs are made with."""

PLACES_OF_JOBS = {"assets", "bulk", "maintenance", "intake"}

MADE_FROM_MODELS = {
    "adding",
    "model",
    "paces",
    "sports",
    "limits",
    "ftp_target",
    "load",
    "load_over_time",
    "wording",
    "config",
    "content",
    "purpose",
}

INSIDE = {
    "core": {
        "adding": set(),
        "registry": set(),
        "registries": {"registry"},
        "word": {"registry"},
        "paces": {"word", "wording", "load"},
        "model": {"adding", "registries", "registry", "word", "paces"},
        "sports": {"model"},
        "config": {"model", "registry", "paces"},
        "content": {"adding", "model", "config", "load", "load_over_time", "wording", "sports", "paces"},
        "purpose": {"model", "config", "registry", "limits", "wording", "paces", "sports"},
        "wording": set(),
        "limits": {"model"},
        "ftp_target": {"model", "limits"},
        "load": {"adding", "model"},
        "load_over_time": {"model", "load", "sports"},
        "notation": {"model", "paces", "wording"},
        "plan_comparison": {"model", "wording", "notation"},
        "arms": {"model", "registries", "config"},
        "duration": MADE_FROM_MODELS | {"arms"},
        "overview": MADE_FROM_MODELS | {"duration", "validation"},
        "prose": {"model", "limits", "wording", "load_over_time", "notation", "overview", "paces", "purpose", "sports"},
        "selection": MADE_FROM_MODELS | {"arms", "duration"},
        "validation": MADE_FROM_MODELS,
        "rules": MADE_FROM_MODELS | {"registry", "registries"},
        "final_plan": {"model", "config", "rules", "purpose", "content"},
        "coach_texts": {"adding", "model", "wording", "notation", "overview", "final_plan", "sports"},
        "on_dates": {"model", "final_plan", "paces"},
        "measures": MADE_FROM_MODELS | {"validation"},
        "stages": {"model", "config", "overview", "selection", "duration", "validation", "final_plan", "measures"},
        "pipeline": {"model", "config", "stages", "final_plan", "measures"},
        "explanation": MADE_FROM_MODELS | {"arms", "duration", "selection", "validation", "notation"},
        "day_alternatives": MADE_FROM_MODELS | {"arms", "duration", "selection"},
        "experiment": {"model", "registry", "registries"},
        "cohort": {"model", "config", "paces"},
        "standard_plans": {"adding", "model", "config", "paces", "wording", "notation", "coach_texts", "overview"},
    },
    "cli": {
        "exits": set(),
        "help": set(),
        "options": set(),
        "output": set(),
        "errors": {"exits"},
        "plans": {"exits"},
        "plan_words": set(),
        "tables": {"output", "plan_words"},
        "plan_tables": {"tables"},
        "explanation_text": {"tables"},
        "text_table": set(),
        "rows": {"output", "text_table"},
        "plan_rows": {"text_table"},
        "processes": set(),
        "interrupts": set(),
        "one_ui": {"exits"},
        "commands": {
            "help",
            "interrupts",
            "one_ui",
            "exits",
            "options",
            "output",
            "errors",
            "plans",
            "tables",
            "plan_tables",
            "explanation_text",
            "rows",
            "plan_rows",
            "processes",
        },
        "app": {"commands", "help", "options", "output", "errors", "interrupts"},
    },
    "experiments": {
        "model": set(),
        "definitions": set(),
        "design": set(),
        "design_files": {"design"},
        "catalogue": {"design"},
        "model_use": {"model", "inference"},
        "measures": {"model_use"},
        "inference": set(),
        "summaries": {"measures", "model"},
        "analysis": {"measures", "model", "inference", "model_use", "summaries"},
        "reporting": {"measures", "model", "analysis", "definitions", "design"},
        "wording": {"model"},
        "rendering": {"model", "analysis", "wording"},
        "model_words": {"model", "rendering", "wording"},
        "table": {"model", "rendering", "model_words"},
        "drawing": set(),
        "paired_plot": {"model", "measures", "summaries", "wording", "drawing"},
        "plots": {"model", "inference", "wording", "drawing", "paired_plot"},
        "page": {"model", "measures", "wording", "rendering", "model_words", "drawing", "plots"},
    },
    "pages": {
        "zones": set(),
        "shell": set(),
        "chart": set(),
        "profile": {"zones"},
        "steps": {"profile", "zones"},
        "season": {"chart", "zones"},
        "calendar": {"profile", "steps"},
        "words": set(),
        "plan_page": {"calendar", "season", "chart", "profile", "steps", "zones", "shell", "words"},
        "start_page": {"shell", "words"},
        "library_page": {"calendar", "profile", "steps", "zones", "shell"},
        "comparison_page": {"calendar", "chart", "plan_page", "profile", "zones", "shell"},
    },
    "storage": {
        "data_folder": set(),
        "file_system": {"data_folder"},
        "full_disk": set(),
        "sql_text": set(),
        "model_files": {"data_folder"},
        "library_record": {"data_folder", "model_files"},
        "instances": {"data_folder", "model_files"},
        "standard_plans": {"data_folder", "model_files"},
        "plans": {"data_folder", "model_files", "full_disk", "generation_ids"},
        "requests": {"data_folder", "model_files", "plans"},
        "facts": {"data_folder", "model_files", "sql_text"},
        "generation_ids": {"data_folder", "facts"},
        "model_calls": {"data_folder", "model_files", "facts", "sql_text"},
        "warehouse": {"data_folder", "facts", "model_calls", "sql_text"},
    },
    "services": {
        "run_log": set(),
        "retries": set(),
        "libraries": set(),
        "sources": {"libraries"},
        "models": set(),
        "pipeline": {"sources", "models"},
        "generation": {"pipeline", "pages", "instances", "models", "sources"},
        "recording": {"pipeline", "generation"},
        "confirmation": {"generation", "models"},
        "plan_choice": {"generation"},
        "plan_states": set(),
        "plan_checks": set(),
        "requests": set(),
        "standard_plans": {"pipeline"},
        "retirement": {"recording"},
        "plan_changes": {"recording", "pages", "instances", "sources"},
        "plan_versions": set(),
        "pages": {"plan_states", "explanations", "sources"},
        "instances": {"pages", "sources"},
        "plan_search": {"plan_states"},
        "explanations": {"plan_versions", "sources"},
        "week_files": set(),
        "workout_files": {"week_files", "instances", "libraries"},
        "published": {"week_files"},
        "plan_files": {"week_files", "workout_files", "published"},
    },
    "orchestration": {
        "run_tags": set(),
        "partitions": {"run_tags"},
        "dagster_internals": {"run_tags", "partitions"},
        "failures": {"run_tags", "dagster_internals"},
        "run_config": {"dagster_internals"},
        "generations": {"run_tags", "dagster_internals"},
        "reporting": {"run_tags", "partitions", "dagster_internals"},
        "assets": WORKSHOP,
        "bulk": WORKSHOP | {"assets"},
        "maintenance": WORKSHOP | {"assets", "bulk"},
        "intake": WORKSHOP | {"assets", "bulk", "maintenance"},
        "jobs": WORKSHOP | PLACES_OF_JOBS,
        "schedules": WORKSHOP | PLACES_OF_JOBS | {"jobs"},
        "build": WORKSHOP | PLACES_OF_JOBS | {"jobs", "schedules"},
        "launch": WORKSHOP | PLACES_OF_JOBS | {"jobs", "build"},
    },
}
"""The same within the larger packages: what each module or package of theirs may import beside itself."""

OUTSIDE_CORE = {"dagster", "duckdb", "pandas", "pyarrow", "anthropic", "httpx", "requests", "urllib", "socket"} | {
    "yaml",
    "typer",
    "rich",
    "pydantic_settings",
    "subprocess",
    "os",
    "pathlib",
    "shutil",
    "tempfile",
    "logging",
}
"""Databases, clients, files, processes and terminals: not for the core."""

DAGSTER_ONLY_IN = {"orchestration", "definitions", "worker"}
"""The orchestration, and the doors that Dagster and Celery enter by."""


class Import(NamedTuple):
    file: str
    part: str
    module: str
    at_start_up: bool


def test_every_part_of_the_package_has_its_place_in_the_order() -> None:
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert parts - {"__init__"} <= BELOW.keys()


@pytest.mark.parametrize("part", BELOW)
def test_a_part_imports_only_what_lies_below_it(part: str) -> None:
    upward = [
        f"{found.file} imports {found.module}"
        for found in _imports()
        if found.part == part and found.module.startswith(f"{NAME}.") and found.module.split(".")[1] not in BELOW[part]
    ]
    assert upward == []


@pytest.mark.parametrize("package", INSIDE)
def test_the_rooms_of_a_package_import_one_way(package: str) -> None:
    rooms = INSIDE[package]
    upward = [
        f"{found.file} imports {found.module}"
        for found in _imports()
        if found.part == package and len(found.file.split("/")) > 1
        for room in [found.file.split("/")[1].removesuffix(".py")]
        if room != "__init__" and found.module.startswith(f"{NAME}.{package}.")
        if found.module.split(".")[2] not in {room, *rooms[room]}
    ]
    assert upward == []


def test_the_core_touches_no_database_client_file_or_framework() -> None:
    impure = [f for f in _imports() if f.part == "core" and f.module.split(".")[0] in OUTSIDE_CORE]
    assert impure == []


def test_dagster_is_imported_by_the_orchestration_alone() -> None:
    """The settings ask it what a cron expression is, where one is set."""
    elsewhere = [
        f for f in _imports() if f.part not in DAGSTER_ONLY_IN and f.module.split(".")[0].startswith("dagster")
    ]
    assert [(f.part, f.module) for f in elsewhere if f.at_start_up] == []
    assert {f.part for f in elsewhere} == {"settings"}


def test_private_modules_of_dagster_are_imported_in_one_room_each_with_the_reason() -> None:
    """The reason is a comment on the line of the import."""
    elsewhere, unexplained = [], []
    for path in sorted(PACKAGE.rglob("*.py")):
        file, source = path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")
        for node, module in _private_dagster(ast.parse(source)):
            if not file.startswith(PRIVATE_DAGSTER_ONLY_IN):
                elsewhere.append(f"{file} imports {module}")
            elif not any("  # " in line for line in source.splitlines()[node.lineno - 1 : node.end_lineno]):
                unexplained.append(f"{file} imports {module}")
    assert (elsewhere, unexplained) == ([], [])


@pytest.mark.parametrize(
    "source",
    ["import dagster._core.events", "def f():\n    from dagster import _serdes", "from dagster_postgres._x import y"],
)
def test_a_private_module_is_seen_however_it_is_imported(source: str) -> None:
    assert list(_private_dagster(ast.parse(source)))
    assert not list(_private_dagster(ast.parse("import dagster as dg\nfrom dagster import AssetKey")))


def _private_dagster(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for module in modules:
            if module.startswith("dagster") and any(part.startswith("_") for part in module.split(".")):
                yield node, module


def test_the_command_line_starts_without_anything_heavy() -> None:
    heavy = {"pydantic", "rich", "numpy", "pandas", "duckdb", "dagster", "anthropic", "yaml"}
    early = [
        f"{found.file} imports {found.module} at module level"
        for found in _imports()
        if found.part == "cli" and found.at_start_up and found.file not in _IMPORTED_LATE
        if found.module.split(".")[0] in heavy
    ]
    assert early == []


_IMPORTED_LATE = {
    "cli/errors.py",
    "cli/output.py",
    "cli/plans.py",
    "cli/tables.py",
    "cli/plan_tables.py",
    "cli/explanation_text.py",
    "cli/text_table.py",
}
"""Modules that commands import when they run."""


def test_the_check_sees_an_import_wherever_it_stands() -> None:
    source = "import a.b\ndef f():\n    from c import d\nif TYPE_CHECKING:\n    import e\n"
    found = {(found.module, found.at_start_up) for found in _imports_of(source, "core/x.py")}
    assert found == {("a.b", True), ("c", False), ("c.d", False), ("e", False)}


@cache
def _imports() -> tuple[Import, ...]:
    return tuple(
        found
        for path in sorted(PACKAGE.rglob("*.py"))
        for found in _imports_of(path.read_text(encoding="utf-8"), path.relative_to(PACKAGE).as_posix())
    )


def _imports_of(source: str, file: str) -> Iterator[Import]:
    part = file.split("/")[0].removesuffix(".py")
    tree = ast.parse(source)
    at_start_up = set(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(file, part, alias.name, node in at_start_up)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} has a relative import; write it out"
            assert node.module is not None
            yield Import(file, part, node.module, node in at_start_up)
            if node.module.count(".") < 2 or not node.module.startswith(f"{NAME}."):
                yield from (Import(file, part, f"{node.module}.{a.name}", node in at_start_up) for a in node.names)
