"""A data folder that release 0.1.0 wrote.

It holds plans that were published, one of them rolled back and one retired, one that cannot be met, an experiment, a
request that was received and not yet ingested, and Dagster's state, in which somebody turned the schedule
``nightly_standing`` on and ``nightly_retention`` off.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

from plan_pipeline.storage.data_folder import DataFolder


def unpacked(folder: Path) -> DataFolder:
    """The data folder, below ``folder``."""
    with tarfile.open(Path(__file__).parent / "data-0.1.0.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return DataFolder(folder / "data")
