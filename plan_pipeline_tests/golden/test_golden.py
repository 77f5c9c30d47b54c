"""The plans of fixed requests against a fixed library, compared as text with the ones that were reviewed."""

from __future__ import annotations

import pytest

from plan_pipeline.core.model.request import ArmName
from plan_pipeline_tests.golden.plans import ARMS, FOLDER, REQUESTS, path_of, rendered


@pytest.mark.parametrize("name", list(REQUESTS))
@pytest.mark.parametrize("arm", ARMS)
def test_the_plan_is_the_one_that_was_reviewed(name: str, arm: ArmName) -> None:
    golden = path_of(name, arm).read_text(encoding="utf-8")

    assert rendered(name, arm) == golden, "run python -m plan_pipeline_tests.golden.regenerate and review the diff"


def test_every_golden_file_belongs_to_a_request() -> None:
    assert sorted(FOLDER.glob("*.txt")) == sorted(path_of(name, arm) for name in REQUESTS for arm in ARMS)
