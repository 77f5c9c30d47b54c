"""Draws the picture at the top of README.md: what `generate` prints for the examples, and one week in full.

    make demo && .venv/bin/python docs/picture.py data docs/img/demo.svg

The picture refers to no font or file from elsewhere, so that it looks the same offline.
"""

from __future__ import annotations

import re
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from plan_pipeline.cli import tables
from plan_pipeline.core.coach_texts.texts import texts_of
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.plans.plan_store import PlanStore

WIDTH = 104
PLAN, WEEK = "rider-042-century", 6
WEB_FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def main() -> None:
    """Write the picture of a data folder: ``picture.py DATA_FOLDER FILE.svg``."""
    data, picture = DataFolder(Path(sys.argv[1])), Path(sys.argv[2])
    store = PlanStore(data)
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text("$ make demo", style="bold"))
    records = [record for plan_id in store.plan_ids() if (record := store.load_generation_record(plan_id))]
    console.print(tables.plan_outcomes([record.model_copy(update={"changed": True}) for record in records]))
    console.print(Text(f"$ plan-pipeline show {PLAN} --week {WEEK}", style="bold"))
    plan = store.load_plan(PLAN)
    if plan is None:
        sys.exit(f"{PLAN} is not published in {data.root}; run make demo first")
    body = plan.training_plan
    console.print(tables.week_in_full(body.weekly_plan[WEEK - 1], body.plan_metadata, texts_of(plan).week(WEEK)))
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(WEB_FONTS.sub("", console.export_svg(title="plan-pipeline")), encoding="utf-8")


if __name__ == "__main__":
    main()
