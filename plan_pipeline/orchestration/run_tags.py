"""The tags of runs: those of this project, and those of Dagster that it sets or reads, by their documented names.

Stored runs carry them, so their values never change.
"""

from typing import Final

KIND_TAG: Final = "kind"
"""What sort of job a run is of, such as ``plan`` or ``bulk``; the run queue limits how many ``bulk`` runs go."""

PLAN_TAG: Final = "plan_id"
"""The plan of a run for one plan; the run queue holds it to one run a plan at a time."""

ARM_TAG: Final = "arm"
EXPERIMENT_TAG: Final = "experiment"

TRIGGER_TAG: Final = "plan_pipeline/trigger"
"""The schedule or sensor that asked for a run."""

GENERATION_TAG: Final = "plan_pipeline/generation"
"""The id of what the run generates."""

RENEW_TAG: Final = "plan_pipeline/renew_overview"
"""Says ``true`` where a run has models write overviews anew, for backfills, which take no configuration."""

BATCH_TAG: Final = "plan_pipeline/batch"
"""The batch of requests that a run ingests."""

PROCESS_TAG: Final = "dagster/plan_pipeline_process"
"""Host, process id and start time of the process that executes the run, and the run's id: a run that is tried again
gets the tags of the one before it. The UI's list of runs leaves out what begins with ``dagster/``."""

SPLIT_TAG: Final = "plan_pipeline/split"
"""All parts of a batch, and its refresh: the id of the run that was split."""

PART_TAG: Final = "plan_pipeline/split_part"
"""Counts the parts of a batch, such as ``3 of 60``."""

REFRESH_TAG: Final = "plan_pipeline/split_refresh"
"""The refresh of the warehouse after a batch: the same id."""

QUESTIONS_TAG: Final = "plan_pipeline/questions"
"""The submission of questions whose answers the run makes plans of."""

QUESTIONS_RETRY_TAG: Final = "plan_pipeline/questions_retry"
"""The submission of which the run hands in once more what had no answer."""

OPEN_TAG: Final = "plan_pipeline/split_open"
"""Says ``true`` on a run that was split, while its parts are not followed by a refresh of the warehouse."""

RETRIES_TAG: Final = "plan_pipeline/step_retries"
WAIT_TAG: Final = "plan_pipeline/retry_wait_s"
"""How often a step of the run is tried again after a transient failure, and the first wait, in seconds."""

PRIORITY_TAG: Final = "dagster/priority"
MAX_RUNTIME_TAG: Final = "dagster/max_runtime"
"""Seconds after which a run is given up; its process may have been killed."""

RANGE_START_TAG: Final = "dagster/asset_partition_range_start"
RANGE_END_TAG: Final = "dagster/asset_partition_range_end"
SINGLE_TAG: Final = "dagster/partition"

ROOT_RUN_TAG: Final = "dagster/root_run_id"
PARENT_RUN_TAG: Final = "dagster/parent_run_id"
RETRY_NUMBER_TAG: Final = "dagster/retry_number"
MAX_RETRIES_TAG: Final = "dagster/max_retries"
WILL_RETRY_TAG: Final = "dagster/will_retry"
RETRIED_BY_TAG: Final = "dagster/auto_retry_run_id"
