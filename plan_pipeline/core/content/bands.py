"""Minutes in the four bands of intensity that plans are made in."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from plan_pipeline.core.load_over_time import Stretch, minutes_above, minutes_from
from plan_pipeline.core.model.vocabulary import Band
from plan_pipeline.core.wording import listed

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


def threshold_minutes(stretches: Sequence[Stretch]) -> float:
    """Minutes at 96-105 % alone."""
    return minutes_from(stretches, THRESHOLD_PCT) - minutes_from(stretches, VO2MAX_PCT)


def sum_of_bands(rides: Iterable[BandMinutes]) -> BandMinutes:
    """Minutes of several rides together."""
    return BandMinutes(*map(sum, zip(*[NO_BAND_MINUTES, *rides], strict=True)))


def bands_in_words(bands: Iterable[Band]) -> str:
    """The intensity of some bands as a sentence puts it: ``84–105 %``, ``106 % and more``."""
    places = sorted(_POSITION[band] for band in bands)
    runs = [list(run) for _, run in groupby(places, key=lambda place: place - places.index(place))]
    return listed([_range_in_words(run[0], run[-1]) for run in runs])


def _range_in_words(first: int, last: int) -> str:
    low = ("84", "96", "106", "above 120")[first]
    if last == _POSITION[Band.ANAEROBIC]:
        return f"{low} %" if first == last else f"{low} % and more"
    return f"{low}–{('95', '105', '120')[last]} %"
