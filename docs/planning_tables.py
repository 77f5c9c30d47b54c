"""Writes the tables of docs/planning.md from the planning configuration.

    .venv/bin/python docs/planning_tables.py

Each stands between ``<!-- table: NAME -->`` and ``<!-- end -->``. The tests hold the page to the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from plan_pipeline.config import load_config, tables
from plan_pipeline.config.schema import field_help, help_of
from plan_pipeline.config.tables import TextTable
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.shipped import shipped

PAGE = Path(__file__).with_name("planning.md")
SECTION = re.compile(r"(<!-- table: (?P<name>[a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
FILES_OF_MODELS = {
    "A goal or an event type": ("Aim", "Goal", "EventType"),
    "A phase": ("PhasePlan",),
    "Minutes": ("MinutesTarget",),
    "The long ride": ("LongRideDemand", "BackToBack"),
    "The taper": ("Taper",),
    "A standard plan": ("StandardPhases",),
    "A tier": ("Tier",),
    "A stretch of long runs": ("LongPattern",),
    "A level": ("Level", "HardDays", "MoreHardDays", "Onset"),
    "A flag": ("FeatureFlag",),
    "A rule": ("RuleSettings",),
}


def main() -> None:
    """Put the tables into the page as the configuration has them now."""
    PAGE.write_text(
        page_with_tables(PAGE.read_text(encoding="utf-8"), load_config(shipped("config"))), encoding="utf-8"
    )


def page_with_tables(page: str, config: PlanningConfig) -> str:
    """The page with every table as the configuration has it."""
    return SECTION.sub(lambda found: f"{found[1]}{_markdown(TABLES[found['name']](config))}{found[3]}", page)


def _running() -> PlanningConfig:
    return load_config(shipped("config"), Sport.RUNNING)


def _fields(_: PlanningConfig) -> TextTable:
    rows = []
    for heading, models in FILES_OF_MODELS.items():
        said = [(field, help_of(model, field)) for model in models for field in field_help().get(model, ())]
        rows += [(heading if not i else "", f"`{field}`", words) for i, (field, words) in enumerate(said)]
    return TextTable(("", "field", "meaning"), tuple(rows))


TABLES: dict[str, Callable[[PlanningConfig], TextTable]] = {
    **tables.TABLES,
    "event phases": lambda config: tables.phases(config.events.values()),
    "event minutes": lambda config: tables.minutes(config.events.values()),
    "goal phases": lambda config: tables.phases(config.goals.values()),
    "goal minutes": lambda config: tables.minutes(config.goals.values()),
    "content": lambda config: tables.fields(config.content),
    "running tiers": lambda _: tables.tiers(_running().events.values()),
    "running phases": lambda _: tables.phases(_running().events.values()),
    "running flags": lambda _: tables.flags(_running()),
    "running rules": lambda _: tables.rules(_running()),
    "fields": _fields,
}


def _markdown(table: TextTable) -> str:
    lines = [table.names, tuple("---" for _ in table.names), *table.rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
