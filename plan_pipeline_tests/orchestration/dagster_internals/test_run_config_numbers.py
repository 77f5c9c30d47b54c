"""A list of requests in the launchpad is read as a file is: no number is another one than was written."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from dagster_graphql.schema.runs import parse_run_config_input

from plan_pipeline.orchestration.dagster_internals.event_log import BatchingSqliteEventLogStorage
from plan_pipeline.storage.requests.pasted import read_text
from plan_pipeline.storage.requests.request_files import RequestFileError

REQUEST = """
requests:
  - plan_id: 1e5
    athlete_profile:
      athlete_id: 007
      ftp: 0250
      training_availability: {hours_per_week: 7:30, week_days: [tue, thu, sat], max_minutes: {tue: 1:30}}
    weeks: 012
"""


@pytest.fixture(autouse=True)
def opened() -> None:
    """A process of Dagster has its event log."""
    BatchingSqliteEventLogStorage()


def submitted(text: str) -> str:
    config = parse_run_config_input(text, raise_on_error=True)
    return json.dumps(config["requests"])


def test_a_list_of_requests_has_the_numbers_that_were_written() -> None:
    (request,) = read_text(submitted(REQUEST), most=1)

    athlete = request.athlete_profile
    assert (request.plan_id, athlete.athlete_id, athlete.ftp, request.weeks) == ("1e5", "007", 250, 12)
    assert athlete.training_availability.hours_per_week == 7.5
    assert list(athlete.training_availability.max_minutes.values()) == [90]


@pytest.mark.parametrize("written", ["0x10", "1_000", "0b11", "190:20:30", "yes", ".inf"])
def test_what_is_no_number_to_everybody_is_refused_by_name(written: str) -> None:
    with pytest.raises(RequestFileError, match=r"athlete_profile.ftp|Infinity"):
        read_text(submitted(REQUEST.replace("0250", written)), most=1)


def test_numbers_of_other_configuration_stay_numbers() -> None:
    read: Any = parse_run_config_input("a: [250, -7, +5, 0, 1.5, 1., -0.5, 1.5e+3, .inf]", raise_on_error=True)
    assert read["a"] == [250, -7, 5, 0, 1.5, 1.0, -0.5, 1500.0, math.inf]
    assert [type(each) for each in read["a"]] == [int] * 4 + [float] * 5
