"""Plug points: things found by name, each loaded when it is first asked for.

A registry knows names without loading what they stand for, so that a request can be checked for the name of an arm by
code that lies below the arms. Built-in entries are written as ``module:attribute``. Other packages add theirs through
entry points, which ``plan_pipeline.plugins`` hands over on the first look-up.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


def squashed(name: str) -> str:
    """A name without what does not matter to how it is spelled: case, spaces, hyphens and underscores."""
    return "".join(ch for ch in name.lower() if ch.isalnum())


class UnknownNameError(ValueError):
    """Nothing is registered under the name; the message lists what is, nearest first."""


class PluginError(RuntimeError):
    """Something that another package registered cannot be used; the message names the package and the error."""


class Plugin(NamedTuple):
    """What another package adds: ``load`` gives it or raises, ``package`` and ``version`` say whose it is."""

    name: str
    package: str
    version: str
    load: Callable[[], object]


class Registry(Generic[T]):
    """The things of one kind, built in or added by other packages, in the order they were declared.

    ``kind`` is singular, for messages. What a plug-in gives must have the ``attributes``, and its name in the one that
    is ``named_by``. ``spellings`` are further names of built-in ones, by which they are found and never listed.
    ``discover`` is called once, before the first look-up, and gives the plug-ins.
    """

    def __init__(
        self,
        kind: str,
        built_in: Mapping[str, str],
        *,
        attributes: Sequence[str] = (),
        named_by: str | None = None,
        spellings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.kind = kind
        self.attributes = attributes
        self.named_by = named_by
        self.spellings = spellings
        self.discover: Callable[[], Iterable[Plugin]] = tuple
        self._built_in = dict(built_in)
        self._plugins: dict[str, Plugin] | None = None
        self._loaded: dict[str, T] = {}

    def names(self) -> tuple[str, ...]:
        """Every name, built-in ones first."""
        return (*self._built_in, *self.plugins())

    def check(self, name: str) -> str:
        """The registered name that ``name`` is a spelling of: case, spaces, hyphens and underscores do not matter.

        Raises ``UnknownNameError``.
        """
        if name in self._built_in:
            return name
        by_spelling = {**self.spellings, **{squashed(known): known for known in self.names()}}
        found = by_spelling.get(squashed(name))
        if found is not None:
            return found
        near = get_close_matches(squashed(name), by_spelling, n=1)
        remedy = f"did you mean {by_spelling[near[0]]}?" if near else f"use one of {', '.join(self.names())}"
        raise UnknownNameError(f"{name!r} is not a known {self.kind}; {remedy}")

    def get(self, name: str) -> T:
        """What is registered under a name.

        Raises ``UnknownNameError``; ``PluginError`` for a plug-in that fails to load, is of the wrong type, or has
        another name than its entry point.
        """
        if name not in self._loaded:
            self._loaded[name] = self._load(self.check(name))
        return self._loaded[name]

    def all(self) -> dict[str, T]:
        """Everything by name; raises as ``get``."""
        return {name: self.get(name) for name in self.names()}

    def plugins(self) -> Mapping[str, Plugin]:
        """What other packages have added, by name. Raises ``PluginError`` where a name is given twice."""
        if self._plugins is None:
            found: dict[str, Plugin] = {}
            for plugin in self.discover():
                if plugin.name in self._built_in or plugin.name in found:
                    other = found[plugin.name].package if plugin.name in found else "plan-pipeline"
                    raise PluginError(
                        f"{plugin.package} {plugin.version} adds the {self.kind} {plugin.name!r}, which {other} has "
                        "already; uninstall one of them"
                    )
                found[plugin.name] = plugin
            self._plugins = found
        return self._plugins

    def _load(self, name: str) -> T:
        if name in self._built_in:
            module, _, attribute = self._built_in[name].partition(":")
            return getattr(import_module(module), attribute)  # type: ignore[no-any-return]
        plugin = self.plugins()[name]
        try:
            loaded: Any = plugin.load()
            missing = [attribute for attribute in self.attributes if not hasattr(loaded, attribute)]
        except Exception as error:
            raise _unusable(self.kind, plugin, f"cannot be loaded ({type(error).__name__}: {error})") from error
        if missing:
            raise _unusable(self.kind, plugin, f"is of type {type(loaded).__name__}, which lacks {', '.join(missing)}")
        if self.named_by and (own := getattr(loaded, self.named_by)) != name:
            names = f"{self.named_by} is {own!r}, the entry point is {name!r}"
            raise _unusable(self.kind, plugin, f"has another name than its entry point ({names})")
        return loaded  # type: ignore[no-any-return]


def _unusable(kind: str, plugin: Plugin, why: str) -> PluginError:
    return PluginError(
        f"the {kind} {plugin.name!r} of {plugin.package} {plugin.version} {why}; repair or uninstall that package"
    )
