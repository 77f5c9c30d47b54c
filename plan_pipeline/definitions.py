"""The one door that Dagster enters by.

Belongs here: nothing but the definitions, built. Does not belong here: any of them (see ``orchestration``).
"""

from plan_pipeline.orchestration.build import build_defs

defs = build_defs()
