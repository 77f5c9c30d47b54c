"""What an attacker would hand in: names that lead elsewhere, and files that cost more to read than to write.

Belongs here: the attacks alone, so that every door is tried with the same ones. Does not belong here: what is expected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

NAMES: Final = (
    "",
    ".",
    "..",
    "../x",
    "../../etc/passwd",
    "/etc/passwd",
    "x/y",
    "x/../../y",
    "x\\y",
    "..\\x",
    "x|y",
    "x|01",
    "x,y",
    "x\0y",
    "x\ny",
    "x\n",
    "x y",
    ".hidden",
    "-rf",
    "_x",
    "X",
    "x.json",
    "C:x",
    "x:y",
    "x*",
    "x?",
    "~root",
    "$HOME",
    "%2e%2e%2fx",
    "\u0430bc",  # a Cyrillic а
    "\uff0e\uff0e\uff0fx",  # full-width ../x
    "x\u2215y",  # a division slash
    "\u0661x",  # an Arabic digit
    "x\u200b",  # a space of no width
    "\u202ex",  # from here on right to left
    "x\x1b[31m",
    "é",
    "x" * 64,
    "x" * 5000,
)
"""Ids that are none. ``con`` and ``nul``, which Windows keeps for devices, are ids like any other here."""

LAUGHS: Final = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]\n" for before, one in zip("abcdefgh", "bcdefghi", strict=True)
)

YAML: Final[dict[str, Callable[[], str]]] = {
    "aliases that stand for gigabytes": lambda: LAUGHS,
    "lists within lists": lambda: "a: " + "[" * 10_000,
    "mappings within mappings": lambda: "{a: " * 10_000,
    "blocks within blocks": lambda: "".join(f"{' ' * depth}a:\n" for depth in range(1200)),
    "closed lists within lists": lambda: "a: " + "[" * 10_000 + "]" * 10_000,
    "a number to the base of sixty": lambda: "weeks: 1" + ":1" * 400_000,
    "a number to the base of sixteen": lambda: "weeks: 0x" + "f" * 900_000,
    "a number to the base of two": lambda: "weeks: 0b" + "1" * 900_000,
    "a number of a million digits": lambda: "weeks: " + "9" * 900_000,
    "a number of five thousand digits": lambda: "weeks: 0x" + "f" * 5_000,
    "not a number": lambda: "athlete_profile: {ftp: .nan}",
    "infinity": lambda: "athlete_profile: {ftp: .inf}",
    "infinity by overflow": lambda: "athlete_profile: {ftp: 1.0e+999}",
    "a Python object": lambda: "plan_id: !!python/object/apply:os.system ['touch /tmp/owned']",
    "a Python object as a key": lambda: "!!python/name:os.system plan_id: x",
    "bytes": lambda: 'plan_id: !!binary "Li4vLi4="',
    "a truth value that is none": lambda: "plan_id: !!bool x",
    "a time that is none": lambda: "start_date: !!timestamp x",
    "a list by its tag": lambda: "plan_id: !!seq x",
    "a key twice": lambda: "plan_id: a\nplan_id: b",
    "a huge key twice": lambda: f"{'a' * 400_000}: 1\n{'a' * 400_000}: 2",
    "a huge tag": lambda: f"plan_id: !{'a' * 900_000} x",
    "a huge anchor": lambda: f"a: &{'a' * 400_000} 1\nb: *{'a' * 400_000}",
    "unknown fields by the hundred thousand": lambda: "\n".join(f"a{i}: 1" for i in range(90_000)),
    "small lists by the hundred thousand": lambda: "a: [" + "[]," * 300_000 + "]",
    "days by the hundred thousand": lambda: (
        "athlete_profile: {training_availability: {week_days: [" + "x," * 400_000 + "]}}"
    ),
    "a second document": lambda: "plan_id: a\n---\nplan_id: b",
    "a byte that is no text": lambda: "plan_id: \x00",
}

JSON: Final[dict[str, Callable[[], str]]] = {
    "lists within lists": lambda: '{"a": ' + "[" * 10_000,
    "closed lists within lists": lambda: '{"a": ' + "[" * 10_000 + "]" * 10_000 + "}",
    "objects within objects": lambda: '{"a": ' * 10_000,
    "fifty lists within lists": lambda: '{"a": ' + "[" * 150 + "]" * 150 + "}",
    "a number of a million digits": lambda: '{"weeks": ' + "9" * 900_000 + "}",
    "not a number": lambda: '{"weeks": NaN}',
    "infinity": lambda: '{"weeks": -Infinity}',
    "infinity by overflow": lambda: '{"athlete_profile": {"ftp": 1e999}}',
    "a key twice": lambda: '{"plan_id": "a", "plan_id": "b"}',
    "a huge key twice": lambda: f'{{"{"a" * 400_000}": 1, "{"a" * 400_000}": 2}}',
    "half a character": lambda: '{"plan_id": "\\ud800"}',
    "a null character": lambda: '{"plan_id": "a\\u0000b"}',
    "unknown fields by the hundred thousand": lambda: "{" + ",".join(f'"a{i}":1' for i in range(80_000)) + "}",
    "limits by the hundred thousand": lambda: (
        '{"athlete_profile": {"training_availability": {"max_minutes": {'
        + ",".join(f'"d{i}":1' for i in range(60_000))
        + "}}}}"
    ),
    "days by the hundred thousand": lambda: (
        '{"athlete_profile": {"training_availability": {"week_days": [' + ",".join(['"x"'] * 240_000) + "]}}}"
    ),
    "goals by the hundred thousand": lambda: '{"athlete_profile": {"goals": [' + ",".join(["1"] * 400_000) + "]}}",
    "waivers by the hundred thousand": lambda: '{"options": {"waivers": [' + ",".join(['"x"'] * 200_000) + "]}}",
    "hours of a million digits": lambda: (
        '{"athlete_profile": {"training_availability": {"hours_per_week": "' + "9" * 900_000 + '-1"}}}'
    ),
}

LINES: Final[dict[str, Callable[[], str]]] = {
    "empty objects by the million": lambda: "{}\n" * 3_000_000,
    "empty lines by the million": lambda: "\n" * 19_000_000,
    "lines of a thousand lists": lambda: ("[" * 1000 + "]" * 1000 + "\n") * 9_000,
    "lines of unknown fields": lambda: ("{" + ",".join(f'"a{i}":1' for i in range(80_000)) + "}\n") * 19,
}

PASTED: Final[dict[str, Callable[[], Any]]] = {
    "documents by the hundred thousand": lambda: "a: 1\n---\n" * 100_000,
    "items by the hundred thousand": lambda: "[" + "{}," * 300_000 + "{}]",
    "lines by the hundred thousand": lambda: "{}\n" * 300_000,
    "an unfinished list": lambda: "[" * 900_000,
}
