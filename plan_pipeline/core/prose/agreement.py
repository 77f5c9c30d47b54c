"""Whether an amount that a text gives agrees with what a plan has."""

from collections.abc import Iterable

from plan_pipeline.core.prose.reading import Amount, Unit
from plan_pipeline.core.wording import number

ABOUT = 0.1
"""What is said to be "about" something may be off by this share of it."""

RANGE_SLACK = 0.25
"""How far the ends of a range in whole numbers may lie outside of what the plan has, as a share of it."""

HALF_STEP = 0.5


def agrees(amount: Amount, values: Iterable[float], *, slack: float = 0.0, share: float = 0.0) -> bool:
    """Whether an amount is one of some values in its unit, as exactly as it is given.

    ``slack`` is what it may be off at least, ``share`` the same as a share of the value. Of a range in whole numbers it
    is enough that it holds a value, unless an end lies far from all of them.
    """
    known = tuple(values)
    if not amount.is_range:
        return any(_is_at(amount.low, value, amount, slack, share) for value in known)
    if not known:
        return False
    if amount.is_about or (amount.step >= 1 and not _is_exact(amount)):
        low, high = min(known), max(known)
        overlaps = any(amount.low <= v <= amount.high or _is_at(v, amount.low, amount, slack, share) for v in known)
        overlaps = overlaps or any(_is_at(amount.high, value, amount, slack, share) for value in known)
        room = HALF_STEP * amount.step
        is_near = amount.low >= (1 - RANGE_SLACK) * low - room and amount.high <= (1 + RANGE_SLACK) * high + room
        return overlaps and is_near
    return all(any(_is_at(end, value, amount, slack, share) for value in known) for end in (amount.low, amount.high))


def _is_exact(amount: Amount) -> bool:
    """Whether both ends are meant as they are: minutes, and hours to less than the half."""
    return amount.unit is Unit.MINUTES and amount.step < 30


def _is_at(said: float, value: float, amount: Amount, slack: float, share: float) -> bool:
    room = max(HALF_STEP * amount.step, slack, (ABOUT if amount.is_about else share) * value)
    return abs(said - value) <= room + 1e-9


def span(values: Iterable[float], unit: str, digits: int = 1) -> str:
    """Values as a message gives them: ``8 h``, ``7.3 to 8 h``."""
    known = sorted(values)
    if not known:
        return "none"
    low, high = number(known[0], digits), number(known[-1], digits)
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"
