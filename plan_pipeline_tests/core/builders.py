"""Library workouts, libraries and random requests for the tests of the planning engine.

Belongs here: builders and Hypothesis strategies. Does not belong here: anything that asserts. Requests and
overview weeks come from ``rules.overviews``, weeks of finished workouts from ``weeks``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from plan_pipeline.config import load_config
from plan_pipeline.core.config.planning_config import PlanningConfig
from plan_pipeline.core.duration.envelope import DayBounds, envelope_of
from plan_pipeline.core.final_plan import Stamp
from plan_pipeline.core.load import workout_load
from plan_pipeline.core.model.request import ArmName, PlanRequest
from plan_pipeline.core.model.steps import Step
from plan_pipeline.core.model.vocabulary import (
    DayKind,
    ExperienceLevel,
    Phase,
    ScalingStrategy,
    SegmentType,
    Sport,
    Weekday,
    WorkoutType,
)
from plan_pipeline.core.model.workout import Library, LibraryWorkout, Series, WorkoutSet
from plan_pipeline.core.pipeline import PlanResult, generate_plan
from plan_pipeline.library import load_library
from plan_pipeline.library.files import library_version
from plan_pipeline_tests.core.rules.overviews import a_request

ROOT = Path(__file__).parents[2]
STAMP = Stamp(generation_id="g-1", generated_at=dt.datetime(2027, 1, 4, 6, tzinfo=dt.UTC), code_version="test")
MONDAY = dt.date(2027, 1, 4)

MANY = settings()
SOME = settings(max_examples=MANY.max_examples // 2)
FEW = settings(max_examples=MANY.max_examples // 4)
"""Random cases, as many as ``conftest.py`` says: for cheap promises, and for those that plan whole weeks."""


@lru_cache(maxsize=1)
def real_library() -> Library:
    """The library that the product comes with."""
    return load_library(ROOT / "workout_library")


@lru_cache(maxsize=1)
def real_config() -> PlanningConfig:
    """The planning configuration that the product comes with."""
    return load_config(ROOT / "config")


def in_force(sport: Sport = Sport.CYCLING) -> tuple[Library, PlanningConfig]:
    """The library and the configuration that the product comes with."""
    return real_library(), real_config()


@lru_cache(maxsize=1)
def small_library() -> Library:
    """A library of a few workouts a type that never changes; the golden plans are made from it."""
    return Library.model_validate_json((ROOT / "plan_pipeline_tests" / "golden" / "library.json").read_bytes())


@lru_cache(maxsize=4)
def workouts_by_id(library: Library) -> dict[str, LibraryWorkout]:
    return {workout.id: workout for workout in library.workouts}


def library_of(*workouts: LibraryWorkout) -> Library:
    return Library(version=library_version(workouts), workouts=workouts)


def without(library: Library, *types: str) -> Library:
    """The library without any workout of some types."""
    left = tuple(w for w in library.workouts if w.type not in types)
    return Library(version=library_version(left), workouts=left)


# --- workouts ------------------------------------------------------------------------------------------------


def step(
    kind: str, minutes: float, low: float | None = 60, high: float | None = None, *, to: tuple[int, int] | None = None
) -> Step:
    """A step; ``to`` is the range its length may move in."""
    return Step(
        type=SegmentType(kind),
        duration_min=minutes,
        power_low_pct=low,
        power_high_pct=low if high is None else high,
        duration_range_min=to,
    )


def a_set(repeat: int, *steps: Step, to: tuple[int, int] | None = None) -> WorkoutSet:
    return WorkoutSet(repeat=repeat, repeat_range=to, steps=steps)


def library_workout(
    *parts: Step | WorkoutSet,
    id: str = "work_1",
    kind: str = "endurance",
    strategy: str = "extend_main",
    series: tuple[str, int] | None = None,
    phases: Iterable[str] = tuple(Phase),
    days: Iterable[str] = tuple(DayKind),
    extensible: bool | None = None,
) -> LibraryWorkout:
    """A library workout of the given parts, whose stated minutes and TSS are what they give."""
    draft = LibraryWorkout(
        id=id,
        name=id.replace("_", " ").capitalize(),
        type=WorkoutType(kind),
        purpose="Get fitter.",
        description="Ride as written.",
        suitable_phases=tuple(Phase(phase) for phase in phases),
        suitable_days=tuple(DayKind(day) for day in days),
        series=Series(id=series[0], level=series[1]) if series else None,
        extensible=strategy != "fixed" if extensible is None else extensible,
        duration_scaling_strategy=ScalingStrategy(strategy),
        duration_min=1,
        tss=0,
        parts=parts,
    )
    return draft.model_copy(update={"duration_min": draft.parts_duration_min, "tss": workout_load(draft.segments).tss})


def endurance_ride(minutes: int, to: tuple[int, int], *, id: str = "ride_1", kind: str = "endurance") -> LibraryWorkout:
    """One steady block in zone 2 that may be as long as ``to`` says."""
    return library_workout(step("endurance", minutes, 65, to=to), id=id, kind=kind)


def day(kind: str, weekday: str, cap_min: int = 24 * 60, library: Library | None = None) -> DayBounds:
    """What a day of a type can have with a library, the product's own if none is named."""
    bounds = envelope_of(library or real_library(), real_config()).bounds(WorkoutType(kind), Weekday(weekday), cap_min)
    assert bounds is not None
    return bounds


# --- plans ---------------------------------------------------------------------------------------------------


def rider(hours: float, days: str | list[str], caps: dict[str, int] | None = None, **plan: Any) -> PlanRequest:
    """A request with no event unless one is given: hours and days, then whatever differs."""
    availability = {"hours_per_week": hours, "week_days": days, "max_minutes": caps or {}}
    return a_request(availability=availability, **{"event": None, "weeks": 12, **plan})


def in_arm(request: PlanRequest, arm: ArmName) -> PlanRequest:
    return request.model_copy(update={"options": request.options.model_copy(update={"duration": arm})})


def seeded(request: PlanRequest, seed: int) -> PlanRequest:
    return request.model_copy(update={"options": request.options.model_copy(update={"seed": seed})})


def planned(request: PlanRequest, library: Library | None = None) -> PlanResult:
    return generate_plan(request, library or small_library(), real_config(), stamp=STAMP)


# --- random ones ---------------------------------------------------------------------------------------------

_EASY = st.integers(40, 75)
_HARD = st.integers(76, 150)


@st.composite
def easy_blocks(draw: st.DrawFn) -> Step:
    """A block in zones 1 and 2, with or without a range, of whole or half minutes."""
    minutes = draw(st.integers(4, 60)) / draw(st.sampled_from((1, 1, 1, 2)))
    low = draw(_EASY)
    kind = draw(st.sampled_from(("warmup", "endurance", "steady", "recovery", "cooldown")))
    span = (max(1, int(minutes) - draw(st.integers(0, 20))), int(minutes) + 1 + draw(st.integers(0, 60)))
    return step(kind, minutes, low, draw(st.integers(low, 75)), to=draw(st.sampled_from((span, span, None))))


@st.composite
def interval_sets(draw: st.DrawFn) -> WorkoutSet:
    """Work and rest, repeated; lengths in halves of a minute."""
    work, rest = draw(st.integers(1, 40)) / 2, draw(st.integers(1, 16)) / 2
    repeat = draw(st.integers(1, 8))
    span = (max(1, repeat - draw(st.integers(0, 3))), repeat + draw(st.integers(0, 4)))
    steps = (step("interval", work, draw(_HARD)), step("recovery", rest, 50))
    return a_set(repeat, *steps, to=draw(st.sampled_from((span, span, None))))


@st.composite
def library_workouts(draw: st.DrawFn) -> LibraryWorkout:
    """Any workout the library could hold: easy blocks, hard steps and sets in any order, any strategy."""
    hard_steps = st.builds(lambda minutes, pct: step("tempo", minutes, pct), st.integers(2, 40), _HARD)
    parts = draw(st.lists(easy_blocks() | interval_sets() | hard_steps, min_size=1, max_size=5))
    strategy = draw(st.sampled_from(ScalingStrategy))
    return library_workout(*parts, strategy=strategy, kind=draw(st.sampled_from(("endurance", "threshold"))))


@st.composite
def requests(draw: st.DrawFn, weeks: st.SearchStrategy[int] | None = None) -> PlanRequest:
    """Any valid request over the whole grid of length, event, experience, age, days, caps and hours."""
    total = draw(weeks or st.integers(4, 24))
    days = draw(st.sets(st.sampled_from(Weekday), min_size=1))
    caps = draw(st.dictionaries(st.sampled_from(sorted(days)), st.sampled_from((0, 20, 30, 45, 60, 75, 90, 120, 240)),
                                max_size=3))  # fmt: skip
    event_day = draw(st.none() | st.integers(0, 6))
    event = None if event_day is None else {"date": MONDAY + dt.timedelta(weeks=total - 1, days=event_day)}
    athlete = {
        "age": draw(st.sampled_from((None, 25, 40, 41, 60))),
        "experience_level": draw(st.sampled_from(ExperienceLevel)),
    }
    return rider(
        draw(st.integers(4, 40)) / 2,
        sorted(days),
        {str(day): cap for day, cap in caps.items()},
        weeks=total,
        event=event,
        start_date=draw(st.sampled_from((None, MONDAY))),
        athlete=athlete,
        options={"seed": draw(st.integers(0, 99))},
    )
