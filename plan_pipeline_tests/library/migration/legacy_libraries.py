"""Libraries of schema 1.x for the tests: sound ones by the hundred from a seed, and every gap that real ones have.

Belongs here: what old libraries look like. Does not belong here: assertions.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Workout = dict[str, Any]

WORK = {
    "tempo": ((12, 15, 20, 25), (78, 88), (2, 4)),
    "sweet_spot": ((8, 10, 12, 15, 20), (88, 94), (2, 4)),
    "threshold": ((5, 8, 10, 12, 15), (95, 104), (2, 5)),
    "vo2max": ((2, 3, 4), (108, 118), (3, 6)),
    "anaerobic": ((0.5, 0.75, 1), (125, 150), (4, 10)),
}
"""Minutes of an effort, % of threshold, and how many: the ranges that coaches write them in."""

EASY = ("endurance", "endurance", "endurance", "recovery", "mixed")
PHASES = ["Foundation", "Build", "Peak", "Recovery", "Taper"]


def flat(kind: str, minutes: float, low: float, high: float, **more: Any) -> dict[str, Any]:
    return {"type": kind, "duration_min": minutes, "power_low_pct": low, "power_high_pct": high, **more}


def a_set(count: int, work: dict[str, Any], recovery: dict[str, Any] | None) -> dict[str, Any]:
    return {"type": "interval", "sets": count, "work": work, "recovery": recovery}


def workout(workout_id: str = "thr_classic", **changes: Any) -> Workout:
    """Three times ten minutes at threshold, as an old library states it in full."""
    return {
        "id": workout_id,
        "name": "Classic threshold",
        "type": "threshold",
        "intensity": "hard",
        "description": "Three blocks at threshold.",
        "detailed_description": "Warm up well, hold each block evenly, and spin between them.",
        "suitable_phases": ["Build", "Peak"],
        "suitable_weekdays": ["Tuesday", "Thursday"],
        "segments": [
            flat("warmup", 15, 50, 70),
            a_set(
                3,
                {"duration_min": 10, "power_low_pct": 97, "power_high_pct": 97},
                {"duration_min": 5, "power_low_pct": 55, "power_high_pct": 55},
            ),
            flat("cooldown", 10, 45, 55),
        ],
        "base_duration_min": 70,
        "base_tss": 75,
        "variable_components": {
            "adjustable_field": "sets",
            "min_value": 2,
            "max_value": 4,
            "tss_per_unit": 18,
            "duration_per_unit_min": 15,
        },
        **changes,
    }


def endurance(workout_id: str = "end_ninety", minutes: float = 70, power: float = 66, **changes: Any) -> Workout:
    """A steady ride with warm-up and cool-down, and nothing that the format lets it leave out."""
    segments = [flat("warmup", 10, 50, 62), flat("steady", minutes, power, power), flat("cooldown", 10, 45, 55)]
    return {"id": workout_id, "name": "Steady ride", "type": "endurance", "segments": segments, **changes}


def library(*workouts: Any, **changes: Any) -> dict[str, Any]:
    return {"version": "1.2", "description": "An old library", "workouts": list(workouts), **changes}


def legacy_library(seed: int, workouts: int = 220, *, gaps: bool = True) -> dict[str, Any]:
    """A library as they are found: over half of the workouts lack phases and weekdays, and with ``gaps`` each of
    ``GAPS`` is in it at least once.
    """
    rng = random.Random(seed)
    entries: list[Any] = [_workout(rng, number) for number in range(workouts)]
    if gaps:
        for gap in GAPS:
            at = rng.randrange(len(entries))
            while not isinstance(entries[at], dict) or "segments" not in entries[at]:
                at = rng.randrange(len(entries))
            entries.insert(rng.randrange(len(entries)), gap(_workout(rng, len(entries)), entries[at]))
    return library(*entries, source_name="club archive", exported_at="2024-03-01")


def _workout(rng: random.Random, number: int) -> Workout:
    kind = rng.choice([*WORK, *EASY])
    entry: Workout = {
        "id": f"{kind}_{number:03d}",
        "name": f"{kind.replace('_', ' ').title()} {number}",
        "type": kind,
        "intensity": "easy" if kind in EASY else "hard",
    }
    entry |= _intervals(rng, kind) if kind in WORK else _ride(rng, kind)
    minutes = sum(_minutes(segment) for segment in entry["segments"])
    entry["base_duration_min"] = minutes if rng.random() < 0.8 else minutes + rng.choice([-10, 5, 12])
    entry["base_tss"] = round(minutes * rng.uniform(0.6, 1.2), 1)
    if rng.random() < 0.4:
        entry["suitable_phases"] = rng.sample(PHASES, rng.randint(1, 4))
        entry["suitable_weekdays"] = rng.sample(["Monday", "Tuesday", "Thursday", "Saturday", "Sunday"], 2)
    if rng.random() < 0.5:
        entry["detailed_description"] = f"How to ride workout {number}, in full."
    if rng.random() < 0.7:
        entry["description"] = f"Workout {number} in short."
    if rng.random() < 0.2:
        entry |= {"source_file": "old.zwo", "source_format": "zwo"}
    return entry


def _intervals(rng: random.Random, kind: str) -> Workout:
    lengths, (low, high), (fewest, most) = WORK[kind]
    minutes, power, count = rng.choice(lengths), rng.randint(low, high), rng.randint(fewest, most)
    rest = rng.choice([2, 3, 4, 5]) if minutes > 1 else rng.choice([3, 4])
    work = {"duration_min": minutes, "power_low_pct": power, "power_high_pct": power, "description": "Hold it"}
    recovery = {"duration_min": rest, "power_low_pct": 50, "power_high_pct": 55, "description": "Spin"}
    if rng.random() < 0.3:
        pairs = ({"type": "interval", **work}, {"type": "recovery", **recovery})
        main = [
            {**step, "description": f"{step['description']} {i} of {count}"}
            for i in range(1, count + 1)
            for step in pairs
        ]
    else:
        main = [a_set(count, work, recovery)]
    segments = [
        flat("warmup", rng.choice([10, 12, 15]), 50, 70),
        *main,
        flat("cooldown", rng.choice([5, 8, 10]), 45, 55),
    ]
    found: Workout = {"segments": segments}
    if rng.random() < 0.8:
        component = {"adjustable_field": "sets", "min_value": max(1, count - 1), "max_value": count + 2}
        found["variable_components"] = component | rng.choice(
            [{}, {"tss_per_unit": None}, {"tss_per_unit": 12.5, "duration_per_unit_min": minutes + rest}]
        )
    return found


def _ride(rng: random.Random, kind: str) -> Workout:
    if kind == "recovery":
        segments = [flat("recovery", rng.choice([30, 35, 40, 45, 50, 60]), rng.randint(40, 48), rng.randint(50, 58))]
    else:
        minutes, power = rng.choice([40, 50, 60, 75, 90, 120, 150, 180, 240]), rng.randint(58, 74)
        segments = [flat("warmup", 10, 45, 60), flat(rng.choice(["steady", "endurance"]), minutes, power - 3, power)]
        if kind == "mixed":
            segments += [flat("tempo", rng.choice([10, 15, 20]), rng.randint(77, 80), rng.randint(82, 88))]
        segments += [flat("cooldown", 10, 40, 55)]
    found: Workout = {"segments": segments}
    total = sum(map(_minutes, segments))
    if rng.random() < 0.5:
        limits = {"min_value": round(total * 0.7), "max_value": round(total * 1.4)}
        found["variable_components"] = {"adjustable_field": "duration", **limits, "duration_per_unit_min": None}
    return found


def _minutes(segment: dict[str, Any]) -> float:
    if "sets" in segment:
        return float(segment["sets"] * (segment["work"]["duration_min"] + segment["recovery"]["duration_min"]))
    return float(segment["duration_min"])


def _in_first_segment(**changes: Any) -> Callable[[Workout, Workout], Any]:
    return lambda fresh, _: {**fresh, "segments": [{**fresh["segments"][0], **changes}, *fresh["segments"][1:]]}


def _changed(**changes: Any) -> Callable[[Workout, Workout], Any]:
    return lambda fresh, _: {**fresh, **changes}


def _without(*fields: str) -> Callable[[Workout, Workout], Any]:
    return lambda fresh, _: {field: value for field, value in fresh.items() if field not in fields}


GAPS: tuple[Callable[[Workout, Workout], Any], ...] = (
    _without("suitable_phases", "suitable_weekdays"),
    _changed(suitable_phases=[], suitable_weekdays=[]),
    _changed(suitable_phases=["Offseason", "Build"], suitable_weekdays="Someday, Saturday"),
    _changed(suitable_phases="Foundation, Build", suitable_weekdays=["weekend"]),
    _changed(suitable_phases=7, suitable_weekdays={"a": 1}),
    _changed(weekday="Sunday", suitable_weekdays=None),
    _changed(variable_components=None),
    _changed(variable_components={}),
    _changed(variable_components="sets"),
    _changed(variable_components=["sets"]),
    _changed(variable_components={"adjustable_field": "sets"}),
    _changed(variable_components={"adjustable_field": "sets", "min_value": 9, "max_value": 2}),
    _changed(
        variable_components={"adjustable_field": "sets", "min_value": "2", "max_value": "6", "tss_per_unit": None}
    ),
    _changed(variable_components={"adjustable_field": "sets", "min_value": 20, "max_value": 500}),
    _changed(variable_components={"adjustable_field": "duration", "min_value": None, "max_value": 90}),
    _changed(variable_components={"adjustable_field": "duration", "min_value": -30, "max_value": 9999}),
    _changed(variable_components={"adjustable_field": "power", "min_value": 90, "max_value": 100}),
    _changed(base_duration_min=1, base_tss=999),
    _changed(base_duration_min="75 min", base_tss="60"),
    _changed(base_duration_min="long", base_tss=None),
    _changed(base_duration_min=-5, base_tss=True),
    _changed(extra={"nested": [1, {"deep": None}]}, tags=["a"], source_url="http://example.org"),
    _without("id"),
    _without("name"),
    _without("type"),
    _changed(id=17),
    _changed(id=""),
    _changed(id=None, name=None),
    _changed(id="Ünïcode – Ride #1!"),
    _changed(id="AB"),
    _changed(id="x" * 300),
    _changed(id=["a", "list"]),
    _changed(id="../../etc/passwd"),
    _changed(id="two\nlines"),
    lambda fresh, other: {**fresh, "id": other["id"]},
    lambda _, other: dict(other),
    lambda fresh, other: {**other, "id": f"{fresh['id']}_twin", "name": "The same again"},
    _changed(type="sprint"),
    _changed(type="Sweet Spot"),
    _changed(type="sweetspot"),
    _changed(type="long_ride"),
    _changed(type="brick"),
    _changed(type="rest"),
    _changed(type=4),
    _changed(type=None),
    _changed(name=12, description=["no", "text"], detailed_description={"a": 1}),
    _changed(name="\ud800 broken \x00 text \u2028 here", description="- [yaml: {looks} | like: this"),
    _changed(name="no", description="12:30", detailed_description="null"),
    _changed(name="n" * 10_000, description="d" * 100_000),
    _changed(segments=[]),
    _changed(segments=None),
    _changed(segments={}),
    _changed(segments="warmup"),
    _changed(segments=[None]),
    _changed(segments=[{}]),
    _changed(segments=[[]]),
    _changed(segments=[{"type": "interval", "sets": 3}]),
    _changed(segments=[{"type": "interval", "sets": 3, "work": {}, "recovery": {}}]),
    _changed(segments=[{"type": "interval", "sets": 0, "work": {"duration_min": 5, "power_low_pct": 95}}]),
    _changed(segments=[{"type": "interval", "sets": 1e9, "work": {"duration_min": 5, "power_low_pct": 95}}]),
    _changed(segments=[{"type": "interval", "sets": "4", "work": {"duration_min": "5", "power_low_pct": "95 %"}}]),
    _changed(segments=[a_set(3, {"duration_min": 8, "power_low_pct": 98}, None)]),
    _changed(segments=[flat("interval", 60, 140, 140)], type="vo2max"),
    _changed(segments=[flat("endurance", 0.5, 60, 60)] * 2000),
    _changed(segments=[flat("steady", 60, 0.65, 0.7)]),
    _changed(segments=[flat("steady", 100_000, 60, 60)]),
    _changed(type="strength", segments=[{"type": "strength", "duration_min": 20}], variable_components=None),
    _changed(type="strength", segments=[flat("steady", 30, 0, 0), flat("steady", 10, None, None)]),  # type: ignore[arg-type]
    _changed(type="recovery", segments=[flat("warmup", 10, 45, 64), flat("recovery", 30, 50, 55)]),
    _changed(type="recovery", segments=[flat("steady", 45, 90, 90)]),
    _in_first_segment(power_low_pct=70, power_high_pct=50),
    _in_first_segment(power_low_pct=None, power_high_pct=None),
    _in_first_segment(power_low_pct=None, power_high_pct=None, type="steady"),
    _in_first_segment(power_high_pct=None),
    _in_first_segment(power_low_pct="50", power_high_pct="65%"),
    _in_first_segment(power_low_pct=-10),
    _in_first_segment(power_high_pct=4000),
    _in_first_segment(power_high_pct=10**400),
    _in_first_segment(power_high_pct=float("nan")),
    _in_first_segment(power_high_pct=True),
    _in_first_segment(duration_min=0),
    _in_first_segment(duration_min=-5),
    _in_first_segment(duration_min=None),
    _in_first_segment(duration_min="ten"),
    _in_first_segment(duration_min="12,5 min"),
    _in_first_segment(duration_min=float("inf")),
    _in_first_segment(duration_min=1e-9),
    _in_first_segment(duration_min=7.3333333),
    _in_first_segment(type="spin"),
    _in_first_segment(type=None),
    lambda _fresh, _other: None,
    lambda _fresh, _other: 42,
    lambda _fresh, _other: "a workout",
    lambda _fresh, _other: ["warmup"],
    lambda _fresh, _other: {},
    _changed(sport="running"),
)
"""Each makes an entry that has one gap, of a fresh workout and one that is in the library already."""
