"""What paces a runner trains and races at, from a race, a test or a threshold pace, with what speaks against them."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from plan_pipeline.core.model.frozen import Frozen
from plan_pipeline.core.paces.riegel import MarathonOutlook, goal_reach, marathon_outlook, staleness
from plan_pipeline.core.paces.text import Units, distance_text, pace_text, read_effort, read_pace, read_race, time_text
from plan_pipeline.core.paces.threshold import (
    CriticalSpeed,
    Threshold,
    critical_speed,
    is_critical_effort,
    threshold_from_critical_speed,
    threshold_from_pace,
    threshold_from_race,
    threshold_from_test,
)
from plan_pipeline.core.paces.training import PaceName, TrainingPace, training_paces
from plan_pipeline.core.paces.vdot import SLOW_VDOT, Effort, RaceDistance, race_time_s, vdot_of

EQUIVALENTS: Final = (
    RaceDistance.FIVE_K,
    RaceDistance.TEN_K,
    RaceDistance.HALF_MARATHON,
    RaceDistance.MARATHON,
)
"""Races that times are given for."""

USUAL_WEEKS: Final = 12
"""Weeks to a goal where nothing is said: the length that there are plans of for every distance (convention)."""

_DANIELS: Final = {
    PaceName.EASY: "62–70 % of VDOT, Daniels",
    PaceName.MARATHON: "as raced, Daniels & Gilbert 1979",
    PaceName.THRESHOLD: "88 % of VDOT, Daniels",
    PaceName.INTERVAL: "97.5 % of VDOT, Daniels",
    PaceName.REPETITION: "interval less 6 s per 400 m, Daniels",
}
_DIGITS_OF_SPEED: Final = 6
"""Decimals of speeds in m/s, from which every pace is written as from the speed itself."""

_RACES: Final = "Daniels & Gilbert 1979"
_OUTLOOK: Final = "exponent 1.15 from the half on, Fetcheveryone"
_CORRECTION: Final = (
    f"below VDOT {SLOW_VDOT:g} easy, threshold, interval and repetition pace follow a corrected VDOT, faster than the "
    "formula's own, and so do percentages of the threshold speed (StrideIQ, as vdoto2.com; convention)"
)


class PaceQuestionError(ValueError):
    """What was asked cannot be answered: the field that is wrong, and what to do about it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class PaceQuestion(NamedTuple):
    """What is known of a runner, as people write it; one of ``race``, ``test`` and ``threshold_pace``.

    Two or more races that are all of 2 to 20 minutes are taken for critical speed; of others the best VDOT counts.
    ``date`` is the day of the race or test, ``weeks`` those until the goal, ``weekly_km`` the mean of the last four.
    """

    race: Sequence[str] = ()
    test: str | None = None
    threshold_pace: str | None = None
    date: dt.date | None = None
    goal: str | None = None
    weeks: int = USUAL_WEEKS
    weekly_km: float | None = None
    units: Units = Units.KM


class PaceRange(Frozen):
    """A pace from its slow to its fast end, which are the same where it is not a range."""

    slow_s_per_km: float
    fast_s_per_km: float
    slow: str
    fast: str
    slow_m_s: float
    fast_m_s: float
    slow_pct: float
    fast_pct: float


class Outlook(Frozen):
    """Marathon times in seconds: by Riegel, on little training, and the one that the weekly kilometres speak for."""

    riegel_s: float
    low_volume_s: float
    expected_s: float | None


class Critical(Frozen):
    """Critical speed, m/s, and D′, m."""

    speed_m_s: float
    d_prime_m: float


class Goal(Frozen):
    """A goal: the race, its metres and seconds, the VDOT it takes, and its speed as % of the threshold speed."""

    race: str
    distance_m: float
    time_s: float
    vdot: float
    pct: float


class PaceReport(Frozen):
    """The answer. Times are seconds to 0.1, speeds m/s, percentages are of the threshold speed.

    Texts are in the units that were asked for.
    """

    vdot: float
    threshold_pace_s_per_km: float
    threshold_pace: str
    threshold_speed_m_s: float
    based_on: str
    units: Units
    equivalent_s: dict[str, float]
    equivalent_pct: dict[str, float]
    paces: dict[str, PaceRange]
    marathon_outlook: Outlook | None
    critical_speed: Critical | None
    goal: Goal | None
    sources: dict[str, str]
    warnings: tuple[str, ...]


class _Basis(NamedTuple):
    """The threshold, the effort that the marathon is judged by, what both rest on, and remarks on it."""

    threshold: Threshold
    effort: Effort
    words: str
    critical: CriticalSpeed | None = None
    remarks: tuple[str, ...] = ()


def paces_of(question: PaceQuestion, today: dt.date) -> PaceReport:
    """Paces, equivalent race times and warnings. Raises ``PaceQuestionError`` for what cannot be read or used."""
    basis = _basis_of(question)
    with _problem_of("weekly_km"):
        outlook = marathon_outlook(*basis.effort, question.weekly_km)
    goal = _goal_of(question, basis.threshold)
    threshold, vdot = basis.threshold, basis.threshold.vdot
    return PaceReport(
        vdot=round(vdot, 2),
        threshold_pace_s_per_km=round(1000 / threshold.speed_m_s, 1),
        threshold_pace=pace_text(threshold.speed_m_s, question.units),
        threshold_speed_m_s=round(threshold.speed_m_s, _DIGITS_OF_SPEED),
        based_on=basis.words,
        units=question.units,
        equivalent_s={each.value: round(race_time_s(each.metres, vdot), 1) for each in EQUIVALENTS},
        equivalent_pct={
            each.value: _pct(each.metres / race_time_s(each.metres, vdot), threshold) for each in EQUIVALENTS
        },
        paces={pace.name.value: _range_of(pace, threshold, question.units) for pace in _paces(threshold)},
        marathon_outlook=_rounded(outlook),
        critical_speed=_critical(basis.critical),
        goal=goal,
        sources=_sources(threshold, outlook),
        warnings=tuple(_warnings(question, basis, outlook, today)),
    )


def _basis_of(question: PaceQuestion) -> _Basis:
    given = {"race": question.race, "test": question.test, "threshold_pace": question.threshold_pace}
    named = [name for name, value in given.items() if value]
    if len(named) != 1:
        forms = 'a race ("10 km 41:20"), a test ("30 min 7.2 km") or a threshold pace (4:15/km)'
        raise PaceQuestionError(named[1] if named else "race", f"paces follow from one of three; give {forms}")
    with _problem_of(named[0]):
        if question.race:
            return _of_races([read_race(text) for text in question.race], question.units)
        if question.test:
            test = read_effort(question.test)
            return _of_threshold(threshold_from_test(*test), f"a test of {_effort_text(test, question.units)}")
        speed = read_pace(question.threshold_pace or "", question.units)
        return _of_threshold(threshold_from_pace(speed), f"a threshold pace of {pace_text(speed, question.units)}")


def _of_races(races: Sequence[Effort], units: Units) -> _Basis:
    if len(races) > 1 and all(is_critical_effort(race.time_s) for race in races):
        critical = critical_speed(races)
        efforts = ", ".join(_effort_text(race, units) for race in races)
        words = f"critical speed of {pace_text(critical.speed_m_s, units)}, from {efforts}"
        return _of_threshold(threshold_from_critical_speed(critical), words)._replace(critical=critical)
    best, *others = sorted(races, key=lambda race: vdot_of(*race), reverse=True)
    remarks = [
        f"{_effort_text(race, units)} is VDOT {vdot_of(*race):.2f}; paces follow the better race" for race in others
    ]
    return _Basis(threshold_from_race(*best), best, _effort_text(best, units), remarks=tuple(remarks))


def _of_threshold(threshold: Threshold, words: str) -> _Basis:
    """A basis without a race: the marathon is judged by the half marathon that the VDOT stands for."""
    half_m = RaceDistance.HALF_MARATHON.metres
    return _Basis(threshold, Effort(half_m, race_time_s(half_m, threshold.vdot)), words)


def _goal_of(question: PaceQuestion, threshold: Threshold) -> Goal | None:
    if question.goal is None:
        return None
    with _problem_of("goal"):
        wanted = read_race(question.goal)
        return Goal(
            race=distance_text(wanted.distance_m, question.units),
            distance_m=round(wanted.distance_m, 1),
            time_s=round(wanted.time_s, 1),
            vdot=round(vdot_of(*wanted), 2),
            pct=_pct(wanted.speed_m_s, threshold),
        )


def _warnings(question: PaceQuestion, basis: _Basis, outlook: MarathonOutlook | None, today: dt.date) -> Iterator[str]:
    yield from basis.remarks
    if basis.threshold.vdot < SLOW_VDOT:
        yield _CORRECTION
    if question.date is not None:
        with _problem_of("date"):
            old = staleness(question.date, today)
        if old:
            yield old
    if question.goal is not None:
        wanted = read_race(question.goal)
        with _problem_of("weeks"):
            reach = goal_reach(*wanted, basis.threshold.vdot, question.weeks)
        if reach:
            yield reach
    if outlook is not None:
        yield outlook.warning


def _paces(threshold: Threshold) -> Iterator[TrainingPace]:
    """Training paces, with the threshold as it was found: a stated pace is not moved by the digits of its VDOT."""
    for pace in training_paces(threshold.vdot):
        is_threshold = pace.name is PaceName.THRESHOLD
        yield TrainingPace(pace.name, threshold.speed_m_s, threshold.speed_m_s) if is_threshold else pace


def _range_of(pace: TrainingPace, threshold: Threshold, units: Units) -> PaceRange:
    return PaceRange(
        slow_s_per_km=round(1000 / pace.slow_m_s, 1),
        fast_s_per_km=round(1000 / pace.fast_m_s, 1),
        slow=pace_text(pace.slow_m_s, units),
        fast=pace_text(pace.fast_m_s, units),
        slow_m_s=round(pace.slow_m_s, _DIGITS_OF_SPEED),
        fast_m_s=round(pace.fast_m_s, _DIGITS_OF_SPEED),
        slow_pct=_pct(pace.slow_m_s, threshold),
        fast_pct=_pct(pace.fast_m_s, threshold),
    )


def _sources(threshold: Threshold, outlook: MarathonOutlook | None) -> Mapping[str, str]:
    of_vdot = "of corrected VDOT" if threshold.vdot < SLOW_VDOT else "of VDOT"
    paces = {name.value: source.replace("of VDOT", of_vdot) for name, source in _DANIELS.items()}
    return {
        "vdot": "Daniels & Gilbert 1979",
        "threshold_pace": threshold.method.source,
        **paces,
        "equivalent_s": _RACES,
        **({"marathon_outlook": _OUTLOOK} if outlook else {}),
    }


def _pct(speed_m_s: float, threshold: Threshold) -> float:
    return round(100 * speed_m_s / threshold.speed_m_s, 1)


def _rounded(outlook: MarathonOutlook | None) -> Outlook | None:
    if outlook is None:
        return None
    expected_s = None if outlook.expected_s is None else round(outlook.expected_s, 1)
    return Outlook(
        riegel_s=round(outlook.riegel_s, 1), low_volume_s=round(outlook.low_volume_s, 1), expected_s=expected_s
    )


def _critical(critical: CriticalSpeed | None) -> Critical | None:
    if critical is None:
        return None
    return Critical(speed_m_s=round(critical.speed_m_s, 3), d_prime_m=round(critical.d_prime_m, 1))


def _effort_text(effort: Effort, units: Units) -> str:
    return f"{distance_text(effort.distance_m, units)} in {time_text(effort.time_s)}"


@contextmanager
def _problem_of(field: str) -> Iterator[None]:
    """What cannot be used within the block is a problem of a field."""
    try:
        yield
    except PaceQuestionError:
        raise
    except ValueError as error:
        raise PaceQuestionError(field, str(error)) from None
