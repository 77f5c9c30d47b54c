"""Folders and files that come with the program: a checkout has its own, a wheel has them inside the package."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def checkout() -> Path | None:
    """The checkout that this package lies in; ``None`` where it was installed."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() else None


def shipped(name: str) -> Path:
    """A folder or file by its name at the root of a checkout. ``hatch_build.py`` says what a wheel has."""
    return (checkout() or _PACKAGE / "shipped_files") / name
