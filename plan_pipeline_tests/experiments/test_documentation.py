"""What the documentation shows can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from plan_pipeline.experiments.definitions import read_definitions

DOCUMENTATION = Path(__file__).resolve().parents[2] / "docs" / "experiments.md"


def test_the_definition_in_the_documentation_is_a_sound_one(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCUMENTATION.read_text(), flags=re.DOTALL)
    (tmp_path / "example.yaml").write_text(example)
    found = read_definitions(tmp_path)
    assert found.problems == ()
    assert found.experiments[0].name in DOCUMENTATION.read_text().partition("```yaml")[2].partition("```")[2]
