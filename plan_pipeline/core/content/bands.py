"""Minutes in the four bands of intensity that plans are made in."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from plan_pipeline.core.load_over_time import Stretch, minutes_above, minutes_from
from plan_pipeline.core.model.vocabulary import Band

SWEET_SPOT_PCT, THRESHOLD_PCT, VO2MAX_PCT, ANAEROBIC_PCT = (band.begins_pct for band in Band)
"""Where the bands begin, % of threshold; each holds what is below the next, and the last what is above its beginning.
The names of the others in whole numbers are 84-95, 96-105 and 106-120."""


class BandMinutes(NamedTuple):
    """Minutes in each band, in the order of ``Band``."""

    sweet_spot: float = 0.0
    threshold: float = 0.0
    vo2max: float = 0.0
    anaerobic: float = 0.0

    def of(self, band: Band) -> float:
        """Minutes in one band."""
        return self[_POSITION[band]]

    def within(self, bands: Iterable[Band]) -> float:
        """Minutes in some bands together."""
        return sum([self[_POSITION[band]] for band in bands])


_POSITION = {band: i for i, band in enumerate(Band)}

NO_BAND_MINUTES = BandMinutes()


def band_minutes(stretches: Sequence[Stretch]) -> BandMinutes:
    """Minutes in each band; a ramp counts in each from where it crosses into it."""
    sweet_spot, threshold, vo2max = (
        minutes_from(stretches, pct) for pct in (SWEET_SPOT_PCT, THRESHOLD_PCT, VO2MAX_PCT)
    )
    anaerobic = minutes_above(stretches, ANAEROBIC_PCT)
    return BandMinutes(sweet_spot - threshold, threshold - vo2max, vo2max - anaerobic, anaerobic)


def sum_of_bands(rides: Iterable[BandMinutes]) -> BandMinutes:
    """Minutes of several rides together."""
    return BandMinutes(*map(sum, zip(*[NO_BAND_MINUTES, *rides], strict=True)))
