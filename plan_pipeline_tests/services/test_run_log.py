"""A log line is a sentence and pairs that a program can take apart."""

from __future__ import annotations

import shlex

from plan_pipeline.services.run_log import line


def test_plan_week_and_generation_come_first_and_in_this_order() -> None:
    said = line("week failed", generation="g-1", week=3, plan="rider-1", status="rejected")
    assert said == "week failed plan=rider-1 week=03 generation=g-1 status=rejected"


def test_what_is_not_known_is_left_out() -> None:
    assert line("chunk done", plan=None, plans=200) == "chunk done plans=200"


def test_a_value_with_spaces_can_be_taken_apart() -> None:
    said = line("failed", plan="rider-1", reason='week 3: "too long" = 8 h')
    assert shlex.split(said)[1:] == ["plan=rider-1", 'reason=week 3: "too long" = 8 h']


def test_a_password_in_an_address_is_left_out() -> None:
    said = line("cannot reach http://user:secret@proxy:8080/x", url="https://token@host/y")
    assert "secret" not in said
    assert "token" not in said
    assert "url=https://…@host/y" in said
