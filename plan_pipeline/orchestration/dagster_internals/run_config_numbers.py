"""Numbers in what people write in the launchpad, read as people read them.

Dagster's webserver reads run configuration as YAML 1.1, to which ``0250`` is 168, ``1:30`` is 90 and ``1_000`` is 1000,
before any code of a job sees it. Dagster keeps dates from being guessed at in the same way. The event log that
``dagster.yaml`` names sees to it, as every process of Dagster opens it.
"""

import re
from typing import Final

from dagster_shared.yaml_utils import DagsterYamlLoader

_WHOLE: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)$")
_DECIMAL: Final = re.compile(
    r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]*(?:[eE][-+][0-9]+)?$|[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$"
)


def read_numbers_as_written() -> None:
    """Have Dagster, in this process, take a word for a number only where everybody does; all else is text."""
    for tag, form in (("tag:yaml.org,2002:int", _WHOLE), ("tag:yaml.org,2002:float", _DECIMAL)):
        DagsterYamlLoader.remove_implicit_resolver(tag)  # type: ignore[no-untyped-call]
        DagsterYamlLoader.add_implicit_resolver(tag, form, list("-+.0123456789"))
