"""``exports``: published plans as files of other programs."""

import dagster as dg

from plan_pipeline.orchestration.assets.final_plan import final_plan
from plan_pipeline.orchestration.assets.shared import OPERATIONS, RELEASE
from plan_pipeline.orchestration.failures import translate_failures
from plan_pipeline.orchestration.reporting.plan_exports import bring_exports_up_to_date
from plan_pipeline.services.pipeline import Pipeline


@dg.asset(
    deps=[final_plan],
    group_name="plans",
    owners=[OPERATIONS],
    kinds={"python"},
    tags={"domain": "training-plans"},
    code_version=RELEASE,
)
def exports(pipeline: dg.ResourceParam[Pipeline]) -> dg.MaterializeResult[None]:
    """Every published plan in the formats of PLAN_PIPELINE_EXPORTS, such as `zwo,ics`, below `exports/<plan>/`.

    Brought up to date by every run that makes plans; a plan that is as it was is not written.
    """
    with translate_failures():
        return dg.MaterializeResult(metadata=bring_exports_up_to_date(pipeline))
