"""Coach texts of a plan that is about to be published, by a model where the settings name one."""

import logging

from plan_pipeline.core.model.plan import Plan
from plan_pipeline.core.model.vocabulary import BY_RULES
from plan_pipeline.core.registry import PluginError, UnknownNameError
from plan_pipeline.redaction import without_secrets
from plan_pipeline.services.models.overviews import OverviewService
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder

log = logging.getLogger(__name__)


def texts_by(settings: Settings) -> str:
    """Who writes coach texts, with the model if one is named; empty where templates do."""
    if settings.coach_texts == BY_RULES:
        return ""
    return ":".join(filter(None, (settings.coach_texts, settings.coach_texts_model)))


def with_coach_texts(plan: Plan, overviews: OverviewService, data: DataFolder) -> Plan:
    """The plan with the texts of a model, or as it is where templates write them or the model gave none.

    The model is asked as the one that writes overviews is, by the same run. A plan is no worse for a model that cannot
    be asked: that is told of in the log.
    """
    settings = overviews.settings
    if settings.coach_texts == BY_RULES:
        return plan
    from plan_pipeline.llm.asking import CallFailedError
    from plan_pipeline.llm.coach_texts import CoachTextWriter
    from plan_pipeline.llm.configured import configured_provider
    from plan_pipeline.services.models.desk import desk_of

    try:
        provider = configured_provider(settings, settings.coach_texts, settings.coach_texts_model)
        desk = desk_of(provider, settings, data, run_id=overviews.run_id, place=overviews.call)
        written = CoachTextWriter(desk, settings.llm_attempts).write(plan)
    except (CallFailedError, UnknownNameError, PluginError) as error:
        log.warning("templates stand for coach texts of %s: %s", plan.training_plan.plan_id, error)
        return plan
    text = written.model_dump_json()
    return plan if without_secrets(text) != text else written


def has_texts(plan: Plan) -> bool:
    """Whether a model wrote any of a plan's coach texts."""
    return any(week.preview is not None for week in plan.training_plan.weekly_plan)
