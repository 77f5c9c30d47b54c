"""Things are found by name, loaded when first asked for, and a plug-in that fails names itself."""

from __future__ import annotations

import re

import pytest

from plan_pipeline.config import load_configs
from plan_pipeline.core.registries import RULES
from plan_pipeline.core.registry import Plugin, PluginError, Registry, UnknownNameError
from plan_pipeline.core.rules.rule import rules_of
from plan_pipeline.plugins import REGISTRIES
from plan_pipeline_tests.core.builders import ROOT


def registry(*plugins: Plugin) -> Registry[object]:
    made: Registry[object] = Registry("shape", {"square": "math:pi", "round-one": "no.such.module:thing"})
    made.discover = lambda: plugins
    return made


def plugin(name: str, load: object = None) -> Plugin:
    def given() -> object:
        if isinstance(load, Exception):
            raise load
        return load

    return Plugin(name, "shapes", "1.2", given)


def test_names_are_known_without_loading_anything() -> None:
    assert registry(plugin("star", ImportError("no"))).names() == ("square", "round-one", "star")


def test_a_thing_is_loaded_once_when_it_is_first_asked_for() -> None:
    loads = []
    shapes = registry(Plugin("star", "shapes", "1.2", lambda: loads.append(1) or object()))
    assert shapes.get("star") is shapes.get("star")
    assert loads == [1]


@pytest.mark.parametrize("spelled", ["Square", "SQUARE", "squ-are"])
def test_a_name_is_read_however_it_is_spelled(spelled: str) -> None:
    assert registry().check(spelled) == "square"


def test_a_further_name_of_a_thing_finds_it_and_is_not_listed() -> None:
    made: Registry[object] = Registry("shape", {"square": "math:pi"}, spellings={"quadrangle": "square"})
    assert made.check("Quadrangle") == "square"
    assert made.names() == ("square",)


def test_an_unknown_name_is_answered_with_the_nearest_or_with_all() -> None:
    with pytest.raises(UnknownNameError, match=r"'squere' is not a known shape; did you mean square\?"):
        registry().check("squere")
    with pytest.raises(UnknownNameError, match="use one of square, round-one, star"):
        registry(plugin("star")).check("zzz")


def test_a_plug_in_that_fails_to_load_stops_what_asked_for_it_and_nothing_else() -> None:
    shapes = registry(plugin("star", ImportError("no module named stars")))
    assert shapes.get("square")
    with pytest.raises(PluginError, match=r"the shape 'star' of shapes 1\.2 cannot be loaded \(ImportError: no module"):
        shapes.get("star")


def test_a_plug_in_of_the_wrong_type_is_refused_with_its_package_and_what_it_lacks() -> None:
    shapes = Registry[object]("shape", {}, attributes=("corners", "real", "area"))
    shapes.discover = lambda: [plugin("star", 5)]
    message = (
        "the shape 'star' of shapes 1.2 is of type int, which lacks corners, area; repair or uninstall that package"
    )
    with pytest.raises(PluginError, match=message):
        shapes.get("star")


def test_a_plug_in_that_is_called_otherwise_than_its_entry_point_is_refused_with_both_names() -> None:
    shapes = Registry[object]("shape", {}, named_by="real")
    shapes.discover = lambda: [plugin("star", 5)]
    message = (
        "the shape 'star' of shapes 1.2 has another name than its entry point (real is 5, the entry point is 'star'); "
        "repair or uninstall that package"
    )
    with pytest.raises(PluginError, match=re.escape(message)):
        shapes.get("star")


@pytest.mark.parametrize("kind", REGISTRIES)
def test_what_is_asked_of_plug_ins_holds_of_everything_that_is_built_in(kind: str) -> None:
    """Of rules, once the planning configuration has given the built-in measures their words and numbers."""
    registry = REGISTRIES[kind]
    assert registry.attributes
    built_in = (
        {rule.rule_id: rule for each in load_configs(ROOT / "config").values() for rule in rules_of(each)}
        if registry is RULES
        else registry.all()
    )
    assert set(built_in) == set(registry.names())
    for name, found in built_in.items():
        assert all(hasattr(found, attribute) for attribute in registry.attributes)
        assert registry.named_by is None or getattr(found, registry.named_by) == name


def test_a_name_that_is_taken_is_refused_with_both_packages() -> None:
    with pytest.raises(PluginError, match=r"shapes 1\.2 adds the shape 'square', which plan-pipeline has already"):
        registry(plugin("square")).names()
