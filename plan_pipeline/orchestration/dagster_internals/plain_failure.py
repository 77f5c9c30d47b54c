"""A failure that the UI shows as its message, without the stack that Dagster appends to those of its own class."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterUserCodeProcessError  # of which Dagster shows what it brings along
from dagster_shared.error import SerializableErrorInfo  # what that is


class PlainFailure(DagsterUserCodeProcessError, dg.Failure):
    """For what somebody can put right: its message says how, and where in the program it was found helps nobody.

    A step is not tried again after it.
    """

    def __init__(self, description: str, metadata: Mapping[str, Any] | None = None) -> None:
        shown = SerializableErrorInfo(description, [], dg.Failure.__name__)
        super().__init__(description, user_code_process_error_infos=[shown])  # type: ignore[no-untyped-call]
        self.metadata = dg.Failure(metadata=metadata).metadata
        self.allow_retries = False
