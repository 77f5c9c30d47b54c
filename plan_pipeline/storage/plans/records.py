"""What is kept of a plan beside the plan itself: its request's receipt, its overview, how its generation ended."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

from pydantic import AliasChoices, Field, model_validator

from plan_pipeline.core.measures.week_metrics import GenerationMetrics, WeekMetrics
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Infeasible, Overview, Verdict
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.rule_result import RuleResult
from plan_pipeline.core.model.vocabulary import Phase, PlanStatus, Scenario, WorkoutSource
from plan_pipeline.storage.generation_ids import time_of_id

_AFTER_THE_OVERVIEW = {"workouts", "duration", "auto_fix", "experiment", "waivers"}


class Receipt(Frozen):
    """Where a plan's request came from, and its place in the order of all.

    ``source`` is a file with its line, a run, or a command. Of two requests the one with the greater ``order`` came
    later, whatever the clock said; release 0.1.0 called it ``batch_id``.
    """

    source: str
    order: str = Field(validation_alias=AliasChoices("order", "batch_id"))
    received_at: dt.datetime


class Publication(NamedTuple):
    """Where the published plan lies, whether it was replaced just now, which generation made it, its file's bytes."""

    path: Path
    changed: bool
    content_hash: str
    generation_id: str
    file_hash: str


class OverviewRecord(Frozen):
    """An overview, or why there is none, with what it was made from; ``request_hash`` says when to make it anew.

    Records of release 0.1.0 have no ``config_version``.
    """

    request_hash: str
    library_version: str
    config_version: str | None = None
    overview: Overview | None = Field(default=None, exclude_if=lambda value: value is None)
    infeasible: Infeasible | None = Field(default=None, exclude_if=lambda value: value is None)

    @model_validator(mode="after")
    def _one_outcome(self) -> Self:
        if (self.overview is None) == (self.infeasible is None):
            raise ValueError("overview and infeasible exclude each other: give exactly one")
        return self

    @property
    def outcome(self) -> Overview | Infeasible:
        """Whichever of the two there is."""
        outcome = self.overview or self.infeasible
        assert outcome is not None
        return outcome

    @classmethod
    def of(
        cls, request: PlanRequest, library_version: str, config_version: str, outcome: Overview | Infeasible
    ) -> Self:
        """The record of what a writer made of a request."""
        return cls(
            request_hash=request_hash(request),
            library_version=library_version,
            config_version=config_version,
            overview=outcome if isinstance(outcome, Overview) else None,
            infeasible=outcome if isinstance(outcome, Infeasible) else None,
        )


class WeekSummary(Frozen):
    """What a reader of a verdict wants to know of a week."""

    week: int
    phase: Phase
    target_hours: float
    final_hours: float
    time_error_pct: float | None
    target_tss: float
    final_tss: float
    scenario_used: Scenario
    auto_fixed: bool
    passed_before_fix: bool
    passed: bool
    errors: str | None

    @classmethod
    def of(cls, row: WeekMetrics) -> Self:
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


def _time_of_id(record: dict[str, Any]) -> dt.datetime:
    return time_of_id(record["generation_id"]) or dt.datetime.now(dt.UTC)


class PlanRecord(Frozen):
    """How the last generation of a plan ended, whether it was published or not.

    ``changed`` says whether ``plan.json`` was replaced. ``path`` is the published plan that has this generation's
    content; a generation that was not published has none, whatever was published before. ``page`` is the page of the
    published plan, where it has one. ``published_generation`` is the one that ``plan.json`` carries, an earlier one
    where the plan came out as it was. Hours are the plan's.

    A plan that passed while publishing was switched off is ``withheld``: its status is what it would have been.

    ``inputs_hash`` is of all the generation was made from, ``file_hash`` of the bytes of ``plan.json`` when it was
    published. ``confirmed_at`` is when a later run last found that making the plan again would change nothing.

    ``status_since`` is when the first of the plan's generations was made that have all ended as this one. Records of
    release 0.1.0 do not have it, nor ``generated_at``, which their ids begin with.
    """

    plan_id: str
    status: PlanStatus
    arm: str
    experiment: str | None = None
    generation_id: str
    generated_at: dt.datetime = Field(default_factory=_time_of_id)
    status_since: dt.datetime | None = None
    weeks: int
    weeks_passed: int = 0
    weeks_auto_fixed: int = 0
    mean_abs_time_error_pct: float | None = None
    max_abs_time_error_pct: float | None = None
    mean_abs_tss_error_pct: float | None = None
    reasons: tuple[str, ...] = ()
    content_hash: str | None = None
    changed: bool = False
    withheld: bool = Field(default=False, exclude_if=lambda value: not value)
    path: str | None = None
    page: str | None = Field(default=None, exclude_if=lambda value: value is None)
    published_generation: str | None = None
    inputs_hash: str | None = None
    library_version: str | None = None
    config_version: str | None = None
    goal: str | None = None
    event_type: str | None = None
    longest_ride_min: float | None = None
    long_ride_target_min: float | None = None
    overview_instead_of: str | None = Field(default=None, exclude_if=lambda value: value is None)
    file_hash: str | None = None
    confirmed_at: dt.datetime | None = Field(default=None, exclude_if=lambda value: value is None)
    target_hours: float = 0.0
    final_hours: float = 0.0
    week_summaries: tuple[WeekSummary, ...] = ()
    rule_results: tuple[RuleResult, ...] = ()

    @property
    def confirmed(self) -> bool:
        """Whether the last run that came to the plan left it as it was, without making it again."""
        return self.confirmed_at is not None

    @property
    def was_published(self) -> bool:
        """Whether the generation, or one with the same content, was published."""
        return self.status is PlanStatus.PUBLISHED and not self.withheld

    @property
    def outcome_word(self) -> str:
        """How the generation ended, in a word."""
        return "withheld" if self.withheld else self.status.value

    def differs_from(self, other: Self) -> bool:
        """Whether another generation came out differently although it was made from the same inputs."""
        return (
            self.inputs_hash is not None
            and self.inputs_hash == other.inputs_hash
            and (self.status, self.content_hash) != (other.status, other.content_hash)
        )

    @property
    def in_place(self) -> str:
        """The generation to look for: of the plan that was published or stayed, or else this one, that was not."""
        return self.published_generation or self.generation_id

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to tell of the plan although it may be published: the rules it breaks that are warnings."""
        return tuple(result.statement for result in self.rule_results if result.warns)

    def without_details(self) -> Self:
        """The record without its weeks, and without the rules that nothing is to be told of: a tenth of its size."""
        told = tuple(result for result in self.rule_results if result.warns)
        return self.model_copy(update={"week_summaries": (), "rule_results": told})

    def outcome(self) -> dict[str, object]:
        """The record as a line of outcomes has it: without its weeks and rules, with its warnings."""
        shown = self.model_dump(mode="json", exclude={"week_summaries", "rule_results"})
        return {**shown, "confirmed": self.confirmed, "warnings": list(self.warnings)}

    @classmethod
    def of(
        cls,
        generation: GenerationMetrics,
        *,
        verdict: Verdict,
        weeks: Sequence[WeekMetrics],
        publication: Publication | None,
    ) -> Self:
        """The record of a measured generation; ``publication`` is what ``publish`` gave, if it was called."""
        shared = cls.model_fields.keys() & GenerationMetrics.model_fields.keys() - {"reasons"}
        return cls(
            **{name: getattr(generation, name) for name in shared - {"published_generation"}},
            reasons=verdict.reasons,
            changed=publication.changed if publication else False,
            path=str(publication.path) if publication else None,
            published_generation=publication.generation_id if publication else None,
            file_hash=publication.file_hash if publication else None,
            week_summaries=tuple(WeekSummary.of(row) for row in weeks),
            rule_results=verdict.rule_results,
        )


def request_hash(request: PlanRequest) -> str:
    """A hash of what an overview is made from: the request without the options of the stages after it.

    Who writes the workouts is one of these, unless a model does: it writes them with the overview.
    """
    later = _AFTER_THE_OVERVIEW
    if request.options.workouts is not WorkoutSource.LIBRARY:
        later = later - {"workouts"}
    content = request.model_dump(mode="json", exclude={"options": later})
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
