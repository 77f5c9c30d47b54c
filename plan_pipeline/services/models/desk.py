"""The desk of an installation: a model is asked at it with answers kept, budgets held and calls on record."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from plan_pipeline.llm.asking import Provider
from plan_pipeline.llm.desk import ModelDesk
from plan_pipeline.llm.prices import PriceTable
from plan_pipeline.services.models.budget import SharedBudget
from plan_pipeline.settings import Settings
from plan_pipeline.storage.data_folder import DataFolder
from plan_pipeline.storage.model_calls.answer_files import AnswerFiles


def desk_of(
    provider: Provider,
    settings: Settings,
    data: DataFolder,
    *,
    run_id: str,
    place: Callable[[], AbstractContextManager[None]],
    renew: bool = False,
) -> ModelDesk:
    """The desk at which a run asks a provider's model. Raises ``PricesError`` for a price file that cannot be used."""
    return ModelDesk(
        provider,
        AnswerFiles(data),
        SharedBudget.of(settings, data),
        PriceTable.of(settings),
        run_id=run_id,
        place=place,
        retries=settings.llm_retries,
        longest_wait_s=settings.llm_longest_wait_s,
        renew=renew,
    )
