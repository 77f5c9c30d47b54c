"""``ab_comparison``: the arms compared, experiment by experiment, as the warehouse has them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import dagster as dg
from dagster import MetadataValue

from plan_pipeline.orchestration.assets.metrics_warehouse import metrics_warehouse
from plan_pipeline.orchestration.assets.shared import ANALYTICS, ANALYTICS_GROUP, RELEASE
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.reporting.markdown import markdown_table
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.services.pipeline import Pipeline

if TYPE_CHECKING:
    from plan_pipeline.experiments.drawing import Plot

EXPERIMENTS_SHOWN: Final = 5
"""The newest experiments, which people read; the command line reports on any."""

PLOTS_MAX_BYTES: Final = 240_000
"""Room for the plots of a materialization, which Dagster keeps in its event log for good: those of two experiments
with three arms. Experiments beyond have their table here and their plots on their page."""

_NEWEST = f"""
SELECT experiment
FROM plan_generations
WHERE experiment IS NOT NULL
GROUP BY experiment
ORDER BY max(generation_id) DESC, experiment
LIMIT {EXPERIMENTS_SHOWN}
"""  # noqa: S608

_OUTSIDE_EXPERIMENTS = "SELECT * EXCLUDE (experiment) FROM ab_comparison WHERE experiment IS NULL"


@dg.asset(
    deps=[metrics_warehouse],
    group_name=ANALYTICS_GROUP,
    owners=[ANALYTICS],
    kinds={"python", "duckdb"},
    tags={"domain": "analytics"},
    code_version=RELEASE,
)
def ab_comparison(pipeline: dg.ResourceParam[Pipeline]) -> dg.MaterializeResult[None]:
    """Which arm makes better plans, and by how much: verdict, table and plots of the newest experiments.

    Each has a page of its own in the data folder. Plans outside of experiments are compared by their plain means.
    """
    with translate_failures():
        return dg.MaterializeResult(metadata=compare(pipeline))


def compare(pipeline: Pipeline, *, plots_max_bytes: int = PLOTS_MAX_BYTES) -> Metadata:
    """Write the page of each of the newest experiments; returns their metadata, the newest first.

    Plots are among it as long as they fit in ``plots_max_bytes``, and always on the pages. Raises ``StorageError``
    where there is no warehouse yet.
    """
    from plan_pipeline.storage.warehouse.queries import query

    names = list(query(pipeline.data, _NEWEST)["experiment"])
    metadata: Metadata = {"experiments": MetadataValue.int(len(names))}
    room = plots_max_bytes
    for name in names:
        shown, room = _experiment(pipeline, name, room)
        metadata |= shown
    rows = [
        {str(column): _shown(value) for column, value in row.items()}
        for row in query(pipeline.data, _OUTSIDE_EXPERIMENTS).records()
    ]
    if rows or not names:
        table = markdown_table(rows) if rows else "no plan has been made by more than one arm yet"
        metadata |= {"comparison": MetadataValue.md(table), "rows": MetadataValue.int(len(rows))}
    return metadata


def _experiment(pipeline: Pipeline, name: str, room: int) -> tuple[Metadata, int]:
    """The metadata of one experiment, and the room left after its plots.

    Its keys have a slash, which no name has, so that experiments never get in each other's way.
    """
    from plan_pipeline.experiments.page import page
    from plan_pipeline.experiments.plots import plots
    from plan_pipeline.experiments.rendering import alerts, verdicts
    from plan_pipeline.experiments.reporting import report_on
    from plan_pipeline.experiments.table import markdown
    from plan_pipeline.storage.data_folder import write_atomically

    report, measures = report_on(pipeline.data, name)
    drawn = plots(report, measures.weeks)
    path = pipeline.data.report(name)
    write_atomically(path, page(report, drawn).encode())
    pictures, room = _pictures(drawn, room)
    sentences = [verdict.sentence for verdict in verdicts(report)]
    metadata: Metadata = {
        f"{name}/verdict": MetadataValue.text("; ".join(sentences or alerts(report))),
        f"{name}/report": MetadataValue.md("\n\n".join([markdown(report), *pictures])),
        f"{name}/page": MetadataValue.path(str(path)),
    }
    return metadata, room


def _pictures(drawn: Sequence[Plot], room: int) -> tuple[list[str], int]:
    """The plots, and the room left after them; where they do not all fit, none, here and in what comes after."""
    pictures: list[str] = []
    for plot in drawn:
        if room > 0:
            alt, png = plot.title.translate(str.maketrans("[]\n", "() ")), base64.b64encode(plot.png()).decode()
            pictures.append(f"**{plot.title}**\n\n![{alt}](data:image/png;base64,{png})")
            room -= len(pictures[-1])
    return (pictures, room) if room > 0 else (["The plots are on the page."], 0)


def _shown(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else "" if value is None else str(value)
