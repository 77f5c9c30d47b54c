"""Making the standard plans: each from its reference runner, stored with its page of text."""

from typing import NamedTuple

from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.pipeline import generate_plan
from plan_pipeline.core.standard_plans.page import page_of
from plan_pipeline.core.standard_plans.plans import NoReferenceRunnerError, StandardPlan, standard_request
from plan_pipeline.services.pipeline import Pipeline
from plan_pipeline.storage.standard_plans import StandardPlanStore, StoredStandardPlan


class StandardPlanError(RuntimeError):
    """A standard plan could not be made; the message says why. The one that was made before stays in place."""


class MadeStandardPlan(NamedTuple):
    """A standard plan that was made and stored just now."""

    standard: StandardPlan
    plan: Plan
    page: str


def make_standard_plan(standard: StandardPlan, pipeline: Pipeline, stamp: Stamp) -> MadeStandardPlan:
    """Make a standard plan from library and configuration, and store it with its page.

    Raises ``StandardPlanError`` where it breaks a rule whose breach rejects a plan, cannot be met, or has no reference
    runner, ``LibraryError`` and ``ConfigError`` where what plans are made from is not good.
    """
    library, config = pipeline.knowledge(stamp).of(Sport.RUNNING)
    try:
        request = standard_request(standard, config)
    except NoReferenceRunnerError as error:
        raise StandardPlanError(str(error)) from None
    result = generate_plan(request, library, config, stamp=stamp)
    if result.plan is None:
        raise StandardPlanError(f"{standard.plan_id}: {result.verdict.status}: {'; '.join(result.verdict.reasons)}")
    page = page_of(standard, result.plan)
    StandardPlanStore(pipeline.data).save(standard.plan_id, StoredStandardPlan(result.plan, page))
    return MadeStandardPlan(standard, result.plan, page)
