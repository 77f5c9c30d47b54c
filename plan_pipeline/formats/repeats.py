"""Sets in steps that are written out one by one: recognised, or said beside the steps where they could not be."""

import re
from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Final

from plan_pipeline.core.repeats import repeats_at
from plan_pipeline.formats.session import SessionPart, SessionSet, SessionStep, written_out

LONGEST_SET: Final = 16
"""Steps of one repeat that are looked for; the longest in the library has eleven."""

_PART = re.compile(r"(\d{1,4})(?:x(\d{1,4}))?")


def with_sets(parts: Sequence[SessionPart], least: int = 2) -> tuple[SessionPart, ...]:
    """The parts with every run of so many equal repeats as a set. Sets that are there already stay as they are."""
    found: list[SessionPart] = []
    run: list[SessionStep] = []
    for part in parts:
        if isinstance(part, SessionSet):
            found += [*_in(run, least), part]
            run = []
        else:
            run.append(part)
    return (*found, *_in(run, least))


def _in(steps: Sequence[SessionStep], least: int) -> Iterator[SessionPart]:
    """Of several sets at a place the one with most steps, and of those the one with the shortest repeat."""
    keys, at = [_work(step) for step in steps], 0
    while at < len(steps):
        found = repeats_at(keys, at, longest=LONGEST_SET, least=least)
        if found is None or (
            _begins_with_rest(steps[at : at + found.length])
            and (later := repeats_at(keys, at + 1, longest=LONGEST_SET, least=least)) is not None
            and later.covered >= found.covered
        ):
            yield steps[at]
            at += 1
        else:
            yield SessionSet(repeat=found.times, steps=tuple(steps[at : at + found.length]))
            at += found.covered


def _work(step: SessionStep) -> tuple[object, ...]:
    """What two steps have to share to be repeats of one; off the bike it is what they say."""
    return *step.shape, step.text if step.start_pct is None else ""


def _begins_with_rest(one: Sequence[SessionStep]) -> bool:
    """Whether a repeat begins with rest, which is not of the set where as many repeats begin with work a step later."""
    return len(one) > 1 and one[0].highest_pct < fmean(step.highest_pct for step in one)


# --- said beside the steps ----------------------------------------------------------------------------------------


def parts_note(parts: Sequence[SessionPart]) -> str:
    """``1 9x3 1``: how many steps each part has, and how often they are done. Empty where ``with_sets`` finds them."""
    if with_sets(tuple(written_out(parts))) == tuple(parts):
        return ""
    return " ".join(f"{len(part.steps)}x{part.repeat}" if isinstance(part, SessionSet) else "1" for part in parts)


def by_note(steps: Sequence[SessionStep], note: str) -> tuple[SessionPart, ...] | None:
    """The parts that a note says steps have; ``None`` where it says nothing, or what they do not have."""
    counts = [match.groups("1") for word in note.split() if (match := _PART.fullmatch(word))]
    if not counts or len(counts) != len(note.split()):
        return None
    parts: list[SessionPart] = []
    at = 0
    for length, repeat in ((int(length), int(repeat)) for length, repeat in counts):
        run = tuple(steps[at : at + length])
        following = steps[at : at + length * repeat]
        if not run or [_work(step) for step in following] != [_work(step) for step in run * repeat]:
            return None
        parts += run if repeat == 1 else [SessionSet(repeat=repeat, steps=run)]
        at += length * repeat
    return tuple(parts) if at == len(steps) else None
