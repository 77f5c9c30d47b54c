"""How plots look: colours that everybody tells apart and can read, the same files every time."""

from __future__ import annotations

import itertools
import re
from importlib import resources
from xml.etree import ElementTree

import matplotlib
import numpy as np
import numpy.typing as npt
import pytest

from plan_pipeline.core.model.vocabulary import LEGACY
from plan_pipeline.core.registries import ARMS
from plan_pipeline.experiments import drawing

Vector = npt.NDArray[np.float64]

READABLE = 4.5
"""Contrast that WCAG 2.2 asks of text at level AA."""

TOLD_APART = 15
"""CIE76 difference of colours seen side by side; 2.3 is just noticeable."""

VISIONS = {
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
"""What people with dichromacy see, linear RGB to linear RGB (Machado, Oliveira & Fernandes 2009, severity 1)."""


def palettes() -> dict[str, dict[str, str]]:
    """The variables of the page in light, in dark and on paper: those of all pages, and its own."""
    names = ("light", "dark", "print")
    found: dict[str, dict[str, str]] = {name: {} for name in names}
    for package, sheet in (("plan_pipeline.pages", "templates/shell.css"), ("plan_pipeline.experiments", "page.css")):
        css = resources.files(package).joinpath(sheet).read_text(encoding="utf-8")
        for name, block in zip(names, re.findall(r":root\s*{([^}]*)}", css), strict=True):
            found[name] |= {colour: _long(value) for colour, value in re.findall(r"--([\w-]+): (#\w+)", block)}
    return found


def _long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


def linear(colour: str) -> Vector:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(each) @ [0.2126, 0.7152, 0.0722]) for each in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: Vector) -> Vector:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(rgb, 0, 1) / [0.95047, 1, 1.08883]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("palette", ["light", "dark", "print"])
def test_arms_are_told_apart_by_everybody(palette: str, vision: str) -> None:
    seen = [lab(np.array(VISIONS[vision]) @ linear(palettes()[palette][arm])) for arm in ARMS.names()]
    assert min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2)) > TOLD_APART


@pytest.mark.parametrize("palette", ["light", "dark", "print"])
@pytest.mark.parametrize("name", ["ink", "muted", "legacy", "adjusted", "optimal", "better", "worse"])
def test_text_in_every_colour_is_readable(palette: str, name: str) -> None:
    colours = palettes()[palette]
    assert contrast(colours[name], colours["paper"]) >= READABLE
    assert contrast(colours[name], colours["card"]) >= READABLE


def test_an_arm_has_one_colour_in_plots_and_on_the_page() -> None:
    light = palettes()["light"]
    assert {arm: light[arm] for arm in ARMS.names()} == drawing.ARM_COLOURS


def _plot(name: str = "plot", title: str = "what", reading: str = "it shows") -> drawing.Plot:
    with drawing.new_figure(2) as figure:
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=drawing.ARM_COLOURS[LEGACY])
        axes.set_title("a < b & c")
    return drawing.Plot(name, title, reading, figure)


def test_equal_figures_give_equal_files() -> None:
    assert _plot().svg() == _plot().svg()
    assert _plot().png() == _plot().png()


def test_an_svg_is_one_element_without_size_date_or_address_to_load() -> None:
    svg = _plot().svg()
    root = ElementTree.fromstring(svg)
    assert root.tag.endswith("svg")
    assert "viewBox" in root.attrib and not {"width", "height"} & root.attrib.keys()
    namespaces = re.findall(r'xmlns(?::\w+)?="([^"]+)"', svg)
    assert re.findall(r"https?://[^\"' <]+", svg) == namespaces
    assert "date" not in svg.lower()


def test_text_stays_text() -> None:
    assert "a &lt; b &amp; c" in _plot().svg()


def test_ids_carry_the_name_of_the_plot_and_references_follow() -> None:
    svg = _plot("first").svg()
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert ids and all(each.startswith("first-") for each in ids)
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= set(ids)


def test_what_a_plot_shows_is_said_in_words_whatever_the_words() -> None:
    root = ElementTree.fromstring(_plot(title='5 < 6 & "so"', reading="<b>").svg())
    assert (root.get("role"), root.get("aria-label")) == ("img", '5 < 6 & "so". <b>')


def test_a_png_is_small_and_on_white() -> None:
    from io import BytesIO

    from PIL import Image

    png = _plot().png()
    assert len(png) < 20_000
    assert Image.open(BytesIO(png)).convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    before = dict(matplotlib.rcParams)
    _plot().svg()
    assert dict(matplotlib.rcParams) == before
