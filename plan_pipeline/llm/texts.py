"""How long a model's texts are to be, stated once: the prompt asks for it, the schema says it, and the check counts."""

from typing import NamedTuple


class WordRange(NamedTuple):
    """Words of a text, fewest and most."""

    fewest: int
    most: int

    def __str__(self) -> str:
        return f"{self.fewest} to {self.most} words"


NOTES_WORDS = WordRange(200, 400)
GUIDANCE_WORDS = WordRange(5, 400)
FOCUS_WORDS = WordRange(1, 30)

DIFFERENT_WORDS = 5
"""With fewer different words than this, no text says anything, however long it is."""


def text_problem(text: str, words: WordRange) -> str | None:
    """What is wrong with the length of a text, or with what fills it; ``None`` where nothing is."""
    found = [word for word in text.split() if any(map(str.isalnum, word))]
    if not words.fewest <= len(found) <= words.most:
        return f"has {len(found)} {'word' if len(found) == 1 else 'words'}; write {words}"
    different = {"".join(filter(str.isalnum, word.casefold())) for word in found}
    if len(different) < min(words.fewest, DIFFERENT_WORDS):
        return (
            f"says the same {'word' if len(different) == 1 else f'{len(different)} words'} over and over; write a text"
        )
    return None
