"""Fields of a step that belong to another sport, refused by name with what to write instead."""

from typing import Any, Final

from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.sports.records import record_of
from plan_pipeline.core.wording import listed

FIELDS: Final[dict[Sport, tuple[str, ...]]] = {
    Sport.CYCLING: ("power_low_pct", "power_high_pct"),
    Sport.RUNNING: ("speed_low_pct", "speed_high_pct", "distance_m", "by_effort"),
}
"""Fields of a step that only one sport has, those of its intensity first."""


def refuse_fields_of_others(given: Any, sport: Sport) -> Any:
    """A step as it is written; raises ``ValueError`` where it has fields of another sport."""
    if not isinstance(given, dict):
        return given
    low, high, *_ = FIELDS[sport]
    for other, fields in FIELDS.items():
        if other is not sport and (found := [name for name in fields if name in given]):
            verb = "belongs" if len(found) == 1 else "belong"
            raise ValueError(
                f"{listed(found, 'and')} {verb} to {other}, and this plan is for {sport}; "
                f"give {low} and {high}, % of {record_of(sport).threshold}"
            )
    return given
