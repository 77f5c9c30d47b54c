"""Whether a text for an athlete gives away what a model was told."""

from functools import lru_cache

RUN_OF_WORDS = 12
"""So many words in a row of the instructions are no accident; shorter runs coaches write by themselves."""


def repeats_instructions(text: str, instructions: str, typed: str = "", *, words: int = RUN_OF_WORDS) -> bool:
    """Whether a text holds a run of so many words of the instructions that the athlete has not typed as well."""
    theirs, ours = _runs(typed, words), _runs(instructions, words)
    return any(run in ours and run not in theirs for run in _runs(text, words))


@lru_cache(maxsize=16)
def _runs(text: str, length: int) -> frozenset[tuple[str, ...]]:
    words = ["".join(filter(str.isalnum, word)).casefold() for word in text.split()]
    words = [word for word in words if word]
    return frozenset(tuple(words[i : i + length]) for i in range(len(words) - length + 1))
