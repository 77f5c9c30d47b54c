"""A runner as plans see one: threshold pace, from which every speed follows."""

from functools import lru_cache
from typing import Final, NamedTuple

from plan_pipeline.core.paces.training import race_speed, vdot_of_threshold
from plan_pipeline.core.paces.vdot import RaceDistance


class Runner(NamedTuple):
    """A runner by threshold pace, whole seconds a kilometre: so few differ that what is worked out for one is kept."""

    threshold_s_per_km: int

    @property
    def threshold_speed(self) -> float:
        """Threshold speed, m/s."""
        return 1000 / self.threshold_s_per_km

    @property
    def vdot(self) -> float:
        """The VDOT that the threshold pace stands for."""
        return _vdot_of(self.threshold_s_per_km)

    def speed(self, pct: float) -> float:
        """The speed at a share of threshold, m/s."""
        return self.threshold_speed * pct / 100

    def seconds(self, distance_m: float, pct: float) -> int:
        """Whole seconds for a distance at a share of threshold speed."""
        return round(distance_m / self.speed(pct))

    def race_pct(self, race: RaceDistance) -> float:
        """The speed of a race of today, % of threshold speed; it differs from runner to runner."""
        return _race_speed(race, self.vdot) / self.threshold_speed * 100


REFERENCE_RUNNER: Final = Runner(255)
"""VDOT 50, whose threshold pace is 4:15/km: what is stated in the library is stated for this runner."""


@lru_cache(maxsize=1024)
def _vdot_of(threshold_s_per_km: int) -> float:
    return vdot_of_threshold(1000 / threshold_s_per_km)


_race_speed = lru_cache(maxsize=4096)(race_speed)
