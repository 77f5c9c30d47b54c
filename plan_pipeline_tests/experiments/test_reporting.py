"""A report holds an experiment against its own definition or design."""

from __future__ import annotations

from plan_pipeline.core.experiment import DEFAULT_GUARDRAILS
from plan_pipeline.core.model.vocabulary import ADJUSTED, LEGACY, OPTIMAL
from plan_pipeline.core.model.workout import Library
from plan_pipeline.experiments.design import Design, claim
from plan_pipeline.experiments.reporting import report_on
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline_tests.experiments.made import facts_of, make


def test_a_report_is_held_against_what_its_definition_asks_for(data: DataFolder, library: Library) -> None:
    make(
        data,
        library,
        [
            *facts_of(library, "half", LEGACY, 3, simulated=False),
            *facts_of(library, "half", ADJUSTED, 3, simulated=False),
        ],
    )
    data.experiments.mkdir()
    (data.experiments / "half.yaml").write_text(
        "name: half\n"
        "arms: {adjusted: 90, legacy: 10}\n"
        "metrics: [pass_rate]\n"
        "guardrails: [{metric: mean_abs_time_error_pct, max_worse: 0.5}]\n"
    )
    report = report_on(data, "half").report
    assert [(each.metric, each.baseline) for each in report.comparisons] == [("pass_rate", ADJUSTED)]
    assert [(each.metric, each.kept) for each in report.guardrails] == [("mean_abs_time_error_pct", False)]
    assert report.srm_p_value is not None
    assert report.srm_p_value < 0.01


def test_without_a_definition_the_designs_first_arm_is_the_baseline_and_the_default_guardrails_hold(
    data: DataFolder, library: Library
) -> None:
    claim(data, Design.of(name="sim", athletes=2, arms=["optimal", "legacy"], seed=3), live=())
    make(
        data,
        library,
        [
            *facts_of(library, "sim", LEGACY, 2, simulated=True),
            *facts_of(library, "sim", OPTIMAL, 2, simulated=True),
        ],
    )
    report = report_on(data, "sim").report
    assert {each.baseline for each in report.comparisons} == {OPTIMAL}
    assert [each.metric for each in report.guardrails] == [each.metric for each in DEFAULT_GUARDRAILS]
