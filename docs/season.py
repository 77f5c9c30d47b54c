"""Draws the season for three goals in docs/planning.md: what is planned for one rider, week by week.

.venv/bin/python docs/season.py docs/img/season.svg
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from plan_pipeline.config import load_config
from plan_pipeline.core.content.bands import SWEET_SPOT_PCT, VO2MAX_PCT
from plan_pipeline.core.content.session import session_content
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.plan import PlanWeek
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.library import load_library
from plan_pipeline.shipped import shipped

STAMP = Stamp(generation_id="season", generated_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC), code_version="docs")
RIDER = {
    "athlete_id": "rider",
    "ftp": 250,
    "age": 35,
    "experience_level": "intermediate",
    "training_availability": {"hours_per_week": 8, "week_days": "Tuesday, Wednesday, Thursday, Saturday, Sunday"},
}
EVENT = {"date": "2027-03-28", "name": "Spring Century", "type": "century"}
SEASONS: dict[str, dict[str, Any]] = {
    "A century on the last Sunday": {"event": EVENT},
    "Raise FTP": {"goal": "raise_ftp"},
    "VO2max": {"goal": "vo2max"},
}
EASY, WORK, HARD, LIGHT, LONG = "#b5d3ee", "#2f78b7", "#12324f", "#d9dde2", "#c2410c"


def main() -> None:
    """Write the picture: ``season.py FILE.svg``."""
    plt.rcParams.update({"svg.hashsalt": "season", "font.family": "DejaVu Sans", "font.size": 9})
    figure, panels = plt.subplots(len(SEASONS), 1, figsize=(8.6, 7.6), sharex=True, sharey=True)
    for panel, (title, wanted) in zip(panels, SEASONS.items(), strict=True):
        _draw(panel, title, _weeks(wanted))
    panels[-1].set_xlabel("week")
    panels[0].legend(loc="upper left", ncols=4, frameon=False, bbox_to_anchor=(0, 1.4))
    figure.tight_layout()
    figure.savefig(Path(sys.argv[1]), metadata={"Date": None})


def _weeks(wanted: dict[str, Any]) -> tuple[PlanWeek, ...]:
    data = {"plan_id": "season", "athlete_profile": RIDER, "start_date": "2027-01-04", "weeks": 12, **wanted}
    library, config = load_library(shipped("workout_library")), load_config(shipped("config"))
    result = generate_plan(PlanRequest.model_validate(data), library, config, stamp=STAMP)
    if result.plan is None:
        sys.exit(f"{wanted}: {'; '.join(result.verdict.reasons)}")
    return result.plan.training_plan.weekly_plan


def _draw(panel: Axes, title: str, weeks: tuple[PlanWeek, ...]) -> None:
    numbers = [week.week_number for week in weeks]
    hours = [sum(workout.duration_min for workout in week.workouts) / 60 for week in weeks]
    contents = [[session_content(workout.segments) for workout in week.workouts] for week in weeks]
    work, hard = (
        [sum(content.minutes_from(pct) for content in week) / 60 for week in contents]
        for pct in (SWEET_SPOT_PCT, VO2MAX_PCT)
    )
    longest = [max(workout.duration_min for workout in week.workouts) / 60 for week in weeks]
    panel.bar(numbers, hours, color=[LIGHT if week.phase.is_light else EASY for week in weeks], label="hours")
    panel.bar(numbers, work, color=WORK, label="of them from 84 % of threshold on")
    panel.bar(numbers, hard, color=HARD, label="from 106 %")
    panel.plot(numbers, longest, color=LONG, marker="o", markersize=3, label="longest ride")
    for week in weeks:
        tests = sum(workout.type is WorkoutType.TEST for workout in week.workouts)
        label = week.phase.value + (" · test" if tests else "")
        panel.text(week.week_number, hours[week.week_number - 1] + 0.15, label, ha="center", va="bottom", fontsize=6.5)
    panel.set_title(title, loc="left", fontsize=10, fontweight="bold")
    panel.set_xticks(numbers)
    panel.set_ylim(0, 9)
    panel.set_ylabel("hours")
    panel.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    main()
