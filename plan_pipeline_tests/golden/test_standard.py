"""The standard plans, compared as text with the ones that were reviewed."""

from __future__ import annotations

import pytest

from plan_pipeline.core.standard_plans.plans import STANDARD_PLANS, StandardPlan
from plan_pipeline_tests.golden.standard import FOLDER, path_of, rendered


@pytest.mark.parametrize("standard", STANDARD_PLANS, ids=lambda plan: plan.plan_id)
def test_the_standard_plan_is_the_one_that_was_reviewed(standard: StandardPlan) -> None:
    golden = path_of(standard).read_text(encoding="utf-8")

    assert rendered(standard) == golden, "run python -m plan_pipeline_tests.golden.regenerate and review the diff"


def test_every_golden_file_belongs_to_a_standard_plan() -> None:
    files = (FOLDER / "standard_plans").rglob("*.*")
    assert sorted(path for path in files if path.is_file()) == sorted(map(path_of, STANDARD_PLANS))
