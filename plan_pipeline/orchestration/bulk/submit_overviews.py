"""The job that hands in, as a batch, what plans need of a model next."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import dagster as dg
from dagster import MetadataValue
from pydantic import Field

from plan_pipeline.config import ConfigError
from plan_pipeline.core.model.vocabulary import BY_RULES
from plan_pipeline.core.overview.writer import OverviewError, OverviewUnavailableError
from plan_pipeline.library import LibraryError
from plan_pipeline.llm.prices import PriceTable
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.generations import first_run_id, stamp_of
from plan_pipeline.orchestration.reporting.markdown import markdown_list, markdown_table
from plan_pipeline.orchestration.reporting.week_lines import Metadata
from plan_pipeline.orchestration.run_config import CheckedConfig
from plan_pipeline.orchestration.run_tags import KIND_TAG, MAX_RUNTIME_TAG, PRIORITY_TAG
from plan_pipeline.services.models.batch_submission import BatchSubmission, Submitted
from plan_pipeline.services.models.batches import HAS_BATCHES, question_batches
from plan_pipeline.services.models.budget import SharedBudget
from plan_pipeline.services.models.overviews import OpenQuestion
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.services.plan_choice import choose_plans
from plan_pipeline.services.run_log import line
from plan_pipeline.storage.data_folder import StorageError
from plan_pipeline.storage.model_calls.answer_files import AnswerFiles
from plan_pipeline.storage.model_calls.batch_files import BatchFiles
from plan_pipeline.storage.plans.plan_store import PlanLockedError, PlanStore

LOCK_TIMEOUT_S: Final = 60.0
"""How long a run waits for a tick that is collecting, which ends within half of that."""

SWITCHED_OFF: Final = "PLAN_PIPELINE_LLM_BATCH is not true, so models are asked when plans are made"


class SubmitConfig(CheckedConfig):
    """Whose questions the job hands in; of all active plans where it is launched as it is."""

    plan_ids: list[str] = Field(default=[], description="The plans to ask about; all active ones where there are none.")
    retry_of: str | None = Field(
        default=None,
        description="The submission whose expired and failed questions are handed in once more; set by the sensor "
        "`overview_retries`.",
    )


@dg.op(description="Finds what each plan needs of a model next, and hands all of it in.")
def hand_in_questions(
    context: dg.OpExecutionContext, config: SubmitConfig, pipeline: dg.ResourceParam[Pipeline]
) -> dg.Output[None]:
    """Nothing is waited for: the sensor ``overview_answers`` collects the answers and has the plans made."""
    with translate_failures():
        if not pipeline.settings.llm_batch and config.retry_of is None:
            raise dg.Failure(f"{SWITCHED_OFF}; set it to true to hand questions in", allow_retries=False)
        try:
            return dg.Output(None, metadata=_handed_in(context, config, pipeline))
        except OverviewUnavailableError:
            raise
        except OverviewError as error:
            raise dg.Failure(str(error), allow_retries=False) from error


@dg.job(
    tags={KIND_TAG: "questions", MAX_RUNTIME_TAG: "7200", PRIORITY_TAG: "1"},
    description=(
        "Hands in what plans need of Claude as a batch, which is answered within a day for half the price: of every "
        "active plan whose overview Claude writes and that has none for its request, the next question of its "
        "conversation. What is in a batch already is not handed in again, and nobody asks it live. The sensor "
        "`overview_answers` collects the answers and has the plans made."
    ),
)
def submit_overviews() -> None:
    """One step."""
    hand_in_questions()


@dataclass
class _OpenQuestions:
    """What plans need of a model next, and which plans it is not asked for, with the reason."""

    pipeline: Pipeline
    answers: AnswerFiles
    elsewhere: Counter[str] = field(default_factory=Counter)
    damaged: list[str] = field(default_factory=list)

    def of(self, plan_ids: Sequence[str], run: dg.DagsterRun, instance: dg.DagsterInstance) -> Iterator[OpenQuestion]:
        pipeline = self.pipeline
        knowledge = pipeline.knowledge()
        stamp = stamp_of(instance, pipeline.data, run.run_id)
        for plan_id in plan_ids:
            try:
                request = pipeline.request(plan_id, stamp)
                source = request.options.overview
                if source != HAS_BATCHES:
                    self.elsewhere.update([source] if source != BY_RULES else [])
                    continue
                library, planning = knowledge.of(request.sport)
                found = pipeline.overviews.open_question(
                    request, library, planning, plans=pipeline.plans, answers=self.answers
                )
            except (StorageError, LibraryError, ConfigError) as error:
                self.damaged.append(f"{plan_id}: {error}")
                continue
            if found is not None:
                yield found


def _handed_in(context: dg.OpExecutionContext, config: SubmitConfig, pipeline: Pipeline) -> Metadata:
    settings, plans = pipeline.settings, pipeline.plans
    files, answers = BatchFiles(pipeline.data), AnswerFiles(pipeline.data)
    record = None if config.retry_of is None else files.find(config.retry_of)
    if config.retry_of is not None and record is None:
        raise dg.Failure(f"configuration of hand_in_questions: retry_of: there is no submission {config.retry_of!r}")
    batches = question_batches(settings, timeout_s=settings.llm_timeout_s)
    submission = BatchSubmission(
        files,
        batches,
        answers.find,
        SharedBudget.of(settings, pipeline.data),
        PriceTable.of(settings),
        run_id=first_run_id(context.run),
        is_busy=lambda plan_id: _is_busy(plan_id, plans),
    )
    open_questions = _OpenQuestions(pipeline, answers)
    with files.lock(LOCK_TIMEOUT_S):
        files.remove_old(submission.now())
        if record is None:
            plan_ids = choose_plans(plans, config.plan_ids).plan_ids
            done = submission.submit(open_questions.of(plan_ids, context.run, context.instance))
        else:
            failed = {plan_id for each in record.to_retry for plan_id in record.questions[each].plans}
            done = submission.retry(record, open_questions.of(sorted(failed), context.run, context.instance))
    if done.left:
        context.log.warning(
            line("questions are left to the runs that make plans", plans=len(done.left), why=done.why_left)
        )
    for name, number in open_questions.elsewhere.items():
        context.log.warning(line(f"{name} has no batches here, so it is asked when plans are made", plans=number))
    return {**_metadata(done), **_not_asked(open_questions)}


def _is_busy(plan_id: str, plans: PlanStore) -> bool:
    try:
        with plans.lock(plan_id, timeout_s=0):
            return False
    except PlanLockedError:
        return True


def _metadata(done: Submitted) -> Metadata:
    records = [*done.batches, *done.in_doubt]
    metadata: Metadata = {
        "questions": MetadataValue.int(sum(len(record.questions) for record in done.batches)),
        "batches": MetadataValue.int(len(done.batches)),
        "plans_waiting": MetadataValue.int(len(set(done.waiting))),
        "plans_left": MetadataValue.int(len(done.left)),
    }
    if records:
        rows = (
            {
                "batch": record.batch_id or "not known yet",
                "submission": record.submission_id,
                "questions": str(len(record.questions)),
                "USD at most": "" if record.most_usd is None else f"{record.most_usd:.2f}",
            }
            for record in records
        )
        metadata["batch_table"] = MetadataValue.md(markdown_table(rows))
    if done.left:
        metadata["left"] = MetadataValue.md(f"Left undone: {done.why_left}\n\n{markdown_list(done.left)}")
    if done.busy:
        metadata["busy"] = MetadataValue.md(f"Being made by another run:\n\n{markdown_list(done.busy)}")
    return metadata


def _not_asked(questions: _OpenQuestions) -> Metadata:
    metadata: Metadata = {
        f"plans_by_{name}": MetadataValue.int(number) for name, number in sorted(questions.elsewhere.items())
    }
    if questions.damaged:
        metadata["damaged"] = MetadataValue.md(markdown_list(questions.damaged))
    return metadata
