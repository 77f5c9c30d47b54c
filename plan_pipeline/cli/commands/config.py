"""``plan-pipeline config …``: what the planning configuration says, whether it is sound, and what an edit changes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plan_pipeline.cli.exits import InputError, finish
from plan_pipeline.cli.help import WholeSentences
from plan_pipeline.cli.options import EverySportOption, JsonOption, SportOption, load_settings
from plan_pipeline.core.model.vocabulary import Sport

if TYPE_CHECKING:
    from plan_pipeline.config.differences import Change
    from plan_pipeline.config.files import ConfigReport
    from plan_pipeline.core.config.planning_config import PlanningConfig
    from plan_pipeline.core.model.frozen import Frozen

app = typer.Typer(
    help="The planning configuration: check it, show it, compare it.",
    cls=WholeSentences,
    no_args_is_help=True,
    rich_markup_mode=None,
)

FolderArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="DIR", help="The folder of a configuration instead of the one in force.", show_default=False
    ),
]


@app.command("validate")
def validate(
    ctx: typer.Context, folder: FolderArgument = None, sport: EverySportOption = None, as_json: JsonOption = False
) -> None:
    """Check goals, events, levels, rules, the week and the flags; exit code 1 if there is an error.

    Every sport that the folder has is checked, or the one that is named. Without a folder it is the one in force:
    PLAN_PIPELINE_CONFIG, else what comes with the program. Tests are looked for in the sport's workout library.
    """
    from rich.text import Text

    from plan_pipeline.cli import output
    from plan_pipeline.config import sports_of, validate_config
    from plan_pipeline.strict_input.data_folders import Severity

    folder = _folder(ctx, folder)
    sports = [sport] if sport else sports_of(folder) or [Sport.CYCLING]
    reports = {each: validate_config(folder, each, _workout_ids(ctx, each)) for each in sports}
    problems = list(dict.fromkeys(problem for report in reports.values() for problem in report.problems))
    passed = all(report.config is not None for report in reports.values())
    versions = {each.value: report.config.version if report.config else None for each, report in reports.items()}
    if as_json:
        told = {"folder": str(folder), "version": versions[sports[0].value], "versions": versions, "passed": passed}
        output.print_json({**told, "problems": [problem.model_dump(mode="json") for problem in problems]})
    else:
        console = output.stdout()
        for problem in problems:
            style = "red" if problem.severity is Severity.ERROR else "yellow"
            output.line(console, Text(f"{problem.severity}: {problem}", style=style))
        for each, report in reports.items():
            output.line(console, f"{folder}{f' for {each}' if len(reports) > 1 else ''}: {_state(report)}")
    finish(passed)


def _workout_ids(ctx: typer.Context, sport: Sport) -> list[str] | None:
    """The ids of a sport's workouts; ``None`` for a sport that the library has none of."""
    from plan_pipeline.library import load_library, sports_of
    from plan_pipeline.services.libraries.in_force import library_in_force

    folder = library_in_force(load_settings(ctx)).folder
    if sport is not Sport.CYCLING and sport not in sports_of(folder):
        return None
    return [workout.id for workout in load_library(folder, sport).workouts]


def _state(report: "ConfigReport") -> str:
    from plan_pipeline.core.wording import counted

    found = f"{counted(len(report.errors), 'error')}, {counted(len(report.warnings), 'warning')}"
    version = f"version {report.config.version}" if report.config else "cannot be used until the errors are gone"
    return f"{found}; {version}"


@app.command("show")
def show(
    ctx: typer.Context,
    kind: Annotated[
        str | None,
        typer.Argument(metavar="PART", help="events, goals, levels, week, rules or flags.", show_default=False),
    ] = None,
    name: Annotated[
        str | None, typer.Argument(metavar="ID", help="One goal, event type, level, rule or flag.", show_default=False)
    ] = None,
    sport: SportOption = Sport.CYCLING,
    as_json: JsonOption = False,
) -> None:
    """Show a sport's configuration in force as tables; of one goal, event type, level, rule or flag every field."""
    from plan_pipeline.cli import output
    from plan_pipeline.cli.rows import write_table
    from plan_pipeline.config import load_config
    from plan_pipeline.config.tables import TABLES, fields

    folder = _folder(ctx, None)
    config = load_config(folder, sport)
    if kind is None:
        _show_what_there_is(config, folder, as_json=as_json)
    elif kind not in TABLES:
        raise InputError(f"PART: {kind!r} is not a part of the configuration; use one of {', '.join(TABLES)}")
    elif name is None and as_json:
        output.print_json(config.model_dump(mode="json", include={kind})[kind])
    elif name is None:
        write_table(*TABLES[kind](config))
    elif as_json:
        output.print_json(_one(config, kind, name))
    else:
        write_table(*fields(_one(config, kind, name)))


@app.command("diff")
def diff(
    ctx: typer.Context,
    before: Annotated[Path, typer.Argument(metavar="A", help="The folder of a configuration.", show_default=False)],
    after: Annotated[
        Path | None, typer.Argument(metavar="B", help="The folder to compare it with.", show_default=False)
    ] = None,
    sport: EverySportOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what changes from configuration A to B, field by field; without B from the one in force to A.

    Every sport that both have is compared, or the one that is named; of the others it is said where they are missing.
    """
    from plan_pipeline.cli import output
    from plan_pipeline.config import load_config, sports_of
    from plan_pipeline.config.differences import differences
    from plan_pipeline.core.wording import counted

    old, new = (_folder(ctx, folder) for folder in ((before, after) if after is not None else (None, before)))
    had, has = sports_of(old) or (Sport.CYCLING,), sports_of(new) or (Sport.CYCLING,)
    sports = [sport] if sport else [each for each in had if each in has]
    pairs = {each: (load_config(old, each), load_config(new, each)) for each in sports}
    changes = {each: differences(*pair) for each, pair in pairs.items()}
    alone = [] if sport else [each for each in Sport if (each in had) != (each in has)]
    if as_json:
        versions = {each.value: {"before": one.version, "after": other.version} for each, (one, other) in pairs.items()}
        told = [{"sport": each.value, **dict(change)} for each, found in changes.items() for change in found]
        first = versions[sports[0].value] if sports else {"before": None, "after": None}
        output.print_json({**first, "versions": versions, "changed": bool(told or alone), "changes": told})
        return
    console, is_one = output.stdout(), len(sports) + len(alone) == 1
    for each in alone:
        output.line(console, f"{each}: is in {old if each in had else new} alone")
    for each, (one, other) in pairs.items():
        of_sport = "" if is_one else f"{each}: "
        for change in changes[each]:
            output.line(console, f"{of_sport}{_in_words(change)}")
        found = counted(len(changes[each]), "difference")
        output.line(console, f"{of_sport}{old} ({one.version}) → {new} ({other.version}): {found}")


def _folder(ctx: typer.Context, folder: Path | None) -> Path:
    found = folder if folder is not None else load_settings(ctx).config
    if not found.is_dir():
        raise InputError(f"{found} is not a folder; name the folder of a planning configuration")
    return found


def _show_what_there_is(config: "PlanningConfig", folder: Path, *, as_json: bool) -> None:
    from plan_pipeline.cli import output

    if as_json:
        output.print_json(config.model_dump(mode="json"))
        return
    console = output.stdout()
    output.line(console, f"{folder}: version {config.version}")
    for part in ("goals", "events", "rules", "flags"):
        output.line(console, f"{part}: {', '.join(getattr(config, part))}")
    chosen = f"goal {config.defaults.goal}, event {config.defaults.event}"
    output.line(console, f"where a request says nothing that can be read: {chosen}")


def _one(config: "PlanningConfig", kind: str, name: str) -> "Frozen":
    """One entry of a part. Raises ``InputError`` for one that it does not have."""
    from plan_pipeline.core.config.planning_config import unknown_id

    if kind == "goals" and (goal := config.goal(name)):
        return goal
    if kind == "events" and (event := config.event(name)):
        return event
    if kind in ("goals", "events"):
        raise InputError(f"ID: {unknown_id(kind.removesuffix('s'), name, getattr(config, kind))}")
    part = getattr(config, kind)
    entries: dict[str, Frozen] = dict(part)
    if name not in entries:
        raise InputError(f"ID: {name!r} is not one of {kind}; use one of {', '.join(entries)}")
    return entries[name]


def _in_words(change: "Change") -> str:
    from plan_pipeline.config.differences import Kind
    from plan_pipeline.config.tables import in_short

    if change.kind is Kind.CHANGED:
        return f"{change.where}: {in_short(change.before)} → {in_short(change.after)}"
    value = change.after if change.kind is Kind.ADDED else change.before
    return f"{change.where}: {change.kind}" + ("" if value is None else f" ({in_short(value)})")
