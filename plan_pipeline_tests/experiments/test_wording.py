"""How values are written: for people, and never saying more or less than they are."""

from __future__ import annotations

import pytest

from plan_pipeline.core.measures.week_metrics import FailureCause
from plan_pipeline.experiments.model import ComparisonOutcome, Metric
from plan_pipeline.experiments.summaries import HOURS_BANDS
from plan_pipeline.experiments.wording import OUTCOME_WORDS, WORDINGS, cause, difference, hours, p_value, value


@pytest.mark.parametrize(
    ("metric", "number", "text"),
    [
        (Metric.PASS_RATE, 0.9342, "93.4 %"),
        (Metric.MEAN_ABS_TIME_ERROR_PCT, 7.71, "7.7 %"),
        (Metric.MS_PER_WEEK, 1.314, "1.31 ms"),
        (Metric.MS_PER_WEEK, 12.44, "12.4 ms"),
        (Metric.MS_PER_WEEK, 1234.4, "1234 ms"),
        (Metric.VARIETY, 0.9621, "0.962"),
        (Metric.RULES_BROKEN_PER_PLAN, 1.04, "1.04"),
        (Metric.VARIETY, None, "–"),
    ],
)
def test_a_value_has_its_unit_and_as_many_digits_as_people_read(metric: Metric, number: float, text: str) -> None:
    assert value(metric, number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(1.0, "100.0 %"), (0.99996, ">99.9 %"), (0.00004, "<0.1 %"), (0.0, "0.0 %")]
)
def test_a_share_that_is_not_quite_all_or_nothing_is_not_written_as_if_it_were(number: float, text: str) -> None:
    assert value(Metric.PASS_RATE, number) == text


@pytest.mark.parametrize(
    ("metric", "number", "text"),
    [
        (Metric.PASS_RATE, 0.087, "+8.7 pp"),
        (Metric.PASS_RATE, -0.087, "−8.7 pp"),
        (Metric.MEAN_ABS_TIME_ERROR_PCT, -6.51, "−6.5 pp"),
        (Metric.MS_PER_WEEK, 0.53, "+0.53 ms"),
        (Metric.VARIETY, -0.0374, "−0.037"),
        (Metric.PASS_RATE, 0.0, "0.0 pp"),
        (Metric.PASS_RATE, None, "–"),
    ],
)
def test_a_difference_has_its_sign_and_rates_differ_by_points(metric: Metric, number: float, text: str) -> None:
    assert difference(metric, number) == text


def test_a_small_difference_is_not_written_as_none() -> None:
    assert difference(Metric.PASS_RATE, 0.0003) == "+0.03 pp"


def test_a_difference_of_rounding_is_written_as_none_without_a_sign() -> None:
    assert difference(Metric.PASS_RATE, -1e-12) == "0.0 pp"


def test_a_p_value_is_never_written_as_zero() -> None:
    assert (p_value(0.0312), p_value(0.00001), p_value(None)) == ("0.031", "< 0.001", "–")


def test_every_band_of_hours_reads_as_a_range() -> None:
    assert [hours(band) for band in HOURS_BANDS] == ["under 5 h", "5–8 h", "8–11 h", "11–14 h", "14 h and more"]


def test_causes_read_as_words() -> None:
    assert [cause(each) for each in (FailureCause.TOO_SHORT, FailureCause.TSS_LOW)] == ["too short", "TSS too low"]
    assert cause("rule:day-caps") == "rule day-caps"


def test_every_metric_and_every_outcome_has_words() -> None:
    assert set(WORDINGS) == set(Metric)
    assert set(OUTCOME_WORDS) == set(ComparisonOutcome)
