"""Sums that come out the same on every Python: from 3.12 on the built-in ``sum`` corrects itself, before it does not.

A last digit that differs is a TSS or an hour that differs where it falls in the middle of two.
"""

import operator
from collections.abc import Iterable
from functools import reduce


def added(numbers: Iterable[float]) -> float:
    """The numbers added one after the other; 0 where there are none."""
    return reduce(operator.add, numbers, 0.0)
