"""The registries of the core: names that requests use, and where the built-in ones are found."""

from __future__ import annotations

from typing import Any, Final

from plan_pipeline.core.registry import Registry

ARMS: Final[Registry[Any]] = Registry("arm", {})
OVERVIEW_WRITERS: Final[Registry[Any]] = Registry(
    "overview writer", {"rules": "plan_pipeline.core.overview.writer:RulesOverviewWriter"}
)
RULES: Final[Registry[Any]] = Registry("rule", {})

CORE_REGISTRIES: Final[dict[str, Registry[Any]]] = {"arms": ARMS, "overview_writers": OVERVIEW_WRITERS, "rules": RULES}
"""By the last part of the name of their entry points' group, ``plan_pipeline.<…>``."""
