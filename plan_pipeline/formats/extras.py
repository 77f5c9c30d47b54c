"""Libraries of the extra ``files``, imported when a format needs them."""

from importlib import import_module
from typing import Any


class MissingExtraError(RuntimeError):
    """A library that a format needs is not installed; the text names the extra that brings it."""


def of_extra(module: str, form: str) -> Any:
    """A module of the extra ``files``. Raises ``MissingExtraError``."""
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise MissingExtraError(
            f"the format {form} needs {module.partition('.')[0]}, which is not installed; "
            "install plan-pipeline with the extra files: pip install 'plan-pipeline[files]'"
        ) from None
