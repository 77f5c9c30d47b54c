"""What a failed step says, in its own words."""

from __future__ import annotations

import dagster as dg


def step_failure_message(event: dg.DagsterEvent) -> str | None:
    """The description that the step failed with, or the message of the error that was at the bottom of it."""
    failure = event.step_failure_data
    if failure.user_failure_data is not None and failure.user_failure_data.description:
        return failure.user_failure_data.description.strip()
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    return None if error is None else error.message.strip()
