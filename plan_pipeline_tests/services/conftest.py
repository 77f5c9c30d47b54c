from __future__ import annotations

from pathlib import Path

import pytest

from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.settings import Settings
from plan_pipeline_tests.orchestration.world import ROOT


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    """An installation with no plan yet."""
    return Pipeline.of(Settings(data=tmp_path, library=ROOT / "workout_library"))
