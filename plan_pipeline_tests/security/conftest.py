"""The worlds of the other tests, here as well."""

from plan_pipeline_tests.cli.conftest import generated, run, run_process
from plan_pipeline_tests.orchestration.conftest import instance, world

__all__ = ["generated", "instance", "run", "run_process", "world"]
