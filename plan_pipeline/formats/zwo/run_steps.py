"""The elements of a workout in ZWO as steps of a run: seconds or metres, and % of threshold speed.

Power is a share of the speed at threshold where the file has ``thresholdSecPerKm`` or steps name no ``pace``; else of
the speed of a race, by its number: mile, 5 km, 10 km, half marathon, marathon.
"""

from collections.abc import Mapping
from typing import Final

from plan_pipeline.core.model.vocabulary import SegmentType
from plan_pipeline.core.paces.runner import REFERENCE_RUNNER, Runner
from plan_pipeline.core.paces.text import pace_text
from plan_pipeline.core.paces.vdot import RaceDistance
from plan_pipeline.formats.reading import Repairs, UnreadableSessionError, number_in
from plan_pipeline.formats.running.steps import EFFORT_PCT, run_step, whole_metres
from plan_pipeline.formats.session import SessionStep
from plan_pipeline.formats.zwo.steps import RideSteps

RACES: Final = tuple(RaceDistance)
"""The races of Zwift's paces in the order of their numbers, from 0."""


class RunSteps(RideSteps):
    """Makes steps of the elements of a run."""

    def __init__(self, repairs: Repairs, *, by_distance: bool, of_threshold: bool, runner: Runner | None) -> None:
        super().__init__(repairs)
        self.by_distance = by_distance
        self.of_threshold = of_threshold
        self.runner = runner

    def _step(
        self, length: float, ends: tuple[float, float] | None, role: SegmentType | None, text: str
    ) -> SessionStep:
        if ends == (0, 0):
            ends, role = None, SegmentType.WALK
        return run_step(
            self.repairs,
            where=f"step {self.number}",
            seconds=None if self.by_distance else length,
            distance_m=length if self.by_distance else None,
            ends=ends,
            role=role,
            text=text,
        )

    def _max_effort(self, length: float) -> tuple[float, float]:
        del length
        pct = EFFORT_PCT[SegmentType.STRIDE]
        self.repairs.add(f"MaxEffort has no pace and was read as {pct:g} % of threshold speed")
        return pct, pct

    def _steady(
        self, tag: str, given: Mapping[str, str], power: str = "power", low: str = "powerlow", high: str = "powerhigh"
    ) -> tuple[float, float] | None:
        """The ends of a range where there are both; its middle may be beside them."""
        ends = self._power(given, low), self._power(given, high)
        if ends[0] is not None and ends[1] is not None:
            return self._band(tag, ends[0], ends[1])
        return super()._steady(tag, given, power, low, high)

    def _band(self, tag: str, low: float, high: float) -> tuple[float, float]:
        """A range of paces is one."""
        del tag
        return min(low, high), max(low, high)

    def _length(self, given: Mapping[str, str], field: str, tag: str) -> float | None:
        if not self.by_distance:
            return super()._length(given, field, tag)
        if field not in given:
            raise UnreadableSessionError(f"step {self.number}: {tag} has no {field.capitalize()}; give its metres")
        metres = whole_metres(number_in(given[field], f"step {self.number}: {field.capitalize()}"))
        if metres > 0:
            return metres
        self.repairs.add(f"a {tag} of {metres:g} m was left out")
        return None

    def _power(self, given: Mapping[str, str], field: str) -> float | None:
        """% of threshold speed."""
        pct = super()._power(given, field)
        if not pct or self.of_threshold or not given.get("pace", "").strip():
            return pct
        number = number_in(given["pace"], f"step {self.number}: pace")
        if number not in range(len(RACES)):
            raise UnreadableSessionError(
                f"step {self.number}: pace is {number:g}; write 0 to {len(RACES) - 1}, or give thresholdSecPerKm"
            )
        runner = self.runner or REFERENCE_RUNNER
        shown = pace_text(runner.threshold_speed)
        self.repairs.add(f"shares of race paces were read as those of a runner with a threshold pace of {shown}")
        return round(pct * runner.race_pct(RACES[int(number)]) / 100, 1)
