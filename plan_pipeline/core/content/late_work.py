"""Work late in a ride: what a long event asks for, and an easy long ride does not train."""

from collections.abc import Iterator, Sequence

from plan_pipeline.core.content.stretches import minutes_of, part_of
from plan_pipeline.core.load_over_time import Stretch, minutes_from

LATE_SHARE = 1 / 3
"""The last third of a ride is late."""


def late_minutes(stretches: Sequence[Stretch], from_pct: float) -> float:
    """Minutes at or above a share of threshold in the last third of what is ridden."""
    return minutes_from(_late(stretches), from_pct)


def _late(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    left = minutes_of(stretches) * LATE_SHARE
    for stretch in reversed(stretches):
        if stretch[0] >= left:
            yield part_of(stretch, 1 - left / stretch[0], 1)
            return
        yield stretch
        left -= stretch[0]
