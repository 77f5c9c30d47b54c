"""Making a plan and keeping what comes of it, the same whichever kind of run asks for it.

A generation ends in one way: it is measured once, published if it may be, and its record stored. Writing the facts is
the business of ``recording``.
"""

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Generic, NamedTuple, TypeVar

from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.final_plan import Stamp, stamped
from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.model.plan import Verdict
from plan_pipeline.core.model.request import PlanOptions, PlanRequest
from plan_pipeline.core.model.vocabulary import BY_RULES, PlanStatus
from plan_pipeline.core.model.workout import Library
from plan_pipeline.core.pipeline import PlanFacts, PlanResult, generate_plan, origin_of, plan_facts
from plan_pipeline.core.stages import Stage
from plan_pipeline.plugins import planning_version
from plan_pipeline.redaction import without_secrets
from plan_pipeline.services.instances.following import follow_plan
from plan_pipeline.services.models.coach_texts import has_texts, texts_by, with_coach_texts
from plan_pipeline.services.pages.page_files import keep_plan_page
from plan_pipeline.services.pipeline import FinishedGeneration, Pipeline
from plan_pipeline.services.sources import Knowledge
from plan_pipeline.storage.data_folder import StorageError, UnsafePathError
from plan_pipeline.storage.generation_ids import new_generation_id
from plan_pipeline.storage.plans.plan_files import ArtefactMissingError
from plan_pipeline.storage.plans.records import OverviewRecord, PlanRecord

RUN_DIGITS: Final = 8
"""Digits of a run's id that the id of its generation ends with."""


NOT_PUBLISHING: Final = "publishing is switched off (PLAN_PIPELINE_PUBLISH=false)"
WITHHELD: Final = f"not published: {NOT_PUBLISHING}"
"""The reason of a plan that passed and was not put in place."""

W = TypeVar("W", bound=Frozen)


class StageOutput(Frozen, Generic[W]):
    """A week as a stage made it. ``inputs`` is a hash of all it was made from, so that nothing older is mixed in."""

    inputs: str
    week: W


def inputs_hash(
    request: PlanRequest,
    record: OverviewRecord,
    library: Library,
    config: PlanningConfig,
    code_version: str,
    texts_by: str = "",
) -> str:
    """All that a plan is made from: its request as a run carries it out, overview, library, configuration and code.

    ``texts_by`` is who writes its coach texts, where templates do not.
    """
    overview = record.model_dump_json(exclude={"library_version", "config_version"})
    content = (
        request.model_dump_json(),
        overview,
        library.version,
        config.version,
        code_version,
        *filter(None, [texts_by]),
    )
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]


class RunInfo(NamedTuple):
    """The run that makes plans. ``stamp`` marks all that it generates.

    ``is_repetition`` says that it goes on with a run whose process died. ``unfinished_runs`` gives the ids of the other
    runs that have not ended; it is only called where that matters.
    """

    run_id: str
    stamp: Stamp
    is_repetition: bool = False
    unfinished_runs: Callable[[], Collection[str]] = tuple


class MadePlan(NamedTuple):
    """A plan made in memory, and its overview."""

    result: PlanResult
    overview: OverviewRecord


@dataclass(frozen=True)
class GenerationService:
    """Makes and keeps the plans of one run, each from what is known of its sport: one state of library and
    configuration.
    """

    pipeline: Pipeline
    knowledge: Knowledge
    run: RunInfo

    def make(self, request: PlanRequest, *, renew_overview: bool = False) -> MadePlan:
        """A plan and its overview, written by rules or a model; nothing is stored. Raises ``OverviewError``."""
        started = time.perf_counter()
        (library, config), plans = self.knowledge.of(request.sport), self.pipeline.plans
        overview, _ = self.pipeline.overviews.overview(request, library, config, plans=plans, renew=renew_overview)
        overview_ms = (time.perf_counter() - started) * 1000
        result = generate_plan(request, library, config, stamp=self.run.stamp, overview=overview.outcome)
        stage_ms = {**result.stage_ms, Stage.PLAN_OVERVIEW.value: overview_ms}
        return MadePlan(result.model_copy(update={"stage_ms": stage_ms}), overview)

    def persist(self, made: MadePlan) -> FinishedGeneration:
        """``finish`` a plan that was made in memory, and store its overview.

        Weeks that earlier runs of single stages stored are removed: they are of another generation.
        """
        plans, request = self.pipeline.plans, made.result.request
        durable = request.options.overview != BY_RULES
        plans.save_overview(request.plan_id, made.overview, durable=durable)
        plans.delete_weeks(request.plan_id)
        return self.finish(made.result, self.inputs_of(request, made.overview))

    def inputs_of(self, request: PlanRequest, overview: OverviewRecord) -> str:
        """``inputs_hash`` of a plan as this run makes it."""
        code, texts = self.run.stamp.code_version, texts_by(self.pipeline.settings)
        library, config = self.knowledge.of(request.sport)
        return inputs_hash(request, overview, library, config, code, texts)

    def finish(self, result: PlanResult, inputs: str | None) -> FinishedGeneration:
        """Publish a generation if it may be, and store its record. Nothing else touches the published plan.

        ``inputs`` is the ``inputs_hash`` of a plan that the same inputs give again.
        """
        plans, plan_id = self.pipeline.plans, result.request.plan_id
        stamp = self._stamp_of(plan_id)
        if result.plan is not None:
            told = with_coach_texts(result.plan, self.pipeline.overviews, self.pipeline.data)
            result = result.model_copy(update={"plan": told})
        plan = stamped(result.plan, stamp) if result.plan else None
        if plan is not None and texts_by(self.pipeline.settings) and not has_texts(plan):
            inputs = None  # so that the next night tries again
        publication = plans.publish(plan) if plan else None
        is_withheld = result.plan is not None and publication is None
        if is_withheld:
            verdict = result.verdict.model_copy(update={"reasons": (WITHHELD,)})
            result = result.model_copy(update={"verdict": verdict})
        facts = replace(self, run=self.run._replace(stamp=stamp)).measure(result)
        if publication is not None:
            published = {"published_generation": publication.generation_id}
            facts = facts.model_copy(update={"generation": facts.generation.model_copy(update=published)})
        elif is_withheld:
            facts = unpublished(facts)
        record = PlanRecord.of(facts.generation, verdict=result.verdict, weeks=facts.weeks, publication=publication)
        since = self._status_since(record)
        record = record.model_copy(update={"inputs_hash": inputs, "withheld": is_withheld, "status_since": since})
        if publication is None:
            record = record.model_copy(update={"path": published_path(self.pipeline, plan_id)})
        else:
            every = self.pipeline.settings.pages
            newest = publication.generation_id
            page = keep_plan_page(plans, plan_id, newest, self.knowledge.of, plan=plan, every=every)
            follow_plan(plans, plan_id, self.knowledge.of, every=every, today=stamp.generated_at.date(), plan=plan)
            record = record.model_copy(update={"page": page})
        plans.save_generation_record(plan_id, record)
        return FinishedGeneration(record, facts)

    def _status_since(self, record: PlanRecord) -> dt.datetime:
        """Since when the plan has come out as it has now."""
        try:
            before = self.pipeline.plans.load_generation_record(record.plan_id)
        except StorageError:
            before = None
        if before is None or before.status is not record.status:
            return record.generated_at
        return before.status_since or before.generated_at

    def simulate(self, result: PlanResult, arm: str, call_ids: Sequence[str] = ()) -> FinishedGeneration:
        """Measure a plan of an arm of an experiment that nobody gets, with its calls of models; nothing is stored."""
        facts = self.measure(result, simulated=True).in_arm(arm).resting_on(call_ids)
        record = PlanRecord.of(facts.generation, verdict=result.verdict, weeks=facts.weeks, publication=None)
        return FinishedGeneration(record, facts)

    def measure(self, result: PlanResult, *, simulated: bool = False) -> PlanFacts:
        """The facts of a generation of this run."""
        library, config = self.knowledge.of(result.request.sport)
        origin = origin_of(result.request, library.version, config.version, self.run.stamp)
        return plan_facts(result, config, origin, self.run.run_id, simulated=simulated)

    def fail(self, request: PlanRequest, reason: str) -> FinishedGeneration:
        """Record that a plan could not be made; the plan published before stays as it is."""
        return self.finish(failed_result(request, reason), inputs=None)

    def _stamp_of(self, plan_id: str) -> Stamp:
        """The run's stamp, with an id of the plan's own where it has a greater one: of a run that began after this
        one and ended before, or from another data folder.
        """
        stamp = self.run.stamp
        last = self.pipeline.plans.last_generation_id(plan_id)
        if last is None or last <= stamp.generation_id:
            return stamp
        of_run = stamp.generation_id.partition("-")[2]
        if last.partition("-")[2] != of_run:  # otherwise this generation was begun before, and got its id then
            last = new_generation_id(self.pipeline.data, stamp.generated_at, of_run, after=last)
        return stamp.model_copy(update={"generation_id": last})


def unpublished(facts: PlanFacts) -> PlanFacts:
    """The facts of a plan that passed and was not put in place."""
    return facts.model_copy(update={"generation": facts.generation.model_copy(update={"published": False})})


def failed_result(request: PlanRequest, reason: str) -> PlanResult:
    """The result for a plan that could not be made for a reason that is not the request's."""
    verdict = Verdict(status=PlanStatus.ERROR, reasons=(without_secrets(reason),))
    return PlanResult(request=request, verdict=verdict, stage_ms={})


def failure_record(
    pipeline: Pipeline, plan_id: str, request: PlanRequest | None, generation_id: str, reason: str
) -> PlanRecord:
    """The record of a failure for a plan whose folder is not ours to write, or not fit to be; nothing is stored."""
    options = request.options if request else PlanOptions()
    path = None
    with suppress(UnsafePathError):
        path = published_path(pipeline, plan_id)
    return PlanRecord(
        plan_id=plan_id,
        status=PlanStatus.ERROR,
        arm=options.duration,
        experiment=options.experiment,
        generation_id=generation_id,
        weeks=request.total_weeks if request else 0,
        reasons=(without_secrets(reason),),
        path=path,
    )


def last_record(pipeline: Pipeline, plan_id: str) -> PlanRecord:
    """How the last generation of a plan ended. Raises ``ArtefactMissingError`` where none was finished yet."""
    record = pipeline.plans.load_generation_record(plan_id)
    if record is None:
        raise ArtefactMissingError(f"plan {plan_id!r} has no {Stage.FINAL_PLAN}; launch {Stage.FINAL_PLAN} first")
    return record


def save_week_metrics(pipeline: Pipeline, finished: FinishedGeneration) -> None:
    """Store the measured weeks of a generation beside the plan."""
    weeks = {row.week: row for row in finished.facts.weeks}
    pipeline.plans.save_weeks(finished.record.plan_id, Stage.WEEK_METRICS, weeks)


def published_path(pipeline: Pipeline, plan_id: str) -> str | None:
    """Where the plan's published plan lies, whichever generation made it; ``None`` where there is none."""
    path = pipeline.plans.published_path(plan_id)
    return None if path is None else str(path)


def rejection_message(records: Mapping[str, PlanRecord]) -> str | None:
    """The plans that were not published, with their reasons; ``None`` where all were."""
    unpublished = [record for record in records.values() if record.status is not PlanStatus.PUBLISHED]
    if not unpublished:
        return None
    return "\n".join(
        f"plan {record.plan_id!r} is {record.status}"
        + ("; the plan published before stays in place" if record.path else "")
        + ":\n"
        + "\n".join(f"  - {reason}" for reason in record.reasons)
        for record in unpublished
    )


def stamp_of_record(record: PlanRecord) -> Stamp:
    """The stamp of an earlier generation."""
    return Stamp(generation_id=record.generation_id, generated_at=record.generated_at, code_version=planning_version())


def run_digits(generation_id: str) -> str:
    """The digits of the run that a generation is of."""
    return generation_id.split("-")[1]
