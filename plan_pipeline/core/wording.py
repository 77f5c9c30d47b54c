"""How numbers and weeks are put into a sentence."""

from collections.abc import Iterable, Sequence


def number(value: float, digits: int = 1) -> str:
    """A number with at most so many decimals: ``8``, ``8.3``."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def listed(words: Iterable[str], joined_by: str = "and") -> str:
    """``"3"``, ``"3 and 5"``, ``"3, 5 and 6"``."""
    *before, last = words
    return f"{', '.join(before)} {joined_by} {last}" if before else last


def counted(count: int, one: str, many: str | None = None) -> str:
    """``"1 week"``, ``"3 weeks"``."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers, those that follow each other as a range: ``"3"``, ``"3–5"``, ``"3–5, 8 and 9"``."""
    runs: list[list[int]] = []
    for each in numbers:
        if runs and each == runs[-1][-1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return listed(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def likewise(weeks: Sequence[int], named: int) -> str:
    """The other weeks that break a rule, to follow the one that is named: ``" (weeks 4 and 6 as well)"``."""
    others = [str(week) for week in weeks if week != named]
    if not others:
        return ""
    return f" (week{'s' if len(others) > 1 else ''} {listed(others)} as well)"
