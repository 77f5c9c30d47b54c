"""Definitions of live experiments, read strictly from ``<data>/experiments/*.yaml``, one experiment a file.

Beside what a definition may hold (see ``core.experiment``), this finds what only the files together can get wrong:
one name twice, plans in two experiments at once.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError

from plan_pipeline.core.experiment import Experiment, overlaps
from plan_pipeline.strict_input.input_limits import MAX_DEFINITION_BYTES, StrictInputError
from plan_pipeline.strict_input.strict_yaml import read_yaml
from plan_pipeline.strict_input.validation_messages import describe, printable

_SUFFIX: Final = ".yaml"


class Definitions(NamedTuple):
    """The experiments of a folder that can be used, by name, and what is wrong with the others."""

    experiments: tuple[Experiment, ...]
    problems: tuple[str, ...]


def read_definitions(folder: Path) -> Definitions:
    """Read every definition of a folder as far as possible; never raises for what the files hold.

    Two experiments that share plans are both refused: only their owners know which was meant to have the plans.
    """
    if folder.is_symlink():
        return Definitions((), (f"{printable(str(folder))}: is a link, which is not followed; put a folder there",))
    defined: dict[str, Experiment] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.y*ml")):
        if path.name.startswith("."):
            continue
        file, found = printable(str(path)), _definition(path)
        if isinstance(found, Experiment):
            defined[file] = found
        else:
            problems += [f"{file}: {problem}" for problem in found]
    refused = _refusals(defined)
    problems += [f"{file}: {reason}" for file, reasons in refused.items() for reason in reasons]
    usable = [experiment for file, experiment in defined.items() if not refused[file]]
    return Definitions(tuple(sorted(usable, key=lambda experiment: experiment.name)), tuple(problems))


def _definition(path: Path) -> Experiment | list[str]:
    """The experiment that a file defines, or what is wrong with the file, without its name."""
    if path.suffix != _SUFFIX:
        return [f"is not read; rename it to {path.stem}{_SUFFIX}"]
    if path.is_symlink():
        return ["is a link, which is not followed; put the file itself there, or remove the link"]
    if not path.is_file():
        return ["is not a file; put a definition there, or remove it"]
    try:
        data = read_yaml(path, MAX_DEFINITION_BYTES, follow_links=False)
    except StrictInputError as error:
        return [printable(str(error))]
    if not isinstance(data, dict):
        return ["does not define an experiment; write its fields as name: value, beginning with name"]
    try:
        found = Experiment.model_validate(data)
    except ValidationError as error:
        return describe(error, Experiment)
    if path.with_name(f"{found.name}.json").exists():
        return [
            f"name: {found.name!r} is a simulated experiment, whose plans could not be told apart; choose another name"
        ]
    return found


def _refusals(defined: Mapping[str, Experiment]) -> dict[str, list[str]]:
    """For each definition by its file, why it cannot be used beside the others."""
    reasons: dict[str, list[str]] = {file: [] for file in defined}
    named: dict[str, str] = {}
    for file, experiment in defined.items():
        first = named.setdefault(experiment.name, file)
        if first != file:
            reasons[file].append(f"name: {experiment.name!r} is already the name in {first}; choose another")
    for one, other in overlaps([defined[file] for file in named.values()]):
        low, high = max(one.traffic[0], other.traffic[0]), min(one.traffic[1], other.traffic[1])
        for mine, theirs in ((one, other), (other, one)):
            reasons[named[mine.name]].append(
                f"traffic: {mine.name!r} would share plans with {theirs.name!r} in {named[theirs.name]}: both run "
                f"{_days(one, other)} and have hundredths {low} to {high}; "
                "give them traffic or periods that do not meet"
            )
    return reasons


def _days(one: Experiment, other: Experiment) -> str:
    starts = [start for start in (one.start, other.start) if start is not None]
    ends = [end for end in (one.end, other.end) if end is not None]
    since = f"from {max(starts)}" if starts else ""
    until = f"until {min(ends)}" if ends else ""
    return " ".join(filter(None, [since, until])) or "at all times"
