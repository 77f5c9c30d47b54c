"""Whether a text for an athlete gives away what a model was told."""

from functools import lru_cache

RUN_OF_WORDS = 12
"""So many words in a row of the instructions are no accident; shorter runs coaches write by themselves."""


def repeats_instructions(text: str, instructions: str, typed: str = "") -> bool:
    """Whether a text holds a run of words of the instructions that the athlete has not typed as well."""
    theirs = _runs(typed)
    return any(run in _runs(instructions) and run not in theirs for run in _runs(text))


@lru_cache(maxsize=16)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = ["".join(filter(str.isalnum, word)).casefold() for word in text.split()]
    words = [word for word in words if word]
    return frozenset(tuple(words[i : i + RUN_OF_WORDS]) for i in range(len(words) - RUN_OF_WORDS + 1))
