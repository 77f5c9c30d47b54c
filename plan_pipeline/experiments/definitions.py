"""Definitions of live experiments, read strictly from ``<data>/experiments/*.yaml``, one experiment a file.

Beside what a definition may hold (see ``core.experiment``), this finds what only the files together can get wrong:
one name twice, plans in two experiments at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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


class _Defined(NamedTuple):
    """An experiment and the file it was read from."""

    file: str
    experiment: Experiment


class _UnreadableError(Exception):
    """A file holds no definition; ``problems`` say why, without its name."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems


def read_definitions(folder: Path) -> Definitions:
    """Read every definition of a folder as far as possible; never raises for what the files hold.

    Experiments that share plans are refused both: which of them was meant to have the plans only their owners know.
    """
    defined: list[_Defined] = []
    problems: list[str] = []
    if folder.is_symlink():
        return Definitions((), (f"{printable(str(folder))}: is a link, which is not followed; put a folder there",))
    for path in sorted(folder.glob("*.y*ml")):
        if path.name.startswith("."):
            continue
        file = printable(str(path))
        try:
            defined.append(_Defined(file, _definition(path)))
        except _UnreadableError as error:
            problems += [f"{file}: {problem}" for problem in error.problems]
    refused = _refusals(defined)
    problems += [f"{file}: {problem}" for (file, _), reasons in refused for problem in reasons]
    usable = [each.experiment for each, reasons in refused if not reasons]
    return Definitions(tuple(sorted(usable, key=lambda experiment: experiment.name)), tuple(problems))


def _definition(path: Path) -> Experiment:
    if path.suffix != _SUFFIX:
        raise _UnreadableError(f"is not read; rename it to {path.stem}{_SUFFIX}")
    if path.is_symlink():
        raise _UnreadableError("is a link, which is not followed; put the file itself there, or remove the link")
    if not path.is_file():
        raise _UnreadableError("is not a file; put a definition there, or remove it")
    try:
        data = read_yaml(path, MAX_DEFINITION_BYTES, follow_links=False)
    except StrictInputError as error:
        raise _UnreadableError(printable(str(error))) from None
    if not isinstance(data, dict):
        raise _UnreadableError("does not define an experiment; write its fields as name: value, beginning with name")
    try:
        found = Experiment.model_validate(data)
    except ValidationError as error:
        raise _UnreadableError(*describe(error, Experiment)) from None
    if path.with_name(f"{found.name}.json").exists():
        raise _UnreadableError(
            f"name: {found.name!r} is a simulated experiment, whose plans could not be told apart; choose another name"
        )
    return found


def _refusals(defined: Sequence[_Defined]) -> list[tuple[_Defined, list[str]]]:
    """For each definition, why it cannot be used beside the others."""
    by_name: defaultdict[str, list[_Defined]] = defaultdict(list)
    for each in defined:
        by_name[each.experiment.name].append(each)
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for name, namesakes in by_name.items():
        for each in namesakes[1:]:
            reasons[each.file].append(f"name: {name!r} is already the name in {namesakes[0].file}; choose another")
    single = {namesakes[0].experiment.name: namesakes[0].file for namesakes in by_name.values()}
    for one, other in overlaps([namesakes[0].experiment for namesakes in by_name.values()]):
        for mine, theirs in ((one, other), (other, one)):
            reasons[single[mine.name]].append(_overlap(mine, theirs, single[theirs.name]))
    return [(each, reasons[each.file]) for each in defined]


def _overlap(mine: Experiment, theirs: Experiment, file: str) -> str:
    return (
        f"traffic: {mine.name!r} would share plans with {theirs.name!r} in {file}: both run {_days(mine, theirs)} and "
        f"have hundredths {max(mine.traffic[0], theirs.traffic[0])} to {min(mine.traffic[1], theirs.traffic[1])}; "
        "give them traffic or periods that do not meet"
    )


def _days(one: Experiment, other: Experiment) -> str:
    starts = [start for start in (one.start, other.start) if start is not None]
    ends = [end for end in (one.end, other.end) if end is not None]
    since = f"from {max(starts)}" if starts else ""
    until = f"until {min(ends)}" if ends else ""
    return " ".join(filter(None, [since, until])) or "at all times"
