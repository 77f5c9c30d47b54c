"""All that a session's segments say by themselves, measured once for each shape."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from plan_pipeline.core.adding import added
from plan_pipeline.core.content.bands import BandMinutes, band_minutes
from plan_pipeline.core.content.late_work import late_minutes
from plan_pipeline.core.content.stretches import by_intensity, ridden_in
from plan_pipeline.core.content.w_balance import Surge, lowest_balance_pct, surges_of, w_spent
from plan_pipeline.core.load import SHAPES_KEPT, Shape, load_of, shape_of
from plan_pipeline.core.load_over_time import Stretch, minutes_from
from plan_pipeline.core.model.segments import Segment


class SessionContent(NamedTuple):
    """What a session holds, whoever rides it.

    ``minutes`` are all, off the bike too; ``stretches`` what is ridden, in order, % of threshold; ``by_intensity`` the
    same with equal intensities put together. ``w_spent_s`` is the work above threshold, s·FTP.
    """

    minutes: float
    tss: float
    intensity_factor: float
    bands: BandMinutes
    w_spent_s: float
    surges: tuple[Surge, ...]
    stretches: tuple[Stretch, ...]
    by_intensity: tuple[Stretch, ...]

    def minutes_from(self, pct: float) -> float:
        """Minutes at or above a share of threshold."""
        return minutes_from(self.by_intensity, pct)

    def late_minutes(self, from_pct: float) -> float:
        """Minutes at or above a share of threshold in the last third of what is ridden."""
        return late_minutes(self.stretches, from_pct)

    def lowest_balance_pct(self, w_prime_s: float) -> float:
        """The least of W′ that is left at any moment, %, for a rider who has so much of it, s·FTP."""
        return lowest_balance_pct(self.surges, w_prime_s)


def session_content(segments: Sequence[Segment]) -> SessionContent:
    """What the segments of a session add up to, in riding order; computed once per shape."""
    return content_of(shape_of(segments))


@lru_cache(maxsize=SHAPES_KEPT)
def content_of(shape: Shape) -> SessionContent:
    """What a session of a shape holds."""
    stretches = ridden_in(shape)
    at_once = by_intensity(stretches)
    load = load_of(shape)
    surges = surges_of(stretches)
    return SessionContent(
        minutes=added([segment[0] for segment in shape]),
        tss=load.tss,
        intensity_factor=load.intensity_factor,
        bands=band_minutes(at_once),
        w_spent_s=w_spent(surges),
        surges=surges,
        stretches=stretches,
        by_intensity=at_once,
    )
