"""Plug-ins: what other packages add to the registries through entry points in the groups ``plan_pipeline.<kind>s``.

An entry point's name is the name that requests and commands use; what it points to is of the registry's type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from importlib import metadata
from typing import Any

from plan_pipeline.core.registry import Plugin, Registry


def connect(registries: Mapping[str, Registry[Any]]) -> None:
    """Have each registry look for its plug-ins in the entry points of its group, when it is first asked."""
    for group, registry in registries.items():
        registry.discover = partial(_found, f"plan_pipeline.{group}")


def installed(registries: Mapping[str, Registry[Any]]) -> tuple[str, ...]:
    """``package version`` of every package that adds to one of the registries, each once, in order."""
    return tuple(
        sorted({f"{each.package} {each.version}" for one in registries.values() for each in one.plugins().values()})
    )


def _found(group: str) -> Iterator[Plugin]:
    for entry in sorted(metadata.entry_points(group=group)):
        package, version = (entry.dist.name, entry.dist.version) if entry.dist else ("an unknown package", "?")
        yield Plugin(entry.name, package, version, entry.load)
