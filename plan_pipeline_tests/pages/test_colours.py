"""Contrast by WCAG 2.2: 4.5 to 1 for text, 3 to 1 for what is drawn, in light, dark and print."""

from __future__ import annotations

import re
from itertools import product

import pytest

from plan_pipeline.pages.shell import asset

BLOCK = re.compile(r":root \{([^}]*)\}")
THEMES = ("light", "dark", "print")

TEXT, GROUNDS = ("ink", "muted", "accent", "better", "worse"), ("paper", "card", "raised")
ZONES = tuple(f"z{number}" for number in range(9))
PHASES = ("base", "build", "peak", "recovery", "taper")


def themes() -> dict[str, dict[str, str]]:
    """The colours of each theme by name: the sheets have them in the order light, dark, print."""
    found: dict[str, dict[str, str]] = {theme: {} for theme in THEMES}
    for sheet in ("shell.css", "zones.css", "more_zones.css"):
        blocks = BLOCK.findall(asset(sheet))
        assert len(blocks) == len(THEMES)
        for theme, block in zip(THEMES, blocks, strict=True):
            found[theme] |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_as_wcag_has_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_on_every_ground(theme: str) -> None:
    colours = themes()[theme]
    pairs = [*product(TEXT, GROUNDS), ("ink", "alert"), ("muted", "alert")]
    low = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_zones_and_phases_can_be_told_from_the_ground(theme: str) -> None:
    colours = themes()[theme]
    low = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in product((*ZONES, *PHASES), GROUNDS)}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 3} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_no_two_zones_have_one_colour(theme: str) -> None:
    assert len({themes()[theme][zone] for zone in ZONES}) == len(ZONES)
