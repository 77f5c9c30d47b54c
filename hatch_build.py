"""What a wheel has inside the package beside its code. An editable installation uses the checkout's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = ("workout_library", "config", "dagster.yaml")


class ShippedFiles(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            there = [name for name in SHIPPED if Path(self.root, name).exists()]
            build_data["force_include"] |= {name: f"plan_pipeline/shipped_files/{name}" for name in there}
