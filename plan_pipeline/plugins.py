"""Plug-ins: what other packages add to the registries through entry points in the groups ``plan_pipeline.<kind>s``.

An entry point's name is the name that requests and commands use, and a rule's ``rule_id``; what it points to is of the
registry's type.
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any, Final

from plan_pipeline.core.registries import CORE_REGISTRIES
from plan_pipeline.core.registry import Plugin, Registry
from plan_pipeline.formats import EXPORTERS, READERS
from plan_pipeline.llm import PROVIDERS

GROUP: Final = "plan_pipeline."
REGISTRIES: Final[dict[str, Registry[Any]]] = {
    **CORE_REGISTRIES,
    "exporters": EXPORTERS,
    "readers": READERS,
    "providers": PROVIDERS,
}
"""By the last part of the name of their entry points' group."""


def connect() -> None:
    """Have each registry look for its plug-ins in the entry points of its group, when it is first asked."""
    for kind, registry in REGISTRIES.items():
        registry.discover = partial(_found, f"{GROUP}{kind}")


@cache
def planning_version() -> str:
    """What plans are made by, ``0.1.0+g1234567; steady-plans 1.2.0``: the code's version, and that of every plug-in.

    Formats are left out, as they change no plan, and providers, whose name an overview has.
    Nothing is loaded, so a broken plug-in is named like any other.
    """
    from plan_pipeline.settings import code_version

    plugins = [plugin for kind in CORE_REGISTRIES for plugin in _found(f"{GROUP}{kind}")]
    packages = sorted({f"{plugin.package} {plugin.version}" for plugin in plugins})
    return "; ".join(filter(None, [code_version(), ", ".join(packages)]))


def _found(group: str) -> Iterator[Plugin]:
    from importlib import metadata

    for entry in sorted(metadata.entry_points(group=group)):
        package, version = (entry.dist.name, entry.dist.version) if entry.dist else ("an unknown package", "?")
        yield Plugin(entry.name, package, version, entry.load)
