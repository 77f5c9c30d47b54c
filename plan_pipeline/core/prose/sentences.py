"""A text as sentences in one spelling: numbers in digits, one dash, names of events and workouts as single letters.

What an athlete or a library wrote and a text repeats is no claim of the text, whatever numbers are in it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from plan_pipeline.core.model.events import Event
from plan_pipeline.core.model.texts import one_line
from plan_pipeline.core.prose.facts import ProseFacts, is_named

MOST_QUOTED: Final = 160
"""Letters of a sentence that a finding repeats."""

_EVENT, _QUOTE, _WORKOUT, _END = 0xE000, 0xE100, 0xE200, 0xF000
"""Letters for private use that stand for names: what no text has, and no pattern takes for a word."""


class Sentence(NamedTuple):
    """A sentence as it is read, and as it was written."""

    text: str
    written: str

    @property
    def quoted(self) -> str:
        """As it was written, cut where it is long, for a message."""
        line = one_line(self.written)
        return f'"{line if len(line) <= MOST_QUOTED else line[: MOST_QUOTED - 1].rstrip() + "…"}"'


def sentences(text: str, facts: ProseFacts) -> Iterator[Sentence]:
    """The sentences and lines of a text."""
    names = _names(facts)
    masked = _private.sub("", text)
    for letter, name in names.items():
        pattern = r"\s+".join(re.escape(word) for word in name.split())
        masked = re.sub(rf"(?<!\w){pattern}(?!\w)", letter, masked, flags=re.IGNORECASE)
    for part in _ends.split(masked):
        if part.strip():
            yield Sentence(
                _as_rides(normalised(part), facts), _private.sub(lambda match: names.get(match[0], ""), part)
            )


def _as_rides(text: str, facts: ProseFacts) -> str:
    """The sentence with the sport's own words for a session and for doing one in the spelling that topics know.

    Weeks, phases and plans that "run" from one to another are left alone.
    """
    words = facts.words
    if words.session == _SESSION:
        return text
    spelled = {words.sessions: "rides", words.session: _SESSION, words.doing: "riding", words.off: "off the bike"}
    for word, known in spelled.items():
        text = re.sub(rf"{_NO_SESSION_BEFORE}\b{word}\b{_NO_SESSION_AFTER}", known, text, flags=re.IGNORECASE)
    return text


_SESSION: Final = "ride"
_NO_SESSION_BEFORE: Final = "".join(rf"(?<!\b{word} )" for word in ("weeks", "week", "plan", "phase", "block", "it"))
_NO_SESSION_AFTER: Final = r"(?! (?:from|through|until|into|up to)\b)"


def event_letters(facts: ProseFacts) -> Mapping[str, tuple[Event, ...]]:
    """What stands for the name of an event in a sentence, with the events of that name."""
    names = dict.fromkeys(one_line(event.name).lower() for event in facts.every_event if is_named(event))
    return {
        chr(_EVENT + place): tuple(event for event in facts.every_event if one_line(event.name).lower() == name)
        for place, name in enumerate(names)
    }


def workout_letters(facts: ProseFacts) -> Mapping[str, str]:
    """What stands for the name of a workout in a sentence, with that name."""
    return {chr(_WORKOUT + place): name for place, name in enumerate(facts.workout_names)}


def _names(facts: ProseFacts) -> dict[str, str]:
    events = {letter: one_line(named[0].name) for letter, named in event_letters(facts).items()}
    quotes = {chr(_QUOTE + place): text for place, text in enumerate(facts.quoted)}
    return {**dict(sorted(events.items(), key=lambda item: -len(item[1]))), **quotes, **workout_letters(facts)}


_private = re.compile(f"[{chr(_EVENT)}-{chr(_END)}]")
_ends = re.compile(
    r"\n+|(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bapprox)(?<!\bNo)(?<=[.!?])[\"')*_]*\s+(?=[A-Z0-9\"'(*_\ue000-\uf000-])"
)

# --- one spelling ----------------------------------------------------------------------------------------------

_ONES = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
]
_ONES += ["seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: value for value, word in enumerate(_ONES, 1)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}
_NUMBER_WORD = re.compile(
    rf"\b(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<ones>{'|'.join(_ONES[:9])}))?\b"
    rf"|\b(?P<word>{'|'.join(sorted(_ONES, key=len, reverse=True))})\b(?!'s)",
    re.IGNORECASE,
)
_PLAIN = str.maketrans(
    {**dict.fromkeys("\u00a0\u202f\u2009\u2007\t", " "), **dict.fromkeys("–—−‑‒", "-"), "×": "x", "’": "'", "‘": "'"}
    | {"“": '"', "”": '"', "*": "", "_": " ", "½": ".5", "¼": ".25", "¾": ".75", "≈": "about "}
)
_SPELLINGS = (
    (re.compile(r"(?<![\d.])\.(?=(?:5|25|75)\b)"), "0."),
    (re.compile(r"\ban? (hour|week|month) and a half\b", re.IGNORECASE), r"1.5 \1s"),
    (re.compile(r"\b(\d+) and a half\b", re.IGNORECASE), r"\1.5"),
    (re.compile(r"\b(\d+) (hours?|weeks?) and a half\b", re.IGNORECASE), r"\1.5 \2"),
    (re.compile(r"\bhalf an hour\b", re.IGNORECASE), "0.5 hours"),
    (re.compile(r"\ba couple of\b", re.IGNORECASE), "2"),
    (re.compile(r"\ba dozen\b", re.IGNORECASE), "12"),
    (re.compile(r"(?<=\d) \+ (?=\d)"), "+"),
)


def normalised(text: str) -> str:
    """A text in one spelling: ``Twelve weeks at 8½ – 9 hours`` as ``12 weeks at 8.5 - 9 hours``."""
    plain = " ".join(_NUMBER_WORD.sub(_digits, text.translate(_PLAIN)).split())
    for pattern, spelling in _SPELLINGS:
        plain = pattern.sub(spelling, plain)
    return plain


def _digits(match: re.Match[str]) -> str:
    if match["word"]:
        return str(_VALUES[match["word"].lower()])
    return str(_VALUES[match["tens"].lower()] + (_VALUES[match["ones"].lower()] if match["ones"] else 0))
