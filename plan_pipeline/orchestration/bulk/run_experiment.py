"""The job that runs a simulated experiment: the same made-up athletes in each arm, measured and never published."""

import gc
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

import dagster as dg
from dagster import MetadataValue
from pydantic import Field

from plan_pipeline.core.cohort import synthetic_requests
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.model.request import PlanRequest
from plan_pipeline.core.model.vocabulary import BY_RULES, PlanStatus, Sport, WorkoutSource
from plan_pipeline.core.overview.writer import OverviewError
from plan_pipeline.core.pipeline import PlanResult
from plan_pipeline.core.registry import PluginError
from plan_pipeline.core.stages import Stage
from plan_pipeline.experiments.design import (
    DEFAULT_ARMS,
    DEFAULT_ATHLETES,
    DEFAULT_SEED,
    Design,
    DesignError,
    claim,
    load_design,
)
from plan_pipeline.experiments.reporting import report_on
from plan_pipeline.experiments.table import markdown
from plan_pipeline.orchestration.assets.metrics_warehouse import refresh_at_end
from plan_pipeline.orchestration.bulk.experiment_outcome import LEFT_UNDONE, Outcomes, outcome_metadata
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.generations import first_run_id, run_info
from plan_pipeline.orchestration.model_calls import ModelCalls
from plan_pipeline.orchestration.run_config import CheckedConfig, launchpad
from plan_pipeline.orchestration.run_tags import EXPERIMENT_TAG, KIND_TAG, MAX_RUNTIME_TAG
from plan_pipeline.services.arm_configs import arm_configs, known_to_all
from plan_pipeline.services.generation import GenerationService, RunInfo, failed_result
from plan_pipeline.services.models.call_log import CallLog
from plan_pipeline.services.pipeline import FinishedGeneration, Pipeline
from plan_pipeline.services.recording import record_facts
from plan_pipeline.services.run_log import line, log_unexpected
from plan_pipeline.services.sources import Knowledge

CHUNK_ATHLETES: Final = 100
"""Athletes whose facts are written as one file a table: what an unlucky kill loses, a few seconds of planning."""

WARM_UP_ATHLETES: Final = 20
"""Athletes planned for before anything is timed. The first plans of a process write the library's workouts out at
many lengths: the first 25 took 1.4 ms a week in the arm adjusted and 2.3 in optimal, after this warm-up 1.0 and 1.1, as
later ones do (CPU time)."""


class ExperimentConfig(CheckedConfig):
    """The settings of a simulated experiment; each has a default, so that it can be launched as it is."""

    name: str | None = Field(
        default=None, description="What it is called in facts and reports; after its settings unless given."
    )
    athletes: int = Field(default=DEFAULT_ATHLETES, description="How many made-up athletes, the same in each arm.")
    arms: list[str] = Field(
        default=list(DEFAULT_ARMS),
        description=(
            "Two or more of legacy, adjusted and optimal, or overview writers such as rules and claude, which are "
            "optimal with that writer; the others are compared with the first."
        ),
    )
    budget_usd: float | None = Field(
        default=None,
        gt=0,
        description=(
            "What the run may spend on models, US dollars: it stops asking before that is passed. Within "
            "PLAN_PIPELINE_LLM_RUN_BUDGET_USD, where it is set."
        ),
    )
    seed: int = Field(default=DEFAULT_SEED, description="The same seed gives the same athletes.")
    sport: str = Field(default=Sport.CYCLING.value, description="What the athletes train for: cycling or running.")
    chunk_athletes: int = Field(
        default=CHUNK_ATHLETES, ge=1, description="Athletes whose facts are held in memory and written together."
    )


@dg.op(description="Makes the plans of every athlete in every arm in memory, and keeps what was measured of them.")
def simulate_arms(
    context: dg.OpExecutionContext, config: ExperimentConfig, pipeline: dg.ResourceParam[Pipeline]
) -> dg.Output[None]:
    """Chunk by chunk: make the plans, write their facts; then refresh the warehouse and compare the arms."""
    with translate_failures():
        design = _claimed(config, pipeline)
        context.instance.add_run_tags(context.run_id, {EXPERIMENT_TAG: design.name})
        run = run_info(context.instance, pipeline.data, context.run)
        configs = _configs(design, pipeline)
        aims = known_to_all(configs, pipeline.config.load(design.sport))
        library = pipeline.library.load(design.sport)
        calls, asked = ModelCalls.of(context, pipeline.settings), CallLog()
        simulation = Simulation(
            asking(pipeline, calls, asked, first_run_id(context.run), config.budget_usd),
            {arm: Knowledge.fixed(library, config) for arm, config in configs.items()},
            aims,
            run,
            design,
            context.log,
            asked,
        )
        simulation.warm_up()
        outcomes: Outcomes = Counter()
        athletes = enumerate(synthetic_requests(design.athletes, design.seed, aims))
        while chunk := tuple(islice(athletes, config.chunk_athletes)):
            outcomes += simulation.make(chunk)
        refresh_at_end(context, pipeline)
        comparison = markdown(report_on(pipeline.data, design.name).report)
        summary = outcome_metadata(design, outcomes, asked)
        return dg.Output(None, metadata={**summary, "comparison": MetadataValue.md(comparison)})


@dg.job(
    config=launchpad(simulate_arms, ExperimentConfig(), {"name", "athletes", "arms", "seed", "sport"}),
    tags={KIND_TAG: "experiment", MAX_RUNTIME_TAG: "21600"},
    description=(
        "Plans for the same made-up athletes in each arm, and compares what comes out. Nothing is published: the plans "
        "leave facts only, under the experiment's name. Without configuration it compares legacy with adjusted over 50 "
        "athletes. The comparison is in the metadata of the step's output; `plan-pipeline experiment report NAME` has "
        "all of it."
    ),
)
def run_experiment() -> None:
    """One step: the arms take turns within one process, so that the machine treats them alike."""
    simulate_arms()


def asking(pipeline: Pipeline, calls: ModelCalls, log: CallLog, run_id: str, budget_usd: float | None) -> Pipeline:
    """The pipeline with models asked on behalf of a run, within its budget in US dollars, and noted in ``log``."""
    settings, budgets = pipeline.settings, (budget_usd, pipeline.settings.llm_run_budget_usd)
    least_usd = min((each for each in budgets if each is not None), default=None)
    settings = settings.model_copy(update={"llm_run_budget_usd": least_usd})
    overviews = replace(
        pipeline.overviews, settings=settings, call=log.timed(calls.one), run_id=run_id, at_desk=log.between
    )
    return replace(pipeline, overviews=overviews)


@dataclass(frozen=True)
class Simulation:
    """One run of an experiment; each arm has what it plans from, and athletes train for the ``aims``.

    ``asked`` is where the pipeline's overviews note what they ask of models.
    """

    pipeline: Pipeline
    knowledge: Mapping[str, Knowledge]
    aims: PlanningConfig
    run: RunInfo
    design: Design
    log: logging.Logger
    asked: CallLog = field(default_factory=CallLog)

    def warm_up(self) -> None:
        """Make plans that count for nothing, so that no arm pays for what the first plans of a process build.

        They are for other athletes than the experiment's, whose weeks would otherwise come out of tables. No model is
        asked for them.
        """
        unpaid = {"overview": BY_RULES, "workouts": WorkoutSource.LIBRARY}
        for request in synthetic_requests(WARM_UP_ATHLETES, self.design.seed ^ 1, self.aims):
            for arm in self.design.arms:
                self._made(request.with_options(**{**self.design.settings_of(arm).options, **unpaid}), arm)

    def make(self, athletes: Sequence[tuple[int, PlanRequest]]) -> Outcomes:
        """Make the plans of some numbered athletes in all arms and write their facts; returns how they ended.

        What is finished is written even where the run is interrupted.
        """
        done: list[FinishedGeneration] = []
        outcomes: Outcomes = Counter()
        try:
            for number, request in athletes:
                for arm in turns(self.design.arms, number):
                    made = self._made(request.with_options(**self.design.settings_of(arm).options), arm)
                    if self._is_left_undone(made, arm):
                        self._leave_undone(request, arm, outcomes)
                        continue
                    outcomes[arm, made.record.status] += 1
                    done.append(made)
                    self.pipeline.on_record(made.record)
        finally:
            if done:
                part = f"{self.run.stamp.generation_id}-from-{athletes[0][0] + 1:06}"
                record_facts(self.pipeline, self.run, part, done)
        return outcomes

    def _is_left_undone(self, made: FinishedGeneration, arm: str) -> bool:
        """Whether a budget did not allow the plan.

        One that cannot be met needs no money, but would count in an arm in which the athletes around it do not.
        """
        is_unmet = made.record.status is PlanStatus.INFEASIBLE and self.design.settings_of(arm).asks_model
        return self.asked.over_budget is not None or (self.asked.is_spent and is_unmet)

    def _leave_undone(self, request: PlanRequest, arm: str, outcomes: Outcomes) -> None:
        """Count a plan that no budget allows: it is not one that failed, and an arm is not judged by it."""
        if not outcomes[arm, LEFT_UNDONE]:
            self.log.warning(line("plan left undone", plan=request.plan_id, arm=arm, reason=self.asked.why))
        outcomes[arm, LEFT_UNDONE] += 1

    def _made(self, request: PlanRequest, arm: str) -> FinishedGeneration:
        """One plan; whatever goes wrong with it is its own outcome. What it took is without the wait for models."""
        self.asked.begin()
        in_arm = request.with_options(experiment=self.design.name)
        generation_id = f"{self.run.stamp.generation_id}-{arm}"
        run = self.run._replace(stamp=self.run.stamp.model_copy(update={"generation_id": generation_id}))
        generations = GenerationService(self.pipeline, self.knowledge[arm], run)
        try:
            with _no_garbage_collection():
                result = without_wait(generations.make(in_arm).result, self.asked.waited_s)
        except (PluginError, OverviewError) as error:
            result = failed_result(in_arm, str(error))
        except Exception as error:
            message = line("plan could not be made", plan=request.plan_id, arm=arm)
            result = failed_result(in_arm, log_unexpected(self.log, message, error))
        return generations.simulate(result, arm, self.asked.call_ids)


def without_wait(result: PlanResult, waited_s: float) -> PlanResult:
    """The result with its overview's time less what models were waited for: an answer that is there takes none."""
    stage = Stage.PLAN_OVERVIEW.value
    if not waited_s or stage not in result.stage_ms:
        return result
    ms = max(0.0, result.stage_ms[stage] - 1000 * waited_s)
    return result.model_copy(update={"stage_ms": {**result.stage_ms, stage: ms}})


def turns(arms: Sequence[str], athlete: int) -> tuple[str, ...]:
    """The order of the arms for an athlete: each goes first, second and so on equally often."""
    first = athlete % len(arms)
    return (*arms[first:], *arms[:first])


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Leave what the interpreter does at a time of its own, for up to 20 ms, out of what a plan took."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _claimed(config: ExperimentConfig, pipeline: Pipeline) -> Design:
    """The design of the run, its name taken. A setting that cannot be used ends the run with the remedy.

    What arms have of their own is in the record of the design, which `experiment run FILE` keeps before the run.
    """
    try:
        kept = load_design(pipeline.data, config.name) if config.name else None
        made_with = kept.made_with if kept else {}
        design = Design.of(
            name=config.name,
            athletes=config.athletes,
            arms=config.arms,
            seed=config.seed,
            sport=_sport(config.sport),
            made_with={arm: made_with[arm] for arm in config.arms if arm in made_with},
        )
        claim(pipeline.data, design, live={each.name for each in pipeline.live_experiments.now().experiments})
    except DesignError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    return design


def _sport(name: str) -> Sport:
    try:
        return Sport(name)
    except ValueError:
        raise DesignError("sport", f"{name!r} is not a sport; use one of {', '.join(Sport)}") from None


def _configs(design: Design, pipeline: Pipeline) -> dict[str, PlanningConfig]:
    """The planning configuration of each arm. One that cannot be used ends the run with the remedy."""
    try:
        return arm_configs(design, pipeline.config.load(design.sport))
    except DesignError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
