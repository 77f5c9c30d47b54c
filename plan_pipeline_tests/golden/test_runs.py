"""The plans of three runners, compared as text with the ones that were reviewed."""

from __future__ import annotations

import pytest

from plan_pipeline_tests.golden.runs import REQUESTS, RUNS, path_of, rendered


@pytest.mark.parametrize("name", list(REQUESTS))
def test_the_run_plan_is_the_one_that_was_reviewed(name: str) -> None:
    golden = path_of(name).read_text(encoding="utf-8")

    assert rendered(name) == golden, "run python -m plan_pipeline_tests.golden.regenerate and review the diff"


def test_every_golden_file_belongs_to_a_runner() -> None:
    assert sorted(RUNS.glob("*")) == sorted(map(path_of, REQUESTS))
