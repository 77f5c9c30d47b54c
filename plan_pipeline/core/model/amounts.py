"""Hours, minutes, watts and days as people write them: ``7–9``, ``8h30``, ``250 W``, ``Mon-Fri``.

Read is what has one meaning, whoever reads it; what is refused, is refused with the forms to write. Plain numbers are
read in ``written``.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from plan_pipeline.core.model.vocabulary import Weekday
from plan_pipeline.core.model.written import MAX_CHARACTERS, Number, WholeNumber, in_digits

SHOWN_CHARACTERS: Final = 60

_NUMBER = r"\d+(?:\.\d+|,\d{1,2})?"
_HOURS = r"(?:h|hrs?|hours?)"
_MINUTES = r"(?:m|mins?|minutes?)"
_DURATION = re.compile(
    rf"(?P<clock>\d+):(?P<minutes>[0-5]\d)(?:\s*{_HOURS})?"
    rf"|(?P<hours>\d+)\s*{_HOURS}\s*(?:and\s*)?(?P<more>[0-5]?\d)\s*{_MINUTES}?"
    rf"|(?P<only>{_NUMBER})\s*(?P<unit>{_HOURS}|{_MINUTES})?",
    re.ASCII,
)
_ABOUT = re.compile(r"^(?:~|≈|ca\.?|circa\b|about\b|around\b|roughly\b|approx(?:\.|imately)?)\s*")
_A_WEEK = re.compile(r"\s*(?:(?:/|per|an?|each|every)\s*)?(?:week|wk)$")
_OR_MORE = re.compile(rf"\+(?=\s*{_HOURS}?$)")
_TO = re.compile(r"\s*[-‐‑–—−]\s*|\s+to\s+")

_KM_A_MILE: Final = 1.609344
_M_A_FOOT: Final = 0.3048

_HOURS_FORMS: Final = "write 8, 7.5, 7:30 or 8h30, a range such as 7-9 for its middle, or 10+ for 10 or more"
_MINUTES_FORMS: Final = "write minutes such as 90, or 1:30 or 1h30"

_KM_FORMS: Final = "write 50, 50 km or 30 mi, or a range such as 45-55 for its middle"
_WEEKLY_KM = re.compile(
    rf"(?P<low>{_NUMBER})(?:(?:\s*[-‐‑–—−]\s*|\s+to\s+)(?P<high>{_NUMBER}))?"
    r"\s*(?P<unit>km|kms|k|kilomet(?:er|re)s?|mi|miles?)?",
    re.ASCII,
)

_BETWEEN_DAYS = re.compile(r"\s*[,;/&+]\s*(?:and\s+)?|\s+and\s+|\s+", re.IGNORECASE)
_SEVERAL_DAYS: Final = {"weekdays": "mon-fri", "weekend": "sat-sun", "weekends": "sat-sun", "daily": "mon-sun"}


def _text(value: Any) -> str | None:
    """The text to be read in small letters; ``None`` for a number, and for what is no text."""
    return _spaced(value).casefold() if isinstance(value, str) and isinstance(in_digits(value), str) else None


def _spaced(text: str) -> str:
    """A text with single spaces: the patterns take time for long runs of them."""
    return " ".join(text.split())


def _refused(value: str, what: str) -> ValueError:
    shown = value if len(value) <= SHOWN_CHARACTERS else value[:SHOWN_CHARACTERS] + "…"
    return ValueError(f"{shown!r} {what}")


def _weekly_hours(value: Any) -> Any:
    """Hours, a range as its middle; ``10+`` is 10, the least that is meant, and ``about 8`` is 8."""
    text = _text(value)
    if text is None:
        return value
    text = _A_WEEK.sub("", _ABOUT.sub("", text))
    ends = [_minutes(end, default_unit_min=60) for end in _TO.split(_OR_MORE.sub("", text), maxsplit=2)]
    low, high = ends[0], ends[-1]
    if low is None or high is None or len(ends) > (1 if _OR_MORE.search(text) else 2):
        raise _refused(value, f"is not read as hours; {_HOURS_FORMS}")
    if low > high:
        raise _refused(value, "ends before it begins; write the smaller number first")
    return (low + high) / 2 / 60


def _weekly_kilometres(value: Any) -> Any:
    """Kilometres, a range as its middle, miles where they are named."""
    text = _text(value)
    if text is None:
        return value
    match = _WEEKLY_KM.fullmatch(_A_WEEK.sub("", _ABOUT.sub("", text))) if len(text) <= MAX_CHARACTERS else None
    if match is None:
        raise _refused(value, f"is not read as kilometres; {_KM_FORMS}")
    low = float(match["low"].replace(",", "."))
    high = float((match["high"] or match["low"]).replace(",", "."))
    if low > high:
        raise _refused(value, "ends before it begins; write the smaller number first")
    each_km = _KM_A_MILE if (match["unit"] or "").startswith("mi") else 1.0
    return round((low + high) / 2 * each_km, 1)


def _whole_minutes(value: Any) -> Any:
    text = _text(value)
    if text is None:
        return value
    minutes = _minutes(text, default_unit_min=1)
    if minutes is None:
        raise _refused(value, f"is not read as minutes; {_MINUTES_FORMS}")
    return minutes


def _minutes(text: str, *, default_unit_min: int) -> float | None:
    """The minutes that a text stands for; of a number alone, each is ``default_unit_min``."""
    match = _DURATION.fullmatch(text) if len(text) <= MAX_CHARACTERS else None
    if match is None:
        return None
    if match["only"] is None:
        return 60.0 * int(match["clock"] or match["hours"]) + int(match["minutes"] or match["more"])
    unit = match["unit"]
    each_min = default_unit_min if unit is None else 1 if unit.startswith("m") else 60
    return float(match["only"].replace(",", ".")) * each_min


def _counted_in(example: str, *units: str, converted: Mapping[str, float] = MappingProxyType({})) -> BeforeValidator:
    """Reads a number with or without its unit, and with a decimal comma; ``example`` is what to write.

    ``converted`` are other units that are read, with how many of the first one each is; to a tenth of it.
    """
    form = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>{'|'.join((*units, *converted))})?", re.ASCII)

    def number_of(value: Any) -> Any:
        text = _text(value)
        if text is None:
            return value
        match = form.fullmatch(text) if len(text) <= MAX_CHARACTERS else None
        if match is None:
            raise _refused(value, f"is not a number of {units[0]}; write it like {example}")
        number, unit = match["number"].replace(",", "."), match["unit"]
        return round(float(number) * converted[unit], 1) if unit in converted else number

    return BeforeValidator(number_of)


def separate_days(value: Any) -> Any:
    """The parts of a text that names days or ranges of days; whatever else is given, as it is."""
    if not isinstance(value, str):
        return value
    return [part for part in _BETWEEN_DAYS.split(_TO.sub("-", _spaced(value))) if part]


def days_one_by_one(parts: Any) -> Any:
    """Each day of a list, in which ``Mon-Fri`` is five; what names no day stays as it is."""
    if not isinstance(parts, list | tuple):
        return parts
    return [day for part in parts for day in (_days_in(part) if isinstance(part, str) else [part])]


def _days_in(part: str) -> list[Any]:
    meant = _SEVERAL_DAYS.get(part.strip().casefold(), _spaced(part))
    begins, dash, ends = _TO.sub("-", meant).partition("-")
    first, last = (weekday_or_none(begins), weekday_or_none(ends)) if dash else (None, None)
    if first is None or last is None:
        return [part.strip(" .")]
    week = list(Weekday)
    return week[first.position : last.position + 1] or [*week[first.position :], *week[: last.position + 1]]


def weekday_or_none(value: object) -> Weekday | None:
    """The day that a word names, if it names one."""
    try:
        return Weekday(str(value).strip(" ."))
    except ValueError:
        return None


WeeklyHours = Annotated[Number, BeforeValidator(_weekly_hours)]
WeeklyKilometres = Annotated[Number, BeforeValidator(_weekly_kilometres)]
Minutes = Annotated[WholeNumber, BeforeValidator(_whole_minutes)]
Watts = Annotated[Number, _counted_in("250", "watts", "watt", "w")]
Kilograms = Annotated[Number, _counted_in("70", "kilograms", "kilos", "kilo", "kg")]
BeatsPerMinute = Annotated[WholeNumber, _counted_in("186", "beats a minute", "bpm", "/min")]
Years = Annotated[WholeNumber, _counted_in("41", "years", "yrs", "y")]
Weeks = Annotated[WholeNumber, _counted_in("12", "weeks", "week", "wks", "wk", "w")]
Kilometres = Annotated[
    Number,
    _counted_in(
        "160, or 100 mi",
        *("kilometres", "kilometers", "kms", "km", "k"),
        converted=dict.fromkeys(("miles", "mile", "mi"), _KM_A_MILE),
    ),
]
Celsius = Annotated[Number, _counted_in("28", "°c", "c", "celsius", "degrees")]
Metres = Annotated[
    Number,
    _counted_in(
        "1800, or 5900 ft",
        *("metres", "meters", "m"),
        converted=dict.fromkeys(("feet", "foot", "ft"), _M_A_FOOT),
    ),
]
