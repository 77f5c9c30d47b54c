"""How many key sessions hours and days leave room for."""

from __future__ import annotations

from typing import Any

import pytest

from plan_pipeline.core.purpose.room import sessions_with_room
from plan_pipeline_tests.core.overview.purposes import purpose


@pytest.mark.parametrize(
    ("hours", "days", "more", "room"),
    [
        (8, "tue, thu, sat, sun", {}, 2),
        (8, "sat, sun", {}, 1),
        (8, "sun", {}, 0),
        (8, "tue, thu, sat, sun", {"caps": {"tuesday": 45, "thursday": 45}}, 1),
        (16, "Mon-Sun", {"constraints": ["indoor_only"]}, 0),
        (6, "tue, wed, sun", {"athlete": {"age": 55}}, 1),
    ],
)
def test_sessions_are_apart_on_days_that_hold_them_and_leave_the_hours_to_the_others(
    hours: float, days: str, more: dict[str, Any], room: int
) -> None:
    assert sessions_with_room(purpose(hours, days, goal="raise_ftp", **more)) == room
