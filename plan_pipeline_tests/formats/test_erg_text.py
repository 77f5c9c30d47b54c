"""ERG and MRC: paired points, in watts of the rider or in percent of threshold."""

from __future__ import annotations

import pytest

from plan_pipeline.formats import ExportError
from plan_pipeline.formats.reading import UnreadableSessionError
from plan_pipeline.formats.session import SessionSet
from plan_pipeline_tests.formats.sessions import FTP, a_session, ramp, read, ridden, steady, structure, written


def course(*lines: str, columns: str = "MINUTES PERCENT", head: str = "") -> str:
    return "\n".join(["[COURSE HEADER]", head, columns, "[END COURSE HEADER]", "[COURSE DATA]", *lines,
                      "[END COURSE DATA]"])  # fmt: skip


def test_every_step_has_two_points_in_watts_of_the_rider_or_in_percent() -> None:
    session = a_session(ramp(600, 50, 75), steady(90, 97))
    watts, percent = (written(session, form).decode() for form in ("erg", "mrc"))
    assert "MINUTES WATTS" in watts
    assert "0\t132.5\r\n10\t198.8\r\n10\t257.1\r\n11.5\t257.1\r\n" in watts
    assert "MINUTES PERCENT" in percent
    assert "0\t50\r\n10\t75\r\n10\t97\r\n11.5\t97\r\n" in percent


def test_watts_need_a_threshold() -> None:
    session = a_session(steady(60, 50)).model_copy(update={"ftp_watts": None})
    with pytest.raises(ExportError, match="write it as mrc"):
        written(session, "erg")


def test_two_powers_with_time_between_them_are_a_ramp() -> None:
    found = read(course("0 50", "10 75", "10 90", "15 90", "20 60"), "mrc").session
    assert ridden(found) == [(600, 50, 75), (300, 90, 90), (300, 90, 60)]


@pytest.mark.parametrize("head", ["FTP = 250", "ftp=250"])
def test_watts_are_measured_by_the_threshold_of_the_file(head: str) -> None:
    found = read(course("0 243", "10 243", columns="MINUTES WATTS", head=head), "erg", FTP).session
    assert ridden(found) == [(600, 97, 97)]


def test_watts_without_a_threshold_need_the_rider_s() -> None:
    text = course("0 257", "10 257", columns="MINUTES WATTS")
    assert ridden(read(text, "erg", FTP).session) == [(600, 97, 97)]
    with pytest.raises(UnreadableSessionError, match="give the rider's with --ftp W"):
        read(text, "erg")


def test_sets_that_would_not_be_recognised_are_kept_all_the_same() -> None:
    inner = (steady(60, 94), steady(60, 108)) * 3
    session = a_session(SessionSet(repeat=3, steps=(*inner, steady(300, 50))), SessionSet(repeat=2, steps=inner[:2]))
    assert structure(read(written(session, "mrc"), "mrc").session) == structure(session)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (course("0 50", "10 50", columns=""), "read as PERCENT"),
        (course("0 50", "10 50").removesuffix("[END COURSE DATA]"), "read to its end"),
        (course("10 50", "0 50"), "were sorted"),
        (course("1 50", "10 50"), "began at 1 min"),
    ],
)
def test_what_is_missing_or_out_of_order_is_repaired_and_told(text: str, says: str) -> None:
    found = read(text, "mrc")
    assert ridden(found.session)[-1][1:] == (50, 50)
    assert says in "; ".join(found.repairs)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no [COURSE DATA]"),
        (course(), "holds no steps"),
        (course("0 50"), "holds no steps"),
        (course("0 fifty"), "line 6 is 'fifty', which is no number"),
        (course("0"), "line 6 is '0', not minutes and power"),
        (course("0 -5", "1 5"), "below 0"),
        (course("0 0", "10 0"), "no power in any step"),
        (course("0 900", "10 900"), "over 600 %"),
        (course("0 50", "1e308 50"), "is '1e308', which is no number"),
        (course("0 50", "9999 50"), "longer than a day"),
    ],
)
def test_what_is_no_course_is_refused_with_line_and_reason(text: str, says: str) -> None:
    with pytest.raises(UnreadableSessionError) as refused:
        read(text, "mrc")
    assert says in str(refused.value)


def test_a_name_cannot_end_the_header() -> None:
    session = a_session(steady(60, 50), name="x\n[END COURSE HEADER]\n[COURSE DATA]\n0 500")
    assert ridden(read(written(session, "mrc"), "mrc").session) == [(60, 50, 50)]
