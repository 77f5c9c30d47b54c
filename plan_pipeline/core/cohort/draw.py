"""Drawing from distributions: the same for the same key on any machine, whatever else is drawn."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")
Quantiles = tuple[tuple[float, float], ...]
"""A distribution as (share of the population, value) points, linear in between: exact on every machine."""


class Draw:
    """Draws for one athlete or a topic of theirs, independent of every other's.

    Every figure is drawn through ``Random.random``, whose sequence Python keeps from release to release.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._random = random.Random(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))  # noqa: S311

    def about(self, topic: str) -> Draw:
        return Draw(f"{self._key}/{topic}")

    def share(self) -> float:
        return self._random.random()

    def happens(self, probability: float) -> bool:
        return self.share() < probability

    def below(self, limit: int) -> int:
        return int(self.share() * limit)

    def one_of(self, options: Sequence[_T]) -> _T:
        return options[self.below(len(options))]

    def shuffled(self, items: Sequence[_T]) -> list[_T]:
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in items]

    def of(self, quantiles: Quantiles) -> float:
        """A value of a distribution."""
        return value_at(self.share(), quantiles)


def value_at(share: float, quantiles: Quantiles) -> float:
    """The value below which a share of a distribution lies."""
    (low_share, low), (high_share, high) = next(
        piece for piece in itertools.pairwise(quantiles) if share <= piece[1][0]
    )
    return low + (high - low) * (share - low_share) / (high_share - low_share)
