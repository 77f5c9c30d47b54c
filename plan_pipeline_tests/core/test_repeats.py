"""Of the repeats at a place those that cover most are found, and of them the shortest."""

from __future__ import annotations

import pytest

from plan_pipeline.core.repeats import Repeats, repeats_at


@pytest.mark.parametrize(
    ("keys", "at", "limits", "found"),
    [
        ("ababab", 0, {}, Repeats(2, 3)),
        ("xababab", 1, {}, Repeats(2, 3)),
        ("aaaa", 0, {}, Repeats(1, 4)),
        ("aabaab", 0, {}, Repeats(3, 2)),
        ("abcd", 0, {}, None),
        ("abab", 0, {"longest": 1}, None),
        ("abab", 0, {"least": 3}, None),
        ("aaaa", 0, {"most": 3, "longest": 1}, Repeats(1, 3)),
        ("", 0, {}, None),
    ],
)
def test_the_repeats_that_cover_most(keys: str, at: int, limits: dict[str, int], found: Repeats | None) -> None:
    assert repeats_at(keys, at, **{"longest": 8, **limits}) == found
