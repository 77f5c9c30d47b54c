"""The records of all sports."""

from typing import Final

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.sports.cycling import CYCLING
from plan_pipeline.core.sports.running import RUNNING
from plan_pipeline.core.sports.sport import SportRecord

SPORTS: Final[dict[Sport, SportRecord]] = {record.sport: record for record in (CYCLING, RUNNING)}


def record_of(sport: Sport) -> SportRecord:
    """The record of a sport."""
    return SPORTS[sport]
