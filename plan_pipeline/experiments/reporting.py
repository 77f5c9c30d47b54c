"""The report on an experiment as it was designed: its baseline, metrics, guardrails and split."""

import datetime as dt
from typing import NamedTuple

from plan_pipeline.core.experiment import DEFAULT_GUARDRAILS, DEFAULT_MARGINS, Metric
from plan_pipeline.experiments.analysis import analyse
from plan_pipeline.experiments.definitions import read_definitions
from plan_pipeline.experiments.design import load_design
from plan_pipeline.experiments.measures import Measures, read_measures
from plan_pipeline.experiments.model import ExperimentReport
from plan_pipeline.storage.data_folder import DataFolder


class Reported(NamedTuple):
    """A report and what it was made from."""

    report: ExperimentReport
    measures: Measures


def report_on(data: DataFolder, experiment: str, *, now: dt.datetime | None = None) -> Reported:
    """Analyse an experiment from the warehouse.

    The baseline is the first arm of the definition or design that any plan was made in. A live experiment is judged
    by the metrics, guardrails, margins and weights of its definition, where it still has one; any other against all
    metrics, the default guardrails and margins, and an equal split. Raises what ``read_measures`` raises.
    """
    measures = read_measures(data, experiment)
    defined = {each.name: each for each in read_definitions(data.experiments).experiments}
    definition = defined.get(experiment)
    design = None if definition else load_design(data, experiment)
    arms = tuple(definition.arms) if definition else design.arms if design else ()
    made = set(measures.plans.arm)
    report = analyse(
        measures,
        baseline=next((arm for arm in arms if arm in made), None),
        metrics=definition.metrics if definition else tuple(Metric),
        guardrails=definition.guardrails if definition else DEFAULT_GUARDRAILS,
        margins=definition.margins if definition else DEFAULT_MARGINS,
        split=definition.arms if definition else None,
        athletes=dict.fromkeys(design.arms, design.athletes) if design else None,
        now=now,
    )
    return Reported(report, measures)
