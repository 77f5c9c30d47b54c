"""Where Dagster loads this project from."""

from plan_pipeline.orchestration.build import build_defs

defs = build_defs()
