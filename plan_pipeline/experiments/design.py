"""What a simulated experiment measures: which made-up athletes, in which arms, under a name for these alone.

The record of a design is ``<data>/experiments/<name>.json``.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, Self

from pydantic import Field, model_validator

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.request import ArmName, Key, WriterName, check_key
from plan_pipeline.core.model.vocabulary import ADJUSTED, BY_RULES, LEGACY, OPTIMAL, Sport, WorkoutSource, is_cycling
from plan_pipeline.core.model.written import Truth, WholeNumber
from plan_pipeline.core.registries import ARMS, OVERVIEW_WRITERS
from plan_pipeline.storage.data_folder import DataFolder, file_lock, write_atomically
from plan_pipeline.storage.model_files import as_json, read_model
from plan_pipeline.strict_input.validation_messages import nearest

DEFAULT_ATHLETES: Final = 50
DEFAULT_ARMS: Final = (LEGACY, ADJUSTED)
DEFAULT_SEED: Final = 7

MOST_ATHLETES: Final = 100_000
"""Some 1.4 million weeks an arm, more than an hour of planning for two; no difference worth finding needs more."""

SEEDS_BELOW: Final = 2**63
"""Seeds are whole numbers of a JSON reader."""

LOCK_TIMEOUT_S: Final = 10.0


class DesignError(ValueError):
    """A setting of an experiment that cannot be used: ``field`` names it, ``problem`` says why and what to do."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class ArmSettings(Frozen):
    """What plans of an arm are made with: options of their requests, flags as they are to be, and a configuration.

    ``config`` is the folder of a planning configuration other than the one in force, ``config_version`` its version.
    Raises ``ValueError`` for workouts of a model after an overview by rules.
    """

    duration: ArmName = OPTIMAL
    overview: WriterName = Field(default=BY_RULES, exclude_if=partial(operator.eq, BY_RULES))
    workouts: WorkoutSource = Field(
        default=WorkoutSource.LIBRARY, exclude_if=partial(operator.eq, WorkoutSource.LIBRARY)
    )
    flags: dict[str, Truth] = Field(default_factory=dict)
    config: str | None = None
    config_version: str | None = None

    @model_validator(mode="after")
    def _written_by_a_model(self) -> Self:
        if self.workouts is WorkoutSource.LLM and self.overview == BY_RULES:
            raise ValueError(
                "workouts: 'llm' needs an overview by a model; say who writes it, such as overview: anthropic"
            )
        return self

    @property
    def asks_model(self) -> bool:
        """Whether anyone but rules writes the overviews of the arm."""
        return self.overview != BY_RULES

    @property
    def options(self) -> dict[str, str]:
        """The options of a request in the arm."""
        return {"overview": self.overview, "workouts": self.workouts, "duration": self.duration}


class Design(Frozen):
    """The same ``athletes`` synthetic athletes of ``seed`` in each of the ``arms``; the first arm is the baseline.

    All of them train for one ``sport``. ``made_with`` says of arms by name what their plans are made with; one that it
    leaves out is the arm of its name.
    """

    name: Key
    athletes: WholeNumber
    arms: tuple[str, ...]
    seed: WholeNumber
    sport: Sport = Field(default=Sport.CYCLING, exclude_if=is_cycling)
    made_with: dict[Key, ArmSettings] = Field(default_factory=dict, exclude_if=operator.not_)

    @classmethod
    def of(
        cls,
        *,
        athletes: int,
        arms: Sequence[str],
        seed: int,
        sport: Sport = Sport.CYCLING,
        name: str | None = None,
        made_with: Mapping[str, ArmSettings] | None = None,
    ) -> Self:
        """A design as someone asks for it; without a name it is called after what it measures.

        An arm that ``made_with`` leaves out is that of the registry, or who writes overviews: see ``settings_of_name``.
        Raises ``DesignError`` for a setting that cannot be used.
        """
        if not 1 <= athletes <= MOST_ATHLETES:
            raise DesignError(
                "athletes", f"{athletes} is not between 1 and {MOST_ATHLETES}; choose how many to plan for"
            )
        if not 0 <= seed < SEEDS_BELOW:
            raise DesignError("seed", f"{seed} is not between 0 and {SEEDS_BELOW - 1}; any number in between will do")
        known, settings = _arms(arms, made_with or {})
        try:
            key = check_key(name or _usual_name(known, athletes, seed, sport))
        except ValueError as error:
            raise DesignError("name", str(error)) from None
        return cls(name=key, athletes=athletes, arms=known, seed=seed, sport=sport, made_with=settings)

    def settings_of(self, arm: str) -> ArmSettings:
        """What the plans of an arm are made with."""
        return self.made_with.get(arm) or ArmSettings(duration=arm)

    def same_plans(self, other: Design) -> bool:
        """Whether both make the same plans: the order of the arms only says which is the baseline."""
        mine, theirs = (
            (each.athletes, each.seed, each.sport, set(each.arms), each.made_with) for each in (self, other)
        )
        return mine == theirs

    def __str__(self) -> str:
        return f"{self.athletes} athletes of seed {self.seed} in the arms {', '.join(self.arms)}, in {self.sport}"


def claim(data: DataFolder, design: Design, *, live: Collection[str]) -> None:
    """Keep the design under its name, before any plan of it is made.

    Raises ``DesignError`` where the name is that of other plans already: another design's, or those of a ``live``
    experiment. ``StorageError`` where the record cannot be read.
    """
    if design.name in live:
        raise DesignError("name", f"{design.name!r} is a live experiment in {data.experiments}; choose another name")
    path = data.place("experiments", f"{design.name}.json")
    with file_lock(
        data.root / ".experiments.lock", timeout_s=LOCK_TIMEOUT_S, holder="another experiment is being recorded"
    ):
        kept = load_design(data, design.name)
        if kept is not None and not kept.same_plans(design):
            raise DesignError(
                "name",
                f"{design.name!r} was {kept}, and this run is {design}; plans of both under one name could not be "
                "told apart: choose another name, or run the same design again",
            )
        if kept != design:
            write_atomically(path, as_json(design))


def load_design(data: DataFolder, name: str) -> Design | None:
    """The design of a simulated experiment; ``None`` where there is none of that name.

    Raises ``DesignError`` for a name that no experiment can have.
    """
    try:
        check_key(name)
    except ValueError as error:
        raise DesignError("name", str(error)) from None
    path = data.place("experiments", f"{name}.json")
    return read_model(path, Design, "remove it, and choose another name if the settings differ")


def designs(data: DataFolder) -> Iterator[Design]:
    """The simulated experiments of a data folder, by name."""
    for path in sorted(data.experiments.glob("[!.]*.json")):
        design = load_design(data, path.stem)
        if design is not None:
            yield design


def _usual_name(arms: Sequence[str], athletes: int, seed: int, sport: Sport) -> str:
    """What a design is called by what it measures; by its sport where that is another than the usual one."""
    return "-".join([*([] if is_cycling(sport) else [sport.value]), *arms, str(athletes), "seed", str(seed)])


def settings_of_name(name: str) -> ArmSettings | None:
    """What a name alone stands for: an arm, or the usual arm with overviews by the writer of that name.

    ``None`` where it is neither. ``rules`` is the usual arm too.
    """
    if name in ARMS.names():
        return ArmSettings(duration=name)
    writer = _writers().get(name)
    return None if writer is None else ArmSettings(overview=writer)


def _writers() -> dict[str, str]:
    """Who writes overviews, by every name."""
    return {**OVERVIEW_WRITERS.spellings, **{name: name for name in OVERVIEW_WRITERS.names()}}


def _arms(names: Sequence[str], made_with: Mapping[str, ArmSettings]) -> tuple[tuple[str, ...], dict[str, ArmSettings]]:
    """The arms of a design, and what is to be kept of each beside its name."""
    settings = dict(made_with)
    for name in names:
        if name in made_with:
            continue
        found = settings_of_name(name)
        if found is None:
            raise DesignError("arms", _unknown(name, made_with))
        if name not in ARMS.names():
            settings[name] = found
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        raise DesignError("arms", f"{repeated[0]!r} is named twice; name each arm once")
    if len(names) < 2:
        found_alone = f"{names[0]!r} alone" if names else "no arm"
        raise DesignError("arms", f"{found_alone} cannot be compared; name two or more of {', '.join(ARMS.names())}")
    return tuple(names), settings


def _unknown(name: str, made_with: Collection[str]) -> str:
    known = dict.fromkeys([*made_with, *ARMS.names(), *_writers()])
    near = nearest(name.lower(), tuple(known))
    remedy = f"did you mean {near}?" if near else f"use one of {', '.join(known)}"
    return f"{name!r} is neither an arm nor an overview writer; {remedy}"
