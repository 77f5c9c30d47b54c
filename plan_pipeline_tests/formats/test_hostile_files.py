"""Whatever bytes a workout file has, its reader gives a session or a reason: no other error, and not for long."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_pipeline.formats import EXPORTERS, READERS
from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline.formats.session import SessionSet
from plan_pipeline_tests.core.builders import MANY
from plan_pipeline_tests.formats.runs import a_run, at_pace, by_effort, read_run
from plan_pipeline_tests.formats.sessions import FTP, a_session, ramp, read, steady, written

SESSION = a_session(
    ramp(600, 50, 75), SessionSet(repeat=3, steps=(steady(30, 120, "Hard"), steady(60, 50))), steady(300, 60)
)


@pytest.mark.parametrize("form", READERS.names())
def test_any_bytes_give_a_session_or_a_reason(form: str) -> None:
    @MANY
    @given(st.binary(max_size=300))
    def holds(content: bytes) -> None:
        with contextlib.suppress(UnreadableSessionError):
            read(content, form, FTP)

    holds()


@pytest.mark.parametrize("form", READERS.names())
@pytest.mark.parametrize(
    "repeated",
    [
        " ",
        "\t\n",
        "<a ",
        "<a a=' ",
        "&a",
        "- 5 ",
        "- 5m ",
        "[",
        "[COURSE DATA]\n",
        "A ",
        "=",
        "1 1\n",
        "9",
        "{",
        "[[",
        '"',
        "3x\n",
    ],
)
def test_a_long_file_of_anything_is_done_with_in_no_time(form: str, repeated: str) -> None:
    began = time.process_time()
    for head in ("", "<workout_file><x ", "[COURSE HEADER]\nA", "- 5m 5"):
        with contextlib.suppress(UnreadableSessionError):
            read((head + repeated * (200_000 // len(repeated))), form, FTP)
    assert time.process_time() - began < 3


@pytest.mark.parametrize("form", [name for name in READERS.names() if name in EXPORTERS.names()])
def test_a_sound_file_that_was_damaged_gives_a_session_or_a_reason(form: str) -> None:
    sound = written(SESSION, form)

    @MANY
    @given(st.integers(0, len(sound) - 1), st.integers(0, 40), st.binary(max_size=20))
    def holds(at: int, length: int, instead: bytes) -> None:
        with contextlib.suppress(UnreadableSessionError):
            read(sound[:at] + instead + sound[at + length :], form, FTP)

    holds()


@pytest.mark.parametrize("form", ["zwo", "icu", "fit"])
def test_a_sound_run_that_was_damaged_gives_a_session_or_a_reason(form: str) -> None:
    work = SessionSet(repeat=3, steps=(at_pace(108, metres=400, text="Hard"), by_effort(60, "walk")))
    sound = written(a_run(at_pace(70, 80, seconds=600), work), form)

    @MANY
    @given(st.integers(0, len(sound) - 1), st.integers(0, 40), st.binary(max_size=20))
    def holds(at: int, length: int, instead: bytes) -> None:
        with contextlib.suppress(UnreadableSessionError):
            read_run(sound[:at] + instead + sound[at + length :], form)

    holds()
