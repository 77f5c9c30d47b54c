"""Training plans in bulk: requests and a workout library in, validated plans and their measures out."""

from plan_pipeline.core.registries import CORE_REGISTRIES
from plan_pipeline.formats import EXPORTERS
from plan_pipeline.plugins import connect

connect({**CORE_REGISTRIES, "exporters": EXPORTERS})
