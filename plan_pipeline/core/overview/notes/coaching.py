"""What the plan says to the athlete, in sentences from the numbers of the request and the weeks alone."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from plan_pipeline.core.model.plan import OverviewWeek
from plan_pipeline.core.model.vocabulary import Sport
from plan_pipeline.core.overview.notes.power import power_guidance, power_paragraphs
from plan_pipeline.core.overview.notes.run_guidance import run_guidance
from plan_pipeline.core.overview.notes.runs import run_paragraphs
from plan_pipeline.core.purpose.purpose import Purpose

Says = Callable[[Purpose, Sequence[OverviewWeek]], Iterator[str]]


class _Notes(NamedTuple):
    paragraphs: Says
    guidance: Says


_NOTES: Final = {
    Sport.CYCLING: _Notes(power_paragraphs, power_guidance),
    Sport.RUNNING: _Notes(run_paragraphs, run_guidance),
}


def coaching_notes(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """The strategy of the plan in a few paragraphs."""
    return "\n\n".join(filter(None, _NOTES[purpose.request.sport].paragraphs(purpose, weeks)))


def monitoring_guidance(purpose: Purpose, weeks: Sequence[OverviewWeek]) -> str:
    """What to watch, with the numbers at which to act."""
    return "\n".join(_NOTES[purpose.request.sport].guidance(purpose, weeks))
