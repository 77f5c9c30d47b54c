"""Copies of the shipped configuration with something changed in them."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from plan_pipeline.shipped import shipped


def a_copy(folder: Path) -> Path:
    """A copy of the shipped configuration in a folder that is not there yet."""
    return shutil.copytree(shipped("config"), folder)


def write(file: Path, data: Any) -> None:
    """Write data as YAML."""
    file.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")


def replace(file: Path, old: str, new: str) -> None:
    """Put one text for another in a file; the first one alone."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
