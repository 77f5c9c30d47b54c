"""How numbers and weeks are put into a sentence."""

from collections.abc import Iterable, Sequence


def number(value: float, digits: int = 1) -> str:
    """A number with at most so many decimals: ``8``, ``8.3``."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def listed(words: Iterable[str]) -> str:
    """``"3"``, ``"3 and 5"``, ``"3, 5 and 6"``."""
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last


def likewise(weeks: Sequence[int], named: int) -> str:
    """The other weeks that break a rule, to follow the one that is named: ``" (weeks 4 and 6 as well)"``."""
    others = [str(week) for week in weeks if week != named]
    if not others:
        return ""
    return f" (week{'s' if len(others) > 1 else ''} {listed(others)} as well)"
