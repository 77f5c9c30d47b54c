"""What the documentation names exists, what it shows can be used as it stands, and no setting is left out of it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import typer
import yaml

from plan_pipeline.cli.app import app
from plan_pipeline.config import load_config, load_configs
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleSeverity
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.core.purpose.unknown_ids import unknown_ids
from plan_pipeline.core.registries import ALWAYS_COUNT, RULES
from plan_pipeline.core.rules.rule import rules_of
from plan_pipeline.formats import EXPORTERS, READERS
from plan_pipeline.library import load_library
from plan_pipeline.orchestration.build import build_defs
from plan_pipeline.settings import Settings
from plan_pipeline.storage.requests.request_files import read_all, requests_in

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
OPERATIONS = ROOT / "docs" / "operations.md"
PAGES = [*sorted((ROOT / "docs").glob("*.md")), README]
OURS = re.compile(r"\bPLAN_PIPELINE_[A-Z][A-Z_]*[A-Z]\b")

NAMED = re.compile(
    r"(?:Jobs → |\b[Jj]obs? |\b[Ll]aunch(?:es)? |\b[Ll]aunchpad of |\b[Ss]chedules? |\b[Ss]ensors? |\b[Cc]hecks? )"
    r"`([a-z0-9_]+)`"
)
"""Where a page speaks of something by its name in Dagster."""

COMMAND_LINE = r"(?:^(?:[A-Z_]+=\S+ )*|bin/|-- |exec [a-z-]+ )plan-pipeline(?: +([^\n]*))?$"
"""A line of code that runs the program, by itself or within a container."""

WITHOUT_DEFAULT = ""


@cache
def definitions() -> dg.RepositoryDefinition:
    return build_defs(settings=Settings(data=Path("nowhere"))).get_repository_def()


def names_in_dagster() -> set[str]:
    """Jobs, schedules, sensors, checks, assets and the steps of jobs."""
    repository = definitions()
    graph = repository.asset_graph
    return {
        *repository.job_names,
        *(each.name for each in repository.schedule_defs),
        *(each.name for each in repository.sensor_defs),
        *(key.name for key in graph.asset_check_keys),
        *(key.to_user_string() for key in graph.get_all_asset_keys()),
        *(node.name for job in repository.get_all_jobs() for node in job.nodes),
    }


def cells_of(page: Path, heading: str) -> list[list[str]]:
    """The rows of the tables of a page whose first heading is this one, without ``|`` and backquotes."""
    rows: list[list[str]] = []
    inside = False
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == heading:
            inside = True
        elif inside and not set(line) <= set("|-: "):
            rows.append(cells)
    return rows


# --- commands -----------------------------------------------------------------------------------------------------


def commands_in(page: Path) -> Iterator[str]:
    """What follows ``plan-pipeline`` wherever it stands as code, to the end of the command."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))
    for code in [*blocks, *inline]:
        for found in re.findall(COMMAND_LINE, code, flags=re.MULTILINE):
            yield re.split(r"  +|\s#\s|\s\|\s|\s>\s", found)[0]


def spelled_out(shown: str) -> Iterator[str]:
    """``library validate|stats`` is two commands."""
    alternatives = [word.split("|") if re.fullmatch(r"[a-z-]+(\|[a-z-]+)+", word) else [word] for word in shown.split()]
    return map(" ".join, product(*alternatives))


def command_of(line: str) -> tuple[Any, str] | None:
    """The command that a line begins with, and the rest of it; ``None`` where there is none."""
    command: Any = typer.main.get_command(app)
    words = line.split()
    while hasattr(command, "commands") and words and not words[0].startswith(("-", "…", "COMMAND")):
        if words[0] not in command.commands:
            return None
        command = command.commands[words.pop(0)]
    return command, " ".join(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_shown_exists_with_its_options(page: Path) -> None:
    unknown = []
    for line in (each for shown in commands_in(page) for each in spelled_out(shown)):
        found = command_of(line)
        if found is None:
            unknown.append(line)
            continue
        command, rest = found
        known = {"--help", *(option for each in command.params for option in (*each.opts, *each.secondary_opts))}
        unknown += [f"{line}: {each}" for each in re.findall(r"(?<![\w-])--[a-z][a-z-]+", rest) if each not in known]
    assert unknown == []


def test_every_command_is_shown_somewhere() -> None:
    shown = {line.split()[0] for page in PAGES for line in commands_in(page) if line}
    commands: Any = typer.main.get_command(app)
    assert set(commands.commands) - shown == set()


# --- rules --------------------------------------------------------------------------------------------------------


def test_every_rule_is_in_the_table_by_what_a_breach_does_at_its_worst() -> None:
    rows = {
        row[0]: re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+|monotony|rideable", row[1])
        for row in cells_of(README, "a breach at its worst")
    }
    rules = [rule for rule in rules_of(load_config(ROOT / "config")) if rule.rule_id not in RULES.plugins()]

    def of(severity: RuleSeverity) -> list[str]:
        return [rule.rule_id for rule in rules if rule.severity is severity and rule.rule_id not in ALWAYS_COUNT]

    assert rows == {
        "rejects the plan, waiver or not": list(ALWAYS_COUNT),
        "rejects the plan": of(RuleSeverity.ERROR),
        "is shown as a warning": of(RuleSeverity.WARNING),
    }


# --- formats ------------------------------------------------------------------------------------------------------


def test_every_format_is_in_the_tables_of_what_goes_out_and_what_comes_in() -> None:
    page = ROOT / "docs" / "formats.md"
    out, into = (
        [name for row in rows for name in re.findall(r"[a-z_]+", row[0])]
        for rows in (
            [row for row in cells_of(page, "format") if len(row) == 7],
            [row for row in cells_of(page, "format") if len(row) == 3],
        )
    )
    assert set(out) == set(EXPORTERS.names()) - set(EXPORTERS.plugins())
    assert set(into) == set(READERS.names()) - set(READERS.plugins())


# --- settings -----------------------------------------------------------------------------------------------------


def settings_by_variable() -> dict[str, Any]:
    return {str(field.validation_alias): field for field in Settings.model_fields.values()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_variable_that_is_named_is_a_setting(page: Path) -> None:
    named = set(OURS.findall(page.read_text(encoding="utf-8")))
    assert named - settings_by_variable().keys() == set()


def test_every_setting_is_in_the_table_once_with_its_default() -> None:
    table = [(row[0], row[1]) for row in cells_of(OPERATIONS, "variable")]
    assert sorted(table) == sorted((name, default_of(field)) for name, field in settings_by_variable().items())


def default_of(field: Any) -> str:
    """A default as it would be written into the environment."""
    value = field.get_default(call_default_factory=True)
    if value is None:
        return WITHOUT_DEFAULT
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return value.name if isinstance(value, Path) else str(value)


# --- what Dagster shows -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_whatever_is_called_by_its_name_in_dagster_is_there(page: Path) -> None:
    named = set(NAMED.findall(page.read_text(encoding="utf-8")))
    assert named - names_in_dagster() == set()


def test_the_operations_page_speaks_of_things_by_their_names_in_dagster() -> None:
    assert len(set(NAMED.findall(OPERATIONS.read_text(encoding="utf-8")))) >= 10


def test_every_job_is_spoken_of() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert {name for name in definitions().job_names if not name.startswith("__") and f"`{name}`" not in text} == set()


def test_the_table_of_schedules_is_complete_with_the_times_they_have() -> None:
    table = {row[0]: row[1] for row in cells_of(OPERATIONS, "schedule")}
    assert table == {each.name: clock_of(str(each.cron_schedule)) for each in definitions().schedule_defs}


def clock_of(cron: str) -> str:
    """``03:00`` for ``0 3 * * *``."""
    minute, hour, *every_day = cron.split()
    assert every_day == ["*", "*", "*"]
    return f"{int(hour):02}:{int(minute):02}"


def test_the_table_of_sensors_is_complete() -> None:
    assert {row[0] for row in cells_of(OPERATIONS, "sensor")} == {each.name for each in definitions().sensor_defs}


def test_the_configuration_that_is_shown_is_taken_as_it_stands() -> None:
    (example,) = re.findall(r"```yaml\n(ops:.*?)```", OPERATIONS.read_text(encoding="utf-8"), flags=re.DOTALL)
    config = yaml.safe_load(example)
    (op,) = config["ops"]
    (job,) = (job for job in definitions().get_all_jobs() if op in {node.name for node in job.nodes})
    shown = dg.validate_run_config(job, config)["ops"][op]["config"]
    assert {**shown, **config["ops"][op]["config"], "only": shown["only"]} == shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_tag_of_ours_that_is_named_is_set_by_the_program(page: Path) -> None:
    named = set(re.findall(r"`(plan_pipeline/[a-z_]+)`", page.read_text(encoding="utf-8")))
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "plan_pipeline").rglob("*.py"))
    assert {tag for tag in named if f'"{tag}"' not in source and not (ROOT / tag).exists()} == set()


# --- requests -----------------------------------------------------------------------------------------------------


def shown_request(sport: Sport = Sport.CYCLING) -> PlanRequest:
    """The one of a sport in README.md."""
    examples = re.findall(r"```yaml\n(plan_id:.*?)```", README.read_text("utf-8"), flags=re.DOTALL)
    (found,) = requests_in(examples[list(Sport).index(sport)].encode(), "README.yaml")
    assert found.problems == ()
    assert found.request is not None
    assert found.request.sport is sport
    return found.request


@pytest.mark.parametrize("sport", Sport)
def test_the_request_that_is_shown_is_taken_as_it_stands(sport: Sport) -> None:
    request = shown_request(sport)
    assert unknown_ids(request, load_config(ROOT / "config", sport)) == ()
    assert request.total_weeks == {Sport.CYCLING: 12, Sport.RUNNING: 16}[sport]


def test_the_runners_request_that_is_shown_becomes_a_plan() -> None:
    sport = Sport.RUNNING
    library, config = load_library(ROOT / "workout_library", sport), load_config(ROOT / "config", sport)
    stamp = Stamp(generation_id="shown", generated_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC), code_version="0")
    assert generate_plan(shown_request(sport), library, config, stamp=stamp).plan is not None


def test_the_request_that_is_shown_has_every_field_that_says_what_for() -> None:
    request = shown_request()
    shown = {name for model in (request, request.event) for name in (model.model_fields_set if model else ())}
    assert {*PlanRequest.model_fields} - shown == {"sport", "target_ftp"}
    of_running = {"goal_time", "profile", "expected_temperature", "dew_point"}
    assert {*Event.model_fields} - shown == {"priority", *of_running}


def test_every_example_is_taken_as_it_stands() -> None:
    examples = read_all(sorted((ROOT / "examples" / "requests").iterdir()), load_configs(ROOT / "config"))
    assert Counter(request.sport for request in examples) == {Sport.CYCLING: 8, Sport.RUNNING: 4}


# --- links --------------------------------------------------------------------------------------------------------


def anchors_of(page: Path) -> set[str]:
    """The anchors that headings get: lower case, spaces as dashes, without punctuation."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+://", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors_of(file)):
            broken.append(target)
    assert broken == []
