"""What the words of a published running plan mean: rest, a race, other training, or a run of a kind.

Published plans say in a few words what a day is for (``LT 8 mi with 4 mi at LT pace``). What they say of intensity is
read as shares of threshold speed, and what they leave open is what such sessions usually hold.
"""

import re
from typing import Final, NamedTuple

from plan_pipeline.core.model.vocabulary import WorkoutType
from plan_pipeline.core.paces.vdot import METRES_A_MILE

KM_A_MILE: Final = METRES_A_MILE / 1000

EASY_PCT: Final = 78.0
FLOAT_PCT: Final = 72.0
"""Easy running, and what is jogged between repeats, % of threshold speed."""

RACE_PCTS: Final = {"3k": 109.0, "5k": 106.5, "10k": 102.5, "hm": 98.0, "hmp": 98.0, "lt": 98.0, "mp": 94.5}
"""Race paces of a runner of VDOT 50, % of threshold speed, of which published plans take shares."""


class Work(NamedTuple):
    """The work that a session of a kind usually holds: repeats of minutes, % of threshold speed, minutes between."""

    repeats: int
    minutes: float
    pct: float
    rest_min: float


USUAL_WORK: Final = {
    WorkoutType.HILLS: Work(10, 1, 107, 1.5),
    WorkoutType.REPETITION: Work(8, 0.8, 114, 1.6),
    WorkoutType.VO2MAX: Work(5, 3, 107, 2),
    WorkoutType.RACE_PACE: Work(4, 4.5, 103, 2),
    WorkoutType.THRESHOLD: Work(2, 10, 98, 2),
    WorkoutType.MARATHON_PACE: Work(1, 40, 94.5, 0),
    WorkoutType.PROGRESSIVE: Work(1, 20, 88, 0),
    WorkoutType.STEADY: Work(1, 30, 88, 0),
}

STRIDES: Final = Work(6, 1 / 3, 116, 1)

_KINDS_FROM_PCT: Final = (
    (112.0, WorkoutType.REPETITION),
    (106.0, WorkoutType.VO2MAX),
    (102.0, WorkoutType.RACE_PACE),
    (96.0, WorkoutType.THRESHOLD),
    (92.0, WorkoutType.MARATHON_PACE),
    (84.0, WorkoutType.STEADY),
    (0.0, WorkoutType.EASY),
)

_REST = re.compile(r"^\W*(rest|off|day off|no run)\b")
_A_RUN_AS_WELL = re.compile(r"\bor\b.*(easy|run|\{)")
_RACE = re.compile(
    r"\b(race|race day|tune-up|plan ends)\b(?![ -]?(pace|effort|week|simulation|day prep))"
    r"|^\W*(half[ -])?marathon\b(?![ -]?(pace|simulation|specific))"
)
_OTHER = re.compile(r"\b(cross|x-train|bike|cycling|swim|elliptical|strength|yoga|stretch|walk)\b")
_RUNS = re.compile(r"\b(run|jog)\b")
_STRIDES = re.compile(
    r"(\d+ sets? of )?\d+ ?[x×] ?\d+ ?(m|metres|sec|s)?\.? (uphill|hill sprints?|strides?)( followed by| \+)?"
)
_SHARE = re.compile(r"(\d{2,3})(?:\s?[–-]\s?(\d{2,3}))?\s?% (?:of )?(3k|5k|10k|hmp?|lt|mp)\b")
_AT_RACE_PACE = r"(?:lt|mp|hmp?|half|marathon|goal|10k|5k|3k)"
_WORK = re.compile(
    r"(?:(?P<repeats>\d+)\s?[x×]\s?)?\{?(?P<low>\d+(?:\.\d+)?)(?:-(?P<high>\d+(?:\.\d+)?))?(?::[\d.-]+)?\}?\s*"
    rf"(?P<unit>miles?|mi|km|k|m)?\s*(?:tempo\s*)?(?:@|at)\s*{_AT_RACE_PACE}"
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_MINUTES = re.compile(r"\b(\d{2,3}) ?min(?:utes)?\b")
_KINDS: Final = (
    (WorkoutType.HILLS, re.compile(r"\bhill (repeat|rep|interval)|[x×] ?hills?\b|uphill")),
    (WorkoutType.REPETITION, re.compile(r"mile race pace|\brepetitions?\b|\b1500\b")),
    (WorkoutType.VO2MAX, re.compile(r"\bv\W?o\W?[2₂]|\b3-?k\b|\b5-?k\b|\bintervals?\b(?! time| recovery)")),
    (WorkoutType.RACE_PACE, re.compile(r"\b10-?k\b")),
    (WorkoutType.VO2MAX, re.compile(r"[x×] ?([468]00|1[026]00)( ?m)?$")),
    (WorkoutType.THRESHOLD, re.compile(r"\blt\b|lactate|threshold|cruise|\bhmp?\b|half[- ]marathon (race )?pace")),
    (WorkoutType.MARATHON_PACE, re.compile(r"\bmp\b|marathon[- ]pace|\bpace\b")),
    (WorkoutType.THRESHOLD, re.compile(r"\btempo\b")),
    (WorkoutType.PROGRESSIVE, re.compile(r"progression|cut-?down|fast finish|fartlek|surges|simulation")),
    (WorkoutType.STEADY, re.compile(r"\bsteady\b|\bmoderate\b")),
    (WorkoutType.RECOVERY, re.compile(r"\brecovery\b|very easy|shakeout")),
)


class Meaning(NamedTuple):
    """What a day's words say. ``kind`` is rest, other training or a run's; a race is told beside it.

    ``minutes`` are those that are named, ``work_km`` what each of ``repeats`` has at the kind's intensity where that
    is said.
    """

    kind: WorkoutType
    is_race: bool = False
    has_strides: bool = False
    minutes: float | None = None
    work_km: float | None = None
    repeats: int = 1


def meaning_of(title: str, description: str, *, miles: bool, is_measured: bool) -> Meaning:
    """What a title and a description say of a day; distances without a unit are miles or kilometres.

    Rest with something else to choose is rest, unless the day ``is_measured``: has a distance or minutes.
    """
    name = " ".join(title.lower().split())
    named = _MINUTES.search(name)
    minutes = float(named[1]) if named else None
    if not name or (_REST.search(name) and not (is_measured and _A_RUN_AS_WELL.search(name))):
        return Meaning(WorkoutType.REST)
    if _RACE.search(name):
        return Meaning(WorkoutType.RACE_PACE, is_race=True, minutes=minutes)
    if _OTHER.search(name) and not _RUNS.search(name):
        return Meaning(WorkoutType.CROSS_TRAINING, minutes=minutes)
    said = _THOUSANDS.sub("", " ".join(f"{title} {description}".lower().split()))
    rest = _STRIDES.sub(" ", said)
    kind = _kind_of(rest)
    work_km, repeats = _work_km(rest, miles)
    return Meaning(
        kind,
        has_strides=rest != said or "stride" in said,
        minutes=minutes if kind in _WITHOUT_WORK else None,
        work_km=work_km,
        repeats=repeats,
    )


_WITHOUT_WORK: Final = (WorkoutType.EASY, WorkoutType.RECOVERY, WorkoutType.STEADY)


def _kind_of(said: str) -> WorkoutType:
    shares = [float(high or low) / 100 * RACE_PCTS[race] for low, high, race in _SHARE.findall(said)]
    if shares:
        return next(kind for from_pct, kind in _KINDS_FROM_PCT if max(shares) >= from_pct)
    return next((kind for kind, words in _KINDS if words.search(said)), WorkoutType.EASY)


def _work_km(said: str, miles: bool) -> tuple[float | None, int]:
    """Kilometres of each repeat at a pace that is named, and how many there are."""
    found = _WORK.search(said)
    if found is None:
        return None, 1
    unit = found["unit"] or ("mi" if miles else "km")
    km_a_unit = 0.001 if unit == "m" else 1.0 if unit in ("km", "k") else KM_A_MILE
    return float(found["high"] or found["low"]) * km_a_unit, int(found["repeats"] or 1)
