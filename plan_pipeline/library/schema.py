"""The JSON Schema of a library file, for editors that complete, explain and check while a coach types.

``python -m plan_pipeline.library.schema`` writes ``workout_library/schema.json``.
"""

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from plan_pipeline.library.files import LibraryFile
from plan_pipeline.library.problems import INHERITED
from plan_pipeline.shipped import shipped
from plan_pipeline.strict_input.json_schema import with_bounds

_OF_EVERY_STEP = {"duration_min": "Minutes.", "description": "A few words shown while it is done."}

_HELP = {
    "LibraryFile": {
        "schema_version": 'Always "2.0", in quotes.',
        "sport": "The sport of every workout in the file; the name of its folder.",
        "type": "The type of every workout in the file; the name of the file.",
        "workouts": "The workouts, in any order.",
    },
    "LibraryWorkout": {
        "id": "Unique in the whole library and never changed: plans refer to it. Lower-case letters, digits, _.",
        "name": "What the athlete sees. Leave counts out where the count may change.",
        "purpose": "One line: what the workout is for.",
        "description": "For the athlete: what to do, how it feels, cadence, food and drink where they matter.",
        "suitable_phases": "The phases of a plan in which the workout may be chosen.",
        "suitable_days": "weekday, weekend, or both.",
        "series": "The workout's place in a progression; leave it out where there is none.",
        "min_level": "The least experience the workout is for: beginner, which is everybody, intermediate, advanced.",
        "requires": "What it cannot be done without: hills, outdoors, track, trail, treadmill; leave it out where "
        "there is nothing.",
        "events": "The event types that the workout simulates, by their ids in config/<sport>/events.",
        "pattern": "How its work is laid out, by which variants of a type are told apart, such as cruise_short. "
        "Lower-case letters, digits, _.",
        "fatigue_cost": "What it takes out of the athlete, from 1, nearly nothing, to 5, as much as a race.",
        "avoid_after": "Types of the day before that it is not to follow.",
        "option_b": "The id of a workout of equal stimulus that may be done in its place: work within 20 %, TSS within "
        "10 %, fatigue_cost within 1, and a phase in common.",
        "extensible": "true where some part has a range to move in, false where none has.",
        "duration_scaling_strategy": "What gives way first: fixed, add_sets, proportional, extend_main, "
        "extend_recovery.",
        "duration_min": "Minutes at the lengths written here; checked against the parts.",
        "tss": "Training stress at the lengths written here; checked against the parts.",
        "parts": "Steps and sets in the order they are done.",
    },
    "Step": {
        **_OF_EVERY_STEP,
        "type": "The role of the step; strength is off the bike.",
        "power_low_pct": "% of threshold where the step starts (where a cooldown ends). Leave it out off the bike.",
        "power_high_pct": "% of threshold where the step ends (where a cooldown starts). Equal to power_low_pct for "
        "a steady step.",
        "duration_range_min": "[shortest, longest] in whole minutes; only up to 75 % of threshold and outside sets.",
    },
    "RunningStep": {
        **_OF_EVERY_STEP,
        "type": "The role of the step; strength is off the feet, a hill step needs requires: [hills].",
        "distance_m": "Metres, instead of minutes.",
        "speed_low_pct": "% of threshold speed where the step starts (where a cooldown ends). Leave it out for a walk, "
        "off the feet, and where a race gives it.",
        "speed_high_pct": "% of threshold speed where the step ends (where a cooldown starts). Equal to speed_low_pct "
        "for an even pace.",
        "race": "The race whose pace the step is run at; it is worked out for each runner.",
        "race_low_pct": "% of the speed of the race where the step starts; 100 unless given.",
        "race_high_pct": "% of the speed of the race where the step ends; 100 unless given.",
        "by_effort": "true where no pace means anything, as on hills; its speed then only says what load it is.",
        "duration_range_min": "[shortest, longest] in whole minutes; only up to 84 % of threshold speed and outside "
        "sets.",
    },
    "WorkoutSet": {
        "repeat": "How many times the steps are done.",
        "repeat_range": "[fewest, most]; leave it out where the count is fixed.",
        "steps": "The steps of one repeat; their lengths never change.",
    },
    "Series": {"id": "The progression's name.", "level": "1 is the easiest; levels run 1, 2, 3 …"},
}


def library_json_schema() -> dict[str, Any]:
    """The schema of ``<sport>/<type>.yaml``; a workout has no type or sport there, its file's header has."""
    schema = LibraryFile.model_json_schema()
    workout = schema["$defs"]["LibraryWorkout"]
    for field in INHERITED:
        del workout["properties"][field]
    workout["required"] = [field for field in workout["required"] if field not in INHERITED]
    step = schema["$defs"]["RunningStep"]
    step["required"].remove("duration_min")
    step["anyOf"] = [{"required": ["duration_min"]}, {"required": ["distance_m"]}]
    for steps in (workout["properties"]["parts"], schema["$defs"]["WorkoutSet"]["properties"]["steps"]):
        steps["items"] = {"anyOf": steps["items"]["oneOf"]}  # a walk is a step of either sport
    for name, words in _HELP.items():
        model = schema if name == "LibraryFile" else schema["$defs"][name]
        for field, text in words.items():
            model["properties"][field]["description"] = text
    bounded: dict[str, Any] = with_bounds(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **bounded, "title": "Workout library file"}


@cache
def schema_text() -> str:
    """The schema as it is written to disk."""
    return json.dumps(library_json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    path = Path(sys.argv[1] if len(sys.argv) > 1 else shipped("workout_library"), "schema.json")
    path.write_text(schema_text(), encoding="utf-8")
    sys.stdout.write(f"{path}\n")
