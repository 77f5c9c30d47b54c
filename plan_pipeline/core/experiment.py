"""Experiments on live plans: what one is, whom it reaches, and which arm a plan is made with.

An assignment is a hash and nothing else: it is the same on every machine and for ever, so changing how it is computed
moves the plans of every running experiment.
"""

import datetime as dt
import hashlib
import itertools
import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Final, Self

from pydantic import Field, field_validator, model_validator

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.request import ArmName, Key, PlanRequest
from plan_pipeline.core.model.written import Day, Number, WholeNumber
from plan_pipeline.core.registries import ARMS, OVERVIEW_WRITERS
from plan_pipeline.core.registry import UnknownNameError, squashed

FEWEST_ARMS = 2
HUNDREDTHS = 100
"""Traffic is given in hundredths of the population: fine enough to start an experiment on one plan in a hundred."""

_HASH_BYTES = 8
_SHARE_BITS = 52
"""Bits of a hash that become a share: with half a step added, as many as a float holds exactly."""

_TRAFFIC_HASH = b"traffic"
_ARM_HASH = b"experiment-arm"
"""What keeps the two hashes of a plan apart, so that its place in the traffic says nothing about its arm."""


class Metric(StrEnum):
    """What is compared. Rates are fractions of feasible weeks or of plans, 0 to 1; ``_pct`` is a percentage.

    ``GOAL_MINUTES_RATE`` is of the weeks that are to have minutes in bands, those that have enough for their goal.
    """

    PASS_RATE_BEFORE_FIX = "pass_rate_before_fix"  # noqa: S105
    PASS_RATE = "pass_rate"  # noqa: S105
    MEAN_ABS_TIME_ERROR_PCT = "mean_abs_time_error_pct"
    AUTO_FIX_RATE = "auto_fix_rate"
    MS_PER_WEEK = "ms_per_week"
    STRUCTURE_PRESERVED_RATE = "structure_preserved_rate"
    VARIETY = "variety"
    RULES_BROKEN_PER_PLAN = "rules_broken_per_plan"
    PLANS_BREAKING_RULES_RATE = "plans_breaking_rules_rate"
    GOAL_MINUTES_RATE = "goal_minutes_rate"

    @property
    def higher_is_better(self) -> bool:
        """Whether more of it is better; the others are faults and costs."""
        return self in _HIGHER_IS_BETTER


_HIGHER_IS_BETTER = frozenset(
    {
        Metric.PASS_RATE_BEFORE_FIX,
        Metric.PASS_RATE,
        Metric.STRUCTURE_PRESERVED_RATE,
        Metric.VARIETY,
        Metric.GOAL_MINUTES_RATE,
    }
)


class Guardrail(Frozen):
    """A limit that an experiment must not break: by how much an arm may be worse than the baseline.

    ``max_worse`` is in the metric's own unit, whichever direction is worse: 0.02 of a rate is two points.
    """

    metric: Metric
    max_worse: Number = Field(ge=0)


DEFAULT_MARGINS: Final[Mapping[Metric, float]] = MappingProxyType(
    {
        Metric.PASS_RATE_BEFORE_FIX: 0.02,
        Metric.PASS_RATE: 0.02,
        Metric.MEAN_ABS_TIME_ERROR_PCT: 0.5,
        Metric.AUTO_FIX_RATE: 0.02,
        Metric.MS_PER_WEEK: 10,
        Metric.STRUCTURE_PRESERVED_RATE: 0.02,
        Metric.VARIETY: 0.02,
        Metric.RULES_BROKEN_PER_PLAN: 0.1,
        Metric.PLANS_BREAKING_RULES_RATE: 0.02,
        Metric.GOAL_MINUTES_RATE: 0.02,
    }
)
"""The difference that matters to nobody, either way, unless a definition says otherwise, by convention: two weeks in a
hundred, half a percent of the hours (two minutes of seven hours), one ride in fifty that repeats another, another rule
in every tenth plan, or ten milliseconds a week, which is twenty minutes more for the nightly run of ten thousand plans
of twelve weeks."""

DEFAULT_GUARDRAILS = tuple(
    Guardrail(metric=metric, max_worse=DEFAULT_MARGINS[metric])
    for metric in (Metric.STRUCTURE_PRESERVED_RATE, Metric.RULES_BROKEN_PER_PLAN, Metric.MS_PER_WEEK)
)
"""What no change is worth, unless a definition says otherwise."""

Margin = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]

Weight = Annotated[Number, Field(ge=0.001, le=1_000_000)]
Hundredth = Annotated[WholeNumber, Field(ge=0, le=HUNDREDTHS)]


class Experiment(Frozen):
    """An experiment on live plans.

    ``arms`` are weights: a plan gets an arm with the arm's share of their sum. ``salt``, by default the name, makes
    the assignment independent of other experiments'. ``traffic`` says which hundredths of the population take part,
    from the first up to but not including the second: experiments over disjoint ranges have no plan in common.
    ``margins`` say of metrics within which difference arms count as the same, where that is not the default.
    It runs on the days from ``start`` up to but not including ``end``; ``None`` leaves that side open.
    """

    name: Key
    arms: dict[ArmName, Weight] = Field(min_length=FEWEST_ARMS)
    salt: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    traffic: tuple[Hundredth, Hundredth] = (0, HUNDREDTHS)
    start: Day | None = None
    end: Day | None = None
    metrics: tuple[Metric, ...] = Field(default=tuple(Metric), min_length=1)
    guardrails: tuple[Guardrail, ...] = DEFAULT_GUARDRAILS
    margins: dict[Metric, Margin] = Field(default_factory=dict)

    @field_validator("arms", mode="before")
    @classmethod
    def _no_arm_twice(cls, weights: Any) -> Any:
        """``Legacy`` and ``legacy`` are the same arm: one of the two weights would be lost.

        An overview writer is no arm of live plans: what a model wrote for a plan holds until its request changes, so a
        plan that moves between arms would be paid anew and keep nothing of the arm it left.
        """
        if isinstance(weights, dict):
            for name, weight in weights.items():
                if _is_writer(str(name)) or (isinstance(weight, dict) and "overview" in weight):
                    raise ValueError(
                        f"{name}: who writes overviews is no part of a live experiment, whose arms are "
                        f"{', '.join(ARMS.names())} with weights; compare writers on made-up athletes "
                        "(plan-pipeline experiment run --arms rules,claude), or set options.overview in the requests"
                    )
            if len({squashed(str(name)) for name in weights}) < len(weights):
                raise ValueError(f"names an arm twice ({', '.join(map(str, weights))}); give each arm one weight")
            if len(weights) < FEWEST_ARMS:
                raise ValueError(
                    f"an experiment compares {FEWEST_ARMS} arms or more, not {len(weights)}; "
                    "add one, such as legacy: 50"
                )
        return weights

    @field_validator("metrics")
    @classmethod
    def _no_metric_twice(cls, metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
        return tuple(dict.fromkeys(metrics))

    @model_validator(mode="after")
    def _ranges_hold_something(self) -> Self:
        low, high = self.traffic
        if low >= high:
            raise ValueError(
                f"traffic: [{low}, {high}] holds no plan; give the first hundredth and the one after the last, "
                "such as [0, 100]"
            )
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(
                f"end: {self.end} is not after start {self.start}; the experiment runs up to the day before its end, "
                "so move one of them"
            )
        return self

    @property
    def assignment_salt(self) -> str:
        """What the arms are drawn with."""
        return self.salt or self.name


def _is_writer(name: str) -> bool:
    """Whether a name is that of an overview writer, and of no arm."""
    try:
        OVERVIEW_WRITERS.check(name)
    except UnknownNameError:
        return False
    return squashed(name) not in map(squashed, ARMS.names())


def is_running(experiment: Experiment, day: dt.date) -> bool:
    """Whether the experiment assigns plans on a day; its end is the first day on which it does not."""
    begun = experiment.start is None or experiment.start <= day
    return begun and (experiment.end is None or day < experiment.end)


def traffic_hundredth(plan_id: str) -> int:
    """The hundredth of the population that a plan belongs to, 0 to 99: one hash that all experiments share."""
    return _hash(_TRAFFIC_HASH, plan_id) * HUNDREDTHS >> 8 * _HASH_BYTES


def assigned_arm(experiment: Experiment, plan_id: str) -> ArmName | None:
    """The arm of a plan, whether the experiment is running or not; ``None`` outside its traffic.

    Weighted rendezvous hashing: each arm draws its own number for the plan, an exponential one at the rate of its
    weight, and the least wins. An arm's draw depends on no other arm, so a change of one weight moves plans
    to or from that arm alone, and a new arm takes its share evenly from the others; cumulative ranges would also move
    plans between arms that did not change. Thaler & Ravishankar (1998); weights after Schindelhauer & Schomaker (2005).
    """
    low, high = experiment.traffic
    if not low <= traffic_hundredth(plan_id) < high:
        return None
    return min(sorted(experiment.arms), key=lambda arm: _draw(experiment, arm, plan_id))


def assigned_request(request: PlanRequest, experiments: Iterable[Experiment], day: dt.date) -> PlanRequest:
    """The request with the arm and the name of the experiment that it is part of on a day.

    Unchanged where it names an experiment itself, and where none reaches it. Experiments that overlap are refused
    where they are read (see ``overlaps``), so there is at most one; of several the first in order of name counts.
    """
    if request.options.experiment is not None:
        return request
    for experiment in sorted(experiments, key=lambda experiment: experiment.name):
        arm = assigned_arm(experiment, request.plan_id) if is_running(experiment, day) else None
        if arm is not None:
            return request.with_options(duration=arm, experiment=experiment.name)
    return request


def overlaps(experiments: Iterable[Experiment]) -> tuple[tuple[Experiment, Experiment], ...]:
    """The pairs of experiments that some plan would be part of on the same day."""
    return tuple(
        (one, other)
        for one, other in itertools.combinations(experiments, 2)
        if _share_traffic(one, other) and _share_days(one, other)
    )


def _share_traffic(one: Experiment, other: Experiment) -> bool:
    return max(one.traffic[0], other.traffic[0]) < min(one.traffic[1], other.traffic[1])


def _share_days(one: Experiment, other: Experiment) -> bool:
    first = max(one.start or dt.date.min, other.start or dt.date.min)
    return first < min(one.end or dt.date.max, other.end or dt.date.max)


def _draw(experiment: Experiment, arm: ArmName, plan_id: str) -> float:
    """An exponential draw at the rate of the arm's weight, from the hash of salt, arm and plan."""
    bits = _hash(_ARM_HASH, f"{experiment.assignment_salt}\0{arm}\0{plan_id}") >> 8 * _HASH_BYTES - _SHARE_BITS
    share = (bits + 0.5) / 2**_SHARE_BITS
    return -math.log(share) / experiment.arms[arm]


def _hash(purpose: bytes, text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=_HASH_BYTES, person=purpose).digest(), "big")
