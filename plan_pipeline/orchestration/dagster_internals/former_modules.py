"""Recognizing a ``dagster.yaml`` that was written for an earlier release: Dagster cannot import what it names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_FORMER: Final = re.compile(
    r"plan_pipeline\.orchestration\.(?:event_log|postgres_event_log|postgres_storage|celery_launcher)\b"
)
REMEDY: Final = "copy the project's dagster.yaml into it, or deploy/dagster.yaml on many machines"


def former_module(config: Path) -> str | None:
    """A module that ``dagster.yaml`` names and that is called something else now; ``None`` where there is none."""
    match = _FORMER.search(config.read_text(encoding="utf-8")) if config.is_file() else None
    return match and match.group()
