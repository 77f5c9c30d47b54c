"""The configuration of a bulk run as people write it, checked and turned into what the services take."""

import datetime as dt
from typing import Final

import dagster as dg
from pydantic import Field

from plan_pipeline.core.model.request import MAX_WEEKS, MIN_WEEKS, ArmName, check_key
from plan_pipeline.core.model.vocabulary import LEGACY, Sport
from plan_pipeline.core.registries import ARMS
from plan_pipeline.orchestration.run_config import CheckedConfig
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.plan_choice import PlanChoice, PlanConditions, choose_plans
from plan_pipeline.services.retries import FIRST_WAIT_S, STEP_RETRIES

CHUNK_SIZE: Final = 200
"""Plans a run, and plans whose facts are held in memory before they are written as one file a table: few enough that an
interrupted run loses little, enough that a run's start is nothing."""

MAX_CHUNK_SIZE: Final = 1000
"""Plans a run at most: their facts are held in memory, about 0.2 MB each."""

SHOWN_IN_LAUNCHPAD: Final = {"plan_ids", "only", "arm", "unchanged", "renew_overviews"}
"""What people set. The rest is for programs, and for days on which something is unusual."""

CONFIRM: Final = "confirm"
VERIFY: Final = "verify"
REWRITE: Final = "rewrite"
UNCHANGED: Final = {CONFIRM: CONFIRM, VERIFY: VERIFY, REWRITE: REWRITE, "skip": VERIFY}
"""What may become of a plan that has not changed, by the word for it; ``skip`` is what earlier releases called it."""


class PlanFilter(dg.Config):
    """Every condition that is set has to hold; by default every plan meets them."""

    arm: str | None = Field(default=None, description="Plans whose request asks for this arm.")
    min_weeks: int = Field(
        default=MIN_WEEKS, ge=MIN_WEEKS, le=MAX_WEEKS, description="Plans of at least so many weeks."
    )
    max_weeks: int = Field(default=MAX_WEEKS, ge=MIN_WEEKS, le=MAX_WEEKS, description="Plans of at most so many weeks.")
    generated_before: str | None = Field(
        default=None,
        description="Plans last generated before this moment, or never: 2027-03-01, or 2027-03-01T06:00+01:00 (UTC "
        "where it has no offset).",
    )
    other_library: bool = Field(
        default=False, description="Plans last made from another version of the workout library than today's, or never."
    )

    def conditions(self, pipeline: Pipeline) -> PlanConditions:
        """Raises ``dagster.Failure`` for a condition that means nothing."""
        if self.min_weeks > self.max_weeks:
            raise _meaningless("min_weeks", self.min_weeks, f"is more than max_weeks, {self.max_weeks}; swap them")
        return PlanConditions(
            arm=None if self.arm is None else _arm(self.arm, "only.arm"),
            weeks=range(self.min_weeks, self.max_weeks + 1),
            before=None if self.generated_before is None else _moment(self.generated_before),
            other_than_library=_versions(pipeline) if self.other_library else None,
        )


class RegenerateConfig(CheckedConfig):
    """What a bulk run does; every field has a default, so that it can be launched as it is."""

    plan_ids: list[str] = Field(default=[], description="The plans to make; all active ones where there are none.")
    only: PlanFilter = Field(default=PlanFilter(), description="Of these plans, those that meet every condition set.")
    chunk_size: int = Field(
        default=CHUNK_SIZE,
        ge=1,
        le=MAX_CHUNK_SIZE,
        description="Plans a run; more of them are split into several runs, which proceed as the queue lets them.",
    )
    arm: str | None = Field(
        default=None,
        description="legacy, adjusted or optimal, in place of what requests and live experiments say; for this "
        "generation alone, the requests stay as they are.",
    )
    unchanged: str = Field(
        default=CONFIRM,
        description="What to do with a plan whose request, overview, library, configuration and code are as they were: "
        f"{CONFIRM} notes that it holds, {VERIFY} makes it again and compares, {REWRITE} publishes it again as a "
        "version of its own.",
    )
    renew_overviews: bool = Field(default=False, description="Have models write their overviews anew.")
    refresh_warehouse: bool = Field(default=True, description="Refresh the warehouse when the plans are made.")
    skip_inactive: bool = Field(
        default=False,
        description="Leave out those of `plan_ids` that were retired or rolled back since, or that a model is being "
        "asked about; set in the runs that a batch of all active plans was split into.",
    )
    lock_timeout_s: float = Field(
        default=5.0,
        ge=0,
        description="How long a plan that another run is writing may hold up all the others, seconds.",
    )
    retries: int = Field(
        default=STEP_RETRIES,
        ge=0,
        le=10,
        description="How often plans are tried again, after all others, that another run was writing or whose model "
        "did not answer.",
    )
    retry_wait_s: float = Field(
        default=FIRST_WAIT_S, ge=0, description="Seconds before the first retry; twice as long before each later one."
    )

    def choice(self, pipeline: Pipeline) -> PlanChoice:
        """The plans of the run. Raises ``dagster.Failure`` for a filter or an id that means nothing."""
        for plan_id in self.plan_ids:
            try:
                check_key(plan_id)
            except ValueError:
                raise _meaningless("plan_ids", plan_id, "cannot be the id of a plan; name plans by their ids") from None
        conditions = self.only.conditions(pipeline)
        return choose_plans(pipeline.plans, self.plan_ids, conditions, skip_inactive=self.skip_inactive)

    @property
    def names_plans(self) -> bool:
        """Whether a person named the plans: these are made whatever else holds for them."""
        return bool(self.plan_ids) and not self.skip_inactive

    def checked_arm(self, pipeline: Pipeline) -> ArmName | None:
        """``arm``. Raises ``dagster.Failure`` for one that means nothing here."""
        arm = None if self.arm is None else _arm(self.arm, "arm")
        if arm not in (None, LEGACY) and pipeline.settings.enable_duration_adjustment is False:
            raise _meaningless("arm", self.arm, "contradicts ENABLE_DURATION_ADJUSTMENT=false; leave it out")
        return arm

    def for_unchanged(self) -> str:
        """What ``unchanged`` asks for. Raises ``dagster.Failure`` for a word that means nothing."""
        if self.unchanged not in UNCHANGED:
            words = f"use {CONFIRM}, {VERIFY} or {REWRITE}"
            raise _meaningless("unchanged", self.unchanged, f"is none of what can be done; {words}")
        return UNCHANGED[self.unchanged]


def _versions(pipeline: Pipeline) -> dict[Sport, str]:
    """Today's versions of the library by sport."""
    return {sport: library.version for sport, library in pipeline.library.load_all().items()}


def _arm(name: str, field: str) -> ArmName:
    try:
        return ARMS.check(name)
    except ValueError:
        raise _meaningless(field, name, f"is not an arm; use {', '.join(ARMS.names())}") from None


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise _meaningless("only.generated_before", text, "is not a date or time; write 2027-03-01T06:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _meaningless(field: str, value: object, what: str) -> dg.Failure:
    return dg.Failure(f"configuration of generate_in_bulk: {field}: {value!r} {what}", allow_retries=False)
