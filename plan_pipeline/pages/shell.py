"""What every page shares: the frame around its content, its styles, and how a template becomes a file.

A template extends ``shell.html``. Whatever is put into one is escaped; the browser is told to load nothing, and to run
the one script that a page brings with it, if any.
"""

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

SHARED: Final = "plan_pipeline.pages"
TEMPLATES: Final = "templates"


def environment(package: str = SHARED, folder: str = TEMPLATES) -> Environment:
    """Templates of a package's folder, and those that all pages share."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(package, folder), PackageLoader(SHARED, TEMPLATES)]),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, *, styles: tuple[str, ...] = (), script: str | None = None, **content: Any) -> str:
    """A page of this package. ``styles`` and ``script`` are names of files beside the template.

    The same content gives the same page.
    """
    code = None if script is None else asset(script)
    frame = {"css": styles_of(*styles), "script": code, "script_hash": None if code is None else hash_of(code)}
    return _own().get_template(template).render(**frame, **content)


def macro(template: str, name: str) -> Callable[..., Markup]:
    """A macro of a template of this package, for what is laid out once and shown on many pages."""
    found: Callable[..., Markup] = getattr(_own().get_template(template).module, name)
    return found


@cache
def _own() -> Environment:
    """The templates of this package, compiled once a process."""
    return environment()


@cache
def styles_of(*names: str, package: str = SHARED, folder: str = TEMPLATES) -> Markup:
    """The styles of all pages, and then a page's own."""
    own = [asset(name, package=package, folder=folder) for name in names]
    return Markup("").join([asset("shell.css"), *own])


@cache
def asset(name: str, *, package: str = SHARED, folder: str = TEMPLATES) -> Markup:
    """A style sheet or script that comes with the program, which is why it is not escaped."""
    return Markup(resources.files(package).joinpath(folder, name).read_text(encoding="utf-8"))  # noqa: S704


@cache
def hash_of(script: str) -> str:
    """What a content security policy knows a script by."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
