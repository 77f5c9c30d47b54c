"""The sentences of coach texts by sport."""

from typing import Final

from plan_pipeline.core.coach_texts.phrases import Phrases
from plan_pipeline.core.coach_texts.ride_phrases import RIDE_PHRASES
from plan_pipeline.core.coach_texts.run_phrases import RUN_PHRASES
from plan_pipeline.core.model.vocabulary import Sport

PHRASES: Final[dict[Sport, Phrases]] = {Sport.CYCLING: RIDE_PHRASES, Sport.RUNNING: RUN_PHRASES}
